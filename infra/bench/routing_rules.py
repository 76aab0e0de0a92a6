"""Rules that say where each line of an order comes from: ours, and what others do."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from infra.bench.routing_orders import ORDERS, World
from shared.domain import cheapest, scarcity
from shared.domain.loads import Prices, Problem

Choice = list[tuple[str, str]]
"""SKU and centre of each line."""
Rule = Callable[[Problem], Choice]
PAST = 150  # orders that the prices are learned from
AGAIN = 50  # orders after which they are made anew
FIRST, LATER = 40, 8  # rounds


def most_stock(problem: Problem) -> Choice:
    """Saleor's rule: each line from wherever most of it lies."""
    return _each(problem, lambda sku, name: -problem.free[sku][name])


def sort_order(problem: Problem) -> Choice:
    """Each line from the first in a fixed list that has it."""
    return _each(problem, lambda _, name: sorted(problem.names).index(name))


def nearest(problem: Problem) -> Choice:
    """Each line from the nearest that has it."""
    return _each(problem, lambda _, name: problem.names.index(name))


def greedy_cover(problem: Problem) -> Choice:
    """Whoever has most of the lines, then whoever has most of the rest; the nearer of equals."""
    found: Choice = []
    rest = list(_skus(problem))
    while rest:
        name = max(problem.names, key=lambda name: sum(_there(problem, sku, name) for sku in rest))
        found += [(sku, name) for sku in rest if _there(problem, sku, name)]
        rest = [sku for sku in rest if not _there(problem, sku, name)]
    return found


def exact(problem: Problem) -> Choice:
    """The least for this order alone."""
    choice = cheapest.choose(problem)
    assert choice is not None
    return [(source.sku, source.warehouse) for source in choice.cover.sources]


class Ours:
    """The least with what the units are worth to later orders, learned from earlier ones."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.past = world.orders("past", PAST)
        self.prices: Prices = {}
        self.seen = 0

    def __call__(self, problem: Problem) -> Choice:
        return exact(replace(problem, prices=self.prices))

    def before(self, problem: Problem) -> None:
        """The work of the timer: it is no part of a decision."""
        if self.seen % AGAIN == 0:
            samples = [self.world.problem(order, problem.free) for order in self.past]
            each = (ORDERS - self.seen) / PAST
            rounds = LATER if self.seen else FIRST
            self.prices = scarcity.solve(samples, problem.free, each, rounds, self.prices)
        self.seen += 1


def _each(problem: Problem, rank: Callable[[str, str], int]) -> Choice:
    return [
        (sku, min(_having(problem, sku), key=lambda name: rank(sku, name)))
        for sku in _skus(problem)
    ]


def _skus(problem: Problem) -> Iterable[str]:
    return (want.ways[0][0][0] for want in problem.wants)


def _having(problem: Problem, sku: str) -> list[str]:
    return [name for name in problem.names if _there(problem, sku, name)]


def _there(problem: Problem, sku: str, name: str) -> bool:
    return problem.free[sku].get(name, 0) > 0
