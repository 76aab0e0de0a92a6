"""Hold stock for every line of an order, or for none."""

from dataclasses import replace

from shared.domain.errors import Conflict, Short
from shared.domain.order import Order, Status
from shared.domain.routing import Cover
from shared.gateways import queues
from shared.runtime import clock
from shared.store import orders, sourcing, stock

ROUNDS = 3  # a counter that emptied while we looked sends us to look again


def reserve(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.status in (Status.APPROVED, Status.SHORT):
        order = _reserved(order)
    if order.status is not Status.SHORT:  # what is short waits for the sweep, or for new stock
        queues.nudge(order)


def _reserved(order: Order) -> Order:
    if order.sources:  # its stock came with the order itself
        return orders.save(_held(order, Cover.of(order.sources)))
    for _ in range(ROUNDS):
        try:
            cover = sourcing.cover(order)
        except Short as short:
            return _short(order, short.figures["missing"])
        try:
            return stock.write(order, _held(order, cover))
        except Short:
            continue
    raise Conflict(order=order.id)


def _held(order: Order, cover: Cover) -> Order:
    code = "reserved" if cover.passed_over else "reserved-nearest"
    names, passed = list(cover.warehouses), list(cover.passed_over)
    held = replace(order, sources=cover.sources)
    return held.to(Status.RESERVED, code, clock.now(), warehouses=names, passed=passed)


def _short(order: Order, missing: dict[str, int]) -> Order:
    """Say what is missing, once: the sweep and new stock bring the order back here."""
    if order.status is Status.SHORT:
        return order
    return orders.save(order.to(Status.SHORT, "short", clock.now(), missing=missing))
