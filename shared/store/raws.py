"""What platforms sent of their orders, squeezed and sealed, for as long as it may be needed."""

from collections.abc import Iterator

from shared.runtime import clock
from shared.store import keys
from shared.store.table import InsightRow, connection, put

KEPT = 90 * 24 * 3600
MOST_BYTES = 390_000


def keep(tenant: str, order_id: str, version: int, sealed: bytes) -> None:
    """Keep it; what is too long for a row is left to the platform, where it can be read again."""
    if len(sealed) <= MOST_BYTES:
        ttl = clock.epoch(clock.now()) + KEPT
        put(InsightRow(*keys.raw(tenant, order_id, version), body=sealed, ttl=ttl), None)


def of(tenant: str, order_id: str) -> Iterator[tuple[int, bytes]]:
    """(Version, what lies there), the newest first."""
    connection()
    pk, _ = keys.raw(tenant, order_id)
    for row in InsightRow.query(pk, scan_index_forward=False):
        yield int(str(row.sk)), bytes(row.body)
