"""Divide a reserved order into parcels: by itself, or together with others of its buyer."""

from shared.domain import merging, planning
from shared.domain.errors import Short
from shared.domain.merging import Bar
from shared.domain.order import Order, Status
from shared.gateways import queues, receivers
from shared.runtime import clock
from shared.store import desks, meeting, orders, stock
from shared.store.meeting import Met


def plan(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.meeting and order.since > clock.now():  # others may still come
        return
    if order.status is Status.RESERVED:
        order = _met(order) if order.meet else _alone(order, order)
    queues.nudge(order)


def _alone(before: Order, order: Order) -> Order:
    return stock.write(before, planning.planned(order, desks.of(order)))


def _met(order: Order) -> Order:
    """Its time is over: whoever is there goes along, up to the shop's limit."""
    met = _asked(meeting.around(order))
    terms = merging.terms(met.desk.shop)
    group = met.able[: min(terms.limit, meeting.MOST_MEMBERS)]
    written = _together(met, group)
    if order.id in written:
        return written[order.id]
    if written and order not in group:  # enough were placed before it: it is looked at again
        queues.later("plan", {"tenant": order.tenant, "order_id": order.id})
        return order
    noted = order.noted("unmet", clock.now(), rule=met.rule, others=_others(met, group))
    return _alone(order, noted)


def _together(met: Met, group: list[Order]) -> dict[str, Order]:
    """Those that went into boxes together."""
    try:
        written = _written(met, group)
    except Short:  # what some should come from is gone meanwhile
        written = _written(met, group, move=False)
    return {order.id: order for order in written}


def _written(met: Met, group: list[Order], *, move: bool = True) -> list[Order]:
    shop, now = met.desk.shop, clock.now()
    found = meeting.together(group, split=merging.terms(shop).split, move=move)
    if found is None or shop is None:
        return []
    key = [part.value for part in merging.parts(met.order.content, shop)]
    merged = meeting.document(found, met.rule, key, now, "system")
    written = meeting.write(found, merged, now)
    for order in written:
        queues.nudge(order)
    return written


def _others(met: Met, group: list[Order]) -> dict[str, str]:
    """Number -> why it did not go along: those that could have are too many, or lie elsewhere."""
    able = {order.number: Bar.NO_BOX if order in group else Bar.LIMIT for order in met.able}
    own = {met.order.number: met.bars[0].value} if met.bars else {}
    near = {number: bar.value for number, bar in able.items() if number != met.order.number}
    return {**own, **met.why(), **near}


def _asked(met: Met) -> Met:
    """Leave out whom the platform does not call the same receiver, where only it can tell."""
    able, shop = met.able, met.desk.shop
    if shop is None or len(able) < 2 or not merging.asks(met.order, shop):  # noqa: PLR2004
        return met
    tokens = {order.number: order.content.receiver.token for order in able}
    answers = (
        (about, receivers.same(met.order.tenant, shop, [(n, tokens[n]) for n in about]))
        for about in merging.calls(list(tokens))
    )
    groups = merging.groups(list(tokens), answers)
    same = next(group for group in groups if met.order.number in group)
    return met.barring(Bar.UNASKED, {o.id for o in able if o.number not in same})
