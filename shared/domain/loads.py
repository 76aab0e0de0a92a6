"""What a warehouse can send of an order, and for how much: what choosing the cheapest asks."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from operator import lt, mul

from shared.domain.order import Source
from shared.domain.routing import MOST_PARCELS, Free, Want

Freight = Callable[[str, int, int], int | None]
"""(Warehouse, grams, cubic centimetres) -> fen of what goes from there; None: it cannot go.

It may rise in steps. A heavier or larger load is taken to cost no less than a lighter one.
"""
Prices = dict[tuple[str, str], int]
"""(SKU, warehouse) -> fen that a unit there is worth to the orders that are still to come."""
Load = tuple[int, ...]
"""So many pieces of each want."""
Mix = list[Counter[str]]
"""The units that make the pieces of each want."""
MOST_MIXES = 500  # ways to make one load from the stock of one warehouse


@dataclass(frozen=True, slots=True)
class Problem:
    """An order's wants, and what the warehouses (`names`: the best placed first) have and take."""

    wants: list[Want]
    names: list[str]
    free: Free
    freight: Freight
    grams: dict[str, int]  # of a unit
    volume: dict[str, int]  # of a unit, in cubic centimetres
    prices: Prices = field(default_factory=dict)
    most: int = MOST_PARCELS  # warehouses
    bound: dict[int, frozenset[str]] = field(default_factory=dict)  # line -> where it must be from
    worth: dict[int, int] = field(default_factory=dict)  # line -> fen of a piece
    least: int = 0  # fen that each part must be worth where the order is divided


def cost_of(problem: Problem, sources: Iterable[Source]) -> int | None:
    """What it costs to send this, by the problem's freight and prices; None if it cannot go."""
    parcels: dict[str, Counter[str]] = {}
    for source in sources:
        parcels.setdefault(source.warehouse, Counter())[source.sku] += source.quantity
    costs = [_sent(problem, name, units) for name, units in parcels.items()]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def _sent(problem: Problem, name: str, units: Counter[str]) -> int | None:
    fee = problem.freight(
        name,
        sum(problem.grams.get(sku, 0) * n for sku, n in units.items()),
        sum(problem.volume.get(sku, 0) * n for sku, n in units.items()),
    )
    scarce = (problem.prices.get((sku, name), 0) * n for sku, n in units.items())
    return None if fee is None else fee + sum(scarce)


class Shelves:
    """What each warehouse can send and for how much; each answer is remembered."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.wanted: Load = tuple(want.quantity for want in problem.wants)
        self.nothing: Load = (0,) * len(self.wanted)
        self.rooms = [self._room(name) for name in problem.names]
        self._known: list[dict[Load, int | None]] = [{} for _ in problem.names]
        self._plain = _Plain.of(problem)

    @property
    def enough(self) -> bool:
        """Whether all warehouses together have what is wanted, each want looked at alone."""
        there = [sum(room[no] for room in self.rooms) for no in range(len(self.wanted))]
        return not any(map(lt, there, self.wanted))

    def _room(self, name: str) -> Load:
        """The most pieces of each want that can come from there, as if it were the only one."""
        return tuple(
            min(want.quantity, sum(self._most(way, name) for way in want.ways))
            if name in self.problem.bound.get(want.line, (name,))
            else 0
            for want in self.problem.wants
        )

    def _most(self, way: tuple[tuple[str, int], ...], name: str) -> int:
        free = self.problem.free
        return max(0, min(free.get(sku, {}).get(name, 0) // units for sku, units in way))

    def cost(self, rank: int, load: Load) -> int | None:
        """Of sending this load from there, in fen; None if it cannot be sent."""
        known = self._known[rank]
        if load not in known:
            known[load] = self._cost(rank, load)
        return known[load]

    def _cost(self, rank: int, load: Load) -> int | None:
        if self._plain:
            return self._plain.cost(rank, load)
        return min((cost for cost, _ in self._mixed(rank, load)), default=None)

    def part(self, rank: int, load: Load) -> int | None:
        """The same of one part of several; None if there is nothing in it, or too little."""
        if not any(load) or (self.problem.least and self._worth(load) < self.problem.least):
            return None
        return self.cost(rank, load)

    def _worth(self, load: Load) -> int:
        worth = self.problem.worth
        return sum(worth.get(w.line, 0) * n for w, n in zip(self.problem.wants, load, strict=True))

    def single(self, no: int, pieces: int) -> Load:
        """Pieces of one want only."""
        return (*self.nothing[:no], pieces, *self.nothing[no + 1 :])

    def sources(self, rank: int, load: Load) -> list[Source]:
        """Which units make up the load, the cheapest way."""
        name = self.problem.names[rank]
        _, mix = min(self._mixed(rank, load), key=lambda each: each[0])
        return [
            Source(want.line, sku, name, units)
            for want, part in zip(self.problem.wants, mix, strict=True)
            for sku, units in part.items()
        ]

    def _mixed(self, rank: int, load: Load) -> Iterator[tuple[int, Mix]]:
        """The ways to make the load from the stock there, and what each costs."""
        problem, name = self.problem, self.problem.names[rank]
        for mix in islice(self._mixes(name, load), MOST_MIXES):
            units: Counter[str] = sum(mix, Counter())
            if any(n > problem.free.get(sku, {}).get(name, 0) for sku, n in units.items()):
                continue
            cost = _sent(problem, name, units)
            if cost is not None:
                yield cost, mix

    def _mixes(self, name: str, load: Load) -> Iterator[Mix]:
        each = [
            list(islice(self._makings(want, 0, pieces, name), MOST_MIXES))
            for want, pieces in zip(self.problem.wants, load, strict=True)
        ]
        return map(list, product(*each))

    def _makings(self, want: Want, at: int, pieces: int, name: str) -> Iterator[Counter[str]]:
        """The ways to make so many pieces by the ways from `at` on, the first way preferred."""
        if not pieces:
            yield Counter()
        elif at < len(want.ways):
            way = want.ways[at]
            for some in range(min(pieces, self._most(way, name)), -1, -1):
                made = Counter({sku: units * some for sku, units in way if some})
                for rest in self._makings(want, at + 1, pieces - some, name):
                    yield made + rest


@dataclass(frozen=True, slots=True)
class _Plain:
    """The usual order: each line is of a SKU of its own, so its lines never share stock."""

    names: list[str]
    freight: Freight
    grams: Load  # of a piece
    volume: Load
    prices: list[Load]  # by rank

    @classmethod
    def of(cls, problem: Problem) -> "_Plain | None":
        parts = [want.ways[0] for want in problem.wants]
        skus = [sku for part in parts for sku, _ in part]
        if len(set(skus)) < len(skus) or any(len(want.ways) > 1 for want in problem.wants):
            return None
        return cls(
            problem.names,
            problem.freight,
            tuple(sum(problem.grams.get(sku, 0) * n for sku, n in part) for part in parts),
            tuple(sum(problem.volume.get(sku, 0) * n for sku, n in part) for part in parts),
            [
                tuple(sum(problem.prices.get((sku, name), 0) * n for sku, n in p) for p in parts)
                for name in problem.names
            ],
        )

    def cost(self, rank: int, load: Load) -> int | None:
        grams, volume = sum(map(mul, load, self.grams)), sum(map(mul, load, self.volume))
        fee = self.freight(self.names[rank], grams, volume)
        return None if fee is None else fee + sum(map(mul, load, self.prices[rank]))
