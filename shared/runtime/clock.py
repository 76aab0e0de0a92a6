"""The only place that asks what time it is."""

import time
from datetime import UTC, datetime, timedelta


def now() -> str:
    """UTC with milliseconds, so that times sort as text."""
    return _text(datetime.now(UTC))


def later(moment: str, seconds: float) -> str:
    return _text(datetime.fromisoformat(moment) + timedelta(seconds=seconds))


def seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def epoch(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def ticks() -> float:
    """Seconds on a clock that never goes back; only differences mean anything."""
    return time.monotonic()


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
