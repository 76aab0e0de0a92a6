"""The orders by which routing is measured, the rules, and the bound."""

import random

import pytest

from infra.bench import routing, routing_bound, routing_exact, routing_rules
from infra.bench.routing_orders import ORDERS, World, america, china
from infra.bench.routing_rules import Rule
from shared.domain import cheapest
from shared.domain.loads import Problem
from shared.domain.routing import Want

PEERS: list[Rule] = [
    routing_rules.most_stock,
    routing_rules.sort_order,
    routing_rules.nearest,
    routing_rules.greedy_cover,
    routing_rules.exact,
]


@pytest.fixture(scope="module", params=[america, china])
def world(request: pytest.FixtureRequest) -> World:
    made: World = request.param(3)
    return made


def two_lines() -> Problem:
    """Near, in between, far: the nearest has one of two SKUs, the farthest has both."""
    wants = [Want(1, 1, ((("mug", 1),),)), Want(2, 1, ((("hat", 1),),))]
    free = {"mug": {"near": 1, "mid": 0, "far": 9}, "hat": {"near": 0, "mid": 2, "far": 1}}
    fees = {"near": 100, "mid": 150, "far": 900}
    return Problem(wants, list(fees), free, lambda name, *_: fees[name], {}, {})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (routing_rules.most_stock, {"mug": "far", "hat": "mid"}),
        (routing_rules.sort_order, {"mug": "far", "hat": "far"}),
        (routing_rules.nearest, {"mug": "near", "hat": "mid"}),
        (routing_rules.greedy_cover, {"mug": "far", "hat": "far"}),
        (routing_rules.exact, {"mug": "near", "hat": "mid"}),
    ],
)
def test_each_rule_chooses_in_its_own_way(rule: Rule, expected: dict[str, str]) -> None:
    assert dict(rule(two_lines())) == expected


def test_a_seed_gives_the_same_orders_and_another_gives_others() -> None:
    assert america(1).orders("now") == america(1).orders("now")
    assert america(1).orders("now") != america(2).orders("now")
    assert america(1).orders("now") != america(1).orders("past")


def test_the_worlds_are_as_they_are_described(world: World) -> None:
    orders = world.orders("now")

    assert len(orders) == ORDERS
    assert sorted({len(of) for of in world.types}) == [1, 2, 3, 4, 5]
    assert len(world.cities) == {"America": 99, "China": 31}[world.name]
    assert all(sum(world.stock[sku].values()) for of in world.types for sku in of)


@pytest.mark.parametrize("rule", PEERS)
def test_nothing_is_sent_that_is_not_there(world: World, rule: Rule) -> None:
    """An order's unit comes off the stock that the next one sees: none falls below nought."""
    seen: list[int] = []

    def watched(problem: Problem) -> routing_rules.Choice:
        seen.extend(units for had in problem.free.values() for units in had.values())
        return rule(problem)

    run = routing.routed(world, world.orders("now", 60), watched)

    assert min(seen) >= 0
    assert run.cost > 0


def test_a_clairvoyant_pays_no_more_than_anybody(world: World) -> None:
    pytest.importorskip("scipy", reason="make bench installs the solver")
    orders = world.orders("now", 40)

    least = routing_bound.bound(world, orders)

    assert all(routing.routed(world, orders, rule).cost >= least for rule in PEERS)


def test_the_solver_finds_nothing_cheaper() -> None:
    pytest.importorskip("scipy", reason="make bench installs the solver")
    chance = random.Random(7)

    for no in range(20):
        case = routing_exact.case(chance, linear=no % 2 == 0)
        found = cheapest.choose(case.problem)
        assert not routing_exact.differs(found.cost if found else None, routing_exact.solved(case))
