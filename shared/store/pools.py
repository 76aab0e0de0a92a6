"""Orders that wait to meet others, and those that are short: read together, and moved together."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from shared.domain import carrier, replanning, routing, sites
from shared.domain.carrier import Journey
from shared.domain.errors import Stopped
from shared.domain.loads import Problem
from shared.domain.order import Order, Status
from shared.domain.place import Strategy
from shared.domain.planning import Desk
from shared.domain.replanning import Step, Waiting
from shared.domain.routing import MOST_COUNTERS, Cover, Free
from shared.domain.stock import Place
from shared.store import desks, merchants, orders, sourcing, stock

MOST, MOST_SHORT = 300, 100  # orders of one merchant
LOOKED_AT = 5000  # of all merchants
Pool = dict[str, Order]


def meeting(now: str) -> dict[str, list[str]]:
    """Merchant -> orders that wait to meet others for some time yet, the next due first."""
    found: dict[str, list[str]] = {}
    waiting = islice(orders.open_work("meet", before="9", since=now), LOOKED_AT)
    for tenant, order_id, _ in sorted(waiting, key=lambda each: each[2]):
        found.setdefault(tenant, []).append(order_id)
    return {tenant: ids[:MOST] for tenant, ids in found.items()}


def of(tenant: str, ids: list[str]) -> Pool:
    """Those of them that may be moved, and the orders that are short of what they may hold."""
    short = [place.rpartition("#")[2] for place in _short(tenant)]
    found = orders.get_many(tenant, [*ids, *(each for each in short if each not in ids)])
    return {order_id: order for order_id, order in found.items() if _movable(order)}


def _short(tenant: str) -> list[str]:
    return [place for place, _ in orders.stopped(tenant, limit=MOST_SHORT)]


def _movable(order: Order) -> bool:
    """Of a shop that routes by cost; nothing of it lies in a bucket, whose units nobody counts."""
    shop = merchants.shops.known(order.tenant, order.shop)
    if shop is None or shop.sourcing is not Strategy.CHEAPEST or order.merge or order.owed:
        return False
    if order.status is Status.SHORT:
        return not order.sources and not order.gathering
    return order.meeting and not any(source.place.is_bucket for source in order.sources)


def steps(pool: Pool) -> Iterator[Step]:
    """What pays, by what is free now."""
    problems = dict(problems_of(list(pool.values())))
    waiting = [Waiting(each, problem, pool[each].sources) for each, problem in problems.items()]
    skus = {sku for each in problems.values() for sku in routing.skus(each.wants)}
    free: Free = {
        sku: sourcing.free(next(iter(pool.values())).tenant, sku) for sku in sorted(skus)
    }
    return replanning.improvements(waiting, free)


def problems_of(some: list[Order]) -> Iterator[tuple[str, Problem]]:
    """Each order as routing sees it, but for the stock; without those that nobody may serve."""
    desk: Desk | None = None
    for order in some:
        desk = _desk(order, desk)
        try:
            terms = sites.terms(order, desk)
        except Stopped:
            continue
        journey = Journey.of(order, desk.shop, desk.now)
        freight = carrier.freight(terms.warehouses, desk.carriers, journey)
        yield order.id, sites.problem(terms, routing.wants(order.lines, desk.items), {}, freight)


def _desk(order: Order, before: Desk | None) -> Desk:
    """What does not differ between a merchant's orders is read once."""
    if before is None:
        return desks.of(order)
    shop = merchants.shops.known(order.tenant, order.shop)
    return replace(before, shop=shop, items=desks.items_of(order))


def move(pool: Pool, step: Step, now: str) -> list[Order]:
    """Choose again by what is there this moment; write all of it, or nothing if it pays no more.

    Raises Conflict or Short where somebody was faster.
    """
    before = [pool[each] for each in step.ids]
    covers = _covers(before)
    costs = tuple(cover.cost for cover in covers if cover.cost is not None)
    if len(costs) < len(covers) or not replace(step, after=costs).pays:
        return []
    moves = [
        (order, _moved(order, cover, cost, now))
        for order, cover, cost in zip(before, covers, step.before, strict=True)
    ]
    places = {place for move in moves for order in move for place in order.holding}
    return stock.write_all(moves) if len(places) + 2 * len(moves) < MOST_COUNTERS else []


def _covers(before: list[Order]) -> list[Cover]:
    """One after the other, as if none of them held anything."""
    promised: Counter[Place] = Counter()
    for order in before:
        promised.subtract(order.holding)
    covers = []
    for order in before:
        cover = sourcing.cover(order, promised)
        for source in cover.sources:
            promised[source.place] += source.quantity
        covers.append(cover)
    return covers


def _moved(order: Order, cover: Cover, was: int | None, now: str) -> Order:
    names, moved = list(cover.warehouses), replace(order, sources=cover.sources)
    return moved.noted("replanned", now, warehouses=names, was=was, cost=cover.cost)
