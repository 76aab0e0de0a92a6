"""The orders of one merchant that are held, or short of stock: what the workbench shows."""

from collections.abc import Iterator
from itertools import islice

from shared.domain.order import Order
from shared.store import orders

PAGE = 100


def walk(tenant: str, after: str = "", most: int = 1000) -> Iterator[tuple[str, Order]]:
    """(Place, order), the first placed first, up to `most` of them; the index may lag a little."""
    return islice(_all(tenant, after), most)


def _all(tenant: str, after: str) -> Iterator[tuple[str, Order]]:
    while places := orders.stopped(tenant, after, PAGE):
        known = orders.get_many(tenant, [order_id for _, order_id in places])
        for place, order_id in places:
            if order_id in known and known[order_id].status in orders.STOPPED:
                yield place, known[order_id]
        after = places[-1][0]
