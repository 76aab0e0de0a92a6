"""The count after the harvest: every acknowledged order read back, every unit accounted for.

Reads the tables themselves, consistently. Import it only when the environment names them.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from infra.demo.merchant import TENANT
from shared.domain.flow import queue_for
from shared.domain.order import Order, Status
from shared.domain.stock import Level, Place
from shared.store import orders, stock
from shared.store.orders import from_row
from shared.store.table import OrderRow, connection

AT_ONCE = 100  # orders of one read
LOOKED_AT = 300  # orders of one look: reading costs what the orders themselves need
PAUSE = 2.0  # seconds before the next look, when few have come to rest
PATIENCE = 200.0  # seconds without any change: the sweep mends a lost nudge within 120
PAGE = 500
Hear = Callable[[int, Counter[Status]], None]  # so many rest; and all by status


@dataclass(slots=True)
class Readback:
    """What was found under the acknowledged ids."""

    orders: dict[str, Order] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def statuses(self) -> Counter[Status]:
        return Counter(order.status for order in self.orders.values())

    @property
    def reasons(self) -> Counter[str]:
        """An order may be held for several reasons."""
        held = (order for order in self.orders.values() if order.status is Status.HELD)
        return Counter(reason for order in held for reason in {h.reason for h in order.holds})

    def look(self, ids: list[str]) -> list[str]:
        """Read these orders; give back those that will move on by themselves."""
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            found = orders.get_many(TENANT, some)
            self.orders |= found
            self.lost += [order_id for order_id in some if order_id not in found]
        return [each for each in ids if each in self.orders and not rests(self.orders[each])]


def follow(ids: Iterable[str], hear: Hear) -> Readback:
    """Read the orders, the first that were sent first, until each rests or nothing moves."""
    back, waiting = Readback(), list(ids)
    total, before, since = len(waiting), Counter[Status](), time.monotonic()
    while waiting and time.monotonic() - since < PATIENCE:
        looked, rest = waiting[:LOOKED_AT], waiting[LOOKED_AT:]
        moving = back.look(looked)
        moved = back.statuses != before
        waiting = moving + rest if moved else rest + moving
        if moved:
            before, since = back.statuses, time.monotonic()
        hear(total - len(waiting), before)
        if len(moving) > len(looked) / 2:
            time.sleep(PAUSE)
    back.unsettled = waiting
    return back


@dataclass(frozen=True, slots=True)
class Stocktake:
    """Counters of the stock, and what the orders themselves say of the same units."""

    levels: dict[Place, Level]
    held: Counter[Place]
    sent: Counter[Place]

    @property
    def put_down(self) -> Counter[Place]:
        """What must have been there before any order took from it."""
        there = Counter({place: level.on_hand for place, level in self.levels.items()})
        return there + self.sent

    def oversold(self, opening: Counter[Place]) -> int:
        """Units that orders hold or have sent although they never were there."""
        promised = self.held + self.sent
        below = sum(max(0, -level.free) for level in self.levels.values())
        return below + (promised - opening).total()

    def unaccounted(self, opening: Counter[Place]) -> int:
        """Units that appeared or vanished, or that a counter holds for no order."""
        counted = Counter({place: level.held for place, level in self.levels.items()})
        return _apart(self.put_down, opening) + _apart(counted, self.held)


def take_stock() -> Stocktake:
    """Of the whole merchant, whoever sent the orders."""
    held, sent = Counter[Place](), Counter[Place]()
    for order in _all_orders():
        held.update(order.holding)
        sent.update(order.sent)
    return Stocktake({one.place: one for one in _all_levels()}, held, sent)


def _apart(one: Counter[Place], other: Counter[Place]) -> int:
    return sum(abs(one[place] - other[place]) for place in one.keys() | other.keys())


def rests(order: Order) -> bool:
    """Whether only a person, new stock or a newer version can move the order on."""
    return order.status is Status.SHORT or (queue_for(order) is None and not order.meeting)


def _all_orders() -> Iterator[Order]:
    connection()
    for row in OrderRow.scan(OrderRow.sk == "order", consistent_read=True):
        order = from_row(row)
        if order.tenant == TENANT:
            yield order


def _all_levels() -> Iterator[Level]:
    after = ""
    while some := stock.page(TENANT, after, PAGE):
        yield from some
        after = "#".join(some[-1].place)
