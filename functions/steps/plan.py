"""Divide a reserved order into parcels, where that was not done when it was reserved."""

from shared.domain import routing
from shared.domain.order import Status
from shared.gateways import queues
from shared.runtime import clock
from shared.store import merchants, orders


def plan(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.status is Status.RESERVED:
        order = orders.save(routing.planned(order, merchants.carriers(tenant), clock.now()))
    queues.nudge(order)
