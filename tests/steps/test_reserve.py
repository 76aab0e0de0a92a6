"""Stock for the whole order or for none: kits, lots, very large orders, stock below nought."""

from dataclasses import replace
from typing import Any

import pytest

from functions.steps import reserve, ship
from shared.domain.errors import Conflict
from shared.domain.hold import Hold, Reason
from shared.domain.item import Item, Part, Pick
from shared.domain.order import Order, Status
from shared.domain.place import Strategy
from shared.domain.stock import Cause, Change, Place, folded
from shared.runtime import clock
from shared.store import ledgers, merchants, orders, stock
from tests.support import build
from tests.support.build import NOON, Merchant

MANY = 200  # lines, each of its own SKU: more counters than two transactions take


def approved(acme: Merchant, lines: list[dict[str, Any]], order_id: str = "1a") -> Order:
    content = build.content(lines=lines)
    order = build.order(tenant=acme.id, id=order_id, status=Status.APPROVED, content=content)
    return orders.create(order.noted("approved", NOON))


def reserved(acme: Merchant, *pairs: tuple[str, int]) -> Order:
    order = approved(acme, [build.line(sku, units) for sku, units in pairs])
    reserve.reserve(acme.id, order.id)
    return orders.get(acme.id, order.id)


def sources(order: Order) -> list[tuple[str, str, str, int]]:
    return [(s.sku, s.warehouse, s.lot, s.quantity) for s in order.sources]


def put_lot(acme: Merchant, lot: str, units: int, expires: str) -> None:
    change = Change(
        Place("milk", "hz", lot), "received", {"free": units}, sets={"expires": expires}
    )
    stock.apply(acme.id, [change], Cause("movement", lot, NOON))


def days_from_now(days: int) -> str:
    return clock.later(clock.now(), days * 86400)[:10]


# --- what an order takes -------------------------------------------------
def test_a_kit_takes_its_parts_and_ships_them(acme: Merchant) -> None:
    parts = (Part("cup", 2, 6000), Part("lid", 1, 4000))
    for item in (Item("cup", "杯"), Item("lid", "盖"), Item("set", "套装", parts=parts)):
        merchants.items.add(acme.id, item)
    acme.put_stock("cup", 7)
    acme.put_stock("lid", 5)

    order = reserved(acme, ("set", 3))

    assert sources(order) == [("cup", "hz", "", 6), ("lid", "hz", "", 3)]
    assert (acme.stock("cup"), acme.stock("lid")) == ((1, 6), (2, 3))
    ship.send(order, {1: ("sf", "SF1")}, NOON)
    assert (acme.stock("cup"), acme.stock("lid")) == ((1, 0), (2, 0))


def test_of_a_choice_any_part_is_taken(acme: Merchant) -> None:
    parts = (Part("red"), Part("blue"))
    for item in (
        Item("red", "红"),
        Item("blue", "蓝"),
        Item("any", "任选", parts=parts, pick=Pick.ONE),
    ):
        merchants.items.add(acme.id, item)
    acme.put_stock("red", 2)
    acme.put_stock("blue", 2)

    order = reserved(acme, ("any", 3))

    assert sources(order) == [("red", "hz", "", 2), ("blue", "hz", "", 1)]


def test_a_kit_that_is_short_names_its_parts(acme: Merchant) -> None:
    merchants.items.add(acme.id, Item("cup", "杯"))
    merchants.items.add(acme.id, Item("set", "套装", parts=(Part("cup", 2, 10000),)))
    acme.put_stock("cup", 3)

    order = reserved(acme, ("set", 2))

    assert order.status is Status.SHORT
    assert order.timeline[-1].args == {"missing": {"cup": 1}}


def test_the_lot_that_ends_first_goes_first_and_one_too_near_its_end_stays(acme: Merchant) -> None:
    merchants.items.add(acme.id, Item("milk", "奶", lots=True, no_sale=5))
    put_lot(acme, "over", 9, days_from_now(-2))
    put_lot(acme, "nearly", 9, days_from_now(3))
    put_lot(acme, "late", 9, days_from_now(90))
    put_lot(acme, "soon", 2, days_from_now(30))

    order = reserved(acme, ("milk", 4))

    assert sources(order) == [("milk", "hz", "soon", 2), ("milk", "hz", "late", 2)]


def test_what_may_not_be_sold_is_not_there(acme: Merchant) -> None:
    put_lot(acme, "over", 9, days_from_now(-2))

    assert reserved(acme, ("milk", 1)).status is Status.SHORT


def test_a_warehouse_may_be_allowed_to_fall_below_nought(acme: Merchant) -> None:
    acme.put_stock("mug", 2)
    hz = merchants.warehouses.get(acme.id, "hz")
    merchants.warehouses.replace(acme.id, replace(hz, negative=True))

    order = reserved(acme, ("mug", 3))

    assert order.status is Status.PLANNED
    assert acme.stock("mug") == (-1, 3)


def test_a_shop_that_was_not_appointed_gets_nothing_from_a_warehouse(acme: Merchant) -> None:
    acme.put_stock("mug", 9, "hz")
    acme.put_stock("mug", 9, "gz")
    hz = merchants.warehouses.get(acme.id, "hz")
    merchants.warehouses.replace(acme.id, replace(hz, shops=("douyin",)))

    assert sources(reserved(acme, ("mug", 1))) == [("mug", "gz", "", 1)]


def test_a_shop_empties_the_fullest_warehouse_first_if_it_likes(acme: Merchant) -> None:
    acme.put_stock("mug", 3, "hz")
    acme.put_stock("mug", 4, "gz")
    tmall = merchants.shops.get(acme.id, "tmall")
    merchants.shops.replace(acme.id, replace(tmall, sourcing=Strategy.MOST_STOCK))

    assert sources(reserved(acme, ("mug", 5))) == [("mug", "gz", "", 4), ("mug", "hz", "", 1)]


# --- very large orders ---------------------------------------------------
@pytest.fixture
def large(acme: Merchant) -> Order:
    skus = [f"s{no:03d}" for no in range(MANY)]
    changes = [Change(Place(sku, "hz"), "received", {"free": 2}) for sku in skus]
    for some in (changes[:90], changes[90:180], changes[180:]):
        stock.apply(acme.id, some, Cause("movement", "M-0", NOON))
    return approved(acme, [build.line(sku, 1) for sku in skus])


def held(acme: Merchant) -> int:
    return sum(level.held for level in stock.page(acme.id, "", 500))


def true(acme: Merchant) -> bool:
    """Whether every counter is what its ledger says."""
    return all(
        folded(ledgers.read(acme.id, level.place))["held"] == level.held
        for level in stock.page(acme.id, "", 500)
    )


def test_a_large_order_is_held_shipped_and_leaves_nothing_behind(
    acme: Merchant, large: Order
) -> None:
    reserve.reserve(acme.id, large.id)
    order = orders.get(acme.id, large.id)
    assert (order.status, order.gathering, held(acme)) == (Status.PLANNED, False, MANY)
    assert [len(parcel.sources) for parcel in order.parcels] == [90, 90, 20]

    ship.send(order, {parcel.no: ("sf", "SF1") for parcel in order.parcels}, NOON)

    assert orders.get(acme.id, large.id).status is Status.SHIPPED
    assert held(acme) == 0
    assert true(acme)


def test_a_large_order_that_is_cancelled_gives_everything_back(
    acme: Merchant, large: Order
) -> None:
    reserve.reserve(acme.id, large.id)
    order = orders.get(acme.id, large.id)

    cancelled = stock.write(order, order.cancel(NOON))

    assert (cancelled.status, cancelled.owed, held(acme)) == (Status.CANCELLED, (), 0)
    assert true(acme)


def test_a_large_order_that_lacks_one_thing_holds_nothing(acme: Merchant, large: Order) -> None:
    take(acme, "s150", 2)

    reserve.reserve(acme.id, large.id)

    order = orders.get(acme.id, large.id)
    assert (order.status, order.sources, held(acme)) == (Status.SHORT, (), 0)


def test_a_thing_that_goes_while_the_rest_is_gathered_is_compensated(
    acme: Merchant, large: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last portion meets an empty counter: what the first ones held is given back."""
    write, loads = stock.write, []

    def write_late(before: Order, after: Order, *more: Any) -> Order:
        loads.append(len(after.holding))
        if loads == [90, 180]:
            take(acme, "s199", 2)
        return write(before, after, *more)

    monkeypatch.setattr(stock, "write", write_late)
    reserve.reserve(acme.id, large.id)

    order = orders.get(acme.id, large.id)
    assert loads[:3] == [90, 180, 200]
    assert (order.status, order.sources, order.owed) == (Status.APPROVED, (), ())
    assert held(acme) == 0
    assert true(acme)
    reserve.reserve(acme.id, large.id)
    assert orders.get(acme.id, large.id).status is Status.SHORT


@pytest.mark.parametrize("stops_after", [1, 2, 3])
def test_whoever_stops_on_the_way_leaves_an_order_that_the_next_one_finishes(
    acme: Merchant, large: Order, monkeypatch: pytest.MonkeyPatch, stops_after: int
) -> None:
    with monkeypatch.context() as dying:
        stop_after(dying, stops_after)
        with pytest.raises(ConnectionError):
            reserve.reserve(acme.id, large.id)
    assert held(acme) == min(90 * stops_after, MANY)

    reserve.reserve(acme.id, large.id)

    assert orders.get(acme.id, large.id).status is Status.PLANNED
    assert held(acme) == MANY
    assert true(acme)


@pytest.mark.parametrize("stops_after", [1, 2])
def test_a_cancel_that_stops_on_the_way_is_finished_by_the_sweep(
    acme: Merchant, large: Order, monkeypatch: pytest.MonkeyPatch, stops_after: int
) -> None:
    reserve.reserve(acme.id, large.id)
    order = orders.get(acme.id, large.id)
    with monkeypatch.context() as dying:
        stop_after(dying, stops_after)
        with pytest.raises(ConnectionError):
            stock.write(order, order.cancel(NOON))
    waiting = [(t, i) for t, i, _ in orders.open_work("move", before="9")]
    assert (acme.id, large.id) in waiting
    assert held(acme) == MANY - 90 * stops_after

    reserve.reserve(acme.id, large.id)

    assert held(acme) == 0
    assert (acme.id, large.id) not in [(t, i) for t, i, _ in orders.open_work("move", before="9")]


def test_a_large_order_stopped_by_hand_half_way_holds_nothing(
    acme: Merchant, large: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        stop_after(dying, 1)
        with pytest.raises(ConnectionError):
            reserve.reserve(acme.id, large.id)

    order = orders.get(acme.id, large.id)
    stock.write(order, order.hold((Hold(Reason.MANUAL),), order.status, NOON))

    assert held(acme) == 0


def take(acme: Merchant, sku: str, units: int) -> None:
    change = Change(Place(sku, "hz"), "issued", {"free": -units})
    stock.apply(acme.id, [change], Cause("movement", "M-1", NOON))


def stop_after(dying: pytest.MonkeyPatch, writes: int) -> None:
    """The process ends right after so many writes of stock."""
    apply, done = stock.apply, []

    def apply_and_die(*args: Any) -> None:
        apply(*args)
        done.append(1)
        if len(done) == writes:
            raise ConnectionError

    dying.setattr(stock, "apply", apply_and_die)


def test_a_conflict_is_left_to_the_queue(acme: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    acme.put_stock("mug", 2)
    order = approved(acme, [build.line("mug", 1)])
    stale = replace(order, version=order.version - 1)
    monkeypatch.setattr(orders, "get", lambda *_: stale)

    with pytest.raises(Conflict):
        reserve.reserve(acme.id, order.id)

    assert acme.stock("mug") == (2, 0)
