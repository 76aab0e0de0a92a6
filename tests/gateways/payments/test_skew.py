"""What the time of an answer says of our own clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from shared.gateways.payments import skew
from shared.runtime import clock

ROOT = "https://api.example"
NOW = "2026-11-22T10:00:00.000+00:00"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    skew.forget()
    yield
    skew.forget()


def answered(seconds: float, url: str = f"{ROOT}/v3/pay") -> None:
    then = datetime.fromisoformat(NOW) + timedelta(seconds=seconds)
    skew.learn(url, {"date": format_datetime(then, usegmt=True)})


@pytest.mark.parametrize(
    ("seconds", "ahead"),
    [(0, 0), (30, 0), (-30, 0), (31, 31), (-31, -31), (86_400, 86_400), (86_401, 0)],
)
def test_only_what_is_off_by_more_than_an_answer_takes_counts(seconds: int, ahead: int) -> None:
    answered(seconds)

    assert skew.ahead(ROOT) == ahead
    assert skew.there(ROOT, NOW) == clock.later(NOW, ahead)


def test_the_newest_answer_counts() -> None:
    answered(600)
    answered(-40)
    assert skew.ahead(ROOT) == -40

    answered(2)
    assert skew.ahead(ROOT) == 0


def test_the_clock_of_one_host_is_no_other_hosts() -> None:
    answered(600, "https://somebody.example/x")

    assert (skew.ahead(ROOT), skew.there(ROOT, NOW)) == (0, NOW)


@pytest.mark.parametrize("date", ["", "soon", "Sun, 22 Nov 2026 12:00:00", "a, b"])
def test_what_is_no_time_changes_nothing(date: str) -> None:
    answered(600)

    skew.learn(ROOT, {"date": date})
    skew.learn(ROOT, {})

    assert skew.ahead(ROOT) == 600


def test_it_is_said_once_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    for seconds in (600, 600, 601, 2, 700):
        answered(seconds)

    assert [vars(one)["ahead"] for one in caplog.records] == [600, 700]
