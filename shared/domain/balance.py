"""What is still to be paid of an own order, by when, and what the end of that time means."""

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.content import Content, Instalment, Part
from shared.domain.hold import Hold, Reason, Then
from shared.domain.order import BALANCE_UNPAID, MOVES, Order, Status

CLOSES = "closes"


def first_hold(content: Content) -> Hold:
    """Nothing is paid yet: an own order keeps its place until its first payment closes."""
    said = {"state": content.payment.state.value}
    closes = content.payments[0].closes if content.deal and content.payments else ""
    return Hold(Reason.UNPAID, said, closes, Then.CANCEL) if closes else Hold(Reason.UNPAID, said)


def rest_hold(content: Content, now: str) -> Hold:
    """The deposit is paid: the rest is asked for once before its time is over."""
    rest = next((each for each in content.payments if each.part is Part.BALANCE), None)
    if rest is None or not rest.closes:  # the channel sees to it
        return Hold(Reason.BALANCE)
    said = {CLOSES: rest.closes, "collect": rest.amount - rest.captured}
    remind = content.deal.remind if content.deal else ""
    until = remind if now < remind < rest.closes else rest.closes
    return Hold(Reason.BALANCE, said, until, Then.CANCEL)


def unpaid(payments: Sequence[Instalment]) -> Instalment | None:
    """The balance that is still to be paid by a time, once the deposit is there."""
    if not captured(payments, Part.DEPOSIT):
        return None
    rest = (each for each in payments if each.part is Part.BALANCE and each.closes)
    return next((each for each in rest if each.amount > each.captured), None)


def lapsed(order: Order, now: str) -> bool:
    """Whether the time for its balance is over while nothing has left."""
    rest = unpaid(order.content.payments)
    over = rest is not None and rest.closes <= now
    return over and Status.CANCELLED in MOVES.get(order.status, ())


def asked(order: Order, rest: Instalment, now: str) -> Order:
    """The order with its buyer reminded of the balance."""
    said = {CLOSES: rest.closes, "collect": rest.amount - rest.captured}
    return order.noted("balance-due", now, "clock", **said)


def reminded(order: Order, over: Sequence[Hold], now: str) -> Order | None:
    """The order with its buyer reminded, once; whatever else has come due is seen to next."""
    early = [hold for hold in over if hold.args.get(CLOSES, "") > now]
    if not early:
        return None
    holds = tuple(
        replace(hold, until=hold.args[CLOSES]) if hold in early else hold for hold in order.holds
    )
    return replace(order, holds=holds).noted("balance-due", now, "clock", **early[0].args)


def why_over(over: Sequence[Hold]) -> str:
    """Why the clock calls an order off: only a balance that was not paid costs a deposit."""
    unpaid = any(hold.reason is Reason.BALANCE for hold in over)
    return BALANCE_UNPAID if unpaid else "expired"


def captured(payments: Sequence[Instalment], part: Part) -> int:
    return sum(each.captured - each.refunded for each in payments if each.part is part)
