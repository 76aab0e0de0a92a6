"""Decide a platform's refund: the platform is told, and what it makes of that comes back to us.

Until it says so nothing is given and nothing goes out: the after-sale stands as it stood.
"""

from dataclasses import replace
from typing import Any

from functions.api import aftersale_acts as acts
from functions.api import aftersale_views as views
from functions.steps import answer
from shared.domain.aftersale import State, must
from shared.domain.answering import Case
from shared.domain.audit import Audit
from shared.domain.decision import Decision, decision
from shared.domain.errors import faulty
from shared.domain.platform import Stage
from shared.domain.platform_refund import MONEY
from shared.gateways.channels import registry
from shared.runtime.http import Answer, Call
from shared.store import audits, decisions, links


def concerns(call: Call, case: Case) -> bool:
    """Whether its platform waits for an answer, and we can give it."""
    one = case.one
    if one.there is None or links.links.known(call.tenant, one.shop) is None:
        return False
    goods = one.state is State.RETURNED and one.kind in MONEY
    return one.there.stage in ((Stage.AGREED, Stage.RETURNING) if goods else (Stage.ASKED,))


def agree(call: Call, case: Case) -> Answer:
    """The sum is the platform's; above one's limit somebody else must say yes here first."""
    body = call.reader()
    fen = body.whole("fen", default=case.one.fen)
    warehouse = body.id("warehouse", default="")
    acts.check_warehouse(call, body, warehouse)
    if fen != case.one.fen:
        body.fault("fen", "in-back-office", platform=_channel(call, case))
    body.done()
    body.check()
    one = must(case.one, "agree")
    one = replace(one, warehouse=warehouse or one.warehouse)
    if case.settings.above(call.key.acts_as.value, one.fen):
        return acts.above(call, case, one)
    return _decided(call, replace(case, one=one), agree=True)


def approve(call: Call, case: Case) -> Answer:
    acts.nothing_more(call)
    acts.check_limit(call, case, must(case.one, "approve"))
    return _decided(call, case, agree=True)


def reject(call: Call, case: Case, text: str) -> Answer:
    must(case.one, "reject")
    return _decided(call, case, agree=False, text=text)


def told(call: Call, case: Case) -> dict[str, Any] | None:
    """What was decided here and how far the platform heard of it; None where nothing was."""
    if case.one.there is None:
        return None
    found = decisions.find(call.tenant, case.order.id, case.one.no)
    return views.decision(found) if found else None


def _decided(call: Call, case: Case, *, agree: bool, text: str = "") -> Answer:
    if not registry.of(_channel(call, case)).caps.decides:
        raise faulty("", "in-back-office", platform=_channel(call, case))
    known = decisions.find(call.tenant, case.order.id, case.one.no)
    fresh = replace(decision(case.one, known, call.now, call.by), agree=agree, text=text)
    if known and fresh.repeats(known):
        return acts.same(call, case)
    one = case.one.noted("say-yes" if agree else "say-no", call.now, call.by, text, case.one.fen)
    answered = Answer(202, {**views.aftersale(one, case.order), "told": views.decision(fresh)})
    puts = decisions.put(call.tenant, fresh), audits.writes(call.tenant, _audit(call, case, fresh))
    answer.note(call.tenant, answer.timed(call.tenant, one), call.claim(answered), *puts)
    answer.tell(call.tenant, fresh)
    return answered


def _audit(call: Call, case: Case, one: Decision) -> Audit:
    """Who agreed to what is kept for as long as the merchant's audits are."""
    was = {"state": case.one.state.value, "fen": case.one.fen}
    now = {"agree": one.agree, "fen": one.fen, "role": call.key.acts_as.value}
    return Audit(call.now, call.by, "aftersale", f"{one.order}-{one.no}", was, now)


def _channel(call: Call, case: Case) -> str:
    return links.links.get(call.tenant, case.one.shop).channel
