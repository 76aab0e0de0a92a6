"""Divide a reserved order into parcels: one for each warehouse that holds its goods."""

from dataclasses import replace

from shared.domain import routing
from shared.domain.order import Status
from shared.gateways import queues
from shared.runtime import clock
from shared.store import merchants, orders


def plan(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.status is Status.RESERVED:
        carriers = {w.id: w.carrier for w in merchants.warehouses.all_known(tenant)}
        parcels = routing.parcels(order, carriers)
        order = orders.save(
            replace(order, parcels=parcels).to(
                Status.PLANNED,
                "planned",
                clock.now(),
                parcels=len(parcels),
                warehouses=[parcel.warehouse for parcel in parcels],
            )
        )
    queues.nudge(order)
