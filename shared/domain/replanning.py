"""Orders that wait, routed anew together: one may give way to another where that costs less.

Whatever is done never costs more than before, and nobody loses what he has: an order gives up its
units only for others that serve it as well. An order that is short may be served so too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from shared.domain import cheapest
from shared.domain.cheapest import Choice
from shared.domain.loads import Problem, cost_of
from shared.domain.order import Source
from shared.domain.routing import Free

Units = Counter[tuple[str, str]]
"""(SKU, warehouse) -> units."""
MOST_TRIES = 12  # groups that may give way to one order
MOST_GIVING = 2  # orders that give way at once
PASSES = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order of the pool; without sources it is short. What is free, the pool itself knows."""

    id: str
    problem: Problem
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Orders that take their goods from elsewhere, in the turn in which they choose."""

    ids: tuple[str, ...]
    sources: tuple[tuple[Source, ...], ...]
    before: tuple[int | None, ...]  # fen; None: it was short
    after: tuple[int, ...]

    @property
    def pays(self) -> bool:
        """Less money for the same orders, or one order more that is served."""
        known = [cost for cost in self.before if cost is not None]
        return len(known) < len(self.before) or sum(self.after) < sum(known)


def improvements(pool: Sequence[Waiting], free: Free) -> Iterator[Step]:
    """What pays, step by step, each after those before it; `free`: what nobody holds."""
    desk = _Pool(pool, free)
    for _ in range(PASSES):
        found = False
        for waiting in pool:
            if step := desk.better(waiting.id):
                found = True
                desk.take(step)
                yield step
        if not found:
            return


class _Pool:
    def __init__(self, pool: Iterable[Waiting], free: Free) -> None:
        self.problems = {each.id: each.problem for each in pool}
        self.sources = {each.id: each.sources for each in pool}
        self.free = Units({(sku, name): n for sku, had in free.items() for name, n in had.items()})

    def better(self, order: str) -> Step | None:
        """The order moved alone if that pays, or else with those who stand in its way."""
        cost = self._cost(order)
        if self.sources[order] and cost is None:
            return None  # nobody knows what it costs: leave it alone
        alone = self._step((order,))
        if alone and alone.pays:
            return alone
        groups = islice(self._in_the_way(order, cost), MOST_TRIES)
        steps = (self._step((order, *others)) for others in groups)
        return next((step for step in steps if step and step.pays), None)

    def take(self, step: Step) -> None:
        for order, sources in zip(step.ids, step.sources, strict=True):
            self.free += units(self.sources[order])
            self.sources[order] = sources
        for sources in step.sources:
            self.free.subtract(units(sources))

    def _step(self, ids: tuple[str, ...]) -> Step | None:
        """All of them give back what they have and choose anew, one after the other."""
        left = self.free + sum((units(self.sources[each]) for each in ids), Units())
        choices: list[Choice] = []
        for order in ids:
            choice = _chosen(self.problems[order], left)
            if choice is None:
                return None
            choices.append(choice)
            left.subtract(units(choice.cover.sources))
        before = tuple(self._cost(order) for order in ids)
        if any(
            self.sources[each] and cost is None for each, cost in zip(ids, before, strict=True)
        ):
            return None
        return Step(
            ids,
            tuple(choice.cover.sources for choice in choices),
            before,
            tuple(choice.cost for choice in choices),
        )

    def _cost(self, order: str) -> int | None:
        return cost_of(self.problems[order], self.sources[order]) if self.sources[order] else None

    def _in_the_way(self, order: str, cost: int | None) -> Iterator[tuple[str, ...]]:
        """Those who hold what the order would rather have, one or two of them."""
        problem = self.problems[order]
        held = {each: units(sources) for each, sources in self.sources.items() if each != order}
        mine = self.free + units(self.sources[order])
        dream = _chosen(problem, mine + sum(held.values(), Units()))
        if dream is None or (cost is not None and dream.cost >= cost):
            return
        lacking = units(dream.cover.sources) - mine
        holders = [each for each, some in held.items() if some & lacking]
        for count in range(1, MOST_GIVING + 1):
            for group in combinations(holders, count):
                if lacking <= sum((held[each] for each in group), Units()):
                    yield group


def units(sources: Iterable[Source]) -> Units:
    some = Units()
    for source in sources:
        some[source.sku, source.warehouse] += source.quantity
    return some


def _chosen(problem: Problem, there: Units) -> Choice | None:
    free: Free = {}
    for want in problem.wants:
        for sku in (sku for way in want.ways for sku, _ in way):
            free[sku] = {name: there[sku, name] for name in problem.names}
    return cheapest.choose(replace(problem, free=free))
