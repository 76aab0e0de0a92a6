"""Stock counters. A change that an order causes is written together with the order."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.claim import Claim
from shared.domain.errors import Conflict, Short, faulty
from shared.domain.order import Order
from shared.store import claims, keys, orders
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

LAST = "\U0010ffff"  # no text stands behind it


@dataclass(frozen=True, slots=True)
class Level:
    """Units of one SKU in one warehouse: on hand = free + held."""

    sku: str
    warehouse: str
    free: int
    held: int

    @property
    def on_hand(self) -> int:
        return self.free + self.held


def levels(tenant: str, sku: str) -> list[Level]:
    """Every warehouse's counter of one SKU, read consistently."""
    connection()
    pk, _ = keys.stock(tenant, sku, "")
    return [_level(row) for row in StockRow.query(pk, consistent_read=True)]


def free(tenant: str, skus: Iterable[str]) -> dict[str, dict[str, int]]:
    return {sku: {at.warehouse: at.free for at in levels(tenant, sku)} for sku in skus}


def page(tenant: str, after: str, limit: int, sku: str = "") -> list[Level]:
    """Counters in the order of SKU and warehouse, after the place `after`."""
    connection()
    first, last = max(after, f"{sku}#" if sku else ""), f"{sku}#{LAST}" if sku else LAST
    rows = StockRow.by_tenant.query(
        tenant, StockRow.place.between(first or " ", last), limit=limit + 1
    )
    places = [(str(row.pk), str(row.sk)) for row in rows]
    found = [at for at in places if keys.place(at[0].partition("#")[2], at[1]) != after][:limit]
    there = {(row.pk, row.sk): _level(row) for row in find_many(StockRow, found)}
    return [there[at] for at in found if at in there]


def write(before: Order, after: Order, claim: Claim | None = None) -> Order:
    """Write `after`, and with it what its goods mean for the counters, all or nothing.

    Units that `after` holds and `before` did not are taken from what is free; units it no longer
    holds have either left in a parcel or become free again. Raises Short or Conflict.
    """
    changes = _changes(before, after)
    if not changes:
        return orders.save(after, claim)
    updates = [_update(after.tenant, at, *change) for at, change in changes.items()]
    try:
        transact(puts=[*orders.writes(after), *claims.writes(claim)], updates=updates)
    except Cancelled as cancelled:
        if any(cancelled.puts):
            raise Conflict(order=after.id) from cancelled
        lacking = [at for at, failed in zip(changes, cancelled.updates, strict=True) if failed]
        raise Short(missing=[sku for sku, _ in lacking]) from cancelled
    return orders.written(after)


def set_level(tenant: str, before: Level | None, after: Level, claim: Claim | None) -> None:
    """Replace a counter that is still as it was read; what is held stays held, or Invalid."""
    if after.free < 0:
        raise faulty("on_hand", "out-of-range", least=after.held, most=10**9)
    same = (
        (StockRow.free == before.free) & (StockRow.held == before.held)
        if before
        else StockRow.pk.does_not_exist()
    )
    try:
        transact(puts=[Put(_row(tenant, after), same), *claims.writes(claim)])
    except Cancelled as cancelled:
        raise Conflict(sku=after.sku) from cancelled


def find_level(tenant: str, sku: str, warehouse: str) -> Level | None:
    row = find(StockRow, keys.stock(tenant, sku, warehouse))
    return _level(row) if row else None


def _changes(before: Order, after: Order) -> dict[tuple[str, str], tuple[int, int]]:
    """(SKU, warehouse) -> units added to (free, held)."""
    places = before.holding.keys() | after.holding.keys()
    changes = {}
    for at in sorted(places):
        held = after.holding[at] - before.holding[at]
        sent = after.sent[at] - before.sent[at]
        if held or sent:
            changes[at] = (-held - sent, held)
    return changes


def _update(tenant: str, at: tuple[str, str], free: int, held: int) -> Update:
    """Safe as a sum only because it stands in a transaction with a row that has a version."""
    changes = ((StockRow.free, free), (StockRow.held, held))
    enough = StockRow.pk.exists()
    for counter, change in changes:
        if change < 0:
            enough = enough & (counter >= -change)
    row = StockRow(*keys.stock(tenant, *at))
    return Update(row, [counter.add(change) for counter, change in changes if change], enough)


def _row(tenant: str, level: Level) -> StockRow:
    return StockRow(
        *keys.stock(tenant, level.sku, level.warehouse),
        tenant=tenant,
        place=keys.place(level.sku, level.warehouse),
        free=level.free,
        held=level.held,
    )


def _level(row: StockRow) -> Level:
    return Level(str(row.pk).partition("#")[2], str(row.sk), int(row.free), int(row.held))
