"""The axes beside the status: payment, shipment and refund, each by itself."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain import axes, intake
from shared.domain.axes import Paid, Refund, Shipment
from shared.domain.content import Content, Instalment, InstalmentState, Part, PaymentState
from shared.domain.errors import Invalid
from shared.domain.order import Status
from shared.store.pack import pack, unpack
from tests.support import build
from tests.support.build import NOON, parcel, source

NOT_PAID, AWAITING, ACTION, AUTHORIZED, CAPTURED, CANCELLED = (
    InstalmentState.NOT_PAID,
    InstalmentState.AWAITING,
    InstalmentState.REQUIRES_ACTION,
    InstalmentState.AUTHORIZED,
    InstalmentState.CAPTURED,
    InstalmentState.CANCELLED,
)


def pay(
    state: InstalmentState = NOT_PAID, amount: int = 10, captured: int = 0, refunded: int = 0
) -> Instalment:
    return Instalment(amount, captured, refunded, state)


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([], Paid.NOT_PAID),
        ([pay()], Paid.NOT_PAID),
        ([pay(AWAITING)], Paid.AWAITING),
        ([pay(AWAITING), pay()], Paid.AWAITING),
        ([pay(AUTHORIZED)], Paid.AUTHORIZED),
        ([pay(AUTHORIZED), pay(AUTHORIZED)], Paid.AUTHORIZED),
        ([pay(AUTHORIZED), pay()], Paid.PARTIALLY_AUTHORIZED),
        ([pay(AUTHORIZED), pay(AWAITING)], Paid.PARTIALLY_AUTHORIZED),
        ([pay(AUTHORIZED), pay(CANCELLED)], Paid.AUTHORIZED),
        ([pay(captured=10)], Paid.CAPTURED),
        ([pay(captured=12)], Paid.CAPTURED),
        ([pay(captured=10), pay(captured=10)], Paid.CAPTURED),
        ([pay(captured=10), pay(captured=5)], Paid.PARTIALLY_CAPTURED),
        ([pay(captured=5)], Paid.PARTIALLY_CAPTURED),
        ([pay(captured=10), pay()], Paid.PARTIALLY_CAPTURED),
        ([pay(captured=10), pay(AUTHORIZED)], Paid.PARTIALLY_CAPTURED),
        ([pay(captured=10), pay(CANCELLED)], Paid.CAPTURED),
        ([pay(captured=10, refunded=10)], Paid.REFUNDED),
        ([pay(captured=10, refunded=10)] * 2, Paid.REFUNDED),
        ([pay(captured=10, refunded=3)], Paid.PARTIALLY_REFUNDED),
        ([pay(captured=10, refunded=10), pay(captured=10)], Paid.PARTIALLY_REFUNDED),
        ([pay(captured=10, refunded=10), pay(CANCELLED)], Paid.REFUNDED),
        ([pay(CANCELLED)], Paid.CANCELLED),
        ([pay(CANCELLED), pay(CANCELLED)], Paid.CANCELLED),
        ([pay(CANCELLED), pay()], Paid.NOT_PAID),
        ([pay(CANCELLED), pay(AWAITING)], Paid.AWAITING),
        ([pay(ACTION)], Paid.REQUIRES_ACTION),
        ([pay(captured=10), pay(ACTION)], Paid.REQUIRES_ACTION),
        ([pay(captured=10, refunded=10), pay(ACTION)], Paid.REQUIRES_ACTION),
        ([pay(CANCELLED), pay(ACTION)], Paid.REQUIRES_ACTION),
    ],
)
def test_several_payments_have_one_standing(payments: list[Instalment], expected: Paid) -> None:
    assert axes.payment(payments) is expected
    assert axes.payment(payments[::-1]) is expected


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ({}, Paid.CAPTURED),
        ({"state": "paid", "cod": True}, Paid.CAPTURED),
        ({"state": "part"}, Paid.PARTIALLY_CAPTURED),
        ({"state": "unpaid"}, Paid.NOT_PAID),
        ({"state": "unpaid", "cod": True}, Paid.AWAITING),
    ],
)
def test_without_a_list_one_word_of_the_channel_counts(
    payment: dict[str, Any], expected: Paid
) -> None:
    assert axes.payment_of(build.content(payment=payment)) is expected


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([{"amount": 10, "state": "captured"}], PaymentState.PAID),
        ([{"amount": 10, "captured": 10}, {"amount": 5, "captured": 5}], PaymentState.PAID),
        ([{"amount": 10, "captured": 10}, {"amount": 5}], PaymentState.PART),
        ([{"amount": 10, "captured": 4}], PaymentState.PART),
        ([{"amount": 10}], PaymentState.UNPAID),
        ([{"amount": 10, "state": "authorized"}], PaymentState.UNPAID),
        ([{"amount": 10, "captured": 10, "refunded": 3}], PaymentState.PAID),
        ([{"amount": 10, "captured": 10, "refunded": 10}], PaymentState.UNPAID),
        ([{"amount": 10, "state": "cancelled"}], PaymentState.UNPAID),
        ([{"amount": 10, "captured": 10}, {"amount": 5, "state": "cancelled"}], PaymentState.PAID),
        ([{"amount": 0}], PaymentState.PAID),
    ],
)
def test_whether_an_order_is_paid_follows_from_its_payments(
    payments: list[dict[str, Any]], expected: PaymentState
) -> None:
    assert build.content(payments=payments).payment.state is expected


def test_a_deposit_whose_balance_was_closed_pays_for_a_part() -> None:
    deposit = Instalment(10, captured=10, state=CAPTURED, part=Part.DEPOSIT)
    balance = Instalment(5, state=CANCELLED, part=Part.BALANCE)

    assert axes.state([deposit, balance]) is PaymentState.PART
    assert axes.state([deposit, balance, replace(balance, captured=5, state=CAPTURED)]) is (
        PaymentState.PAID
    )


def test_unless_the_channel_says_so_itself() -> None:
    content = build.content(payments=[{"amount": 10}], payment={"state": "paid"})

    assert content.payment.state is PaymentState.PAID
    assert axes.payment_of(content) is Paid.NOT_PAID


def test_an_empty_list_is_none() -> None:
    assert build.content(payments=[]) == build.content()


@pytest.mark.parametrize(
    ("payments", "field", "code"),
    [
        ({}, "payments", "wrong-type"),
        ([5], "payments[0]", "not-an-object"),
        ([{}], "payments[0].amount", "missing"),
        ([{"amount": -1}], "payments[0].amount", "out-of-range"),
        ([{"amount": 1, "captured": True}], "payments[0].captured", "wrong-type"),
        ([{"amount": 1, "refunded": -1}], "payments[0].refunded", "out-of-range"),
        ([{"amount": 1, "state": "lost"}], "payments[0].state", "not-one-of"),
        ([{"amount": 1, "kind": "card"}], "payments[0].kind", "unknown-field"),
        ([{"amount": 1}] * 51, "payments", "too-many"),
    ],
)
def test_a_faulty_payment_is_told(payments: Any, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        intake.read(build.document(payments=payments), latest="9")

    assert (field, code) in [(fault.field, fault.code) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([], Refund.NONE),
        ([pay(captured=10)], Refund.NONE),
        ([pay(captured=10, refunded=1)], Refund.PART),
        ([pay(captured=10, refunded=10)], Refund.WHOLE),
        ([pay(captured=5, refunded=5)], Refund.WHOLE),
        ([pay(captured=10, refunded=10), pay(captured=10)], Refund.PART),
    ],
)
def test_how_much_went_back(payments: list[Instalment], expected: Refund) -> None:
    assert axes.refund(payments) is expected


@pytest.mark.parametrize(
    ("status", "shipped", "expected"),
    [
        (Status.RESERVED, [], Shipment.NONE),
        (Status.CANCELLED, [], Shipment.NONE),
        (Status.PLANNED, ["", ""], Shipment.PLANNED),
        (Status.HELD, ["", ""], Shipment.PLANNED),
        (Status.SHIPPING, [NOON, ""], Shipment.PART_SHIPPED),
        (Status.SHIPPED, [NOON, NOON], Shipment.SHIPPED),
        (Status.SIGNED, [NOON, NOON], Shipment.SIGNED),
        (Status.COMPLETED, [NOON], Shipment.SIGNED),
    ],
)
def test_how_far_the_goods_are(status: Status, shipped: list[str], expected: Shipment) -> None:
    parcels = tuple(
        parcel(no, source(warehouse=f"w{no}"), shipped_at=at) for no, at in enumerate(shipped, 1)
    )

    assert axes.shipment(build.order(status=status, parcels=parcels)) is expected


def test_a_row_from_before_there_was_a_list_is_read() -> None:
    content = build.content()
    old = unpack(pack(content), dict[str, Any])
    del old["payments"]

    assert unpack(pack(old), Content) == content
