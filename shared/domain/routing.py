"""Which warehouse serves which line, and how an order's goods are divided into parcels."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Self

from shared.domain.content import Line
from shared.domain.item import Item, Pick
from shared.domain.order import Source
from shared.domain.place import Strategy, Warehouse

Free = dict[str, dict[str, int]]
"""SKU -> warehouse -> units that may be held."""
MOST_PARCELS = 9
MOST_COUNTERS = 90  # a transaction takes 100 rows: these, the order, a claim, and room
EXACT_UP_TO = 12


@dataclass(frozen=True, slots=True)
class Want:
    """So many pieces for one line. `ways`: the sets of (SKU, units) that each make one piece."""

    line: int
    quantity: int
    ways: tuple[tuple[tuple[str, int], ...], ...]

    @property
    def freedom(self) -> tuple[int, int]:
        """What is bound most is served first: kits, then plain items, then a choice of several."""
        return len(self.ways), -len(self.ways[0])


@dataclass(frozen=True, slots=True)
class Cover:
    """Where each unit comes from; `passed_over` are nearer warehouses that lacked something.

    Where freight was compared: what it costs in fen, the next best warehouses and their cost.
    """

    sources: tuple[Source, ...]
    warehouses: tuple[str, ...]
    passed_over: tuple[str, ...] = ()
    cost: int | None = None
    runner_up: tuple[tuple[str, ...], int] | None = None
    rule: str = ""  # the merchant's, that narrowed the choice
    scarce: int = 0  # fen of the cost that nobody pays: what the units are worth to later orders

    @classmethod
    def of(cls, sources: tuple[Source, ...]) -> Self:
        """The cover that lies in sources chosen before."""
        return cls(sources, tuple(dict.fromkeys(source.warehouse for source in sources)))


def wants(lines: Iterable[Line], items: Mapping[str, Item]) -> list[Want]:
    """What the lines need, kits taken apart; what is bound most comes first."""
    found = [Want(line.no, line.quantity, _ways(line.sku, items.get(line.sku))) for line in lines]
    return sorted(found, key=lambda want: want.freedom)


def skus(some: list[Want]) -> list[str]:
    """Every SKU that may have to be taken from stock."""
    return sorted({sku for want in some for way in want.ways for sku, _ in way})


def lines_with(some: list[Want], skus: Iterable[str]) -> list[int]:
    """The numbers of the lines that need one of these SKUs."""
    wanted = set(skus)
    return sorted(w.line for w in some if wanted & {sku for way in w.ways for sku, _ in way})


def cover(
    some: list[Want],
    ranked: list[Warehouse],
    free: Free,
    strategy: Strategy = Strategy.NEAREST,
    most: int = MOST_PARCELS,
) -> Cover | None:
    """Up to `most` warehouses that have it all, or None. `ranked`: the best placed first."""
    names = _ranked([w.id for w in ranked], some, free, strategy)
    for chosen in _sets(names, some, free, strategy, most):
        sources, lacking = allot(some, chosen, free)
        if not lacking:
            return _covering(sources, names)
    return None


def _covering(sources: list[Source], names: list[str]) -> Cover:
    used = {source.warehouse for source in sources}
    chosen = [name for name in names if name in used]
    passed = names[: names.index(chosen[-1])]
    by_line = sorted(sources, key=lambda source: source.line)
    return Cover(tuple(by_line), tuple(chosen), tuple(n for n in passed if n not in used))


def missing(some: list[Want], names: list[str], free: Free) -> dict[str, int]:
    """Units of each SKU that these warehouses together do not have."""
    _, lacking = allot(some, names, free)
    return lacking


def allot(some: list[Want], chosen: list[str], free: Free) -> tuple[list[Source], dict[str, int]]:
    """Take what these warehouses have, in their order; a kit's parts from one and the same.

    Gives the sources, and the units of each SKU that are lacking.
    """
    left = {(sku, name): free.get(sku, {}).get(name, 0) for sku in skus(some) for name in chosen}
    sources: list[Source] = []
    lacking: Counter[str] = Counter()
    for want in some:
        rest = want.quantity
        for name, way in product(chosen, want.ways):
            pieces = min(rest, *(left[sku, name] // units for sku, units in way))
            if pieces > 0:
                rest -= pieces
                for sku, units in way:
                    left[sku, name] -= pieces * units
                    sources.append(Source(want.line, sku, name, pieces * units))
        if rest:
            lacking.update(_lack(want, rest, chosen, left))
    return sources, dict(lacking)


def _lack(
    want: Want, rest: int, chosen: list[str], left: dict[tuple[str, str], int]
) -> dict[str, int]:
    """What `rest` pieces need beyond what is left; if that is only scattered, all they need."""
    way = want.ways[0]
    needed = {sku: rest * units for sku, units in way}
    short = {sku: n - sum(max(0, left[sku, name]) for name in chosen) for sku, n in needed.items()}
    beyond = {sku: n for sku, n in short.items() if n > 0}
    return beyond or needed


def _ways(sku: str, item: Item | None) -> tuple[tuple[tuple[str, int], ...], ...]:
    if item is None or not item.kit:
        return (((sku, 1),),)
    parts = tuple((part.sku, part.quantity) for part in item.parts)
    return (parts,) if item.pick is Pick.ALL else tuple((part,) for part in parts)


def _ranked(names: list[str], some: list[Want], free: Free, strategy: Strategy) -> list[str]:
    if strategy is not Strategy.MOST_STOCK:
        return names
    full = {name: sum(free.get(sku, {}).get(name, 0) for sku in skus(some)) for name in names}
    return sorted(names, key=lambda name: -full[name])


def loaded(sources: list[Source]) -> list[tuple[Source, ...]]:
    """Sources in portions that touch no more than MOST_COUNTERS counters each."""
    places = list(dict.fromkeys(source.place for source in sources))
    numbers = {place: no // MOST_COUNTERS for no, place in enumerate(places)}
    portions: dict[int, list[Source]] = {}
    for source in sources:
        portions.setdefault(numbers[source.place], []).append(source)
    return [tuple(portion) for portion in portions.values()]


def _sets(
    names: list[str], some: list[Want], free: Free, strategy: Strategy, most: int
) -> Iterator[list[str]]:
    needed = skus(some)
    useful = [n for n in names if any(free.get(sku, {}).get(n, 0) > 0 for sku in needed)]
    if strategy in (Strategy.MOST_STOCK, Strategy.IN_ORDER):
        yield from (useful[:size] for size in range(1, min(len(useful), most) + 1))
        return
    exact = useful[:EXACT_UP_TO]
    for size in range(1, min(len(exact), most) + 1):
        yield from map(list, combinations(exact, size))
    if len(useful) > EXACT_UP_TO:
        yield _greedy(useful, some, free, most)


def _greedy(names: list[str], some: list[Want], free: Free, most: int) -> list[str]:
    """Take the warehouse that leaves the least lacking, again and again; the nearer wins a tie."""
    chosen: list[str] = []
    while len(chosen) < most and missing(some, chosen, free):
        rest = [n for n in names if n not in chosen]
        if not rest:
            break
        chosen.append(min(rest, key=lambda n: sum(missing(some, [*chosen, n], free).values())))
    return chosen
