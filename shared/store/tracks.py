"""Parcels on their way, each beside its order; by their numbers; how many have what trouble."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from shared.domain.claim import Claim
from shared.domain.errors import Conflict
from shared.domain.following import Following, Group
from shared.domain.tracking import Trouble
from shared.runtime import clock
from shared.store import claims, keys
from shared.store.beside import Beside
from shared.store.table import (
    Cancelled,
    InsightRow,
    Put,
    Update,
    connection,
    find_many,
    transact,
)

KEPT = 400 * 24 * 3600  # seconds for which a parcel is found by its number
REUSED = 180 * 24 * 3600  # seconds after which a carrier may give a number to another parcel
rows = Beside("track", Following)
get, of, desk, page, due = rows.get, rows.of, rows.desk, rows.page, rows.due
count: Any = InsightRow.used


def save(
    tenant: str, before: Following | None, after: Following, claim: Claim | None = None
) -> Following:
    """Write it with all that counts it, unless somebody else did since it was read: Conflict."""
    row = rows.writes(tenant, after, due=after.due, waits=after.waits)
    beside = [] if before else [_numbered(tenant, after)]
    moved = _counted(tenant, before.groups if before else frozenset(), after.groups)
    if moved:
        try:
            transact(puts=[row, *beside, *claims.writes(claim)], updates=moved)
        except Cancelled as cancelled:
            raise Conflict(order=after.order) from cancelled
    else:
        claims.write(row, claim, *beside)
    return replace(after, version=after.version + 1)


def numbered(tenant: str, tracking: str) -> list[Following]:
    """All parcels that went under a number."""
    connection()
    pk, _ = keys.tracking(tenant, _plain(tracking))
    places = (str(row.sk).split("#") for row in InsightRow.query(pk, consistent_read=True))
    return rows.many(tenant, [(order_id, no) for order_id, no in places])


def sharing(tenant: str, tracking: str) -> list[Following]:
    """Those that are meant by it now: the orders that share one box."""
    oldest = clock.later(clock.now(), -REUSED)
    return [one for one in numbered(tenant, tracking) if one.created_at >= oldest]


def troubles(tenant: str) -> dict[Group, int]:
    """With how many parcels what is wrong."""
    connection()
    pk, _ = keys.troubles(tenant)
    return _read(InsightRow.query(pk))


def troubles_of(tenant: str, groups: Iterable[Group]) -> dict[Group, int]:
    return _read(find_many(InsightRow, [keys.troubles(tenant, "#".join(one)) for one in groups]))


def _read(rows_: Iterable[Any]) -> dict[Group, int]:
    found = {}
    for row in rows_:
        trouble, *rest = str(row.sk).split("#")
        found[Group(Trouble(trouble), *rest)] = int(row.used or 0)
    return {group: number for group, number in found.items() if number > 0}


def _counted(tenant: str, before: frozenset[Group], after: frozenset[Group]) -> Sequence[Update]:
    ttl = InsightRow.ttl.set(clock.epoch(clock.now()) + KEPT)
    return [
        Update(InsightRow(*keys.troubles(tenant, "#".join(group))), [count.add(more), ttl])
        for group in sorted(before ^ after)
        for more in [1 if group in after else -1]
    ]


def _numbered(tenant: str, one: Following) -> Put:
    key = keys.tracking(tenant, _plain(one.tracking), f"{one.order}#{one.no}")
    return Put(InsightRow(*key, ttl=clock.epoch(clock.now()) + KEPT))


def _plain(tracking: str) -> str:
    return tracking.strip().upper()
