"""Holds that have run out: the order goes on, or is cancelled, as its hold says."""

from shared.domain.errors import Conflict
from shared.domain.hold import Then
from shared.domain.order import Order, Status
from shared.gateways import queues
from shared.runtime import clock
from shared.store import orders, stock


def expire() -> int:
    """Act on every hold whose time has come; give back how many orders moved."""
    now = clock.now()
    return sum(
        _expired(tenant, order_id, now)
        for tenant, order_id, _ in orders.open_work("hold", before=now)
    )


def _expired(tenant: str, order_id: str, now: str) -> bool:
    order = orders.get(tenant, order_id)
    over = [hold for hold in order.holds if hold.until and hold.until <= now]
    if order.status is not Status.HELD or not over:
        return False
    try:
        order = stock.write(order, _acted(order, over[0].then, now))
    except Conflict:  # a person was faster
        return False
    queues.nudge(order)
    return True


def _acted(order: Order, then: Then, now: str) -> Order:
    noted = order.noted("expired", now, "clock", then=then.value)
    if then is Then.CANCEL:
        return noted.cancel(now, "clock", reason="expired")
    return noted.release(now, "clock")
