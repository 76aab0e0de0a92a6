"""/v1/orders/batch: up to 100 orders in one call, one answer for each."""

from collections import Counter
from enum import StrEnum
from typing import Any

from functions.api import views
from functions.steps import accept
from functions.steps.accept import Manner, StockMode
from shared.domain.errors import Conflict, Differs, Invalid, Refused
from shared.runtime import problems
from shared.runtime.http import Answer, Call, Routes
from shared.runtime.observe import log

routes = Routes()
MOST = 100


class OnFault(StrEnum):
    REFUSE = "refuse"  # each order for itself
    REFUSE_ALL = "refuse-all"  # one faulty order, and none is taken
    KEEP = "keep"  # faults in notes, tags, extra, invoice: take the order without them


@routes.on("POST", "/v1/orders/batch", "orders:write")
def place_batch(call: Call) -> Answer:
    body = call.reader()
    on_fault = body.one_of("on_fault", OnFault, OnFault.REFUSE)
    mode = body.one_of("stock", StockMode, StockMode.LATER)
    documents = body.items("orders", limit=MOST)
    body.done()
    body.check()
    manner = Manner(call.now, call.by, on_fault is OnFault.KEEP, mode)
    if on_fault is OnFault.REFUSE_ALL:
        _check_all(call, documents, manner)
    results = [_one(call, at, document, manner) for at, document in enumerate(documents)]
    counts = Counter(str(result["outcome"]) for result in results)
    return Answer(200, {"results": results, "counts": dict(counts)})


def _one(call: Call, at: int, document: Any, manner: Manner) -> dict[str, Any]:
    try:
        taken = accept.accept(call.tenant, document, manner)
    except Refused as refusal:
        return {"index": at, "outcome": _outcome(refusal), "problem": _problem(call, refusal)}
    except Exception as error:  # its neighbours go on, and it may be sent again
        log.exception("failed", route="place_batch")
        problem = problems.trouble(error, call.language)
        return {"index": at, "outcome": "failed", "problem": problem}
    dropped = [problems.fault_document(fault, call.language) for fault in taken.dropped]
    result = {"index": at, "outcome": taken.outcome, **views.receipt(taken.order)}
    return {**result, "dropped": dropped} if dropped else result


def _check_all(call: Call, documents: list[Any], manner: Manner) -> None:
    """Raise Invalid with the faults of all orders, if there are any."""
    faults = [
        problems.at(f"orders[{at}]", fault)
        for at, invalid in accept.rehearse(call.tenant, documents, manner)
        for fault in invalid.faults
    ]
    if faults:
        raise Invalid(faults=tuple(faults))


def _outcome(refusal: Refused) -> str:
    return "conflict" if isinstance(refusal, Differs | Conflict) else "refused"


def _problem(call: Call, refusal: Refused) -> Any:
    return problems.refused(refusal, call.language)
