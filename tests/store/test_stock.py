"""Stock moves with its order or not at all, and never below zero."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.errors import Conflict, Invalid, Refused, Short
from shared.domain.order import Order, Source, Status
from shared.domain.stock import Cause, Level, Place, folded
from shared.store import keys, ledgers, orders, stock
from tests.support import build
from tests.support.build import NOON, Merchant

BY_HAND = Cause("hand", "-", NOON)


def level(acme: Merchant) -> Level:
    found = stock.find_level(acme.id, Place("mug", "hz"))
    assert found is not None
    return found


def approved(tenant: str, order_id: str = "1a") -> Order:
    order = build.order(tenant=tenant, id=order_id, since=NOON, status=Status.APPROVED)
    return orders.create(order.noted("approved", NOON))


def holding(order: Order, *sources: Source) -> Order:
    return replace(order, sources=sources).to(Status.RESERVED, "reserved", NOON)


def test_stock_and_order_are_written_together(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    order = approved(acme.id)

    held = stock.write(order, holding(order, build.source(quantity=3)))

    assert acme.stock("mug") == (2, 3)
    assert orders.get(acme.id, order.id) == held


def test_if_one_counter_is_short_nothing_is_written(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    acme.put_stock("hat", 1)
    order = approved(acme.id)

    with pytest.raises(Short) as short:
        stock.write(order, holding(order, build.source("mug", 5), build.source("hat", 2, line=2)))

    assert short.value.figures["missing"] == ["hat"]
    assert (acme.stock("mug"), acme.stock("hat")) == ((5, 0), (1, 0))
    assert orders.get(acme.id, order.id) == order


def test_a_counter_that_is_not_there_is_short(acme: Merchant) -> None:
    order = approved(acme.id)

    with pytest.raises(Short):
        stock.write(order, holding(order, build.source("nothing", 1)))


def test_if_the_order_changed_no_stock_moves(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    order = approved(acme.id)
    orders.save(order.noted("note", NOON))

    with pytest.raises(Conflict):
        stock.write(order, holding(order, build.source()))

    assert acme.stock("mug") == (5, 0)


def test_the_same_sku_on_two_lines_is_one_counter(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    order = approved(acme.id)

    stock.write(order, holding(order, build.source(quantity=2), build.source(quantity=3, line=2)))

    assert acme.stock("mug") == (0, 5)


def test_orders_that_race_for_the_last_units_share_them(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    rivals = [approved(acme.id, f"{n:02x}") for n in range(8)]

    def take(order: Order) -> int:
        try:
            stock.write(order, holding(order, build.source(quantity=1)))
        except Short:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(take, rivals))

    assert taken == 5
    assert acme.stock("mug") == (0, 5)


def test_units_that_left_are_neither_held_nor_free(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    order = approved(acme.id)
    held = stock.write(order, holding(order, build.source(quantity=2)))
    parcels = (build.parcel(1, *held.sources),)
    planned = orders.save(replace(held, parcels=parcels).to(Status.PLANNED, "planned", NOON))

    stock.write(planned, planned.ship({1: ("", "")}, NOON))

    assert acme.stock("mug") == (3, 0)


def test_a_level_keeps_what_is_held(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    order = approved(acme.id)
    stock.write(order, holding(order, build.source(quantity=2)))
    before = level(acme)

    with pytest.raises(Invalid):
        stock.set_on_hand(acme.id, before, 1, BY_HAND)

    stock.set_on_hand(acme.id, before, 2, BY_HAND)
    assert acme.stock("mug") == (0, 2)


def test_two_who_set_the_same_counter_do_not_add_up(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    before = level(acme)
    stock.set_on_hand(acme.id, before, 9, BY_HAND)

    with pytest.raises(Conflict):
        stock.set_on_hand(acme.id, before, 9, BY_HAND)
    with pytest.raises(Conflict):
        stock.set_on_hand(acme.id, Level("mug", "hz"), 9, BY_HAND)

    assert acme.stock("mug") == (9, 0)


def test_what_is_set_and_what_is_held_meanwhile_both_count(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    before = level(acme)
    order = approved(acme.id)
    stock.write(order, holding(order, build.source(quantity=2)))

    stock.set_on_hand(acme.id, before, 9, BY_HAND)

    assert acme.stock("mug") == (7, 2)


def test_pages_walk_over_all_counters_once(acme: Merchant) -> None:
    skus = ["a", "a b", "a-b", "ab", "b", "杯子", "🍵"]
    for sku in skus:
        for warehouse in ("gz", "hz"):
            acme.put_stock(sku, 1, warehouse)

    seen: list[tuple[str, str]] = []
    after = ""
    while page := stock.page(acme.id, after, 3):
        seen += [(level.sku, level.warehouse) for level in page]
        after = keys.place(page[-1].place)

    assert len(seen) == len(set(seen)) == 14
    assert {sku for sku, _ in seen} == set(skus)


def test_a_page_of_one_sku_shows_no_other(acme: Merchant) -> None:
    for sku in ("a", "a b", "ab"):
        acme.put_stock(sku, 1)

    assert [level.sku for level in stock.page(acme.id, "", 10, "a")] == ["a"]


numbers = count()
SKUS, PLACES = ("mug", "hat"), ("hz", "gz")
sources = st.lists(
    st.builds(
        Source, st.just(1), st.sampled_from(SKUS), st.sampled_from(PLACES), st.integers(1, 4)
    ),
    min_size=1,
    max_size=3,
)
moves = st.sampled_from(["plan", "ship", "ship-one", "cancel", "renew", "reserve"])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wants=sources, way=st.lists(moves, min_size=2, max_size=6))
def test_whatever_an_order_does_no_unit_appears_or_is_lost(
    acme: Merchant, wants: list[Source], way: list[str]
) -> None:
    run = f"-{next(numbers)}"  # each example has goods of its own
    places = [(sku + run, warehouse) for sku in SKUS for warehouse in PLACES]
    for sku, warehouse in places:
        acme.put_stock(sku, 5, warehouse)
    order = approved(acme.id, run)
    wants = [replace(source, sku=source.sku + run) for source in wants]

    for move in ["reserve", *way]:
        with suppress(Refused):
            order = stock.write(order, moved(order, move, wants))

    for sku, warehouse in places:
        place = Place(sku, warehouse)
        free, held = acme.stock(sku, warehouse)
        assert free >= 0
        assert held == order.holding[place]
        assert free + held + order.sent[place] == 5
        sums = folded(ledgers.read(acme.id, place))
        assert (sums["free"], sums["held"]) == (free, held)


def moved(order: Order, move: str, wants: list[Source]) -> Order:
    match move:
        case "reserve":
            return holding(order, *wants)
        case "plan":
            pairs = enumerate(sorted({s.warehouse for s in order.sources}), 1)
            parcels = tuple(
                build.parcel(no, *(s for s in order.sources if s.warehouse == name))
                for no, name in pairs
            )
            return replace(order, parcels=parcels).to(Status.PLANNED, "planned", NOON)
        case "ship":
            return order.ship({p.no: ("", "") for p in order.parcels if not p.shipped_at}, NOON)
        case "ship-one":
            return order.ship({1: ("", "")}, NOON)
        case "cancel":
            return order.cancel(NOON)
    return order.renewed(NOON)


def test_holdings_are_counted_by_sku_and_warehouse() -> None:
    order = build.order(sources=(build.source(), build.source(line=2), build.source("hat", 1)))

    assert order.holding == Counter({Place("mug", "hz"): 4, Place("hat", "hz"): 1})
