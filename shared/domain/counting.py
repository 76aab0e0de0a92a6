"""Counted units against our own: what lay there when somebody counted, and what that changes.

A count and an adjustment may reach us late and in any order. What counts is when they were taken:
the newest count says how many units lay there, and whatever happened after it is added to that.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from shared.domain.stock import Change, Delta, Level, Posting

AHEAD = 300  # seconds that the clock of a warehouse may be ahead of ours
_ASTRAY = timedelta(minutes=2)  # neighbouring lines of a ledger may be so far out of order


@dataclass(frozen=True, slots=True)
class Lying:
    """Units that lay somewhere at one moment."""

    sound: int
    damaged: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The counters of a place, and what was written since shortly before it was counted."""

    level: Level
    written: Sequence[Posting] = ()


def recent(newest_first: Iterable[Posting], moment: str) -> list[Posting]:
    """All lines of a ledger that may be of something after `moment`, and no more than need be."""
    early = datetime.fromisoformat(moment) - _ASTRAY  # nothing happens later than it is written
    return list(takewhile(lambda line: datetime.fromisoformat(line.at) > early, newest_first))


def lay(seen: Seen, moment: str) -> Lying:
    """What lay there at `moment`: what is there now, less what has happened since."""
    since = Counter[str]()
    for line in seen.written:
        if (line.as_of or line.at) > moment:
            since.update(line.delta)
    sound = since["free"] + since["held"] + since["appointed"]
    return Lying(seen.level.on_hand - sound, seen.level.damaged - since["damaged"])


def outdated(level: Level, moment: str) -> bool:
    """Whether a newer count, or one as new, has told of that moment already."""
    return moment <= level.counted


def counted(seen: Seen, sound: int, moment: str, *, damaged: int | None = None) -> Delta:
    """What a count changes; it leaves no less than nothing in the warehouse."""
    lying, level = lay(seen, moment), seen.level
    delta = {"free": max(sound - lying.sound, -max(0, level.on_hand))}
    if damaged is not None:
        delta["damaged"] = max(damaged - lying.damaged, -max(0, level.damaged))
    return delta


def by_count(level: Level, delta: Delta, moment: str, sets: dict[str, str]) -> Change:
    return _told("counted", level, delta, moment, {"counted": moment, **sets})


def by_adjustment(level: Level, units: int, moment: str, sets: dict[str, str]) -> Change:
    return _told("adjusted", level, {"free": units}, moment, sets)


def passed_over(level: Level, moment: str) -> Change:
    """What was told too late to matter leaves its line in the ledger, and nothing else."""
    return Change(level.place, "outdated", {}, fed=level.fed, as_of=moment)


def _told(what: str, level: Level, delta: Delta, moment: str, sets: dict[str, str]) -> Change:
    """What a warehouse says is true even where it leaves less than was promised."""
    beyond = any(getattr(level, name) + units < 0 for name, units in delta.items())
    return Change(level.place, what, delta, beyond, sets, level.fed, moment)
