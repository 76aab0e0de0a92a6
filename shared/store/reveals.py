"""Who looked at whose personal data, and what for."""

from shared.runtime import clock
from shared.store import keys
from shared.store.pack import pack
from shared.store.table import InsightRow, put

KEPT = 3 * 366 * 24 * 3600


def note(tenant: str, order_id: str, by: str, purpose: str, now: str) -> None:
    """Write it down before the data is shown; several looks in one instant are one."""
    seen = {"order": order_id, "by": by, "purpose": purpose, "at": now}
    row = InsightRow(
        *keys.reveal(tenant, now, f"{order_id}#{by}"), body=pack(seen), ttl=clock.epoch(now) + KEPT
    )
    put(row, InsightRow.pk.does_not_exist())
