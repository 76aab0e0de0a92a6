"""Read what comes of orders until nothing moves any more.

Reads the tables themselves: import it only when the environment names them.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from infra.demo.books import rests
from infra.rehearsal.stage import Stage
from infra.rehearsal.tally import Truth
from shared.domain.order import Order, Status
from shared.store import orders

LOOKED_AT = 300  # orders of one look
AT_ONCE = 100  # orders of one read
PAUSE, ROUND = 1.0, 3.0  # seconds between two looks; between two comparisons with the platforms
PATIENCE = 420.0  # seconds without any change: a platform may show changes minutes later
Found = dict[str, Order]  # by our ids
Hear = Callable[[int, Counter[Status]], None]  # so many rest; and all by status
Good = Callable[[Order, Truth], bool]


def follow(stages: Sequence[Stage], hear: Hear) -> Found:
    """Read the orders until each has come and rests, or nothing has moved for long."""
    found: Found = {}
    ids = [id_ for stage in stages for id_ in stage.ids.values()]
    waiting, moved = ids, time.monotonic()
    while waiting and time.monotonic() - moved < PATIENCE:
        looked, rest = waiting[:LOOKED_AT], waiting[LOOKED_AT:]
        known = _read(stages, looked)
        if any(id_ not in found or found[id_].version != known[id_].version for id_ in known):
            moved = time.monotonic()
        found |= known
        moving = [id_ for id_ in looked if id_ not in known or not rests(known[id_])]
        waiting = rest + moving
        hear(len(ids) - len(waiting), Counter(order.status for order in found.values()))
        time.sleep(PAUSE if len(moving) > len(looked) / 2 else 0)
    return found


def agree(stages: Sequence[Stage], found: Found, good: Good, hear: Callable[[int], None]) -> None:
    """Read anew in `found` what is not as it should be, until all is or nothing changes.

    `hear`: so many orders are not yet.
    """
    open_, moved = list(_open(stages, found, good)), time.monotonic()
    while open_ and time.monotonic() - moved < PATIENCE:
        hear(len(open_))
        time.sleep(ROUND)
        found |= _read(stages, open_)
        left = list(_open(stages, found, good))
        moved = time.monotonic() if left != open_ else moved
        open_ = left
    hear(len(open_))


def _read(stages: Sequence[Stage], ids: list[str]) -> Found:
    """All are one merchant's; what is not there is left out."""
    found: Found = {}
    for start in range(0, len(ids), AT_ONCE):
        found |= orders.get_many(stages[0].tenant, ids[start : start + AT_ONCE])
    return found


def _open(stages: Iterable[Stage], found: Found, good: Good) -> Iterator[str]:
    for stage in stages:
        truth = stage.truth()
        for number, id_ in stage.ids.items():
            if id_ in found and not good(found[id_], truth[number]):
                yield id_
