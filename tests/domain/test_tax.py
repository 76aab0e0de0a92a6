"""Tax in a price and on it: to the fen, by line, by unit, and never lost between them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import shares, tax
from shared.domain.content import Amounts, Line
from shared.domain.promotions.cart import CartLine
from shared.domain.tax import Taxed
from tests.support import carts
from tests.support.carts import cart, line, off, percent, piece, sets

Json = dict[str, Any]
RATES = st.sampled_from([None, 0, 600, 1300])


@pytest.mark.parametrize(
    ("gross", "rate", "contained"),
    [
        (2000, 700, 131),
        (3000, 1900, 479),
        (1000, 1900, 160),
        (500, 900, 41),
        (800, 700, 52),
        (1600, 1900, 255),
        (6500, 1900, 1038),
        (11300, 1300, 1300),
        (1, 1300, 0),
        (100, 0, 0),
        (-2000, 700, -131),
    ],
)
def test_a_price_contains_its_tax(gross: int, rate: int, contained: int) -> None:
    assert tax.within(gross, rate) == contained


@pytest.mark.parametrize(
    ("net", "rate", "whole"),
    [
        (9000, 1000, 9900),
        (5605 - 1010, 1000, 5055),
        (5604 - 1010, 1000, 5053),
        (140292, 2000, 168350),
        (126263, 2000, 151516),
        (-4595, 1000, -5055),
    ],
)
def test_tax_comes_on_top_with_halves_away_from_nought(net: int, rate: int, whole: int) -> None:
    assert net + tax.on(net, rate) == whole


QUOTES: list[tuple[list[CartLine], list[Json], dict[str, int], list[tuple[int, int]]]] = [
    ([line("a", 50000), line("b", 50000)], [off(50000)], {"a": 2000, "b": 0},
     [(25000, 4167), (25000, 0)]),
    ([line("a", 6500, 2), line("b", 3000)], [sets({"rate": 10000}, get=2)],
     {"a": 1900, "b": 1900}, [(6500, 1038), (0, 0)]),
    ([line("a", 11900, 5), line("b", 10700, 3)],
     [sets({"price": 20000}, get=5, together=True)], {"a": 1900, "b": 700},
     [(59500 - 15285, 9500 - 2440), (32100 - 20615, 2100 - 1349)]),
    ([line("a", 168350)], [piece("p1", rate=1000), percent(10, "p2")], {"a": 2000},
     [(136364, 22727)]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "offers", "rates", "expected"), QUOTES)
def test_what_promotions_leave_contains_the_rest_of_the_tax(
    lines: list[CartLine], offers: list[Json], rates: dict[str, int], expected: list[Any]
) -> None:
    found = carts.quote(cart(*lines), *offers)

    taxed = tax.of(found.lines, found.amounts, rates)

    assert [(one.gross, one.tax) for one in taxed] == expected


@pytest.mark.parametrize(("fen", "rate", "contained"), [(15285, 1900, 2440), (20615, 700, 1349)])
def test_a_discount_takes_its_tax_along(fen: int, rate: int, contained: int) -> None:
    assert tax.within(-fen, rate) == -contained


def sold(no: int, sku: str, paid: int, quantity: int = 1) -> Line:
    return Line(no, sku, quantity, paid // quantity, paid, paid, paid)


def test_prices_without_tax_have_the_tax_that_the_order_names() -> None:
    lines = [Line(1, "a", 2, 5000, 10000, 10000, 9000, share=1000)]

    (one,) = tax.of(lines, Amounts(10000, 9900, discount=1000, tax=900), {"a": 1000})

    assert (one.gross, one.net, one.tax) == (9900, 9000, 900)


def test_named_tax_is_divided_as_the_rates_say_and_nothing_is_lost() -> None:
    lines = [sold(1, "a", 1000), sold(2, "b", 1000), sold(3, "c", 1000)]

    taxed = tax.of(lines, Amounts(3000, 3250, tax=250), {"a": 1300, "b": 900, "c": None})

    assert [one.tax for one in taxed] == [148, 102, 0]
    assert sum(one.gross for one in taxed) == 3250


def test_named_tax_without_any_rate_follows_the_prices() -> None:
    lines = [sold(1, "a", 2000), sold(2, "b", 1000)]

    assert [one.tax for one in tax.of(lines, Amounts(3000, 3300, tax=300), {})] == [200, 100]


def test_freight_has_the_rates_of_the_goods() -> None:
    lines = [sold(1, "a", 3000), sold(2, "b", 1000), sold(3, "c", 0)]

    taxed = tax.of(lines, Amounts(4000, 4800, freight=800), {"a": 1300, "b": 900, "c": 600})

    assert taxed[3:] == [Taxed(0, 1300, 600, 69), Taxed(0, 900, 200, 17)]
    assert tax.by_rate(taxed) == [
        Taxed(0, 1300, 3600, 345 + 69),
        Taxed(0, 900, 1200, 83 + 17),
        Taxed(0, 600, 0, 0),
    ]


def test_what_has_no_rate_is_told_apart() -> None:
    taxed = tax.of([sold(1, "a", 100), sold(2, "", 50)], Amounts(150, 150), {"a": 0})

    assert tax.by_rate(taxed) == [Taxed(0, 0, 100, 0), Taxed(0, None, 50, 0)]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**6), st.integers(1, 20), st.sampled_from([None, 0, 600, 1300])
        ),
        min_size=1,
        max_size=8,
    ),
    st.integers(-5000, 5000),
    st.integers(0, 20_000),
    st.data(),
)
def test_lines_and_units_sum_to_what_is_paid_and_to_its_tax(
    goods: list[tuple[int, int, int | None]], beside: int, named: int, data: st.DataObject
) -> None:
    lines = [sold(no, str(no), paid, pieces) for no, (paid, pieces, _) in enumerate(goods, 1)]
    paid = sum(each.paid for each in lines)
    amounts = Amounts(paid, paid + beside + named, freight=beside, tax=named)

    taxed = tax.of(lines, amounts, {str(no): rate for no, (*_, rate) in enumerate(goods, 1)})

    assert sum(one.gross for one in taxed) == amounts.total
    assert named in (0, sum(one.tax for one in taxed))
    assert sum(one.tax for one in tax.by_rate(taxed)) == sum(one.tax for one in taxed)
    for each, one in zip(lines, taxed, strict=False):
        cut = data.draw(st.integers(0, each.quantity))
        parts = [one.units(each.quantity, *ends) for ends in ((0, cut), (cut, each.quantity))]
        assert sum(part.gross for part in parts) == one.gross
        assert sum(part.tax for part in parts) == one.tax
        if not named:
            assert parts[0].gross == shares.of(each, 0, cut).paid
