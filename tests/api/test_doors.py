"""Who may come in: keys, scopes, and what a key can give away."""

import pytest

from tests.support import build
from tests.support.build import Merchant


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer nonsense",
        "Bearer td_aaaaaaaa_bbbb",
        "Bearer td__",
        "Bearer td_" + "x" * 5000 + "_y",
        "Bearer td_é_ü",
    ],
)
def test_what_is_no_key_of_ours_opens_nothing(header: str) -> None:
    reply = build.request("GET", "/v1/orders", None, {"Authorization": header})

    assert (reply.status, reply.body["code"]) == (401, "unknown-key")


def test_the_right_prefix_with_a_wrong_secret_opens_nothing(acme: Merchant) -> None:
    forged = Merchant(acme.id, acme.token[:-1] + ("a" if acme.token[-1] != "a" else "b"))

    assert forged.call("GET", "/v1/orders").status == 401


def test_the_scheme_may_be_written_small(acme: Merchant) -> None:
    reply = build.request("GET", "/v1/orders", None, {"Authorization": f"bearer {acme.token}"})

    assert reply.status == 200


def test_health_needs_no_key() -> None:
    reply = build.request("GET", "/v1/health", None, {})

    assert (reply.status, reply.body) == (200, {"status": "ok", "stage": "local"})


def test_a_new_key_is_shown_once_and_opens_what_it_may(acme: Merchant) -> None:
    made = acme.call("POST", "/v1/keys", {"scopes": ["orders:read"], "name": "erp"})
    key = Merchant(acme.id, made.body["token"])

    assert made.status == 201
    assert key.call("GET", "/v1/orders").status == 200
    assert key.call("GET", "/v1/stock").status == 403
    listed = acme.call("GET", "/v1/keys").body["keys"]
    assert {"prefix", "name", "role", "scopes", "created_at"} == listed[0].keys()
    assert made.body["token"] not in str(listed)


def test_a_revoked_key_opens_nothing(acme: Merchant) -> None:
    made = acme.call("POST", "/v1/keys", {"scopes": ["orders:read"]}).body

    gone = acme.call("DELETE", f"/v1/keys/{made['prefix']}")

    assert gone.body == {"prefix": made["prefix"], "revoked": True}
    assert Merchant(acme.id, made["token"]).call("GET", "/v1/orders").status == 401
    assert acme.call("DELETE", f"/v1/keys/{made['prefix']}").status == 404


def test_a_key_gives_no_scope_that_it_has_not(acme: Merchant) -> None:
    clerk = Merchant(acme.id, build.key(acme.id, "keys:write", "orders:read"))

    for scope in ("orders:write", "*"):
        reply = clerk.call("POST", "/v1/keys", {"scopes": ["orders:read", scope]})
        assert (reply.status, reply.body["code"]) == (403, "denied")
    assert clerk.call("POST", "/v1/keys", {"scopes": ["orders:read"]}).status == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["orders:eat"]}, "scopes[0]"),
        ({"scopes": ["orders:read"], "name": 7}, "name"),
        ({"scopes": ["orders:read"], "tenant": "other"}, "tenant"),
    ],
)
def test_a_faulty_key_is_refused(acme: Merchant, body: dict[str, object], field: str) -> None:
    reply = acme.call("POST", "/v1/keys", body)

    assert reply.status == 422
    assert [fault["field"] for fault in reply.body["faults"]] == [field]
