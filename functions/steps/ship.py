"""Let the simulated carrier take the parcels that are its own; their goods leave the stock."""

from shared.domain import flow
from shared.domain.order import Status
from shared.gateways import queues
from shared.runtime import clock
from shared.store import orders, stock


def ship(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.status is Status.PLANNED and flow.simulated(order):
        labels = {
            p.no: (flow.SIMULATED, f"SIM{order_id[:12]}{p.no:02d}".upper()) for p in order.parcels
        }
        order = stock.write(order, order.ship(labels, clock.now()))
    queues.nudge(order)
