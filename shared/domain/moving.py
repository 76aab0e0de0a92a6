"""A division of an order among warehouses made cheaper by moving pieces: for very large orders."""

from collections.abc import Iterable, Iterator
from operator import add, sub

from shared.domain.loads import Load, Shelves

Loads = dict[int, Load]
"""What each warehouse sends, by its rank."""
MOST_LOADS = 60_000  # pieces of loads looked at, of one start


def cost(shelves: Shelves, loads: Loads) -> int | None:
    """What all of it costs together; None if one of them cannot go."""
    part = shelves.part if len(loads) > 1 else shelves.cost
    costs = [part(rank, load) for rank, load in loads.items()]
    known = [each for each in costs if each is not None]
    return sum(known) if len(known) == len(costs) <= shelves.problem.most else None


def improved(shelves: Shelves, useful: list[int], starts: Iterable[Loads]) -> Iterator[Loads]:
    """The starts, and what is simply gathered, each made cheaper as far as it goes."""
    for start in (*starts, *_gathered(shelves, useful)):
        yield from _bettered(shelves, useful, start)


def _bettered(shelves: Shelves, useful: list[int], start: Loads) -> Iterator[Loads]:
    """The start, and each change of it that pays, until none does or enough was looked at."""
    yield start
    now, best, looked = start, cost(shelves, start), 0
    neighbours = _neighbours(shelves, useful, now)
    while looked < MOST_LOADS and (after := next(neighbours, None)):
        looked += len(after) * len(shelves.wanted)
        fee = cost(shelves, after)
        if fee is not None and (best is None or fee < best):
            yield after
            now, best = after, fee
            neighbours = _neighbours(shelves, useful, now)


def _gathered(shelves: Shelves, useful: list[int]) -> Iterator[Loads]:
    for much_first in (True, False):
        loads: Loads = {}
        rest = shelves.wanted
        while any(rest) and (found := _next(shelves, useful, loads, rest, much_first)):
            rank, load = found
            loads[rank] = load
            rest = tuple(map(sub, rest, load))
        if not any(rest):
            yield loads


def _next(
    shelves: Shelves, useful: list[int], loads: Loads, rest: Load, much_first: bool
) -> tuple[int, Load] | None:
    """The warehouse that takes most of the rest, or takes it for the least money a piece."""

    def rank_of(found: tuple[int, Load]) -> tuple[float, float]:
        pieces = sum(found[1])
        fee = shelves.cost(*found) or 0
        return (-pieces, fee) if much_first else (fee / pieces, -pieces)

    able = (
        (rank, taken(shelves, rank, shelves.nothing, rest)) for rank in useful if rank not in loads
    )
    return min((each for each in able if any(each[1])), key=rank_of, default=None)


def taken(shelves: Shelves, rank: int, already: Load, offered: Load) -> Load:
    """As much of what is offered as this warehouse can send beside what it sends already."""
    room = map(sub, shelves.rooms[rank], already)
    most = tuple(max(0, min(pair)) for pair in zip(offered, room, strict=True))
    if shelves.cost(rank, tuple(map(add, already, most))) is not None:
        return most
    load = already
    for no, pieces in enumerate(most):
        if pieces:
            load = _filled(shelves, rank, load, no, pieces)
    return tuple(map(sub, load, already))


def _filled(shelves: Shelves, rank: int, load: Load, no: int, most: int) -> Load:
    """The load and as many more pieces of one want as can go: what can, can with fewer."""
    low = 0
    while low < most:
        half = (low + most + 1) // 2
        if shelves.cost(rank, tuple(map(add, load, shelves.single(no, half)))) is None:
            most = half - 1
        else:
            low = half
    return tuple(map(add, load, shelves.single(no, low)))


def _neighbours(shelves: Shelves, useful: list[int], loads: Loads) -> Iterator[Loads]:
    """A warehouse left out; all of one, or what it sends of one line, moved to another."""
    for rank in loads:
        yield from _without(shelves, loads, rank)
    for rank, load in loads.items():
        lines = [shelves.single(no, n) for no, n in enumerate(load) if n]
        for part in [load, *(lines if len(lines) > 1 else ())]:
            for other in useful:
                if other != rank:
                    yield from _moved(shelves, loads, rank, other, part)


def _without(shelves: Shelves, loads: Loads, rank: int) -> Iterator[Loads]:
    """Its pieces spread over the others as they have room."""
    rest, left = loads[rank], {other: load for other, load in loads.items() if other != rank}
    for other, load in left.items():
        more = taken(shelves, other, load, rest)
        left[other] = tuple(map(add, load, more))
        rest = tuple(map(sub, rest, more))
    if not any(rest):
        yield left


def _moved(shelves: Shelves, loads: Loads, rank: int, other: int, part: Load) -> Iterator[Loads]:
    there = loads.get(other, shelves.nothing)
    more = taken(shelves, other, there, part)
    if any(more):
        left = tuple(map(sub, loads[rank], more))
        after = {**loads, rank: left, other: tuple(map(add, there, more))}
        yield {name: load for name, load in after.items() if any(load)}
