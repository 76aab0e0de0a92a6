"""Units that orders wait for, a row for each order and SKU, kept from the stream of the orders.

A row beside them lists what an order waits for. It is written before the rows that it lists and
taken away after them, so that nothing is left behind wherever somebody stops: a batch that comes
again finishes the work. The stream only says where to look: what is written follows from the
order as it is, and is looked at again when it is written, so that whoever was told late, or is
not alone, does no harm.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from shared.domain import promise
from shared.domain import unrouted as rules
from shared.domain.order import Order
from shared.runtime import clock
from shared.store import keys, merchants, orders
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, connection, find_many

KEPT = 90 * 24 * 3600
PAGE = 200  # rows that are asked for at once
Hear = Callable[[set[tuple[str, str]]], None]
"""Told of each (tenant, SKU) for which other units wait than before."""


@dataclass(frozen=True, slots=True)
class Units:
    """How many units of one SKU one order waits for."""

    shop: str
    units: int
    rank: str = ""  # sorts orders by when they must leave, the urgent ones first
    aside: bool = False  # other units than those that lie free were set aside for it


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that one order waits for; `settled` when its rows are known to be the same."""

    units: dict[str, int] = field(default_factory=dict)
    settled: bool = True
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What an order waited for by our rows, and what it waits for now."""

    order: Order
    before: Waiting
    now: dict[str, int]
    rank: str

    @property
    def gone(self) -> Collection[str]:
        """SKUs whose row must go."""
        return self.before.units.keys() - self.now.keys()

    @property
    def fresh(self) -> Collection[str]:
        """SKUs whose row must be written."""
        known = self.before.settled and self.before.rank == self.rank
        kept = self.before.units if known else {}
        return [sku for sku, units in self.now.items() if kept.get(sku) != units]

    @property
    def written(self) -> Waiting:
        """Every row that may be there while this step is taken."""
        return Waiting({**self.before.units, **self.now}, settled=False, rank=self.rank)

    @property
    def changes(self) -> set[tuple[str, str]]:
        return {(self.order.tenant, sku) for sku in (*self.gone, *self.fresh)}


def follow(images: Iterable[Order], then: Hear) -> None:
    """Bring the rows in line with these orders, and tell `then` what has changed.

    Only what a whole batch comes to is written: who is accepted and gets stock within it costs a
    read and no write. If `then` fails, nothing is settled: it hears the same again.
    """
    steps = [_step(order, step.before) for step, order in _as_they_are(_steps(images))]
    while steps := [step for step in steps if step.changes]:
        _list((step.order, step.written) for step in steps if step.fresh)
        _write(steps)
        then(set().union(*(step.changes for step in steps)))
        _list((step.order, Waiting(step.now, rank=step.rank)) for step in steps)
        steps = [
            _step(order, step.written)
            for step, order in _as_they_are(steps)
            if order.version > step.order.version
        ]


def total(tenant: str, sku: str, shops: Collection[str], enough: int) -> int:
    """Units that orders of these shops wait for; reads no further once there are `enough`."""
    connection()
    pk, _ = keys.unrouted(tenant, sku)
    found = 0
    for row in InsightRow.query(pk, consistent_read=True, page_size=PAGE):
        waits = _units(row)
        found += waits.units if waits.shop in shops and not waits.aside else 0
        if found >= enough:
            break
    return found


def waiting(tenant: str, sku: str) -> list[tuple[str, int]]:
    """(Order id, units) of the orders that wait for a SKU, the first to leave first."""
    connection()
    pk, _ = keys.unrouted(tenant, sku)
    rows = InsightRow.query(pk, consistent_read=True)
    found = sorted((_units(row).rank, str(row.sk), _units(row).units) for row in rows)
    return [(order_id, units) for _, order_id, units in found]


def _units(row: InsightRow) -> Units:
    return unpack(row.body, Units)


def _steps(images: Iterable[Order]) -> list[Step]:
    """What the rows say of each order that waits by one of its images, or may have waited."""
    newest: dict[tuple[str, str], Order] = {}
    for order in images:
        known = newest.get((order.tenant, order.id))
        if known or rules.waits(order) or rules.may_have_waited(order):
            newest[order.tenant, order.id] = max(known or order, order, key=_version)
    there = _known(newest.values())
    steps = (_step(order, there.get(at, Waiting())) for at, order in newest.items())
    return [step for step in steps if step.changes]


def _step(order: Order, before: Waiting) -> Step:
    items = merchants.items_of(order.tenant, sorted(order.needs))
    shop = merchants.shops.known(order.tenant, order.shop)
    return Step(order, before, rules.units(order, items), promise.rank(order, shop))


def _as_they_are(steps: list[Step]) -> Iterator[tuple[Step, Order]]:
    """Each step with its order as it is now."""
    for tenant in {step.order.tenant for step in steps}:
        mine = [step for step in steps if step.order.tenant == tenant]
        there = orders.get_many(tenant, [step.order.id for step in mine])
        yield from ((step, there.get(step.order.id, step.order)) for step in mine)


def _version(order: Order) -> int:
    return order.version


def _known(some: Iterable[Order]) -> dict[tuple[str, str], Waiting]:
    wanted = [keys.waiting(order.tenant, order.id) for order in some]
    found = {}
    for row in find_many(InsightRow, wanted):
        tenant, _, order_id = str(row.pk).split("#")
        found[tenant, order_id] = unpack(row.body, Waiting)
    return found


def _write(steps: Iterable[Step]) -> None:
    with InsightRow.batch_write() as batch:
        for step in steps:
            for sku in step.gone:
                batch.delete(InsightRow(*_key(step.order, sku)))
            for sku in step.fresh:
                batch.save(_row(step, sku))


def _list(found: Iterable[tuple[Order, Waiting]]) -> None:
    """Write down what each order waits for."""
    with InsightRow.batch_write() as batch:
        for order, waiting in found:
            key = keys.waiting(order.tenant, order.id)
            if waiting.units:
                batch.save(InsightRow(*key, body=pack(waiting), ttl=_end()))
            else:
                batch.delete(InsightRow(*key))


def _row(step: Step, sku: str) -> InsightRow:
    deal = step.order.content.deal
    aside = deal is not None and deal.aside
    waits = Units(step.order.shop, step.now[sku], step.rank, aside)
    return InsightRow(*_key(step.order, sku), body=pack(waits), ttl=_end())


def _key(order: Order, sku: str) -> tuple[str, str]:
    return keys.unrouted(order.tenant, sku, order.id)


def _end() -> int:
    """A row that should be gone by then: nobody waits so long."""
    return clock.epoch(clock.now()) + KEPT
