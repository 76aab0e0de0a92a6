"""A warehouse takes no more parcels a day than it can send, whoever asks at the same time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from functions.steps import reserve
from shared.domain import lots
from shared.domain.errors import Full
from shared.domain.order import Order, Parcel, Status
from shared.runtime import clock
from shared.store import capacities, merchants, orders, stock
from tests.support import build
from tests.support.build import NOON, Merchant

LIMIT = 50
WRITERS = 8


def limited(acme: Merchant, parcels: int, warehouse: str = "hz") -> None:
    before = merchants.warehouses.get(acme.id, warehouse)
    merchants.warehouses.replace(acme.id, replace(before, capacity=parcels))


def approved(acme: Merchant, order_id: str, *lines: str) -> Order:
    content = build.content(lines=[build.line(sku, 1) for sku in lines or ("mug",)])
    order = build.order(tenant=acme.id, id=order_id, status=Status.APPROVED, content=content)
    return orders.create(order.noted("approved", NOON))


def reserved(acme: Merchant, order_id: str, *lines: str) -> Order:
    approved(acme, order_id, *lines)
    reserve.reserve(acme.id, order_id)
    return orders.get(acme.id, order_id)


def today() -> str:
    return lots.day(clock.now())


def tomorrow() -> str:
    return lots.day(clock.later(clock.now(), 86400))


def used(acme: Merchant, day: str = "") -> dict[str, int]:
    warehouses = merchants.warehouses.list_(acme.id)
    rooms = capacities.on(acme.id, warehouses, day or today())
    return {name: units for (name, _), units in rooms.used.items() if units}


def days(order: Order) -> list[tuple[str, str]]:
    return [(parcel.warehouse, parcel.day) for parcel in order.parcels]


def test_a_parcel_takes_its_part_of_the_day(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    limited(acme, 2)

    order = reserved(acme, "1a")

    assert days(order) == [("hz", today())]
    assert used(acme) == {"hz": 1}


def test_without_a_limit_nothing_is_counted(acme: Merchant) -> None:
    acme.put_stock("mug", 5)

    assert days(reserved(acme, "1a")) == [("hz", "")]
    assert capacities.updates([(build.order(), build.order())]) == []


def test_a_full_warehouse_is_left_out_for_the_day(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    acme.put_stock("mug", 5, "gz")
    limited(acme, 1)

    first, second = reserved(acme, "1a"), reserved(acme, "1b")

    assert days(first) == [("hz", today())]
    assert days(second) == [("gz", "")]


def test_if_no_other_has_the_goods_the_parcel_waits_for_a_day_with_room(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    limited(acme, 1)

    first, second = reserved(acme, "1a"), reserved(acme, "1b")

    assert days(first) == [("hz", today())]
    assert days(second) == [("hz", tomorrow())]
    assert (used(acme), used(acme, tomorrow())) == ({"hz": 1}, {"hz": 1})


def test_a_cancelled_order_gives_its_part_back(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    limited(acme, 1)
    first = reserved(acme, "1a")

    stock.write(first, first.cancel(NOON))

    assert used(acme) == {}
    assert days(reserved(acme, "1b")) == [("hz", today())]


def test_what_is_done_twice_counts_once(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    limited(acme, 5)
    reserved(acme, "1a")

    reserve.reserve(acme.id, "1a")

    assert used(acme) == {"hz": 1}


def test_a_parcel_that_ships_keeps_its_part(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    limited(acme, 5)
    order = reserved(acme, "1a")

    stock.write(order, order.ship({1: ("sf", "SF1")}, NOON))

    assert used(acme) == {"hz": 1}


def test_a_parcel_that_moves_takes_its_part_elsewhere(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    limited(acme, 5)
    limited(acme, 5, "gz")
    order = reserved(acme, "1a")
    moved = replace(order.parcels[0], warehouse="gz", day=tomorrow())

    stock.write(order, replace(order, parcels=(moved,)).noted("moved", NOON))

    assert (used(acme), used(acme, tomorrow())) == ({}, {"gz": 1})


def test_several_orders_of_one_write_are_counted_together(acme: Merchant) -> None:
    limited(acme, 2)
    moves = [(order, planned(order)) for order in (approved(acme, "1a"), approved(acme, "1b"))]

    stock.write_all(moves)

    assert used(acme) == {"hz": 2}


def test_what_finds_the_day_full_writes_nothing(acme: Merchant) -> None:
    limited(acme, 1)
    moves = [(order, planned(order)) for order in (approved(acme, "1a"), approved(acme, "1b"))]

    with pytest.raises(Full):
        stock.write_all(moves)

    assert used(acme) == {}
    assert orders.get(acme.id, "1a").version == 1


def test_a_limit_that_was_lifted_still_takes_back(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    limited(acme, 1)
    order = reserved(acme, "1a")
    limited(acme, 0)

    stock.write(order, order.cancel(NOON))

    limited(acme, 1)
    assert used(acme) == {}


def test_days_are_those_of_china(acme: Merchant) -> None:
    limited(acme, 1)
    warehouses = list(merchants.warehouses.list_(acme.id))

    rooms = capacities.rooms(acme.id, warehouses, "2026-11-20T16:00:00.000+00:00")

    assert rooms.today == "2026-11-21"


def test_nothing_is_told_of_another_merchant(acme: Merchant, other: Merchant) -> None:
    acme.put_stock("mug", 5)
    limited(acme, 5)
    limited(other, 5)
    reserved(acme, "1a")

    assert used(other) == {}


def test_two_hundred_at_once_fill_a_day_to_the_last_parcel_and_no_further(acme: Merchant) -> None:
    acme.put_stock("mug", 200)
    limited(acme, LIMIT)
    names = [f"{no:03d}" for no in range(200)]
    for name in names:
        approved(acme, name)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda name: reserve.reserve(acme.id, name), names))

    taken = Counter(day for name in names for _, day in days(orders.get(acme.id, name)))
    assert list(taken.values()) == [LIMIT] * 4
    assert taken[today()] == used(acme)["hz"] == LIMIT


def test_what_is_too_much_for_one_warehouse_goes_from_the_other(acme: Merchant) -> None:
    for warehouse in ("hz", "gz"):
        acme.put_stock("mug", 200, warehouse)
    limited(acme, LIMIT)
    names = [f"{no:03d}" for no in range(200)]
    for name in names:
        approved(acme, name)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda name: reserve.reserve(acme.id, name), names))

    taken = Counter(use for name in names for use in days(orders.get(acme.id, name)))
    assert taken == {("hz", today()): LIMIT, ("gz", ""): 200 - LIMIT}


def planned(order: Order) -> Order:
    parcel = Parcel(1, "hz", "manual", (), day=today())
    held = replace(order, parcels=(parcel,), status=Status.RESERVED)
    return held.to(Status.PLANNED, "planned", NOON)
