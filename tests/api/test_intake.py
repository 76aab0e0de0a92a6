"""POST /v1/orders: taken once, changed by a newer version, refused otherwise."""

from typing import Any

import pytest

from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail

RECEIVER = build.document()["receiver"]
SHIPPED_LATE = {"notes": {"seller": "补开发票"}, "tags": ["vip"], "payment": {"state": "paid"}}


@pytest.fixture
def planned(acme: Merchant, mail: Mail) -> str:
    """An order that waits to be shipped and holds two mugs of five."""
    acme.put_stock("mug", 5)
    order_id = acme.place(version=1).body["id"]
    mail.pump()
    assert acme.order(order_id)["status"] == "planned"
    return str(order_id)


def test_an_order_is_taken_and_its_links_lead_to_it(acme: Merchant) -> None:
    reply = acme.place()

    assert reply.status == 202
    assert reply.body.keys() == {"id", "shop", "number", "received_at", "links"}
    assert reply.headers["Content-Type"] == "application/json"
    for link in reply.body["links"].values():
        assert acme.call("GET", link).status == 200


def test_the_same_again_gets_the_same_answer(acme: Merchant) -> None:
    first, again = acme.place(), acme.place()

    assert (first.status, again.status) == (202, 200)
    assert first.body == again.body


def test_the_same_with_another_spelling_of_its_time_is_the_same(acme: Merchant) -> None:
    first = acme.place(placed_at="2026-11-20T10:00:00+08:00")
    again = acme.place(placed_at="2026-11-20T02:00:00Z")

    assert (again.status, again.body) == (200, first.body)


def test_other_content_is_refused_with_every_difference_masked(acme: Merchant) -> None:
    acme.place()

    reply = acme.place(
        total=1, receiver={**RECEIVER, "phone": "13900001111"}, lines=[build.line(quantity=3)]
    )

    assert reply.status == 409
    assert reply.body["code"] == "differs"
    assert reply.body["differences"]["receiver.phone"] == {
        "was": "138****5678",
        "is": "139****1111",
    }
    assert reply.body["differences"]["lines[0].quantity"] == {"was": 2, "is": 3}
    assert "13900001111" not in str(reply.body)


def test_the_same_number_in_another_shop_is_another_order(acme: Merchant) -> None:
    acme.call("POST", "/v1/shops", {"id": "jd", "name": "京东店"})

    first, other = acme.place(), acme.place(shop="jd")

    assert (first.status, other.status) == (202, 202)
    assert first.body["id"] != other.body["id"]


def test_a_mapping_that_came_later_does_not_make_the_same_order_differ(
    acme: Merchant, mail: Mail
) -> None:
    line = {"shop_sku": "A-1", "quantity": 1, "unit_price": 900}
    first = acme.place(lines=[line])
    mail.pump()
    acme.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "skus": {"A-1": "mug"}})
    acme.call("POST", f"/v1/orders/{first.body['id']}/release")
    mail.pump()

    again = acme.place(lines=[line])

    assert acme.order(first.body["id"])["lines"][0]["sku"] == "mug"
    assert (again.status, again.body) == (200, first.body)


def test_an_older_version_is_refused(acme: Merchant) -> None:
    acme.place(version=5, total=1)

    reply = acme.place(version=4, total=2)

    assert (reply.status, reply.body["code"]) == (409, "differs")


def test_lines_changed_before_stock_was_held_are_taken_over(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    order_id = acme.place(version=1).body["id"]

    reply = acme.place(version=2, lines=[build.line(quantity=1)])
    mail.pump()

    assert reply.status == 200
    assert acme.order(order_id)["lines"][0]["quantity"] == 1
    assert acme.stock("mug") == (4, 1)
    assert acme.codes(order_id)[:3] == ["accepted", "updated", "approved"]


def test_lines_changed_after_stock_was_held_give_it_back_and_begin_again(
    acme: Merchant, mail: Mail, planned: str
) -> None:
    acme.put_stock("hat", 1)

    acme.place(version=2, lines=[build.line("hat", 1)])

    assert acme.order(planned)["status"] == "received"
    assert acme.stock("mug") == (5, 0)
    mail.pump()
    assert acme.order(planned)["status"] == "planned"
    assert acme.stock("hat") == (0, 1)


def test_a_newer_version_says_what_it_changed(acme: Merchant, planned: str) -> None:
    acme.place(version=2, receiver={**RECEIVER, "phone": "13900001111"})

    entry = acme.call("GET", f"/v1/orders/{planned}/timeline").body["entries"][-1]
    assert entry["code"] == "updated"
    assert entry["args"] == {"fields": ["receiver.phone", "version"], "version": 2}
    assert acme.order(planned)["receiver"]["phone"] == "139****1111"


@pytest.mark.parametrize(
    "change",
    [{"tags": ["vip"]}, {"extra": {"live": "7"}}, {"notes": {"seller": "老客户"}}],
    ids=["tags", "extra", "seller's note"],
)
def test_a_newer_version_that_changes_nothing_to_be_decided_keeps_the_order_where_it_is(
    acme: Merchant, planned: str, change: dict[str, Any]
) -> None:
    reply = acme.place(version=2, **change)

    assert reply.status == 200
    assert acme.order(planned)["status"] == "planned"
    assert acme.codes(planned)[-1] == "amended"
    assert acme.stock("mug") == (3, 2)


def test_an_order_that_the_channel_cancelled_gives_its_stock_back(
    acme: Merchant, planned: str
) -> None:
    reply = acme.place(version=2, state="cancelled")

    assert reply.status == 200
    assert acme.order(planned)["status"] == "cancelled"
    assert acme.stock("mug") == (5, 0)


def test_an_order_shipped_elsewhere_is_held_and_keeps_its_stock(
    acme: Merchant, planned: str
) -> None:
    acme.place(version=2, state="shipped")

    order = acme.order(planned)
    assert order["status"] == "held"
    assert [hold["reason"] for hold in order["holds"]] == ["shipped-elsewhere"]
    assert acme.stock("mug") == (3, 2)


def test_a_hold_by_hand_outlives_a_newer_version(acme: Merchant, mail: Mail, planned: str) -> None:
    acme.call("POST", f"/v1/orders/{planned}/hold", {"note": "等客户回电"})

    acme.place(version=2, lines=[build.line(quantity=1)])
    mail.pump()

    order = acme.order(planned)
    assert (order["status"], [h["reason"] for h in order["holds"]]) == ("held", ["manual"])
    assert acme.stock("mug") == (5, 0)


def test_after_shipping_a_change_that_does_no_harm_is_noted(acme: Merchant, planned: str) -> None:
    acme.call("POST", f"/v1/orders/{planned}/ship")

    reply = acme.place(version=2, **SHIPPED_LATE)

    assert reply.status == 200
    assert acme.order(planned)["status"] == "shipped"
    assert acme.order(planned)["tags"] == ["vip"]
    assert acme.codes(planned)[-1] == "amended"
    assert acme.stock("mug") == (3, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"lines": [build.line(quantity=1)]},
        {"receiver": {**RECEIVER, "address": "文三路 9 号"}},
        {"total": 1},
    ],
)
def test_after_shipping_any_other_change_is_refused(
    acme: Merchant, planned: str, change: dict[str, Any]
) -> None:
    acme.call("POST", f"/v1/orders/{planned}/ship")
    before = acme.order(planned)

    reply = acme.place(version=2, **change)

    assert (reply.status, reply.body["code"]) == (409, "not-allowed")
    assert acme.order(planned) == before


@pytest.mark.parametrize("state", ["shipped", "cancelled"])
def test_an_order_first_seen_at_its_end_is_closed_and_holds_no_stock(
    acme: Merchant, mail: Mail, state: str
) -> None:
    acme.put_stock("mug", 5)

    order_id = acme.place(state=state).body["id"]
    mail.pump()

    assert acme.order(order_id)["status"] == "closed"
    assert acme.codes(order_id) == ["accepted", "closed"]
    assert acme.stock("mug") == (5, 0)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"shop": "nowhere"}, "shop", "unknown-shop"),
        ({"currency": "USD"}, "currency", "currency"),
        ({"placed_at": "2999-01-01T00:00:00Z"}, "placed_at", "in-the-future"),
        ({"lines": [build.line(weight=-1)]}, "lines[0].weight", "out-of-range"),
        ({"notes": {"buyer": "x" * 1001}}, "notes.buyer", "too-long"),
    ],
)
def test_a_faulty_order_is_refused_with_its_faults(
    acme: Merchant, change: dict[str, Any], field: str, code: str
) -> None:
    reply = acme.place(**change)

    assert reply.status == 422
    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [(field, code)]
    assert acme.call("GET", "/v1/orders").body["orders"] == []


def test_a_shop_that_is_switched_off_sends_nothing(acme: Merchant) -> None:
    acme.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "active": False})

    reply = acme.place()

    assert [f["code"] for f in reply.body["faults"]] == ["closed-shop"]


def test_sums_that_do_not_add_up_are_taken_and_held(acme: Merchant, mail: Mail) -> None:
    reply = acme.place(total=1)
    mail.pump()

    hold = acme.order(reply.body["id"])["holds"][0]
    assert reply.status == 202
    assert hold["reason"] == "amounts"
    assert hold["args"] == {"identity": "order-total", "line": 0, "expected": 1800, "found": 1}
    assert "18.00" in hold["zh"]
    assert "0.01" in hold["en"]
