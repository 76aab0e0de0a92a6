"""Where an order's goods can come from now: what routing needs to know, read from the tables."""

from collections import Counter

from shared.domain import place, routing
from shared.domain.errors import Short
from shared.domain.order import Order
from shared.domain.place import Warehouse
from shared.domain.routing import Cover
from shared.store import merchants, stock


def cover(order: Order, promised: Counter[tuple[str, str]] | None = None) -> Cover:
    """Choose the warehouses for `order`, or raise Short with the units missing of each SKU.

    `promised` units, by (SKU, warehouse), are as good as gone.
    """
    warehouses = _warehouses(order)
    free = stock.free(order.tenant, sorted(order.needs))
    for (sku, warehouse), units in (promised or {}).items():
        if sku in free:
            free[sku][warehouse] -= units
    found = routing.nearest_cover(order, warehouses, free)
    if found is None:
        raise Short(missing=routing.missing(order.needs, [w.id for w in warehouses], free))
    return found


def _warehouses(order: Order) -> list[Warehouse]:
    """The warehouses that may serve the order's shop, the best placed first."""
    shop = merchants.shops.known(order.tenant, order.shop)
    allowed = [
        warehouse
        for warehouse in merchants.warehouses.all_known(order.tenant)
        if shop is None or not shop.warehouses or warehouse.id in shop.warehouses
    ]
    receiver = order.content.receiver
    return place.nearest(allowed, receiver.province, receiver.city)
