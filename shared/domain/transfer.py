"""Goods that go from one warehouse to another: held, sent, on their way, received or lost."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from shared.domain import arrival
from shared.domain.errors import WrongState
from shared.domain.stock import Change, Level, Place

MOST_PLACES = 45  # sending touches two counters for each
Levels = Mapping[Place, Level]


class State(StrEnum):
    OPEN = "open"  # held where it lies, nothing has left
    SENT = "sent"  # something is on its way, or still to be sent
    PART_RECEIVED = "part-received"  # some has arrived, but not all
    DONE = "done"  # nothing more will happen
    CANCELLED = "cancelled"  # given back before anything left


class Lot(NamedTuple):
    """Which line of a transfer: it has one for each lot of each SKU."""

    sku: str
    lot: str


class Got(NamedTuple):
    good: int = 0
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one lot: asked for, and what became of them."""

    sku: str
    lot: str
    units: int
    expires: str = ""
    sent: int = 0
    received: int = 0  # sound
    damaged: int = 0  # arrived, but not fit to sell
    lost: int = 0  # sent, but never arrived
    dropped: int = 0  # asked for, but never sent

    @property
    def key(self) -> Lot:
        return Lot(self.sku, self.lot)

    @property
    def waiting(self) -> int:
        """Held where it lies, still to be sent."""
        return self.units - self.sent - self.dropped

    @property
    def on_way(self) -> int:
        return self.sent - self.received - self.damaged - self.lost


Answer = tuple["Transfer", list[Change]]
"""The transfer afterwards, and what that means for the counters."""


@dataclass(frozen=True, slots=True)
class Transfer:
    id: str
    origin: str
    target: str
    lines: tuple[Line, ...]
    note: str = ""
    reason: str = ""  # why something never arrived
    expected_at: str = ""
    cancelled: bool = False
    created_at: str = ""
    by: str = ""
    digest: str = ""  # of the request
    version: int = 0

    @property
    def state(self) -> State:
        if self.cancelled:
            return State.CANCELLED
        if not any(line.sent for line in self.lines):
            return State.OPEN
        if not any(line.waiting or line.on_way for line in self.lines):
            return State.DONE
        arrived = any(line.received or line.damaged for line in self.lines)
        return State.PART_RECEIVED if arrived else State.SENT

    @property
    def waiting(self) -> dict[Lot, int]:
        return {line.key: line.waiting for line in self.lines if line.waiting}

    @property
    def on_way(self) -> dict[Lot, Got]:
        return {line.key: Got(line.on_way) for line in self.lines if line.on_way}

    def line(self, key: Lot) -> Line | None:
        return next((line for line in self.lines if line.key == key), None)

    def opened(self, *, endless: bool = False) -> list[Change]:
        """What it takes to begin; `endless`: whether the stock there may fall below nought."""
        deltas = [(line, {"free": -line.units, "held": line.units}) for line in self.lines]
        return [Change(self.at_origin(line), "held", delta, endless) for line, delta in deltas]

    def send(self, units: Mapping[Lot, int], *, drop: bool = False) -> Answer:
        """So many units leave; what is not sent then stays held, or is dropped."""
        self._check_not(State.CANCELLED)
        return self._each(lambda line: _sent(line, units.get(line.key, 0), drop))

    def receive(self, got: Mapping[Lot, Got], levels: Levels) -> Answer:
        """Units arrive, good and damaged; `levels` of the target, to see what was promised."""
        self._check_not(State.CANCELLED)
        return self._each(lambda line: _received(line, got.get(line.key, Got())), levels)

    def close(self, reason: str, levels: Levels) -> Answer:
        """Nothing more will come: what is on its way is lost, what was not sent is given back."""
        self._check_not(State.CANCELLED, State.OPEN)
        after, changes = self._each(_closed, levels)
        return (replace(after, reason=reason) if changes else self), changes

    def cancel(self) -> Answer:
        """Give everything back, which only goes before anything was sent."""
        self._check_not(State.SENT, State.PART_RECEIVED, State.DONE)
        return replace(self, cancelled=True)._each(_dropped)

    def at_origin(self, line: Line) -> Place:
        return Place(line.sku, self.origin, line.lot)

    def at_target(self, line: Line) -> Place:
        return Place(line.sku, self.target, line.lot)

    def _check_not(self, *states: State) -> None:
        if self.state in states:
            raise WrongState(kind="transfer", id=self.id, stage=self.state.value)

    def _each(self, act: Callable[[Line], Line], levels: Levels | None = None) -> Answer:
        """Let `act` become of each line; the counters follow from the difference."""
        pairs = [(line, act(line)) for line in self.lines]
        after = replace(self, lines=tuple(new for _, new in pairs))
        found = (change for old, new in pairs for change in self._changes(old, new, levels or {}))
        return after, list(found)

    def _changes(self, old: Line, new: Line, levels: Levels) -> Iterator[Change]:
        left, dropped = new.sent - old.sent, new.dropped - old.dropped
        if left or dropped:
            deed = "sent" if left else "released"
            delta = {"held": -left - dropped, "free": dropped}
            yield Change(self.at_origin(new), deed, _moved(delta))
        place = self.at_target(new)
        sets = {"expires": new.expires} if new.expires else {}
        if left:
            yield Change(place, "expected", {"coming": left}, sets=sets)
        level = levels.get(place) or Level(*place)
        good, damaged = new.received - old.received, new.damaged - old.damaged
        if good or damaged:
            yield arrival.arrived(level, good, damaged)
        if lost := new.lost - old.lost:
            yield arrival.lost(level, lost)


def _sent(line: Line, units: int, drop: bool) -> Line:
    sent = replace(line, sent=line.sent + units)
    return _dropped(sent) if drop else sent


def _received(line: Line, got: Got) -> Line:
    return replace(line, received=line.received + got.good, damaged=line.damaged + got.damaged)


def _closed(line: Line) -> Line:
    return replace(_dropped(line), lost=line.lost + line.on_way)


def _dropped(line: Line) -> Line:
    return replace(line, dropped=line.dropped + line.waiting)


def _moved(delta: dict[str, int]) -> dict[str, int]:
    return {name: units for name, units in delta.items() if units}
