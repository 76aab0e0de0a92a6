"""Partitions with their limits, rows in them, and what a read or a write runs into there.

A model with the constants of AWS's documentation, not DynamoDB. What is not documented, and
therefore a guess, is how long things take (`READ`, `WRITE`, and `Database.kept`).
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from random import Random

from infra.simulator.events import Clock, Work
from shared.domain.stock import Level

WRITES, READS = 1000.0, 3000.0  # units of one partition, in any second
KB = 1024
READ, WRITE = (0.002, 0.004), (0.003, 0.005)  # seconds that one takes, from and to
KEPT = (0.005, 0.010)  # for which a transaction keeps its rows to itself
ORDER = 3.0  # write units of the order's own row, which nobody else wants


class Throttled(Exception):
    """A partition has had its units of this second."""


class Conflicting(Exception):
    """Another transaction was touching the same row."""


class Broken(Exception):
    """A condition did not hold."""


@dataclass(slots=True)
class Limit:
    """So many units in any second, and no burst."""

    units: float
    peak: float = 0.0  # most of any second so far
    _taken: deque[tuple[float, float]] = field(default_factory=deque)
    _sum: float = 0.0

    def has(self, now: float, units: float) -> bool:
        while self._taken and self._taken[0][0] <= now - 1:
            self._sum -= self._taken.popleft()[1]
        return self._sum + units <= self.units

    def take(self, now: float, units: float) -> None:
        self._taken.append((now, units))
        self._sum += units
        self.peak = max(self.peak, self._sum)


@dataclass(slots=True)
class Partition:
    writes: Limit = field(default_factory=lambda: Limit(WRITES))
    reads: Limit = field(default_factory=lambda: Limit(READS))


@dataclass(slots=True)
class Row:
    """The counters of one place, in a partition; `size` in bytes with `lines` of the ledger."""

    level: Level
    partition: Partition
    empty: int
    line: int
    kept_until: float = 0.0

    @property
    def units(self) -> int:
        """Write units of a write that is in no transaction."""
        return ceil((self.empty + self.line * (self.level.lines + 1)) / KB)


@dataclass(frozen=True, slots=True)
class Write:
    """`change` makes the new counters out of the old ones, or None if its condition breaks."""

    row: Row
    change: Callable[[Level], Level | None]


@dataclass(slots=True)
class Database:
    clock: Clock
    chance: Random
    kept: tuple[float, float] = KEPT
    spent: float = 0.0  # write units

    def read(self, rows: Sequence[Row]) -> Work[list[Level]]:
        """Consistently: one read unit each."""
        self._admit([(row.partition.reads, 1.0) for row in rows])
        yield self.chance.uniform(*READ)
        return [row.level for row in rows]

    def write(self, write: Write, beside: float = 0.0) -> Work[None]:
        """One row, and perhaps another `beside` it: so many units of the same partition."""
        self._pay([(write.row.partition.writes, write.row.units + beside)])
        self._free([write])
        self._apply([write])
        yield self.chance.uniform(*WRITE)

    def transact(self, writes: Sequence[Write], more: float = 0.0) -> Work[None]:
        """All or nothing, for twice the units; what is refused costs as much.

        `more` units go to partitions that nobody else wants.
        """
        self._pay([(write.row.partition.writes, 2.0 * write.row.units) for write in writes])
        self.spent += more
        self._free(writes)
        took = self.chance.uniform(*self.kept)
        for write in writes:
            write.row.kept_until = self.clock.now + took
        yield took
        self._apply(writes)

    def _pay(self, asked: list[tuple[Limit, float]]) -> None:
        self._admit(asked)
        self.spent += sum(units for _, units in asked)

    def _admit(self, asked: list[tuple[Limit, float]]) -> None:
        """What is throttled costs nothing."""
        if not all(limit.has(self.clock.now, units) for limit, units in asked):
            raise Throttled
        for limit, units in asked:
            limit.take(self.clock.now, units)

    def _free(self, writes: Iterable[Write]) -> None:
        if any(write.row.kept_until > self.clock.now for write in writes):
            raise Conflicting

    def _apply(self, writes: Sequence[Write]) -> None:
        made = [(write.row, write.change(write.row.level)) for write in writes]
        if any(level is None for _, level in made):
            raise Broken
        for row, level in made:
            row.level = level or row.level
