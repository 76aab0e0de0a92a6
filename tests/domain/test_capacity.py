"""On which day a warehouse that sends only so many parcels has room for one more."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import capacity
from shared.domain.capacity import Rooms, Use
from tests.support import build

TODAY, NEXT, THEN = "2026-11-30", "2026-12-01", "2026-12-02"


@pytest.mark.parametrize(
    ("used", "wanted", "days"),
    [
        ({}, [("hz", "")], [TODAY]),
        ({("hz", TODAY): 1}, [("hz", ""), ("hz", ""), ("hz", "")], [TODAY, NEXT, NEXT]),
        ({("hz", TODAY): 2}, [("hz", "")], [NEXT]),
        ({("hz", TODAY): 9, ("hz", NEXT): 2}, [("hz", "")], [THEN]),
        # what may leave only later takes a part of that day
        ({("hz", TODAY): 2}, [("hz", THEN)], [THEN]),
        ({}, [("hz", "2026-01-01")], [TODAY]),
        # no limit, no day
        ({}, [("gz", ""), ("gz", THEN)], ["", ""]),
    ],
)
def test_a_parcel_goes_on_the_first_day_with_room(
    used: dict[Use, int], wanted: list[Use], days: list[str]
) -> None:
    assert Rooms(TODAY, {"hz": 2}, used).days(wanted) == days


def test_a_warehouse_is_full_when_its_day_is() -> None:
    used = {("hz", TODAY): 2, ("gz", TODAY): 1, ("gz", NEXT): 2}

    assert Rooms(TODAY, {"hz": 2, "gz": 2}, used).full == {"hz"}
    assert Rooms().full == frozenset()


def test_only_parcels_with_a_day_take_a_part_of_it() -> None:
    mug = build.source()
    parcels = tuple(replace(build.parcel(1, mug), day=day) for day in (TODAY, TODAY, ""))

    assert capacity.used(build.order(parcels=parcels)) == {("hz", TODAY): 2}


@given(
    st.dictionaries(st.tuples(st.sampled_from(["hz", "gz"]), st.just(TODAY)), st.integers(0, 5)),
    st.lists(st.tuples(st.sampled_from(["hz", "gz"]), st.sampled_from(["", NEXT])), max_size=20),
    st.integers(1, 4),
)
def test_no_day_is_ever_overfilled(used: dict[Use, int], wanted: list[Use], limit: int) -> None:
    rooms = Rooms(TODAY, {"hz": limit, "gz": limit}, used)

    days = rooms.days(wanted)

    taken = Counter((name, day) for (name, _), day in zip(wanted, days, strict=True))
    for use, parcels in taken.items():
        assert parcels + used.get(use, 0) <= limit
    assert all(day >= since for (_, since), day in zip(wanted, days, strict=True))
