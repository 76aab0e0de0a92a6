"""Hold stock for every line of an order, or for none, and divide it into parcels."""

from dataclasses import replace
from typing import Any

from shared.domain import planning, routing
from shared.domain.errors import Full, Short, Stopped
from shared.domain.order import Order, Status
from shared.domain.planning import Desk
from shared.domain.routing import Cover
from shared.gateways import queues
from shared.runtime import clock
from shared.store import desks, orders, presales, sourcing, stock
from shared.store.presales import Lent


def reserve(tenant: str, order_id: str) -> None:
    order = stock.settled(orders.get(tenant, order_id))
    if order.status in (Status.APPROVED, Status.SHORT):
        order = _reserved(order)
    if order.status is not Status.SHORT:  # what is short waits for the sweep, or for new stock
        queues.nudge(order)


def _reserved(order: Order) -> Order:
    if order.gathering:  # somebody stopped half-way: what he held is given back first
        order = stock.write(order, _let_go(order))
    try:
        if order.sources:
            return _filled(order)
        lent = presales.lent(order)
        return sourcing.taken(
            order, lambda cover, desk: _hold(order, cover, desk, lent), lent.units
        )
    except Short as short:
        return _short(order, short.figures["missing"])
    except Stopped as stopped:
        held = order.hold((stopped.figures["hold"],), Status.APPROVED, clock.now())
        return orders.save(held)


def _filled(order: Order) -> Order:
    """Its stock came with the order, or was kept through an edit: only gifts may be lacking."""
    there = {source.line for source in order.sources}
    gifts = tuple(gift for gift in order.gifts if gift.no not in there)
    if not gifts:
        return stock.write(order, _held(order, Cover.of(order.sources), desks.of(order)))
    alone = replace(order, content=replace(order.content, lines=gifts), gifts=())

    def write(cover: Cover, _: Desk) -> Order:
        sources = (*order.sources, *cover.sources)
        return stock.write(order, _held(order, Cover.of(sources), desks.of(order)))

    return sourcing.taken(alone, write)


def _hold(order: Order, cover: Cover, desk: Desk, lent: Lent) -> Order:
    """Hold all of it in one write; what is too much for one is held load by load."""
    loads = routing.loaded(list(cover.sources))
    if len(loads) == 1:
        held = _held(order, cover, desk)
        beside, freed = lent.taking(held.holding)
        return stock.write(order, held, None, *beside, lent=freed)
    before = order
    try:
        for load in loads[:-1]:
            part = replace(before, sources=(*before.sources, *load), gathering=True)
            noted = part.noted("gathered", clock.now(), places=len(part.holding))
            before = stock.write(before, noted)
        return stock.write(before, _held(replace(before, gathering=False), cover, desk))
    except (Short, Full):  # what was held before is given back, and the order comes here once more
        return stock.write(before, _let_go(before))


def _let_go(order: Order) -> Order:
    return replace(order, sources=(), gathering=False).noted("given-back", clock.now())


def _held(order: Order, cover: Cover, desk: Desk) -> Order:
    """Reserved, and planned with the same write, unless it shall meet others of its buyer."""
    held = replace(order, sources=cover.sources)
    reserved = held.to(Status.RESERVED, _code(cover), desk.now, **_why(cover))
    if desk.shop and desk.shop.merge.on and order.meet and not order.urgent:
        end = clock.later(desk.now, 60 * desk.shop.merge.buffer)
        return replace(reserved, meeting=True, since=end)
    return planning.planned(reserved, desk)


def _code(cover: Cover) -> str:
    if cover.cost is not None:
        return "reserved-scarce" if cover.scarce else "reserved-cheapest"
    return "reserved" if cover.passed_over else "reserved-nearest"


def _why(cover: Cover) -> dict[str, Any]:
    """Where the goods come from, and what else could have been."""
    said: dict[str, Any] = {"warehouses": list(cover.warehouses)}
    if cover.cost is None:
        return {**said, "passed": list(cover.passed_over)}
    said["cost"] = cover.cost
    if cover.scarce:
        said["scarce"] = cover.scarce
    if cover.runner_up:
        names, cost = cover.runner_up
        said["runner_up"] = {"warehouses": list(names), "cost": cost}
    return {**said, "rule": cover.rule} if cover.rule else said


def _short(order: Order, missing: dict[str, int]) -> Order:
    """Say what is missing, once: the sweep and new stock bring the order back here."""
    if order.status is Status.SHORT:
        return order
    return orders.save(order.to(Status.SHORT, "short", clock.now(), missing=missing))
