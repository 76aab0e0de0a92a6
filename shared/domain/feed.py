"""What a warehouse tells of its stock: full counts and adjustments, as of when they were taken."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain import counting, goods
from shared.domain.counting import Seen
from shared.domain.errors import Fault
from shared.domain.goods import Goods, Known
from shared.domain.reader import Reader
from shared.domain.stock import Change, Level, Place

MOST_LINES = 500
PORTION = 90  # lines that are written together


class Kind(StrEnum):
    FULL = "full"  # so many units lay there
    ADJUST = "adjust"  # so many came, or went


@dataclass(frozen=True, slots=True)
class Line:
    goods: Goods
    units: int


@dataclass(frozen=True, slots=True)
class Feed:
    id: str
    warehouse: str
    kind: Kind
    taken_at: str
    lines: tuple[Line, ...]
    created_at: str
    by: str
    digest: str  # of the request
    outcomes: tuple[int | None, ...] = ()  # units each line added so far; None = it was outdated
    version: int = 0

    @property
    def as_of(self) -> str:
        """When it was taken, by a clock that is never ahead of ours."""
        return min(self.taken_at, self.created_at)

    @property
    def done(self) -> bool:
        return len(self.outcomes) == len(self.lines)

    @property
    def portion(self) -> tuple[Line, ...]:
        """The lines to write next."""
        start = len(self.outcomes)
        return self.lines[start : start + PORTION]

    def after(self, changes: list[Change]) -> "Feed":
        """The feed with one more portion written."""
        told = (None if c.what == "outdated" else c.delta.get("free", 0) for c in changes)
        return replace(self, outcomes=(*self.outcomes, *told))


def read(body: Reader, kind: Kind) -> tuple[Line, ...]:
    least = 0 if kind is Kind.FULL else -goods.MOST_UNITS
    found: dict[tuple[str, str], Line] = {}
    for line in body.objects("lines", limit=MOST_LINES):
        told = goods.read(line)
        if goods.key(told) in found:
            line.fault("lot" if told.lot else "sku", "twice")
        found[goods.key(told)] = Line(
            told, line.whole("units", least=least, most=goods.MOST_UNITS)
        )
        line.done()
    return tuple(found.values())


def wrong(feed: Feed, about: Mapping[Place, Known]) -> list[Fault]:
    """What is wrong with the goods of each line."""
    found: list[Fault] = []
    for no, line in enumerate(feed.lines):
        known = about[line.goods.at(feed.warehouse)]
        found += goods.of_line(no, goods.faults(line.goods, known, comes=line.units > 0))
    return found


def below(feed: Feed, levels: Mapping[Place, Level]) -> dict[str, Fault]:
    """SKU -> an adjustment that takes more than lies there. What has no level is passed over."""
    found = {}
    for no, line in enumerate(feed.lines[len(feed.outcomes) :], len(feed.outcomes)):
        level = levels.get(line.goods.at(feed.warehouse))
        if feed.kind is Kind.ADJUST and level and _takes_too_much(feed, line, level):
            figures = {"on_hand": level.on_hand, "units": line.units}
            found[line.goods.sku] = Fault(f"lines[{no}].units", "below-nought", figures)
    return found


def change(feed: Feed, line: Line, seen: Seen, known: Known) -> Change:
    """What one line means for the counters of its place."""
    level = seen.level
    if counting.outdated(level, feed.as_of):
        return counting.passed_over(level, feed.as_of)
    sets = goods.sets(line.goods, known)
    if feed.kind is Kind.ADJUST:
        return counting.by_adjustment(level, line.units, feed.as_of, sets)
    delta = counting.counted(seen, line.units, feed.as_of)
    return counting.by_count(level, delta, feed.as_of, sets)


def _takes_too_much(feed: Feed, line: Line, level: Level) -> bool:
    late = counting.outdated(level, feed.as_of)
    return not late and line.units < -max(0, level.on_hand)
