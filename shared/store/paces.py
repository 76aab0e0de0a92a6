"""How fast orders went of late: the stages of each of seven days, summed up in a row."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.domain import stages
from shared.domain.histogram import Durations
from shared.domain.promise import Paces
from shared.runtime import cache, clock
from shared.store import days, keys
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, find_many, put

DAYS = 7
DAY, HOUR = 86400, 3600
SETTLED = 2 * DAY  # seconds after its begin from which nothing more is told of a day
KEPT = (DAYS + 3) * DAY
IN_TEN = 90  # percent


@dataclass(frozen=True, slots=True)
class Fold:
    at: str = ""  # when it was summed up
    counts: dict[str, int] = field(default_factory=dict)

    def serves(self, date: str, now: str) -> bool:
        """Whether it need not be summed up again: the day is over for good, or it is fresh."""
        settled = clock.later(f"{date}T00:00:00.000+00:00", SETTLED)
        return self.at > min(settled, clock.later(now, -HOUR))


@cache.remember
def known(tenant: str) -> Paces:
    """Seconds within which nine in ten orders passed each stage, in each warehouse and in all."""
    folds = _folds(tenant, clock.now())
    parts: dict[tuple[str, str], list[Durations]] = defaultdict(list)
    for key, lasted in stages.counted(fold.counts for fold in folds.values()).items():
        parts[key.stage, key.warehouse].append(lasted)
        parts[key.stage, ""].append(lasted)
    return {at: stages.together(some).percentile(IN_TEN) for at, some in parts.items()}


def renew(tenant: str, now: str) -> None:
    """Sum up what is not, and once an hour what may have grown."""
    folds = _folds(tenant, now)
    for date in _dates(now):
        if not folds.get(date, Fold()).serves(date, now):
            fold = Fold(now, stages.without_shops(days.stages_of(tenant, date)))
            ttl = clock.epoch(now) + KEPT
            put(InsightRow(*keys.pace(tenant, date), body=pack(fold), ttl=ttl), None)


def _folds(tenant: str, now: str) -> dict[str, Fold]:
    rows = find_many(InsightRow, [keys.pace(tenant, date) for date in _dates(now)])
    return {str(row.sk): unpack(row.body, Fold) for row in rows}


def _dates(now: str) -> Iterator[str]:
    return (clock.later(now, -ago * DAY)[:10] for ago in range(DAYS))
