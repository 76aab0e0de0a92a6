"""Every way to divide an order among warehouses, counted up to the two best sets of them.

One warehouse after the other joins in. For every load that those so far can send together, only
the two cheapest sets are kept, so nothing is left out and nothing is looked at twice. A set is a
number in which its cost, its size and its ranks follow one another: sums and comparisons of such
numbers are those of costs, and the smaller and nearer set wins a tie.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import comb, prod
from operator import gt

from shared.domain.loads import Load, Shelves

Pair = tuple[int, int]
"""The two cheapest sets for one load."""
Reached = dict[int, Pair]
"""Load -> those who can send it together."""
NEVER = 1 << 200
NOBODY = (NEVER, NEVER)
MOST_STEPS = 70_000
SIZES = 8  # bits for the number of warehouses in a set


@dataclass(frozen=True, slots=True)
class Portion:
    """`count` times `pieces` of one want; one portion always comes from one warehouse."""

    want: int
    pieces: int
    count: int


def portions(shelves: Shelves, warehouses: int) -> list[Portion] | None:
    """Single pieces if that can be gone through; else what lies together; None: far too many."""
    wanted = [(no, n) for no, n in enumerate(shelves.wanted) if n]
    single = [Portion(no, 1, n) for no, n in wanted]
    rough = [part for no, n in wanted for part in _rough(shelves, no, n)]
    whole = [Portion(no, n, 1) for no, n in wanted]
    tries = (some for some in (single, rough, whole) if _steps(some) * warehouses <= MOST_STEPS)
    return next(tries, None)


def _steps(some: list[Portion]) -> int:
    return prod(comb(portion.count + 2, 2) for portion in some)


def _rough(shelves: Shelves, no: int, pieces: int) -> Iterator[Portion]:
    """As many as the fullest of those has that do not have them all, and the rest."""
    part = max((room[no] for room in shelves.rooms if room[no] < pieces), default=0)
    yield from (Portion(no, n, 1) for n in (part, pieces - part) if n)


class Grid:
    """The loads that portions make, numbered so that numbers add up as the loads do."""

    def __init__(self, some: list[Portion], wants: int) -> None:
        self._portions = some
        self._both: dict[tuple[int, int], int] = {}
        self._counts = [portion.count for portion in some]
        self.weights = [prod(n + 1 for n in self._counts[:no]) for no in range(len(some))]
        self.full = prod(n + 1 for n in self._counts) - 1
        self.loads = [_load(some, counts, wants) for counts in self._all(self._counts)]
        self._below: dict[int, list[int]] = {}

    @staticmethod
    def _all(counts: list[int]) -> Iterator[tuple[int, ...]]:
        """In the order of their numbers: the first count changes fastest."""
        return (digits[::-1] for digits in product(*(range(n + 1) for n in reversed(counts))))

    def below(self, number: int) -> list[int]:
        """The loads that are part of this one, the largest first; nothing is none of them."""
        if number not in self._below:
            found = [0]
            for weight, count in zip(self.weights, self._counts, strict=True):
                most = number // weight % (count + 1)
                found = [one + n * weight for one in found for n in range(most, -1, -1)]
            self._below[number] = found[:-1]
        return self._below[number]

    def both(self, one: int, other: int) -> int:
        """The largest load that is part of both."""
        key = one, other
        if key not in self._both:
            self._both[key] = sum(
                min(one // weight % (count + 1), other // weight % (count + 1)) * weight
                for weight, count in zip(self.weights, self._counts, strict=True)
            )
        return self._both[key]

    def most(self, room: Load) -> int:
        """The largest load that there is room for, each portion looked at alone."""
        return sum(
            min(portion.count, room[portion.want] // portion.pieces) * weight
            for portion, weight in zip(self._portions, self.weights, strict=True)
        )


def _load(some: list[Portion], counts: tuple[int, ...], wants: int) -> Load:
    load = [0] * wants
    for portion, count in zip(some, counts, strict=True):
        load[portion.want] += portion.pieces * count
    return tuple(load)


class Sets:
    """Sets of warehouses as numbers: the cost, then the size, then who is in it."""

    def __init__(self, ranks: list[int]) -> None:
        self.ranks = ranks
        self._shift = len(ranks) + SIZES
        self.who = (1 << self._shift) - 1  # the bits that tell one set from another

    def alone(self, at: int, cost: int) -> int:
        """The set of one; the sum of two such numbers is the set of both."""
        count = len(self.ranks)
        return (cost << self._shift) + (1 << count) - (1 << (count - 1 - at))

    def cost(self, key: int) -> int:
        return key >> self._shift

    def members(self, key: int) -> tuple[int, ...]:
        count = len(self.ranks)
        there = -(key & self.who) % (1 << count)
        return tuple(rank for at, rank in enumerate(self.ranks) if there >> (count - 1 - at) & 1)


class Division:
    """The search over the loads of one grid."""

    def __init__(self, shelves: Shelves, grid: Grid, useful: list[int]) -> None:
        self.shelves, self.grid, self.useful = shelves, grid, useful
        self.sets = Sets(useful)
        self._keys: list[list[int | None]] = [[None] * (grid.full + 1) for _ in useful]
        self._tops = [grid.most(shelves.rooms[rank]) for rank in useful]
        self._shares: dict[tuple[tuple[int, ...], int], tuple[int, tuple[int, ...]]] = {}
        self._least = [self._least_key(at) for at in range(len(useful))]

    def two_best(self) -> list[int]:
        """The two best sets that can send everything, as far as there are any."""
        best: Pair = (NEVER, NEVER)
        for at in range(len(self.useful)):
            best = self._with(best, self._key(at, self.grid.full))
        turns = sorted(range(len(self.useful)), key=lambda at: (self._least[at], at))
        layers: list[Reached] = [{} for _ in range(min(self.shelves.problem.most, len(turns)))]
        for at, then in zip(turns, [*turns[1:], None], strict=True):
            after = NEVER if then is None else self._least[then]
            best = self._joined(layers, at, after, best)
        return [key for key in best if key < NEVER]

    def _joined(self, layers: list[Reached], at: int, after: int, best: Pair) -> Pair:
        """Let one more warehouse send what it can beside what those so far can send."""
        for layer, above in zip(layers[-2::-1], layers[:0:-1], strict=True):
            best = self._ended(layer, at, best)
            self._grown(layer, above, at, best[1] - after)
        if len(layers) > 1:
            self._grown({0: (0, NEVER)}, layers[0], at, best[1] - after)
        return best

    def _ended(self, layer: Reached, at: int, best: Pair) -> Pair:
        """It sends all that is left."""
        for done, pair in layer.items():
            rest = self.grid.full - done
            if self.grid.both(rest, self._tops[at]) == rest:
                key = self._key(at, rest)
                best = self._with(self._with(best, pair[0] + key), pair[1] + key)
        return best

    def _grown(self, layer: Reached, above: Reached, at: int, limit: int) -> None:
        """It sends a part of what is left, and others will send more."""
        below, both, top, keys = self.grid.below, self.grid.both, self._tops[at], self._keys[at]
        for done, (one, two) in layer.items():
            rest = self.grid.full - done
            for load in below(both(rest, top)):
                key = keys[load]
                if key is None:
                    key = self._key(at, load)
                if one + key < limit and load != rest:
                    there = self._with(above.get(done + load, NOBODY), one + key)
                    above[done + load] = self._with(there, two + key)

    def _with(self, pair: Pair, key: int) -> Pair:
        """The two best of three, of different sets."""
        one, two = pair
        if key >= two:
            return pair
        if not (key ^ one) & self.sets.who and one < NEVER:
            return min(key, one), two
        return (key, one) if key < one else (one, key)

    def _key(self, at: int, number: int) -> int:
        known = self._keys[at][number]
        if known is None:
            cost = self._cost(self.useful[at], number)
            known = NEVER if cost is None else self.sets.alone(at, cost)
            self._keys[at][number] = known
        return known

    def _cost(self, rank: int, number: int) -> int | None:
        load = self.grid.loads[number]
        if any(map(gt, load, self.shelves.rooms[rank])):
            return None
        alone = number == self.grid.full
        return self.shelves.cost(rank, load) if alone else self.shelves.part(rank, load)

    def loads(self, key: int) -> tuple[Load, ...]:
        """What each member of a set sends, most from the best placed."""
        ats = [self.useful.index(rank) for rank in self.sets.members(key)]
        numbers = self._shared(tuple(ats), self.grid.full)
        return tuple(self.grid.loads[number] for number in numbers[1])

    def _shared(self, ats: tuple[int, ...], rest: int) -> tuple[int, tuple[int, ...]]:
        """The least that it costs these to send the rest, and how."""
        if (ats, rest) not in self._shares:
            self._shares[ats, rest] = self._share(ats, rest)
        return self._shares[ats, rest]

    def _share(self, ats: tuple[int, ...], rest: int) -> tuple[int, tuple[int, ...]]:
        first, others = ats[0], ats[1:]
        if not others:
            fits = rest and self.grid.both(rest, self._tops[first]) == rest
            return (self._key(first, rest) if fits else NEVER), (rest,)
        best: tuple[int, tuple[int, ...]] = NEVER, ()
        for load in self.grid.below(self.grid.both(rest, self._tops[first])):
            cost, numbers = self._shared(others, rest - load)
            cost += self._key(first, load)
            if cost < best[0]:
                best = cost, (load, *numbers)
        return best

    def _least_key(self, at: int) -> int:
        """What is paid at the least if anything is sent from there."""
        keys = (
            self._key(at, load)
            for load in self.grid.weights
            if self.grid.both(load, self._tops[at])
        )
        return min(keys, default=0)
