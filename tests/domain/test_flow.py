"""Which step serves which status, and when an order that stands still is nudged again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.flow import QUEUES, SERVES, due_again, queue_for
from shared.domain.order import Status
from tests.support import build
from tests.support.build import NOON, parcel, source

STEP, FIRST, HOUR = 60.0, 60.0, 3600.0


def nudges(hours: float, step: float = STEP, first: float = FIRST) -> list[float]:
    ages = [n * step for n in range(int(hours * HOUR / step) + 1)]
    return [age for age in ages if due_again(age, step, first)]


@pytest.mark.parametrize(
    ("status", "queue"),
    [
        (Status.RECEIVED, "review"),
        (Status.APPROVED, "reserve"),
        (Status.SHORT, "reserve"),
        (Status.RESERVED, "plan"),
        *((status, None) for status in set(Status) - SERVES.keys()),
    ],
)
def test_each_status_has_its_step(status: Status, queue: str | None) -> None:
    assert queue_for(build.order(status=status)) == queue


@pytest.mark.parametrize(
    ("carriers", "shipped_at", "queue"),
    [
        (["simulated", "simulated"], "", "ship"),
        (["simulated", "manual"], "", None),
        (["simulated", "manual"], NOON, "ship"),
    ],
)
def test_only_a_simulated_carrier_is_nudged(
    carriers: list[str], shipped_at: str, queue: str | None
) -> None:
    parcels = (
        parcel(1, source(), carrier=carriers[0]),
        parcel(2, source(warehouse="gz"), carrier=carriers[1], shipped_at=shipped_at),
    )

    assert queue_for(build.order(status=Status.PLANNED, parcels=parcels)) == queue


def test_every_step_has_one_queue() -> None:
    assert QUEUES == (
        "review",
        "reserve",
        "plan",
        "ship",
        "notify",
        "push",
        "halt",
        "group",
        "settle",
        "pull",
        "fetch",
        "report",
        "label",
        "track",
    )


def test_the_distance_between_nudges_doubles_up_to_an_hour() -> None:
    minutes = [age / 60 for age in nudges(4)]

    assert minutes == [1, 2, 4, 8, 16, 32, 60, 120, 180, 240]


def test_nothing_is_nudged_before_its_time() -> None:
    assert not due_again(FIRST - 0.001, STEP, FIRST)


def test_a_nudge_falls_into_exactly_one_sweep() -> None:
    assert len(nudges(0.9, step=7.0)) == len(nudges(0.9, step=60.0)) == 6


@settings(max_examples=100)
@given(st.floats(1, 50), st.floats(1, 300), st.integers(1, 24))
def test_no_order_is_left_alone_for_longer_than_an_hour(
    start: float, first: float, hours: int
) -> None:
    step = 60.0
    ages = [start + n * step for n in range(int(hours * HOUR / step) + 2)]

    told = [age for age in ages if due_again(age, step, first)]

    gaps = [later - earlier for earlier, later in zip([0.0, *told], told, strict=False)]
    assert max(gaps, default=0) <= HOUR + step
    assert len(told) <= 2 * hours + 16
