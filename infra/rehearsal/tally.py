"""What became of a platform's orders: its truth beside what lies here."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.order import Order, Status

STATES = {  # as a sandbox calls them -> as an order of ours says what its channel says
    **dict.fromkeys(("pending", "on-hold", "ready"), "open"),
    **{each: each for each in ("partly", "shipped", "signed", "completed", "cancelled")},
    "refunded": "refunded",
}
Truth = Mapping[str, Any]  # of an order: state, total, parcels


@dataclass(frozen=True, slots=True)
class Row:
    """Of one platform; times in seconds from placed to taken in."""

    platform: str
    orders: int
    lost: int
    doubled: int
    p50: float
    p99: float
    late: int
    shipped: int
    waiting: dict[str, int]  # by why they stand still
    told: int  # parcels that the platform knows of
    untold: int
    differ: int  # orders that stand otherwise there than here
    faults: int = 0  # that the platform made
    writes: float | None = None  # units of an order
    cny: float | None = None  # for a million orders


def row(
    platform: str,
    made: Sequence[str],
    held: Mapping[str, Order],
    truth: Mapping[str, Truth],
    late: float,
) -> Row:
    """`held` and `truth` by number; `late`: seconds after which an order comes too late."""
    here = [held[number] for number in made if number in held]
    lags = [lag(order) for order in here]
    return Row(
        platform=platform,
        orders=len(made),
        lost=len(made) - len(here),
        doubled=sum(doubled(order, truth[order.number]) for order in here),
        p50=percentile(lags, 0.5),
        p99=percentile(lags, 0.99),
        late=sum(each > late for each in lags),
        shipped=sum(order.status is Status.SHIPPED for order in here),
        waiting=dict(Counter(why for order in here for why in _why(order)).most_common()),
        told=sum(len(truth[order.number]["parcels"]) for order in here),
        untold=sum(len(untold(order, truth[order.number])) for order in here),
        differ=sum(differs(order, truth[order.number]) for order in here),
    )


def lag(order: Order) -> float:
    """Seconds from when the buyer ordered to when the order was taken in."""
    placed, received = (
        datetime.fromisoformat(each) for each in (order.content.placed_at, order.received_at)
    )
    return max(0.0, (received - placed).total_seconds())


def doubled(order: Order, there: Truth) -> bool:
    """Whether it was taken in twice, or a parcel of it was told twice."""
    taken = sum(entry.code == "accepted" for entry in order.timeline)
    return taken > 1 or len(there["parcels"]) > len(_left(order))


def untold(order: Order, there: Truth) -> set[str]:
    """The tracking numbers that the platform should know of, and does not."""
    return _left(order) - {tracking for _, tracking in there["parcels"]}


def differs(order: Order, there: Truth) -> bool:
    total = order.content.amounts.total
    return (order.content.state.value, total) != (STATES[there["state"]], there["total"])


def is_told(order: Order, there: Truth) -> bool:
    return not untold(order, there)


def agrees(order: Order, there: Truth) -> bool:
    """Whether the platform and we say the same, and all parcels are told."""
    return is_told(order, there) and not differs(order, there)


def percentile(values: Iterable[float], part: float) -> float:
    """The smallest that so large a part of them does not pass; 0 of none."""
    known = sorted(values)
    return known[max(0, math.ceil(part * len(known)) - 1)] if known else 0.0


def _left(order: Order) -> set[str]:
    return {parcel.tracking for parcel in order.parcels if parcel.shipped_at}


def _why(order: Order) -> list[str]:
    """Nothing of what has left; the reasons of what is held; else the status."""
    if order.status is Status.SHIPPED:
        return []
    return sorted({hold.reason for hold in order.holds}) or [order.status.value]
