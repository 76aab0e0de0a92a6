"""Which warehouses serve a whole order for the least money: freight of each parcel, and scarcity.

The answer is exact as long as every way to divide the pieces can be gone through (division.py).
Where an order is too large for that, pieces that lie together stay together at first, and what was
found so is improved by moving pieces (moving.py).
"""

from dataclasses import dataclass, field

from shared.domain import division, moving
from shared.domain.division import Division, Grid, Portion
from shared.domain.loads import Freight as Freight
from shared.domain.loads import Load, Shelves
from shared.domain.loads import Prices as Prices
from shared.domain.loads import Problem as Problem
from shared.domain.routing import Cover


@dataclass(frozen=True, slots=True)
class Choice:
    cover: Cover
    cost: int  # freight and scarcity, in fen
    runner_up: tuple[tuple[str, ...], int] | None = None  # the best other set, and its cost
    scarce: int = 0  # how much of the cost is scarcity


@dataclass(frozen=True, slots=True, order=True)
class _Found:
    """A way to serve the order: the cheaper goes first, then the smaller set, then the nearer."""

    cost: int
    size: int
    chosen: tuple[int, ...]  # warehouses, by their rank
    loads: tuple[Load, ...] = field(compare=False)


def choose(problem: Problem) -> Choice | None:
    """The cheapest cover, and what the best other set of warehouses would have cost."""
    shelves = Shelves(problem)
    found = _search(shelves)
    if not found:
        return None
    second = [(tuple(problem.names[n] for n in other.chosen), other.cost) for other in found[1:]]
    cover, prices = _cover(shelves, found[0]), problem.prices
    scarce = sum(prices.get((s.sku, s.warehouse), 0) * s.quantity for s in cover.sources)
    return Choice(cover, found[0].cost, second[0] if second else None, scarce)


def _cover(shelves: Shelves, found: _Found) -> Cover:
    all_names = shelves.problem.names
    names = [all_names[rank] for rank in found.chosen]
    passed = all_names[: found.chosen[-1]] if found.chosen else []
    sources = [
        source
        for rank, load in zip(found.chosen, found.loads, strict=True)
        for source in shelves.sources(rank, load)
    ]
    by_line = tuple(sorted(sources, key=lambda source: source.line))
    return Cover(by_line, tuple(names), tuple(name for name in passed if name not in names))


def _search(shelves: Shelves) -> list[_Found]:
    """The two best sets of warehouses, or as many as there are."""
    if not any(shelves.wanted):
        return [_Found(0, 0, (), ())]
    if not shelves.enough:
        return []
    useful = [rank for rank, room in enumerate(shelves.rooms) if any(room)]
    parts = division.portions(shelves, len(useful))
    found = _divided(shelves, useful, parts) if parts else []
    if parts and all(part.pieces == 1 for part in parts):
        return found
    return _improved(shelves, useful, found)


def _divided(shelves: Shelves, useful: list[int], parts: list[Portion]) -> list[_Found]:
    search = Division(shelves, Grid(parts, len(shelves.wanted)), useful)
    sets = search.sets
    return [
        _Found(sets.cost(key), len(members := sets.members(key)), members, search.loads(key))
        for key in search.two_best()
    ]


def _improved(shelves: Shelves, useful: list[int], found: list[_Found]) -> list[_Found]:
    """The same after moving pieces about, from these and from what is simply gathered."""
    best = {each.chosen: each for each in found}
    starts = [dict(zip(each.chosen, each.loads, strict=True)) for each in found]
    for loads in moving.improved(shelves, useful, starts):
        chosen = tuple(sorted(loads))
        cost = moving.cost(shelves, loads)
        if cost is not None:
            new = _Found(cost, len(chosen), chosen, tuple(loads[rank] for rank in chosen))
            best[chosen] = min(new, best.get(chosen, new))
    return sorted(best.values())[:2]
