"""Write what became of an after-sale, with its order, its stock and whatever stands beside."""

from collections.abc import Sequence
from dataclasses import replace

from shared.domain import answering
from shared.domain.aftersale import AfterSale, Payer, State
from shared.domain.answering import Case
from shared.domain.audit import Audit
from shared.domain.claim import Claim
from shared.domain.decision import Decision, decision
from shared.domain.order import Order
from shared.domain.stock import Cause, Change
from shared.gateways import queues
from shared.runtime import clock
from shared.store import aftersales, audits, decisions, desks, orders, stock
from shared.store.table import Put

Move = tuple[Order, Order]


def timed(tenant: str, one: AfterSale) -> AfterSale:
    """With the time when the clock looks at it."""
    hours = answering.hours(one, aftersales.settings(tenant))
    return replace(one, due=clock.later(one.since, hours * 3600) if hours else "")


def answer(tenant: str, order_id: str, no: str) -> None:
    """Nobody answered in time, sent the goods, took them in, or gave the money back."""
    now, order = clock.now(), orders.get(tenant, order_id)
    sales = aftersales.of(tenant, order_id)
    one = next(each for each in sales if each.no == no)
    if not one.due or one.due > now:
        return None
    if one.state is State.REFUNDING:
        return _again(tenant, replace(one, due=clock.later(now, 3600)))
    others = [each for each in sales if each is not one]
    case = Case(order, one, others, now, answering.CLOCK, aftersales.settings(tenant))
    after, told = answering.by_clock(case)
    beside = [] if told.late else [_audit(case, told)]
    return write([(order, after)], timed(tenant, told), None, *beside)


def _audit(case: Case, after: AfterSale) -> Put:
    """What the clock decided is kept like what a person did."""
    was = {"state": case.one.state.value, "fen": case.one.fen}
    now = {"state": after.state.value, "fen": after.fen, **answering.rule(case)}
    audit = Audit(case.now, case.by, "aftersale", f"{after.order}-{after.no}", was, now)
    return audits.writes(case.order.tenant, audit)


def _again(tenant: str, one: AfterSale) -> None:
    """Whoever shall give the money back may not have heard of it."""
    note(tenant, one)
    settle(tenant, one)


def write(moves: Sequence[Move], one: AfterSale, claim: Claim | None = None, *beside: Put) -> None:
    """The after-sale with the orders that follow from it, all or nothing; then nudge."""
    tenant = moves[0][0].tenant
    moves = [(before, desks.repriced(before, after)) for before, after in moves]
    for order in stock.write_all(moves, claim, aftersales.put(tenant, one), *beside):
        queues.nudge(order)
    settle(tenant, one)


def take_in(
    moves: Sequence[Move], one: AfterSale, changes: list[Change], claim: Claim | None
) -> None:
    """The same with goods that came back."""
    after = moves[0][1]
    cause = Cause("aftersale", f"{one.order}-{one.no}", one.said[-1].at, one.said[-1].by)
    puts = [put for _, order in moves for put in orders.writes(order)]
    told = _receipt(after.tenant, one)
    puts += [
        aftersales.put(after.tenant, one),
        *(decisions.put(after.tenant, each) for each in told),
    ]
    stock.apply(after.tenant, changes, cause, puts, claim)
    for each in told:
        tell(after.tenant, each)
    for _, order in moves:
        queues.nudge(orders.written(order))
    settle(after.tenant, one)


def _receipt(tenant: str, one: AfterSale) -> list[Decision]:
    """A platform gives back what it took once it hears that the goods are here."""
    if one.there is None or one.state is not State.REFUNDING:
        return []
    known = decisions.find(tenant, one.order, one.no)
    return [decision(one, known, one.since, one.said[-1].by)]


def tell(tenant: str, one: Decision) -> None:
    """Let a platform hear what was decided of a refund. What is lost here the sweep finds."""
    queues.later("report", {"tenant": tenant, "order_id": one.order, "no": one.no})


def note(tenant: str, one: AfterSale, claim: Claim | None = None, *beside: Put) -> None:
    """The after-sale alone, without its order."""
    now = one.said[-1]
    puts = [aftersales.put(tenant, one), *beside]
    stock.apply(tenant, [], Cause("aftersale", one.no, now.at, now.by), puts, claim)


def settle(tenant: str, one: AfterSale) -> None:
    """Let the money go back that we took. What is lost here the sweep finds."""
    if one.state is State.REFUNDING and one.payer is Payer.US:
        queues.later("settle", {"tenant": tenant, "order_id": one.order})
