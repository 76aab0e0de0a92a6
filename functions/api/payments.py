"""/v1/orders/{order_id}/payments: begin them, record what came otherwise, and see the money"""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from functions.api import documents, listing, views
from functions.api.audits import MONTH
from functions.steps import settle
from shared.domain import payment as ledger
from shared.domain import settling, tax
from shared.domain.audit import Audit
from shared.domain.content import Content, Instalment
from shared.domain.errors import (
    NotAllowed,
    NotFound,
    ProviderRefused,
    ProviderUnclear,
    WrongState,
    faulty,
)
from shared.domain.payment import (
    OFFLINE,
    Account,
    Event,
    Kind,
    Payment,
    Standing,
    State,
    Wait,
    Way,
)
from shared.domain.reader import MAX_FEN, SHORT, Reader
from shared.domain.settling import Case
from shared.gateways import queues
from shared.gateways.payments import providers
from shared.gateways.payments.port import (
    Forged,
    Method,
    Prepared,
    Provider,
    Rejected,
    Unclear,
    Wanted,
)
from shared.runtime import clock
from shared.runtime.http import Answer, Call, Routes
from shared.store import audits, claims, merchants, orders, payments
from shared.store.beside import place_of

routes = Routes()
MINUTES, MOST_MINUTES = 30, 7 * 1440  # that a buyer has to pay
MOST_SKEW = 5 * 60  # seconds by which the clock of whoever records money may be ahead
PLACE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]{10,30}#[0-9a-f]{24}#\d{2,4}")
OUTCOMES = ("paid", "retry", "seen")


@routes.on("POST", "/v1/orders/{order_id}/payments", "payments:write")
def begin(call: Call, order_id: str) -> Answer:
    """Let the buyer pay: the answer holds what the page or app needs for it."""
    case = _own(call, order_id)
    asked = _asked(call)
    _payable(case)
    one = _begun(call, case, asked)
    prepared = _prepare(call, case, one, asked.wanted)
    answer = Answer(201, {**shown(one), "params": dict(prepared.params)})
    claims.keep(call.claim(answer))
    return answer


@routes.on("GET", "/v1/orders/{order_id}/payments", "payments:read")
def list_payments(call: Call, order_id: str) -> dict[str, Any]:
    orders.get(call.tenant, order_id)
    return {"payments": [shown(one) for one in payments.of(call.tenant, order_id)]}


@routes.on("GET", "/v1/orders/{order_id}/payments/{payment_no}", "payments:read")
def show(call: Call, order_id: str, payment_no: str) -> dict[str, Any]:
    return shown(payments.get(call.tenant, order_id, payment_no))


@routes.on("POST", "/v1/orders/{order_id}/payments/{payment_no}/refresh", "payments:write")
def refresh(call: Call, order_id: str, payment_no: str) -> Answer:
    """Ask the provider now how it, and what goes back of it, stands."""
    _done(call.reader())
    one = payments.get(call.tenant, order_id, payment_no)
    if one.provider != OFFLINE:
        payments.save(call.tenant, replace(one, due=call.now))
        settle.settle(call.tenant, order_id)
    answer = Answer(200, shown(payments.get(call.tenant, order_id, payment_no)))
    claims.keep(call.claim(answer))
    return answer


@routes.on("POST", "/v1/orders/{order_id}/payments/{payment_no}/close", "payments:write")
def close(call: Call, order_id: str, payment_no: str) -> Answer:
    """It shall not be paid any more; what is closed may be closed again."""
    _done(call.reader())
    one = payments.get(call.tenant, order_id, payment_no)
    if one.standing is Standing.PAID:
        raise _stage(one)
    if one.standing is Standing.OPEN:
        ended = replace(one, expires_at=min(one.expires_at, call.now), due=call.now)
        payments.save(call.tenant, ended)
        settle.settle(call.tenant, order_id)
    answer = Answer(200, shown(payments.get(call.tenant, order_id, payment_no)))
    claims.keep(call.claim(answer))
    return answer


@routes.on("POST", "/v1/orders/{order_id}/payments/offline", "payments:write")
def record_offline(call: Call, order_id: str) -> Answer:
    """Money that came by bank transfer or in cash."""
    body = call.reader()
    way = body.one_of("way", Way, Way.BANK)
    if way is Way.COD:
        body.fault("way", "not-one-of", choices=[Way.BANK.value, Way.CASH.value])
    return _record(call, order_id, body, way)


@routes.on("POST", "/v1/orders/{order_id}/payments/cod", "payments:write")
def record_cod(call: Call, order_id: str) -> Answer:
    """Money that a carrier collected on delivery, by its report."""
    return _record(call, order_id, call.reader(), Way.COD)


@routes.on("GET", "/v1/orders/{order_id}/money", "payments:read")
def money(call: Call, order_id: str) -> dict[str, Any]:
    """What is due, what was paid, what went back and what is under way, with every event."""
    case = settle.case_of(call.tenant, order_id)
    sums = ledger.total(case.payments)
    coming = settling.next_(case) if case.payments else None
    return {
        "order_id": order_id,
        "due": case.due,
        "granted": case.granted,
        "captured": sums.captured,
        **asdict(sums),
        "surplus": max(0, case.surplus) if case.payments else 0,
        "unpaid": max(0, -case.surplus),
        "next": type(coming).__name__.lower() if coming else None,
        "taxes": _taxes(call.tenant, case.order.content),
        "instalments": [asdict(one) for one in settling.instalments(case)],
        "payments": [shown(one) for one in case.payments],
    }


def _taxes(tenant: str, content: Content) -> dict[str, Any]:
    lines = content.lines
    return views.taxes(tax.of(lines, content.amounts, merchants.tax_rates(tenant, lines)))


@routes.on("GET", "/v1/payments", "payments:read")
def desk(call: Call) -> dict[str, Any]:
    """Payments that wait for a person, the oldest first; or those of a month, the newest first."""
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor"))
    month, provider = query.text("month", default="", limit=7), query.text("provider", default="")
    waits, standing = query.text("waits", default=""), query.text("standing", default="")
    _choice(query, "waits", waits, [one.value for one in Wait])
    _choice(query, "standing", standing, [one.value for one in Standing])
    if month and not MONTH.fullmatch(month):
        query.fault("month", "not-a-month")
    _done(query)

    def read(after: str, most: int) -> tuple[list[Payment], str]:
        if month:
            return payments.page(call.tenant, month, after, most)
        return payments.desk(call.tenant, after, most)

    def fits(one: Payment) -> bool:
        wanted = {"provider": provider, "waits": waits, "standing": standing}
        return all(value in ("", getattr(one, name)) for name, value in wanted.items())

    limit = call.limit(documents.USUAL, documents.MOST)
    found, place = listing.filled(read, _after(call), limit, fits, place_of)
    cursor = listing.cursor_of(place) if place else None
    return {"payments": [shown(one) for one in found], "next": cursor}


@routes.on("POST", "/v1/orders/{order_id}/payments/{payment_no}/resolve", "finance:write")
def resolve(call: Call, order_id: str, payment_no: str) -> Answer:
    """A person has seen to what a payment waited for."""
    body = call.reader()
    ref = body.text("refund", default="", limit=SHORT)
    outcome = body.text("outcome", limit=10)
    note = body.text("note", limit=200)
    _choice(body, "outcome", outcome, list(OUTCOMES))
    _done(body)
    one = payments.get(call.tenant, order_id, payment_no)
    after = _resolved(call, one, ref, outcome, note)
    answer = Answer(200, shown(after))
    audit = Audit(
        call.now,
        call.by,
        "payment",
        one.number,
        {"waits": one.waits or "", "refund": ref},
        {"outcome": outcome, "note": note},
    )
    due = replace(after, due=call.now)
    payments.save(call.tenant, due, call.claim(answer), audits.writes(call.tenant, audit))
    _nudge(call.tenant, order_id)
    return answer


def shown(one: Payment) -> dict[str, Any]:
    """A payment in answers: its sums, its refunds, and why it waits."""
    waits = {**views.both(f"wait.{one.waits.value}", {})} if one.waits else {}
    return {
        "order_id": one.order,
        "no": one.no,
        "number": one.number,
        "provider": one.provider,
        "account": one.account,
        "method": one.method,
        "instalment": one.instalment,
        "fen": one.fen,
        "standing": one.standing.value,
        "provider_no": one.provider_no,
        "created_at": one.created_at,
        "expires_at": one.expires_at,
        "paid_at": one.paid_at,
        "totals": asdict(one.totals),
        "refunds": [_refund(each) for each in one.refunds],
        "waits": {"for": one.waits.value, **waits} if one.waits else None,
        "again_at": one.due,
        "events": [asdict(event) for event in one.events],
    }


def _refund(one: ledger.Refund) -> dict[str, Any]:
    return {**asdict(one), "state": one.state.value}


# --- begin


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller says of a payment; the rest comes from the order."""

    account: Account
    wanted: Wanted
    instalment: int  # below nought: the first that is not paid
    minutes: int


def _asked(call: Call) -> Asked:
    body = call.reader()
    asked = Asked(
        _account(call, body),
        _wanted(body),
        body.whole("instalment", default=-1, most=98),
        body.whole("minutes", default=MINUTES, least=1, most=MOST_MINUTES),
    )
    method = asked.wanted.method
    if asked.account.id and method not in providers.of(asked.account.provider).limits.methods:
        body.fault("method", "no-such-method", provider=asked.account.provider)
    _done(body)
    return asked


def _account(call: Call, body: Reader) -> Account:
    account_id = body.id("account")
    found = merchants.payment_accounts.find(call.tenant, account_id) if account_id else None
    if account_id and (found is None or not found.active):
        body.fault("account", "unknown-payment-account")
    return found or Account("", "", "", "", "", {}, {})


def _wanted(body: Reader) -> Wanted:
    method = body.one_of("method", Method, Method.NATIVE)
    payer, client_ip = (
        body.text("payer", default="", limit=128),
        body.text("client_ip", default=""),
    )
    if method is Method.JSAPI and not payer:
        body.fault("payer", "missing")
    if method is Method.H5 and not client_ip:
        body.fault("client_ip", "missing")
    return Wanted(
        number="",
        fen=0,
        title=body.text("title", default="", limit=127),
        method=method,
        expires_at="",
        payer=payer,
        client_ip=client_ip,
        return_url=body.text("return_url", default="", limit=500),
    )


def _payable(case: Case) -> None:
    """Whether anything of it is still to be paid."""
    order, known = case.order, settling.instalments(case)
    left = any(settling.open_of(known, no) > 0 for no in range(len(known)))
    if order.status not in settling.PAYABLE or not left:
        raise NotAllowed(order=order.id, status=order.status, to="paid")


def _own(call: Call, order_id: str) -> Case:
    case = settle.case_of(call.tenant, order_id)
    shop = merchants.shops.known(call.tenant, case.order.shop)
    if not settling.own(case.order, shop.channel if shop else ""):
        raise faulty("order", "not-own-shop")
    return case


def _instalment(call: Call, case: Case, at: int) -> int:
    """Which one is paid: the one that is named, or the first that is not paid."""
    known = settling.instalments(case)
    left = [no for no in range(len(known)) if settling.open_of(known, no) > 0]
    if at < 0 and left:
        at = left[0]
    if at >= len(known):
        raise faulty("instalment", "not-in-document")
    if at not in left:
        raise faulty("instalment", "is-paid")
    _in_time(known[at], call.now)
    return at


def _in_time(one: Instalment, now: str) -> None:
    if one.opens > now:
        raise faulty("instalment", "not-open-yet", until=one.opens)
    if one.closes and one.closes <= now:
        raise faulty("instalment", "has-closed", until=one.closes)


def _begun(call: Call, case: Case, asked: Asked) -> Payment:
    """One of this kind that is open already, or a new one: written before it is asked for."""
    fresh = _new(call, case, asked)
    for one in case.payments:
        if _like(one) == _like(fresh) and settling.wanted(case, one):
            return one
    payments.save(call.tenant, fresh)
    return replace(fresh, version=1)


def _like(one: Payment) -> tuple[Any, ...]:
    return one.account, one.method, one.instalment, one.fen, one.standing


def _new(call: Call, case: Case, asked: Asked) -> Payment:
    at, known = _instalment(call, case, asked.instalment), settling.instalments(case)
    expires = clock.later(call.now, 60 * asked.minutes)
    bare = Payment(
        order=case.order.id,
        no=ledger.number_after(case.payments),
        provider=asked.account.provider,
        account=asked.account.id,
        method=asked.wanted.method.value,
        instalment=at,
        fen=settling.open_of(known, at),
        created_at=call.now,
        expires_at=min(expires, known[at].closes or expires),
        told=1,
    )
    now, number = call.now, bare.number
    begun = Event(Kind.CHARGE, State.ASKED, bare.fen, number, now, now, by=call.by)
    fresh = replace(bare, events=(begun,))
    return replace(fresh, due=settling.due_after(fresh, now))


def _prepare(call: Call, case: Case, one: Payment, wanted: Wanted) -> Prepared:
    """Ask the provider. A no closes the payment; nobody knows: the same may be asked again."""
    provider: Provider = providers.of(one.provider)
    asked = replace(
        wanted,
        number=one.number,
        fen=one.fen,
        expires_at=one.expires_at,
        title=wanted.title or case.order.number,
    )
    try:
        return provider.create(settle.account_of(call.tenant, one.account), asked, call.now)
    except Rejected as no:
        why = f"{no.code} {no.text}".strip()[:200]
        order, number = one.order, one.no
        settle.learn(call.tenant, order, number, lambda p: settle.closed(p, call.now, why))
        raise ProviderRefused(provider=one.provider, note=why) from no
    except (Unclear, Forged) as unclear:
        note = unclear.note if isinstance(unclear, Unclear) else unclear.code
        raise ProviderUnclear(provider=one.provider, note=note) from unclear


# --- what came past every provider


def _record(call: Call, order_id: str, body: Reader, way: Way) -> Answer:
    case = _own(call, order_id)
    fen = body.whole("fen", least=1, most=MAX_FEN)
    reference = body.text("reference", limit=SHORT)
    at = body.time("at", default=call.now, latest=clock.later(call.now, MOST_SKEW))
    which = body.whole("instalment", default=0, most=98)
    note = body.text("note", default="", limit=200)
    _done(body)
    if before := _recorded(case, way, reference):
        return _repeated(before, fen)
    if not case.payments:
        _payable(case)
    if which >= len(settling.instalments(case)):
        raise faulty("instalment", "not-in-document")
    bare = Payment(
        order=order_id,
        no=ledger.number_after(case.payments),
        provider=OFFLINE,
        account="",
        method=way.value,
        instalment=which,
        fen=fen,
        created_at=call.now,
    )
    came = Event(
        Kind.CHARGE, State.DONE, fen, bare.number, at, call.now, reference, note=note, by=call.by
    )
    one = replace(bare, events=(came,), due=call.now)
    answer = Answer(201, shown(replace(one, due="")))
    audit = Audit(call.now, call.by, "payment", one.number, {}, {"fen": fen, "way": way.value})
    payments.save(call.tenant, one, call.claim(answer), audits.writes(call.tenant, audit))
    _nudge(call.tenant, order_id)
    return answer


def _recorded(case: Case, way: Way, reference: str) -> Payment | None:
    """The same money, recorded before under the same reference."""
    fits = (one for one in case.payments if one.method == way and one.provider_no == reference)
    return next(fits, None)


def _repeated(one: Payment, fen: int) -> Answer:
    if one.fen != fen:
        raise faulty("reference", "other-figure", expected=one.fen)
    return Answer(200, shown(one))


# --- what a person has seen to


def _resolved(call: Call, one: Payment, ref: str, outcome: str, note: str) -> Payment:
    if outcome == "paid":
        return _paid_out(call, one, ref, note)
    number = ref or one.number
    stuck = one.refund(number)
    if outcome == "retry" and (stuck is None or stuck.state is not State.FAILED):
        raise faulty("refund", "not-failed")
    if outcome == "seen" and one.waits is None:
        raise _stage(one)
    if stuck and outcome == "seen" and stuck.state is not State.ABNORMAL:
        raise faulty("outcome", "not-one-of", choices=["paid", "retry"])
    return replace(one, seen=(*one.seen, number), waits=None)


def _paid_out(call: Call, one: Payment, ref: str, note: str) -> Payment:
    """The buyer has the money, though not by this provider."""
    stuck = one.refund(ref)
    if stuck is None:
        raise NotFound(kind="refund", id=ref)
    if stuck.state is State.DONE:
        raise _stage(one)
    if stuck.state is State.FAILED and one.totals.charged < stuck.fen:
        raise faulty("refund", "too-much", result=one.totals.charged - stuck.fen)
    event = Event(
        Kind.REFUND, State.DONE, stuck.fen, ref, call.now, call.now, "", stuck.cause, note, call.by
    )
    after = one.heard(event)
    return replace(after, waits=settling.waiting(after))


def _stage(one: Payment) -> WrongState:
    return WrongState(kind="payment", id=one.number, stage=one.standing.value)


def _nudge(tenant: str, order_id: str) -> None:
    queues.later("settle", {"tenant": tenant, "order_id": order_id})


def _after(call: Call) -> str:
    cursor = call.query.get("cursor", "")
    place = listing.decoded(cursor)
    if cursor and not PLACE.fullmatch(place):
        raise faulty("cursor", "bad-cursor")
    return place


def _choice(body: Reader, name: str, value: str, choices: list[str]) -> None:
    if value and value not in choices:
        body.fault(name, "not-one-of", choices=choices)


def _done(body: Reader) -> None:
    body.done()
    body.check()
