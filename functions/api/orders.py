"""/v1/orders"""

from collections.abc import Iterator
from typing import Any

from functions.api import documents, effect_views, listing, views
from functions.carriers import leaving
from functions.steps import accept
from functions.steps import ship as steps
from functions.steps.accept import Manner
from shared.domain import answering, edit, effects, partial
from shared.domain.errors import Denied, Fault, Invalid
from shared.domain.hold import Hold, Reason, Then
from shared.domain.intake import MAX_LINES, MAX_QUANTITY
from shared.domain.order import Order, Status
from shared.domain.reader import Reader
from shared.gateways import queues
from shared.runtime.http import Answer, Call, Routes
from shared.store import aftersales, claims, desks, orders, reveals, stock

routes = Routes()


@routes.on("POST", "/v1/orders", "orders:write")
def place(call: Call) -> Answer:
    taken = accept.accept(call.tenant, call.json(), Manner(call.now, call.by))
    return Answer(202 if taken.outcome == "accepted" else 200, views.receipt(taken.order))


@routes.on("GET", "/v1/orders", "orders:read")
def list_orders(call: Call) -> dict[str, Any]:
    found, cursor = listing.page(call)
    return {"orders": [views.summary(order) for order in found], "next": cursor}


@routes.on("GET", "/v1/orders/{order_id}", "orders:read")
def show(call: Call, order_id: str) -> dict[str, Any]:
    order = orders.get(call.tenant, order_id)
    purpose = call.query.get("purpose", "").strip()[:200]
    if purpose:
        _reveal(call, order_id, purpose)
    return views.order(order, reveal=bool(purpose))


@routes.on("GET", "/v1/orders/{order_id}/timeline", "orders:read")
def timeline(call: Call, order_id: str) -> dict[str, Any]:
    return {"entries": [views.entry(e) for e in orders.timeline(call.tenant, order_id)]}


@routes.on("POST", "/v1/orders/{order_id}/cancel", "orders:write")
def cancel(call: Call, order_id: str) -> Answer:
    body = call.reader()
    reason = body.text("reason", default="-", limit=200)
    cut = _cut(body) if body.has("lines") else {}
    body.seen.add("lines")
    _done(body)
    order = orders.get(call.tenant, order_id)
    if order.status is Status.CANCELLED and not cut:
        return _same(call, order)
    if faults := partial.faults(order, cut):
        raise Invalid(faults=tuple(faults))
    after = desks.repriced(order, edit.cancelled(order, cut, call.now, call.by, reason))
    return _write(call, order, after, money=effect_views.money(effects.called(order, after)))


@routes.on("POST", "/v1/orders/{order_id}/hold", "orders:write")
def hold(call: Call, order_id: str) -> Answer:
    stop = _hold(call.reader(), call.now)
    order = orders.get(call.tenant, order_id)
    resume = order.resume if order.status is Status.HELD else order.status
    return _write(call, order, order.hold((stop,), resume, call.now, call.by))


@routes.on("POST", "/v1/orders/{order_id}/ship", "orders:write")
def ship(call: Call, order_id: str) -> Answer:
    body = call.reader()
    labels = _labels(body) if body.has("parcels") else {}
    body.seen.add("parcels")
    other = body.flag("other")
    _done(body)
    order = orders.get(call.tenant, order_id)
    labels = labels or {p.no: ("", "") for p in order.parcels if not p.shipped_at}
    labels = leaving.labels(call.tenant, order_id, labels, other=other)
    documents.check(_asked_back(order, labels))
    answer = Answer(200, views.order(order.ship(labels, call.now, call.by)))
    queues.nudge(steps.send(order, labels, call.now, call.by, call.claim(answer)))
    return answer


def _asked_back(order: Order, labels: steps.Labels) -> Iterator[Fault]:
    """Parcels whose goods somebody wants refunded; an order of which nothing left is held."""
    if order.status is not Status.SHIPPING:
        return
    for one in aftersales.of(order.tenant, order.id):
        asked = one.pieces.keys() if answering.keeps(one) else ()
        for parcel in order.parcels:
            if parcel.no in labels and any(source.line in asked for source in parcel.sources):
                yield Fault("parcels", "asked-back", {"parcel": parcel.no, "no": one.no})


@routes.on("POST", "/v1/orders/{order_id}/sign", "orders:write")
def sign(call: Call, order_id: str) -> Answer:
    return _move(call, order_id, Status.SIGNED)


@routes.on("POST", "/v1/orders/{order_id}/complete", "orders:write")
def complete(call: Call, order_id: str) -> Answer:
    return _move(call, order_id, Status.COMPLETED)


def _move(call: Call, order_id: str, status: Status) -> Answer:
    _done(call.reader())
    order = orders.get(call.tenant, order_id)
    if order.status is status:
        return _same(call, order)
    return _write(call, order, order.to(status, status.value, call.now, call.by))


def _same(call: Call, order: Order) -> Answer:
    """It is so already; whoever asks once more under his key is answered the same."""
    answer = Answer(200, views.order(order))
    claims.keep(call.claim(answer))
    return answer


def _write(call: Call, before: Order, after: Order, **more: Any) -> Answer:
    """Write the move together with its answer under the Idempotency-Key, and nudge."""
    answer = Answer(200, {**views.order(after), **more})
    queues.nudge(stock.write(before, after, call.claim(answer)))
    return answer


def _reveal(call: Call, order_id: str, purpose: str) -> None:
    if not call.key.may("orders:reveal"):
        raise Denied(scope="orders:reveal")
    reveals.note(call.tenant, order_id, call.by, purpose, call.now)


def _hold(body: Reader, now: str) -> Hold:
    note = body.text("note", default="", limit=200)
    until = body.time("until", default="")
    then = body.one_of("then", Then, Then.RELEASE)
    if until and until <= now:
        body.fault("until", "not-in-the-future")
    _done(body)
    return Hold(Reason.MANUAL, {"note": note} if note else {}, until, then)


def _cut(body: Reader) -> dict[int, int]:
    """Line -> pieces that are called off."""
    cut: dict[int, int] = {}
    for line in body.objects("lines", limit=MAX_LINES):
        number = line.whole("line", least=1, most=MAX_LINES)
        if number in cut:
            line.fault("line", "twice")
        cut[number] = line.whole("quantity", least=1, most=MAX_QUANTITY)
        line.done()
    return cut


def _labels(body: Reader) -> dict[int, tuple[str, str]]:
    labels = {}
    for parcel in body.objects("parcels", limit=99):
        number = parcel.whole("parcel", least=1, most=99)
        if number in labels:
            parcel.fault("parcel", "twice")
        labels[number] = (parcel.id("carrier", default=""), parcel.id("tracking", default=""))
        parcel.done()
    return labels


def _done(body: Reader) -> None:
    body.done()
    body.check()
