"""When a request may be sent again, and how long to wait before that."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

PASSING = {429, 502, 503, 504}  # the same request may succeed a moment later
BRIEF = 3  # further attempts while somebody waits at the keyboard: about 2 s
PATIENT = 8  # further attempts of an import: about 60 s, for a server that starts anew
LONGEST = 60.0  # seconds; a server that asks for more is waited for this long


def pauses(attempts: int) -> Iterator[float]:
    """Seconds to wait before each further attempt: doubling, with jitter."""
    for attempt in range(attempts):
        yield 0.25 * 2**attempt * random.uniform(0.75, 1.25)


def asked(answer: httpx.Response) -> float | None:
    """The seconds that Retry-After names, as a number or as a date."""
    value = answer.headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isdigit():
        return min(float(value), LONGEST)
    return _until(value)


def _until(date: str) -> float | None:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return None
    left = then.timestamp() - datetime.now(UTC).timestamp()
    return min(max(left, 0.0), LONGEST)
