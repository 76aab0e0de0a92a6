"""Have held orders looked at again, once what they were held for has been put right."""

from shared.domain.hold import Reason
from shared.domain.order import Order
from shared.gateways import queues
from shared.store import stopped

MOST = 5000  # stopped orders that are looked at; who calls again begins anew


def revive(tenant: str, reason: Reason, shop: str = "") -> int:
    """Nudge the orders that are held for `reason`, the first placed first; how many they are."""
    held = [order for _, order in stopped.walk(tenant, most=MOST) if _waits(order, reason, shop)]
    for order in held:
        queues.later("review", {"tenant": tenant, "order_id": order.id})
    return len(held)


def _waits(order: Order, reason: Reason, shop: str) -> bool:
    return shop in ("", order.shop) and any(hold.reason is reason for hold in order.holds)
