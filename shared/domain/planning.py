"""What becomes of an order that has its stock: parcels with their carriers, or a hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.domain import carrier, routing, split
from shared.domain.capacity import Rooms
from shared.domain.carrier import Carrier, Chosen, Wanted
from shared.domain.cheapest import Prices
from shared.domain.hold import NATURE, Hold
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.order import Order, Parcel, Status
from shared.domain.place import Warehouse
from shared.domain.rules import facts
from shared.domain.rules.rule import Book, Divide, Kind, Rule
from shared.domain.split import Group


@dataclass(frozen=True, slots=True)
class Desk:
    """What planning looks at beside the order and its stock; see `shared.store.desks`."""

    now: str
    shop: Shop | None = None
    items: Mapping[str, Item] = field(default_factory=dict)
    warehouses: tuple[Warehouse, ...] = ()
    carriers: Mapping[str, Carrier] = field(default_factory=dict)
    book: Book = field(default_factory=Book)
    prices: Prices = field(default_factory=dict)
    rooms: Rooms = field(default_factory=Rooms)

    def first(self, kind: Kind, order: Order, **more: Any) -> Rule | None:
        """The rule of this kind that decides on the order, if there is one."""
        if not self.book.by_kind[kind]:
            return None
        known = facts.of(order, order.content, self.shop, self.items, self.now, **more)
        return self.book.first(kind, known, self.now)

    def warehouse(self, name: str) -> Warehouse:
        known = (w for w in self.warehouses if w.id == name)
        return next(known, Warehouse(name, name))


def planned(order: Order, desk: Desk) -> Order:
    """The reserved order with its parcels, one or more from each warehouse that has its goods.

    Held instead, with its stock, where it may not be divided so or no carrier goes there.
    """
    names = tuple(dict.fromkeys(source.warehouse for source in order.sources))
    rule = desk.first(Kind.SPLIT, order, warehouse=names)
    cuts = rule.then.cuts if rule and isinstance(rule.then, Divide) else ()
    groups = split.divide(order, order.sources, desk.items, cuts)
    groups = [load for group in groups for load in routing.loaded(list(group))]
    chosen = [_carrier(order, group, desk) for group in groups]
    unreached = (each for each in chosen if isinstance(each, Hold))
    if holds := {hold.reason: hold for hold in (*_holds(order, groups, desk), *unreached)}:
        return order.hold(tuple(holds.values()), Status.RESERVED, desk.now)
    labels = [each for each in chosen if isinstance(each, Chosen)]
    parcels = _parcels(order, groups, labels, desk)
    why = _why(parcels, labels, rule.mark(desk.book) if rule else "")
    ready = replace(order, parcels=parcels, meeting=False)
    code = "planned-chosen" if "chosen" in why or "rule" in why else "planned"
    return ready.to(Status.PLANNED, code, desk.now, **why)


def _holds(order: Order, groups: list[Group], desk: Desk) -> Iterator[Hold]:
    most = desk.shop.most_splits if desk.shop else routing.MOST_PARCELS
    waived = {reason for reason in order.waived if NATURE[reason].waivable}
    for hold in split.holds(order, groups, most):
        if hold.reason not in waived:
            yield hold


def _carrier(order: Order, group: Group, desk: Desk) -> Chosen | Hold:
    grams = split.grams(order, group, desk.items)
    volume = split.volume(order, group, desk.items)
    warehouse = desk.warehouse(group[0].warehouse)
    if split.intangible(order, group, desk.items):
        return Chosen(warehouse.carrier)
    return carrier.choose(Wanted(order, warehouse, grams, volume), desk)


def _parcels(
    order: Order, groups: list[Group], labels: list[Chosen], desk: Desk
) -> tuple[Parcel, ...]:
    """Each on the first day on which it may leave and its warehouse has room."""
    since = {line.no: line.ship_on for line in order.lines}
    uses = [(group[0].warehouse, max(since[source.line] for source in group)) for group in groups]
    days = desk.rooms.days(uses)
    return tuple(
        Parcel(
            no,
            warehouse,
            label.carrier,
            group,
            day=day,
            ship_on=ship_on,
            freight=label.fen,
            grams=label.grams,
        )
        for no, ((warehouse, ship_on), group, label, day) in enumerate(
            zip(uses, groups, labels, days, strict=True), 1
        )
    )


def _why(parcels: tuple[Parcel, ...], labels: list[Chosen], rule: str) -> dict[str, Any]:
    """What the timeline keeps of the decision: nothing that is plain anyhow."""
    said: dict[str, Any] = {
        "parcels": len(parcels),
        "warehouses": [parcel.warehouse for parcel in parcels],
    }
    if rule:
        said["rule"] = rule
    if chosen := [label.why for label in labels if label.why]:
        said["chosen"] = chosen
    return said
