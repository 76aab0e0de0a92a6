"""Promotions that contradict themselves or each other are found before they count."""

from typing import Any

import pytest

from shared.domain import words
from shared.domain.promotions import checking
from shared.domain.promotions.checking import Known
from tests.support import carts
from tests.support.carts import off, percent, piece, promotion, sets, tiers

Json = dict[str, Any]


def found(*documents: Json, known: Known = checking.ANYTHING) -> list[tuple[str, str]]:
    promotions = carts.book(*documents).promotions
    return [(one.field, one.code) for one in checking.faults(promotions, known)]


@pytest.mark.parametrize(
    ("steps", "faults"),
    [
        ([{"amount": 100, "off": 10}, {"amount": 200, "off": 30}], []),
        ([{"amount": 100, "off": 10}, {"amount": 100, "off": 30}], [(0, "unreachable-tier")]),
        ([{"amount": 200, "off": 30}, {"amount": 100, "off": 10}], [(0, "unreachable-tier")]),
        ([{"amount": 100, "off": 30}, {"amount": 200, "off": 10}], [(1, "worth-less")]),
        ([{"amount": 100, "off": 30}, {"amount": 200, "rate": 1000}], [(1, "worth-less")]),
        ([{"amount": 100, "off": 30}, {"amount": 300, "rate": 1000}], []),
        ([{"pieces": 2, "rate": 2000}, {"pieces": 3, "rate": 1000}], [(1, "worth-less")]),
        ([{"pieces": 2, "rate": 2000}, {"pieces": 3, "off": 1}], []),
        ([{"amount": 100, "points": 9}, {"amount": 200, "points": 1}], [(1, "worth-less")]),
        ([{"amount": 100, "pieces": 9, "off": 1}, {"amount": 200, "off": 2}], []),
        ([{"amount": 100, "pieces": 2, "off": 1}, {"amount": 100, "pieces": 1, "off": 2}],
         [(0, "unreachable-tier")]),
    ],
)  # fmt: skip
def test_tiers_must_rise_in_what_they_ask_and_in_what_they_bring(
    steps: list[Json], faults: list[tuple[int, str]]
) -> None:
    places = [(f"promotions[0].benefit.tiers[{at}]", code) for at, code in faults]

    assert found(tiers(*steps)) == places


def test_a_higher_tier_of_prices_must_not_be_dearer() -> None:
    steps = [{"pieces": 1, "price": 900}, {"pieces": 2, "price": 950}]
    dearer = promotion(benefit={"kind": "piece", "tiers": steps})

    assert found(dearer) == [("promotions[0].benefit.tiers[1]", "worth-less")]


def members(one: Json, other: Json) -> list[Json]:
    return [off(1, "p1", group="g", **one), off(2, "p2", group="g", **other)]


GOODS: list[tuple[Json, Json]] = [
    ({}, {"scope": {"skus": ["a"]}}),
    ({"scope": {"skus": ["a", "b"]}}, {"scope": {"skus": ["b", "c"]}}),
    ({"scope": {"categories": ["hats"]}}, {"scope": {"categories": ["hats", "caps"]}}),
    ({"scope": {"categories": ["hats"]}}, {"scope": {"skus": ["a"]}}),
    ({"scope": {"shops": ["tm"]}}, {"scope": {"channels": ["taobao"]}}),
    ({"until": "2026-11-11T00:00:01Z"}, {"since": "2026-11-11T00:00:00Z"}),
    ({"days": [1]}, {"hours": [{"from": "08:00", "to": "09:00"}]}),
]
APART: list[tuple[Json, Json]] = [
    ({"priority": 1}, {}),
    ({"active": False}, {}),
    ({"lane": "coupon"}, {}),
    ({"scope": {"skus": ["a"]}}, {"scope": {"skus": ["b"]}}),
    ({"scope": {"skus": ["a"]}}, {"scope": {"not_skus": ["a"]}}),
    ({"scope": {"categories": ["hats"]}}, {"scope": {"categories": ["caps"]}}),
    ({"scope": {"shops": ["tm"]}}, {"scope": {"shops": ["jd"]}}),
    ({"scope": {"channels": ["jd"]}}, {"scope": {"channels": ["taobao"]}}),
    ({"scope": {"levels": ["gold"]}}, {"scope": {"levels": ["silver"]}}),
    ({"until": "2026-11-11T00:00:00Z"}, {"since": "2026-11-11T00:00:00Z"}),
    ({"days": [1, 2]}, {"days": [3]}),
    (
        {"hours": [{"from": "08:00", "to": "09:00"}]},
        {"hours": [{"from": "09:00", "to": "10:00"}]},
    ),
]


@pytest.mark.parametrize(("one", "other"), GOODS)
def test_two_of_a_group_that_meet_need_different_priorities(one: Json, other: Json) -> None:
    assert found(*members(one, other)) == [("promotions[1]", "same-group")]
    assert found(*members(one, {**other, "priority": 1})) == []


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_that_never_meet_or_have_an_order_are_fine(one: Json, other: Json) -> None:
    assert found(*members(one, other)) == []
    assert found(*members(other, one)) == []


@pytest.mark.parametrize(
    ("offers", "code"),
    [
        ([off(1, "p1", exclusive=True), percent(1, "p2", exclusive=True)], "both-exclusive"),
        ([off(1, "p1", exclusive=True), percent(1, "p2")], None),
        (
            [
                off(1, "p1", exclusive=True, scope={"skus": ["a"]}),
                off(1, "p2", exclusive=True, scope={"skus": ["b"]}),
            ],
            "both-exclusive",
        ),
        ([piece("p1", price=1), piece("p2", price=2)], "two-prices"),
        ([piece("p1", price=1), piece("p2", price=2, priority=1)], None),
        ([piece("p1", price=1), piece("p2", rate=1)], None),
        ([sets({"price": 1}, "p1", get=2), piece("p2", price=1)], None),
    ],
)
def test_who_goes_first_is_never_left_to_chance(offers: list[Json], code: str | None) -> None:
    assert found(*offers) == ([("promotions[1]", code)] if code else [])


def test_a_fault_of_two_names_both_in_both_languages() -> None:
    (fault,) = checking.faults(carts.book(*members({}, {})).promotions)

    for language in words.LANGUAGES:
        said = words.say(f"fault.{fault.code}", language, fault.args)
        assert "p1" in said
        assert "p2" in said


def test_categories_of_goods_tell_whether_two_meet() -> None:
    apart = members({"scope": {"categories": ["hats"]}}, {"scope": {"skus": ["a"]}})

    assert found(*apart, known=Known(categories={"a": "caps"})) == []
    assert found(*apart, known=Known(categories={"a": "hats"})) != []


def test_a_code_is_for_one_promotion_only() -> None:
    coupons = [
        off(1, f"p{at}", coupon=True, codes=codes, priority=at)
        for at, codes in enumerate((["A", "B"], ["C", "b"], ["B"]))
    ]

    assert found(*coupons) == [("promotions[2].codes[0]", "code-of-two")]


def test_shops_and_goods_must_be_known() -> None:
    named = tiers(
        {"off": 1, "gifts": ["pen", "cup"]}, scope={"shops": ["tm", "jd"], "skus": ["a", "b"]}
    )

    assert found(named, known=Known(shops=["tm"], skus=["a", "pen"])) == [
        ("promotions[0].scope.shops[1]", "unknown-shop"),
        ("promotions[0].scope.skus[1]", "unknown-item"),
        ("promotions[0].benefit.tiers[0].gifts[1]", "unknown-item"),
    ]
    assert checking.skus(carts.book(named).promotions) == {"a", "b", "pen", "cup"}


def test_what_should_be_looked_at_is_told() -> None:
    promotions = carts.book(
        off(100, "p1", amount=100),
        off(1, "p2", until="2026-11-01T00:00:00Z"),
        off(1, "p3", until="2026-11-01T00:00:00Z", active=False),
    ).promotions

    assert [(one.field, one.code) for one in checking.warnings(promotions, carts.NOW)] == [
        ("promotions[0].benefit.tiers[0].off", "gives-all-away"),
        ("promotions[1]", "over"),
    ]
