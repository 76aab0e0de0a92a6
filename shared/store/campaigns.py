"""Campaigns and groups at rest, and the terms on which an order joins them.

A place in a group is taken in the transaction of the order itself: the group's document, with the
buyer in it, is written with the order on condition that nobody wrote it meanwhile. So the last
place has one taker, and nobody gets a place in a group that has just ended.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from shared.domain import campaign as rules
from shared.domain.campaign import Campaign, Kind, State, Terms, Wish
from shared.domain.errors import Fault, GroupFull, Invalid, faulty
from shared.domain.group import Group, Member
from shared.domain.stock import Cause
from shared.store import keys, orders, stock, usages
from shared.store.documents import Folder
from shared.store.table import InsightRow, Put, Update

folder = Folder("campaign", Campaign)
groups = Folder("group", Group)
LOOKED_AT = 100  # of the newest groups, for those that are still open
COUNTED = ("orders", "deposits", "due", "opened", "succeeded", "failed")
NAMED = 5  # open groups that a refusal names


def terms(tenant: str, wish: Wish, now: str) -> Terms:
    """What this order would be placed on, or why it cannot: Invalid with every fault, GroupFull.

    Who meets Full or Conflict when he writes the order asks again: somebody was faster.
    """
    campaign = folder.find(tenant, wish.campaign)
    if campaign is None:
        raise faulty("campaign", "unknown-campaign")
    faults = [*rules.unfit(campaign, wish, now), *_used_up(tenant, campaign, wish)]
    if faults:
        raise Invalid(faults=tuple(faults))
    seats = _seats(tenant, campaign, wish, now) if campaign.kind is Kind.GROUP else None
    return rules.terms(campaign, wish, now, seats)


def beside(tenant: str, found: Terms) -> list[Put | Update]:
    """What is written with an order that is placed on these terms."""
    group = found.seats
    if group is None:
        return []
    opened = [] if group.version else [_counted(tenant, group.campaign, "opened")]
    return [groups.writes(tenant, group, group.due), *opened]


def seen(tenant: str, group: Group, now: str) -> Group:
    """The group as its members' orders say, read now."""
    members = orders.get_many(tenant, [member.order for member in group.members])
    return group.seen(members, now)


def save(tenant: str, before: Group, after: Group, now: str) -> Group:
    """Write a group unless somebody else did; how it ended is counted with it, once."""
    ended = after.state is not before.state
    counted = [_counted(tenant, after.campaign, after.state.value)] if ended else []
    put = groups.writes(tenant, after, after.due)
    stock.apply(tenant, [], Cause("group", after.id, now), [put, *counted])
    return replace(after, version=after.version + 1)


def active(tenant: str) -> Iterator[Campaign]:
    """Every campaign that still takes orders, or will."""
    after, more = "", True
    while more:
        found, after = folder.page(tenant, after, LOOKED_AT)
        yield from (one for one in found if one.state is State.ACTIVE)
        more = bool(after)


def figures(tenant: str, campaign: Campaign) -> dict[str, int]:
    """Orders, fen and groups, by name; those that are nought may be missing."""
    names = {f"{campaign.id}|{name}": name for name in COUNTED}
    return {names[key]: units for key, units in usages.used_of(tenant, list(names)).items()}


def open_groups(tenant: str, campaign: str, now: str) -> list[str]:
    """Some groups that may still be joined, the newest first."""
    found, _ = groups.page(tenant, "", LOOKED_AT)
    there = (one for one in found if one.campaign == campaign and one.takes(now))
    return [one.id for one in islice(there, NAMED)]


def _seats(tenant: str, campaign: Campaign, wish: Wish, now: str) -> Group:
    """The group with this buyer in it."""
    if not wish.group:
        return groups.find(tenant, wish.order) or rules.opened(campaign, wish, now)
    found = groups.find(tenant, wish.group)
    if found is None or found.campaign != campaign.id:
        raise faulty("group", "unknown-group")
    return found if found.has(wish.order) else _joined(tenant, found, wish, now)


def _joined(tenant: str, group: Group, wish: Wish, now: str) -> Group:
    if group.full or group.knows(wish.buyer):  # somebody may just have left
        group = seen(tenant, group, now)
    if group.knows(wish.buyer):
        raise faulty("group", "joined-already")
    if group.too_late(now):
        raise faulty("group", "group-over", closes=group.closes)
    if not group.takes(now):
        raise GroupFull(group=group.id, groups=open_groups(tenant, group.campaign, now))
    return group.joined(Member(wish.order, wish.buyer, now))


def _used_up(tenant: str, campaign: Campaign, wish: Wish) -> Iterator[Fault]:
    """What there is not enough of any more."""
    wanted = list(rules.uses(campaign, wish))
    used = usages.used_of(tenant, [use.counter for use in wanted])
    for use in wanted:
        left = use.most - used.get(use.counter, 0)
        if left < use.times:
            yield rules.spent(campaign, wish, use, max(0, left))


def _counted(tenant: str, campaign: str, what: str) -> Update:
    """Safe as a sum only because it stands in a transaction with a group, which has a version."""
    row = InsightRow(*keys.use(tenant, f"{campaign}|{what}"))
    return Update(row, [usages.count.add(1)])
