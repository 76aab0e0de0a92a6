"""What comes next for an order's money: pure, from what the order and its payments say."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import axes, settling
from shared.domain.axes import Paid
from shared.domain.content import Deal, Instalment, InstalmentState, PaymentState
from shared.domain.order import Order, Status
from shared.domain.payment import Event, Kind, Payment, State, total
from shared.domain.settling import Ask, Bounds, Case, later
from tests.support import build
from tests.support.build import NOON

TOTAL = 1800


def order(*amounts: int, **change: Any) -> Order:
    """An order of our own shop, to be paid in these parts."""
    made = build.order(id="0123456789abcdef01234567")
    unpaid = replace(made.content.payment, state=PaymentState.UNPAID)
    parts = tuple(Instalment(amount) for amount in amounts or (TOTAL,))
    content = replace(made.content, payment=unpaid, payments=parts, deal=Deal())
    return replace(made, content=content, **change)


def paid(of: Order, no: int, fen: int, instalment: int = 0) -> Payment:
    at = later(NOON, no)
    bare = Payment(of.id, f"{no:02}", "wechat", "main", "native", instalment, fen, NOON)
    return bare.heard(Event(Kind.CHARGE, State.DONE, fen, bare.number, at))


@pytest.mark.parametrize(
    ("parts", "taken", "expected"),
    [
        ([900, 900], [], Paid.NOT_PAID),
        ([900, 900], [(0, 900), (1, 900)], Paid.CAPTURED),
        ([900, 900], [(0, 900)], Paid.PARTIALLY_CAPTURED),
        ([900, 900], [(0, 900), (1, 450)], Paid.PARTIALLY_CAPTURED),
    ],
)
def test_an_order_says_how_much_of_it_was_taken(
    parts: list[int], taken: list[tuple[int, int]], expected: Paid
) -> None:
    one = order(*parts)
    payments = [paid(one, no, fen, at) for no, (at, fen) in enumerate(taken, 1)]

    told = settling.booked(Case(one, tuple(payments), NOON))

    assert axes.payment(told.content.payments) is expected


def test_what_can_no_longer_be_paid_is_cancelled() -> None:
    one = order(900, 900, status=Status.CANCELLED)
    never = [replace(paid(one, no, 900, no - 1), events=()) for no in (1, 2)]
    closed = [
        p.heard(Event(Kind.CHARGE, State.FAILED, 900, p.number, p.created_at)) for p in never
    ]

    told = settling.booked(Case(one, tuple(closed), NOON)).content.payments

    assert {part.state for part in told} == {InstalmentState.CANCELLED}
    assert axes.payment(told) is Paid.CANCELLED


@pytest.mark.parametrize(
    ("parts", "costs", "expected"),
    [
        ([500, 1300], 2000, [500, 1500]),
        ([500, 1300], 1000, [500, 500]),
        ([500, 1300], 300, [300, 0]),
        ([1800], 1800, [1800]),
    ],
)
def test_the_parts_come_to_what_the_order_costs(
    parts: list[int], costs: int, expected: list[int]
) -> None:
    one = order(*parts)
    sums = replace(one.content.amounts, total=costs)
    changed = replace(one, content=replace(one.content, amounts=sums))

    assert [part.amount for part in settling.instalments(Case(changed, (), NOON))] == expected


def _returned(case: Case, action: Ask) -> Case:
    """The same after a refund was asked for and done."""
    ref = action.payment.next_refund
    one = action.payment
    for state in (State.ASKED, State.DONE):
        at = case.now
        one = one.heard(Event(Kind.REFUND, state, action.fen, ref, at, cause=action.cause))
    known = tuple(one if one.no == each.no else each for each in case.payments)
    told = settling.booked(replace(case, payments=known))
    return replace(case, order=told, payments=tuple(map(settling.told, known)))


@settings(max_examples=50)
@given(
    st.lists(st.integers(1, 3000), min_size=1, max_size=4),
    st.integers(0, TOTAL),
    st.booleans(),
)
def test_all_that_is_too_much_goes_back_and_never_more(
    taken: list[int], keep: int, off: bool
) -> None:
    one = order(**({"status": Status.CANCELLED} if off else {}))
    one = replace(one, content=replace(one.content, deal=Deal(keep=keep)))
    payments = tuple(paid(one, no, fen) for no, fen in enumerate(taken, 1))
    case = Case(one, payments, later(NOON, 60), bounds={"wechat": Bounds(50, 0, 365)})
    due = keep if off else TOTAL

    for _ in range(20):
        case = replace(case, order=settling.booked(case))
        case = replace(case, payments=tuple(map(settling.told, case.payments)))
        action = settling.next_(case)
        if not isinstance(action, Ask):
            break
        case = _returned(case, action)

    sums = total(case.payments)
    assert sums.refunded == max(0, sum(taken) - due)
    assert sums.charged == min(sum(taken), due)
    assert settling.next_(case) is None


@pytest.mark.parametrize(
    ("taken", "change", "state", "expected"),
    [
        ([TOTAL], {}, PaymentState.PAID, 0),
        ([TOTAL + 5], {}, PaymentState.PAID, 5),
        ([TOTAL - 5], {}, PaymentState.PAID, -5),
        ([TOTAL - 5], {}, PaymentState.PART, 0),
        ([], {}, PaymentState.UNPAID, 0),
        ([300], {"status": Status.CANCELLED}, PaymentState.PART, 300),
        ([], {"status": Status.CANCELLED}, PaymentState.UNPAID, 0),
    ],
)
def test_money_is_astray_where_it_is_not_what_the_order_says(
    taken: list[int], change: dict[str, Any], state: PaymentState, expected: int
) -> None:
    one = order(**change)
    one = replace(
        one, content=replace(one.content, payment=replace(one.content.payment, state=state))
    )
    payments = tuple(paid(one, no, fen) for no, fen in enumerate(taken, 1))

    assert settling.astray(Case(one, payments, NOON)) == expected


@pytest.mark.parametrize(
    ("captured", "refunded", "told", "level"),
    [
        (TOTAL, 0, (TOTAL, 0), True),
        (TOTAL, 0, (TOTAL, 1), False),
        (TOTAL - 1, 0, (TOTAL, 0), False),
        (TOTAL + 200, 200, (TOTAL, 200), True),
        (TOTAL, 200, (TOTAL, 200), False),
    ],
)
def test_an_order_is_level_that_knows_of_all_and_has_what_it_costs(
    captured: int, refunded: int, told: tuple[int, int], level: bool
) -> None:
    part = Instalment(TOTAL, captured, refunded, InstalmentState.CAPTURED)
    one = order()

    known = replace(one, content=replace(one.content, payments=(part,)))

    assert settling.level(known, *told) is level
