"""How figures look in answers: every reason in both languages."""

from dataclasses import asdict
from typing import Any

from functions.api.views import both
from shared.domain.figure import Figure, FigureState, Reply, Verdict
from shared.domain.push import Outcome, PushRule
from shared.domain.sellable import Figures


def push_rule(one: PushRule) -> dict[str, Any]:
    return asdict(one)


def sellable(
    sku: str, found: Figures, rule: PushRule, outcome: Outcome, told: Figure
) -> dict[str, Any]:
    """What a shop may sell of a SKU, how that came about, and what its rule makes of it."""
    return {
        "sku": sku,
        "form": rule.form.value,
        "figures": found.named(),
        **both(f"sellable.{found.kind}", {"steps": found.steps, "sellable": found.sellable}),
        "result": outcome.result,
        "units": 0 if told.stopped else outcome.units,
        "refused": _refused(outcome.refused, outcome.result),
        "stopped": list(told.stopped),
        "told": _told(told),
    }


def figure(one: Figure) -> dict[str, Any]:
    """What a shop was told last, and how the newest figure fared."""
    return {
        "shop": one.shop,
        "sku": one.sku,
        "units": one.units,
        "seq": one.seq,
        "at": one.at,
        "state": one.state.value,
        "tries": one.tries,
        "due": one.due if one.state is FigureState.WAITING else "",
        "fault": _fault(one.reply),
        "refused": _refused(one.refused, one.result),
        "stopped": list(one.stopped),
        "told": _told(one),
    }


def _told(one: Figure) -> dict[str, Any] | None:
    if not one.sent_seq:
        return None
    return {"units": one.sent_units, "seq": one.sent_seq, "at": one.sent_at}


def _fault(reply: Reply | None) -> dict[str, Any] | None:
    """Why the newest try failed."""
    if reply is None or reply.verdict is Verdict.TAKEN:
        return None
    code, args = reply.verdict.value, {"status": reply.status, "note": reply.note}
    return {"code": code, **both(f"push.{code}", args), **args}


def _refused(code: str, result: str) -> dict[str, Any] | None:
    return {"code": code, **both(f"push.{code}", {"result": result})} if code else None
