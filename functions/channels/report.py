"""Tell a platform which parcels left: once, and never what the buyer wants back."""

from dataclasses import replace
from typing import TypeVar

from functions.channels import calls, take
from functions.channels.calls import Connected
from shared.domain.decision import Decision
from shared.domain.errors import NotFound
from shared.domain.order import Order
from shared.domain.platform import Found, State
from shared.domain.report import REPORT, TRIES, Report, Telling, told_before, wait, whole
from shared.domain.report import State as Telt
from shared.gateways.channels.port import Rejected, Sent, Shipment, Why
from shared.gateways.talk import Unclear
from shared.runtime import clock
from shared.store import merchants, orders, reports

Told = TypeVar("Told", Telling, Decision)
AGAIN = (Why.LATER, Why.LIMITED, Why.CLOCK)
GONE = (State.SHIPPED, State.SIGNED, State.COMPLETED)


def report(tenant: str, order_id: str) -> None:
    """Every parcel that left and was not told."""
    order = orders.get(tenant, order_id)
    try:
        to = calls.connected(tenant, order.shop)
    except NotFound:  # a shop of our own, or one that hears of it by a webhook
        return
    known = reports.find(tenant, order_id, REPORT) or _new(order)
    one = known.of(order, _channel(order), clock.now())
    for telling in one.tellings:
        if telling.state is Telt.DUE and to.stored.active and not to.stored.rests:
            one = one.put(_told(to, order, one, telling))
    later = clock.later(clock.now(), wait(max((t.tries for t in one.tellings), default=0)))
    one = one.next_due(to.again if to.stored.rests else later)
    if one != known:
        reports.save(tenant, one)


def _told(to: Connected, order: Order, one: Report, telling: Telling) -> Telling:
    tried = replace(telling, tries=telling.tries + 1, at=clock.now())
    try:
        found = to.do(lambda wire, link: to.by.order(wire, link, order.number))
        take.fetched(to, found)
        if why := _stops(found):
            return replace(tried, state=Telt.WAITS, why=why, note="")
        if not (found.state in GONE and telling.tries):  # else: an earlier try did it
            shipment = _shipment(to, order, one, telling)
            to.do(lambda wire, link: to.by.ship(wire, link, shipment))
    except Rejected as no:
        return refused(tried, no)
    except Unclear as unclear:
        return later(tried, "unclear", unclear.note)
    return replace(tried, state=Telt.TOLD, why="", note="")


def _stops(found: Found) -> str:
    """Why it must not be told: looked up just before, since buyers change their minds."""
    if "refund" in found.document.get("marks", ()):
        return "refund"
    return "state" if found.state in (State.CANCELLED, State.REFUNDED, State.PENDING) else ""


def refused(tried: Told, no: Rejected) -> Told:
    """What the platform's no makes of something that it was to be told."""
    note = f"{no.code} {no.text}".strip()[:200]
    if no.why is Why.DONE:
        return replace(tried, state=Telt.TOLD, why="", note=note)
    if no.why in AGAIN:
        return later(tried, no.why.value, note)
    return replace(tried, state=Telt.WAITS, why=no.why.value, note=note)


def later(tried: Told, why: str, note: str) -> Told:
    """To be told once more; after too many tries a person must look."""
    state = Telt.WAITS if tried.tries >= TRIES else Telt.DUE
    return replace(tried, state=state, why=why, note=note)


def _shipment(to: Connected, order: Order, one: Report, telling: Telling) -> Shipment:
    """Raises Rejected where the platform knows no such carrier."""
    code = to.stored.carriers.get(telling.carrier) or to.by.carriers.get(telling.carrier)
    if code is None:
        raise Rejected(Why.CARRIER, "unmapped", telling.carrier)
    inside = whole(order, order.lines, telling.parcel)
    lines = [line for line in order.lines if line.no in telling.lines and line.no in inside]
    sent = tuple(
        Sent(line.sub, line.shop_sku, inside[line.no][0], whole=inside[line.no][1])
        for line in lines
    )
    left = [parcel for parcel in order.parcels if not parcel.shipped_at]
    waiting = [t for t in one.tellings if t.state is Telt.DUE and t.parcel != telling.parcel]
    return Shipment(
        number=order.number,
        carrier=code,
        tracking=telling.tracking,
        lines=sent,
        last=not left and not waiting,
        first=not told_before(one),
        idem=f"{order.id}-{telling.parcel}",
    )


def _new(order: Order) -> Report:
    return Report(order=order.id, no=REPORT, shop=order.shop, created_at=clock.now())


def _channel(order: Order) -> str:
    shop = merchants.shops.known(order.tenant, order.shop)
    return shop.channel if shop else ""
