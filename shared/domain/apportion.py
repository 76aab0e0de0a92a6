"""Divide an amount in whole fen: by weights among lines, and evenly among the units of a line.

One rule everywhere: the largest remainder, ties to the earlier, nobody beyond the room that it
has. It is done once, when an order is placed; what comes later reads what was divided then.
"""

from collections.abc import Sequence


def spread(total: int, weights: Sequence[int], rooms: Sequence[int] | None = None) -> list[int]:
    """Each one's part of `total` by its weight, none beyond its room; fen, never a fraction.

    Where no weight is above nought all weigh the same. What there is no room for is dropped: the
    parts then sum to less than `total`. A negative total is divided like the same one above
    nought. Raises ValueError when there is nobody to take it.
    """
    if not weights:
        raise ValueError("nobody to divide among")
    if total < 0:
        return [-part for part in spread(-total, weights, rooms)]
    shares = list(weights) if any(weights) else [1] * len(weights)
    if rooms is None:
        return _by_remainder(total, shares)
    return _within(total, shares, rooms)


def _within(total: int, shares: Sequence[int], rooms: Sequence[int]) -> list[int]:
    """Whoever has less room than its part gets its room; the others divide the rest."""
    parts = [0] * len(shares)
    open_ = {at for at, share in enumerate(shares) if share > 0}
    left = min(total, sum(rooms[at] for at in open_))
    while open_ and left:
        whole = sum(shares[at] for at in open_)
        full = {at for at in open_ if left * shares[at] >= rooms[at] * whole}
        if not full:
            some = sorted(open_)
            divided = _by_remainder(left, [shares[at] for at in some])
            for at, part in zip(some, divided, strict=True):
                parts[at] = part
            break
        for at in full:
            parts[at] = rooms[at]
        left -= sum(rooms[at] for at in full)
        open_ -= full
    return parts


def _by_remainder(total: int, shares: Sequence[int]) -> list[int]:
    whole = sum(shares)
    parts = [total * share // whole for share in shares]
    rests = [total * share % whole for share in shares]
    first = sorted(range(len(shares)), key=lambda at: (-rests[at], at))
    for at in first[: total - sum(parts)]:
        parts[at] += 1
    return parts


def front(whole: int, units: int, first: int) -> int:
    """What the first units of a line have of what all of them have: the larger parts go first."""
    each, larger = divmod(whole, units)
    return each * first + min(larger, first)


def between(whole: int, units: int, start: int, end: int) -> int:
    """What the units from `start` (the first is 0) to before `end` have of it."""
    return front(whole, units, end) - front(whole, units, start)
