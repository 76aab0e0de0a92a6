"""What is wrong with stock, rule by rule."""

from dataclasses import replace

import pytest

from shared.domain import finding
from shared.domain.alert import Kind, Subject
from shared.domain.demand import Demand, days_before
from shared.domain.item import Item
from shared.domain.ledger import Difference, Flaw
from shared.domain.sellable import Standing
from shared.domain.stock import Level, Place

NOW = "2026-11-20T12:00:00.000+00:00"
MUG = Item("mug", "杯子", lots=True, no_sale=10, near_expiry=30, lead_days=7, safety={"*": 5})
STEADY = Demand(dict.fromkeys(days_before(NOW), 2), NOW)


@pytest.mark.parametrize(
    ("expires", "kind"),
    [
        ("2026-12-31", None),
        ("2026-12-10", Kind.NEAR_EXPIRY),
        ("2026-11-25", Kind.NO_SALE),
        ("2026-11-01", Kind.NO_SALE),
        ("", None),
    ],
)
def test_a_lot_with_units_is_told_of_as_its_end_comes_near(
    expires: str, kind: Kind | None
) -> None:
    level = Level("mug", "hz", "L1", free=3, expires=expires)

    found = finding.places([level], MUG, NOW)

    assert [one.kind for one in found] == ([kind] if kind else [])
    assert finding.places([replace(level, free=0)], MUG, NOW) == []


def test_a_counter_below_nought_is_told_by_name() -> None:
    (one,) = finding.places([Level("mug", "hz", free=-3, held=1)], None, NOW)

    assert (one.kind, one.figures) == (Kind.NEGATIVE, {"counter": "on_hand", "units": -2})


@pytest.mark.parametrize(
    ("free", "kinds"),
    [
        (5, []),
        (4, [Kind.BELOW_SAFETY]),
        (-1, [Kind.OVERSOLD, Kind.BELOW_SAFETY]),
    ],
)
def test_a_warehouse_with_less_free_than_its_safety_stock_is_told_of(
    free: int, kinds: list[Kind]
) -> None:
    at = Standing("hz", on_hand=free + 2, held=2, safety=5)

    found = finding.warehouses("mug", [at], MUG)

    assert [one.kind for one in found] == kinds
    assert {one.subject for one in found} <= {Subject("mug", "hz")}


def test_an_item_that_is_not_sold_any_more_needs_no_safety_stock() -> None:
    at = Standing("hz", on_hand=1, safety=5)

    assert finding.warehouses("mug", [at], replace(MUG, active=False)) == []


@pytest.mark.parametrize(("waiting", "told"), [(0, False), (4, False), (5, True)])
def test_orders_that_find_no_stock_are_oversold(waiting: int, told: bool) -> None:
    assert bool(finding.orders("mug", 4, waiting)) is told


@pytest.mark.parametrize(
    ("free", "coming", "told"), [(14, 0, False), (10, 4, False), (10, 3, True)]
)
def test_what_will_not_last_until_more_can_arrive_is_told(
    free: int, coming: int, told: bool
) -> None:
    found = finding.supply(MUG, STEADY, free, coming, NOW)

    assert bool(found) is told
    assert finding.supply(replace(MUG, lead_days=0), STEADY, 0, 0, NOW) == []


@pytest.mark.parametrize(
    ("units", "days", "told"), [(1, 30, True), (0, 30, False), (1, 31, False)]
)
def test_units_that_rest_are_told_of(units: int, days: int, told: bool) -> None:
    demand = Demand(moved="2026-10-21T12:00:00.000+00:00")

    assert bool(finding.rest("mug", demand, units, days, NOW)) is told


def test_a_place_that_differs_in_many_ways_is_one_finding() -> None:
    place = Place("mug", "hz")
    differences = [
        Difference(Flaw.DRIFT, place, "free", 7, 8),
        Difference(Flaw.GAP, place, "", 3, 2),
    ]

    (one,) = finding.drift(differences)

    assert (one.subject, one.figures["shows"]) == (Subject("mug", "hz"), 7)
