"""/v1/waybills: the numbers under which carriers take parcels, and what is to be printed"""

import base64
from collections import Counter
from dataclasses import replace
from typing import Any

from functions.api import aftersale_lists, listing, views
from functions.api.audits import MONTH
from functions.carriers import calls, label, parcels
from functions.carriers.parcels import Sheet
from shared.domain.errors import Fault, Invalid, NotAllowed, NotFound, Refused, WrongState, faulty
from shared.domain.order import Order
from shared.domain.reader import Reader
from shared.domain.waybill import MERGE, Piece, Reason, State, Waybill, first, place, subjects
from shared.gateways import queues
from shared.gateways.carriers.port import Print
from shared.gateways.channels.port import Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime import problems
from shared.runtime.http import Answer, Call, Routes
from shared.runtime.observe import log
from shared.store import claims, orders, reveals, waybills
from shared.store.beside import place_of

routes = Routes()
MOST, USUAL, MOST_PARCELS = 100, 20, 99


@routes.on("GET", "/v1/waybills", "orders:read")
def list_waybills(call: Call) -> dict[str, Any]:
    """Those that wait for a person, the oldest first; or all of a month, the newest first."""
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor", "waits"))
    fields = {name: query.text(name, default="") for name in ("account", "carrier", "state")}
    month = query.text("month", default=call.now[:7])
    waits = call.query.get("waits", "false")
    if waits not in ("true", "false"):
        query.fault("waits", "not-one-of", choices=["true", "false"])
    if fields["state"] not in ("", *State):
        query.fault("state", "not-one-of", choices=[state.value for state in State])
    if not MONTH.fullmatch(month):
        query.fault("month", "not-a-month")
    query.done()
    query.check()

    def read(after: str, most: int) -> tuple[list[Waybill], str]:
        if waits == "true":
            return waybills.desk(call.tenant, after, most)
        return waybills.page(call.tenant, month, after, most)

    found, after = listing.filled(
        read,
        aftersale_lists.after_of(call),
        call.limit(USUAL, MOST),
        lambda one: all(value in ("", getattr(one, name)) for name, value in fields.items()),
        place_of,
    )
    return {
        "waybills": [_shown(one) for one in found],
        "next": listing.cursor_of(after) if after else None,
    }


@routes.on("POST", "/v1/waybills", "orders:write")
def take_many(call: Call) -> Answer:
    """For up to 100 orders; what becomes of each is told."""
    body = call.reader()
    ids = body.texts("orders", limit=MOST)
    account = body.id("account", default="")
    if not ids and not body.faults_here("orders"):
        body.fault("orders", "empty")
    body.done()
    body.check()
    results = [_outcome(call, order_id, account) for order_id in ids]
    counts = Counter(str(result["outcome"]) for result in results)
    answer = Answer(200, {"results": results, "counts": dict(counts)})
    claims.keep(call.claim(answer))
    return answer


@routes.on("GET", "/v1/orders/{order_id}/waybills", "orders:read")
def list_of_order(call: Call, order_id: str) -> dict[str, Any]:
    """All that there were, also those of the boxes that it shares."""
    boxes = order_id.startswith(MERGE)
    under = [order_id] if boxes else subjects(orders.get(call.tenant, order_id))
    rows = [row for subject in under for row in waybills.of(call.tenant, subject)]
    return {"waybills": [_shown(row) for row in rows]}


@routes.on("POST", "/v1/orders/{order_id}/waybills", "orders:write")
def take(call: Call, order_id: str) -> Answer:
    """Take waybills for some parcels of an order, or for all that have not left."""
    body = call.reader()
    numbers = _numbers(body)
    account = body.id("account", default="")
    body.done()
    body.check()
    wanted = _wanted(call, order_id, numbers, account)
    answer = Answer(202, {"waybills": [_shown(row) for row in wanted]})
    waybills.add(call.tenant, wanted, call.claim(answer))
    _nudge(call, wanted)
    return answer


@routes.on("GET", "/v1/orders/{order_id}/waybills/{no}", "orders:read")
def show(call: Call, order_id: str, no: str) -> dict[str, Any]:
    return _shown(waybills.get(call.tenant, order_id, no))


@routes.on("POST", "/v1/orders/{order_id}/waybills/{no}/cancel", "orders:write")
def cancel(call: Call, order_id: str, no: str) -> Answer:
    """Give it back; `drop`: a person saw to it that the carrier does not have it."""
    body = call.reader()
    drop = body.flag("drop")
    body.done()
    body.check()
    row = waybills.get(call.tenant, order_id, no)
    if drop and not (row.waits or row.over):
        raise WrongState(kind="waybill", id=row.idem, stage=f"waybill-{row.state.value}")
    if row.over or (row.going and not drop):
        return _written(call, row, row)
    if not drop and _left(call, row):
        raise WrongState(kind="waybill", id=row.idem, stage="shipped")
    if drop:
        return _written(call, row, replace(row.cancelled(), reason=row.reason or Reason.PERSON))
    return _written(call, row, row.unwanted(Reason.PERSON, call.now))


@routes.on("POST", "/v1/orders/{order_id}/waybills/{no}/retry", "orders:write")
def retry(call: Call, order_id: str, no: str) -> Answer:
    """Ask the carrier once more, now that the cause is mended."""
    body = call.reader()
    account = body.id("account", default="")
    body.done()
    body.check()
    row = waybills.get(call.tenant, order_id, no)
    if not row.waits:
        return _written(call, row, row)
    if account and account != row.account:
        if row.asked or row.tracking:  # only he who was asked knows what he did
            raise faulty("account", "waybill-asked", account=row.account)
        _check_account(call, account, row.warehouse, row.carrier)
    return _written(call, row, replace(row, account=account or row.account).retried(call.now))


@routes.on("GET", "/v1/orders/{order_id}/waybills/{no}/label", "orders:reveal")
def show_label(call: Call, order_id: str, no: str) -> dict[str, Any]:
    """What there is to print; it names the receiver, so whoever reads it is written down."""
    row = waybills.get(call.tenant, order_id, no)
    purpose = call.query.get("purpose", "").strip()[:200]
    if not purpose:
        raise faulty("purpose", "missing")
    if row.state is not State.MADE:
        raise WrongState(kind="waybill", id=row.idem, stage=f"waybill-{row.state.value}")
    reveals.note(call.tenant, row.order, call.by, purpose, call.now)
    found = label.kept(call.tenant, row) or _fetched(call, row)
    content = base64.b64encode(found.content).decode()
    shown = {"form": found.form.value, "content": content, "url": found.url}
    return {"order": row.order, "no": row.no, "tracking": row.tracking, **shown}


def _outcome(call: Call, order_id: str, account: str) -> dict[str, Any]:
    try:
        wanted = _wanted(call, order_id, (), account)
        waybills.add(call.tenant, wanted, None)
    except Refused as refusal:
        problem = problems.refused(refusal, call.language)
        return {"order": order_id, "outcome": "refused", "problem": problem}
    except Exception as error:  # its neighbours go on, and it may be sent again
        log.exception("failed", route="take_many")
        problem = problems.trouble(error, call.language)
        return {"order": order_id, "outcome": "failed", "problem": problem}
    _nudge(call, wanted)
    return {"order": order_id, "outcome": "taken", "waybills": [_shown(row) for row in wanted]}


def _wanted(call: Call, order_id: str, numbers: tuple[int, ...], account: str) -> list[Waybill]:
    """The waybills of these parcels: those that there are, or such as are to be; or Invalid."""
    order = orders.get(call.tenant, order_id)
    if not order.parcels:
        raise NotAllowed(order=order.id, status=order.status, to="waybill")
    sheets = {subject: parcels.of(call.tenant, subject) for subject in subjects(order)}
    rows = {subject: waybills.of(call.tenant, subject) for subject in sheets}
    found: list[Waybill | Fault] = []
    for subject, no in _places(order, numbers):
        piece = sheets[subject].pieces[no]
        found.append(_one(call, sheets[subject], piece, rows[subject], account))
    if faults := tuple(each for each in found if isinstance(each, Fault)):
        raise Invalid(faults=faults)
    return [each for each in found if isinstance(each, Waybill)]


def _places(order: Order, numbers: tuple[int, ...]) -> list[tuple[str, int]]:
    """Under what the waybills of parcels lie, each once; without numbers those still here."""
    known = {parcel.no: parcel for parcel in order.parcels}
    if strange := next((no for no in numbers if no not in known), None):
        raise NotFound(kind="parcel", id=str(strange))
    chosen = numbers or tuple(no for no, parcel in known.items() if not parcel.shipped_at)
    return list(dict.fromkeys(place(order, known[no]) for no in chosen))


def _one(
    call: Call, sheet: Sheet, piece: Piece, rows: list[Waybill], account: str
) -> Waybill | Fault:
    """The one that there is already, or a new one."""
    there = next((row for row in rows if row.parcel == piece.no and not row.over), None)
    if fault := _against(piece, there):
        return fault
    if there:
        return there
    if account:
        _check_account(call, account, piece.warehouse, piece.carrier)
        return replace(first(sheet.subject, piece, rows, call.by, call.now), account=account)
    chosen = parcels.choice(call.tenant, piece)
    if isinstance(chosen, Fault):
        return chosen
    return replace(first(sheet.subject, piece, rows, call.by, call.now), account=chosen.id)


def _against(piece: Piece, there: Waybill | None) -> Fault | None:
    if piece.left:
        return Fault("parcels", "parcel-left", {"parcel": piece.no})
    if piece.stopped:
        return Fault("parcels", "parcel-stopped", {"parcel": piece.no})
    if there and there.going:
        return Fault("parcels", "waybill-going", {"parcel": piece.no, "tracking": there.tracking})
    return None


def _check_account(call: Call, account: str, warehouse: str, carrier: str) -> None:
    stored = waybills.accounts.get(call.tenant, account)
    if not stored.active or not parcels.serves(stored, warehouse, carrier):
        raise faulty("account", "account-not-for", warehouse=warehouse, carrier=carrier)


def _left(call: Call, row: Waybill) -> bool:
    """Whether its parcel is on its way with it."""
    piece = parcels.of(call.tenant, row.order).pieces.get(row.parcel)
    return bool(piece and piece.left and piece.tracking == row.tracking)


def _fetched(call: Call, row: Waybill) -> Print:
    """From the carrier; kept for the next time."""
    to = calls.using(call.tenant, row.account)
    made = label.made_of(row)
    try:
        found = to.do(lambda wire, link: to.by.print_data(wire, link, made))
    except (Rejected, Unclear, Forged) as no:
        raise faulty("", "carrier-says", **calls.reason(no)) from no
    label.keep(call.tenant, row, found)
    return found


def _written(call: Call, before: Waybill, after: Waybill) -> Answer:
    """Write the move together with its answer, and let the carrier hear of it."""
    answer = Answer(200 if after.over or after == before else 202, _shown(after))
    if after == before:
        claims.keep(call.claim(answer))
        return answer
    waybills.save(call.tenant, after, call.claim(answer))
    _nudge(call, [after])
    return answer


def _nudge(call: Call, rows: list[Waybill]) -> None:
    for subject in dict.fromkeys(row.order for row in rows):
        queues.later("label", {"tenant": call.tenant, "order_id": subject})


def _numbers(body: Reader) -> tuple[int, ...]:
    given = body.items("parcels", limit=MOST_PARCELS, required=False)
    good = [no for no in given if isinstance(no, int) and 1 <= no <= MOST_PARCELS]
    if len(good) != len(given) or any(isinstance(no, bool) for no in given):
        body.fault("parcels", "out-of-range", least=1, most=MOST_PARCELS)
    return tuple(dict.fromkeys(good))


def _shown(one: Waybill) -> dict[str, Any]:
    said = views.both(f"waybill.{one.why}", {}) if one.why else {"zh": "", "en": ""}
    return {
        "order": one.order,
        "no": one.no,
        "parcel": one.parcel,
        "idem": one.idem,
        "warehouse": one.warehouse,
        "carrier": one.carrier,
        "account": one.account,
        "state": one.state.value,
        "waits": one.waits,
        "unclear": one.asked,
        "tracking": one.tracking,
        "subs": list(one.subs),
        "codes": one.codes,
        "by": one.by,
        "unwanted": one.reason.value if one.reason else "",
        "why": one.why,
        "reason": said,
        "note": one.note,
        "tries": one.tries,
        "at": one.at,
        "due": one.due,
        "created_at": one.created_at,
    }
