"""The ledger of a payment: one fold, the same in any order and however often."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.payment import (
    Event,
    Kind,
    Payment,
    Standing,
    State,
    Totals,
    fold,
    split,
    total,
)

AUTHORIZE, ADJUST, CHARGE, REFUND = Kind.AUTHORIZE, Kind.ADJUST, Kind.CHARGE, Kind.REFUND
REVERSE, BACK, CANCEL = Kind.REVERSE, Kind.CHARGEBACK, Kind.CANCEL
ASKED, DONE, FAILED, ABNORMAL = State.ASKED, State.DONE, State.FAILED, State.ABNORMAL
ORDER = "0123456789abcdef01234567"


def events(*told: tuple[Kind, State, int, str]) -> list[Event]:
    """(Kind, state, fen, reference) of each, one after the other."""
    return [
        Event(k, s, fen, ref, f"2026-11-20T12:{n:02}") for n, (k, s, fen, ref) in enumerate(told)
    ]


def payment(*told: tuple[Kind, State, int, str], **change: object) -> Payment:
    bare = Payment(ORDER, "01", "wechat", "main", "native", 0, 100, "2026-11-20T11:00")
    return replace(bare, events=tuple(events(*told)), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], Totals()),
        ([(AUTHORIZE, DONE, 10, "a")], Totals(authorised=10)),
        ([(AUTHORIZE, ASKED, 10, "a")], Totals(authorise_pending=10)),
        ([(AUTHORIZE, ASKED, 10, "a"), (AUTHORIZE, DONE, 10, "a")], Totals(authorised=10)),
        ([(AUTHORIZE, DONE, 10, "a"), (AUTHORIZE, FAILED, 10, "a")], Totals()),
        ([(AUTHORIZE, FAILED, 10, "a"), (AUTHORIZE, DONE, 10, "a")], Totals(authorised=10)),
        ([(AUTHORIZE, DONE, 10, "a"), (AUTHORIZE, DONE, 5, "b")], Totals(authorised=15)),
        ([(CHARGE, DONE, 10, "a"), (CHARGE, FAILED, 10, "a")], Totals()),
        ([(CHARGE, FAILED, 10, "a"), (CHARGE, DONE, 10, "a")], Totals(charged=10)),
        ([(CHARGE, DONE, 10, "a")] * 3, Totals(charged=10)),
        (
            [
                *[(AUTHORIZE, DONE, 100, "a"), (ADJUST, DONE, 300, "b")],
                *[(ADJUST, DONE, 200, "c"), (ADJUST, DONE, 250, "d")],
            ],
            Totals(authorised=250),
        ),
        (
            [
                *[(AUTHORIZE, DONE, 200, "a"), (ADJUST, DONE, 250, "b")],
                *[(CHARGE, DONE, 59, "c"), (CHARGE, DONE, 11, "d"), (BACK, DONE, 5, "e")],
                *[(CHARGE, ASKED, 13, "f"), (REFUND, DONE, 7, "g")],
                *[(REVERSE, DONE, 3, "h"), (REFUND, ASKED, 22, "i")],
            ],
            Totals(
                authorised=167,
                charged=39,
                charge_pending=13,
                refunded=4,
                refund_pending=22,
                charged_back=5,
            ),
        ),
        (
            [(AUTHORIZE, DONE, 250, "a"), (CANCEL, DONE, 11, "b"), (CANCEL, ASKED, 3, "c")],
            Totals(authorised=236, cancelled=11, cancel_pending=3),
        ),
        (
            [
                *[(CHARGE, DONE, 250, "a"), (REFUND, ASKED, 10, "b"), (REFUND, FAILED, 10, "b")],
                (REFUND, ASKED, 3, "c"),
            ],
            Totals(charged=247, refund_pending=3),
        ),
        (
            [(CHARGE, DONE, 9, "a"), (REFUND, ASKED, 4, "b"), (REFUND, ABNORMAL, 4, "b")],
            Totals(charged=5, refund_pending=4),
        ),
        (
            [(CHARGE, DONE, 9, "a"), (REFUND, DONE, 4, "b"), (REFUND, ASKED, 4, "b")],
            Totals(charged=5, refunded=4),
        ),
    ],
)
def test_every_total_is_one_fold(
    told: list[tuple[Kind, State, int, str]], expected: Totals
) -> None:
    given_ = events(*told)

    assert fold(given_) == expected
    for seed in range(5):
        assert fold(Random(seed).sample(given_ * 2, len(given_) * 2)) == expected


some = st.lists(
    st.builds(
        Event,
        kind=st.sampled_from(Kind),
        state=st.sampled_from(State),
        fen=st.integers(1, 999),
        ref=st.sampled_from("abcd"),
        at=st.sampled_from([f"2026-11-2{n}" for n in range(6)]),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(some, st.randoms())
def test_two_orders_of_the_same_events_give_the_same_ledger(
    told: list[Event], chance: Random
) -> None:
    other = told * 2
    chance.shuffle(other)

    heard, again = payment(), payment()
    for event in told:
        heard = heard.heard(event)
    for event in other:
        again = again.heard(event)

    assert heard.totals == again.totals == fold(told)
    assert again.standing is heard.standing


@settings(max_examples=40)
@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**5), max_size=40), st.data())
def test_partial_refunds_sum_to_what_was_paid_and_never_more(
    paid: int, wanted: list[int], data: st.DataObject
) -> None:
    one, back = payment((CHARGE, DONE, paid, f"{ORDER}-01")), 0

    for fen in [*wanted, paid]:
        take = min(fen, one.totals.charged)
        if not take:
            break
        at, ref = f"2026-11-21T{len(one.events):04}", one.next_refund
        one = one.heard(Event(REFUND, ASKED, take, ref, at))
        state = data.draw(st.sampled_from([DONE, FAILED, ASKED, ABNORMAL]))
        one = one.heard(Event(REFUND, state, take, ref, at + "x"))
        back += take if state is not FAILED else 0

    sums = one.totals
    assert sums.refunded + sums.refund_pending == back <= paid
    assert sums.captured == paid
    assert sums.charged == paid - back >= 0


def test_a_payment_is_open_until_it_is_paid_or_closed() -> None:
    number = f"{ORDER}-01"
    asked = payment((CHARGE, ASKED, 100, number))
    closed = asked.heard(Event(CHARGE, FAILED, 100, number, "2026-11-20T11:00"))
    late = closed.heard(Event(CHARGE, DONE, 100, number, "2026-11-20T13:00", provider_no="4200"))

    assert asked.standing is Standing.OPEN
    assert closed.standing is Standing.CLOSED
    assert (late.standing, late.provider_no) == (Standing.PAID, "4200")
    assert late.paid_at == "2026-11-20T13:00"


def test_a_payment_that_was_closed_after_it_was_paid_stays_paid() -> None:
    """The provider tells of the payment after we closed it: it came before."""
    number = f"{ORDER}-01"
    closing = Event(CHARGE, FAILED, 100, number, "2026-11-20T11:00", seen="2026-11-20T12:30")
    paying = Event(CHARGE, DONE, 100, number, "2026-11-20T12:29")

    for first, second in ((closing, paying), (paying, closing)):
        assert payment().heard(first).heard(second).standing is Standing.PAID


def test_numbers_lead_back_to_the_payment() -> None:
    one = payment((REFUND, ASKED, 1, f"{ORDER}-01-01"))

    assert len(one.number) <= 32
    assert split(one.number) == split(one.next_refund) == (ORDER, "01")
    assert one.next_refund == f"{ORDER}-01-02"


def test_several_payments_have_one_sum() -> None:
    first, second = payment((CHARGE, DONE, 10, "a")), payment((CHARGE, DONE, 5, "b"))

    assert total([first, second]) == Totals(charged=15)
