"""Idempotency-Key: the same request again gets the same answer and has no second effect."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support import build, edge
from tests.support.build import Merchant, Reply
from tests.support.engine import Engine
from tests.support.mail import Mail

REPLAYED = "Idempotency-Replayed"


@dataclass(frozen=True)
class Case:
    """A mutating route, a body, and another body that is as good. {order} is a planned order."""

    method: str
    path: str
    body: dict[str, Any]
    other: dict[str, Any]


CASES = [
    Case("POST", "/v1/orders/{order}/cancel", {"reason": "a"}, {"reason": "b"}),
    Case("POST", "/v1/orders/{order}/hold", {"note": "a"}, {"note": "b"}),
    Case("POST", "/v1/orders/{order}/ship", {}, {"parcels": [{"parcel": 1}]}),
    Case("PUT", "/v1/stock/mug/hz", {"on_hand": 7}, {"on_hand": 8}),
    Case("POST", "/v1/shops", {"id": "a", "name": "A"}, {"id": "b", "name": "B"}),
    Case("PUT", "/v1/shops/tmall", {"name": "A"}, {"name": "B"}),
    Case("POST", "/v1/warehouses", {"id": "a", "name": "A"}, {"id": "b", "name": "B"}),
    Case("PUT", "/v1/warehouses/hz", {"name": "A"}, {"name": "B"}),
    Case("POST", "/v1/keys", {"scopes": ["orders:read"]}, {"scopes": ["stock:read"]}),
    Case("POST", "/v1/blacklist", {"value": "13800001111"}, {"value": "13800002222"}),
    Case(
        "POST",
        "/v1/webhooks",
        {"id": "a", "url": "http://127.0.0.1:9/"},
        {"id": "b", "url": "http://127.0.0.1:9/"},
    ),
]
by_route = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method} {case.path}")


@pytest.fixture
def order(acme: Merchant, mail: Mail) -> str:
    acme.put_stock("mug", 5)
    order_id = str(acme.place().body["id"])
    mail.pump()
    return order_id


def send(
    merchant: Merchant, case: Case, order: str, key: str, body: dict[str, Any] | None = None
) -> Reply:
    path = case.path.replace("{order}", order)
    return merchant.call(case.method, path, case.body if body is None else body,
                         idempotency_key=key)  # fmt: skip


@by_route
def test_the_same_again_is_replayed(
    acme: Merchant, engine: Engine, order: str, case: Case
) -> None:
    first = send(acme, case, order, "k")
    before = engine.owned(acme.id)

    again = send(acme, case, order, "k")

    assert first.status in (200, 201), first.body
    assert REPLAYED not in first.headers
    assert (again.status, again.headers[REPLAYED]) == (first.status, "true")
    shown = {name: value for name, value in first.body.items() if name not in ("token", "secret")}
    assert again.body == shown  # a secret is shown once
    assert engine.owned(acme.id) == before


@by_route
def test_another_body_under_the_same_key_is_refused(
    acme: Merchant, engine: Engine, order: str, case: Case
) -> None:
    send(acme, case, order, "k")
    before = engine.owned(acme.id)

    other = send(acme, case, order, "k", case.other)

    assert (other.status, other.body["code"]) == (422, "idempotency-key-reused")
    assert engine.owned(acme.id) == before


def test_another_path_under_the_same_key_is_refused(acme: Merchant) -> None:
    acme.call("POST", "/v1/shops", {"id": "a", "name": "A"}, idempotency_key="k")

    other = acme.call("POST", "/v1/warehouses", {"id": "a", "name": "A"}, idempotency_key="k")

    assert other.body["code"] == "idempotency-key-reused"


def test_another_order_under_the_same_key_is_refused(acme: Merchant, order: str) -> None:
    second = acme.place(number="TB-2").body["id"]
    acme.call("POST", f"/v1/orders/{order}/cancel", {}, idempotency_key="k")

    other = acme.call("POST", f"/v1/orders/{second}/cancel", {}, idempotency_key="k")

    assert other.body["code"] == "idempotency-key-reused"
    assert acme.order(second)["status"] == "received"


@by_route
def test_the_same_key_of_another_merchant_is_independent(
    acme: Merchant, other: Merchant, order: str, case: Case
) -> None:
    send(acme, case, order, "k")
    theirs = str(other.place().body["id"])

    reply = send(other, case, theirs, "k", case.other)

    assert REPLAYED not in reply.headers
    assert reply.status in (200, 201, 409)  # their order is not planned: it cannot ship
    assert reply.body.get("code") != "idempotency-key-reused"


def test_two_api_keys_of_one_merchant_share_its_idempotency_keys(acme: Merchant) -> None:
    """A worker that was restarted with a new key repeats what the old one had begun."""
    second = Merchant(acme.id, build.key(acme.id, "*"))
    shop = {"id": "a", "name": "A"}
    first = acme.call("POST", "/v1/shops", shop, idempotency_key="k")

    again = second.call("POST", "/v1/shops", shop, idempotency_key="k")

    assert (again.status, again.body) == (201, first.body)
    assert again.headers[REPLAYED] == "true"


@pytest.mark.parametrize(("length", "status"), [(255, 201), (256, 400)])
def test_a_key_has_at_most_255_characters(acme: Merchant, length: int, status: int) -> None:
    reply = acme.call("POST", "/v1/shops", {"id": "a", "name": "A"}, idempotency_key="k" * length)

    assert reply.status == status
    if status == 400:
        assert reply.body["faults"][0]["field"] == "Idempotency-Key"
        assert acme.call("GET", "/v1/shops/a").status == 404


def test_reading_ignores_the_key(acme: Merchant) -> None:
    acme.call("POST", "/v1/shops", {"id": "a", "name": "A"}, idempotency_key="k")

    for key in ("k", "k" * 300):
        reply = acme.call("GET", "/v1/shops", idempotency_key=key)
        assert reply.status == 200
        assert REPLAYED not in reply.headers


def test_what_was_refused_may_be_tried_again(acme: Merchant) -> None:
    bad = acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": -1}, idempotency_key="k")

    good = acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 1}, idempotency_key="k")

    assert (bad.status, good.status) == (422, 200)
    assert REPLAYED not in good.headers


def test_what_failed_by_an_outage_is_not_stored(acme: Merchant) -> None:
    shop = {"id": "a", "name": "A"}

    with edge.failing("TransactWriteItems", "InternalServerError", 500):
        failed = acme.call("POST", "/v1/shops", shop, idempotency_key="k")
    again = acme.call("POST", "/v1/shops", shop, idempotency_key="k")

    assert (failed.status, failed.body["code"]) == (503, "unavailable")
    assert failed.headers["Retry-After"] == "1"
    assert again.status == 201
    assert REPLAYED not in again.headers


def test_without_a_key_every_request_is_its_own(acme: Merchant, order: str) -> None:
    for _ in range(2):
        acme.call("POST", f"/v1/orders/{order}/hold", {"note": "a"})

    assert len(acme.order(order)["holds"]) == 2


def test_an_order_is_its_own_key_and_needs_none(acme: Merchant) -> None:
    first = acme.call("POST", "/v1/orders", build.document(), idempotency_key="k")
    again = acme.call("POST", "/v1/orders", build.document(), idempotency_key="k")

    assert (first.status, again.status) == (202, 200)
    assert first.body == again.body


@by_route
def test_an_equal_request_that_is_faster_by_a_hair_gives_its_answer_to_both(
    acme: Merchant, order: str, case: Case
) -> None:
    """The second goes all the way while the first has read, decided, and not written yet."""
    faster: list[Reply] = []

    with edge.before("TransactWriteItems", lambda: faster.append(send(acme, case, order, "k"))):
        slower = send(acme, case, order, "k")

    shown = {n: v for n, v in faster[0].body.items() if n not in ("token", "secret")}
    assert REPLAYED not in faster[0].headers
    assert (slower.status, slower.body) == (faster[0].status, shown)
    assert slower.headers[REPLAYED] == "true"


@by_route
def test_another_request_that_is_faster_under_the_same_key_wins(
    acme: Merchant, order: str, case: Case
) -> None:
    faster: list[Reply] = []

    with edge.before(
        "TransactWriteItems",
        lambda: faster.append(send(acme, case, order, "k", case.other)),
    ):
        slower = send(acme, case, order, "k")

    assert faster[0].status in (200, 201)
    assert (slower.status, slower.body["code"]) == (422, "idempotency-key-reused")
