"""Day by day, whether all that platforms count is with us."""

from collections.abc import Iterator

from shared.domain.complete import Completeness
from shared.runtime import clock
from shared.store import keys
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, connection, find, put

KEPT = 400 * 24 * 3600


def save(tenant: str, one: Completeness) -> None:
    ttl = clock.epoch(one.at) + KEPT
    put(InsightRow(*keys.complete(tenant, one.shop, one.day), body=pack(one), ttl=ttl), None)


def find_day(tenant: str, shop: str, day: str) -> Completeness | None:
    row = find(InsightRow, keys.complete(tenant, shop, day))
    return unpack(row.body, Completeness) if row else None


def month(tenant: str, shop: str, month: str) -> Iterator[Completeness]:
    """The days of a month that were looked at, the newest first."""
    connection()
    pk, prefix = keys.complete(tenant, shop, month)
    for row in InsightRow.query(
        pk, InsightRow.sk.startswith(prefix), scan_index_forward=False, limit=31
    ):
        yield unpack(row.body, Completeness)
