"""Arriving units: free, or for whom they were promised to while they were on their way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.arrival import arrival, arrived, lost
from shared.domain.stock import Delta, Level
from tests.support.counters import Counters

units = st.integers(0, 20)


@pytest.mark.parametrize(
    ("coming", "presold", "good", "damaged", "delta"),
    [
        (10, 0, 10, 0, {"coming": -10, "free": 10}),
        (10, 0, 6, 4, {"coming": -10, "free": 6, "damaged": 4}),
        (10, 5, 8, 0, {"coming": -3, "presold": -5, "held": 5, "free": 3}),
        (10, 5, 4, 0, {"presold": -4, "held": 4}),
        (4, 6, 10, 0, {"coming": -4, "presold": -6, "held": 6, "free": 4}),
        (4, 6, 7, 0, {"coming": -1, "presold": -6, "held": 6, "free": 1}),
        (4, 6, 5, 2, {"coming": -2, "presold": -5, "held": 5, "damaged": 2}),
        (0, 6, 4, 2, {"coming": -2, "presold": -4, "held": 4, "damaged": 2}),
        (-2, 6, 4, 0, {"presold": -4, "held": 4}),
        (0, 2, 3, 0, {"coming": -1, "presold": -2, "held": 2, "free": 1}),
        (5, 0, 0, 0, {}),
    ],
)
def test_units_go_to_whom_they_were_promised(
    coming: int, presold: int, good: int, damaged: int, delta: Delta
) -> None:
    assert arrival(Level("mug", "hz", coming=coming, presold=presold), good, damaged) == delta


@given(coming=units, presold=units, good=units, damaged=units, gone=units)
def test_what_is_on_its_way_falls_by_what_arrives_and_no_promise_is_lost(
    coming: int, presold: int, good: int, damaged: int, gone: int
) -> None:
    counters = Counters()
    counters.put("mug", "hz", coming=coming, presold=presold)
    if good + damaged + gone > coming + presold:
        return

    counters.apply([arrived(counters.at(), good, damaged)])
    counters.apply([lost(counters.at(), gone)])

    after = counters.at()
    assert after.inbound == coming + presold - good - damaged - gone
    assert after.presold + after.held == presold
    assert after.free + after.held == good
    assert after.damaged == damaged
    assert min(after.free, after.held, after.presold) >= 0


def test_only_broken_promises_take_what_comes_below_nought() -> None:
    level = Level("mug", "hz", coming=3, presold=5)

    assert not arrived(level, 8).beyond
    assert not arrived(level, 0, 3).beyond
    assert arrived(level, 0, 4).beyond
    assert not lost(level, 3).beyond
    assert lost(level, 4).beyond
