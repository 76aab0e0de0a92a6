"""Let a group follow its members' orders, and their orders follow the group.

Orders of a presale whose balance was not paid in time are called off here.
"""

from shared.domain import balance
from shared.domain import group as rules
from shared.domain.group import Group
from shared.domain.order import BALANCE_UNPAID
from shared.gateways import queues
from shared.runtime import clock
from shared.store import campaigns, orders, stock


def group(tenant: str, order_id: str) -> None:
    """Look at the group that an order is part of, or at its balance. Twice is once.

    The group decides, in one conditional write; each order then follows it by itself.
    """
    order, now = orders.get(tenant, order_id), clock.now()
    if balance.lapsed(order, now):
        off = order.cancel(now, "clock", BALANCE_UNPAID)
        return queues.nudge(stock.write(order, off))
    name = rules.of(order.content)
    found = campaigns.groups.find(tenant, name) if name else None
    if found is None:
        return None
    found = look(tenant, found)
    after = rules.followed(found, order, now)
    return queues.nudge(stock.write(order, after)) if after is not order else None


def look(tenant: str, before: Group) -> Group:
    """The group as it is now; when it ends, all its members' orders are told."""
    now = clock.now()
    after = campaigns.seen(tenant, before, now)
    if after is before:
        return before
    written = campaigns.save(tenant, before, after, now)
    if written.over:
        tell(tenant, before)
    return written


def tell(tenant: str, found: Group) -> None:
    for member in found.members:
        queues.later("group", {"tenant": tenant, "order_id": member.order})


def close(tenant: str, group_id: str) -> None:
    """By the clock: end a group whose time is over, until every order has followed it."""
    before = campaigns.groups.get(tenant, group_id)
    found = look(tenant, before)
    if not found.over:
        return
    now = clock.now()
    there = orders.get_many(tenant, [member.order for member in found.members])
    if any(rules.followed(found, order, now) is not order for order in there.values()):
        tell(tenant, found)
    else:
        campaigns.save(tenant, found, found.done(), now)
