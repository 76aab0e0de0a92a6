"""Units of goods: where they are, what they are promised to, and each change of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

COUNTERS = ("free", "held", "appointed", "damaged", "coming", "presold")
"""
free       sound units that nobody was promised
held       promised to an order, an exchange, a transfer, a count, or set aside by hand
appointed  set aside for one shop
damaged    there, but not fit to sell
coming     bought or on their way here, promised to nobody
presold    bought or on their way here, promised to a buyer
"""
Delta = dict[str, int]
"""Units added to counters, by their name; only those that change."""


BUCKET = "~"
"""What a lot begins with that is no lot, but one of a hot SKU's buckets."""


class Place(NamedTuple):
    """One set of counters. `lot` is empty where the item has no lots."""

    sku: str
    warehouse: str
    lot: str = ""

    @property
    def root(self) -> "Place":
        """Where the units are when the SKU is not hot."""
        return Place(self.sku, self.warehouse) if self.is_bucket else self

    @property
    def is_bucket(self) -> bool:
        return self.lot.startswith(BUCKET)


class Heat(StrEnum):
    ON = "on"  # orders take from the buckets
    SOLD_OUT = "sold-out"  # on, and the buckets are known to be empty
    COOLING = "cooling"  # what is in the buckets goes back to one counter


@dataclass(frozen=True, slots=True)
class Hot:
    """How a hot SKU's units are divided, so that its buyers need not queue at one counter."""

    epoch: int  # each time it gets hot its buckets are new ones
    buckets: int
    filled: frozenset[int] = frozenset()  # those that are thought to have units
    heat: Heat = Heat.ON
    returned: int = 0  # how often units came back, or `filled` was told of some


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of the ledger: what was done to one place, when, and because of what."""

    at: str  # when it was written, UTC
    what: str  # the deed: held, released, shipped, received, counted, adjusted ...
    cause: str  # the kind of document behind it: order, purchase, transfer, count, hold, feed ...
    id: str  # its id
    delta: Delta
    by: str = "system"
    as_of: str = ""  # when it happened in the warehouse, if that was told
    seq: int = 0  # its number among the lines of its place, from 1; given when it is written


@dataclass(frozen=True, slots=True)
class Level:
    """The counters of one place."""

    sku: str
    warehouse: str
    lot: str = ""
    free: int = 0
    held: int = 0
    appointed: int = 0
    damaged: int = 0
    coming: int = 0
    presold: int = 0
    expires: str = ""  # a lot's last day, YYYY-MM-DD
    counted: str = ""  # as of when the newest full count was taken
    fed: int = 0  # how many counts and adjustments a warehouse has told
    lines: int = 0  # lines of the ledger that still lie with the counters
    hot: Hot | None = None
    first: int = 1  # the number of the oldest of these lines

    @property
    def place(self) -> Place:
        return Place(self.sku, self.warehouse, self.lot)

    @property
    def on_hand(self) -> int:
        """Sound units in the warehouse."""
        return self.free + self.held + self.appointed

    @property
    def inbound(self) -> int:
        return self.coming + self.presold


@dataclass(frozen=True, slots=True)
class Cause:
    """What changes are made for: goes into the ledger with each."""

    kind: str
    id: str
    at: str
    by: str = "system"
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Units added to the counters of one place, all or nothing, and the deed's name.

    A counter that falls must hold as many units, unless `beyond` lets it fall below nought.
    `sets` are texts of the place that are written with it (a lot's `expires`, `counted`);
    `fed`, if given, is how often the warehouse had told of this place when the change was made up;
    `as_of`: when it happened, where that is not the same for all that has this cause;
    `parts`: what of it each of several documents caused (id, deed, units), a line for each;
    `filled`: buckets of this `epoch` that may have units again; `emptied`: these must be all
    of a bucket's units.
    """

    place: Place
    what: str
    delta: Delta
    beyond: bool = False
    sets: dict[str, str] = field(default_factory=dict)
    fed: int | None = None
    as_of: str = ""
    epoch: int = 0
    filled: frozenset[int] = frozenset()
    emptied: bool = False
    parts: tuple[tuple[str, str, Delta], ...] = ()


def folded(postings: Iterable[Posting]) -> Delta:
    """What the counters must be by the ledger."""
    sums = dict.fromkeys(COUNTERS, 0)
    for posting in postings:
        for counter, units in posting.delta.items():
            sums[counter] += units
    return sums
