"""Work that goes round the merchants by the clock, and goes on where its time was over."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from heapq import merge

from shared.domain.errors import Conflict
from shared.runtime import batch, cache, clock
from shared.store import keys
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, connection, find, put

KINDS = ("verify", "watch", "tell", "promise", "price", "reconcile")
NEVER = "0"  # sorts before every time
Visit = Callable[[str, str, float], str]
"""(Tenant, place behind which to go on, seconds left) -> where it stopped; empty at the end."""


@dataclass(frozen=True, slots=True)
class Round:
    """How far a kind of work has come with one merchant."""

    place: str = ""
    visited: str = NEVER
    version: int = 0


@cache.remember
def begin(tenant: str) -> bool:
    """Let the clock go round to this merchant from now on."""
    for kind in KINDS:
        if not find_round(tenant, kind).version:
            with suppress(Conflict):
                _save(tenant, kind, Round())
    return True


def tenants(kind: str) -> Iterator[str]:
    """Every merchant that has begun, the longest unvisited first."""
    connection()
    rows = (
        ((str(row.due), str(row.pk)) for row in InsightRow.due_index.query(work) if row.sk == kind)  # type: ignore[attr-defined]
        for work in keys.works("round")
    )
    for _, pk in merge(*rows):
        yield pk.split("#")[0]


def go_on(kind: str, visit: Visit, seconds: float) -> None:
    """Visit every merchant to the end, the longest unvisited first, for about so many seconds."""
    end = clock.ticks() + seconds
    for tenant in list(tenants(kind)):
        if clock.ticks() >= end:
            return
        batch.attempt(_Visitor(kind, visit, end), tenant=tenant)


def find_round(tenant: str, kind: str) -> Round:
    row = find(InsightRow, keys.round_(tenant, kind))
    return replace(unpack(row.body, Round), version=int(row.v)) if row else Round()


@dataclass(frozen=True, slots=True)
class _Visitor:
    kind: str
    visit: Visit
    end: float

    def __call__(self, tenant: str) -> None:
        """What was done is written down after each visit. Two at once do the same work twice."""
        now, left = find_round(tenant, self.kind), 1.0
        while left > 0:
            stopped = self.visit(tenant, now.place, self.end - clock.ticks())
            now = _save(tenant, self.kind, replace(now, place=stopped, visited=clock.now()))
            left = self.end - clock.ticks() if stopped else 0.0


def _save(tenant: str, kind: str, after: Round) -> Round:
    row = InsightRow(
        *keys.round_(tenant, kind),
        v=after.version + 1,
        body=pack(replace(after, version=0)),
        work=keys.work("round", tenant),
        due=after.visited,
    )
    same = InsightRow.v == after.version if after.version else InsightRow.pk.does_not_exist()
    put(row, same)
    return replace(after, version=after.version + 1)
