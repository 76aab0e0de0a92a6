"""How many parcels each warehouse has taken for a day, where that is limited: a row for each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition

from shared.domain import lots
from shared.domain.capacity import Rooms, Use, used
from shared.domain.order import Order
from shared.domain.place import Warehouse
from shared.store import keys, merchants
from shared.store.table import StockRow, Update, connection, find_many


def updates(moves: Sequence[tuple[Order, Order]]) -> list[Update]:
    """What the steps of orders of one merchant take of the days' capacities, or give back."""
    more: Counter[Use] = Counter()
    for before, after in moves:
        if before.parcels or after.parcels:
            more.update(used(after))
            more.subtract(used(before))
    tenant = moves[0][1].tenant
    return [_update(tenant, use, parcels) for use, parcels in sorted(more.items()) if parcels]


def rooms(tenant: str, warehouses: Iterable[Warehouse], now: str) -> Rooms:
    """What is taken from today on; consistent. Nothing is read where nothing is limited."""
    limits = _limits(warehouses)
    today = lots.day(now) if limits else ""
    return Rooms(
        today,
        limits,
        {(name, day): units for name in limits for day, units in _from(tenant, name, today)},
    )


def on(tenant: str, warehouses: Iterable[Warehouse], day: str) -> Rooms:
    """What is taken of one day, in the warehouses that are limited; consistent."""
    limits = _limits(warehouses)
    wanted = {keys.capacity(tenant, name, day): (name, day) for name in limits}
    rows = find_many(StockRow, list(wanted))
    return Rooms(day, limits, {wanted[row.pk, row.sk]: int(row.used) for row in rows})


def _limits(warehouses: Iterable[Warehouse]) -> dict[str, int]:
    return {each.id: each.capacity for each in warehouses if each.capacity}


def _from(tenant: str, warehouse: str, day: str) -> Iterable[tuple[str, int]]:
    connection()
    pk, first = keys.capacity(tenant, warehouse, day)
    rows = StockRow.query(pk, StockRow.sk >= first, consistent_read=True)
    return ((str(row.sk), int(row.used)) for row in rows)


def _update(tenant: str, use: Use, parcels: int) -> Update:
    """Safe as a sum only because it stands in a transaction with a row that has a version."""
    count: Any = StockRow.used
    row = StockRow(*keys.capacity(tenant, *use))
    return Update(row, [count.add(parcels)], _room(tenant, use, parcels))


def _room(tenant: str, use: Use, parcels: int) -> Condition | None:
    """That the day can take so many more; what is given back is always taken."""
    warehouse = merchants.warehouses.known(tenant, use[0])
    limit = warehouse.capacity if warehouse else 0
    if not limit or parcels < 0:
        return None
    count: Any = StockRow.used
    room: Condition = count <= limit - parcels
    return room | count.does_not_exist() if parcels <= limit else room
