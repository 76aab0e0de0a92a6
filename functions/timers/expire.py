"""Holds that have run out: the order goes on, or is cancelled, as its hold says."""

from dataclasses import replace

from shared.domain.hold import Hold, Then
from shared.domain.order import Order, Status
from shared.gateways import queues
from shared.runtime import batch, clock
from shared.store import orders, stock


def expire() -> None:
    """Act on every hold whose time has come."""
    for tenant, order_id, _ in orders.open_work("hold", before=clock.now()):
        batch.attempt(_expire, tenant=tenant, order_id=order_id)


def _expire(tenant: str, order_id: str) -> None:
    now = clock.now()
    order = orders.get(tenant, order_id)
    over = [hold for hold in order.holds if hold.until and hold.until <= now]
    if order.status is Status.HELD and over:
        queues.nudge(stock.write(order, _acted(order, over, now)))


def _acted(order: Order, over: list[Hold], now: str) -> Order:
    """A hold that ran out is lifted alone: what else holds the order still does."""
    then = Then.CANCEL if any(hold.then is Then.CANCEL for hold in over) else Then.RELEASE
    noted = order.noted("expired", now, "clock", then=then.value)
    if then is Then.CANCEL:
        return noted.cancel(now, "clock", reason="expired")
    rest = tuple(hold for hold in order.holds if hold not in over)
    return replace(noted, holds=rest) if rest else noted.release(now, "clock")
