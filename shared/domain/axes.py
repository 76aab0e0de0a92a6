"""How far an order's payment, goods and refund have come, each by itself, beside its status."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from shared.domain.content import Content, Instalment, InstalmentState, PaymentState
from shared.domain.order import Order, Status


class Paid(StrEnum):
    NOT_PAID = "not-paid"
    AWAITING = "awaiting"  # on its way, or to be collected on delivery
    REQUIRES_ACTION = "requires-action"  # one payment waits for the buyer to do something
    AUTHORIZED = "authorized"  # all of it is promised
    PARTIALLY_AUTHORIZED = "partially-authorized"
    CAPTURED = "captured"  # all of it is ours
    PARTIALLY_CAPTURED = "partially-captured"
    REFUNDED = "refunded"  # all of it went back
    PARTIALLY_REFUNDED = "partially-refunded"
    CANCELLED = "cancelled"  # no payment is left that could succeed


class Shipment(StrEnum):
    NONE = "none"  # not divided into parcels
    PLANNED = "planned"
    PART_SHIPPED = "part-shipped"
    SHIPPED = "shipped"
    SIGNED = "signed"


class Refund(StrEnum):
    NONE = "none"
    PART = "part"
    WHOLE = "whole"  # nothing of what was captured is left


_STEPS: tuple[tuple[Callable[[Instalment], int], Paid, Paid], ...] = (
    (lambda p: p.refunded, Paid.REFUNDED, Paid.PARTIALLY_REFUNDED),
    (lambda p: p.captured, Paid.CAPTURED, Paid.PARTIALLY_CAPTURED),
    (lambda p: p.authorized, Paid.AUTHORIZED, Paid.PARTIALLY_AUTHORIZED),
)
"""The farther step first: it is reached wholly if every payment has reached it wholly."""


def payment(payments: Sequence[Instalment]) -> Paid:
    """Sum up several payments; cancelled ones count only when there are no others."""
    states, living = {p.state for p in payments}, _living(payments)
    if InstalmentState.REQUIRES_ACTION in states:
        return Paid.REQUIRES_ACTION
    for reached, whole, part in _STEPS:
        if any(reached(p) for p in living):
            return whole if all(0 < reached(p) >= p.amount for p in living) else part
    if states == {InstalmentState.CANCELLED}:
        return Paid.CANCELLED
    return Paid.AWAITING if InstalmentState.AWAITING in states else Paid.NOT_PAID


def payment_of(content: Content) -> Paid:
    """The payments that the channel listed, or else what it said of them in one word."""
    if content.payments:
        return payment(content.payments)
    if content.payment.cod and content.payment.state is PaymentState.UNPAID:
        return Paid.AWAITING
    return _IN_ONE_WORD[content.payment.state]


def state(payments: Sequence[Instalment]) -> PaymentState:
    """Whether what is listed pays for the order; what went back whole pays for nothing."""
    living = _living(payments)
    captured, due = sum(p.captured for p in living), sum(p.amount for p in living)
    kept = captured - sum(p.refunded for p in living)
    if not living or kept <= 0 < due:
        return PaymentState.UNPAID
    lacking = {p.part for p in payments} - {p.part for p in living}  # a balance that was closed
    return PaymentState.PART if captured < due or lacking else PaymentState.PAID


def refund(payments: Sequence[Instalment]) -> Refund:
    captured, back = sum(p.captured for p in payments), sum(p.refunded for p in payments)
    if not back:
        return Refund.NONE
    return Refund.WHOLE if back >= captured else Refund.PART


def shipment(order: Order) -> Shipment:
    if order.status in (Status.SIGNED, Status.COMPLETED):
        return Shipment.SIGNED
    sent = [bool(parcel.shipped_at) for parcel in order.parcels]
    if not any(sent):
        return Shipment.PLANNED if sent else Shipment.NONE
    return Shipment.SHIPPED if all(sent) else Shipment.PART_SHIPPED


def _living(payments: Sequence[Instalment]) -> list[Instalment]:
    return [p for p in payments if p.state is not InstalmentState.CANCELLED]


_IN_ONE_WORD = {
    PaymentState.UNPAID: Paid.NOT_PAID,
    PaymentState.PART: Paid.PARTIALLY_CAPTURED,
    PaymentState.PAID: Paid.CAPTURED,
}
