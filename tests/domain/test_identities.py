"""The six sums of an order: whichever is broken is named, with both figures."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import identities, intake, review, words
from shared.domain.hold import Reason
from shared.domain.identities import Broken
from shared.domain.review import Case
from tests.support import build

LINE = {"discount": 100, "share": 50, "amount": 1800, "sale": 1700, "paid": 1650}
ORDER = {"goods_total": 1800, "discount": 50, "freight": 600, "tax": 3, "total": 2253}


def order(line: dict[str, int] | None = None, **sums: int) -> dict[str, Any]:
    whole = {**build.line(), **LINE, **(line or {})}
    return {**build.document(lines=[whole]), **ORDER, **sums}


CASES = [
    (order({"amount": 1801}), [("price-x-quantity", 1, 1800, 1801)]),
    (order({"sale": 1699}), [("amount-less-discount", 1, 1700, 1699)]),
    (order({"paid": 1651}), [("sale-less-share", 1, 1650, 1651)]),
    (order(goods_total=1799), [("goods-total", 0, 1800, 1799)]),
    (order(discount=51), [("shares", 0, 50, 51)]),
    (order(total=2254), [("order-total", 0, 2253, 2254)]),
]


def broken(document: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    content = intake.read(document, latest="9").content
    return [(b.name, b.line, b.expected, b.found) for b in identities.broken(content)]


def test_an_order_whose_sums_hold_has_none_broken() -> None:
    assert broken(order()) == []


@pytest.mark.parametrize(("document", "expected"), CASES)
def test_a_broken_identity_is_named_with_both_figures(
    document: dict[str, Any], expected: list[tuple[str, int, int, int]]
) -> None:
    assert set(expected) <= set(broken(document))


@pytest.mark.parametrize(("document", "expected"), CASES)
def test_a_broken_identity_holds_the_order_and_is_said(
    document: dict[str, Any], expected: list[tuple[str, int, int, int]]
) -> None:
    content = intake.read(document, latest="9").content

    holds = review.holds(Case(content))

    name, line, wanted, found = expected[0]
    figures = {"identity": name, "line": line, "expected": wanted, "found": found}
    assert figures in [hold.args for hold in holds if hold.reason is Reason.AMOUNTS]
    for language in words.LANGUAGES:
        said = words.say("hold.amounts", language, figures)
        assert words.CATALOGUE[f"identity.{name}"][words.LANGUAGES.index(language)] in said
        assert words.money(wanted) in said
        assert words.money(found) in said


def test_the_line_is_named() -> None:
    lines = [build.line(), build.line("hat", amount=1), build.line("pen")]

    told = broken(build.document(lines=lines))

    assert ("price-x-quantity", 2, 1800, 1) in told


lines = st.builds(
    build.line,
    quantity=st.integers(1, 99),
    unit_price=st.integers(100, 10**6),
    discount=st.integers(0, 50),
    share=st.integers(0, 50),
)


@given(st.lists(lines, min_size=1, max_size=5), st.integers(0, 10**6), st.integers(-100, 10**6))
def test_figures_that_the_channel_left_out_always_add_up(
    lines: list[dict[str, Any]], freight: int, adjustment: int
) -> None:
    document = build.document(lines=lines, freight=freight, adjustment=adjustment)

    assert broken(document) == []


@given(st.sampled_from(["goods_total", "discount", "total"]), st.integers(1, 10**6))
def test_one_wrong_figure_is_always_found(name: str, more: int) -> None:
    told = broken({**order(), name: ORDER[name] + more})

    assert [found - expected for _, _, expected, found in told] == [more]


def test_a_broken_one_says_what_it_is() -> None:
    content = intake.read(order(total=1), latest="9").content

    assert list(identities.broken(content)) == [Broken("order-total", 0, 2253, 1)]
