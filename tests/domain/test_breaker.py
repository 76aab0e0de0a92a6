"""The price breaker: what counts as far too cheap, when it trips, what it stops."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import breaker
from shared.domain.breaker import Breaker, BreakerSettings, Orders, Panel, Sale, State
from shared.domain.errors import WrongState
from shared.domain.hold import Hold, Reason
from shared.domain.item import Item, Part
from shared.domain.order import Order, Status
from shared.runtime import clock
from tests.support import build
from tests.support.build import NOON

MUG = Item("mug", "杯", price=1000)
LIMITS = BreakerSettings(orders=3, minutes=10)


def order(*lines: dict[str, Any], **change: Any) -> Order:
    return build.order(content=build.content(lines=list(lines) or [build.line()], **change))


def sale(name: str, minute: float = 0) -> Sale:
    return Sale(name, clock.later(NOON, minute * 60))


def after(*sales: Sale) -> Breaker:
    one = Breaker("mug")
    for each in sales:
        one = one.saw(each, LIMITS, NOON)
    return one


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (build.line(unit_price=499), {"mug"}),
        (build.line(unit_price=500), set()),
        (build.line(unit_price=1000, quantity=2, discount=1001), {"mug"}),
        (build.line(unit_price=1000, quantity=2, share=1000), set()),
        (build.line(unit_price=0), set()),
        (build.line(unit_price=100, gift=True), set()),
        (build.line("hat", unit_price=1), set()),
    ],
    ids=["below", "at", "discounted", "shared", "a present", "a gift", "no usual price"],
)
def test_what_is_paid_for_a_unit_is_compared(line: dict[str, Any], found: set[str]) -> None:
    assert breaker.cheap(order(line), {"mug": MUG}, 50) == found


@pytest.mark.parametrize("type_", ["resend", "gift", "exchange"])
def test_what_is_sent_for_nothing_is_not_cheap(type_: str) -> None:
    assert breaker.cheap(order(build.line(unit_price=1), type=type_), {"mug": MUG}, 50) == set()


@pytest.mark.parametrize(
    ("item", "usual"),
    [
        (Item("a", "a", price=9, floor_price=20, cost=30), 9),
        (Item("a", "a", floor_price=20, cost=30), 30),
        (Item("a", "a", floor_price=20), 20),
        (Item("a", "a"), 0),
    ],
)
def test_the_usual_price_is_the_selling_price_or_else_the_floor_or_the_cost(
    item: Item, usual: int
) -> None:
    assert breaker.usual_price(item) == usual


def test_so_many_orders_within_so_many_minutes_trip_it() -> None:
    assert not after(sale("a"), sale("b", 5)).tripped
    assert after(sale("a"), sale("b", 5), sale("c", 10)).tripped


def test_orders_that_lie_further_apart_do_not() -> None:
    slow = after(*(sale(str(n), n * 5.1) for n in range(20)))

    assert not slow.tripped
    assert len(slow.seen) < LIMITS.orders


def test_the_same_order_counts_once() -> None:
    assert len(after(sale("a"), sale("a"), sale("a")).seen) == 1


def test_an_old_order_that_comes_late_does_not_count() -> None:
    assert [one.order for one in after(sale("new", 60), sale("old", 0)).seen] == ["new"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), max_size=60))
def test_it_trips_only_if_enough_distinct_orders_lie_within_the_window(
    given_: list[tuple[int, int]],
) -> None:
    first = {number: minute for number, minute in reversed(given_)}
    tripped = after(*(sale(str(n), minute) for n, minute in given_))

    if tripped.tripped:
        times = sorted(one.at for one in tripped.seen)
        assert len({one.order for one in tripped.seen}) == LIMITS.orders
        assert clock.seconds_between(times[0], times[-1]) <= 600
    else:
        assert len(tripped.seen) < LIMITS.orders
    assert {one.order for one in tripped.seen} <= {str(n) for n in first}


def test_it_is_set_back_once() -> None:
    tripped = after(sale("a"), sale("b"), sale("c"))

    armed = tripped.resume(NOON, "key:1", "price mended", Orders.KEEP)

    assert (armed.state, armed.seen, armed.orders) == (State.ARMED, (), Orders.KEEP)
    with pytest.raises(WrongState):
        armed.resume(NOON, "key:1", "", Orders.RELEASE)
    with pytest.raises(WrongState):
        tripped.trip(NOON, limits=LIMITS)


def test_a_tripped_breaker_is_an_alert() -> None:
    (found,) = after(sale("a"), sale("b"), sale("c")).findings()

    assert (found.kind.value, found.subject.sku, found.figures["orders"]) == (
        "price-breaker",
        "mug",
        3,
    )
    assert after(sale("a")).findings() == []


def test_a_kit_stops_with_what_it_is_made_of() -> None:
    items = {"set": Item("set", "套", parts=(Part("mug"), Part("hat")))}
    bought = order(build.line("set"), build.line("pen"))

    assert breaker.stopped(bought, items, ["hat", "shoe"]) == {"hat"}
    assert breaker.stopping(bought, items, {"hat"}) == {"set"}


@pytest.mark.parametrize("status", [*Status])
def test_an_order_is_held_where_no_parcel_has_left(status: Status) -> None:
    before = replace(order(), status=status, resume=Status.APPROVED)

    after_ = breaker.held(before, "mug", NOON)

    assert (after_.status is Status.HELD) == (status in breaker.STOPPABLE)
    if status in breaker.STOPPABLE:
        assert after_.holds == (Hold(Reason.BREAKER, {"skus": ["mug"]}),)
        assert after_.resume is (Status.APPROVED if status is Status.HELD else status)
        assert breaker.held(after_, "mug", NOON) is after_


def test_what_a_person_let_go_is_not_held_again() -> None:
    before = replace(order(), waived=(Reason.BREAKER,))

    assert breaker.held(before, "mug", NOON) is before


def test_the_panel_lists_what_has_tripped() -> None:
    both = Panel().with_("a", State.TRIPPED).with_("b", State.TRIPPED).with_("a", State.TRIPPED)

    assert sorted(both.tripped) == ["a", "b"]
    assert both.with_("a", State.ARMED).tripped == ("b",)
