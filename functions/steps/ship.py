"""Parcels leave, and their goods leave the stock; the simulated carrier takes its own."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from shared.domain import flow, merge
from shared.domain.claim import Claim
from shared.domain.errors import Blocked, Conflict, Merged
from shared.domain.merge import Merge
from shared.domain.order import Order, Status
from shared.domain.routing import MOST_COUNTERS
from shared.gateways import queues
from shared.runtime import clock
from shared.store import claims, meeting, merges, orders, stock
from shared.store.meeting import Act

Labels = dict[int, tuple[str, str]]
"""Parcel number -> (carrier, tracking number)."""
ROWS_OF_ORDER = 2  # itself, and a part of its history


def ship(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.merge:
        return _ship_merge(order)
    if order.status is Status.PLANNED and flow.simulated(order):
        labels = {
            p.no: (flow.SIMULATED, f"SIM{order_id[:12]}{p.no:02d}".upper()) for p in order.parcels
        }
        order = send(order, labels, clock.now())
    queues.nudge(order)
    return None


def _ship_merge(order: Order) -> None:
    """The boxes that it shares leave whole: ours, unless they are stopped, and what was begun."""
    merged = merges.folder.get(order.tenant, order.merge)
    labels = {
        box.no: (box.carrier, box.tracking or f"SIM{merged.id[:12]}{box.no:02d}".upper())
        for box in merged.boxes
        if box.shipped_at or (box.carrier == flow.SIMULATED and not merged.stops(box))
    }
    if labels:
        with suppress(Blocked):  # people take out who is no longer the same
            send_boxes(Act(order.tenant, clock.now()), merged, labels)


def send(
    order: Order, labels: Labels, now: str, by: str = "system", claim: Claim | None = None
) -> Order:
    """Ship these parcels: in one write, or in several where they touch too many counters."""
    order.ship(labels, now, by)  # refused as a whole, or not at all
    if any(parcel.box for parcel in order.parcels if parcel.no in labels):
        raise Merged(order=order.id, merge=order.merge)
    *first, last = _loads(order, labels) or [labels]
    for some in first:
        order = stock.write(order, order.ship(some, now, by))
    return stock.write(order, order.ship(last, now, by), claim)


def send_boxes(act: Act, merged: Merge, labels: Labels) -> None:
    """Boxes leave with all that is in them; `labels` by their numbers.

    In one write, or box by box and order by order where they touch too many counters. Whoever
    comes after one who stopped on the way ends what he began.
    """
    after = merged.ship(labels, act.now)  # refused as a whole, or not at all
    inside = {order.id: order for order in meeting.inside(act, merged)}
    loads = _portions(after, list(inside.values()), list(labels))
    if not loads:
        return _sent_before(act, merged, after)
    for left, (boxes, ids) in zip(range(len(loads) - 1, -1, -1), loads, strict=True):
        after = replace(after, due=act.now if left else "")
        moves = [
            (order, order.ship(merge.labels(after, order, boxes), act.now, act.by))
            for order in (inside[each] for each in ids)
        ]
        put = merges.folder.writes(act.tenant, after, after.due)
        written = stock.write_all(moves, None if left else act.claim, put)
        inside |= {order.id: order for order in written}
        after = replace(after, version=after.version + 1)
    return None


def _sent_before(act: Act, merged: Merge, after: Merge) -> None:
    """Nothing is left to be sent: whoever asked with a key is answered the same from now on."""
    if after != merged:  # somebody else sent it since the merge was read
        raise Conflict(merge=merged.id)
    if act.claim:
        claims.write(merges.folder.writes(act.tenant, merged, merged.due), act.claim)


def _portions(
    after: Merge, inside: list[Order], boxes: list[int]
) -> list[tuple[list[int], list[str]]]:
    """(Boxes, orders) of each write: all at once, if that fits into one."""
    sizes = {order.id: _rows(after, order, boxes) for order in inside}
    there = [order_id for order_id, rows in sizes.items() if rows]
    if sum(sizes.values()) <= MOST_COUNTERS:
        return [(boxes, there)] if there else []
    portions: list[tuple[list[int], list[str]]] = []
    for no in boxes:
        room = 0
        for order in inside:
            rows = _rows(after, order, [no])
            if rows > room:
                portions.append(([no], []))
                room = MOST_COUNTERS
            if rows:
                portions[-1][1].append(order.id)
                room -= rows
    return portions


def _rows(after: Merge, order: Order, boxes: list[int]) -> int:
    """How many rows of a transaction an order's parcels in these boxes take at most."""
    numbers = merge.labels(after, order, boxes)
    places = {s.place for p in order.parcels if p.no in numbers for s in p.sources}
    return len(places) + ROWS_OF_ORDER if numbers else 0


def _loads(order: Order, labels: Labels) -> list[Labels]:
    """Parcels that together touch no more counters than one transaction takes."""
    loads: list[Labels] = []
    room = 0
    for number, places in _sizes(order, labels):
        if places > room:
            loads.append({})
            room = MOST_COUNTERS
        loads[-1][number] = labels[number]
        room -= places
    return loads


def _sizes(order: Order, labels: Labels) -> Iterator[tuple[int, int]]:
    for parcel in order.parcels:
        if parcel.no in labels:
            yield parcel.no, len({source.place for source in parcel.sources})
