"""The whole demo, a tenth of it, as `make demo` runs it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.home import ROOT
from tests.support.engine import WHERE


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    _run(tmp_path, "--down")


@pytest.mark.timeout(300)
def test_everything_that_was_sent_is_there_and_nothing_is_sold_twice(demo: Path) -> None:
    ran = _run(demo, "--small", "--port", "0", "--lang", "en")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Everything adds up" in ran.stdout
    assert _row(ran.stdout, "Lost orders") == "0"
    assert _row(ran.stdout, "Oversold units") == "0"
    assert _row(ran.stdout, "Sent") == "806"
    assert int(_row(ran.stdout, "Boxes shared by several orders")) >= 10
    assert _row(ran.stdout, "Its limited gift was given") == "20"
    assert _row(ran.stdout, "Bills less books, fen") == "0"
    for platform in ("Taobao", "Pinduoduo", "Douyin", "Kuaishou"):
        assert _row(ran.stdout, f"Ordered at {platform}") == "12 / 12"
    assert _row(ran.stdout, "Lost orders of platforms") == "0"
    assert _row(ran.stdout, "Doubled orders of platforms") == "0"
    assert _row(ran.stdout, "Parcels not told") == "0"
    assert float(_row(ran.stdout, "It gave back, CNY").replace(",", "")) > 0


def _run(home: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "infra.demo", *options],
        cwd=ROOT,
        env={
            **os.environ,
            "TONGDAN_HOME": str(home),
            "TONGDAN_ENGINES": str(WHERE),
            "CLOCK_TICK": "10",  # platforms are read that often
        },
        capture_output=True,
        text=True,
        check=False,
    )


def _row(table: str, name: str) -> str:
    line = next(line for line in table.splitlines() if name in line)
    return line.strip("│ \n").split("│")[-1].strip()
