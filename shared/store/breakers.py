"""Price breakers: a row for each SKU that was sold too cheaply, and one of all that tripped.

What follows from tripping and from setting back (the alert, the figures of the shops, the orders)
is done by the step `halt`. A row of open work is written together with the change and stays until
all of that is done, so that nothing is forgotten wherever somebody stops.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from shared.domain import breaker as rules
from shared.domain.alert import Kind, Scope
from shared.domain.breaker import Breaker, BreakerSettings, Panel, Sale
from shared.domain.claim import Claim
from shared.domain.delivery import Delivery
from shared.domain.errors import Conflict, NotFound
from shared.domain.hold import Reason
from shared.domain.item import Item
from shared.domain.order import Order
from shared.runtime import cache, clock
from shared.store import alerts, claims, keys
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, MerchantRow, Put, connection, find, put

ROUNDS = 5  # orders of one SKU come in bursts: whoever was slower counts again
AGAIN = (
    120  # seconds after which everything is looked at once more: what we remember is old by then
)
KEPT = 86400
Tell = Callable[[str, str], None]
"""Told of each (tenant, SKU) whose breaker has just tripped."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is still to be done after a breaker changed: how far its orders were gone through."""

    tenant: str
    sku: str
    after: str = ""
    version: int = 0  # of the breaker


def see(order: Order, items: Mapping[str, Item], now: str, tell: Tell) -> frozenset[str]:
    """Count an order before it is decided on; the SKUs of its lines that may not be sold now.

    An order at usual prices reads nothing but what we remember of the breakers that tripped.
    """
    if Reason.BREAKER in order.waived:
        return frozenset()
    panel = known(order.tenant)
    cheap = rules.cheap(order, items, panel.settings.percent) if panel.settings.on else set()
    needed = rules.stopped(order, items, panel.tripped) if panel.tripped else set()
    tripped = {
        sku for sku in cheap | needed if _tripped(order, sku, now, tell, counts=sku in cheap)
    }
    return rules.stopping(order, items, tripped)


@cache.remember
def known(tenant: str) -> Panel:
    """Settings, and which breakers tripped; may be some seconds old."""
    return panel(tenant)


def panel(tenant: str) -> Panel:
    row = find(MerchantRow, keys.breakers(tenant))
    return replace(unpack(row.body, Panel), version=int(row.v)) if row else Panel()


def get(tenant: str, sku: str) -> Breaker:
    found = find_breaker(tenant, sku)
    if found is None:
        raise NotFound(kind="breaker", id=sku)
    return found


def find_breaker(tenant: str, sku: str) -> Breaker | None:
    row = find(MerchantRow, keys.merchant(tenant, "breaker", sku))
    return _from(row) if row else None


def page(tenant: str, after: str, limit: int) -> list[Breaker]:
    """Breakers in the order of their SKUs, after the SKU `after`."""
    connection()
    pk, prefix = keys.merchant(tenant, "breaker")
    _, first = keys.merchant(tenant, "breaker", after)
    between = MerchantRow.sk.between(f"{first} ", f"{prefix}{alerts.LAST}")
    rows = MerchantRow.query(pk, between, limit=limit, consistent_read=True)
    return [_from(row) for row in rows]


def save(
    tenant: str, before: Breaker, after: Breaker, claim: Claim | None = None, *beside: Put
) -> Breaker:
    """Write a breaker unless somebody else did since it was read: Conflict."""
    row = MerchantRow(
        *keys.merchant(tenant, "breaker", after.id),
        v=before.version + 1,
        body=pack(replace(after, version=0)),
    )
    follows = _follows(tenant, before, after) if after.state is not before.state else []
    claims.write(Put(row, _same(MerchantRow, before.version)), claim, *follows, *beside)
    if follows:
        cache.forget()
    return replace(after, version=before.version + 1)


def save_settings(
    tenant: str, before: Panel, changed: BreakerSettings, claim: Claim | None = None, *beside: Put
) -> None:
    after = replace(before, settings=changed)
    claims.write(_panel_put(tenant, after), claim, *beside)
    cache.forget()


def tell(tenant: str, breaker: Breaker) -> list[Delivery]:
    """Open or close the alert of a breaker; what is given back is to be sent."""
    scope = Scope(frozenset({Kind.PRICE_BREAKER}), breaker.id)
    return alerts.settle(tenant, scope, breaker.findings())


def task(tenant: str, sku: str) -> Task | None:
    """What is still to be done for a SKU, if anything."""
    row = find(InsightRow, keys.halt(tenant, sku))
    return replace(unpack(row.body, Task), version=int(row.v)) if row and row.work else None


def due(before: str) -> Iterator[tuple[str, str]]:
    """(Tenant, SKU) of what should have been done before `before`."""
    connection()
    for work in keys.works("halt"):
        for row in InsightRow.due_index.query(work, InsightRow.due < before):
            yield str(row.pk).partition("#")[0], str(row.sk)


def go_on(task: Task, after: str) -> None:
    """Write down how far the orders were gone through; they are gone on with at once."""
    _write_task(replace(task, after=after), clock.now())


def done(task: Task, breaker: Breaker, now: str) -> None:
    """All was done. Others may have acted on what they remembered: it is looked at once more."""
    again = clock.later(breaker.at, AGAIN)
    _write_task(replace(task, after=""), again if now < again else "")


def _tripped(order: Order, sku: str, now: str, tell: Tell, *, counts: bool) -> bool:
    for _ in range(ROUNDS):
        before = find_breaker(order.tenant, sku) or Breaker(sku)
        sale, limits = Sale(order.id, order.content.placed_at), known(order.tenant).settings
        after = before.saw(sale, limits, now) if counts else before
        if after == before:
            return before.tripped
        with suppress(Conflict):
            save(order.tenant, before, after)
            if after.tripped:
                tell(order.tenant, sku)
            return after.tripped
    raise Conflict(sku=sku)


def _follows(tenant: str, before: Breaker, after: Breaker) -> list[Put]:
    """What is written with a change of state: the list of all, and what is to be done."""
    now = panel(tenant).with_(after.id, after.state)
    body, key = pack(Task(tenant, after.id)), keys.halt(tenant, after.id)
    work = keys.work("halt", after.id)
    row = InsightRow(*key, v=before.version + 1, body=body, work=work, due=after.at)
    return [_panel_put(tenant, now), Put(row)]


def _panel_put(tenant: str, after: Panel) -> Put:
    body = pack(replace(after, version=0))
    row = MerchantRow(*keys.breakers(tenant), v=after.version + 1, body=body)
    return Put(row, _same(MerchantRow, after.version))


def _write_task(task: Task, due: str) -> None:
    """Unless the breaker has changed meanwhile: then there is something else to do."""
    row = InsightRow(
        *keys.halt(task.tenant, task.sku),
        v=task.version,
        body=pack(replace(task, version=0)),
        work=keys.work("halt", task.sku) if due else None,
        due=due or None,
        ttl=None if due else clock.epoch(clock.now()) + KEPT,
    )
    put(row, InsightRow.v == task.version)


def _same(table: type[MerchantRow], version: int):  # type: ignore[no-untyped-def]
    return table.v == version if version else table.pk.does_not_exist()


def _from(row: MerchantRow) -> Breaker:
    return replace(unpack(row.body, Breaker), version=int(row.v))
