"""Keep the day's counters, and what orders and groups wait for, by what the orders table tells."""

from collections.abc import Iterable
from typing import Any

from functions.steps import refresh
from shared.domain import event, group
from shared.gateways import queues
from shared.store import bills, days, orders, promises, unrouted


def count(images: Iterable[Any]) -> None:
    images = list(images)
    bills.follow(images)
    told = [order for image in images for order in orders.from_image(image)]
    days.count(one for order in told for one in event.news(order))
    promises.follow(told)
    unrouted.follow(told, refresh.all_of)
    for order in filter(group.waits, told):
        queues.later("group", {"tenant": order.tenant, "order_id": order.id})
