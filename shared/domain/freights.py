"""What parcels cost and weigh once they hold something else, or are shared by fewer orders."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shared.domain import carrier, partial, split
from shared.domain.apportion import spread
from shared.domain.carrier import Wanted
from shared.domain.order import Order, Parcel
from shared.domain.planning import Desk

CUT = "part-cancelled"


def lighter(before: Order, after: Order) -> bool:
    """Whether parcels that are its own hold less than they did."""
    was = {parcel.no: parcel.sources for parcel in before.parcels}
    now = {parcel.no: parcel.sources for parcel in after.parcels}
    return bool(now) and not after.merge and was != now


def repriced(before: Order, after: Order, desk: Desk) -> Order:
    """The order with what the parcels that hold less cost and weigh; their carriers stay.

    Its history says what the freight was, and what it is.
    """
    was = {parcel.no: parcel.sources for parcel in before.parcels}
    parcels = tuple(
        p if p.sources == was.get(p.no) else _priced([(after, p)], desk)[0] for p in after.parcels
    )
    cost, past = (sum(p.freight for p in some) for some in (parcels, before.parcels))
    said = {"was": past, "cost": cost} if cost != past else {}
    timeline = tuple(
        replace(entry, args={**entry.args, **said})
        if entry.code == CUT and entry.v > before.version
        else entry
        for entry in after.timeline
    )
    return replace(after, parcels=parcels, timeline=timeline)


def shared(orders: Sequence[Order], days: Mapping[str, str], desk: Desk) -> list[Order]:
    """The orders with their parts of the boxes that others have left.

    `days`: box -> the day that whoever left gave up; one of them takes it.
    """
    found = list(orders)
    for box in sorted({p.box for order in orders for p in order.parcels if _open(p)}):
        inside = [(order, p) for order in found for p in order.parcels if p.box == box]
        fresh = _with_day(_priced(inside, desk), days.get(box, ""), desk)
        of_order = {order.id: p for (order, _), p in zip(inside, fresh, strict=True)}
        found = [_in_box(order, of_order.get(order.id)) for order in found]
    return found


def _open(parcel: Parcel) -> bool:
    return bool(parcel.box) and partial.is_open(parcel)


def _in_box(order: Order, fresh: Parcel | None) -> Order:
    if fresh is None:
        return order
    return replace(order, parcels=tuple(fresh if p.box == fresh.box else p for p in order.parcels))


def _priced(inside: Sequence[tuple[Order, Parcel]], desk: Desk) -> list[Parcel]:
    """Parcels that go in one box, each with its part of the freight by what it weighs."""
    first, one = inside[0]
    if all(split.intangible(order, p.sources, desk.items) for order, p in inside):
        return [replace(p, freight=0, grams=0) for _, p in inside]
    weights = [split.grams(order, p.sources, desk.items) for order, p in inside]
    volume = sum(split.volume(order, p.sources, desk.items) for order, p in inside)
    wanted = Wanted(first, desk.warehouse(one.warehouse), sum(weights), volume)
    fen = carrier.fee(wanted, one.carrier, desk)
    fen = sum(p.freight for _, p in inside) if fen is None else fen
    parts = zip(inside, spread(fen, weights), weights, strict=True)
    return [replace(p, freight=freight, grams=grams) for (_, p), freight, grams in parts]


def _with_day(parcels: list[Parcel], given: str, desk: Desk) -> list[Parcel]:
    """A box takes its part of one day, whoever is left in it."""
    if any(parcel.day for parcel in parcels):
        return parcels
    first, *rest = parcels
    since = max(parcel.ship_on for parcel in parcels)
    return [replace(first, day=given or _day(desk, first.warehouse, since)), *rest]


def _day(desk: Desk, warehouse: str, since: str) -> str:
    return desk.rooms.days([(warehouse, since)])[0]


def days(orders: Iterable[Order]) -> dict[str, str]:
    """Box -> the day of which these orders take a part for it."""
    return {p.box: p.day for order in orders for p in order.parcels if p.box and p.day}
