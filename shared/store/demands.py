"""What was shipped of each SKU, counted from its ledger and remembered."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from shared.domain import demand as rules
from shared.domain.demand import Demand
from shared.domain.errors import Conflict
from shared.domain.stock import Place, Posting
from shared.runtime import clock
from shared.store import families, keys, stock
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, find, put

KEPT = 400 * 24 * 3600
STALE = 7  # days after which it is written again though nothing was shipped


def of(tenant: str, sku: str) -> Demand:
    """As it was counted last."""
    row = find(InsightRow, keys.demand(tenant, sku))
    return replace(unpack(row.body, Demand), version=int(row.v)) if row else Demand()


def renew(tenant: str, sku: str, now: str) -> Demand:
    """Count what was shipped since, and remember it."""
    before = of(tenant, sku)
    places = [level.place for level in stock.counters(tenant, sku)]
    after = rules.renewed(before, (_lines(tenant, place) for place in places), now)
    if _news(before, after):
        with suppress(Conflict):  # somebody else has just counted the same
            _save(tenant, sku, after, now)
    return after


def _lines(tenant: str, place: Place) -> Iterator[Posting]:
    found = families.book(tenant, place)
    return (line for _, line in found[1]) if found else iter(())


def _news(before: Demand, after: Demand) -> bool:
    if (before.days, before.moved) != (after.days, after.moved):
        return True
    return bool(after.moved) and rules.days_between(before.until, after.until) >= STALE


def _save(tenant: str, sku: str, demand: Demand, now: str) -> None:
    row = InsightRow(
        *keys.demand(tenant, sku),
        v=demand.version + 1,
        body=pack(replace(demand, version=0)),
        ttl=clock.epoch(now) + KEPT,
    )
    same = InsightRow.v == demand.version if demand.version else InsightRow.pk.does_not_exist()
    put(row, same)
