"""The counters of a place against its ledger, who holds what lies there, and lines in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from shared.domain import words
from shared.domain.stock import COUNTERS, Level, Place, Posting

HOLDING = {"held": ("held", "presold"), "appointed": ("appointed",)}
"""Counters whose units belong to somebody. What was sold ahead is held when it has arrived: the
document that brings it moves the units from one to the other, and they stay whose they were."""

TOLD = {"count", "feed"}
"""Causes by which a warehouse says what lies there: it may be less than was promised."""

SIGNED = {"set", "adjusted", "counted"}
"""Deeds that go either way, so that their units have a sign."""

MOVED = "hot"
"""The cause by which units go between a counter and its buckets, and stay whose they were."""

Holders = dict[str, int]
"""`KIND#ID` of a document -> units."""


class Flaw(StrEnum):
    DRIFT = "drift"  # a counter is not what its ledger adds up to
    BELOW = "below-nought"  # a counter that may not be below nought is
    GAP = "gap"  # lines of the ledger are missing
    HOLDERS = "holders"  # somebody gave back more than he held


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it must be. For a gap: the number of a line, and which is due."""

    flaw: Flaw
    place: Place
    counter: str
    shows: int
    should: int


@dataclass(frozen=True, slots=True)
class Holder:
    counter: str
    cause: str
    id: str
    units: int


@dataclass(slots=True)
class Fold:
    """A ledger folded line by line, from the oldest; of its lines none is kept.

    Lines never change: whoever stops can go on later behind the line `seq`.
    """

    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    holders: Holders = field(default_factory=dict)
    brought: int = 0  # units held that came from buckets: their holders are named there
    seq: int = 0
    gap: tuple[int, int] | None = None  # the first: the number that came, and the one due
    told: bool = False  # the warehouse said that less is there than was promised

    def add(self, line: Posting) -> None:
        for counter, units in line.delta.items():
            self.sums[counter] += units
        _add(self.holders, line, HOLDING["held"])
        self.brought += line.delta.get("held", 0) if line.cause == MOVED else 0
        if line.seq != self.seq + 1 and not self.gap:
            self.gap = line.seq, self.seq + 1
        self.seq = line.seq
        below = self.sums["free"] < 0
        self.told = below and (self.told or line.cause in TOLD)


def differences(level: Level, fold: Fold, *, endless: bool = False) -> list[Difference]:
    """Everything wrong with a place; `endless`: its warehouse may fall below nought."""
    if fold.seq != (last := level.first - 1 + level.lines) and not fold.gap:
        fold.gap = fold.seq, last
    wrong = [(Flaw.DRIFT, name, getattr(level, name), fold.sums[name]) for name in COUNTERS]
    wrong = [one for one in wrong if one[2] != one[3]]
    wrong += [(Flaw.BELOW, name, units, 0) for name, units in _below(level, endless or fold.told)]
    if fold.gap:
        wrong.append((Flaw.GAP, "", *fold.gap))
    held, by = sum(fold.holders.values()), _positive(fold.holders)
    if by - held > max(0, fold.brought):
        wrong.append((Flaw.HOLDERS, "held", held, by))
    return [Difference(flaw, level.place, *about) for flaw, *about in wrong]


def holders(level: Level, newest_first: Iterable[Posting], most: int) -> list[Holder]:
    """Whoever holds units here, the newest first; reads at most so many lines.

    What a document took since some line, less what it gave back, is never more than it holds
    now. So as soon as these sums make up the counter, nobody is missing.
    """
    left = {name: units for name in HOLDING if (units := promised(level, name)) > 0}
    found: dict[str, Holders] = {name: {} for name in left}
    for line in islice(newest_first, most if left else 0):
        for name in found:
            _add(found[name], line, HOLDING[name])
        if all(_positive(found[name]) == units for name, units in left.items()):
            break
    return [
        Holder(name, document.partition("#")[0], document.partition("#")[2], units)
        for name, by in found.items()
        for document, units in by.items()
        if units > 0
    ]


def promised(level: Level, name: str) -> int:
    """Units that somebody holds, by one of HOLDING."""
    return sum(getattr(level, counter) for counter in HOLDING[name])


def told(line: Posting, language: str, name: str = "") -> str:
    """`订单 TB-1001 占用 2`; a deed or a document without words goes by its code."""
    said = (
        _word("cause", line.cause, language),
        name or line.id,
        _word("deed", line.what, language),
        str(_units(line)),
    )
    return " ".join(part for part in said if part not in ("", "-"))


def _add(by: Holders, line: Posting, counters: tuple[str, ...]) -> None:
    """Whoever holds nothing any more is forgotten."""
    if line.cause == MOVED:
        return
    if units := sum(line.delta.get(counter, 0) for counter in counters):
        document = f"{line.cause}#{line.id}"
        by[document] = by.get(document, 0) + units
        if not by[document]:
            del by[document]


def _positive(by: Holders) -> int:
    return sum(units for units in by.values() if units > 0)


def _below(level: Level, free_may: bool) -> list[tuple[str, int]]:
    """Units on their way may have been promised beyond what still comes, but not beyond all."""
    may = {"free": free_may, "coming": level.inbound >= 0}
    units = [(name, getattr(level, name)) for name in COUNTERS]
    return [(name, n) for name, n in units if n < 0 and not may.get(name)]


def _units(line: Posting) -> int:
    if line.what in SIGNED:
        return sum(line.delta.values())
    return max((abs(units) for units in line.delta.values()), default=0)


def _word(kind: str, code: str, language: str) -> str:
    said = words.say(f"{kind}.{code}", language)
    return code if said == f"{kind}.{code}" else said
