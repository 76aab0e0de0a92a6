"""The day's counters, a row for ten seconds. Each remembers the events that it has counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from shared.domain import event, stages
from shared.domain.errors import Conflict
from shared.domain.event import Event
from shared.runtime import clock
from shared.store import keys, orders
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, connection, find, put

KEPT = 400 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Slot:
    seen: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


def count(events: Iterable[Event]) -> None:
    """Count each event once, however often it is told."""
    slots: dict[tuple[str, str], list[Event]] = {}
    for one in events:
        slots.setdefault((one.order.tenant, one.entry.at[:18]), []).append(one)
    for (tenant, moment), some in slots.items():
        _count(tenant, moment, some)


def read(tenant: str, date: str) -> dict[str, int]:
    """The counters of one day (UTC), but for those of stages."""
    found = _sum(tenant, date)
    return {name: n for name, n in sorted(found.items()) if not name.startswith(stages.MARK)}


def stages_of(tenant: str, date: str) -> dict[str, int]:
    """How long the orders that were shipped or signed on one day (UTC) spent in each stage."""
    found = _sum(tenant, date)
    return {name: n for name, n in found.items() if name.startswith(stages.MARK)}


def _sum(tenant: str, date: str) -> Counter[str]:
    connection()
    total: Counter[str] = Counter()
    for row in InsightRow.query(keys.day(tenant, date), consistent_read=True):
        total.update(unpack(row.body, Slot).counts)
    return total


def _count(tenant: str, moment: str, events: list[Event]) -> None:
    key = keys.slot(tenant, moment)
    row = find(InsightRow, key)
    known = unpack(row.body, Slot) if row else Slot()
    seen, counts = set(known.seen), Counter(known.counts)
    for one in events:
        if (mark := _mark(one)) not in seen:
            seen.add(mark)
            counts.update(event.counts(_whole(one)))
    if len(seen) == len(known.seen):
        return
    now = Slot(tuple(sorted(seen)), dict(counts))
    version = int(row.v) if row else 0
    fresh = InsightRow(
        *key, body=pack(now), v=version + 1, ttl=clock.epoch(events[0].entry.at) + KEPT
    )
    try:
        put(fresh, InsightRow.v == version if version else InsightRow.pk.does_not_exist())
    except Conflict:  # another reader of the stream was here: fold into what it wrote
        _count(tenant, moment, events)


def _whole(one: Event) -> Event:
    """What an order went through says how long it took: a very long history lies in other rows."""
    order = one.order
    if one.name not in ("shipped", "signed") or order.timeline[0].seq == 1:
        return one
    history = orders.timeline(order.tenant, order.id)
    return replace(one, order=replace(order, timeline=history))


def _mark(one: Event) -> str:
    """Eight bytes are enough to tell the events of ten seconds apart."""
    return blake2b(one.id.encode(), digest_size=8).hexdigest()
