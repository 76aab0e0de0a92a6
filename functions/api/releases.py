"""Letting held orders go on: one, many, or only for some of the reasons that hold them"""

from collections import Counter
from collections.abc import Collection
from typing import Any

from functions.api import views
from shared.domain.errors import Conflict, Denied, Refused
from shared.domain.hold import Reason
from shared.domain.order import Order, Status
from shared.domain.reader import Reader
from shared.gateways import queues
from shared.runtime import problems
from shared.runtime.http import Answer, Call, Routes
from shared.runtime.observe import log
from shared.store import claims, orders, stock

routes = Routes()
MOST = 100
ROUNDS = 3  # tries where somebody else wrote the same order
ABOUT_ADDRESS = (Reason.ADDRESS, Reason.TWO_ADDRESSES, Reason.SEVERAL_ADDRESSES)
FINANCE = "orders:finance"


@routes.on("POST", "/v1/orders/release", "orders:write")
def release_many(call: Call) -> Answer:
    """An answer for each; none keeps another from going on."""
    body = call.reader()
    ids = body.texts("order_ids", limit=MOST)
    if not ids:
        body.fault("order_ids", "empty")
    only, note = _reasons(body), _note(body)
    _checked(body)
    results = [_one(call, order_id, only, note) for order_id in ids]
    counts = Counter(str(result["outcome"]) for result in results)
    answer = Answer(200, {"results": results, "counts": dict(counts)})
    claims.keep(call.claim(answer))
    return answer


@routes.on("POST", "/v1/orders/{order_id}/release", "orders:write")
def release(call: Call, order_id: str) -> Answer:
    body = call.reader()
    only, note = _reasons(body), _note(body)
    _checked(body)
    return _written(call, orders.get(call.tenant, order_id), only, note)


@routes.on("POST", "/v1/orders/{order_id}/confirm-address", "orders:write")
def confirm_address(call: Call, order_id: str) -> Answer:
    """Somebody has asked the buyer: the address is right as it is."""
    body = call.reader()
    note = _note(body)
    _checked(body)
    return _written(call, orders.get(call.tenant, order_id), ABOUT_ADDRESS, note)


def _written(call: Call, before: Order, only: Collection[Reason], note: str) -> Answer:
    after = _released(call, before, only, note)
    answer = Answer(200, views.order(after))
    queues.nudge(stock.write(before, after, call.claim(answer)))
    return answer


def _released(call: Call, order: Order, only: Collection[Reason], note: str) -> Order:
    """What waits for finance goes on only by whoever may speak for it."""
    lifted = {hold.reason for hold in order.holds if not only or hold.reason in only}
    if Reason.FINANCE in lifted and not call.key.may(FINANCE):
        raise Denied(scope=FINANCE)
    return order.release(call.now, call.by, note, only)


def _one(call: Call, order_id: str, only: Collection[Reason], note: str) -> dict[str, Any]:
    try:
        order, outcome = _tried(call, order_id, only, note)
    except Refused as refusal:
        problem = problems.refused(refusal, call.language)
        return {"id": order_id, "outcome": "refused", "problem": problem}
    except Exception as error:  # its neighbours go on, and it may be tried again
        log.exception("failed", route="release_many")
        problem = problems.trouble(error, call.language)
        return {"id": order_id, "outcome": "failed", "problem": problem}
    holds = [hold.reason.value for hold in order.holds]
    return {"id": order_id, "outcome": outcome, "status": order.status.value, "holds": holds}


def _tried(
    call: Call, order_id: str, only: Collection[Reason], note: str, more: int = ROUNDS - 1
) -> tuple[Order, str]:
    """What is held no longer stays as it is: whoever asks again is answered alike."""
    before = orders.get(call.tenant, order_id)
    if before.status is not Status.HELD:
        return before, "unchanged"
    try:
        after = stock.write(before, _released(call, before, only, note))
    except Conflict:
        if not more:
            raise
        return _tried(call, order_id, only, note, more - 1)
    queues.nudge(after)
    return after, "released" if after.status is not Status.HELD else "lifted"


def _reasons(body: Reader) -> tuple[Reason, ...]:
    """The reasons that are set aside; none given = all of them."""
    given = body.texts("reasons")
    for at, name in enumerate(given):
        if name not in list(Reason):
            body.fault(f"reasons[{at}]", "not-one-of", choices=[each.value for each in Reason])
    return tuple(Reason(name) for name in given if name in list(Reason))


def _note(body: Reader) -> str:
    return body.text("note", default="", limit=200)


def _checked(body: Reader) -> None:
    body.done()
    body.check()
