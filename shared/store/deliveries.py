"""Webhook messages on their way, each with the log of its tries."""

from collections.abc import Iterator
from dataclasses import replace

from shared.domain.claim import Claim
from shared.domain.delivery import Delivery, DeliveryState
from shared.domain.errors import Conflict, NotFound
from shared.runtime import clock
from shared.store import claims, keys
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, Put, connection, find, put

KEPT = 90 * 24 * 3600


def get(tenant: str, delivery_id: str) -> Delivery:
    row = find(InsightRow, keys.delivery(tenant, delivery_id))
    if row is None:
        raise NotFound(kind="delivery", id=delivery_id)
    return _from(row)


def create(delivery: Delivery) -> bool:
    """Write a new delivery; False if it is there already."""
    fresh = writes(delivery)
    try:
        put(fresh.row, fresh.condition)
    except Conflict:
        return False
    return True


def writes(delivery: Delivery) -> Put:
    """The row of a new delivery, to be written together with what it tells of."""
    return Put(_row(delivery), InsightRow.pk.does_not_exist())


def save(delivery: Delivery, claim: Claim | None = None) -> Delivery:
    """Write what became of a delivery, unless somebody else did meanwhile."""
    claims.write(Put(_row(delivery), InsightRow.v == delivery.version), claim)
    return replace(delivery, version=delivery.version + 1)


def due(before: str) -> Iterator[tuple[str, str]]:
    """(tenant, delivery id) of what should have been sent before `before`."""
    connection()
    for work in keys.works("delivery"):
        for row in InsightRow.due_index.query(work, InsightRow.due < before):
            yield str(row.pk).split("#")[0], str(row.sk)


def page(tenant: str, day: str, after: str, limit: int) -> list[Delivery]:
    """The deliveries of one day (YYYYMMDD), the newest first."""
    connection()
    pk, _ = keys.delivery(tenant, day)
    older = InsightRow.sk < after if after else None
    rows = InsightRow.query(pk, older, scan_index_forward=False, limit=limit)
    return [_from(row) for row in rows]


def _row(delivery: Delivery) -> InsightRow:
    waits = delivery.state is DeliveryState.PENDING
    return InsightRow(
        *keys.delivery(delivery.tenant, delivery.id),
        v=delivery.version + 1,
        body=pack(replace(delivery, version=0)),
        work=keys.work("delivery", delivery.id) if waits else None,
        due=delivery.due if waits else None,
        ttl=clock.epoch(clock.now()) + KEPT,
    )


def _from(row: InsightRow) -> Delivery:
    return replace(unpack(row.body, Delivery), version=int(row.v))
