"""How a change of stock becomes an update of its row, and what must be true for it."""

from dataclasses import replace
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from shared.domain.stock import Cause, Change, Heat
from shared.store import keys, postings
from shared.store.table import StockRow, Update

VERSION: Any = StockRow.v  # of the hint which buckets have units: counts who gave some back


def update(tenant: str, change: Change, cause: Cause) -> Update:
    """Safe as a sum only because it stands in a transaction with a row that has a version."""
    moved = {name: units for name, units in change.delta.items() if units}
    actions = [getattr(StockRow, name).add(units) for name, units in moved.items()]
    if moved or change.what:
        lines = [postings.line(*each) for each in _caused(change, cause)]
        actions.append(StockRow.tail.set((StockRow.tail | []).append(lines)))
    actions += [*_named(tenant, change), *_told(change), *_filled(change)]
    row = StockRow(*keys.stock(tenant, change.place))
    return Update(row, actions, _all([*_enough(change, moved), *_unchanged(change)]))


def _caused(change: Change, cause: Cause) -> list[tuple[Change, Cause]]:
    """The change by whatever caused a part of it."""
    if not change.parts:
        return [(change, cause)]
    return [
        (replace(change, what=what, delta=delta), replace(cause, id=document))
        for document, what, delta in change.parts
    ]


def _named(tenant: str, change: Change) -> list[Action]:
    """The place is in the merchant's list; a bucket is found by the counter that it belongs to."""
    listed = {"tenant": tenant, "place": keys.place(change.place)}
    sets = change.sets if change.place.is_bucket else {**listed, **change.sets}
    return [getattr(StockRow, name).set(value) for name, value in sets.items()]


def _told(change: Change) -> list[Action]:
    return [] if change.fed is None else [StockRow.fed.set(change.fed + 1)]


def _filled(change: Change) -> list[Action]:
    if not change.filled:
        return []
    filled: Any = StockRow.filled
    return [filled.add(set(change.filled)), StockRow.heat.set(Heat.ON.value), VERSION.add(1)]


def _enough(change: Change, moved: dict[str, int]) -> list[Condition]:
    if change.emptied:
        return [_exactly(name, -change.delta.get(name, 0)) for name in ("free", "held")]
    if change.beyond:
        return []
    return [getattr(StockRow, name) >= -units for name, units in moved.items() if units < 0]


def _unchanged(change: Change) -> list[Condition]:
    conditions: list[Condition] = []
    if change.fed is not None:  # while a SKU is hot, what lies there is in its buckets
        told = StockRow.fed == change.fed if change.fed else StockRow.fed.does_not_exist()
        conditions += [told, StockRow.heat.does_not_exist()]
    if change.filled:
        conditions += [StockRow.epoch == change.epoch, StockRow.heat.exists()]
        conditions.append(StockRow.heat != Heat.COOLING.value)
    return conditions


def _exactly(name: str, units: int) -> Condition:
    counter: Any = getattr(StockRow, name)
    exact: Condition = (counter == units) if units else (counter.does_not_exist() | (counter == 0))
    return exact


def _all(conditions: list[Condition]) -> Condition | None:
    return reduce(and_, conditions) if conditions else None
