"""Calls counted for all processes together: never more than the platform bears."""

import pytest

from shared.runtime import clock
from shared.store import rates

NOON = "2026-11-22T12:00:00.000+00:00"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    rates.forget()
    monkeypatch.setattr(clock, "now", lambda: NOON)


def spend(name: str, calls: int, seconds: int, tries: int) -> int:
    return sum(rates.take(name, calls, seconds) == 0 for _ in range(tries))


@pytest.mark.parametrize("calls", [1, 5, 40, 101])
def test_a_window_has_so_many_calls_and_no_more(calls: int) -> None:
    lots = calls // max(1, calls // rates.SHARE) * max(1, calls // rates.SHARE)

    assert spend(f"a{calls}", calls, 60, 3 * calls) == lots <= calls


def test_processes_share_one_window() -> None:
    first = spend("b", 20, 60, 7)
    rates.forget()  # another process

    assert first + spend("b", 20, 60, 50) <= 20


def test_a_clock_that_was_far_ahead_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: clock.later(NOON, 7200))
    spend("d", 3, 60, 3)
    rates.forget()
    monkeypatch.setattr(clock, "now", lambda: NOON)

    assert spend("d", 3, 60, 9) == 3


def test_the_next_window_begins_anew_and_the_wait_ends_with_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spend("c", 3, 60, 3)
    wait = rates.take("c", 3, 60)
    monkeypatch.setattr(clock, "now", lambda: clock.later(NOON, wait))

    assert wait == 60
    assert rates.take("c", 3, 60) == 0


def test_what_is_left_of_a_window_is_known_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    before = rates.left("e")
    spend("e#list", 100, 3600, 25)
    spend("e#one", 1000, 3600, 1)
    other = rates.left("e2"), rates.left("f")
    here = rates.left("e")
    rates.forget()  # another process, which sees what all took together
    spend("e#list", 100, 3600, 1)
    there = rates.left("e")
    monkeypatch.setattr(clock, "now", lambda: clock.later(NOON, 3600))

    assert (before, other) == (1.0, (1.0, 1.0))
    assert (round(here, 2), round(there, 2)) == (0.7, 0.6)
    assert rates.left("e") == 1.0


def test_of_a_window_that_is_used_up_nothing_is_left() -> None:
    spend("g#list", 10, 3600, 99)

    assert rates.left("g") == 0.0


def test_of_a_second_there_is_always_enough_in_the_next() -> None:
    spend("h#list", 5, 1, 9)

    assert rates.left("h") == 1.0
