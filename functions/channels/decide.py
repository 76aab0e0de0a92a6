"""Tell a platform what was decided of a refund: once, and only while that is what it is about."""

from dataclasses import replace

from functions.channels import calls, refunds, report
from functions.channels.calls import Connected
from functions.steps import answer
from shared.domain.aftersale import OVER
from shared.domain.decision import Decision
from shared.domain.errors import NotFound
from shared.domain.order import Order
from shared.domain.platform import Refund
from shared.domain.report import State, wait
from shared.gateways.channels.port import RefundRef, Rejected, Why
from shared.gateways.talk import Unclear
from shared.runtime import clock
from shared.store import aftersales, decisions, orders


def decide(tenant: str, order_id: str, no: str) -> None:
    one = decisions.find(tenant, order_id, no)
    if one is None or one.state is not State.DUE:
        return
    try:
        to = calls.connected(tenant, one.shop)
    except NotFound:  # the shop was disconnected meanwhile
        decisions.save(tenant, replace(one, state=State.DROPPED, due=""))
        return
    if to.stored.works and not to.stored.rests:
        one = _told(to, orders.get(tenant, order_id), one)
    later = clock.later(max(clock.now(), to.stored.rests), wait(one.tries))
    _save(tenant, one.next_due(later))


def _save(tenant: str, one: Decision) -> None:
    """What the platform does not take a person must look at."""
    sale = aftersales.get(tenant, one.order, one.no)
    if one.state is not State.WAITS or sale.state in OVER:
        decisions.save(tenant, one)
        return
    late = replace(sale, late=True).noted("not-told", clock.now(), "system", one.why)
    answer.note(tenant, late, None, decisions.put(tenant, one))


def _told(to: Connected, order: Order, one: Decision) -> Decision:
    tried = replace(one, tries=one.tries + 1, at=clock.now())
    ref = RefundRef(one.no, 0, order.number)
    try:
        refund = _looked_up(to, ref)
        if not one.done(refund):
            if not one.stands(refund):
                return replace(tried, state=State.WAITS, why="changed", note=refund.stage.value)
            to.do(lambda wire, link: to.by.decide(wire, link, refund, one.agree, one.text))
            _looked_up(to, ref)
    except Rejected as no:
        return _refused(to, ref, tried, no)
    except Unclear as unclear:
        return report.later(tried, "unclear", unclear.note)
    return replace(tried, state=State.TOLD, why="", note="")


def _refused(to: Connected, ref: RefundRef, tried: Decision, no: Rejected) -> Decision:
    """Where it is no longer as it was, what it is now is looked up."""
    after = report.refused(tried, no)
    if no.why not in (Why.STATE, Why.REFUND):  # it is of a refund that they say so
        return after
    try:
        done = tried.done(_looked_up(to, ref))
    except (Rejected, Unclear) as unclear:
        return report.later(tried, "unclear", str(unclear)[:200])
    return replace(after, state=State.TOLD, why="", note="") if done else after


def _looked_up(to: Connected, ref: RefundRef) -> Refund:
    """As it stands now; whatever is new comes in with it."""
    refund = refunds.look_up(to, ref)
    refunds.take_in(to, refund)
    return refund
