"""Where stock is and whose: counters, whoever holds units of them, and the newest lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice, takewhile

from shared.domain import ledger
from shared.domain.ledger import Holder
from shared.domain.stock import Level, Place, Posting
from shared.store import families, ledgers, stock
from shared.store.families import Line

MOST_LINES = 20_000  # of one place that are read to find who holds its units
LOOKED_AT = 5_000  # lines that one page of a ledger reads at most


@dataclass(frozen=True, slots=True)
class Standing:
    level: Level
    holders: tuple[Holder, ...]
    newest: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of a SKU's ledger somebody wants to see; empty = all."""

    sku: str
    warehouse: str = ""
    lot: str = ""
    cause: str = ""
    id: str = ""
    first: str = ""  # the times between which they were written
    last: str = ""

    def at(self, place: Place) -> bool:
        return self.warehouse in ("", place.warehouse) and self.lot in ("", place.lot)

    def fits(self, line: Posting) -> bool:
        return (
            self.cause in ("", line.cause)
            and self.id in ("", line.id)
            and (not self.last or line.at <= self.last)
        )


def explain(tenant: str, sku: str, warehouse: str, shown: int) -> list[Standing]:
    """Each place with whoever holds units there, and its newest lines."""
    places = [level.place for level in stock.counters(tenant, sku)]
    wanted = [place for place in places if warehouse in ("", place.warehouse)]
    found = (_standing(tenant, place, shown) for place in wanted)
    return [one for one in found if one]


def page(
    tenant: str, wanted: Wanted, at: dict[Place, int], limit: int
) -> tuple[list[Line], dict[Place, int]]:
    """Lines of all places of a SKU, the newest first, and how far each place was read.

    `at`: the same of the page before. Empty when nothing is left.
    """
    read, found = dict(at), []
    places = [level.place for level in stock.levels(tenant, wanted.sku)]
    places = [place for place in places if wanted.at(place)]
    lines = (_lines(tenant, place, wanted.first, at.get(place, 0)) for place in places)
    newest_first = merge(*lines, key=_written_at, reverse=True)
    for count, (place, line) in enumerate(newest_first, 1):
        read[place] = line.seq
        if wanted.fits(line):
            found.append((place, line))
        if len(found) == limit or count == LOOKED_AT:
            return found, read
    return found, {}


def _standing(tenant: str, place: Place, shown: int) -> Standing | None:
    """A counter with all of its buckets: whoever holds units in one holds them here."""
    found = families.book(tenant, place)
    if found is None:
        return None
    level, lines = found
    newest = tuple(islice(lines, shown))
    holders = ledger.holders(level, (line for _, line in chain(newest, lines)), MOST_LINES)
    return Standing(level, tuple(holders), newest)


def _lines(tenant: str, place: Place, first: str, before: int) -> Iterator[Line]:
    found = ledgers.book(tenant, place, newest_first=True, below=before)
    lines = takewhile(lambda line: line.at >= first, found[1] if found else ())
    return ((place, line) for line in lines)


def _written_at(one: Line) -> str:
    return one[1].at
