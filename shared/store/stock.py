"""Stock counters and their ledger. What an order causes is written together with the order.

A counter's row carries the newest lines of its ledger: the update that changes the counter adds
the line, so that it costs no write of its own. Long tails move into rows beside it (ledgers.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shared.domain import buckets
from shared.domain.claim import Claim
from shared.domain.errors import Conflict, Full, Short, WrongState, faulty
from shared.domain.order import Order, Source
from shared.domain.routing import MOST_COUNTERS
from shared.domain.stock import COUNTERS, Cause, Change, Heat, Hot, Level, Place
from shared.runtime import clock
from shared.store import capacities, claims, keys, merchants, merges, orders, usages
from shared.store import changes as made
from shared.store.table import (
    Cancelled,
    Put,
    StockRow,
    Update,
    connection,
    find,
    find_many,
    transact,
)

Move = tuple[Order, Order]
"""An order as it was read, and as it shall be."""
LAST = "\U0010ffff"  # no text stands behind it
HOMES = 4  # where units of a bucket are while a sale ends: hot, cooling, emptied, over


def levels(tenant: str, sku: str) -> list[Level]:
    """Every warehouse's and lot's counters of one SKU, a hot one's buckets too; consistent."""
    found = counters(tenant, sku)
    return [*found, *(bucket for level in found for bucket in in_buckets(tenant, level))]


def counters(tenant: str, sku: str) -> list[Level]:
    """The same without the buckets."""
    connection()
    pk, prefix = keys.levels(tenant, sku)
    rows = StockRow.query(pk, StockRow.sk.startswith(prefix), consistent_read=True)
    return [level_of(row) for row in rows]


def in_buckets(tenant: str, root: Level) -> list[Level]:
    """What a hot SKU's buckets hold; nothing if it is not hot."""
    return find_levels(tenant, buckets.all_of(root))


def whole(tenant: str, root: Level) -> Level:
    """A counter together with its buckets, if it is hot."""
    there = [root, *in_buckets(tenant, root)]
    sums = {name: sum(getattr(level, name) for level in there) for name in COUNTERS}
    return replace(root, **sums)


def find_levels(tenant: str, some: Sequence[Place]) -> list[Level]:
    """The counters of those places that have any."""
    wanted = [keys.stock(tenant, place) for place in some]
    return [level_of(row) for row in find_many(StockRow, wanted)]


def find_level(tenant: str, place: Place) -> Level | None:
    row = find(StockRow, keys.stock(tenant, place))
    return level_of(row) if row else None


def page(tenant: str, after: str, limit: int, sku: str = "") -> list[Level]:
    """Counters in the order of SKU, warehouse and lot, after the place `after`."""
    wanted = places(tenant, after, limit, sku)
    there = {level.place: level for level in find_levels(tenant, wanted)}
    return [there[at] for at in wanted if at in there]


def places(tenant: str, after: str, limit: int, sku: str = "") -> list[Place]:
    """The same without the counters; one that is only just made may still be missing."""
    connection()
    first, last = max(after, f"{sku}#" if sku else ""), f"{sku}#{LAST}" if sku else LAST
    rows = StockRow.by_tenant.query(
        tenant, StockRow.place.between(first or " ", last), limit=limit + 1
    )
    found = [str(row.place) for row in rows if row.place != after]  # type: ignore[attr-defined]
    return [place_of(text) for text in found[:limit]]


def place_of(text: str) -> Place:
    return Place(*text.split("#"))


def apply(
    tenant: str,
    changes: Sequence[Change],
    cause: Cause,
    beside: Sequence[Put | Update] = (),
    claim: Claim | None = None,
) -> None:
    """Write the changes, a line of the ledger for each, what stands `beside`, or nothing at all.

    No two changes may be of one place, and no more than MOST_COUNTERS. Raises Short with the
    places that lack units, Full if what stands beside has no room left, or Conflict if somebody
    else wrote what this was made up from.
    """
    puts = [each for each in beside if isinstance(each, Put)]
    updates = [made.update(tenant, change, cause) for change in changes]
    updates += [each for each in beside if isinstance(each, Update)]
    try:
        transact(puts=[*puts, *claims.writes(claim)], updates=updates)
    except Cancelled as cancelled:
        failed = [c for c, no in zip(changes, cancelled.updates, strict=False) if no]
        if any(cancelled.puts) or any(change.fed is not None for change in failed):
            _cold(tenant, failed)
            raise Conflict(cause=cause.id) from cancelled
        if any(cancelled.updates[len(changes) :]):
            raise Full(cause=cause.id) from cancelled
        skus = list(dict.fromkeys(change.place.sku for change in failed))
        raise Short(missing=skus, places=[change.place for change in failed]) from cancelled


def _cold(tenant: str, failed: Sequence[Change]) -> None:
    """Nobody counts a SKU while it is hot: most of it does not lie on the counter."""
    for level in find_levels(
        tenant, [change.place for change in failed if change.fed is not None]
    ):
        if level.hot:
            raise WrongState(kind="stock", id=level.sku, stage="hot")


def at(before: Level, on_hand: int) -> Level:
    """The counters with so many sound units; what is promised stays promised, or Invalid."""
    if before.hot:
        raise WrongState(kind="stock", id=before.sku, stage="hot")
    free = on_hand - before.on_hand + before.free
    if free < 0:
        raise faulty("on_hand", "out-of-range", least=before.on_hand - before.free, most=10**9)
    return replace(before, free=free)


def set_on_hand(
    tenant: str, before: Level, on_hand: int, cause: Cause, claim: Claim | None = None
) -> Level:
    """Let so many sound units lie there, unless somebody counted since `before` was read."""
    after = at(before, on_hand)
    delta, newest = {"free": after.free - before.free}, {"counted": cause.at}
    change = Change(before.place, "set", delta, sets=newest, fed=before.fed)
    apply(tenant, [change], cause, (), claim)
    return after


def write(
    before: Order,
    after: Order,
    claim: Claim | None = None,
    *beside: Put | Update,
    lent: Sequence[Change] = (),
) -> Order:
    """Write `after`, and with it what its goods mean for the counters, all or nothing.

    Units that `after` holds and `before` did not are taken from what is free; units it no longer
    holds have either left in a parcel or become free again. More counters than one transaction
    takes are given back in several (`Order.owed` says which are still to come); they are never
    taken so. `lent`: what becomes free for this order alone. Raises Short or Conflict.
    """
    return write_all([(before, after)], claim, *beside, lent=lent)[0]


def write_all(
    moves: Sequence[Move],
    claim: Claim | None = None,
    *beside: Put | Update,
    lent: Sequence[Change] = (),
) -> list[Order]:
    """The same for several orders of one merchant, in one transaction.

    The days' capacities and the merges that they are part of follow in it.
    """
    moves = [(before, _owing(before, after)) for before, after in moves]
    changes = _summed(moves, lent)
    puts: list[Put | Update] = [put for _, after in moves for put in orders.writes(after)]
    puts += [*beside, *(put for move in moves for put in merges.following(*move))]
    caps = [*capacities.updates(moves), *usages.updates(moves)]
    if len(puts) == 1 and not changes and not caps:
        return [orders.save(moves[0][1], claim)]
    _apply(moves[0][1], changes, [*puts, *caps], claim)
    return [settled(orders.written(after)) for _, after in moves]


def _apply(
    after: Order, changes: list[Change], beside: list[Put | Update], claim: Claim | None
) -> None:
    cause = Cause("order", after.id, clock.now(), after.timeline[-1].by)
    for left in reversed(range(_homes(changes))):
        try:
            return apply(after.tenant, _homed(after.tenant, changes), cause, beside, claim)
        except Short:  # perhaps its buckets were just given up
            if not left:
                raise
    return None


def _homes(changes: list[Change]) -> int:
    """How often to look for what buckets give back; units that are to be taken may be lacking."""
    taking = any(change.what == "held" for change in changes)
    return 1 if taking or not any(change.place.is_bucket for change in changes) else HOMES


def _homed(tenant: str, changes: list[Change]) -> list[Change]:
    """Let what comes from buckets that are no more come from their counter instead."""
    if not any(change.place.is_bucket and change.what != "held" for change in changes):
        return changes
    homed: dict[Place, Change] = {}
    for change in changes:
        for each in _at_home(tenant, change):
            before = homed.get(each.place)
            homed[each.place] = _together(before, each) if before else each
    return list(homed.values())


def _at_home(tenant: str, change: Change) -> list[Change]:
    if not change.place.is_bucket or change.what == "held":
        return [change]
    place, epoch = change.place, buckets.epoch_of(change.place)
    root = find_level(tenant, place.root)
    if root is None or root.hot is None or root.hot.epoch != epoch:
        return [replace(change, place=place.root)]
    if root.hot.heat is Heat.COOLING:
        bucket = find_level(tenant, place)
        there = bucket is not None and bucket.held >= -change.delta["held"]
        return [change if there else replace(change, place=place.root)]
    if change.delta["free"] <= 0:
        return [change]
    number = frozenset({buckets.number_of(place)})
    return [change, Change(place.root, "", {}, epoch=epoch, filled=number)]


def _together(one: Change, other: Change) -> Change:
    sums = {name: one.delta.get(name, 0) + n for name, n in other.delta.items()}
    return replace(
        one,
        what=one.what or other.what,
        delta={**one.delta, **sums},
        epoch=one.epoch or other.epoch,
        filled=one.filled | other.filled,
        parts=one.parts + other.parts,
    )


def settled(order: Order) -> Order:
    """The order after giving back whatever it still owes."""
    if not order.owed:
        return order
    return write(order, replace(order, owed=()).noted("given-back", clock.now()))


def _owing(before: Order, after: Order) -> Order:
    """`after`, still owing what one transaction cannot give back."""
    kept = after.holding
    back = [place for place in sorted(before.holding) if before.holding[place] > kept[place]]
    if len(back) <= MOST_COUNTERS:
        return after
    rest = tuple(
        Source(0, place.sku, place.warehouse, before.holding[place] - kept[place], place.lot)
        for place in back[MOST_COUNTERS:]
    )
    return replace(after, owed=(*after.owed, *rest))


def _summed(moves: Sequence[Move], lent: Sequence[Change]) -> list[Change]:
    """What several orders mean for the counters; what one gives another may take."""
    if len(moves) == 1 and not lent:
        return _changes(*moves[0])
    summed: dict[Place, Change] = {}
    for order, change in _each(moves, lent):
        own = replace(change, parts=((order, change.what, change.delta),))
        known = summed.get(change.place)
        summed[change.place] = _together(known, own) if known else own
    return [replace(change, what=_deed(change)) for change in summed.values()]


def _each(moves: Sequence[Move], lent: Sequence[Change]) -> Iterator[tuple[str, Change]]:
    """Every change with the order that it is made for."""
    yield from ((moves[0][1].id, change) for change in lent)
    for before, after in moves:
        yield from ((after.id, change) for change in _changes(before, after))


def _deed(change: Change) -> str:
    """What several orders' changes of one place come to."""
    deeds = {what for _, what, _ in change.parts}
    if change.delta["held"] > 0:
        return "held"
    return "shipped" if "shipped" in deeds else "released"


def _changes(before: Order, after: Order) -> list[Change]:
    """What the step from one to the other means for the counters, place by place."""
    changes = []
    for place in sorted(before.holding.keys() | after.holding.keys()):
        held = after.holding[place] - before.holding[place]
        sent = after.sent[place] - before.sent[place]
        if held or sent:
            deed = "shipped" if sent else "held" if held > 0 else "released"
            delta = {"free": -held - sent, "held": held}
            beyond = held > 0 and not place.is_bucket and _endless(after, place)
            changes.append(Change(place, deed, delta, beyond))
    return changes


def _endless(order: Order, place: Place) -> bool:
    """Whether the merchant lets the stock of this warehouse fall below nought."""
    warehouse = merchants.warehouses.known(order.tenant, place.warehouse)
    return warehouse is not None and warehouse.negative


def level_of(row: StockRow) -> Level:
    _, warehouse, lot = str(row.sk).split("#")
    return Level(
        str(row.pk).split("#")[1],
        warehouse,
        lot,
        **{name: int(getattr(row, name) or 0) for name in (*COUNTERS, "fed")},
        expires=row.expires or "",
        counted=row.counted or "",
        lines=len(row.tail or ()),
        hot=_hot(row) if row.heat else None,
        first=int(row.first or 1),
    )


def _hot(row: StockRow) -> Hot:
    filled = frozenset(int(number) for number in row.filled or ())
    return Hot(int(row.epoch), int(row.buckets), filled, Heat(row.heat), int(row.v or 0))
