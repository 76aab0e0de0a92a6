"""Which pieces of a cart a promotion for so many together is for, and what each of them saves.

Pieces are handled in runs of equal ones: a line of ten thousand costs no more than a line of two.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from shared.domain.promotions.promotion import WHOLE, Benefit, Pick, Tier


class Run(NamedTuple):
    """`pieces` of the line at `line`, each at `price` fen."""

    price: int
    line: int
    pieces: int


def runs(at: Iterable[int], left: Sequence[int], quantities: Sequence[int]) -> Iterator[Run]:
    """The pieces of these lines; those of one line cost the same, but for a fen."""
    for line in at:
        each, larger = divmod(left[line], quantities[line])
        if larger:
            yield Run(each + 1, line, larger)
        yield Run(each, line, quantities[line] - larger)


def taken(of: Iterable[Run], count: int, pick: Pick) -> tuple[list[Run], list[Run]]:
    """So many of them by `pick`, in its order, and the others; among equals the earlier line."""
    chosen: list[Run] = []
    others: list[Run] = []
    for run in _ordered(of, pick):
        some = min(run.pieces, count)
        count -= some
        if some:
            chosen.append(Run(run.price, run.line, some))
        if some < run.pieces:
            others.append(Run(run.price, run.line, run.pieces - some))
    return chosen, others


def _ordered(of: Iterable[Run], pick: Pick) -> list[Run]:
    if pick is Pick.FIRST:
        return sorted(of, key=lambda run: (run.line, -run.price))
    sign = -1 if pick is Pick.DEAREST else 1
    return sorted(of, key=lambda run: (sign * run.price, run.line))


def saved(tier: Tier, price: int) -> int:
    """Off a piece, or off some together, that cost so much."""
    if tier.price is not None:
        return max(0, price - tier.price)
    return min(price, tier.off or price * tier.rate // WHOLE)


def each(tier: Tier, chosen: Iterable[Run]) -> dict[int, int]:
    """Line -> fen, where every piece has its own price."""
    offs: dict[int, int] = {}
    for run in chosen:
        offs[run.line] = offs.get(run.line, 0) + run.pieces * saved(tier, run.price)
    return offs


def together(tier: Tier, chosen: Sequence[Run], size: int) -> tuple[int, dict[int, int]]:
    """(Fen, line -> weight) where `size` pieces have one price; sets that save nothing are out."""
    total = 0
    weights: dict[int, int] = {}
    for some, times in _sets(chosen, size):
        off = saved(tier, sum(run.price * run.pieces for run in some))
        total += off * times
        for run in some if off else ():
            weights[run.line] = weights.get(run.line, 0) + run.price * run.pieces * times
    return total, weights


def _sets(chosen: Sequence[Run], size: int) -> Iterator[tuple[list[Run], int]]:
    """The pieces in sets of `size`, one after the other; equal sets at once, with their number."""
    part: list[Run] = []
    for run in chosen:
        rest = run.pieces
        if part:
            some = min(rest, size - sum(one.pieces for one in part))
            part.append(Run(run.price, run.line, some))
            rest -= some
            if sum(one.pieces for one in part) == size:
                yield part, 1
                part = []
        if rest >= size:
            yield [Run(run.price, run.line, size)], rest // size
            rest %= size
        if rest and not part:
            part = [Run(run.price, run.line, rest)]


def had(
    benefit: Benefit, bought: Sequence[Run], gets: Sequence[Run], most: int
) -> tuple[list[Run], int]:
    """The pieces that have the benefit, and how many sets they make, no more than `most`.

    What is bought is set aside first: what cannot be had for less, and then the dearest, so that
    nothing is given for itself. With `benefit.gets` a set may be had in part.
    """
    own, free = {run.line for run in bought}, {run.line for run in gets}
    both = [run for run in bought if run.line in free]
    alone = count(bought) - count(both)
    more = [run for run in gets if run.line not in own]
    times = _times(benefit, alone, count(both), count(more))
    times = min(times, most) if most else times
    _, rest = taken(both, max(0, benefit.buy * times - alone), Pick.DEAREST)
    return taken([*rest, *more], benefit.get * times, benefit.pick)[0], times


def count(some: Iterable[Run]) -> int:
    return sum(run.pieces for run in some)


def _times(benefit: Benefit, alone: int, both: int, more: int) -> int:
    buy, get = benefit.buy, benefit.get
    full = min((alone + both + more) // (buy + get), (both + more) // get)
    if buy:
        full = min(full, (alone + both) // buy)
    partly = benefit.gets is not None and not benefit.together and alone + both >= buy
    return max(full, 1) if partly else full
