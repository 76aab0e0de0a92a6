"""The ledger of a counter and those of its buckets as one, the newest line first."""

from collections.abc import Iterator
from heapq import merge
from itertools import count, takewhile

from shared.domain import buckets
from shared.domain.ledger import MOVED
from shared.domain.stock import Level, Place, Posting
from shared.store import ledgers, stock

Line = tuple[Place, Posting]
Lines = Iterator[Line]


def book(tenant: str, root: Place) -> tuple[Level, Lines] | None:
    """A counter with what its buckets hold, and all of their lines.

    The buckets of an earlier time when the SKU was hot come in with the line that emptied them.
    """
    found = ledgers.book(tenant, root, newest_first=True)
    if found is None:
        return None
    level, lines = found
    epoch = level.hot.epoch if level.hot else 0
    own = ((root, line) for line in lines)
    return stock.whole(tenant, level), _lines(tenant, root, own, epoch)


def _lines(tenant: str, root: Place, own: Lines, epoch: int) -> Lines:
    seen = {epoch}
    merged = _merged(own, *_buckets(tenant, root, epoch))
    while one := next(merged, None):
        yield one
        place, line = one
        if place == root and line.cause == MOVED and int(line.id) not in seen:
            seen.add(int(line.id))
            merged = _merged(merged, *_buckets(tenant, root, int(line.id)))


def _buckets(tenant: str, root: Place, epoch: int) -> list[Lines]:
    """Those that ever had units are numbered without a gap."""
    if not epoch:
        return []
    places = (buckets.place(root, epoch, number) for number in count())
    found = takewhile(bool, (_bucket(tenant, place) for place in places))
    return [lines for lines in found if lines]


def _bucket(tenant: str, place: Place) -> Lines | None:
    found = ledgers.book(tenant, place, newest_first=True)
    return ((place, line) for line in found[1]) if found else None


def _merged(*some: Lines) -> Lines:
    return merge(*some, key=lambda one: one[1].at, reverse=True)
