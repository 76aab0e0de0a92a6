"""Whole fen among lines: the sums are exact, and nobody goes beyond the room that it has."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import apportion

CASES: list[tuple[int, list[int], list[int] | None, list[int]]] = [
    (300, [4000, 2000, 2000], None, [150, 75, 75]),
    (-300, [4000, 2000, 2000], None, [-150, -75, -75]),
    (299, [1000, 1000, 1000], None, [100, 100, 99]),
    (1000, [1, 1, 1], None, [334, 333, 333]),
    (-1000, [1, 1, 1], None, [-334, -333, -333]),
    (0, [1, 1, 1, 1], None, [0, 0, 0, 0]),
    (40, [10, 0], None, [40, 0]),
    (10, [0, 0], None, [5, 5]),
    (0, [0, 0], None, [0, 0]),
    (1500, [3, 1, 2], None, [750, 250, 500]),
    (5000, [12000, 23000, 30000], None, [923, 1769, 2308]),
    (191, [10040, 9036], None, [101, 90]),
    (100, [199, 299, 1], None, [40, 60, 0]),
    (50, [200, 150], None, [29, 21]),
    (1200, [1000, 2000, 5000, 3000], [1000, 100, 0, 400], [700, 100, 0, 400]),
    (2000, [1000, 2000], [500, 1500], [500, 1500]),
    (2500, [1000, 2000], [500, 1500], [500, 1500]),
    (3000, [200, 1000], [2000, 2000], [1000, 2000]),
]


@pytest.mark.parametrize(("total", "weights", "rooms", "parts"), CASES)
def test_the_largest_remainder_goes_first_and_ties_to_the_earlier(
    total: int, weights: list[int], rooms: list[int] | None, parts: list[int]
) -> None:
    assert apportion.spread(total, weights, rooms) == parts


@pytest.mark.parametrize("total", [-5, 0, 5])
def test_there_must_be_somebody_to_take_it(total: int) -> None:
    with pytest.raises(ValueError, match="nobody"):
        apportion.spread(total, [])


lines = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=12)


@given(st.integers(0, 10**7), lines)
def test_the_parts_sum_to_the_total_or_to_all_the_room_that_there_is(
    total: int, some: list[tuple[int, int]]
) -> None:
    weights, rooms = [weight for weight, _ in some], [room for _, room in some]
    takers = [room for weight, room in some if weight or not any(weights)]

    parts = apportion.spread(total, weights, rooms)

    assert sum(apportion.spread(total, weights)) == total
    assert sum(parts) == min(total, sum(takers))
    assert all(0 <= part <= room for part, room in zip(parts, rooms, strict=True))


@given(st.integers(0, 10**6), lines)
def test_nobody_gets_more_than_a_fen_beside_its_exact_part(
    total: int, some: list[tuple[int, int]]
) -> None:
    weights = [weight + 1 for weight, _ in some]
    whole = sum(weights)

    parts = apportion.spread(total, weights)

    assert all(abs(p * whole - total * w) < whole for p, w in zip(parts, weights, strict=True))


@given(st.integers(-(10**6), 10**6), st.integers(1, 50), st.data())
def test_the_units_of_a_line_are_divided_the_same_in_one_step_or_in_many(
    whole: int, units: int, data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, units), max_size=5))
    steps = [0, *sorted(cuts), units]

    parts = [apportion.between(whole, units, *step) for step in pairwise(steps)]

    singles = [apportion.between(whole, units, at, at + 1) for at in range(units)]
    assert sum(parts) == sum(singles) == whole
    assert singles == sorted(singles, reverse=True)
    assert max(singles) - min(singles) <= 1
