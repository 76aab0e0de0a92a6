"""Which warehouse serves which line. A better router may stand in for `nearest_cover`."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Self

from shared.domain.order import Order, Parcel, Source
from shared.domain.place import Warehouse

Free = dict[str, dict[str, int]]
"""SKU -> warehouse -> units that may be held."""
MOST_PARCELS = 9
MOST_COUNTERS = 90  # a transaction takes 100 rows: these, the order, a claim, and room
EXACT_UP_TO = 12


@dataclass(frozen=True, slots=True)
class Cover:
    """Where each unit comes from; `passed_over` are nearer warehouses that lacked something."""

    sources: tuple[Source, ...]
    warehouses: tuple[str, ...]
    passed_over: tuple[str, ...] = ()

    @classmethod
    def of(cls, sources: tuple[Source, ...]) -> Self:
        """The cover that lies in sources chosen before."""
        return cls(sources, tuple(dict.fromkeys(source.warehouse for source in sources)))


Router = Callable[[Order, list[Warehouse], Free], Cover | None]


def nearest_cover(order: Order, ranked: list[Warehouse], free: Free) -> Cover | None:
    """The nearest warehouse that has it all, else the nearest of the smallest sets that do."""
    names = [w.id for w in ranked]
    for chosen in _sets(names, order.needs, free):
        if missing(order.needs, chosen, free):
            continue
        sources = tuple(_allot(order, chosen, free))
        if len({(s.sku, s.warehouse) for s in sources}) <= MOST_COUNTERS:
            last = names.index(chosen[-1])
            return Cover(sources, tuple(chosen), tuple(n for n in names[:last] if n not in chosen))
    return None


def missing(needs: Counter[str], names: list[str], free: Free) -> dict[str, int]:
    """Units of each SKU that these warehouses together do not have."""
    have = {sku: sum(free.get(sku, {}).get(n, 0) for n in names) for sku in needs}
    return {sku: n - have[sku] for sku, n in needs.items() if have[sku] < n}


def parcels(order: Order, carriers: dict[str, str]) -> tuple[Parcel, ...]:
    """One parcel for each warehouse, in the order in which routing chose them."""
    names = list(dict.fromkeys(source.warehouse for source in order.sources))
    return tuple(
        Parcel(
            no,
            name,
            carriers.get(name, "manual"),
            tuple(s for s in order.sources if s.warehouse == name),
        )
        for no, name in enumerate(names, 1)
    )


def _sets(names: list[str], needs: Counter[str], free: Free) -> Iterator[list[str]]:
    useful = [n for n in names if any(free.get(sku, {}).get(n) for sku in needs)]
    exact = useful[:EXACT_UP_TO]
    for size in range(1, min(len(exact), MOST_PARCELS) + 1):
        yield from map(list, combinations(exact, size))
    if len(useful) > EXACT_UP_TO:
        yield _greedy(useful, needs, free)


def _greedy(names: list[str], needs: Counter[str], free: Free) -> list[str]:
    """Take the warehouse that adds most, again and again; the nearer wins a tie."""
    chosen: list[str] = []
    while len(chosen) < MOST_PARCELS and (lack := missing(needs, chosen, free)):
        rest = [n for n in names if n not in chosen]
        if not rest:
            break
        chosen.append(
            max(
                rest, key=lambda n: sum(min(q, free.get(s, {}).get(n, 0)) for s, q in lack.items())
            )
        )
    return chosen


def _allot(order: Order, chosen: list[str], free: Free) -> Iterator[Source]:
    left = {(sku, name): free.get(sku, {}).get(name, 0) for sku in order.needs for name in chosen}
    for line in order.content.lines:
        wanted = line.quantity
        for name in chosen:
            if take := min(wanted, left[line.sku, name]):
                left[line.sku, name] -= take
                wanted -= take
                yield Source(line.no, line.sku, name, take)
