"""Whether all that a platform counts of a day is with us."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))
BACK = (1, 2, 3, 7, 15, 30)
"""So many days before today are looked at, since orders change after they were made."""
RECENT = 3  # days back to which every order is looked at daily; older open ones are asked for
END = "~"  # behind every place


@dataclass(frozen=True, slots=True)
class Completeness:
    """One shop's orders of one day of China's, by when they were made."""

    shop: str
    day: str
    told: int  # orders that the platform counts
    held: int  # of those that it lists, how many were with us before we looked
    listed: int = 0  # orders that it lists: some count more, such as those that were divided
    filled: int = 0  # how many were fetched then
    changed: int = 0  # how many stood otherwise with us
    missing: tuple[str, ...] = ()  # numbers that could not be taken; the first hundred
    reasons: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)  # of each
    at: str = ""
    # on this day's count, of open orders from before the days that are counted daily:
    asked: int = 0  # how many were asked for again
    moved: int = 0  # how many stood otherwise with us
    gone: tuple[str, ...] = ()  # numbers that the platform shows no more; the first hundred
    place: str = ""  # how far they were asked for

    @property
    def whole(self) -> bool:
        return not self.missing


def days(now: str) -> list[str]:
    """The days to be looked at, the newest first; today is not over."""
    today = datetime.fromisoformat(now).astimezone(CHINA).date()
    return [(today - timedelta(back)).isoformat() for back in BACK]


def counted_daily(now: str) -> str:
    """The moment since which all orders are looked at every day."""
    today = datetime.fromisoformat(now).astimezone(CHINA)
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    return _utc(midnight - timedelta(RECENT))


def windows(day: str, longest: int) -> list[tuple[str, str]]:
    """The day in parts that a platform bears."""
    start = datetime.fromisoformat(day).replace(tzinfo=CHINA)
    end, found = start + timedelta(1), []
    while start < end:
        until = min(end, start + timedelta(seconds=longest))
        found.append((_utc(start), _utc(until)))
        start = until
    return found


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
