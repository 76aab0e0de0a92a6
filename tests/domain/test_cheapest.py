"""The cheapest way to serve a whole order: compared with trying everything."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import cheapest, division
from shared.domain.cheapest import Choice, Freight, Problem
from shared.domain.loads import cost_of
from shared.domain.place import Tariff
from shared.domain.routing import Free, Want

NAMES = ["a", "b", "c", "d"]
SKUS = ["mug", "hat", "pen"]


def want(line: int, sku: str, quantity: int) -> Want:
    return Want(line, quantity, (((sku, 1),),))


def wants(**quantities: int) -> list[Want]:
    return [want(no, sku, n) for no, (sku, n) in enumerate(quantities.items(), 1)]


def tariffs(**by_name: Tariff) -> Freight:
    return lambda name, grams, _: by_name[name].fee(grams)


def flat(**fees: int) -> Freight:
    return lambda name, _grams, _volume: fees[name]


def free_of_charge(_name: str, _grams: int, _volume: int) -> int:
    return 0


def problem(
    some: list[Want], free: Free, freight: Freight = free_of_charge, **more: object
) -> Problem:
    names = sorted({name for had in free.values() for name in had})
    given = {"grams": dict.fromkeys(free, 1000), "volume": {}, **more}
    return Problem(some, names, free, freight, **given)  # type: ignore[arg-type]


def chosen(found: Choice | None) -> tuple[str, ...] | None:
    return found.cover.warehouses if found else None


def taken(found: Choice | None) -> dict[tuple[str, str], int]:
    assert found is not None
    units: dict[tuple[str, str], int] = {}
    for source in found.cover.sources:
        place = source.sku, source.warehouse
        units[place] = units.get(place, 0) + source.quantity
    return units


@pytest.mark.parametrize("free", [(5, 0), (0, 5), (2, 3), (2, 5), (5, 2)])
def test_five_units_are_found_wherever_they_lie(free: tuple[int, int]) -> None:
    found = cheapest.choose(problem(wants(mug=5), {"mug": {"a": free[0], "b": free[1]}}))

    assert sum(taken(found).values()) == 5


def test_two_orders_share_the_default_warehouse_and_the_second() -> None:
    stock: Free = {"mug": {"a": 10, "b": 20}, "hat": {"a": 10, "b": 0}}

    found = cheapest.choose(problem(wants(mug=15, hat=5), stock))

    assert taken(found) == {("mug", "a"): 10, ("hat", "a"): 5, ("mug", "b"): 5}


def test_one_that_has_it_all_goes_before_two() -> None:
    stock: Free = {"mug": {"a": 1, "b": 1}, "hat": {"a": 0, "b": 1}}

    assert chosen(cheapest.choose(problem(wants(mug=1, hat=1), stock))) == ("b",)


def test_the_fuller_but_farther_serves_alone() -> None:
    found = cheapest.choose(problem(wants(mug=5), {"mug": {"la": 10, "nyc": 2}}))

    assert taken(found) == {("mug", "la"): 5}


def test_what_is_lacking_is_not_chosen_in_part() -> None:
    assert cheapest.choose(problem(wants(mug=10), {"mug": {"la": 3, "nyc": 2}})) is None


def test_three_skus_that_lie_apart_come_in_three_parcels() -> None:
    stock: Free = {"mug": {"a": 1}, "hat": {"b": 1}, "pen": {"c": 1}}

    assert chosen(cheapest.choose(problem(wants(mug=1, hat=1, pen=1), stock))) == ("a", "b", "c")


@pytest.mark.parametrize(("worth", "divided"), [(60, True), (20, False)])
def test_both_parts_of_a_divided_order_must_be_worth_it(worth: int, divided: bool) -> None:
    stock: Free = {"mug": {"a": 1}, "hat": {"b": 1}}

    found = cheapest.choose(
        problem(wants(mug=1, hat=1), stock, worth={1: worth, 2: worth}, least=50)
    )

    assert (found is not None) == divided


@pytest.mark.parametrize(("most", "expected"), [(1, None), (2, ("a", "b")), (3, ("a", "b", "c"))])
def test_no_more_warehouses_serve_than_may(most: int, expected: tuple[str, ...] | None) -> None:
    """Three parcels under the first weight cost least, then two; none has it all."""
    stock: Free = {"mug": {"a": 1, "b": 1, "c": 2}, "hat": {"b": 1}}
    step = Tariff(1000, 100, 1000, 900)

    found = cheapest.choose(
        problem(wants(mug=2, hat=1), stock, tariffs(a=step, b=step, c=step), most=most)
    )

    assert chosen(found) == expected


def test_of_a_kit_only_whole_sets_come_from_a_warehouse() -> None:
    kit = [Want(1, 2, ((("mug", 2), ("hat", 1)),))]
    stock: Free = {"mug": {"a": 3, "b": 9}, "hat": {"a": 9, "b": 1}}

    found = cheapest.choose(problem(kit, stock))

    assert taken(found) == {("mug", "a"): 2, ("hat", "a"): 1, ("mug", "b"): 2, ("hat", "b"): 1}


def test_of_several_ways_to_make_a_piece_the_cheapest_is_taken() -> None:
    either = [Want(1, 3, ((("mug", 1),), (("cup", 1),)))]
    stock: Free = {"mug": {"a": 2}, "cup": {"a": 9}}
    dear = {("mug", "a"): 50}

    assert taken(cheapest.choose(problem(either, stock))) == {("mug", "a"): 2, ("cup", "a"): 1}
    assert taken(cheapest.choose(problem(either, stock, prices=dear))) == {("cup", "a"): 3}


def test_the_same_sku_on_two_lines_is_counted_once() -> None:
    twice = [want(1, "mug", 2), want(2, "mug", 2)]

    assert chosen(cheapest.choose(problem(twice, {"mug": {"a": 3, "b": 4}}))) == ("b",)


def test_a_farther_one_is_chosen_where_it_costs_less() -> None:
    stock: Free = {"mug": {"a": 9, "b": 9}}

    found = cheapest.choose(problem(wants(mug=1), stock, flat(a=1200, b=800)))

    assert found is not None
    assert (chosen(found), found.cost, found.runner_up) == (("b",), 800, (("a",), 1200))
    assert found.cover.passed_over == ("a",)


def test_two_parcels_are_cheaper_where_weight_counts_in_steps() -> None:
    """Three kilograms from the dear one cost more than one from there and two from the cheap."""
    stock: Free = {"mug": {"a": 9, "b": 2}}
    freight = tariffs(a=Tariff(1000, 500, 1000, 1000), b=Tariff(2000, 400, 1000, 9000))

    found = cheapest.choose(problem(wants(mug=3), stock, freight))

    assert taken(found) == {("mug", "a"): 1, ("mug", "b"): 2}


def test_scarce_units_are_kept_for_others() -> None:
    stock: Free = {"mug": {"a": 9, "b": 9}}
    freight = flat(a=800, b=900)

    found = cheapest.choose(problem(wants(mug=1), stock, freight, prices={("mug", "a"): 300}))

    assert chosen(found) == ("b",)


def test_a_bound_line_comes_only_from_its_warehouses() -> None:
    stock: Free = {"mug": {"a": 9, "b": 9}, "hat": {"a": 9, "b": 9}}

    found = cheapest.choose(
        problem(wants(mug=1, hat=1), stock, flat(a=1, b=9), bound={2: frozenset({"b"})})
    )

    assert chosen(found) == ("b",)


def test_a_warehouse_from_which_nothing_can_go_serves_nothing() -> None:
    stock: Free = {"mug": {"a": 9, "b": 9}}

    def freight(name: str, grams: int, _volume: int) -> int | None:
        return None if name == "a" and grams > 1000 else 500

    assert chosen(cheapest.choose(problem(wants(mug=2), stock, freight))) == ("b",)


def test_of_equals_the_smaller_set_and_then_the_nearer_serves() -> None:
    stock: Free = {"mug": {name: 9 for name in NAMES}}

    found = cheapest.choose(problem(wants(mug=2), stock))

    assert found is not None
    assert (chosen(found), found.runner_up) == (("a",), (("b",), 0))


def test_an_order_too_large_to_go_through_is_still_served_in_full() -> None:
    many = [want(no, f"sku-{no}", 3) for no in range(40)]
    stock: Free = {
        f"sku-{no}": {f"w{at:02}": (no + at) % 4 for at in range(20)} for no in range(40)
    }
    freight = tariffs(**{f"w{at:02}": Tariff(1000, 500 + at, 1000, 100) for at in range(20)})

    asked = problem(many, stock, freight)
    found = cheapest.choose(asked)

    assert found is not None
    assert sum(taken(found).values()) == 120
    assert all(n <= stock[sku][name] for (sku, name), n in taken(found).items())
    assert found.cost == cost_of(asked, found.cover.sources)
    assert len(found.cover.warehouses) <= asked.most


def test_moving_pieces_finds_what_going_through_all_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    stock: Free = {"mug": {"a": 1, "b": 3, "c": 3}, "hat": {"a": 2, "c": 1}, "pen": {"b": 2}}
    freight = flat(a=700, b=300, c=450)
    asked = problem(wants(mug=3, hat=1, pen=1), stock, freight)
    exact = cheapest.choose(asked)

    monkeypatch.setattr(division, "MOST_STEPS", 0)
    moved = cheapest.choose(asked)

    assert exact is not None
    assert moved is not None
    assert (moved.cost, chosen(moved)) == (exact.cost, chosen(exact))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    names = NAMES[: draw(st.integers(1, 4))]
    skus = SKUS[: draw(st.integers(1, 3))]
    units = st.integers(0, 3)
    fees, steps = st.integers(1, 9), st.integers(0, 6)
    by_name = {name: Tariff(1000, 100 * draw(fees), 500, 50 * draw(steps)) for name in names}
    return Problem(
        [want(no, sku, draw(st.integers(1, 3))) for no, sku in enumerate(skus, 1)],
        names,
        {sku: {name: draw(units) for name in names} for sku in skus},
        tariffs(**by_name),
        {sku: 100 * draw(st.integers(1, 15)) for sku in skus},
        {},
        {(sku, name): 10 * draw(units) for sku in skus for name in names},
        most=draw(st.integers(1, 4)),
    )


def ways(asked: Problem) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The cost and the warehouses of each way there is, found by trying all."""
    each = [list(_placings(one, asked)) for one in asked.wants]
    for placing in product(*each):
        cost, used = 0, []
        for name in asked.names:
            loads = {
                one.ways[0][0][0]: units[name]
                for one, units in zip(asked.wants, placing, strict=True)
            }
            if any(loads.values()):
                used.append(name)
                grams = sum(asked.grams[sku] * n for sku, n in loads.items())
                cost += asked.freight(name, grams, 0) or 0
                cost += sum(asked.prices[sku, name] * n for sku, n in loads.items())
        if len(used) <= asked.most:
            yield cost, tuple(used)


def _placings(one: Want, asked: Problem) -> Iterator[dict[str, int]]:
    there = asked.free[one.ways[0][0][0]]
    for units in product(*(range(there[name] + 1) for name in asked.names)):
        if sum(units) == one.quantity:
            yield dict(zip(asked.names, units, strict=True))


@given(problems())
@settings(max_examples=150, deadline=None)
def test_nothing_is_cheaper_than_what_is_chosen(asked: Problem) -> None:
    tried = sorted(ways(asked), key=lambda way: (way[0], len(way[1]), way[1]))

    found = cheapest.choose(asked)

    if not tried:
        assert found is None
        return
    assert found is not None
    assert (found.cost, chosen(found)) == tried[0]
    assert cost_of(asked, found.cover.sources) == found.cost
    others = [(used, cost) for cost, used in tried if used != tried[0][1]]
    assert found.runner_up == (others[0] if others else None)


@given(problems())
@settings(max_examples=50, deadline=None)
def test_every_unit_is_placed_and_no_stock_is_taken_twice(asked: Problem) -> None:
    found = cheapest.choose(replace(asked, freight=free_of_charge))

    if found:
        assert all(n <= asked.free[sku][name] for (sku, name), n in taken(found).items())
        for one in asked.wants:
            placed = [s.quantity for s in found.cover.sources if s.line == one.line]
            assert sum(placed) == one.quantity
