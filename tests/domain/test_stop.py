"""What stops an order, since when, and by when somebody should have seen to it."""

from dataclasses import replace

from shared.domain import stop
from shared.domain.hold import NATURE, Hold, Reason
from shared.domain.order import Order, Status
from tests.support import build

NOON = build.NOON
ONE = "2026-11-20T13:00:00.000+00:00"
TOMORROW = "2026-11-21T12:00:00.000+00:00"


def held(*reasons: Reason, at: str = NOON) -> Order:
    return build.order().hold(tuple(map(Hold, reasons)), Status.RECEIVED, at)


def test_a_hold_counts_from_the_time_at_which_it_stopped_the_order() -> None:
    order = held(Reason.AMOUNTS)
    twice = order.hold((Hold(Reason.MANUAL),), Status.RECEIVED, ONE)

    assert [(one.hold.reason, one.since) for one in stop.stops(twice)] == [
        (Reason.AMOUNTS, NOON),
        (Reason.MANUAL, ONE),
    ]


def test_its_deadline_is_so_many_hours_later() -> None:
    [one] = stop.stops(held(Reason.AMOUNTS))

    assert one.deadline == TOMORROW
    assert not one.overdue(TOMORROW)
    assert one.overdue("2026-11-21T12:00:00.001+00:00")


def test_where_nobody_can_do_anything_there_is_no_deadline() -> None:
    [one] = stop.stops(held(Reason.UNPAID))

    assert NATURE[Reason.UNPAID].hours == 0
    assert (one.deadline, one.overdue("9")) == ("", False)


def test_what_an_order_is_short_of_stops_it_as_well() -> None:
    short = build.order(status=Status.APPROVED).to(Status.SHORT, "short", ONE, missing={"mug": 2})

    [one] = stop.stops(short)

    assert one.hold == Hold(Reason.SHORT, {"missing": {"mug": 2}})
    assert one.since == ONE


def test_an_order_that_goes_its_way_is_not_stopped() -> None:
    assert stop.stops(build.order()) == []


def test_a_history_that_has_lost_the_entry_tells_since_when_the_order_waits() -> None:
    [one] = stop.stops(replace(held(Reason.AMOUNTS), timeline=()))

    assert one.since == NOON
