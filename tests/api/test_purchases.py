"""/v1/purchases: what is ordered is on its way, and what has come is there."""

from typing import Any

import pytest

from shared.domain.stock import Cause, Change, Level, Place
from shared.runtime import clock
from shared.store import stock
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail


def order(acme: Merchant, *lines: tuple[str, int], **more: Any) -> Reply:
    told = [{"sku": sku, "ordered": units} for sku, units in lines]
    body = {"id": "P-1", "supplier": "景德镇瓷厂", "warehouse": "hz", "lines": told, **more}
    return acme.call("POST", "/v1/purchases", body)


def receive(acme: Merchant, *lines: dict[str, Any], **more: Any) -> Reply:
    return acme.call("POST", "/v1/purchases/P-1/receive", {"lines": list(lines), **more})


def close(acme: Merchant) -> Reply:
    return acme.call("POST", "/v1/purchases/P-1/close")


def level(acme: Merchant, sku: str = "mug", lot: str = "") -> Level:
    return stock.find_level(acme.id, Place(sku, "hz", lot)) or Level(sku, "hz", lot)


def faults(reply: Reply) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in reply.body.get("faults", ())]


def day(later: int) -> str:
    return clock.later(clock.now(), later * 86400 + 8 * 3600)[:10]


@pytest.fixture
def milk(acme: Merchant) -> str:
    """An item that is kept by lot, good for a year, and taken in with 90 days left."""
    item = {"id": "milk", "name": "牛奶", "lots": True, "shelf_life": 365, "no_receive": 90}
    assert acme.call("POST", "/v1/items", item).status == 201
    return "milk"


def test_what_is_ordered_is_on_its_way(acme: Merchant) -> None:
    reply = order(acme, ("mug", 5), ("hat", 2))

    assert (reply.status, reply.body["state"]) == (201, "open")
    assert (level(acme).coming, level(acme).on_hand, level(acme, "hat").coming) == (5, 0, 2)


def test_ordered_twice_is_once_and_another_of_that_id_is_refused(acme: Merchant) -> None:
    first, again = order(acme, ("mug", 5)), order(acme, ("mug", 5))
    other = order(acme, ("mug", 6))

    assert (again.status, again.body) == (first.status, first.body)
    assert (other.status, other.body["code"]) == (409, "exists")
    assert level(acme).coming == 5


def test_goods_come_in_several_deliveries(acme: Merchant) -> None:
    order(acme, ("mug", 5))

    first = receive(acme, {"sku": "mug", "good": 2, "damaged": 1})
    last = receive(acme, {"sku": "mug", "good": 2})

    assert (first.body["state"], last.body["state"]) == ("part-received", "done")
    assert last.body["lines"] == [{"sku": "mug", "ordered": 5, "received": 4, "damaged": 1}]
    after = level(acme)
    assert (after.coming, after.free, after.damaged) == (0, 4, 1)


@pytest.mark.parametrize("line", [{"good": 3}, {"good": 1, "damaged": 2}])
def test_more_than_was_ordered_is_refused(acme: Merchant, line: dict[str, int]) -> None:
    order(acme, ("mug", 2))

    reply = receive(acme, {"sku": "mug", **line})

    assert (reply.status, faults(reply)) == (422, [("lines[0].good", "over-receipt")])
    assert (level(acme).coming, level(acme).on_hand) == (2, 0)


def test_more_than_was_ordered_is_taken_in_where_somebody_says_so(acme: Merchant) -> None:
    order(acme, ("mug", 2))

    reply = receive(acme, {"sku": "mug", "good": 3, "damaged": 1}, allow_over=True)

    assert (reply.status, reply.body["state"]) == (200, "done")
    after = level(acme)
    assert (after.coming, after.free, after.damaged) == (0, 3, 1)


def test_one_faulty_line_keeps_the_whole_delivery_out(acme: Merchant) -> None:
    order(acme, ("mug", 2))

    reply = receive(acme, {"sku": "mug", "good": 1}, {"sku": "hat", "good": 1}, {"sku": "mug"})

    assert faults(reply) == [("lines[2].good", "out-of-range"), ("lines[2].sku", "twice")]
    assert faults(receive(acme, {"sku": "mug", "good": 1}, {"sku": "hat", "good": 1})) == [
        ("lines[1].sku", "not-in-document")
    ]
    assert level(acme).on_hand == 0


def test_the_rest_is_not_coming_once_a_purchase_is_closed(acme: Merchant) -> None:
    order(acme, ("mug", 5))
    receive(acme, {"sku": "mug", "good": 2})

    closed, again = close(acme), close(acme)
    late = receive(acme, {"sku": "mug", "good": 1})

    assert (closed.body["state"], again.body) == ("closed", closed.body)
    assert (late.status, late.body["code"]) == (409, "wrong-state")
    assert (level(acme).coming, level(acme).free) == (0, 2)


def test_what_has_come_whole_cannot_be_closed(acme: Merchant) -> None:
    order(acme, ("mug", 1))
    receive(acme, {"sku": "mug", "good": 1})

    assert close(acme).body["code"] == "wrong-state"


def test_a_lot_is_received_where_it_lies_and_awaited_without_one(
    acme: Merchant, milk: str
) -> None:
    order(acme, (milk, 10))

    reply = receive(
        acme,
        {"sku": milk, "lot": "A", "expires": day(200), "good": 4},
        {"sku": milk, "lot": "B", "made": day(-10), "good": 2, "damaged": 1},
    )

    assert reply.status == 200, reply.body
    assert (level(acme, milk).coming, level(acme, milk).on_hand) == (3, 0)
    a, b = level(acme, milk, "A"), level(acme, milk, "B")
    assert (a.free, a.expires) == (4, day(200))
    assert (b.free, b.damaged, b.expires) == (2, 1, day(355))


def test_a_lot_inside_its_no_receive_days_is_refused_with_its_figures(
    acme: Merchant, milk: str
) -> None:
    order(acme, (milk, 10))

    told = receive(acme, {"sku": milk, "lot": "A", "expires": day(80), "good": 4})
    made = receive(acme, {"sku": milk, "lot": "A", "made": day(-300), "good": 4})

    assert faults(told) == [("lines[0].expires", "too-near-expiry")]
    assert faults(made) == [("lines[0].lot", "too-near-expiry")]
    assert "90 天" in told.body["faults"][0]["detail"]
    assert level(acme, milk, "A").on_hand == 0


def test_lots_and_their_days_must_be_told_and_agree(acme: Merchant, milk: str) -> None:
    order(acme, (milk, 10))
    lot = {"sku": milk, "lot": "A", "good": 1}

    assert faults(receive(acme, {"sku": milk, "good": 1})) == [("lines[0].lot", "missing")]
    assert faults(receive(acme, lot)) == [("lines[0].expires", "missing")]
    assert faults(receive(acme, {**lot, "expires": "2099-02-30"})) == [
        ("lines[0].expires", "not-a-date")
    ]
    assert faults(receive(acme, {**lot, "made": day(-5), "expires": day(5)})) == [
        ("lines[0].expires", "other-expiry"),
        ("lines[0].expires", "too-near-expiry"),
    ]


def test_presold_units_are_held_for_their_buyers_as_soon_as_they_come(acme: Merchant) -> None:
    order(acme, ("mug", 5))
    sold = Change(Place("mug", "hz"), "presold", {"coming": -3, "presold": 3})
    stock.apply(acme.id, [sold], Cause("hold", "H-1", clock.now()))

    receive(acme, {"sku": "mug", "good": 4})

    after = level(acme)
    assert (after.coming, after.presold, after.held, after.free) == (1, 0, 3, 1)


def test_an_order_that_waits_for_the_goods_is_woken(acme: Merchant, mail: Mail) -> None:
    acme.place()
    mail.pump()
    order(acme, ("mug", 5))

    receive(acme, {"sku": "mug", "good": 2})
    mail.pump()

    assert acme.stock("mug") == (0, 2)


def test_all_faults_are_told_at_once(acme: Merchant) -> None:
    body = {"warehouse": "moon", "lines": [{"sku": "a"}, {"sku": "b", "ordered": 0}], "more": 1}

    assert faults(acme.call("POST", "/v1/purchases", body)) == [
        ("supplier", "missing"),
        ("warehouse", "unknown-warehouse"),
        ("lines[0].ordered", "missing"),
        ("lines[1].ordered", "out-of-range"),
        ("more", "unknown-field"),
    ]


def test_goods_that_are_no_items_of_the_merchant_cannot_be_ordered(
    acme: Merchant, milk: str
) -> None:
    assert faults(order(acme, ("mikl", 1))) == [("lines[0].sku", "unknown-item")]


def test_an_idempotency_key_receives_once(acme: Merchant) -> None:
    order(acme, ("mug", 5))
    body = {"lines": [{"sku": "mug", "good": 2}]}

    replies = [
        acme.call("POST", "/v1/purchases/P-1/receive", body, Idempotency_Key="k") for _ in "ab"
    ]

    assert replies[0].body == replies[1].body
    assert level(acme).free == 2


def test_purchases_are_listed_by_state(acme: Merchant) -> None:
    order(acme, ("mug", 1))
    order(acme, ("hat", 1), id="P-2", supplier="帽厂")
    receive(acme, {"sku": "mug", "good": 1})

    def ids(query: str) -> list[str]:
        return [one["id"] for one in acme.call("GET", f"/v1/purchases{query}").body["purchases"]]

    assert set(ids("")) == {"P-1", "P-2"}
    assert ids("?state=done") == ["P-1"]
    assert ids("?sku=hat") == ["P-2"]
