"""Nudge what has stood still: a lost message is found here, at growing distances."""

from collections.abc import Iterator

from shared.domain.flow import due_again
from shared.domain.order import Order
from shared.gateways import queues
from shared.runtime import clock
from shared.runtime.settings import settings
from shared.store import (
    breakers,
    decisions,
    deliveries,
    figures,
    links,
    merges,
    orders,
    payments,
    reports,
    tracks,
    waybills,
)

STEP = 60.0  # seconds between two sweeps
WEEK = 7 * 86400


def sweep(step: float = STEP) -> int:
    """Nudge every order that is due for it; deliveries and figures whose time has come.

    Orders that waited for others of their buyer, when that is over, or that too much was paid
    for; boxes that left in part.
    """
    now = clock.now()
    nudged = 0
    for order in _standing_still(now, step):
        queues.nudge(order)
        nudged += 1
    for kind, queue in (("meet", "plan"), ("settle", "settle")):
        for tenant, order_id in _waited(kind, now, step):
            queues.later(queue, {"tenant": tenant, "order_id": order_id})
    for tenant, merge_id in merges.folder.due(now):
        for member in merges.folder.get(tenant, merge_id).ids:
            queues.later("ship", {"tenant": tenant, "order_id": member})
    _others(now)
    return nudged


def _others(now: str) -> None:
    """What waits beside the orders, and shops whose changes are to be read."""
    for queue, names, due in (
        ("notify", ("tenant", "delivery_id"), deliveries.due(now)),
        ("push", ("tenant", "shop", "sku"), figures.due(now)),
        ("settle", ("tenant", "order_id"), payments.due(now)),
        ("report", ("tenant", "order_id"), reports.due(now)),
        ("report", ("tenant", "order_id", "no"), decisions.due(now)),
        ("pull", ("tenant", "shop", "what"), links.due(now)),
        ("label", ("tenant", "order_id"), waybills.due(now)),
        ("track", ("tenant", "order_id"), tracks.due(now)),
        ("halt", ("tenant", "sku"), breakers.due(now)),
    ):
        for ids in due:
            queues.later(queue, dict(zip(names, ids, strict=False)))


def _waited(kind: str, now: str, step: float) -> Iterator[tuple[str, str]]:
    """Told at once, and then at growing distances like the others, for a week."""
    first = settings().sweep_after
    since = clock.later(now, -WEEK)
    for tenant, order_id, began in orders.open_work(kind, before=now, since=since):
        if due_again(clock.seconds_between(began, now) + first, step, first):
            yield tenant, order_id


def _standing_still(now: str, step: float) -> Iterator[Order]:
    first = settings().sweep_after
    for tenant, order_id, since in orders.open_work("move", before=clock.later(now, -first)):
        age = clock.seconds_between(since, now)
        if due_again(age, step, first) and (order := orders.find_order(tenant, order_id)):
            yield order
