"""Parcels leave, and their goods leave the stock; the simulated carrier takes its own."""

from collections.abc import Iterator

from shared.domain import flow
from shared.domain.claim import Claim
from shared.domain.order import Order, Status
from shared.domain.routing import MOST_COUNTERS
from shared.gateways import queues
from shared.runtime import clock
from shared.store import orders, stock

Labels = dict[int, tuple[str, str]]
"""Parcel number -> (carrier, tracking number)."""


def ship(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.status is Status.PLANNED and flow.simulated(order):
        labels = {
            p.no: (flow.SIMULATED, f"SIM{order_id[:12]}{p.no:02d}".upper()) for p in order.parcels
        }
        order = send(order, labels, clock.now())
    queues.nudge(order)


def send(
    order: Order, labels: Labels, now: str, by: str = "system", claim: Claim | None = None
) -> Order:
    """Ship these parcels: in one write, or in several where they touch too many counters."""
    order.ship(labels, now, by)  # refused as a whole, or not at all
    *first, last = _loads(order, labels) or [labels]
    for some in first:
        order = stock.write(order, order.ship(some, now, by))
    return stock.write(order, order.ship(last, now, by), claim)


def _loads(order: Order, labels: Labels) -> list[Labels]:
    """Parcels that together touch no more counters than one transaction takes."""
    loads: list[Labels] = []
    room = 0
    for number, places in _sizes(order, labels):
        if places > room:
            loads.append({})
            room = MOST_COUNTERS
        loads[-1][number] = labels[number]
        room -= places
    return loads


def _sizes(order: Order, labels: Labels) -> Iterator[tuple[int, int]]:
    for parcel in order.parcels:
        if parcel.no in labels:
            yield parcel.no, len({source.place for source in parcel.sources})
