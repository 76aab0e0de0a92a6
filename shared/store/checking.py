"""Whether the counters are what their ledgers say, place by place.

A ledger is folded line by line and none of it is kept: neither the number of lines nor that of
places takes memory. When the time is over in the midst of a long ledger, what was folded so far
is put aside; lines never change, so whoever comes next goes on from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from shared.domain import buckets, ledger
from shared.domain.ledger import Difference, Fold
from shared.domain.stock import Level, Place
from shared.runtime import clock
from shared.store import keys, ledgers, merchants, stock
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, find, put

KEPT = 2 * 24 * 3600
BETWEEN = 1000  # lines after which it looks at the clock
ON = "#on"  # stands behind a place that is not done: go on there, not with the next


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what is wrong there."""

    places: tuple[Place, ...]  # those that were checked whole, with their buckets if they are hot
    differences: tuple[Difference, ...]
    after: str  # where to go on; empty at the end


def page(tenant: str, after: str, limit: int, seconds: float, sku: str = "") -> Checked:
    """Check up to `limit` places from `after` on, for about so many seconds."""
    end = clock.ticks() + seconds
    begun = stock.place_of(after.removesuffix(ON)) if after.endswith(ON) else None
    levels = stock.page(tenant, "#".join(begun.root) if begun else after, limit, sku)
    endless = {w.id for w in merchants.warehouses.all_known(tenant) if w.negative}
    whole: dict[Place, None] = {}
    wrong: list[Difference] = []
    for count, place in enumerate(chain(_rest(tenant, begun), _all(levels))):
        late = count > 0 and clock.ticks() >= end
        found = None if late else _folded(tenant, place, end, begun=place == begun)
        if found is None:
            whole.pop(place.root, None)
            return Checked(tuple(whole), tuple(wrong), "#".join(place) + ON)
        wrong += ledger.differences(*found, endless=place.warehouse in endless)
        if not place.is_bucket:
            whole[place] = None
    last = "#".join(levels[-1].place) if len(levels) == limit else ""
    return Checked(tuple(whole), tuple(wrong), last)


def _all(levels: list[Level]) -> Iterator[Place]:
    for level in levels:
        yield level.place
        yield from buckets.all_of(level)


def _rest(tenant: str, begun: Place | None) -> Iterator[Place]:
    """The place that was begun, and the buckets that come after it."""
    if begun is None:
        return
    yield begun
    root = stock.find_level(tenant, begun.root)
    for bucket in buckets.all_of(root) if root else ():
        if not begun.is_bucket or buckets.number_of(bucket) > buckets.number_of(begun):
            yield bucket


def _folded(tenant: str, place: Place, end: float, *, begun: bool) -> tuple[Level, Fold] | None:
    """The counters of a place and its whole ledger; None if the time was over before."""
    fold = _aside(tenant, place) if begun else Fold()
    found = ledgers.book(tenant, place, above=fold.seq)
    if found is None:
        return Level(*place), Fold()
    level, lines = found
    for line in lines:
        fold.add(line)
        if line.seq % BETWEEN == 0 and clock.ticks() >= end:
            _put_aside(tenant, place, fold)
            return None
    return level, fold


def _aside(tenant: str, place: Place) -> Fold:
    row = find(InsightRow, keys.fold(tenant, place))
    return unpack(row.body, Fold) if row else Fold()


def _put_aside(tenant: str, place: Place, fold: Fold) -> None:
    """Without a condition: whoever folds so many lines comes to the same."""
    ttl = clock.epoch(clock.now()) + KEPT
    put(InsightRow(*keys.fold(tenant, place), body=pack(fold), ttl=ttl), None)
