"""Hold stock for every line of an order, or for none, and divide it into parcels."""

from dataclasses import replace

from shared.domain import routing
from shared.domain.errors import Short
from shared.domain.order import Order, Status
from shared.domain.routing import Cover
from shared.gateways import queues
from shared.runtime import clock
from shared.store import merchants, orders, sourcing, stock


def reserve(tenant: str, order_id: str) -> None:
    order = stock.settled(orders.get(tenant, order_id))
    if order.status in (Status.APPROVED, Status.SHORT):
        order = _reserved(order)
    if order.status is not Status.SHORT:  # what is short waits for the sweep, or for new stock
        queues.nudge(order)


def _reserved(order: Order) -> Order:
    if order.gathering:  # somebody stopped half-way: what he held is given back first
        order = stock.write(order, _let_go(order))
    if order.sources:  # its stock came with the order itself
        return orders.save(_held(order, Cover.of(order.sources)))
    try:
        return sourcing.taken(order, lambda cover: _hold(order, cover))
    except Short as short:
        return _short(order, short.figures["missing"])


def _hold(order: Order, cover: Cover) -> Order:
    """Hold all of it in one write; what is too much for one is held load by load."""
    loads = routing.loaded(list(cover.sources))
    if len(loads) == 1:
        return stock.write(order, _held(order, cover))
    before = order
    try:
        for load in loads[:-1]:
            part = replace(before, sources=(*before.sources, *load), gathering=True)
            noted = part.noted("gathered", clock.now(), places=len(part.holding))
            before = stock.write(before, noted)
        return stock.write(before, _held(replace(before, gathering=False), cover))
    except Short:  # what was held before is given back, and the order comes here once more
        return stock.write(before, _let_go(before))


def _let_go(order: Order) -> Order:
    return replace(order, sources=(), gathering=False).noted("given-back", clock.now())


def _held(order: Order, cover: Cover) -> Order:
    """Reserved, and planned with the same write: nothing has to be waited for in between."""
    code, now = "reserved" if cover.passed_over else "reserved-nearest", clock.now()
    names, passed = list(cover.warehouses), list(cover.passed_over)
    held = replace(order, sources=cover.sources)
    reserved = held.to(Status.RESERVED, code, now, warehouses=names, passed=passed)
    return routing.planned(reserved, merchants.carriers(order.tenant), now)


def _short(order: Order, missing: dict[str, int]) -> Order:
    """Say what is missing, once: the sweep and new stock bring the order back here."""
    if order.status is Status.SHORT:
        return order
    return orders.save(order.to(Status.SHORT, "short", clock.now(), missing=missing))
