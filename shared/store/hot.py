"""Hot SKUs at rest: their units spread over buckets, looked for, gathered, and put back.

Every move of units is one transaction that takes as many as it gives. Whoever stops in between
leaves some on the one counter and some in buckets, where both are still found.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from shared.domain import buckets
from shared.domain.errors import Conflict, Short
from shared.domain.routing import MOST_COUNTERS
from shared.domain.stock import Cause, Change, Heat, Hot, Level, Place
from shared.runtime import clock, retry
from shared.store import keys, stock
from shared.store.changes import VERSION
from shared.store.table import Cancelled, Put, StockRow, Update, find, transact, update

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE = MOST_COUNTERS - 1  # buckets that one transaction moves, beside the counter itself
ROUNDS, WAIT = 8, 0.02  # somebody else may move the same units meanwhile; seconds
FILLED: Any = StockRow.filled


# --- on and off ----------------------------------------------------------
def switch_on(tenant: str, root: Place, number: int, puts: Sequence[Put] = ()) -> bool:
    """Open buckets for a SKU, and write `puts` with that; those that are open already stay.

    Says whether it did. Raises Conflict while cooling.
    """
    level = stock.find_level(tenant, root) or Level(*root)
    if level.hot and level.hot.heat is Heat.COOLING:
        raise Conflict(sku=root.sku)
    if level.hot:
        return False
    row = find(StockRow, keys.stock(tenant, root))
    epoch = int(row.epoch or 0) if row else 0
    same = StockRow.epoch == epoch if epoch else StockRow.epoch.does_not_exist()
    actions = [
        StockRow.epoch.set(epoch + 1),
        StockRow.buckets.set(number),
        StockRow.heat.set(Heat.ON.value),
    ]
    counter = StockRow(*keys.stock(tenant, root))
    opened = Update(counter, actions, same & StockRow.heat.does_not_exist())
    try:
        transact(puts=puts, updates=[opened])
    except Cancelled as cancelled:
        raise Conflict(sku=root.sku) from cancelled
    return True


def spread(tenant: str, root: Place, by: str = "system") -> int:
    """Divide what is free on the one counter over the buckets; gives how many units that were."""
    level = stock.find_level(tenant, root)
    if level is None or level.hot is None or level.hot.heat is Heat.COOLING:
        return 0
    shares = enumerate(buckets.shares(max(0, level.free), level.hot.buckets))
    some = [(number, units) for number, units in shares if units]
    for portion in _portions(some):
        changes = [
            Change(buckets.place(root, level.hot.epoch, number), "spread", {"free": units})
            for number, units in portion
        ]
        out = {"free": -sum(units for _, units in portion)}
        filled = frozenset(number for number, _ in portion)
        taken = Change(root, "spread", out, epoch=level.hot.epoch, filled=filled)
        stock.apply(tenant, [taken, *changes], _cause(level.hot, by))
    return sum(units for _, units in some)


def switch_off(tenant: str, root: Place, by: str = "system") -> None:
    """Bring everything back to the one counter. Stopped on the way, it can be called again."""
    level = stock.find_level(tenant, root)
    if level is None or level.hot is None:
        return
    hot, counter = level.hot, StockRow(*keys.stock(tenant, root))
    ours = (StockRow.epoch == hot.epoch) & StockRow.heat.exists()
    update(Update(counter, [StockRow.heat.set(Heat.COOLING.value), FILLED.remove()], ours))
    for portion in _portions(buckets.all_of(level)):
        _in_halves(partial(_bring_back, tenant, root, _cause(hot, by)), portion)
    cold = [StockRow.heat.remove(), StockRow.buckets.remove()]
    update(Update(counter, cold, ours & (StockRow.heat == Heat.COOLING.value)))


def _in_halves(work: Callable[[Sequence[Place]], None], some: Sequence[Place]) -> None:
    """Do it for all at once, or for ever fewer while others ship what lies there."""
    if len(some) == 1:
        _patiently(lambda: work(some))
        return
    try:
        work(some)
    except (Short, Conflict):
        middle = len(some) // 2
        for half in (some[:middle], some[middle:]):
            _in_halves(work, half)


def _bring_back(tenant: str, root: Place, cause: Cause, some: Sequence[Place]) -> None:
    levels = [level for level in stock.find_levels(tenant, some) if level.on_hand]
    back = {name: sum(getattr(level, name) for level in levels) for name in ("free", "held")}
    if levels:
        stock.apply(tenant, [Change(root, "gathered", back), *map(_emptied, levels)], cause)


def _emptied(level: Level) -> Change:
    delta = {"free": -level.free, "held": -level.held}
    return Change(level.place, "gathered", delta, emptied=True)


# --- looking for units ---------------------------------------------------
@dataclass(frozen=True, slots=True)
class Seen:
    """How many units all buckets have together, and one that has as many as were needed."""

    units: int
    bucket: Place | None = None


def missed(tenant: str, bucket: Place, needed: int) -> Seen | None:
    """A bucket lacked units: see to it that the next look finds some.

    Gives what all buckets have, where that had to be counted.
    """
    level = stock.find_level(tenant, bucket)
    if level and level.free > 0:
        return gather(tenant, bucket.root, needed)
    epoch, number = buckets.epoch_of(bucket), buckets.number_of(bucket)
    row = StockRow(*keys.stock(tenant, bucket.root))
    with suppress(Conflict):
        update(Update(row, [FILLED.delete({number})], StockRow.epoch == epoch))
    return None


def gather(tenant: str, root: Place, needed: int) -> Seen:
    """Read every bucket, and write down which have units, or that the SKU is sold out.

    If together they have `needed` units but none alone, the fewest that do are merged.
    """
    return _patiently(lambda: _gather(tenant, root, needed))


def _gather(tenant: str, root: Place, needed: int) -> Seen:
    spread(tenant, root)  # what came to the counter meanwhile is for the buyers, too
    level = stock.find_level(tenant, root)
    if level is None or level.hot is None or level.hot.heat is Heat.COOLING:
        return Seen(0)
    hot = level.hot
    there = [bucket for bucket in stock.in_buckets(tenant, level) if bucket.free > 0]
    enough = [bucket for bucket in there if bucket.free >= needed]
    if some := buckets.to_merge(there, needed)[:AT_ONCE]:
        _merge(tenant, root, hot, some)
        hot, enough = replace(hot, returned=hot.returned + 1), some[:1]
    still = {buckets.number_of(one.place) for one in there if one not in some[1:]}
    _write_down(tenant, root, hot, still)
    one = enough[int(retry.chance() * len(enough))].place if enough else None
    return Seen(sum(bucket.free for bucket in there), one)


def _merge(tenant: str, root: Place, hot: Hot, some: list[Level]) -> None:
    first, *rest = some
    units = sum(bucket.free for bucket in rest)
    number = frozenset({buckets.number_of(first.place)})
    changes = [
        Change(root, "", {}, epoch=hot.epoch, filled=number),  # refused while cooling
        Change(first.place, "gathered", {"free": units}),
        *(Change(bucket.place, "gathered", {"free": -bucket.free}) for bucket in rest),
    ]
    stock.apply(tenant, changes, _cause(hot))


def _write_down(tenant: str, root: Place, hot: Hot, numbers: set[int]) -> None:
    """Say which buckets have units, unless some came back since they were counted."""
    filled = FILLED.set(numbers) if numbers else FILLED.remove()
    heat = Heat.ON if numbers else Heat.SOLD_OUT
    same = hot.returned == VERSION if hot.returned else VERSION.does_not_exist()
    going_on = (StockRow.heat == Heat.ON.value) | (StockRow.heat == Heat.SOLD_OUT.value)
    row = StockRow(*keys.stock(tenant, root))
    ours = (StockRow.epoch == hot.epoch) & going_on & same
    update(Update(row, [StockRow.heat.set(heat.value), filled], ours))


def _cause(hot: Hot, by: str = "system") -> Cause:
    return Cause("hot", str(hot.epoch), clock.now(), by)


def _portions(some: Sequence[T]) -> Iterator[Sequence[T]]:
    return (some[at : at + AT_ONCE] for at in range(0, len(some), AT_ONCE))


def _patiently(work: Callable[[], R]) -> R:
    """Do it again while others move the same units; Conflict if they never let us."""
    for _ in range(ROUNDS):
        with suppress(Short, Conflict):
            return work()
        retry.pause(WAIT)
    raise Conflict
