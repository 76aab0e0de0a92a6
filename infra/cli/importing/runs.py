"""Which orders of a table are scattered over it: found with eight bytes per run of rows."""

from array import array
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise

Key = tuple[str, str]  # shop and number


def mark(key: Key) -> int:
    return int.from_bytes(blake2b("\n".join(key).encode(), digest_size=8).digest(), "big")


def scattered(keys: Iterable[Key]) -> tuple[Counter[int], int]:
    """How many runs of neighbouring rows each scattered order has; and how many rows there are.

    An order all of whose rows are neighbours is one run, and is not counted.
    """
    runs, rows, last = array("Q"), 0, None
    for key in keys:
        rows += 1
        if key != last:
            runs.append(mark(key))
            last = key
    return _repeated(runs), rows


def _repeated(runs: Iterable[int]) -> Counter[int]:
    ordered = sorted(runs)
    pairs = pairwise(ordered)
    again = Counter(one for one, next_ in pairs if one == next_)
    return Counter({key: count + 1 for key, count in again.items()})
