"""How the product gets units of one SKU for an order: the same choices, on the model's rows.

It follows shared/store/sourcing.py, stock.py and hot.py call by call and takes their constants and
their choice of a bucket; only the calls go to the model.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import TypeVar

from infra.simulator.events import Work
from infra.simulator.partition import (
    ORDER,
    Broken,
    Conflicting,
    Database,
    Partition,
    Row,
    Throttled,
    Write,
)
from shared.domain import buckets
from shared.domain.stock import Cause, Change, Heat, Hot, Level, Place
from shared.runtime import retry
from shared.store import hot, ledgers, postings, sourcing

T = TypeVar("T")
MUG = Place("mug", "hz")
EMPTY = 120  # bytes of a counter's row without lines: names, keys, numbers
SDK_TRIES = 3  # as shared/runtime/aws.py tells the SDK
ENTRY = 1.0  # write units of a row that takes spilled lines


class End(StrEnum):
    HELD = "held"
    SHORT = "short"  # the order was told that there is not enough
    BACK = "back"  # the function failed: its message is hidden until the queue shows it again
    WAITING = "waiting"  # still in the queue


class Shelf:
    """One SKU in one warehouse: a counter, and as many buckets as are asked for."""

    def __init__(self, database: Database, units: int, number: int) -> None:
        self.db = database
        shares = buckets.shares(units, number) if number else []
        filled = frozenset(no for no, share in enumerate(shares) if share)
        heat = Hot(1, number, filled) if number else None
        self.root = _row(Level(*MUG, free=0 if number else units, hot=heat))
        places = buckets.all_of(self.root.level)
        self.buckets = {
            place: _row(Level(*place, free=share))
            for place, share in zip(places, shares, strict=True)
        }

    @property
    def free(self) -> int:
        return self.root.level.free + sum(row.level.free for row in self.buckets.values())

    @property
    def held(self) -> int:
        return self.root.level.held + sum(row.level.held for row in self.buckets.values())

    @property
    def partitions(self) -> list[Partition]:
        return [row.partition for row in (self.root, *self.buckets.values())]

    def reserve(self, units: int) -> Work[End]:
        try:
            return (yield from self._taken(units))
        except (Throttled, Conflicting, Broken):
            return End.BACK

    def _taken(self, units: int) -> Work[End]:
        counted: int | None = None
        rounds = sourcing.ROUNDS
        for _ in range(sourcing.LOOKS):
            root = yield from self._look()
            if _units(root, counted) < units:
                return End.SHORT
            place = buckets.chosen(root, self.db.chance.random())
            try:
                yield from self._hold(place, units)
                return End.HELD
            except Broken:
                counted, rounds = yield from self._missed(place, units, counted, rounds)
            if not rounds:
                break
        return End.BACK

    def _look(self) -> Work[Level]:
        root = yield from self._read(self.root)
        if root.lines >= postings.LONG:
            yield from self._spill(self.root)
        if root.hot and root.hot.heat is Heat.ON and not root.hot.filled:
            yield from self._gather(1)
            root = yield from self._read(self.root)
        return root

    def _hold(self, place: Place, units: int) -> Work[None]:
        row = self.buckets.get(place, self.root)
        write = Write(row, partial(_moved, units=-units, held=units))
        yield from self._transact([write], ORDER)
        if place.is_bucket and self.db.chance.random() < 1 / postings.LONG:
            yield from self._spill(row)

    def _spill(self, row: Row) -> Work[None]:
        seen = yield from self._read(row)
        if not seen.lines:
            return
        moved = min(seen.lines, ledgers.SPILLED)
        change = partial(_spilled, seen=seen.lines, moved=moved)
        try:
            yield from self._again(lambda: self.db.write(Write(row, change), ENTRY))
        except Broken:
            return  # a rival did the same

    # --- looking for units elsewhere -------------------------------------
    def _missed(
        self, place: Place, units: int, counted: int | None, rounds: int
    ) -> Work[tuple[int | None, int]]:
        """What is known of all buckets now, and how often the counter itself may still fail."""
        if not place.is_bucket:
            return counted, rounds - 1
        level = yield from self._read(self.buckets[place])
        if level.free > 0:
            return (yield from self._gather(units)), rounds
        change = partial(_emptied, number=buckets.number_of(place))
        yield from self._again(lambda: self.db.write(Write(self.root, change)))
        return None, rounds

    def _gather(self, needed: int) -> Work[int]:
        for _ in range(hot.ROUNDS):
            try:
                return (yield from self._gathered(needed))
            except Broken:
                yield hot.WAIT * (0.5 + self.db.chance.random())
        return (yield from self._gathered(needed))

    def _gathered(self, needed: int) -> Work[int]:
        yield from self._read(self.root)  # for units to spread; in a sale none come in
        root = yield from self._read(self.root)
        levels = yield from self._throttled(lambda: self.db.read(list(self.buckets.values())))
        there = [level for level in levels if level.free > 0]
        returned = root.hot.returned if root.hot else 0
        if some := buckets.to_merge(there, needed)[: hot.AT_ONCE]:
            yield from self._merge(some)
            returned += 1
        still = {buckets.number_of(level.place) for level in there if level not in some[1:]}
        change = partial(_written_down, numbers=frozenset(still), returned=returned)
        yield from self._again(lambda: self.db.write(Write(self.root, change)))
        return sum(level.free for level in there)

    def _merge(self, some: list[Level]) -> Work[None]:
        first, *rest = some
        number = buckets.number_of(first.place)
        writes = [
            Write(self.root, partial(_returned, number=number)),
            Write(self.buckets[first.place], partial(_moved, units=sum(b.free for b in rest))),
            *(Write(self.buckets[b.place], partial(_moved, units=-b.free)) for b in rest),
        ]
        yield from self._transact(writes)

    # --- calls, tried again as the product and the SDK do ----------------
    def _read(self, row: Row) -> Work[Level]:
        (level,) = yield from self._throttled(lambda: self.db.read([row]))
        return level

    def _transact(self, writes: list[Write], more: float = 0.0) -> Work[None]:
        """The SDK takes a cancelled transaction for an answer, whatever the cause was."""
        yield from self._conflicts(lambda: self.db.transact(writes, more))

    def _again(self, call: Callable[[], Work[T]]) -> Work[T]:
        return (yield from self._conflicts(lambda: self._throttled(call)))

    def _conflicts(self, call: Callable[[], Work[T]]) -> Work[T]:
        for wait in retry.WAITS:
            try:
                return (yield from call())
            except Conflicting:
                yield wait * (0.5 + self.db.chance.random())
        return (yield from call())

    def _throttled(self, call: Callable[[], Work[T]]) -> Work[T]:
        for tried in range(SDK_TRIES - 1):
            try:
                return (yield from call())
            except Throttled:
                yield self.db.chance.random() * 2**tried  # botocore's `standard` mode
        return (yield from call())


def _row(level: Level) -> Row:
    return Row(level, Partition(), EMPTY, LINE)


def _units(root: Level, counted: int | None) -> int:
    in_buckets = root.hot is not None and root.hot.heat is Heat.ON
    known = sourcing.ENDLESS if counted is None else counted
    return max(0, root.free, known if in_buckets else 0)


def _moved(level: Level, units: int, held: int = 0) -> Level | None:
    if level.free + units < 0:
        return None
    free, lines = level.free + units, level.lines + 1
    return replace(level, free=free, held=level.held + held, lines=lines)


def _spilled(level: Level, seen: int, moved: int) -> Level | None:
    """Of two who saw the same lines, one moves them."""
    return replace(level, lines=level.lines - moved) if level.lines >= seen else None


def _emptied(root: Level, number: int) -> Level:
    return _hinted(root, lambda was: replace(was, filled=was.filled - {number}))


def _returned(root: Level, number: int) -> Level:
    def more(was: Hot) -> Hot:
        filled, returned = was.filled | {number}, was.returned + 1
        return replace(was, filled=filled, heat=Heat.ON, returned=returned)

    return _hinted(root, more)


def _written_down(root: Level, numbers: frozenset[int], returned: int) -> Level | None:
    if root.hot is None or root.hot.returned != returned:
        return None
    heat = Heat.ON if numbers else Heat.SOLD_OUT
    return _hinted(root, lambda was: replace(was, filled=numbers, heat=heat))


def _hinted(root: Level, change: Callable[[Hot], Hot]) -> Level:
    return replace(root, hot=change(root.hot)) if root.hot else root


def _line() -> int:
    """Bytes of one line in a row, as the product packs it; a list's element takes one more."""
    cause = Cause("order", "0" * 24, "2026-01-01T00:00:00.000+00:00")
    return len(postings.line(Change(MUG, "held", {"free": -1, "held": 1}), cause)) + 1


LINE = _line()
