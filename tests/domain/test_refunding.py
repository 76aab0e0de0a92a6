"""What goes back: the frozen shares of the pieces, in whatever steps, and never more than paid."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import refunding
from shared.domain.aftersale import AfterSale, Kind, Payer, Piece, State, Wanted
from shared.domain.content import Amounts, Lane, Line, Off, Payment, PaymentState, Priced
from shared.domain.order import Order, Status
from shared.domain.refunding import Asked, Quote
from tests.support import build

US, THEM = Payer.US, Payer.PLATFORM


def line(no: int, quantity: int, amount: int, *offs: Off, paid: int | None = None) -> Line:
    """A line of which `offs` were taken off by promotions for a whole cart."""
    share = sum(off.fen for off in offs) if paid is None else amount - paid
    priced = Priced(offs, earned=quantity) if offs else None
    left = amount - share
    return Line(no, f"sku-{no}", quantity, amount // quantity, amount, amount, left,
                share=share, priced=priced)  # fmt: skip


def order(*lines: Line, status: Status = Status.SHIPPED, **sums: int) -> Order:
    goods, paid = sum(each.amount for each in lines), sum(each.paid for each in lines)
    total = paid + sum(sums.values())
    amounts = Amounts(goods, total, discount=goods - paid, **sums)
    content = replace(build.content(), lines=lines, amounts=amounts)
    return build.order(content=content, status=status)


def off(fen: int, lane: Lane = Lane.ORDER) -> Off:
    return Off("p@1", lane, fen)


def quote(one: Order, *pieces: tuple[int, int], before: Any = (), **asked: Any) -> Quote:
    kind = asked.pop("kind", Kind.RETURN)
    return refunding.quote(one, before, THEM, Asked(kind, dict(pieces), **asked))


def sale(quoted: Quote, no: str = "01", **change: Any) -> AfterSale:
    kind = change.pop("kind", Kind.RETURN)
    state = change.pop("state", State.REFUNDING)
    made = AfterSale("1a", no, kind, quoted.lines, quoted.fen, build.NOON, "x", "-", state=state,
                     share=quoted.share, freight=quoted.freight, payer=THEM)  # fmt: skip
    return replace(made, **change)


def test_the_dearer_of_two_keeps_its_own_share_of_the_discount() -> None:
    one = order(line(1, 1, 15000, off(3000)), line(2, 1, 6000, off(1200)))

    assert quote(one, (1, 1)).fen == 12000


def test_five_of_six_keep_their_shares_and_the_threshold_that_breaks_is_only_told() -> None:
    one = order(line(1, 6, 30000, off(3000)))

    five = quote(one, (1, 5))

    assert five.fen == 22500
    assert refunding.below(one, {1: 5}, {"p@1": [(30000, 0)]}) == ["p@1"]


@pytest.mark.parametrize(
    ("gone", "tiers", "below"),
    [
        (0, [(30000, 0)], False),
        (1, [(30000, 0)], True),
        (1, [(25000, 0)], False),
        (1, [(10000, 0), (30000, 0)], True),
        (2, [(0, 5)], True),
        (1, [(0, 5)], False),
        (6, [(30000, 0)], False),
    ],
)
def test_what_stays_is_held_against_what_the_promotion_asked_for(
    gone: int, tiers: list[tuple[int, int]], below: bool
) -> None:
    one = order(line(1, 6, 30000, off(3000)))

    assert bool(refunding.below(one, {1: gone}, {"p@1": tiers})) is below


def test_a_threshold_counts_the_price_after_the_lanes_before_it() -> None:
    one = order(line(1, 2, 40000, off(10000, Lane.ITEM), replace(off(3000), promotion="q@1")))

    assert refunding.marks(one) == {"p@1", "q@1"}
    assert refunding.below(one, {1: 1}, {"q@1": [(15000, 0)]}) == []
    assert refunding.below(one, {1: 1}, {"q@1": [(15001, 0)]}) == ["q@1"]


def test_what_was_taken_off_the_order_as_a_whole_goes_back_in_part_with_each_piece() -> None:
    one = order(line(1, 3, 30000), adjustment=-1000)

    parts, before = list[Quote](), list[AfterSale]()
    for at in range(3):
        parts.append(quote(one, (1, 1), before=before))
        before.append(sale(parts[-1], str(at)))

    assert [part.fen for part in parts] == [9667, 9667, 9666]


def test_an_explicit_amount_wins() -> None:
    one = order(line(1, 2, 20000))

    assert quote(one, (1, 2), fen=7).fen == 7
    assert quote(one, (1, 1), fen=20000).fen == 20000


def test_but_never_above_what_is_left() -> None:
    one = order(line(1, 2, 20000))
    given = sale(quote(one, (1, 1)))
    asked = Asked(Kind.RETURN, {1: 1}, 10001)

    quoted = refunding.quote(one, [given], THEM, asked)

    found = list(refunding.faults(one, [given], THEM, asked, quoted))
    assert [(f.field, f.code, f.args) for f in found] == [
        ("fen", "more-than-left", {"left": 10000})
    ]


@pytest.mark.parametrize(
    ("bought", "gone", "wanted", "refused"),
    [(2, 1, 1, False), (1, 1, 1, True), (2, 0, 100, True), (2, 2, 1, True), (3, 1, 2, False)],
)
def test_no_piece_goes_twice(bought: int, gone: int, wanted: int, refused: bool) -> None:
    one = order(line(1, bought, bought * 1000))
    before = [sale(quote(one, (1, gone)))] if gone else []
    asked = Asked(Kind.RETURN, {1: wanted})

    quoted = refunding.quote(one, before, THEM, asked)

    found = [f for f in refunding.faults(one, before, THEM, asked, quoted) if f.code != "not-paid"]
    assert bool(found) is refused
    if refused:
        assert (found[0].field, found[0].args) == ("lines[0].quantity", {"left": bought - gone})


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN, State.CLOSED])
def test_what_came_to_nothing_may_be_asked_for_again(state: State) -> None:
    one = order(line(1, 1, 1000))
    before = [sale(quote(one, (1, 1)), state=state)]

    assert quote(one, (1, 1), before=before).fen == 1000


def test_freight_goes_back_when_it_is_said() -> None:
    one = order(line(1, 2, 7380), freight=1230)

    assert quote(one, (1, 2), freight=1230).fen == 8610
    assert quote(one, (1, 2)).fen == 7380


def test_freight_goes_back_with_the_last_goods_where_none_was_sent() -> None:
    one = order(line(1, 2, 7380), freight=1230, insurance=5, status=Status.PLANNED)
    half = sale(quote(one, (1, 1), kind=Kind.REFUND), kind=Kind.REFUND)

    rest = quote(one, (1, 1), kind=Kind.REFUND, before=[half])

    assert (half.fen, half.freight) == (3690, 0)
    assert (rest.fen, rest.freight, rest.last) == (3690 + 1230 + 5, 1230, True)


def test_more_freight_than_there_was_is_refused() -> None:
    one = order(line(1, 1, 1000), line(2, 1, 1000), freight=600)
    before = [sale(quote(one, (1, 1), freight=400))]
    asked = Asked(Kind.RETURN, {2: 1}, freight=201)

    found = refunding.faults(one, before, THEM, asked, refunding.quote(one, before, THEM, asked))

    assert [(f.field, f.args) for f in found] == [("freight", {"left": 200})]


def test_only_what_has_left_comes_back() -> None:
    two = (build.source("sku-1", 1), build.source("sku-1", 1))
    parcels = (build.parcel(1, two[0], shipped_at=build.NOON), build.parcel(2, two[1]))
    one = replace(order(line(1, 2, 2000), status=Status.SHIPPING), sources=two, parcels=parcels)

    assert refunding.room(one, [], Kind.RETURN, one.content.lines[0]) == 1
    assert refunding.room(one, [], Kind.REFUND, one.content.lines[0]) == 2
    assert refunding.room(one, [], Kind.RESEND, one.content.lines[0]) == 1


@pytest.mark.parametrize(("quantity", "price", "fen"), [(1, 1000, 1000), (2, 500, 500)])
def test_a_piece_that_is_called_off_is_worth_its_price_once(
    quantity: int, price: int, fen: int
) -> None:
    one = order(line(1, quantity, quantity * price), status=Status.RECEIVED)
    first = quote(one, (1, 1), kind=Kind.REFUND)
    before = [sale(first, kind=Kind.REFUND)]

    assert first.fen == fen
    again = Asked(Kind.REFUND, {1: quantity})
    quoted = refunding.quote(one, before, THEM, again)
    assert [f.code for f in refunding.faults(one, before, THEM, again, quoted)][:1] == [
        "more-than-left"
    ]


def test_goods_in_exchange_have_nothing_to_give_back() -> None:
    free = order(line(1, 1, 0), status=Status.SHIPPED)
    swapped = order(line(1, 1, 1000))

    assert quote(free, (1, 1)).fen == 0
    assert quote(swapped, (1, 1), kind=Kind.EXCHANGE).fen == 0


@pytest.mark.parametrize(("price", "fen", "difference"), [(700, 300, -300), (1200, 0, 200)])
def test_cheaper_goods_give_back_the_difference_and_dearer_ones_tell_it(
    price: int, fen: int, difference: int
) -> None:
    one = order(line(1, 1, 1000))

    swap = quote(one, (1, 1), kind=Kind.EXCHANGE, wanted=(Wanted("other", 1, price),))

    assert (swap.fen, swap.difference) == (fen, difference)


def test_what_is_not_paid_gives_nothing_back() -> None:
    one = order(line(1, 1, 1000))
    for payment in (Payment(PaymentState.UNPAID), Payment(cod=True)):
        unpaid = replace(one, content=replace(one.content, payment=payment))
        asked = Asked(Kind.COMPENSATION, {}, 100)
        quoted = refunding.quote(unpaid, [], THEM, asked)
        found = refunding.faults(unpaid, [], THEM, asked, quoted)
        assert [(f.field, f.code) for f in found] == [("fen", "not-paid")]

        goods = Asked(Kind.RETURN, {1: 1})
        quoted = refunding.quote(unpaid, [], THEM, goods)
        found = refunding.faults(unpaid, [], THEM, goods, quoted)
        assert [(f.field, f.code) for f in found] == [("fen", "not-paid")]
        nothing = Asked(Kind.RETURN, {1: 1}, fen=0)  # nobody took the parcel, nobody paid
        assert not list(refunding.faults(unpaid, [], THEM, nothing, quoted))

    signed = replace(unpaid, status=Status.SIGNED)
    assert refunding.left(signed, [], THEM) == 1000


def test_points_go_with_their_pieces() -> None:
    priced = Priced((off(100),), earned=7, spent=5)
    one = order(replace(line(1, 2, 1000), paid=900, share=100, priced=priced))

    first = quote(one, (1, 1))
    rest = quote(one, (1, 1), before=[sale(first)])

    assert ((first.earned, first.spent), (rest.earned, rest.spent)) == ((4, 3), (3, 2))


Lines = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 5000), st.integers(0, 4000), st.integers(0, 2000)),
    min_size=1,
    max_size=4,
)


def bought(drawn: list[tuple[int, int, int, int]], cut: int) -> Order:
    lines = []
    for no, (quantity, price, first, second) in enumerate(drawn, 1):
        amount = quantity * price
        one = min(first, amount)
        offs = (off(one), replace(off(min(second, amount - one), Lane.COUPON), promotion="c@1"))
        lines.append(line(no, quantity, amount, *offs))
    return order(*lines, adjustment=-min(cut, sum(each.paid for each in lines)))


@given(Lines, st.integers(0, 3000), st.integers(0, 10**6))
def test_any_sequence_of_refunds_sums_to_what_was_paid(
    drawn: list[tuple[int, int, int, int]], cut: int, seed: int
) -> None:
    one, before, dice = bought(drawn, cut), list[AfterSale](), Random(seed)
    left = {each.no: each.quantity for each in one.content.lines}
    while any(left.values()):
        no = dice.choice([no for no, units in left.items() if units])
        units = dice.randint(1, left[no])
        quoted = quote(one, (no, units), before=before)
        assert not list(
            refunding.faults(one, before, THEM, Asked(Kind.RETURN, {no: units}), quoted)
        )
        void = dice.random() < 0.3
        state = State.WITHDRAWN if void else State.REFUNDED
        before.append(sale(quoted, str(len(before)), state=state))
        left[no] -= 0 if void else units

    done = refunding.live(before)
    assert sum(each.fen for each in done) == one.content.amounts.total
    assert all(each.fen >= 0 for each in done)
    for each in one.content.lines:
        paid = [piece.paid for sold in done for piece in sold.lines if piece.line == each.no]
        assert sum(paid) == each.paid
    assert refunding.left(one, before, THEM) == 0


def test_a_withdrawn_request_in_between_loses_no_fen() -> None:
    one = order(line(1, 3, 1000))
    first = sale(quote(one, (1, 1)), "1")
    second = sale(quote(one, (1, 1), before=[first]), "2")
    gone = replace(first, state=State.WITHDRAWN)

    third = sale(quote(one, (1, 1), before=[gone, second]), "3")
    fourth = sale(quote(one, (1, 1), before=[gone, second, third]), "4")

    assert second.fen + third.fen + fourth.fen == 1000


def test_pieces_of_a_line_are_named_with_their_sku() -> None:
    assert quote(order(line(1, 2, 1000)), (1, 1)).lines == (Piece(1, "sku-1", 1, 500),)
