"""Keep the day's counters, and what orders wait for, from what the orders table tells."""

from collections.abc import Iterable
from typing import Any

from functions.steps import refresh
from shared.domain import event
from shared.store import days, orders, promises, unrouted


def count(images: Iterable[Any]) -> None:
    told = [order for image in images for order in orders.from_image(image)]
    days.count(one for order in told for one in event.news(order))
    promises.follow(told)
    unrouted.follow(told, refresh.all_of)
