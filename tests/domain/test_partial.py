"""Units that leave an order: their money, their goods, and what the others keep."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import identities, partial
from shared.domain.content import Content, Instalment, Payment, PaymentState
from shared.domain.effects import called_off, money
from shared.domain.order import Order, Status
from tests.support import build
from tests.support.build import parcel, source


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Up to four lines with discounts and shares of any size, and something on the whole order."""
    lines = []
    for no in range(draw(st.integers(1, 4))):
        price, quantity = draw(st.integers(0, 400)), draw(st.integers(1, 7))
        discount = draw(st.integers(0, price * quantity))
        share = draw(st.integers(0, price * quantity - discount))
        given = {"discount": discount, "share": share, "weight": draw(st.integers(0, 50))}
        lines.append(build.line(f"sku{no}", quantity, price, **given))
    freight = draw(st.integers(0, 100))
    paid = sum(
        line["unit_price"] * line["quantity"] - line["discount"] - line["share"] for line in lines
    )
    adjustment = draw(st.integers(-paid - freight, 100))
    return build.content(lines=lines, freight=freight, adjustment=adjustment)


def units(content: Content) -> list[int]:
    return [line.no for line in content.lines for _ in range(line.quantity)]


@given(contents(), st.data())
def test_units_leave_in_any_order_and_together_give_back_what_was_paid(
    content: Content, data: st.DataObject
) -> None:
    total, refunded = content.amounts.total, 0

    for no in data.draw(st.permutations(units(content)))[:-1]:
        left = partial.fewer(content, {no: 1})
        refunded += money(content, left).refund
        content = left
        assert list(identities.broken(content)) == []
        assert min(content.amounts.total, *(line.share for line in content.lines)) >= 0
        assert all(0 <= line.paid <= line.sale <= line.amount for line in content.lines)

    assert refunded + called_off(content).refund == total


@given(contents(), st.data())
def test_pieces_of_a_line_leave_one_by_one_or_at_once_with_the_same_result(
    content: Content, data: st.DataObject
) -> None:
    line = data.draw(st.sampled_from(content.lines))
    pieces = data.draw(st.integers(1, line.quantity))

    at_once = partial.fewer(content, {line.no: pieces})
    one_by_one = content
    for _ in range(pieces):
        one_by_one = partial.fewer(one_by_one, {line.no: 1})

    sums = replace(one_by_one.amounts, adjustment=0, total=0)
    assert replace(at_once.amounts, adjustment=0, total=0) == sums
    assert [(one.no, one.paid, one.share) for one in at_once.lines] == [
        (one.no, one.paid, one.share) for one in one_by_one.lines
    ]


@given(contents(), st.data())
def test_the_lines_from_which_nothing_goes_keep_every_share(
    content: Content, data: st.DataObject
) -> None:
    line = data.draw(st.sampled_from(content.lines))

    left = partial.fewer(content, {line.no: line.quantity})

    assert list(left.lines) == [other for other in content.lines if other.no != line.no]


@given(contents(), st.integers(1, 9), st.data())
def test_a_line_that_grew_costs_its_price_for_each_piece(
    content: Content, pieces: int, data: st.DataObject
) -> None:
    line = data.draw(st.sampled_from(content.lines))

    more = partial.more(content, (partial.grown(line, pieces),))

    assert list(identities.broken(more)) == []
    assert money(content, more).collect == line.unit_price * pieces


def sold(*lines: dict[str, Any], **more: Any) -> Content:
    return build.content(lines=list(lines), **more)


@pytest.mark.parametrize(
    ("content", "cut", "refunds"),
    [
        (sold(build.line(quantity=1, unit_price=10)), [1], [10]),
        (sold(build.line(quantity=2, unit_price=5)), [1, 1], [5, 5]),
        (sold(build.line(quantity=3, unit_price=10000, share=1000)), [1] * 3, [9667, 9667, 9666]),
        (
            sold(build.line(quantity=3, unit_price=10000), adjustment=-1000),
            [1] * 3,
            [9667, 9667, 9666],
        ),
        (sold(build.line(quantity=3, unit_price=10000, share=1000)), [2, 1], [19334, 9666]),
        (sold(build.line(quantity=2, unit_price=1, discount=1, share=1)), [1, 1], [0, 0]),
    ],
)
def test_what_units_give_back_one_after_the_other(
    content: Content, cut: list[int], refunds: list[int]
) -> None:
    told = []

    for pieces in cut:
        left = partial.fewer(content, {1: pieces})
        told.append((money(content, left) if left.lines else called_off(content)).refund)
        content = left

    assert told == refunds


def test_the_freight_is_given_back_only_with_the_whole_order() -> None:
    content = sold(build.line(quantity=2, unit_price=500), freight=600)

    left = partial.fewer(content, {1: 1})

    assert (money(content, left).refund, called_off(left).refund) == (500, 1100)


def test_what_is_not_paid_yet_is_not_given_back() -> None:
    content = replace(build.content(), payment=Payment(PaymentState.UNPAID, cod=True))

    left = partial.fewer(content, {1: 1})

    assert money(content, left).refund == 0
    assert (money(content, left).before, money(content, left).after) == (1800, 900)


def test_of_a_deposit_only_what_exceeds_the_new_total_is_given_back() -> None:
    content = replace(build.content(), payments=(Instalment(1000, captured=1000),))

    left = partial.fewer(content, {1: 1})

    assert money(content, left).refund == 100
    assert called_off(content).refund == 1000


def test_an_identity_that_was_broken_is_out_by_as_much_as_before() -> None:
    content = sold(build.line(quantity=4, unit_price=100, amount=400, paid=390))
    before = [(one.name, one.expected - one.found) for one in identities.broken(content)]

    left = partial.fewer(content, {1: 2})

    after = [(one.name, one.expected - one.found) for one in identities.broken(left)]
    assert before
    assert dict(after).items() <= dict(before).items()


# --- goods ---
def packed(**change: Any) -> Order:
    """Three mugs in two parcels, of which the first has left."""
    content = sold(build.line(quantity=3, unit_price=900))
    first, second = source(quantity=1), source(quantity=2, warehouse="gz")
    parcels = (parcel(1, first, shipped_at="-"), parcel(2, second))
    given = {"status": Status.SHIPPING, "sources": (first, second), "parcels": parcels, **change}
    return build.order(content=content, **given)


def test_goods_go_out_of_the_last_parcels_first() -> None:
    first, second = source(quantity=2), source(quantity=1, warehouse="gz")
    order = packed(
        status=Status.PLANNED,
        sources=(first, second),
        parcels=(parcel(1, first), parcel(2, second)),
    )

    left = partial.less(order, {1: 2})

    assert left.sources == (source(quantity=1),)
    assert [(p.no, p.sources) for p in left.parcels] == [(1, (source(quantity=1),))]
    assert left.content.lines[0].quantity == 1


def test_what_has_left_stays() -> None:
    order = packed()
    (line,) = order.content.lines

    left = partial.less(order, {1: 1})

    assert partial.loose(order, line) == 2
    assert left.sent == order.sent
    assert (order.holding - left.holding).total() == 1


@pytest.mark.parametrize(
    ("cut", "wrong"),
    [
        ({9: 1}, [("lines[0].line", "not-in-document")]),
        ({1: 4}, [("lines[0].quantity", "out-of-range")]),
        ({1: 3}, [("lines[0].quantity", "is-packed")]),
        ({1: 2}, []),
    ],
)
def test_what_is_not_there_or_packed_cannot_go(
    cut: dict[int, int], wrong: list[tuple[str, str]]
) -> None:
    faults = partial.faults(packed(), cut)

    assert [(fault.field, fault.code) for fault in faults] == wrong


def test_a_weighed_parcel_counts_as_packed() -> None:
    (first, second) = packed().parcels
    order = packed(parcels=(first, replace(second, weighed_at="-")))

    assert [fault.args for fault in partial.faults(order, {1: 1})] == [{"packed": 3, "left": 0}]


def test_of_a_kit_all_parts_of_a_piece_go_together() -> None:
    cups, lids = source("cup", 6), source("lid", 3)
    order = packed(status=Status.RESERVED, sources=(cups, lids), parcels=())

    left = partial.less(order, {1: 1})

    assert left.sources == (source("cup", 4), source("lid", 2))


def test_of_a_choice_of_parts_as_many_units_go_as_pieces() -> None:
    red, blue = source("red", 2), source("blue", 1)
    order = packed(status=Status.RESERVED, sources=(red, blue), parcels=())

    left = partial.less(order, {1: 2})

    assert left.sources == (source("red", 1),)


@given(st.lists(st.tuples(st.sampled_from(["hz", "gz", "bj"]), st.integers(1, 4)), min_size=1))
def test_goods_that_go_are_as_many_as_the_pieces(parts: list[tuple[str, int]]) -> None:
    sources = tuple(source(quantity=units, warehouse=name) for name, units in parts)
    quantity = sum(units for _, units in parts)
    parcels = tuple(parcel(no, each) for no, each in enumerate(sources, 1))
    content = sold(build.line(quantity=quantity))
    order = build.order(status=Status.PLANNED, content=content, sources=sources, parcels=parcels)

    for pieces in range(1, quantity):
        left = partial.less(order, {1: pieces})

        assert sum(each.quantity for each in left.sources) == quantity - pieces
        in_parcels = [each for one in left.parcels for each in one.sources]
        assert sum(each.quantity for each in in_parcels) == quantity - pieces
