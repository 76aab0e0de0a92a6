"""How many orders got a gift of which there are only so many: one row for each rule and day."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from shared.domain import gift
from shared.domain.gift import Grant
from shared.domain.order import Order
from shared.runtime import clock
from shared.store import keys
from shared.store.table import InsightRow, Update, find

KEPT = 40 * 86400  # seconds for which the count of a day can be looked up
count: Any = InsightRow.v


def taken(tenant: str, grant: Grant) -> int:
    """How many orders have it already."""
    row = find(InsightRow, keys.gift(tenant, grant.rule, grant.day))
    return int(row.v or 0) if row else 0


def updates(moves: Sequence[tuple[Order, Order]]) -> list[Update]:
    """What orders that become others take of the numbers, or give back.

    Safe as a sum only because it stands in a transaction with the orders, which have versions.
    """
    limits: dict[tuple[str, str], int] = {}
    orders: Counter[tuple[str, str]] = Counter()
    for move in moves:
        for sign, grants in zip((-1, 1), map(gift.grants, move), strict=True):
            limits |= {(grant.rule, grant.day): grant.limit for grant in grants}
            orders.update({(grant.rule, grant.day): sign for grant in grants})
    tenant = moves[0][1].tenant
    counted = ((Grant(*key, limits[key]), number) for key, number in orders.items() if number)
    return [_counted(tenant, grant, number) for grant, number in counted]


def _counted(tenant: str, grant: Grant, orders: int) -> Update:
    row = InsightRow(*keys.gift(tenant, grant.rule, grant.day))
    room = count.does_not_exist() | (count <= grant.limit - orders)
    actions = [count.add(orders)]
    if grant.day != gift.TOTAL:
        actions.append(InsightRow.ttl.set(clock.epoch(clock.now()) + KEPT))
    return Update(row, actions, room if orders > 0 else None)
