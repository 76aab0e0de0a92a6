"""How much was used of what there is only so much of: one row for each counter."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from shared.domain import usage
from shared.domain.content import Use
from shared.domain.order import Order
from shared.runtime import clock
from shared.store import keys
from shared.store.table import InsightRow, Update, find, find_many

KEPT = 40 * 86400  # seconds for which the count of a day can be looked up
count: Any = InsightRow.v
_OF_A_DAY = re.compile(r"\|\d{4}-\d\d-\d\d$")


def used(tenant: str, counter: str) -> int:
    row = find(InsightRow, keys.use(tenant, counter))
    return int(row.v or 0) if row else 0


def used_of(tenant: str, counters: Sequence[str]) -> dict[str, int]:
    """The same for several; those of which nothing was used are left out."""
    names = {keys.use(tenant, counter): counter for counter in counters}
    return {names[row.pk, row.sk]: int(row.v or 0) for row in find_many(InsightRow, list(names))}


def updates(moves: Sequence[tuple[Order, Order]]) -> list[Update]:
    """What orders that become others take of what is limited, or give back.

    Safe as a sum only because it stands in a transaction with the orders, which have versions.
    """
    limits: dict[str, int] = {}
    times: Counter[str] = Counter()
    for move in moves:
        for sign, uses in zip((-1, 1), map(usage.uses, move), strict=True):
            limits |= {use.counter: use.most for use in uses}
            for use in uses:
                times[use.counter] += sign * use.times
    tenant = moves[0][1].tenant
    return [counted(tenant, Use(name, n, limits[name])) for name, n in times.items() if n]


def counted(tenant: str, use: Use) -> Update:
    """Count a use, on condition that there is room; or give one back."""
    row = InsightRow(*keys.use(tenant, use.counter))
    room = count <= use.most - use.times
    if use.times <= use.most:
        room = count.does_not_exist() | room
    actions = [count.add(use.times)]
    if _OF_A_DAY.search(use.counter):
        actions.append(InsightRow.ttl.set(clock.epoch(clock.now()) + KEPT))
    return Update(row, actions, room if use.times > 0 else None)
