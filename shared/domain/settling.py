"""What must be done next for an order's money, and what the order then says of it. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from shared.domain import aftersale, answering, axes, balance
from shared.domain.aftersale import FOR_PIECES, GIVES, AfterSale, Payer
from shared.domain.content import Content, Instalment, InstalmentState, PaymentState
from shared.domain.flow import owed
from shared.domain.hold import Hold, Reason
from shared.domain.order import RENEWABLE, Order, Status
from shared.domain.payment import (
    OFFLINE,
    SETTLED,
    Event,
    Kind,
    Payment,
    Refund,
    Standing,
    State,
    Wait,
    standing,
    total,
)

FIRST, LONGEST = 60, 3600  # seconds until an open outcome is asked for; the distances double
GRACE = 60  # seconds after which what ran out is surely not being paid any more
DAY = 86400
PAYABLE = frozenset(Status) - {Status.CANCELLED, Status.CLOSED}
MOVES = frozenset({"cancelled", "part-cancelled", "edited", "updated", "amended"})
"""Entries of an order's history that may change what is due for it."""
UNPAID = (Reason.UNPAID, Reason.BALANCE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a provider bears. `refunds`: of one payment, 0 = any; `gap`: seconds between two."""

    refunds: int = 0
    gap: int = 0
    days: int = 0  # after the payment; 0 = at any time


@dataclass(frozen=True, slots=True)
class Case:
    """All that decides about an order's money."""

    order: Order
    payments: tuple[Payment, ...]
    now: str
    sales: tuple[AfterSale, ...] = ()
    bounds: Mapping[str, Bounds] = field(default_factory=dict)  # by provider

    @property
    def due(self) -> int:
        """What the buyer owes, or we may keep, before what after-sales give back."""
        return owed(self.order)

    @property
    def granted(self) -> int:
        return aftersale.granted(self.sales)

    @property
    def surplus(self) -> int:
        """What goes back; below nought, what is still to be paid."""
        return total(self.payments).charged - max(0, self.due - self.granted)


@dataclass(frozen=True, slots=True)
class Book:
    """The order does not say yet what the payments say."""


@dataclass(frozen=True, slots=True)
class Look:
    """Ask how a payment stands; close it if it shall not be paid."""

    payment: Payment
    close: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Give money back: a new refund."""

    payment: Payment
    fen: int
    cause: str


@dataclass(frozen=True, slots=True)
class Follow:
    """Ask what has become of a refund; it is asked for again, if nobody there knows of it."""

    payment: Payment
    refund: Refund


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing until then; or until a person has seen to it."""

    payment: Payment
    until: str = ""
    waits: Wait | None = None


@dataclass(frozen=True, slots=True)
class Remind:
    """The buyer is asked for the balance, once; the payment says when it is looked at again."""

    payment: Payment
    rest: Instalment


@dataclass(frozen=True, slots=True)
class Lapse:
    """The balance was not paid in time."""


@dataclass(frozen=True, slots=True)
class Overtake:
    """The order was called off, and with it the pieces that this asks for."""

    sale: AfterSale


Action = Book | Look | Ask | Follow | Rest | Remind | Lapse | Overtake


def astray(case: Case) -> int:
    """Fen that we have beyond what the order says; below nought, that a paid order lacks.

    Who has not paid yet lacks nothing, and what is on its way back is gone.
    """
    paid = case.order.content.payment.state is PaymentState.PAID
    return case.surplus if paid or case.surplus > 0 else 0


def level(order: Order, charged: int, back: int) -> bool:
    """Whether an order's own record comes to what it costs, and knows of so much at least."""
    parts = order.content.payments
    captured, refunded = sum(p.captured for p in parts), sum(p.refunded for p in parts)
    known = captured >= charged and refunded >= back
    return known and captured - refunded == owed(order)


def moved(order: Order) -> bool:
    """Whether the newest version of an order may have changed what is due for it."""
    return any(entry.v == order.version and entry.code in MOVES for entry in order.timeline)


def own(order: Order, channel: str) -> bool:
    """Whether we, and no platform, take its money."""
    return order.content.deal is not None or channel == "own"


def next_(case: Case) -> Action | None:
    """The one thing that comes next, or None when nothing is to be done now."""
    if sale := next(_overtaken(case), None):
        return Overtake(sale)
    if _untold(case):
        return Book()
    for payment in case.payments:
        if found := _looked(case, payment):
            return found
    return _back(case) or _overdue(case) or _rested(case)


def concerns(order: Order) -> bool:
    """Whether the newest version called an order off of which somebody asked something before."""
    if order.status is not Status.CANCELLED or order.timeline[-1].v != order.version:
        return False
    known = any(entry.code == "after-sale-opened" for entry in order.timeline)
    return known or order.timeline[0].seq > 1


def _overtaken(case: Case) -> Iterator[AfterSale]:
    if case.order.status is Status.CANCELLED:
        open_ = (sale for sale in case.sales if sale.state in answering.OPEN)
        yield from (sale for sale in open_ if sale.kind in FOR_PIECES)


def overtaken(sale: AfterSale, now: str) -> AfterSale:
    """Our money goes back with the order; that of a platform is its own to give back."""
    state = aftersale.State.CLOSED if sale.payer is Payer.US else aftersale.State.REFUNDING
    return sale.to(state, now, "system", "overtaken")


def _untold(case: Case) -> bool:
    if any(payment.told < len(payment.events) for payment in case.payments):
        return True
    known = case.order.content.payments
    return (bool(case.payments) and known != instalments(case)) or bool(returned(case))


def _looked(case: Case, payment: Payment) -> Action | None:
    """What is to be asked of the provider about a payment."""
    come = bool(payment.due) and payment.due <= case.now
    if payment.provider == OFFLINE:
        return None
    if payment.standing is Standing.OPEN:
        unwanted = not wanted(case, payment)
        asked = come or (unwanted and not payment.tries)
        return Look(payment, close=unwanted) if asked else None
    return _followed(payment) if come else None


def _followed(payment: Payment) -> Action | None:
    """What is asked of a payment that is not open: of its refunds, each in its turn."""
    if payment.standing is Standing.CLOSED:
        return Look(payment)
    under_way = [one for one in payment.refunds if one.state not in SETTLED]
    return Follow(payment, under_way[payment.tries % len(under_way)]) if under_way else None


def wanted(case: Case, payment: Payment) -> bool:
    """Whether an open payment may still be paid."""
    if case.order.status not in PAYABLE or payment.expires_at <= case.now:
        return False
    return open_of(instalments(case), payment.instalment) >= payment.fen


def open_of(payments: Sequence[Instalment], at: int) -> int:
    """What is still to be paid of one instalment."""
    one = payments[at] if at < len(payments) else Instalment(0)
    return one.amount - one.captured


def _back(case: Case) -> Action | None:
    """The next refund, if money is to go back and some payment can give it."""
    surplus = case.surplus
    if surplus <= 0 or any(waiting(payment) is Wait.AMOUNT for payment in case.payments):
        return None
    no, fen = next(_wants(case, surplus))
    latest = sorted(case.payments, key=lambda p: (p.paid_at, p.no), reverse=True)
    able = [p for p in latest if p.totals.charged > 0 and waiting(p) is not Wait.REFUSED]
    obstacles = [_obstacle(case, payment) for payment in able]
    for payment, obstacle in zip(able, obstacles, strict=True):
        if obstacle is None:
            least = min(fen, payment.totals.charged)
            return Ask(payment, least, no or _cause(case, payment))
    found = (one for one in obstacles if one and (one.until, one.waits) != _now(one.payment))
    return next(found, None)


def _wants(case: Case, surplus: int) -> Iterator[tuple[str, int]]:
    """(Number of an after-sale, or nothing; fen): agreed refunds first, then the rest."""
    for sale in case.sales:
        if sale.payer is Payer.US and sale.state in GIVES:
            asked = sum(
                one.fen for one in _refunds(case, sale.no) if one.state is not State.FAILED
            )
            if sale.fen > asked:
                yield sale.no, min(surplus, sale.fen - asked)
    yield "", surplus


def _refunds(case: Case, cause: str) -> Iterator[Refund]:
    for payment in case.payments:
        yield from (one for one in payment.refunds if one.cause == cause)


def _obstacle(case: Case, payment: Payment) -> Rest | None:
    """Why a payment gives nothing back now."""
    bounds = case.bounds.get(payment.provider, Bounds())
    asked = [one for one in payment.refunds if one.state is not State.FAILED]
    if bounds.refunds and len(asked) >= bounds.refunds:
        return Rest(payment, waits=Wait.LIMIT)
    if bounds.days and later(payment.paid_at, bounds.days * DAY) < case.now:
        return Rest(payment, waits=Wait.LIMIT)
    last = max((one.asked_at for one in payment.refunds), default="")
    free = later(last, bounds.gap) if last and bounds.gap else ""
    return Rest(payment, until=free, waits=waiting(payment)) if free > case.now else None


def _cause(case: Case, payment: Payment) -> str:
    """Why money goes back that no after-sale asked for."""
    if case.order.status is Status.CANCELLED:
        off = [entry.at for entry in case.order.timeline if entry.code == "cancelled"]
        return "late" if off and payment.paid_at > off[-1] else "cancel"
    others = [p for p in case.payments if p.instalment == payment.instalment and p is not payment]
    before = sum(p.totals.charged for p in others if p.paid_at <= payment.paid_at)
    amounts = [one.amount for one in instalments(case)]
    amount = amounts[payment.instalment] if payment.instalment < len(amounts) else 0
    return "late" if before and before >= amount else "edit"


def _overdue(case: Case) -> Action | None:
    """What the clock does about a balance that no hold of the order waits for."""
    rest = balance.unpaid(instalments(case)) if case.payments else None
    if rest is None or any(hold.reason is Reason.BALANCE for hold in case.order.holds):
        return None
    if rest.closes <= case.now:
        paying = any(payment.standing is Standing.OPEN for payment in case.payments)
        return None if paying or not balance.lapsed(case.order, case.now) else Lapse()
    first, deal = case.payments[0], case.order.content.deal
    come = deal and "" < deal.remind == first.due <= case.now
    return Remind(first, rest) if come else None


def _clock(case: Case) -> str:
    """When an unpaid balance is looked at: when the buyer is reminded, and when it is over."""
    rest, deal = balance.unpaid(instalments(case)), case.order.content.deal
    if rest is None or case.order.status not in PAYABLE:
        return ""
    moments = (deal.remind if deal else "", rest.closes)
    return min((at for at in moments if at > case.now), default="")


def _rested(case: Case) -> Rest | None:
    """The clock is told not to come again for what needs nothing."""
    for payment in case.payments:
        times = [payment.due, _clock(case) if payment is case.payments[0] else ""]
        until = min((at for at in times if at > case.now), default="")
        rest = Rest(payment, until, _waits(case, payment))
        if (rest.until, rest.waits) != _now(payment):
            return rest
    return None


def _waits(case: Case, payment: Payment) -> Wait | None:
    """What a person must see to; what passes by itself is kept as long as it is looked at."""
    passing = bool(payment.due) and payment.waits in (Wait.SHORT, Wait.ACCOUNT)
    limited = payment.waits is Wait.LIMIT and case.surplus > 0
    return waiting(payment) or (payment.waits if passing or limited else None)


def _now(payment: Payment) -> tuple[str, Wait | None]:
    return payment.due, payment.waits


def waiting(payment: Payment) -> Wait | None:
    """What a person must see to, by the events alone."""
    charges = [e for e in _current(payment, Kind.CHARGE) if e.state is State.DONE]
    if payment.number not in payment.seen:
        if any(event.fen != payment.fen for event in charges):
            return Wait.AMOUNT
        if payment.totals.charged_back:
            return Wait.CHARGEBACK
    stuck = {one.state: one for one in payment.refunds if one.ref not in payment.seen}
    if State.ABNORMAL in stuck:
        return Wait.ABNORMAL
    if State.ASKED in stuck and payment.provider == OFFLINE:
        return Wait.BY_HAND
    return Wait.REFUSED if State.FAILED in stuck else None


def _current(payment: Payment, kind: Kind) -> list[Event]:
    return [event for event in standing(payment.events).values() if event.kind is kind]


def due_after(payment: Payment, now: str) -> str:
    """When the clock looks again at a payment of which something, or nothing, was learned."""
    under_way = any(one.state is State.ASKED for one in payment.refunds)
    if payment.provider == OFFLINE or not (under_way or payment.standing is Standing.OPEN):
        return ""
    again = later(now, min(FIRST * 2 ** min(payment.tries, 10), LONGEST))
    if payment.standing is Standing.OPEN and now < payment.expires_at:
        return min(again, payment.expires_at)
    return again


def later(moment: str, seconds: float) -> str:
    then = datetime.fromisoformat(moment) + timedelta(seconds=seconds)
    return then.isoformat(timespec="milliseconds")


def given_up(payment: Payment, now: str) -> bool:
    """Whether what nobody there knows of can no longer be paid."""
    return later(payment.expires_at, GRACE) <= now


# --- what the order says of it


def booked(case: Case) -> Order:
    """The order with what its payments say, each new event told once, and what it waited for."""
    order = case.order
    content = replace(order.content, payments=instalments(case))
    state = axes.state(content.payments)
    after = replace(order, content=replace(content, payment=replace(content.payment, state=state)))
    for payment in case.payments:
        for event in _news(payment):
            after = _noted(after, payment, event, case.now)
    return _onward(order, _dated(after, case), case.now)


def told(payment: Payment) -> Payment:
    return replace(payment, told=len(payment.events))


def instalments(case: Case) -> tuple[Instalment, ...]:
    """The order's instalments with what was paid and given back of each."""
    content = case.order.content
    given = content.payments or (_whole(content),)
    if case.order.status is not Status.CANCELLED:
        given = _fitted(given, content.amounts.total)
    return tuple(_instalment(case, at, one) for at, one in enumerate(given))


def _whole(content: Content) -> Instalment:
    """The one instalment of an order that names none: paid elsewhere, or to be paid."""
    total_ = content.amounts.total
    if content.payment.state is not PaymentState.PAID or content.payment.cod:
        return Instalment(total_)
    return Instalment(total_, total_, 0, InstalmentState.CAPTURED)


def _fitted(given: tuple[Instalment, ...], amount: int) -> tuple[Instalment, ...]:
    """They come to what the order costs now: the last changes first, none below what it has."""
    more = amount - sum(one.amount for one in given)
    fitted = list(given)
    for at in reversed(range(len(given))):
        changed = max(given[at].amount + more, min(given[at].captured, given[at].amount))
        more -= changed - given[at].amount
        fitted[at] = replace(given[at], amount=changed)
    return tuple(fitted)


def _instalment(case: Case, at: int, one: Instalment) -> Instalment:
    mine = [payment for payment in case.payments if payment.instalment == at]
    if not mine:
        return one
    sums = total(mine)
    captured, refunded = sums.captured, sums.refunded + sums.charged_back
    twice = max(0, captured - one.amount)  # what came though nothing was due is not its own
    back = sum(r.fen for p in mine for r in p.refunds if _is_late(r))
    over = min(twice, back)
    known = replace(one, captured=captured - over, refunded=refunded - over)
    return replace(known, state=_state(case, mine, known))


def _is_late(refund: Refund) -> bool:
    return refund.cause == "late" and refund.state is State.DONE


def _state(case: Case, mine: Collection[Payment], one: Instalment) -> InstalmentState:
    standings = {payment.standing for payment in mine}
    if one.captured:
        return InstalmentState.CAPTURED
    if Standing.AUTHORIZED in standings:
        return InstalmentState.AUTHORIZED
    if Standing.OPEN in standings:
        return InstalmentState.AWAITING
    off = case.order.status is Status.CANCELLED
    return InstalmentState.CANCELLED if off else InstalmentState.NOT_PAID


def _news(payment: Payment) -> Iterator[Event]:
    """What came since, as far as it still stands."""
    now = standing(payment.events)
    for at in range(payment.told, len(payment.events)):
        event = payment.events[at]
        before = standing(payment.events[:at]).get((event.kind, event.ref))
        again = before and (before.state, before.fen) == (event.state, event.fen)
        stands = now[event.kind, event.ref] == event or event.state is State.ASKED
        if stands and not again:
            yield event


_CODES = {
    (Kind.CHARGE, State.DONE): "paid",
    (Kind.CHARGE, State.FAILED): "payment-closed",
    (Kind.CHARGEBACK, State.DONE): "charged-back",
    (Kind.REFUND, State.ASKED): "refund-asked",
    (Kind.REFUND, State.ABNORMAL): "refund-stuck",
    (Kind.REFUND, State.DONE): "refunded",
    (Kind.REFUND, State.FAILED): "refund-failed",
}


def _noted(order: Order, payment: Payment, event: Event, now: str) -> Order:
    code = _CODES.get((event.kind, event.state))
    if code is None:
        return order
    if code == "paid":
        code = _paid(order, payment, event)
    said = {"fen": event.fen, "provider": payment.provider, "payment": payment.no}
    refund = payment.refund(event.ref) if event.kind is Kind.REFUND else None
    if refund:
        said |= {"refund": refund.ref.rpartition("-")[2], "cause": refund.cause}
    note = {"note": event.note} if event.note else {}
    return order.noted(code, now, event.by, **said, **note)


def _paid(order: Order, payment: Payment, event: Event) -> str:
    if event.fen != payment.fen:
        return "paid-otherwise"
    whole = order.content.payment.state is PaymentState.PAID
    return "paid" if whole or order.status is Status.CANCELLED else "part-paid"


def _dated(order: Order, case: Case) -> Order:
    paid_at = max((payment.paid_at for payment in case.payments), default="")
    content = order.content
    if content.payment.state is not PaymentState.PAID or content.paid_at or not paid_at:
        return order
    return replace(order, content=replace(content, paid_at=paid_at))


def _onward(before: Order, order: Order, now: str) -> Order:
    """What waited for this money goes on to its review; what lacks money again stops."""
    was, is_ = before.content.payment.state, order.content.payment.state
    held = [hold.reason for hold in order.holds if hold.reason in UNPAID]
    if was is not is_ and held and is_ is not PaymentState.UNPAID:
        return order.lifted(held, now, "system")
    if was is PaymentState.PAID and is_ is PaymentState.PART and _stoppable(order):
        stop = Hold(Reason.UNPAID, {"state": is_.value})
        return order.hold((stop,), order.status, now)
    return order


def _stoppable(order: Order) -> bool:
    """Whether it can still wait here for more money: goods that are being packed cannot."""
    if order.gathering or order.merge:
        return False
    lacks = order.content.amounts.total > sum(p.captured for p in order.content.payments)
    return lacks and order.status in RENEWABLE - {Status.HELD} and not order.content.payment.cod


def returned(case: Case) -> list[AfterSale]:
    """After-sales whose money is back, moved on."""
    moved = []
    for sale in case.sales:
        back = sum(one.fen for one in _refunds(case, sale.no) if one.state is State.DONE)
        if sale.payer is Payer.US and back >= sale.fen > 0:
            after = aftersale.refunded(sale, case.now)
            moved += [after] if after is not sale else []
    return moved
