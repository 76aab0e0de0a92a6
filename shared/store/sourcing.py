"""Where an order's goods can come from now: what routing needs to know, read from the tables."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from shared.domain import buckets, lots, place, routing
from shared.domain.errors import Conflict, Short
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.order import Order, Source
from shared.domain.place import Strategy, Warehouse
from shared.domain.routing import Cover, Free
from shared.domain.stock import Heat, Level, Place
from shared.runtime import clock, retry
from shared.store import hot, ledgers, merchants, postings, stock

ENDLESS = 10**9  # what a warehouse that may fall below nought is taken to have
ROUNDS = 3  # a counter that emptied while we looked sends us to look again
LOOKS = 200  # at buckets of hot SKUs
Counted = dict[Place, hot.Seen]
"""What is in the buckets of a hot SKU, as far as somebody has counted it."""
Shelves = dict[str, list[Level]]
"""SKU -> every place that has units which may be promised now."""


def taken(order: Order, write: Callable[[Cover], Order]) -> Order:
    """Choose places and `write` what takes from them; where somebody was faster, choose again.

    Raises Short when there is not enough, Conflict when others were faster again and again.
    """
    counted: Counted = {}
    rounds = ROUNDS
    for _ in range(LOOKS):
        found = cover(order, counted=counted)
        try:
            written = write(found)
        except Short as short:
            if not _found_empty(order.tenant, found, short.figures["places"], counted):
                rounds -= 1
        else:
            _tidy(order.tenant, found)
            return written
        if not rounds:
            break
    raise Conflict(order=order.id)


def _found_empty(tenant: str, found: Cover, places: list[Place], counted: Counted) -> bool:
    """Whether only buckets lacked units, which are looked for elsewhere next time."""
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
    order: Order, promised: Counter[Place] | None = None, counted: Counted | None = None
) -> Cover:
    """Choose the places for `order`, or raise Short with the units missing of each SKU.

    `promised` units are as good as gone; `counted`: what is known of the buckets of hot SKUs.
    """
    some = routing.wants(order.content.lines, _items(order))
    warehouses, shop = _warehouses(order)
    shelves = _shelves(order.tenant, routing.skus(some), promised or Counter())
    strategy = shop.sourcing if shop else Strategy.NEAREST
    free = _free(shelves, counted or {})
    found = routing.cover(some, warehouses, free, strategy) or routing.cover(
        some, warehouses, _endless(free, warehouses), strategy
    )
    if found is None:
        missing = routing.missing(some, [w.id for w in warehouses], free)
        raise Short(missing=missing, lines=routing.lines_with(some, missing))
    return replace(found, sources=tuple(_placed(found.sources, shelves, counted or {})))


def _items(order: Order) -> dict[str, Item]:
    return merchants.items_of(order.tenant, sorted(order.needs))


def _warehouses(order: Order) -> tuple[list[Warehouse], Shop | None]:
    """The warehouses that may serve the order's shop, the best placed first, and the shop."""
    shop = merchants.shops.known(order.tenant, order.shop)
    allowed = [
        warehouse
        for warehouse in merchants.warehouses.all_known(order.tenant)
        if place.serves(warehouse, order.shop, shop.warehouses if shop else ())
    ]
    if shop and shop.sourcing is not Strategy.NEAREST:
        return place.in_order(allowed), shop
    receiver = order.content.receiver
    return place.nearest(allowed, receiver.province, receiver.city), shop


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
