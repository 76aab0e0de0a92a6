"""Units of orders that were accepted and hold no stock yet: as good as sold, but nowhere taken."""

from collections import Counter
from collections.abc import Mapping

from shared.domain.content import Line
from shared.domain.item import Item, Pick
from shared.domain.order import Order, Status

BEFORE_STOCK = {Status.RECEIVED, Status.APPROVED, Status.SHORT}


def waits(order: Order) -> bool:
    """Whether it was accepted and does not hold all of its stock yet."""
    status = order.resume if order.status is Status.HELD else order.status
    return status in BEFORE_STOCK and (order.gathering or not order.sources)


def may_have_waited(order: Order) -> bool:
    """Whether it may have waited before the write that made this version, by its history."""
    before = [entry.status for entry in order.timeline if entry.v < order.version]
    return bool(before) and before[-1] in BEFORE_STOCK | {Status.HELD}


def units(order: Order, items: Mapping[str, Item]) -> dict[str, int]:
    """By SKU, what the order still has to take; `items` are those of its lines.

    A kit of all its parts waits for the parts. Of which part a kit of any one will be is not
    known yet, so it waits as itself.
    """
    if not waits(order):
        return {}
    needed: Counter[str] = Counter()
    for line in order.lines:
        needed.update(_needs(line, items.get(line.sku)))
    for source in order.sources:
        needed[source.sku] -= source.quantity
    return {sku: count for sku, count in sorted(needed.items()) if sku and count > 0}


def _needs(line: Line, item: Item | None) -> dict[str, int]:
    if item is None or not item.kit or item.pick is Pick.ONE:
        return {line.sku: line.quantity}
    return {part.sku: part.quantity * line.quantity for part in item.parts}
