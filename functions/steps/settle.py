"""Settle an order's money with whoever holds it: the only place that asks a provider for any."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from shared.domain import balance
from shared.domain import payment as ledger
from shared.domain import settling as rules
from shared.domain.aftersale import AfterSale
from shared.domain.errors import Conflict
from shared.domain.order import Status
from shared.domain.payment import OFFLINE, Event, Kind, Payment, State, Wait
from shared.domain.settling import (
    Action,
    Ask,
    Book,
    Bounds,
    Case,
    Follow,
    Lapse,
    Look,
    Overtake,
    Remind,
    Rest,
)
from shared.gateways import queues, vault
from shared.gateways.payments import providers
from shared.gateways.payments.port import (
    Account,
    Back,
    Forged,
    Provider,
    Refunding,
    Rejected,
    Returned,
    Told,
    Trade,
    Unclear,
    Why,
)
from shared.runtime import clock
from shared.runtime.settings import settings
from shared.store import aftersales, merchants, orders, payments, stock

T = TypeVar("T")
Change = Callable[[Payment], Payment]
Trouble = Rejected | Unclear | Forged
ROUNDS = 6  # actions of one message; the rest follows with the next
NOTE = 200  # characters of a provider's own words that are kept
STATES = {
    Back.DONE: State.DONE,
    Back.CLOSED: State.FAILED,
    Back.ABNORMAL: State.ABNORMAL,
}
AGAIN = {Why.SHORT: Wait.SHORT, Why.ACCOUNT: Wait.ACCOUNT, Why.LATER: None}
"""Refusals after which the same is asked again later, and who must know meanwhile."""


def settle(tenant: str, order_id: str) -> None:
    """Do what is to be done for an order's money, one thing at a time. Twice is once."""
    for _ in range(ROUNDS):
        case = case_of(tenant, order_id)
        action = rules.next_(case) if case.payments or case.sales else None
        if action is None:
            return None
        if isinstance(action, Lapse):  # called off elsewhere, and settled once more by that
            return queues.later("group", {"tenant": tenant, "order_id": order_id})
        _do(case, action)
    return queues.later("settle", {"tenant": tenant, "order_id": order_id})


def case_of(tenant: str, order_id: str) -> Case:
    order = orders.get(tenant, order_id)
    known = tuple(payments.of(tenant, order_id))
    if not known and order.status is not Status.CANCELLED:
        return Case(order, (), clock.now())
    bounds = {one.provider: bounds_of(one.provider) for one in known}
    return Case(order, known, clock.now(), tuple(aftersales.of(tenant, order_id)), bounds)


def bounds_of(provider: str) -> Bounds:
    if provider == OFFLINE:
        return Bounds()
    limits = providers.of(provider).limits
    return Bounds(limits.refunds, limits.refund_gap, limits.refund_days)


def account_of(tenant: str, account_id: str) -> Account:
    """A merchant's account with its secrets opened."""
    return opened(tenant, merchants.payment_accounts.get(tenant, account_id))


def opened(tenant: str, one: ledger.Account) -> Account:
    cipher = vault.cipher(tenant, merchants.tenant(tenant).sealed_key)
    secrets = {
        name: cipher.open(sealed, context(one.id, name)) for name, sealed in one.secrets.items()
    }
    return Account(
        id=one.id,
        provider=one.provider,
        app_id=one.app_id,
        merchant_id=one.merchant_id,
        secrets=secrets,
        keys=one.keys,
        notify_url=f"{settings().public_url}/v1/notify/{one.provider}/{tenant}/{one.id}",
        endpoint=one.endpoint,
    )


def context(account_id: str, name: str) -> str:
    """What a secret is sealed for."""
    return f"payment-account/{account_id}/{name}"


def paid(payment: Payment, told: Told, now: str) -> Payment:
    """The payment with what a provider says of it."""
    match told.state:
        case Trade.PAID | Trade.REFUNDED:
            at, no = told.at or payment.paid_at or now, told.provider_no
            event = Event(Kind.CHARGE, State.DONE, told.fen, payment.number, at, now, no)
            return _learned(payment, event, now)
        case Trade.CLOSED:
            return closed(payment, now)
    return later(payment, now)


def given_back(payment: Payment, told: Returned, now: str) -> Payment:
    """The payment with what a provider says of one of its refunds."""
    asked = payment.refund(told.refund_no)
    if asked is None or told.state is Back.PROCESSING:
        return later(payment, now)
    event = Event(
        kind=Kind.REFUND,
        state=STATES[told.state],
        fen=told.fen or asked.fen,
        ref=told.refund_no,
        at=told.at or (asked.at if asked.state is STATES[told.state] else now),
        seen=now,
        provider_no=told.provider_no,
        cause=asked.cause,
    )
    return _learned(payment, event, now)


def closed(payment: Payment, now: str, note: str = "") -> Payment:
    """It was not paid, and cannot be any more: unless it turns out that it was before that."""
    at = payment.created_at
    event = Event(Kind.CHARGE, State.FAILED, payment.fen, payment.number, at, now, note=note)
    return _learned(payment, event, now)


def later(payment: Payment, now: str, waits: Wait | None = None) -> Payment:
    """Nothing new: asked again after a longer while."""
    waited = replace(payment, tries=payment.tries + 1, waits=waits or rules.waiting(payment))
    return replace(waited, due=rules.due_after(waited, now))


def learn(tenant: str, order_id: str, no: str, change: Change) -> Case:
    """Write what was learned of a payment, together with what it means for the order.

    The provider was asked already: whoever wrote meanwhile is read, and it is written then.
    """
    for left in reversed(range(ROUNDS)):
        case = case_of(tenant, order_id)
        one = next(payment for payment in case.payments if payment.no == no)
        try:
            return _write(case, change(one))
        except Conflict:
            if not left:
                raise
    raise AssertionError


def _do(case: Case, action: Action) -> None:
    match action:
        case Book():
            _write(case)
        case Rest():
            _rest(case, action)
        case Remind():
            _remind(case, action)
        case Overtake(sale):
            _overtake(case, sale)
        case _:
            _ask_provider(case, action)


def _ask_provider(case: Case, action: Action) -> None:
    match action:
        case Ask():
            _ask(case, action)
        case Follow(payment, refund):
            _follow(case, payment, refund.ref)
        case Look(payment, close):
            _look(case, payment, close=close)


def _write(case: Case, changed: Payment | None = None) -> Case:
    """Write one payment, and the order with what all its payments say."""
    if changed:
        mine = tuple(changed if one.no == changed.no else one for one in case.payments)
        case = replace(case, payments=mine)
    tenant, order = case.order.tenant, rules.booked(case)
    wrote = [one for one in case.payments if one is changed or one.told < len(one.events)]
    puts = [payments.put(tenant, rules.told(one)) for one in wrote]
    puts += [aftersales.put(tenant, sale) for sale in rules.returned(case)]
    if order == case.order and len(puts) == 1:
        payments.save(tenant, rules.told(wrote[0]))
        return case
    written = stock.write(case.order, order, None, *puts)
    queues.nudge(written)
    return replace(case, order=written)


def _rest(case: Case, action: Rest) -> None:
    """Left alone until then. That a limit is reached is said once, on the order."""
    tenant, before = case.order.tenant, action.payment
    after = replace(before, due=action.until, waits=action.waits)
    if action.waits is not Wait.LIMIT or before.waits is Wait.LIMIT:
        return payments.save(tenant, after)
    noted = case.order.noted(
        "refund-limited", case.now, fen=case.surplus, provider=before.provider, payment=before.no
    )
    stock.write(case.order, noted, None, payments.put(tenant, after))
    return None


def _remind(case: Case, action: Remind) -> None:
    asked = balance.asked(case.order, action.rest, case.now)
    put = payments.put(case.order.tenant, replace(action.payment, due=action.rest.closes))
    stock.write(case.order, asked, None, put)


def _overtake(case: Case, sale: AfterSale) -> None:
    noted = case.order.noted(
        "after-sale-overtaken", case.now, no=sale.no, service=sale.kind.value, fen=sale.fen
    )
    put = aftersales.put(noted.tenant, rules.overtaken(sale, case.now))
    stock.write(case.order, noted, None, put)


def _ask(case: Case, action: Ask) -> None:
    """Write down first that a refund is asked for, and under which number; then ask."""
    payment, now = action.payment, case.now
    ref = payment.next_refund
    event = Event(Kind.REFUND, State.ASKED, action.fen, ref, now, now, cause=action.cause)
    asked = _learned(payment, event, now)
    _write(case, asked)
    if payment.provider != OFFLINE:
        _refund(case, asked, ref)


def _refund(case: Case, payment: Payment, ref: str) -> None:
    asked = payment.refund(ref)
    assert asked
    wanted = Refunding(payment.number, ref, asked.fen, payment.fen, asked.cause)
    said = _asked(case, payment, lambda to, by: to.refund(by, wanted, case.now))
    _learn(case, payment, lambda one: _answered(one, ref, said, case.now))


def _follow(case: Case, payment: Payment, ref: str) -> None:
    number = payment.number
    said = _asked(case, payment, lambda to, by: to.query_refund(by, number, ref, case.now))
    if _absent(said):  # it never arrived there
        return _refund(case, payment, ref)
    if isinstance(said, Rejected):  # the question was refused, which says nothing of the refund
        return _learn(case, payment, lambda one: later(one, case.now, _wait(said)))
    return _learn(case, payment, lambda one: _answered(one, ref, said, case.now))


def _answered(payment: Payment, ref: str, said: Returned | Trouble, now: str) -> Payment:
    """The payment after an answer to a refund, or the lack of one."""
    if isinstance(said, Returned):
        return given_back(payment, replace(said, refund_no=ref), now)
    if not isinstance(said, Rejected) or said.why in AGAIN:
        return later(payment, now, _wait(said))
    asked = payment.refund(ref)
    assert asked
    note = f"{said.code} {said.text}".strip()[:NOTE]
    event = Event(
        Kind.REFUND, State.FAILED, asked.fen, ref, now, now, cause=asked.cause, note=note
    )
    return _learned(payment, event, now)


def _look(case: Case, payment: Payment, *, close: bool) -> None:
    """Ask how it stands; what is not paid and shall not be is closed."""
    now, known = case.now, payment.provider_no
    said = _asked(case, payment, lambda to, by: to.query(by, payment.number, now, known))
    unpaid = _absent(said) or (isinstance(said, Told) and said.state is Trade.PENDING)
    if close and unpaid:
        return _close(case, payment)
    if isinstance(said, Told):
        return _learn(case, payment, lambda one: paid(one, said, now))
    return _learn(case, payment, lambda one: later(one, now, _wait(said)))


def _close(case: Case, payment: Payment) -> None:
    """What nobody has begun to pay is closed when it has run out: till then it may be begun."""
    now = case.now
    said = _asked(case, payment, lambda to, by: to.close(by, payment.number, now))
    over = isinstance(said, Rejected) and said.why is Why.CLOSED
    over = over or said is None or (_absent(said) and rules.given_up(payment, now))
    if over:
        return _learn(case, payment, lambda one: closed(one, now))
    return _learn(case, payment, lambda one: later(one, now, _wait(said)))


def _learn(case: Case, payment: Payment, change: Change) -> None:
    learn(case.order.tenant, case.order.id, payment.no, change)


def _asked(case: Case, payment: Payment, ask: Callable[[Provider, Account], T]) -> T | Trouble:
    """What the provider says, or why it says nothing."""
    try:
        by = account_of(case.order.tenant, payment.account)
        return ask(providers.of(payment.provider), by)
    except (Rejected, Unclear, Forged) as trouble:
        return trouble


def _absent(said: object) -> bool:
    return isinstance(said, Rejected) and said.why is Why.ABSENT


def _wait(said: object) -> Wait | None:
    return AGAIN.get(said.why) if isinstance(said, Rejected) else None


def _learned(payment: Payment, event: Event, now: str) -> Payment:
    """With one more event; the clock and the people know what is left to do."""
    after = replace(payment.heard(event), tries=0)
    after = replace(after, waits=rules.waiting(after))
    return replace(after, due=rules.due_after(after, now))
