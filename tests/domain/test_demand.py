"""What was shipped, and how little is too little."""

import pytest

from shared.domain import demand
from shared.domain.demand import Demand
from shared.domain.stock import Posting

NOW = "2026-11-20T12:00:00.000+00:00"


def line(day: str, what: str = "shipped", units: int = 1) -> Posting:
    return Posting(f"{day}T08:00:00.000+00:00", what, "order", "a", {"held": -units})


@pytest.mark.parametrize(
    ("daily", "lead_days", "service", "point"),
    [
        ([2] * 28, 7, 95, 14),  # the same every day: nothing to be careful about
        ([0, 4] * 14, 4, 95, 15),  # 2 x 4 + 1.645 x 2 x 2
        ([0, 4] * 14, 4, 50, 8),
        ([0, 4] * 14, 0, 95, 0),
        ([0] * 28, 7, 99, 0),
        ([], 7, 95, 0),
    ],
)
def test_the_reorder_point_covers_the_lead_time_and_its_chances(
    daily: list[int], lead_days: int, service: int, point: int
) -> None:
    assert demand.reorder_point(daily, lead_days, service) == point


def test_shipments_are_counted_by_day_over_all_places() -> None:
    ledgers = [[line("2026-11-19", units=2), line("2026-11-18")], [line("2026-11-19", units=3)]]

    found = demand.renewed(Demand(), ledgers, NOW)

    assert found.days == {"2026-11-19": 5, "2026-11-18": 1}
    assert found.moved == line("2026-11-19").at
    assert found.daily(NOW)[-2:] == [1, 5]
    assert len(found.daily(NOW)) == 28


def test_days_that_were_counted_are_not_read_again() -> None:
    before = Demand({"2026-11-17": 4, "2026-10-01": 9}, line("2026-11-17").at, "2026-11-18")
    rest = iter([line("2026-11-19"), line("2026-11-18"), line("2026-11-17"), line("2026-11-16")])

    found = demand.renewed(before, [rest], NOW)

    assert found.days == {"2026-11-17": 4, "2026-11-18": 1, "2026-11-19": 1}
    assert [one.at[:10] for one in rest] == ["2026-11-16"]


def test_counting_twice_counts_once() -> None:
    lines = [line("2026-11-20"), line("2026-11-19"), line("2026-11-10")]

    once = demand.renewed(Demand(), [lines], NOW)

    assert demand.renewed(once, [lines], NOW) == once


def test_what_was_never_shipped_has_rested_since_it_came() -> None:
    lines = [line("2026-11-19", "held"), line("2026-06-01", "received")]

    assert demand.renewed(Demand(), [lines], NOW).moved == line("2026-06-01").at


def test_the_last_shipment_is_looked_for_as_far_back_as_it_lies() -> None:
    lines = [line("2026-11-19", "held"), line("2026-03-01"), line("2026-02-01")]

    found = demand.renewed(Demand(), [lines], NOW)

    assert (found.moved, found.days) == (line("2026-03-01").at, {})
