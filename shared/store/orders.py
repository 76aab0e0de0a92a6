"""Orders at rest: one row each, the older part of a long history beside it."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from shared.domain.claim import Claim
from shared.domain.errors import NotFound
from shared.domain.flow import overpaid, queue_for
from shared.domain.order import Entry, Order, Status
from shared.runtime import observe
from shared.store import claims, keys
from shared.store.pack import pack, unpack
from shared.store.table import OrderRow, Put, connection, find, find_many, put

LOOKED_AT = 5000  # rows of open work that one call reads at most
STOPPED = {Status.HELD, Status.SHORT}
MEETS = {*STOPPED, Status.RECEIVED, Status.APPROVED, Status.RESERVED}
"""Where an order may still be merged, or soon will be."""
KEPT, SPILLED = 40, 30  # a longer history puts its oldest entries into a row of their own


@dataclass(frozen=True, slots=True)
class History:
    entries: tuple[Entry, ...]


_ahead: dict[tuple[str, str], Order] = {}


def read_ahead(ids: list[dict[str, str]]) -> None:
    """Read the orders of a batch in one call. Each is given out once, by the next `get` of it.

    What is older than somebody's write meanwhile meets a broken condition, and is read again.
    """
    _ahead.clear()
    wanted = [keys.order(some["tenant"], some["order_id"]) for some in ids]
    for order in map(from_row, find_many(OrderRow, wanted)):
        _ahead[order.tenant, order.id] = order


def get(tenant: str, order_id: str) -> Order:
    order = _ahead.pop((tenant, order_id), None) or find_order(tenant, order_id)
    if order is None:
        raise NotFound(kind="order", id=order_id)
    return order


def find_order(tenant: str, order_id: str) -> Order | None:
    row = find(OrderRow, keys.order(tenant, order_id))
    return from_row(row) if row else None


def get_many(tenant: str, order_ids: list[str]) -> dict[str, Order]:
    rows = find_many(OrderRow, [keys.order(tenant, order_id) for order_id in order_ids])
    return {order.id: order for order in map(from_row, rows)}


def create(order: Order) -> Order:
    """Write a new order; raise Conflict if one of this id is there already."""
    put(_row(order), OrderRow.pk.does_not_exist())
    return written(order)


def save(order: Order, claim: Claim | None = None) -> Order:
    """Write `order` if nobody wrote it since it was read, else raise Conflict."""
    order_row, *history = writes(order)
    claims.write(order_row, claim, *history)
    return written(order)


def written(order: Order) -> Order:
    """The order as it lies in the table after a write, with one line in the log."""
    observe.moved(order.tenant, order.id, order.status, order.version + 1)
    return replace(order, version=order.version + 1)


def writes(order: Order) -> list[Put]:
    """The rows that make up `order`, conditional on the version that was read."""
    puts: list[Put] = []
    if len(order.timeline) > KEPT:
        old = order.timeline[:SPILLED]
        order = replace(order, timeline=order.timeline[SPILLED:])
        key = keys.history(order.tenant, order.id, old[0].seq)
        puts = [Put(OrderRow(*key, body=pack(History(old))))]
    fresh = OrderRow.pk.does_not_exist() if order.version == 0 else OrderRow.v == order.version
    return [Put(_row(order), fresh), *puts]


def timeline(tenant: str, order_id: str) -> tuple[Entry, ...]:
    """The whole history, the oldest first."""
    order = get(tenant, order_id)
    pk, _ = keys.order(tenant, order_id)
    old = OrderRow.query(pk, OrderRow.sk.startswith("history#"), consistent_read=True)
    earlier = [entry for row in old for entry in unpack(row.body, History).entries]
    return (*earlier, *order.timeline)


def open_work(kind: str, *, before: str, since: str = "0") -> Iterator[tuple[str, str, str]]:
    """(tenant, order id, due) of what waits in `kind` between two times, the oldest first."""
    for work in keys.works(kind):
        for row in OrderRow.open.query(work, OrderRow.due.between(since, before)):
            tenant, _, order_id = row.pk.rpartition("#")
            yield tenant, order_id, str(row.due)  # type: ignore[attr-defined]


def begun(tenant: str, since: str) -> list[str]:
    """The orders of one tenant that wait to be moved on, since no longer than that."""
    waiting = islice(open_work("move", before="9", since=since), LOOKED_AT)
    return [order_id for owner, order_id, _ in waiting if owner == tenant]


def met(tenant: str, mark: str) -> list[str]:
    """The orders that may meet those of this mark, the first placed first; it may lag a little."""
    connection()
    rows = OrderRow.meeting.query(keys.meet(tenant, mark))
    return [str(row.pk).rpartition("#")[2] for row in rows]


def stopped(tenant: str, after: str = "", limit: int = 100) -> list[tuple[str, str]]:
    """(Place, order id) of orders that are held or short, the first placed first."""
    connection()
    later = OrderRow.placed > after if after else None
    rows = OrderRow.by_stop.query(tenant, later, limit=limit)
    return [(str(row.placed), str(row.pk).rpartition("#")[2]) for row in rows]  # type: ignore[attr-defined]


def page(
    tenant: str, month: str, between: tuple[str, str], *, newest_first: bool, limit: int
) -> list[str]:
    """Up to `limit` places (time#order id) of one month's orders between two times or places."""
    if between[0] > between[1]:
        return []
    rows = OrderRow.by_month.query(
        keys.month(tenant, month),
        OrderRow.placed.between(*between),
        scan_index_forward=not newest_first,
        limit=limit,
    )
    return [str(row.placed) for row in rows]  # type: ignore[attr-defined]


def from_row(row: OrderRow) -> Order:
    return replace(unpack(row.body, Order), version=int(row.v))


def _row(order: Order) -> OrderRow:
    work, due = _open(order)
    moment = order.content.placed_at
    meets = order.meet and order.status in MEETS
    return OrderRow(
        *keys.order(order.tenant, order.id),
        v=order.version + 1,
        body=pack(replace(order, version=0)),
        work=work,
        due=due,
        month=keys.month(order.tenant, moment),
        placed=keys.placed(moment, order.id),
        meet=keys.meet(order.tenant, order.meet) if meets else None,
        stopped=order.tenant if order.status in STOPPED else None,
    )


def _open(order: Order) -> tuple[str | None, str | None]:
    """Under which open work the order waits: to be moved on, for its hold's end, its money."""
    if order.meeting:
        return keys.work("meet", order.id), order.since
    if queue_for(order):
        return keys.work("move", order.id), order.since
    if until := min((hold.until for hold in order.holds if hold.until), default=""):
        return keys.work("hold", order.id), until
    if overpaid(order):
        return keys.work("settle", order.id), order.timeline[-1].at
    return None, None


def from_image(image: dict[str, dict[str, str]]) -> list[Order]:
    """The order that a stream's new image shows; nothing for rows of other kinds.

    A Lambda event is JSON: its binary values come as Base64, unlike those of a table.
    """
    if image["sk"] != {"S": "order"}:
        return []
    order = unpack(b64decode(image["body"]["B"]), Order)
    return [replace(order, version=int(image["v"]["N"]))]
