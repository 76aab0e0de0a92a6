"""From which lots units are taken when nobody has named one: first expired, first out."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.domain import lots
from shared.domain.errors import Fault, Short
from shared.domain.item import Item
from shared.domain.stock import Level, Place

Units = Mapping[Place, int]


class Want(NamedTuple):
    """Units that a line asks for. No lot means any, where the item has lots."""

    sku: str
    warehouse: str
    lot: str
    units: int

    @property
    def place(self) -> Place:
        return Place(self.sku, self.warehouse, self.lot)


@dataclass(frozen=True, slots=True)
class Supply:
    """What may be taken: every level of the SKUs, the items, and the counter that gives."""

    levels: Sequence[Level]
    items: Mapping[str, Item]
    counter: str
    now: str

    def open(self, want: Want) -> bool:
        """Whether the lot is for us to choose."""
        item = self.items.get(want.sku)
        return not want.lot and item is not None and item.lots

    def of(self, want: Want) -> list[Level]:
        """The lots in the warehouse of `want`, the first to go first."""
        at = (want.sku, want.warehouse)
        return lots.first_out([one for one in self.levels if (one.sku, one.warehouse) == at])

    def lacks(self, more: Units, endless: Collection[str]) -> list[Place]:
        """The places that cannot give so many units more, which they need not where endless."""
        there = {level.place: getattr(level, self.counter) for level in self.levels}
        free = endless if self.counter == "free" else ()
        return [
            place
            for place, units in more.items()
            if units > max(0, there.get(place, 0)) and place.warehouse not in free
        ]

    def room(self, level: Level) -> int:
        sound = lots.sellable(level, self.items.get(level.sku), self.now)
        return getattr(level, self.counter) if sound else 0


def picked(wants: Iterable[Want], own: Units, supply: Supply) -> dict[Place, int]:
    """The units of each place; `own` are those taken already, which stay where they are.

    Units that are nowhere to be found are asked of the first lot, so that it is found short.
    """
    found: Counter[Place] = Counter()
    for want in sorted(wants, key=supply.open):  # lots that are named come first
        if supply.open(want):
            found.update(_spread(want, own, found, supply))
        else:
            found[want.place] += want.units
    return dict(found)


def short_of(wants: Sequence[Want], places: Collection[Place]) -> Short:
    """The refusal that names the lines which ask for units of these places."""
    short = {Place(at.sku, at.warehouse, lot) for at in places for lot in ("", at.lot)}
    faults = tuple(
        Fault(f"lines[{at}].units", "short", {"needed": want.units})
        for at, want in enumerate(wants)
        if want.place in short
    )
    missing = sorted({place.sku for place in places})
    return Short(faults=faults, missing=missing, places=list(places))


def _spread(want: Want, own: Units, found: Units, supply: Supply) -> Counter[Place]:
    given: Counter[Place] = Counter()
    rest = want.units
    for place, room in _rooms(supply.of(want), own, found, supply):
        part = min(rest, room)
        given[place] += part
        rest -= part
    if rest:
        given[next(iter(given), want.place)] += rest
    return +given


def _rooms(
    levels: list[Level], own: Units, found: Units, supply: Supply
) -> Iterator[tuple[Place, int]]:
    """First what we have already, then what is there beside it."""
    for level in levels:
        yield level.place, max(0, own.get(level.place, 0) - found.get(level.place, 0))
    for level in levels:
        more = max(0, found.get(level.place, 0) - own.get(level.place, 0))
        yield level.place, max(0, supply.room(level) - more)
