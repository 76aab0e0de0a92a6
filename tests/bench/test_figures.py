"""How figures are judged and written."""

from pathlib import Path

import pytest

from infra.bench.figures import Figure, Section, Taken
from infra.bench.prices import Bill
from infra.bench.report import number, write


def test_a_target_is_an_upper_limit_unless_it_is_a_floor() -> None:
    fast = Figure("p99", 90, "ms", target=100)
    slow = Figure("rate", 90, "orders/s", target=100, floor=True)

    assert fast.met is True
    assert slow.met is False
    assert Figure("p50", 90, "ms").met is None


def test_a_figure_of_several_runs_is_their_median_with_the_spread() -> None:
    figure = Figure.of("intake", [3.0, 1.0, 2.0], "ms")

    assert (figure.value, figure.low, figure.high, figure.runs) == (2.0, 1.0, 3.0, 3)


def test_numbers_keep_three_digits() -> None:
    assert [number(n) for n in (14.0, 2.1234, 0.0125, 1234.5)] == ["14", "2.12", "0.0125", "1,234"]


def test_the_report_says_what_missed_its_target_and_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("infra.bench.report.FILE", tmp_path / "performance.md")
    slow = Figure.of("intake", [3.5, 4.0, 4.5], "ms", target=3.0, why="the SDK takes half.")

    write([Taken(Section("intake-cpu", "Intake", "How.", [slow]), "2026-11-20T10:00", 0.5, 0.7)])

    said = (tmp_path / "performance.md").read_text()
    assert "| intake | 4 ms (3.5 to 4.5) | at most 3 ms | **no** |" in said
    assert "the SDK takes half." in said
    assert "load average 0.5 before" in said


def test_a_bill_adds_up_what_one_order_used() -> None:
    bill = Bill(writes=8, reads=0, database_calls=0, queue_calls=0, invocations=0, cpu=0)

    assert bill.usd == 8 * 0.625 + 3.5
