"""Keep the day's counters from what the orders table tells."""

from collections.abc import Iterable
from typing import Any

from shared.domain import event
from shared.store import days, orders


def count(images: Iterable[Any]) -> None:
    days.count(
        one for image in images for order in orders.from_image(image) for one in event.news(order)
    )
