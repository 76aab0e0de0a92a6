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
