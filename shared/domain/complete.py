"""Whether all that a platform counts of a day is with us."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
BACK = 3  # so many days before today are looked at, since orders change after they were made


@dataclass(frozen=True, slots=True)
class Completeness:
    """One shop's orders of one day of China's, by when they were made."""

    shop: str
    day: str
    told: int  # orders that the platform counts
    held: int  # of these, how many were with us before we looked
    filled: int = 0  # how many were fetched then
    changed: int = 0  # how many stood otherwise with us
    missing: tuple[str, ...] = ()  # numbers that could not be taken; the first hundred
    at: str = ""

    @property
    def whole(self) -> bool:
        return not self.missing


def days(now: str) -> list[str]:
    """The days to be looked at, the newest first; today is not over."""
    today = datetime.fromisoformat(now).astimezone(CHINA).date()
    return [(today - timedelta(back)).isoformat() for back in range(1, BACK + 1)]


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
