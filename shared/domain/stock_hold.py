"""Units set aside by hand or by another system: for what, until when, and what that takes."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain.errors import WrongState, faulty
from shared.domain.picking import Units
from shared.domain.routing import MOST_COUNTERS
from shared.domain.stock import Change, Delta, Level, Place


class Kind(StrEnum):
    EXCHANGE = "exchange"  # goods that go out for goods that come back
    TRANSFER = "transfer"  # on their way to another warehouse
    COUNT = "count"  # not to be sold while they are counted
    MANUAL = "manual"  # whatever a person says
    PRESALE = "presale"  # sold before they arrive
    APPOINTED = "appointed"  # for one shop alone


class State(StrEnum):
    OPEN = "open"  # its units are set aside
    RELEASED = "released"  # they were given back, once


COUNTERS = {Kind.PRESALE: ("coming", "presold"), Kind.APPOINTED: ("free", "appointed")}
"""From which counter to which a kind of hold moves its units; the others hold what is free."""
USUAL = ("free", "held")
DEEDS = {Kind.PRESALE: "presold", Kind.APPOINTED: "appointed"}


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one place."""

    sku: str
    warehouse: str
    lot: str
    units: int

    @property
    def place(self) -> Place:
        return Place(self.sku, self.warehouse, self.lot)


@dataclass(frozen=True, slots=True)
class StockHold:
    id: str
    kind: Kind
    lines: tuple[Line, ...] = ()  # one for each place
    shop: str = ""  # for whom; of appointed units alone
    note: str = ""
    until: str = ""  # UTC; empty = until somebody releases it
    limit: int = 0  # most units in all; 0 = any number
    state: State = State.OPEN
    created_at: str = ""
    by: str = ""
    version: int = 0

    @property
    def holding(self) -> dict[Place, int]:
        if self.state is not State.OPEN:
            return {}
        return {line.place: line.units for line in self.lines}

    @property
    def source(self) -> str:
        """The counter that it takes its units from."""
        return COUNTERS.get(self.kind, USUAL)[0]

    @property
    def due(self) -> str:
        """When the clock must look at it."""
        return self.until if self.state is State.OPEN else ""

    def over(self, now: str) -> bool:
        return bool(self.due) and self.due <= now

    def after(self, before: "StockHold") -> "StockHold":
        """These terms for a hold that is there already: what it is for, it stays for."""
        if before.state is not State.OPEN:
            raise WrongState(kind="hold", id=self.id, stage=before.state.value)
        if before.kind is not self.kind:
            raise faulty("kind", "not-one-of", choices=[before.kind.value])
        return replace(
            self,
            lines=before.lines,
            created_at=before.created_at,
            by=before.by,
            version=before.version,
        )

    def covering(self, units: Units) -> "StockHold":
        """The same hold of these units instead."""
        if len(units) > MOST_COUNTERS or len(units.keys() | self.holding.keys()) > MOST_COUNTERS:
            raise faulty("lines", "too-many", limit=MOST_COUNTERS)
        return replace(self, lines=tuple(Line(*at, units[at]) for at in sorted(units)))

    def released(self) -> "StockHold":
        return replace(self, state=State.RELEASED)


def changes(
    before: StockHold,
    after: StockHold,
    levels: Mapping[Place, Level],
    endless: Collection[str] = (),
) -> list[Change]:
    """What the step from one to the other means for the counters: the difference alone.

    `levels` are needed where presold units are given back; `endless` are the warehouses whose
    stock may fall below nought.
    """
    return list(_changes(before, after, levels, endless))


def without(levels: list[Level], hold: StockHold) -> list[Level]:
    """How the levels would be if the hold were released."""
    known = {level.place: level for level in levels}
    mine = replace(hold, lines=tuple(line for line in hold.lines if line.place in known))
    back = {change.place: change.delta for change in changes(mine, mine.released(), known)}
    return [_with(level, back.get(level.place, {})) for level in levels]


def _changes(
    before: StockHold,
    after: StockHold,
    levels: Mapping[Place, Level],
    endless: Collection[str],
) -> Iterator[Change]:
    had, has = before.holding, after.holding
    for place in sorted(had.keys() | has.keys()):
        more = has.get(place, 0) - had.get(place, 0)
        if more > 0:
            yield _taken(after.kind, place, more, place.warehouse in endless)
        elif more < 0:
            yield Change(place, "released", _back(after.kind, -more, levels.get(place)))


def _taken(kind: Kind, place: Place, units: int, endless: bool) -> Change:
    source, target = COUNTERS.get(kind, USUAL)
    beyond = endless and source == "free"
    return Change(place, DEEDS.get(kind, "held"), {source: -units, target: units}, beyond)


def _back(kind: Kind, units: int, level: Level | None) -> Delta:
    """Presold units that have arrived meanwhile are held, and become free."""
    source, target = COUNTERS.get(kind, USUAL)
    if kind is not Kind.PRESALE:
        return {target: -units, source: units}
    awaited = min(units, level.presold if level else 0)
    delta = {"presold": -awaited, "coming": awaited}
    here = {"held": awaited - units, "free": units - awaited}
    return {name: n for name, n in (delta | here).items() if n}


def _with(level: Level, delta: Delta) -> Level:
    moved = {name: getattr(level, name) + units for name, units in delta.items()}
    return replace(level, **moved)
