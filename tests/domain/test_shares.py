"""What each unit has of its line's money: however a line is divided, nothing is lost."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import shares
from shared.domain.content import Lane, Line, Off, Priced


def line(quantity: int, price: int, *offs: int, freight: int = 0, points: int = 0) -> Line:
    """The first of `offs` is of the item lane, the others of the order's."""
    lanes = [Lane.ITEM, *[Lane.ORDER] * len(offs)]
    taken = tuple(Off(f"p{at}@1", lanes[at], fen) for at, fen in enumerate(offs))
    amount, discount = price * quantity, sum(offs[:1])
    return Line(
        no=1,
        sku="mug",
        quantity=quantity,
        unit_price=price,
        amount=amount,
        sale=amount - discount,
        paid=amount - sum(offs),
        discount=discount,
        share=sum(offs[1:]),
        weight=100 * quantity,
        priced=Priced(taken, freight, points, points),
    )


def test_pieces_that_are_returned_one_by_one_get_back_what_was_paid() -> None:
    one = line(3, 334, 1)

    back = [shares.of(one, at, at + 1).paid for at in range(3)]

    assert back == [334, 334, 333]
    assert sum(back) == one.paid == 1001


def test_one_of_three_at_a_price_that_does_not_divide_gets_the_larger_part() -> None:
    assert shares.of(line(3, 10000, 1000), 0, 1).paid == 9667


def test_what_is_left_keeps_what_it_has() -> None:
    whole = line(6, 5000, 3000, 1000)

    rest = shares.last(whole, 1)

    assert (rest.paid, rest.amount, rest.discount, rest.share) == (4333, 5000, 500, 167)
    assert rest.sale == rest.amount - rest.discount
    assert rest.paid == rest.sale - rest.share


@st.composite
def lines(draw: st.DrawFn) -> Line:
    quantity, price = draw(st.integers(1, 30)), draw(st.integers(0, 5000))
    left, offs = quantity * price, []
    for _ in range(draw(st.integers(0, 4))):
        offs.append(draw(st.integers(0, left)))
        left -= offs[-1]
    figures = st.integers(0, 1000)
    return line(quantity, price, *offs, freight=draw(figures), points=draw(figures))


@settings(max_examples=60)
@given(lines(), st.data())
def test_any_partition_of_the_units_sums_to_the_line(whole: Line, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, whole.quantity), max_size=6))
    steps = [0, *sorted(cuts), whole.quantity]
    priced = whole.priced or shares.NOTHING

    parts = [shares.of(whole, *step) for step in pairwise(steps)]

    assert sum(part.paid for part in parts) == whole.paid
    assert sum(part.amount for part in parts) == whole.amount
    assert sum(part.freight for part in parts) == priced.freight
    assert sum(part.earned for part in parts) == priced.earned
    for at, off in enumerate(priced.offs):
        assert sum(part.offs[at].fen for part in parts) == off.fen
    for part in parts:
        assert part.amount - sum(off.fen for off in part.offs) == part.paid


@settings(max_examples=60)
@given(lines(), st.data())
def test_the_last_units_keep_the_identities_of_their_line(
    whole: Line, data: st.DataObject
) -> None:
    left = data.draw(st.integers(1, whole.quantity))

    rest = shares.last(whole, left)

    gone = shares.of(whole, 0, whole.quantity - left)
    assert rest.amount - rest.discount == rest.sale
    assert rest.sale - rest.share == rest.paid
    assert rest.paid + gone.paid == whole.paid
    assert shares.last(rest, 1) == shares.last(whole, 1)


@settings(max_examples=60)
@given(lines(), st.integers(0, 5000))
def test_no_unit_is_below_a_floor_that_the_line_is_above(whole: Line, floor: int) -> None:
    held = replace(whole, paid=max(whole.paid, floor * whole.quantity))

    units = [shares.of(held, at, at + 1).paid for at in range(held.quantity)]

    assert min(units) >= floor
    assert max(units) - min(units) <= 1
