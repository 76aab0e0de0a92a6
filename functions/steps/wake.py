"""Bring back the orders that wait for goods, when more of them can be had."""

from collections.abc import Iterable, Iterator

from shared.domain import promise
from shared.domain.order import Order, Status
from shared.gateways import queues
from shared.runtime import clock
from shared.store import merchants, orders, stock, unrouted

MOST = 500  # orders that are nudged at once; the next change of stock goes on
ENDLESS = 10**9
YOUNG = 15  # seconds after which the stream has told surely what an order waits for


def wake(tenant: str, skus: Iterable[str]) -> None:
    """Nudge the orders that lack one of these SKUs, the first to leave first.

    (The sweep comes later.)
    """
    wanted = _with_kits(tenant, set(skus))
    if wanted:
        waiting = [one for sku in wanted for one in unrouted.waiting(tenant, sku)[:MOST]]
        young = orders.begun(tenant, clock.later(clock.now(), -YOUNG))
        _nudge(tenant, [*(order_id for order_id, _ in waiting), *young], wanted)


def look(tenant: str, sku: str, *, ahead: bool = False) -> None:
    """After any change of its stock: nudge as many as there are units for, the first to leave.

    `ahead`: units have come that were set aside; for which of them is theirs to find out.
    """
    waiting = {each: unrouted.waiting(tenant, each) for each in _with_kits(tenant, {sku})}
    if not any(waiting.values()):
        return
    free = ENDLESS if ahead else sum(max(0, each.free) for each in stock.levels(tenant, sku))
    ids = [order_id for some in waiting.values() for order_id in _first(some, free)]
    _nudge(tenant, ids, set(waiting))


def _first(waiting: list[tuple[str, int]], free: int) -> Iterator[str]:
    for order_id, units in waiting[:MOST]:
        if units <= free:
            free -= units
            yield order_id


def _nudge(tenant: str, ids: list[str], skus: set[str]) -> None:
    found = orders.get_many(tenant, list(dict.fromkeys(ids))[:MOST]).values()
    short = (order for order in found if order.status is Status.SHORT)
    lacking = [order for order in short if not skus.isdisjoint(_missing(order))]
    for order in sorted(lacking, key=_rank):
        queues.nudge(order)


def _rank(order: Order) -> str:
    return promise.rank(order, merchants.shops.known(order.tenant, order.shop))


def _missing(order: Order) -> set[str]:
    """The SKUs that an order lacked when it was last looked at, and those of its lines."""
    last = order.timeline[-1].args.get("missing", {}) if order.timeline else {}
    return {*last, *order.needs}


def _with_kits(tenant: str, skus: set[str]) -> set[str]:
    """The SKUs, and the kits that they are parts of."""
    items = merchants.items_of(tenant, sorted(skus)).values()
    return skus | {kit for item in items for kit in item.kits}
