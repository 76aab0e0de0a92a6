"""How much of a SKU is shipped, and with how little it must be ordered again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, sqrt
from statistics import NormalDist, fmean, pstdev

from shared.domain.stock import Posting

DAYS = 28  # whose shipments say how much will be needed
LEAST, MOST = 50, 99.9  # per cent of service that make sense


@dataclass(frozen=True, slots=True)
class Demand:
    """What was shipped of one SKU: units by day (UTC), and when it last moved."""

    days: dict[str, int] = field(default_factory=dict)
    moved: str = ""  # when some were last shipped; before that, when there first were any
    until: str = ""  # the day before which all lines are counted
    version: int = 0

    def daily(self, now: str) -> list[int]:
        """Units of each of the last whole days, the oldest first."""
        return [self.days.get(day, 0) for day in days_before(now)]


@dataclass(slots=True)
class _Count:
    """Lines of ledgers that were read, each from its newest."""

    since: str  # the first day that counts
    days: dict[str, int]
    shipped: str = ""
    oldest: str = ""

    def add(self, lines: Iterable[Posting], *, known: bool) -> None:
        """Read until the first day that counts; to the last shipment where none is `known`."""
        for line in lines:
            day = line.at[:10]
            if day < self.since and known:
                break
            self.oldest = min(self.oldest or line.at, line.at)
            if line.what == "shipped":
                known = True
                self._ship(line, day)

    def _ship(self, line: Posting, day: str) -> None:
        self.shipped = max(self.shipped, line.at)
        if day >= self.since:
            self.days[day] = self.days.get(day, 0) + sent(line)


def renewed(before: Demand, ledgers: Iterable[Iterable[Posting]], now: str) -> Demand:
    """After reading the newest lines of each place's ledger; whole days are read but once."""
    first, *_, yesterday = days_before(now)
    since = max(before.until, first)
    kept = {day: units for day, units in before.days.items() if first <= day < since}
    count = _Count(since, kept)
    for lines in ledgers:
        count.add(lines, known=bool(before.moved))
    moved = max(before.moved, count.shipped) or count.oldest
    return Demand(count.days, moved, yesterday, before.version)


def sent(line: Posting) -> int:
    """Units that left with it."""
    return -sum(line.delta.get(counter, 0) for counter in ("free", "held", "appointed"))


def days_before(now: str, count: int = DAYS) -> list[str]:
    """The whole days before today, the oldest first."""
    today = date.fromisoformat(now[:10])
    return [(today - timedelta(days=ago)).isoformat() for ago in range(count, 0, -1)]


def days_between(earlier: str, later: str) -> int:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).days


def reorder_point(daily: Sequence[int], lead_days: int, service: float) -> int:
    """Units that last from ordering to arrival, in `service` per cent of cases."""
    if not daily:
        return 0
    z = NormalDist().inv_cdf(min(max(service, LEAST), MOST) / 100)
    point = fmean(daily) * lead_days + z * pstdev(daily) * sqrt(lead_days)
    return ceil(round(point, 6))  # what sums of fractions leave behind is no unit
