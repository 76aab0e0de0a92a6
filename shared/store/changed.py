"""What was written of the counters, as the stock table's stream tells it: one read a batch.

Only the newest lines of each counter are looked at: one that has moved away is no matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.domain.stock import Posting
from shared.runtime import clock
from shared.store import keys, postings
from shared.store.table import StockRow, find_many

FRESH = 120  # seconds: the stream tells of a change sooner


@dataclass(slots=True)
class Changed:
    """A SKU of which something was written, in any of its places."""

    tenant: str
    sku: str
    low: bool = False  # somewhere more is promised than there is
    raised: bool = False  # lately units became free
    arrived: bool = False  # lately units came that were sold before


def read(rows: Iterable[Any]) -> list[Changed]:
    """`rows`: keys of the stock table; those of counters are looked up, all in one call."""
    since = clock.later(clock.now(), -FRESH)
    found: dict[tuple[str, str], Changed] = {}
    for row in find_many(StockRow, sorted(_counters(rows))):
        tenant, sku, *_ = str(row.pk).split("#")
        change = found.setdefault((tenant, sku), Changed(tenant, sku))
        change.low = change.low or (row.free or 0) < 0
        lines = [line for line in postings.read(row.tail or (), 1) if line.at > since]
        change.raised = change.raised or any(line.delta.get("free", 0) > 0 for line in lines)
        change.arrived = change.arrived or any(map(_arrived, lines))
    return list(found.values())


def _counters(rows: Iterable[Any]) -> set[tuple[str, str]]:
    _, counter = keys.levels("", "")
    pairs = ((row["pk"]["S"], row["sk"]["S"]) for row in rows)
    return {(pk, sk) for pk, sk in pairs if sk.startswith(counter)}


def _arrived(line: Posting) -> bool:
    return line.delta.get("presold", 0) < 0 and line.delta.get("held", 0) > 0
