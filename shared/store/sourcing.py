"""Where an order's goods can come from now: what routing needs to know, read from the tables."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from shared.domain import buckets, lots, routing, sites
from shared.domain.errors import Conflict, Full, Refused, Short, Stopped
from shared.domain.hold import Hold, Reason
from shared.domain.order import Order, Source
from shared.domain.place import Warehouse
from shared.domain.planning import Desk
from shared.domain.routing import Cover, Free, Want
from shared.domain.sites import Terms
from shared.domain.stock import Heat, Level, Place
from shared.runtime import clock, retry
from shared.store import desks, hot, ledgers, merchants, postings, stock

ENDLESS = 10**9  # what a warehouse that may fall below nought is taken to have
ROUNDS = 3  # a counter that emptied while we looked sends us to look again
LOOKS = 200  # at buckets of hot SKUs
Counted = dict[Place, hot.Seen]
"""What is in the buckets of a hot SKU, as far as somebody has counted it."""
Shelves = dict[str, list[Level]]
"""SKU -> every place that has units which may be promised now."""


def taken(
    order: Order, write: Callable[[Cover, Desk], Order], lent: Counter[Place] | None = None
) -> Order:
    """Choose places and `write` what takes from them; where somebody was faster, choose again.

    `lent`: units that are there for this order alone. Raises Short when there is not enough,
    Conflict when others were faster again and again.
    """
    counted: Counted = {}
    rounds = ROUNDS
    more = Counter({place: -units for place, units in (lent or {}).items()})
    for _ in range(LOOKS):
        desk = desks.of(order)
        found = cover(order, more, counted, desk)
        try:
            written = write(found, desk)
        except (Short, Full) as lost:
            if not _elsewhere(order.tenant, found, lost, counted):
                rounds -= 1
        else:
            _tidy(order.tenant, found)
            return written
        if not rounds:
            break
    raise Conflict(order=order.id)


def _elsewhere(tenant: str, found: Cover, lost: Short | Full, counted: Counted) -> bool:
    """Whether only a bucket lacked units, or a day room, and there is another to look at."""
    places: list[Place] = lost.figures.get("places", [])
    for bucket in (each for each in places if each.is_bucket):
        needed = sum(source.quantity for source in found.sources if source.place == bucket)
        known = hot.missed(tenant, bucket, needed)
        counted.pop(bucket.root, None)
        if known is not None:
            counted[bucket.root] = known
    return all(each.is_bucket for each in places)


def _tidy(tenant: str, found: Cover) -> None:
    """Nobody reads a bucket before he takes from it: now and then one tidies up behind him."""
    for bucket in {source.place for source in found.sources if source.place.is_bucket}:
        if retry.chance() < 1 / postings.LONG:
            ledgers.spill(tenant, bucket)


def cover(
    order: Order,
    promised: Counter[Place] | None = None,
    counted: Counted | None = None,
    desk: Desk | None = None,
) -> Cover:
    """Choose the places for `order`, or raise Short with the units missing of each SKU.

    `promised` units are as good as gone; `counted`: what is known of the buckets of hot SKUs.
    Raises Stopped where more than stock is lacking.
    """
    desk = desk or desks.of(order)
    terms = sites.terms(order, desk)
    some = routing.wants(order.lines, desk.items)
    shelves = _shelves(order.tenant, routing.skus(some), promised or Counter())
    free = _free(shelves, counted or {})
    found = sites.chosen(terms, some, free) or sites.chosen(
        terms, some, _endless(free, terms.warehouses)
    )
    if found is None:
        raise _lacking(terms, some, free)
    return replace(found, sources=tuple(_placed(found.sources, shelves, counted or {})))


def _lacking(terms: Terms, some: list[Want], free: Free) -> Refused:
    names = [w.id for w in terms.warehouses]
    missing = routing.missing(some, names, free) or _missing_there(terms, some, free)
    if not missing:  # all of it is there, but in more places than it may come from
        return Stopped(hold=Hold(Reason.SPLIT_LIMIT, {"most": terms.most}))
    return Short(missing=missing, lines=routing.lines_with(some, missing))


def _missing_there(terms: Terms, some: list[Want], free: Free) -> dict[str, int]:
    """What lines lack where they must come from, whatever there is elsewhere."""
    missing: Counter[str] = Counter()
    for want in some:
        if bound := terms.bound.get(want.line):
            missing.update(routing.missing([want], sorted(bound), free))
    return dict(missing)


def _shelves(tenant: str, skus: list[str], promised: Counter[Place]) -> Shelves:
    now, items = clock.now(), merchants.items_of(tenant, skus)
    return {
        sku: [
            replace(_looked_into(tenant, level), free=level.free - promised[level.place])
            for level in levels(tenant, sku)
            if lots.sellable(level, items.get(sku), now)
        ]
        for sku in skus
    }


def levels(tenant: str, sku: str) -> list[Level]:
    """Read the counters; whoever finds a long tail of ledger lines there tidies it away.

    What is in the buckets of a hot SKU is not looked at: it is kept for orders.
    """
    found = stock.counters(tenant, sku)
    for level in found:
        if level.lines >= postings.LONG:
            ledgers.spill(tenant, level.place)
    return found


def free(tenant: str, sku: str) -> dict[str, int]:
    """Warehouse -> units that may be promised now; those in buckets are kept for buyers."""
    items, units = merchants.items_of(tenant, [sku]), Counter[str]()
    for level in levels(tenant, sku):
        if lots.sellable(level, items.get(sku), clock.now()) and not level.hot:
            units[level.warehouse] += max(0, level.free)
    return dict(units)


def _looked_into(tenant: str, level: Level) -> Level:
    """A hot SKU with no bucket left that is known to have units: the first to see it counts."""
    if level.hot and level.hot.heat is Heat.ON and not level.hot.filled:
        hot.gather(tenant, level.place, 1)
        return stock.find_level(tenant, level.place) or level
    return level


def _free(shelves: Shelves, counted: Counted) -> Free:
    free: Free = {}
    for sku, levels in shelves.items():
        free[sku] = {}
        for level in levels:
            had = free[sku].get(level.warehouse, 0)
            free[sku][level.warehouse] = had + _units(level, counted)
    return free


def _units(level: Level, counted: Counted) -> int:
    """What may be taken here; of buckets that nobody has counted it is not known."""
    in_buckets = level.hot is not None and level.hot.heat is Heat.ON
    seen = counted.get(level.place)
    known = seen.units if seen else ENDLESS
    return max(0, level.free, known if in_buckets else 0)


def _endless(free: Free, warehouses: list[Warehouse]) -> Free:
    more = {w.id: ENDLESS for w in warehouses if w.negative}
    return {sku: {**had, **more} for sku, had in free.items()}


def _placed(sources: Iterable[Source], shelves: Shelves, counted: Counted) -> Iterable[Source]:
    """Say for each source which lots it comes from: first expired, first out."""
    levels = [level for some in shelves.values() for level in some]
    left = {level.place: _units(level, counted) for level in levels}
    for source in sources:
        rest = source.quantity
        here = [level for level in shelves[source.sku] if level.warehouse == source.warehouse]
        for level in lots.first_out(here):
            if take := min(rest, left[level.place]):
                left[level.place] -= take
                rest -= take
                yield replace(source, quantity=take, lot=_bucket(level, counted).lot)
        if rest:  # a warehouse that may fall below nought
            yield replace(source, quantity=rest)


def _bucket(level: Level, counted: Counted) -> Place:
    """The place to take from: if its SKU is hot, the bucket that was found to have enough."""
    chosen, seen = buckets.chosen(level, retry.chance()), counted.get(level.place)
    return seen.bucket if seen and seen.bucket and chosen.is_bucket else chosen
