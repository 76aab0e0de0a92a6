"""What was changed in settings that matter, by month; each row is written with the change."""

from shared.domain.audit import Audit
from shared.runtime import clock
from shared.store import keys
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, Put, connection

KEPT = 3 * 366 * 24 * 3600


def writes(tenant: str, audit: Audit) -> Put:
    key = keys.audit(tenant, audit.at, f"{audit.kind}/{audit.id}")
    row = InsightRow(*key, body=pack(audit), ttl=clock.epoch(audit.at) + KEPT)
    return Put(row, InsightRow.pk.does_not_exist())


def page(tenant: str, month: str, after: str, limit: int) -> list[tuple[str, Audit]]:
    """(Place, change) of one month (YYYY-MM), the newest first."""
    connection()
    pk, _ = keys.audit(tenant, month, "")
    older = InsightRow.sk < after if after else None
    rows = InsightRow.query(pk, older, scan_index_forward=False, limit=limit, consistent_read=True)
    return [(str(row.sk), unpack(row.body, Audit)) for row in rows]
