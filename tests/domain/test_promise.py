"""The promise clock: by when an order must leave, why, and whether it will."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain import promise
from shared.domain.hold import Hold, Reason
from shared.domain.lateness import Tally
from shared.domain.merchant import Shop
from shared.domain.order import Order, Status
from shared.domain.promise import HOURS, Deadline, Delay, State, Why
from shared.runtime import clock
from tests.support import build
from tests.support.build import NOON

SHOP = Shop("tmall", "天猫店", "tmall")
HOUR = 3600


def after(hours: float) -> str:
    return clock.later(NOON, hours * HOUR)


def order(lines: list[dict[str, Any]] | None = None, **change: Any) -> Order:
    about = {"placed_at": NOON, "paid_at": after(1), **change}
    made = build.order(content=build.content(lines=lines or [build.line()], **about))
    return made.noted("accepted", NOON)


@pytest.mark.parametrize(
    ("change", "shop", "expected"),
    [
        ({}, SHOP, Deadline(after(49), Why.PLATFORM, 48)),
        ({"paid_at": None}, SHOP, Deadline(after(48), Why.PLATFORM, 48)),
        ({}, replace(SHOP, channel="dewu-direct"), Deadline(after(25), Why.PLATFORM, 24)),
        ({}, replace(SHOP, channel="nobody-knows"), Deadline(after(49), Why.PLATFORM, 48)),
        ({}, None, Deadline(after(49), Why.PLATFORM, 48)),
        ({}, replace(SHOP, promise=10), Deadline(after(11), Why.SHOP, 10)),
        ({"ship_by": after(5)}, SHOP, Deadline(after(5), Why.CHANNEL)),
        ({"not_before": after(100)}, SHOP, Deadline(after(148), Why.PRESALE, 48)),
        ({"not_before": after(-100)}, SHOP, Deadline(after(49), Why.PLATFORM, 48)),
    ],
)
def test_the_deadline_follows_from_the_channel_or_the_rules(
    change: dict[str, Any], shop: Shop | None, expected: Deadline
) -> None:
    assert promise.ship_by(order(**change), shop) == expected


def test_the_latest_line_of_a_presale_counts_from_its_day_in_china() -> None:
    lines = [build.line(ship_on="2026-11-25"), build.line("hat", ship_on="2026-12-01")]

    found = promise.ship_by(order(lines), SHOP)

    assert found == Deadline("2026-12-02T16:00:00.000+00:00", Why.PRESALE, 48)


def test_what_a_person_said_comes_first() -> None:
    said = replace(order(ship_by=after(5)), promise=after(2))

    assert promise.ship_by(said, SHOP) == Deadline(after(2), Why.HAND)


def test_urgent_orders_have_less_time_but_never_more() -> None:
    urgent = replace(order(), urgent=True)

    assert promise.ship_by(urgent, SHOP) == Deadline(after(25), Why.URGENT, 24)
    assert promise.ship_by(urgent, replace(SHOP, promise=10)).at == after(11)


def test_every_platform_has_its_hours() -> None:
    assert {"taobao", "tmall", "jd", "pdd", "douyin", "kuaishou", "wechat-shop"} <= HOURS.keys()
    assert all(0 < hours <= 7 * 24 for hours in HOURS.values())


@pytest.mark.parametrize(
    ("change", "status", "expected"),
    [
        ({}, Status.PLANNED, True),
        ({}, Status.SHIPPING, True),
        ({}, Status.SHIPPED, False),
        ({}, Status.CANCELLED, False),
        ({"payment": {"state": "unpaid"}}, Status.HELD, False),
        ({"payment": {"state": "unpaid", "cod": True}}, Status.PLANNED, True),
    ],
)
def test_the_clock_runs_for_what_is_paid_and_has_not_left(
    change: dict[str, Any], status: Status, *, expected: bool
) -> None:
    assert promise.runs(replace(order(**change), status=status)) is expected


def test_urgent_orders_come_first_and_then_those_that_must_leave_first() -> None:
    late, early = order(), order(ship_by=after(3))
    urgent = replace(order(ship_by=after(500)), urgent=False), replace(late, urgent=True)

    ranks = sorted([late, early, *urgent], key=lambda one: promise.rank(one, SHOP))

    assert ranks == [urgent[1], early, late, urgent[0]]


@pytest.mark.parametrize(
    ("change", "at", "expected"),
    [
        ({}, 0, False),
        ({"ship_by": after(47)}, 0, True),
        ({"ship_by": after(490)}, 0, False),
        ({"paid_at": after(30)}, 30, False),
        ({}, 36, True),
        ({}, 34.9, False),
    ],
)
def test_an_order_stands_apart_if_the_walk_would_come_too_late(
    change: dict[str, Any], at: float, *, expected: bool
) -> None:
    assert promise.stands_apart(order(**change), SHOP, 12, after(at)) is expected


PACES = {
    ("review", ""): 600.0,
    ("held-service", ""): 7200.0,
    ("stock", ""): 60.0,
    ("buffer", ""): 60.0,
    ("warehouse", ""): 36000.0,
    ("warehouse", "gz"): 72000.0,
    ("handover", ""): 3600.0,
}


def test_the_forecast_adds_the_stages_to_come_less_what_has_passed() -> None:
    fresh = order()

    assert promise.forecast(fresh, PACES, NOON) == clock.later(NOON, 600 + 120 + 36000 + 3600)
    assert promise.forecast(fresh, PACES, after(0.1)) == clock.later(NOON, 600 + 120 + 39600)
    assert promise.forecast(fresh, PACES, after(5)) == clock.later(after(5), 120 + 39600)


def test_the_forecast_knows_the_warehouse_the_hold_and_the_scales() -> None:
    parcel = build.parcel(1, build.source(warehouse="gz"))
    planned = replace(order(), status=Status.PLANNED, parcels=(parcel,))
    planned = replace(planned, timeline=(replace(planned.timeline[0], status=Status.PLANNED),))
    weighed = replace(planned, parcels=(replace(parcel, weighed_at=NOON),))

    held = planned.hold((Hold(Reason.BUYER_NOTE),), Status.PLANNED, NOON)

    assert promise.forecast(planned, PACES, NOON) == clock.later(NOON, 72000 + 3600)
    assert promise.forecast(weighed, PACES, NOON) == after(1)
    assert promise.forecast(held, PACES, NOON) == clock.later(NOON, 7200 + 72000 + 3600)
    assert promise.forecast(planned, {}, NOON) == ""


@pytest.mark.parametrize(
    ("expected", "now", "state"),
    [
        (after(40), after(47), State.SOON),
        (after(50), after(47), State.BREACH),
        ("", after(47), State.SOON),
        (after(40), after(48), State.LATE),
    ],
)
def test_the_state_of_an_order_against_its_clock(expected: str, now: str, state: State) -> None:
    assert promise.state(Deadline(after(48), Why.PLATFORM, 48), expected, now) is state


def test_where_the_time_went_is_told_in_a_sentence() -> None:
    slow = order().to(Status.APPROVED, "approved", after(1))

    found = promise.delay(slow, after(4))

    assert found == Delay("stock", 3 * HOUR, 75)
    assert promise.told(found, "zh") == "时间主要用在等库存：3.0 小时，占 75%"
    assert promise.told(found, "en") == "most of its time went into waiting for stock: 3.0 h, 75 %"
    assert promise.delay(order(), NOON) is None


def test_late_orders_are_counted_by_warehouse_or_else_by_shop() -> None:
    there = replace(order(), parcels=(build.parcel(1, build.source(warehouse="hz")),))

    tally = Tally(NOON).counted([(there, State.LATE), (order(), State.BREACH)])
    tally = tally.counted([(there, State.LATE), (order(), State.SOON)])

    assert tally.counts == {"late": 2, "breach-forecast": 1, "soon": 1}
    found = {
        (one.kind.value, one.subject.warehouse, one.subject.shop, one.figures["orders"])
        for one in tally.findings()
    }
    assert found == {("promise-late", "hz", "", 2), ("promise-risk", "", "tmall", 1)}
