"""Personal fields: masked by default, shown for a purpose, and every look is written down."""

from typing import Any

import pytest

from shared.store.pack import unpack
from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine

PERSON = ["王小明", "13812345678", "文三路 1 号 2 幢 301"]


@pytest.fixture
def order(acme: Merchant) -> str:
    return str(acme.place(notes={"buyer": "放门口"}).body["id"])


def looks(engine: Engine, tenant: str) -> list[dict[str, Any]]:
    rows = [r for r in engine.rows("insight") if r["pk"]["S"].startswith(f"{tenant}#reveals#")]
    return [unpack(row["body"]["B"], dict[str, Any]) for row in rows]


def test_an_order_is_shown_masked(acme: Merchant, engine: Engine, order: str) -> None:
    shown = acme.order(order)

    assert shown["receiver"]["name"] == "王**"
    assert shown["receiver"]["phone"] == "138****5678"
    assert shown["receiver"]["address"].startswith("文***")
    assert shown["notes"]["buyer"] == "放**"
    assert not [value for value in PERSON if value in str(shown)]
    assert looks(engine, acme.id) == []


def test_with_a_purpose_it_is_shown_whole_and_written_down(
    acme: Merchant, engine: Engine, order: str
) -> None:
    reply = acme.call("GET", f"/v1/orders/{order}?purpose=%E5%AE%A2%E6%9C%8D")

    assert reply.body["receiver"]["phone"] == "13812345678"
    assert reply.body["notes"]["buyer"] == "放门口"
    look = looks(engine, acme.id)[0]
    prefix = acme.token.split("_")[1]
    assert (look["order"], look["by"], look["purpose"]) == (order, f"key:{prefix}", "客服")
    assert look["at"].startswith("20")


def test_every_look_is_written_down(acme: Merchant, engine: Engine, order: str) -> None:
    for purpose in ("a", "b", "c"):
        assert acme.call("GET", f"/v1/orders/{order}?purpose={purpose}").status == 200

    assert {look["purpose"] for look in looks(engine, acme.id)} == {"a", "b", "c"}


def test_without_the_scope_nothing_is_shown_or_written(
    acme: Merchant, engine: Engine, order: str
) -> None:
    clerk = Merchant(acme.id, build.key(acme.id, "orders:read", "orders:write"))

    reply = clerk.call("GET", f"/v1/orders/{order}?purpose=curious")

    assert (reply.status, reply.body["code"]) == (403, "denied")
    assert "orders:reveal" in reply.body["detail"]
    assert looks(engine, acme.id) == []
    assert clerk.call("GET", f"/v1/orders/{order}").status == 200


@pytest.mark.parametrize("purpose", ["", "%20", "%09%0A"])
def test_an_empty_purpose_is_none(acme: Merchant, order: str, purpose: str) -> None:
    reply = acme.call("GET", f"/v1/orders/{order}?purpose={purpose}")

    assert reply.body["receiver"]["phone"] == "138****5678"


@pytest.mark.parametrize("act", ["hold", "cancel"])
def test_a_move_answers_masked(acme: Merchant, order: str, act: str) -> None:
    reply = acme.call("POST", f"/v1/orders/{order}/{act}?purpose=curious", {})

    assert reply.status == 200
    assert not [value for value in PERSON if value in str(reply.body)]
