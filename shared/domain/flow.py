"""The order's way on one screen: which step serves which status."""

from shared.domain.order import Order, Status

SERVES: dict[Status, str] = {
    Status.RECEIVED: "review",
    Status.APPROVED: "reserve",
    Status.SHORT: "reserve",
    Status.RESERVED: "plan",
    Status.PLANNED: "ship",
}
QUEUES = (
    *dict.fromkeys(SERVES.values()),
    "notify",
    "push",
    "halt",
    "group",
    "settle",
    "pull",
    "fetch",
    "report",
    "label",
    "track",
)
SIMULATED = "simulated"
HOUR = 3600


def queue_for(order: Order) -> str | None:
    """The queue to nudge, or None when the order waits for a person or has ended."""
    if order.owed:
        return "reserve"
    if order.status is Status.PLANNED and not simulated(order):
        return None
    if order.meeting:  # it waits for others, and for the clock
        return None
    return SERVES.get(order.status)


def owed(order: Order) -> int:
    """What an order costs; of a cancelled one, the deposit that is not given back."""
    content = order.content
    if order.status is Status.CANCELLED:
        return content.deal.keep if content.deal else 0
    return content.amounts.total


def overpaid(order: Order) -> bool:
    """Whether more was taken for it than it costs, and is not given back yet."""
    payments = order.content.payments
    return bool(payments) and sum(p.captured - p.refunded for p in payments) > owed(order)


def simulated(order: Order) -> bool:
    """Whether every parcel left to ship goes by the carrier that we play ourselves."""
    return all(p.carrier == SIMULATED for p in order.parcels if not p.shipped_at)


def due_again(age: float, step: float, first: float) -> bool:
    """Whether an order that has stood still for `age` seconds is nudged in this sweep.

    The distance grows: at `first`, 2 x first, 4 x first ... and from an hour on, every hour.
    `step` is the time since the sweep before.
    """
    before = age - step
    if age < first or before < first:
        return age >= first
    if age >= HOUR:
        return age // HOUR != before // HOUR
    return int(age / first).bit_length() != int(before / first).bit_length()
