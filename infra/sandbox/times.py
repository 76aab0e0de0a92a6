"""How China writes time, to the second and without a zone."""

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
CLOCK = "%Y-%m-%d %H:%M:%S"


def local(at: float) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime(CLOCK)


def moment(text: str) -> float:
    """ValueError for what is no such time."""
    return datetime.strptime(text, CLOCK).replace(tzinfo=CHINA).timestamp()
