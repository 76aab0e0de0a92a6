"""Do what follows when the price breaker of a SKU trips, and when it is set back."""

from collections.abc import Callable, Iterable

from shared.domain import breaker as rules
from shared.domain.breaker import Breaker, Orders
from shared.domain.hold import Reason
from shared.domain.order import Order, Status
from shared.gateways import queues
from shared.runtime import batch, clock
from shared.store import breakers, merchants, orders, selling, stock
from shared.store.breakers import Task

PORTION = 100  # orders that one message goes through
Move = Callable[[Order], Order]


def halt(tenant: str, sku: str) -> None:
    """Bring the alert, the figures and the orders in line with the breaker. Twice is once."""
    task = breakers.task(tenant, sku)
    if task is None:
        return
    breaker, now = breakers.get(tenant, sku), clock.now()
    if not task.after:  # the first portion does what is done once
        _show(breaker, tenant, now)
        queues.deliver(breakers.tell(tenant, breaker))
    if breaker.tripped:
        _hold(tenant, breaker)
    elif breaker.orders is Orders.RELEASE and (after := _release(task, breaker)):
        breakers.go_on(task, after)
        queues.later("halt", {"tenant": tenant, "sku": sku})
        return
    breakers.done(task, breaker, now)


def _show(breaker: Breaker, tenant: str, now: str) -> None:
    for figure in selling.stop(tenant, breaker.id, now, on=breaker.tripped):
        queues.later("push", {"tenant": tenant, "shop": figure.shop, "sku": figure.sku})


def _hold(tenant: str, breaker: Breaker) -> None:
    """Hold the orders that were approved before it tripped, if no parcel has left."""
    now = clock.now()
    ids = (sale.order for sale in breaker.seen)
    _move_all(tenant, ids, lambda order: rules.held(order, breaker.id, now))


def _release(task: Task, breaker: Breaker) -> str:
    """Let a portion of the held orders go on; the place of the last, empty at the end."""
    panel, now = breakers.panel(task.tenant), clock.now()
    note = breaker.note

    def free(order: Order) -> Order:
        reasons = {hold.reason for hold in order.holds}
        if order.status is not Status.HELD or Reason.BREAKER not in reasons:
            return order
        items = merchants.items_of(task.tenant, sorted(order.needs))
        if breaker.id not in rules.stopped(order, items, [breaker.id]):
            return order
        if rules.stopped(order, items, panel.tripped):
            return order
        return order.release(now, breaker.by, note, only={Reason.BREAKER})

    found = orders.stopped(task.tenant, task.after, PORTION)
    _move_all(task.tenant, (order_id for _, order_id in found), free)
    return found[-1][0] if len(found) == PORTION else ""


def _move_all(tenant: str, ids: Iterable[str], move: Move) -> None:
    """Move each order by itself; if one cannot be moved now, all are gone through again."""

    def one(order_id: str) -> None:
        before = orders.get(tenant, order_id)
        after = move(before)
        if after is not before:
            queues.nudge(stock.write(before, after))

    wanted = list(ids)
    if len(wanted) > 1:
        orders.read_ahead([{"tenant": tenant, "order_id": order_id} for order_id in wanted])
    failed = [order_id for order_id in wanted if not batch.attempt(one, order_id=order_id)]
    if failed:
        raise RuntimeError(f"{len(failed)} orders could not be moved")
