"""How the product says no: one shape, the right status, in the caller's language."""

import pytest

from tests.support import build, edge
from tests.support.build import Merchant, Reply

PROBLEM = "application/problem+json"


def shaped(reply: Reply) -> bool:
    body = reply.body
    fits = {"type", "title", "status", "detail", "code", "request_id"} <= body.keys()
    named = body["type"] == f"urn:tongdan:problem:{body['code']}"
    typed = reply.headers["Content-Type"] == PROBLEM
    return fits and named and typed and body["status"] == reply.status


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "unreadable"),
        (b"", 400, "unreadable"),
        (b"  ", 400, "unreadable"),
        (b"{} {}", 400, "unreadable"),
        (b"\xff\xfe\xfa", 400, "unreadable"),
        (b'{"total": NaN}', 400, "unreadable"),
        (b'{"total": Infinity}', 400, "unreadable"),
        (b'{"total": ' + b"9" * 5000 + b"}", 400, "unreadable"),
        (b"[" * 100_000, 400, "unreadable"),
        (b"[]", 422, "invalid"),
        (b'"order"', 422, "invalid"),
        (b"null", 422, "invalid"),
        (b"7", 422, "invalid"),
        (b'{"total": 1e999}', 422, "invalid"),
        (b" " * (2 * 1024 * 1024 + 1), 413, "too-large"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_body_that_is_no_order_is_refused(
    acme: Merchant, raw: bytes, status: int, code: str
) -> None:
    reply = acme.call("POST", "/v1/orders", raw=raw)

    assert (reply.status, reply.body["code"]) == (status, code)
    assert shaped(reply)


@pytest.mark.parametrize(
    "media", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "json"]
)
def test_another_media_type_is_refused(acme: Merchant, media: str) -> None:
    reply = acme.call("POST", "/v1/orders", build.document(), content_type=media)

    assert (reply.status, reply.body["code"]) == (415, "wrong-media")
    assert shaped(reply)


@pytest.mark.parametrize(
    "media", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_is_read_however_it_is_announced(acme: Merchant, media: str) -> None:
    assert acme.call("POST", "/v1/orders", build.document(), content_type=media).status == 202


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/none", "/v1/orders/", "/v1/orders//timeline"])
def test_an_unknown_path_is_not_found(acme: Merchant, path: str) -> None:
    reply = acme.call("GET", path)

    assert (reply.status, reply.body["code"]) == (404, "not-found")
    assert shaped(reply)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/orders", {"GET", "POST"}),
        ("PATCH", "/v1/orders/1a", {"GET"}),
        ("GET", "/v1/orders/1a/cancel", {"POST"}),
        ("POST", "/v1/stock/mug", {"GET"}),
        ("POST", "/v1/health", {"GET"}),
    ],
)
def test_a_method_that_is_not_served_names_those_that_are(
    acme: Merchant, method: str, path: str, allow: set[str]
) -> None:
    reply = acme.call(method, path)

    assert (reply.status, reply.body["code"]) == (405, "wrong-method")
    assert set(reply.headers["Allow"].split(", ")) == allow
    assert shaped(reply)


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("zh-CN", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("EN", "en"),
        ("fr", "zh"),
        ("fr, en;q=0.5", "en"),
        ("zh;q=0.4, en;q=0.6", "en"),
        ("zh;q=0.4, en; q=0.6", "en"),
        ("en;q=0", "zh"),
        ("en;q=much", "zh"),
        ("*", "zh"),
        (",,;;q=", "zh"),
    ],
)
def test_the_language_is_the_callers(acme: Merchant, accept: str | None, language: str) -> None:
    if accept is not None:
        acme.headers["accept-language"] = accept

    reply = acme.call("GET", "/v1/orders/1a")

    assert reply.body["detail"] == {"zh": "找不到订单 1a", "en": "No order 1a"}[language]


def test_an_unknown_path_is_told_in_the_callers_language_too(acme: Merchant) -> None:
    reply = acme.call("GET", "/v1/nothing", accept_language="en")

    assert reply.body["title"] == "Not found"


def test_every_fault_is_told_in_the_callers_language(acme: Merchant) -> None:
    reply = acme.call(
        "POST", "/v1/orders", build.document(total=-1, colour="red"), accept_language="en"
    )

    assert [fault["detail"] for fault in reply.body["faults"]] == [
        "must be between 0 and 10000000000000",
        "is not a field here",
    ]
    assert reply.body["detail"] == "The request has 2 faults"


def test_the_request_id_is_told_and_is_the_gateways(acme: Merchant) -> None:
    assert acme.call("GET", "/v1/orders/1a").body["request_id"] == "test-request"


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("ProvisionedThroughputExceededException", 400, (503, "unavailable")),
        ("InternalServerError", 500, (503, "unavailable")),
    ],
)
def test_an_outage_of_the_engine_asks_to_come_again(
    acme: Merchant, code: str, status: int, said: tuple[int, str]
) -> None:
    with edge.failing("GetItem", code, status):
        reply = acme.call("GET", "/v1/shops/tmall")

    assert (reply.status, reply.body["code"]) == said
    assert reply.headers["Retry-After"] == "1"
    assert shaped(reply)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/orders/" + "x" * 3000,
        "/v1/shops/" + "x" * 3000,
        "/v1/stock/" + "x" * 3000,
        "/v1/webhooks/" + "x" * 3000,
        "/v1/orders/a%23b",
        "/v1/orders/%00",
        "/v1/orders/%ED%A0%80",
    ],
)
def test_an_id_that_nothing_can_have_is_not_found(acme: Merchant, path: str) -> None:
    assert acme.call("GET", path).status == 404


def test_answers_are_never_stored_or_sniffed(acme: Merchant) -> None:
    headers = acme.call("GET", "/v1/orders").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
