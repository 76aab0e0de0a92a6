"""Which orders wait for stock, and for how many units."""

from dataclasses import replace

import pytest

from shared.domain import unrouted
from shared.domain.hold import Hold, Reason
from shared.domain.item import Item, Part, Pick
from shared.domain.order import Order, Status
from tests.support import build

ALL = Item("set", "set", parts=(Part("cup", 2), Part("lid")))
ONE = replace(ALL, pick=Pick.ONE)
MANUAL = (Hold(Reason.MANUAL),)


def at(status: Status, **change: object) -> Order:
    return build.order(status=status, **change)


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.APPROVED, Status.SHORT])
def test_before_stock_is_held_an_order_waits(status: Status) -> None:
    assert unrouted.units(at(status), {}) == {"mug": 2}


@pytest.mark.parametrize(
    "status", [each for each in Status if each not in {*unrouted.BEFORE_STOCK, Status.HELD}]
)
def test_with_its_stock_or_at_its_end_it_does_not(status: Status) -> None:
    assert unrouted.units(at(status), {}) == {}


@pytest.mark.parametrize(
    ("resume", "waits"),
    [(Status.RECEIVED, True), (Status.SHORT, True), (Status.PLANNED, False)],
)
def test_a_held_order_waits_as_it_did_before(resume: Status, waits: bool) -> None:
    order = at(Status.HELD, resume=resume, holds=MANUAL)

    assert unrouted.waits(order) is waits


def test_an_order_that_came_with_its_stock_does_not_wait() -> None:
    assert unrouted.units(at(Status.RECEIVED, sources=(build.source(),)), {}) == {}


def test_one_that_gathers_its_stock_waits_for_the_rest() -> None:
    lines = [build.line("mug", 5), build.line("hat", 3)]
    order = at(
        Status.APPROVED,
        content=build.content(lines=lines),
        sources=(build.source("mug", 5),),
        gathering=True,
    )

    assert unrouted.units(order, {}) == {"hat": 3}


def test_lines_of_one_sku_add_up_and_an_unknown_one_is_left_out() -> None:
    lines = [build.line("mug", 2), build.line("mug", 3)]
    content = build.content(lines=[*lines, {"shop_sku": "?", "quantity": 1, "unit_price": 9}])

    assert unrouted.units(at(Status.RECEIVED, content=content), {}) == {"mug": 5}


@pytest.mark.parametrize(
    ("item", "waits"), [(ALL, {"cup": 6, "lid": 3}), (ONE, {"set": 3})], ids=["all", "one"]
)
def test_kits_wait_as_their_parts_or_as_themselves(item: Item, waits: dict[str, int]) -> None:
    order = at(Status.RECEIVED, content=build.content(lines=[build.line("set", 3)]))

    assert unrouted.units(order, {"set": item}) == waits


def test_whether_it_may_have_waited_is_seen_from_its_history() -> None:
    new = at(Status.RECEIVED).noted("accepted", build.NOON)
    first = replace(new, version=1)
    second = replace(first.to(Status.APPROVED, "approved", build.NOON), version=2)
    stocked = replace(second.to(Status.RESERVED, "reserved", build.NOON), version=3)
    planned = replace(stocked.to(Status.PLANNED, "planned", build.NOON), version=4)

    versions = (first, second, stocked, planned)
    assert [unrouted.may_have_waited(one) for one in versions] == [False, True, True, False]
