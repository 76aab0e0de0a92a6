"""What a change of an order means: for the money, the stock, its parcels and its promise."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from shared.domain import grounds, partial
from shared.domain.content import Content
from shared.domain.order import Order, Status
from shared.domain.stock import Place

Units = Counter[Place]


@dataclass(frozen=True, slots=True)
class Money:
    """Fen: the order's total before and after, what is to be collected or given back for it."""

    before: int
    after: int
    collect: int
    refund: int
    lines: dict[int, tuple[int, int]]  # line -> paid before and after, where that changes


@dataclass(frozen=True, slots=True)
class Load:
    """A parcel, or what will be one or more; no carrier = not chosen yet.

    `freight`: fen that it will cost; None = not known before it is planned.
    """

    warehouse: str
    carrier: str
    units: int
    freight: int | None = None


@dataclass(frozen=True, slots=True)
class Effects:
    money: Money
    status: tuple[Status, Status]
    taken: Units
    given: Units
    parcels: tuple[tuple[Load, ...], tuple[Load, ...]]
    promise: tuple[str, str]
    missing: dict[str, int] = field(default_factory=dict)
    gifts: dict[str, int] = field(default_factory=dict)  # that go with what they were given for

    @property
    def freight(self) -> tuple[int | None, int | None]:
        """Fen that the parcels cost before and after; None where that is not known."""
        before, after = (_freight(loads) for loads in self.parcels)
        return before, after

    @property
    def brief(self) -> dict[str, Any]:
        """What the timeline keeps: what is as before is left out."""
        money, promise = self.money, self.promise
        said = {
            "total": [money.before, money.after] if money.before != money.after else None,
            "collect": money.collect,
            "refund": money.refund,
            "taken": _said(self.taken),
            "given": _said(self.given),
            "promise": list(promise) if promise[0] != promise[1] else None,
        }
        return {name: value for name, value in said.items() if value}


def effects(
    before: Order,
    after: Order,
    promise: tuple[str, str],
    missing: dict[str, int] | None = None,
    cut: partial.Cut | None = None,
) -> Effects:
    """`promise`: by when it shall ship, before and after; `missing`: units that are not there.

    `cut`: what was taken out of it by name.
    """
    return Effects(
        money=money(before.content, after.content),
        status=(before.status, after.status),
        taken=after.holding - before.holding,
        given=before.holding - after.holding,
        parcels=(loads(before), loads(after)),
        promise=promise,
        missing=missing or {},
        gifts=dict(grounds.withdrawn(before.content, after.content, cut or {})),
    )


def money(before: Content, after: Content) -> Money:
    """What was not paid yet is not given back: it is only no longer due."""
    return _money(before, after.amounts.total, _lines(before, after))


def called_off(before: Content) -> Money:
    """What calling the whole order off means: everything that was paid for it goes back."""
    return _money(before, 0, {line.no: (line.paid, 0) for line in before.lines})


def called(before: Order, after: Order) -> Money:
    """What calling it off means, the whole of it or a part."""
    off = after.status is Status.CANCELLED
    return called_off(before.content) if off else money(before.content, after.content)


def _money(before: Content, now: int, lines: dict[int, tuple[int, int]]) -> Money:
    was, paid = before.amounts.total, partial.received(before)
    return Money(was, now, max(0, now - was), max(0, min(was - now, paid - now)), lines)


def _lines(before: Content, after: Content) -> dict[int, tuple[int, int]]:
    was = {line.no: line.paid for line in before.lines}
    now = {line.no: line.paid for line in after.lines}
    every = {no: (was.get(no, 0), now.get(no, 0)) for no in sorted(was.keys() | now.keys())}
    return {no: (old, new) for no, (old, new) in every.items() if old != new}


def loads(order: Order) -> tuple[Load, ...]:
    """Its parcels, or what lies in each warehouse for them."""
    if order.parcels:
        return tuple(
            Load(p.warehouse, p.carrier, sum(s.quantity for s in p.sources), p.freight)
            for p in order.parcels
        )
    units: Counter[str] = Counter()
    for source in order.sources:
        units[source.warehouse] += source.quantity
    return tuple(Load(name, order.carrier, count) for name, count in units.items())


def _freight(loads: tuple[Load, ...]) -> int | None:
    known = [load.freight for load in loads if load.freight is not None]
    return sum(known) if known and len(known) == len(loads) else None


def _said(units: Units) -> dict[str, int]:
    """Units by SKU and warehouse: a person does not ask for the lot."""
    said: Counter[str] = Counter()
    for place, count in units.items():
        said[f"{place.sku}@{place.warehouse}"] += count
    return dict(said)
