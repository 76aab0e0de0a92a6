"""/v1/orders/{order_id}/why: what was decided on an order, by which rule, and what lost."""

from typing import Any

from functions.api import views
from shared.domain import promise, stages, words
from shared.domain import why as rules
from shared.domain.hold import Hold
from shared.domain.order import Entry
from shared.domain.why import Decision, Loser
from shared.runtime.http import Call, Routes
from shared.store import merchants, orders

routes = Routes()


@routes.on("GET", "/v1/orders/{order_id}/why", "orders:read")
def why(call: Call, order_id: str) -> dict[str, Any]:
    order = orders.get(call.tenant, order_id)
    history = orders.timeline(call.tenant, order_id)
    due = promise.ship_by(order, merchants.shops.known(call.tenant, order.shop))
    spent = stages.durations(order, history, call.now)
    return {
        "id": order.id,
        "shop": order.shop,
        "number": order.number,
        "status": order.status.value,
        "decisions": [_decision(one) for one in rules.decisions(history)],
        "holds": [_hold(one, history) for one in order.holds],
        "stages": {stage: milliseconds / 1000 for stage, milliseconds in spent.items()},
        "ship_by": {"at": due.at, "rule": due.why.value, "hours": due.hours},
        "links": views.links(order),
    }


def _decision(one: Decision) -> dict[str, Any]:
    return {
        **views.entry(one.entry),
        "after": one.after,
        "rules": list(one.rules),
        "inputs": [{"fact": fact, "value": value} for fact, value in one.inputs],
        "losers": [_loser(lost) for lost in one.losers],
        "cost": one.cost,
    }


def _loser(one: Loser) -> dict[str, Any]:
    told = {language: one.told(language) for language in words.LANGUAGES}
    return {"what": one.what, "why": one.why, "cost": one.cost, **told}


def _hold(one: Hold, history: tuple[Entry, ...]) -> dict[str, Any]:
    return {**views.hold(one), "deadline": rules.deadline(one, history) or None}
