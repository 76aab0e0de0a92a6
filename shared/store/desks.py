"""What planning looks at beside an order and its stock, read from the merchant's settings."""

from shared.domain import carrier, freights
from shared.domain.item import Item
from shared.domain.order import Order
from shared.domain.planning import Desk
from shared.runtime import clock
from shared.store import books, capacities, merchants, prices


def of(order: Order) -> Desk:
    """All may be some seconds old; what must not be is looked at again when it is written."""
    tenant, now = order.tenant, clock.now()
    warehouses = merchants.warehouses.all_known(tenant)
    carriers = {each.id: each for each in merchants.carriers.all_known(tenant)}
    return Desk(
        now=now,
        shop=merchants.shops.known(tenant, order.shop),
        items=items_of(order),
        warehouses=warehouses,
        carriers=carriers,
        book=books.rules.current(tenant),
        prices=prices.known(tenant) if carrier.priced(warehouses, carriers) else {},
        rooms=capacities.rooms(tenant, warehouses, now),
    )


def repriced(before: Order, after: Order) -> Order:
    """With the freight of parcels that hold less; read is nothing unless some do."""
    if not freights.lighter(before, after):
        return after
    return freights.repriced(before, after, of(after))


def items_of(order: Order) -> dict[str, Item]:
    """The items of its lines, and of the parts of kits among them."""
    tenant = order.tenant
    items = merchants.items_of(tenant, sorted(order.needs))
    parts = {sku for item in items.values() for sku in item.part_skus} - items.keys()
    return {**items, **merchants.items_of(tenant, sorted(parts))} if parts else items
