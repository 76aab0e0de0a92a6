"""Orders that go into boxes together: who they are, from where they go, and how it is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.domain import freights, merge, merging, planning
from shared.domain.claim import Claim
from shared.domain.errors import Refused
from shared.domain.merge import Member, Merge
from shared.domain.merging import Bar
from shared.domain.order import Order, Status
from shared.domain.planning import Desk
from shared.domain.routing import MOST_COUNTERS
from shared.domain.rules.rule import Join, Kind
from shared.domain.stock import Place
from shared.store import desks, merges, orders, sourcing, stock

LOOKED_AT = 100  # orders of one buyer
MOST_MEMBERS = 40  # a transaction takes 100 rows: of each order two, the merge, and room
DEFAULT = "default"  # the rule where the merchant has none


@dataclass(frozen=True, slots=True)
class Act:
    """Whose merge somebody acts on, when, and what is answered with it."""

    tenant: str
    now: str
    by: str = "system"
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """An order of the same buyer, and why it does not go along: nothing if it does."""

    order: Order
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Met:
    """An order, what was found around it, and by which rule."""

    order: Order
    desk: Desk
    bars: list[Bar] = field(default_factory=list)
    near: list[Near] = field(default_factory=list)
    rule: str = DEFAULT

    @property
    def able(self) -> list[Order]:
        """All that may go together, the first placed first; itself among them, or nobody."""
        if self.bars:
            return []
        found = [self.order, *(near.order for near in self.near if not near.bars)]
        return sorted(found, key=lambda order: (order.content.placed_at, order.id))

    def why(self) -> dict[str, str]:
        """Number -> why it does not go along."""
        return {near.order.number: near.bars[0].value for near in self.near if near.bars}

    def barring(self, bar: Bar, ids: set[str]) -> "Met":
        """The same with these left out for one reason more."""
        near = [
            replace(each, bars=[*each.bars, bar]) if each.order.id in ids else each
            for each in self.near
        ]
        return replace(self, near=near)


@dataclass(frozen=True, slots=True)
class Together:
    """Orders as they were read, with their goods where they shall come from, and as one order."""

    before: list[Order]
    moved: list[Order]
    whole: Order


def around(order: Order) -> Met:
    """The orders of the same buyer that may go along with this one, or soon could."""
    ids = [each for each in orders.met(order.tenant, order.meet) if each != order.id]
    known = orders.get_many(order.tenant, ids[:LOOKED_AT]) if order.meet else {}
    others = [known[each] for each in ids if each in known and known[each].meet == order.meet]
    desk = desks.of(merge.joint([order, *others]))
    bars, rule = own_bars(order, desk)
    near = [Near(other, bars_between(order, other, desk)) for other in others]
    return Met(order, desk, bars, near, rule)


def own_bars(order: Order, desk: Desk) -> tuple[list[Bar], str]:
    """Why an order is not merged by itself, and the rule that says so or lets it."""
    if desk.shop is None:
        return [Bar.OFF], DEFAULT
    virtual = all(item and item.virtual for item in map(desk.items.get, order.needs))
    bars = merging.bars(order, desk.shop, desk.now, virtual=virtual)
    rule = desk.first(Kind.MERGE, order)
    if rule is None:
        return bars, DEFAULT
    lets = isinstance(rule.then, Join) and rule.then.merge
    return [*bars, *([] if lets else [Bar.RULE])], rule.mark(desk.book)


def bars_between(order: Order, other: Order, desk: Desk) -> list[Bar]:
    """Why `other` does not go along: for itself, or for what differs."""
    bars, _ = own_bars(other, desk)
    return [*bars, *merging.apart(order, other, merging.terms(desk.shop))]


def together(some: Sequence[Order], *, split: bool, move: bool = True) -> Together | None:
    """As many of them as share boxes, planned as one order; None if no two do.

    `split`: whether one may lie in several boxes; `move`: whether goods may come from elsewhere.
    """
    found = list(some)
    while len(found) > 1:
        moved = _gathered(found) if move else found
        joint = merge.joint(moved)
        whole = planning.planned(joint, desks.of(joint))
        if whole.status is not Status.PLANNED:
            return None
        sharing = {order.id for order in merge.sharing(moved, whole, split=split)}
        if len(sharing) == len(found):
            return Together(found, moved, whole)
        found = [order for order in found if order.id in sharing]
    return None


def _gathered(some: list[Order]) -> list[Order]:
    """The same with their goods from fewer warehouses, if there are such; else as they are."""
    lie_in = {source.warehouse for order in some for source in order.sources}
    if len(lie_in) == 1 or not _movable(some):
        return some
    held = sum((order.holding for order in some), Counter[Place]())
    theirs = Counter({place: -units for place, units in held.items()})
    try:
        found = sourcing.cover(merge.joint(some), theirs)
    except Refused:
        return some
    places = {source.place for source in found.sources} | held.keys()
    if len(found.warehouses) >= len(lie_in) or len(places) + 3 * len(some) > MOST_COUNTERS:
        return some
    return merge.supplied(some, found.sources)


def _movable(some: list[Order]) -> bool:
    """Orders of one shop, none of which takes from a bucket: what those have is not known."""
    alike = {(order.shop, order.warehouse) for order in some}
    return len(alike) == 1 and not any(s.place.is_bucket for o in some for s in o.sources)


def document(found: Together, rule: str, key: Sequence[str], now: str, by: str) -> Merge:
    """The merge that comes of it."""
    members = (Member(order.id, order.shop, order.number, order.key) for order in found.before)
    return Merge(
        id=merge.id_for(found.before),
        members=tuple(members),
        boxes=merge.boxes(found.before, found.whole),
        key=tuple(key),
        rule=rule,
        by=by,
        created_at=now,
    )


def write(found: Together, merged: Merge, now: str, claim: Claim | None = None) -> list[Order]:
    """Every order planned in its boxes, its goods moved there, and the merge, all or nothing."""
    why = found.whole.timeline[-1].args
    items = desks.items_of(found.whole)
    dealt = merge.dealt(found.moved, found.whole, merged.id, items)
    moves = [
        (before, _planned(before, after, merged, why, now))
        for before, after in zip(found.before, dealt, strict=True)
    ]
    tenant = found.whole.tenant
    return stock.write_all(moves, claim, merges.folder.writes(tenant, merged))


def _planned(before: Order, after: Order, merged: Merge, why: dict[str, Any], now: str) -> Order:
    was, is_ = ([*dict.fromkeys(s.warehouse for s in o.sources)] for o in (before, after))
    if was != is_:
        after = after.noted("merge-moved", now, merged.by, warehouses=is_, was=was)
    said = {**why, "parcels": len(after.parcels)}
    said["warehouses"] = [parcel.warehouse for parcel in after.parcels]
    planned = replace(after, since=now).to(Status.PLANNED, "planned", now, merged.by, **said)
    return planned.noted(
        "merged",
        now,
        merged.by,
        merge=merged.id,
        members=merged.numbers,
        rule=merged.rule,
        key=list(merged.key),
    )


def inside(act: Act, merged: Merge) -> list[Order]:
    """The orders that are in their boxes, or on their way, as they stand now.

    One whose key is no longer that by which it was merged leaves first: that is Blocked, until
    its lines are taken out.
    """
    found = members(act.tenant, merged)
    keys = {member.id: member.key for member in merged.members}
    drifted = [o for o in found if o.status is Status.PLANNED and o.key != keys[o.id]]
    if drifted:
        after = merged
        for order in drifted:
            after = after.stop(order.id, order.status)
        moves = [(order, alone(order, act, "drifted")) for order in drifted]
        stock.write_all(moves, None, merges.folder.writes(act.tenant, after, after.due))
        after.check_free(after.boxes)
    return found


def members(tenant: str, merged: Merge) -> list[Order]:
    """The orders that are still part of it, in its order."""
    known = orders.get_many(tenant, merged.ids)
    return [known[each] for each in merged.ids if known[each].merge == merged.id]


def alone(order: Order, act: Act, why: str) -> Order:
    """The order with parcels of its own again, planned anew where nothing holds it."""
    said = {"merge": order.merge, "why": why}
    desk = desks.of(order)
    (whole,) = freights.shared([order], {}, desk)
    noted = merge.parted(whole).noted(merges.TAKEN_OUT, act.now, act.by, **said)
    if order.status is not Status.PLANNED:
        return noted
    again = replace(noted, status=Status.RESERVED, parcels=(), since=act.now)
    return planning.planned(again, desk)


def remaining(orders: list[Order], left: list[Order]) -> list[Order]:
    """The orders with their parts of the boxes that those who `left` shared with them."""
    if not orders:
        return []
    return freights.shared(orders, freights.days(left), desks.of(merge.joint(orders)))
