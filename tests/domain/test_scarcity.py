"""What units are worth to the orders still to come."""

from shared.domain import cheapest, pricing, scarcity
from shared.domain.item import Item
from shared.domain.loads import Prices, Problem
from shared.domain.routing import Free, Want

NEAR, FAR = 500, 900


def order(sku: str, *, near: str) -> Problem:
    """A unit of it, to somebody near one of two warehouses."""
    want = Want(1, 1, (((sku, 1),),))
    names = ["a", "b"]
    return Problem(
        [want], names, {}, lambda name, *_: NEAR if name == near else FAR, {sku: 1000}, {}
    )


def solved(samples: list[Problem], stock: Free, each: float) -> Prices:
    return scarcity.solve(samples, stock, each, rounds=60)


def test_what_is_enough_has_no_price() -> None:
    samples = [order("mug", near="a"), order("mug", near="b")]

    assert solved(samples, {"mug": {"a": 50, "b": 50}}, each=5) == {}


def test_what_runs_out_first_costs_about_what_it_costs_to_do_without() -> None:
    """All want it from `a`, which has a quarter of that: the rest must come from `b`."""
    samples = [order("mug", near="a")] * 4

    prices = solved(samples, {"mug": {"a": 10, "b": 90}}, each=10)

    assert set(prices) == {("mug", "a")}
    assert abs(prices["mug", "a"] - (FAR - NEAR)) < 80


def test_prices_say_only_what_a_unit_is_worth_more_than_elsewhere() -> None:
    samples = [order("mug", near="a"), order("mug", near="b")]

    prices = solved(samples, {"mug": {"a": 1, "b": 1}}, each=100)

    assert all(price > 0 for price in prices.values())
    assert len(prices) < 2


def test_what_lies_in_one_place_alone_has_no_price() -> None:
    assert solved([order("mug", near="a")] * 3, {"mug": {"a": 1}}, each=9) == {}


def test_the_same_history_gives_the_same_prices() -> None:
    samples = [order("mug", near="a")] * 3
    stock: Free = {"mug": {"a": 5, "b": 50}}

    assert solved(samples, stock, each=10) == solved(samples, stock, each=10)


def test_at_these_prices_the_scarce_one_is_left_to_those_who_need_it() -> None:
    samples = [order("mug", near="a")] * 3 + [order("mug", near="b")]
    stock: Free = {"mug": {"a": 10, "b": 90}}

    prices = solved(samples, stock, each=10)

    indifferent = Problem(
        [Want(1, 1, (((("mug", 1),)),))], ["a", "b"], stock, lambda *_: 500, {}, {}, prices
    )
    found = cheapest.choose(indifferent)
    assert found is not None
    assert found.cover.warehouses == ("b",)


def test_safety_stock_may_be_taken_but_as_the_last() -> None:
    items = {"mug": Item("mug", "杯", safety={"*": 10})}

    there = pricing.supply({"mug": {"a": 12, "b": 4, "c": 0}}, items)

    assert there == {"mug": {"a": 2, "b": 1}}


def test_what_takes_longer_to_come_must_last_longer() -> None:
    items = {"mug": Item("mug", "杯", lead_days=28)}

    assert pricing.supply({"mug": {"a": 40}}, items) == {"mug": {"a": 10}}


def test_of_too_many_prices_those_that_matter_are_kept() -> None:
    found = pricing.listed({("b", "x"): 5, ("a", "y"): 9, ("c", "x"): 1}, most=2)

    assert [(each.sku, each.fen) for each in found] == [("a", 9), ("b", 5)]
