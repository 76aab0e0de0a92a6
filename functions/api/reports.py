"""/v1/reports: what platforms were told of parcels, and what waits for a person"""

from dataclasses import replace
from typing import Any

from functions.api import aftersale_lists, listing, views
from functions.api.audits import MONTH
from shared.domain.errors import NotFound
from shared.domain.reader import Reader
from shared.domain.report import REPORT, Report, State, Telling
from shared.gateways import queues
from shared.runtime.http import Answer, Call, Routes
from shared.store import reports
from shared.store.beside import place_of

routes = Routes()
MOST, USUAL, PARCELS = 100, 20, 999


@routes.on("GET", "/v1/reports", "orders:read")
def list_reports(call: Call) -> dict[str, Any]:
    """Those that wait for a person, the oldest first; or all of a month, the newest first."""
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor", "waiting"))
    shop, month = query.text("shop", default=""), query.text("month", default=call.now[:7])
    waiting = call.query.get("waiting", "false")
    if waiting not in ("true", "false"):
        query.fault("waiting", "not-one-of", choices=["true", "false"])
    if not MONTH.fullmatch(month):
        query.fault("month", "not-a-month")
    query.done()
    query.check()

    def read(after: str, most: int) -> tuple[list[Report], str]:
        if waiting == "true":
            return reports.desk(call.tenant, after, most)
        return reports.page(call.tenant, month, after, most)

    found, after = listing.filled(
        read,
        aftersale_lists.after_of(call),
        call.limit(USUAL, MOST),
        lambda one: shop in ("", one.shop),
        place_of,
    )
    return {
        "reports": [_shown(one) for one in found],
        "next": listing.cursor_of(after) if after else None,
    }


@routes.on("GET", "/v1/orders/{order_id}/report", "orders:read")
def show(call: Call, order_id: str) -> dict[str, Any]:
    return _shown(reports.get(call.tenant, order_id, REPORT))


@routes.on("POST", "/v1/orders/{order_id}/report", "orders:write")
def tell(call: Call, order_id: str) -> Answer:
    """Tell a parcel once more, or never: `drop` says that the platform need not hear of it."""
    one = reports.get(call.tenant, order_id, REPORT)
    body = call.reader()
    number, drop = body.whole("parcel", least=1, most=PARCELS), body.flag("drop")
    body.done()
    body.check()
    telling = next((each for each in one.tellings if each.parcel == number), None)
    if telling is None:
        raise NotFound(kind="parcel", id=str(number))
    if telling.state is State.TOLD:
        return Answer(200, _shown(one))
    state = State.DROPPED if drop else State.DUE
    fresh = one.put(replace(telling, state=state, tries=0, why="", note="")).next_due(call.now)
    answer = Answer(202, _shown(fresh))
    reports.save(call.tenant, fresh, call.claim(answer))
    if fresh.due:
        queues.later("report", {"tenant": call.tenant, "order_id": order_id})
    return answer


def _shown(one: Report) -> dict[str, Any]:
    return {
        "order": one.order,
        "shop": one.shop,
        "created_at": one.created_at,
        "due": one.due,
        "parcels": [_parcel(each) for each in one.tellings],
    }


def _parcel(one: Telling) -> dict[str, Any]:
    reason = views.both(f"platform.{one.why}", {}) if one.why else {"zh": "", "en": ""}
    return {
        "parcel": one.parcel,
        "carrier": one.carrier,
        "tracking": one.tracking,
        "lines": list(one.lines),
        "state": one.state.value,
        "tries": one.tries,
        "at": one.at,
        "why": one.why,
        "reason": reason,
        "note": one.note,
    }
