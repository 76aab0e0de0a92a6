"""An order and the only moves it can make."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Self

from shared.domain.content import Content
from shared.domain.errors import NotAllowed, NotFound
from shared.domain.hold import Hold, Reason
from shared.domain.stock import Place


class Status(StrEnum):
    RECEIVED = "received"  # written, nothing decided yet
    HELD = "held"  # stopped for the reasons in `holds`
    APPROVED = "approved"  # may go on by itself
    SHORT = "short"  # approved, but some of its goods are not there
    RESERVED = "reserved"  # stock is held for every line
    PLANNED = "planned"  # divided into parcels, waiting to be shipped
    SHIPPING = "shipping"  # some parcels are on their way
    SHIPPED = "shipped"  # all parcels are on their way
    SIGNED = "signed"  # the receiver has them
    COMPLETED = "completed"  # nothing more is expected
    CANCELLED = "cancelled"  # called off before shipping; holds no stock
    CLOSED = "closed"  # never ours to ship: first seen shipped, or imported history


_BEFORE_STOCK = {Status.HELD, Status.CANCELLED}
MOVES: dict[Status, set[Status]] = {
    Status.RECEIVED: _BEFORE_STOCK | {Status.APPROVED, Status.CLOSED},
    Status.HELD: {
        Status.RECEIVED,
        Status.APPROVED,
        Status.SHORT,
        Status.RESERVED,
        Status.PLANNED,
        Status.CANCELLED,
    },
    Status.APPROVED: _BEFORE_STOCK | {Status.RESERVED, Status.SHORT},
    Status.SHORT: _BEFORE_STOCK | {Status.RESERVED},
    Status.RESERVED: _BEFORE_STOCK | {Status.PLANNED},
    Status.PLANNED: _BEFORE_STOCK | {Status.SHIPPING, Status.SHIPPED},
    Status.SHIPPING: {Status.SHIPPED},
    Status.SHIPPED: {Status.SIGNED, Status.COMPLETED},
    Status.SIGNED: {Status.COMPLETED},
}
RENEWABLE = {
    Status.RECEIVED,
    Status.HELD,
    Status.APPROVED,
    Status.SHORT,
    Status.RESERVED,
    Status.PLANNED,
}
"""From where a newer version of the platform may bring an order back to `received`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the order's history: what happened, when, by whom, and why."""

    seq: int
    v: int  # the version of the order that this entry was written with
    at: str
    code: str
    status: Status
    by: str = "system"
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """So many units for one line come from one place, where they are held.

    The SKU is that of a part where the line's own is a kit.
    """

    line: int
    sku: str
    warehouse: str
    quantity: int
    lot: str = ""

    @property
    def place(self) -> Place:
        return Place(self.sku, self.warehouse, self.lot)


@dataclass(frozen=True, slots=True)
class Parcel:
    no: int
    warehouse: str
    carrier: str
    sources: tuple[Source, ...]
    tracking: str = ""
    shipped_at: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    tenant: str
    id: str
    shop: str
    number: str
    received_at: str
    content: Content  # personal fields encrypted
    digest: str  # of the content before encryption
    phone_mark: str = ""
    status: Status = Status.RECEIVED
    resume: Status = Status.RECEIVED  # where a held order goes on when it is released
    holds: tuple[Hold, ...] = ()
    waived: tuple[Reason, ...] = ()
    sources: tuple[Source, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    gathering: bool = False  # its stock is being held in several writes, this is not all of it
    owed: tuple[Source, ...] = ()  # held no longer, but still to be given back to the counters
    since: str = ""  # since when somebody or something has been waiting to move it
    timeline: tuple[Entry, ...] = ()
    version: int = 0

    @property
    def needs(self) -> Counter[str]:
        """How many units of each SKU the order needs, over all its lines."""
        needs: Counter[str] = Counter()
        for line in self.content.lines:
            needs[line.sku] += line.quantity
        return needs

    @property
    def sent(self) -> Counter[Place]:
        """Units that have left, by place."""
        return _units(source for p in self.parcels if p.shipped_at for source in p.sources)

    @property
    def holding(self) -> Counter[Place]:
        """Units held now, by place: what a cancel must give back."""
        return _units(self.sources) - self.sent + _units(self.owed)

    def to(self, status: Status, code: str, now: str, by: str = "system", **args: Any) -> Self:
        """Move to `status` and write why, or refuse the move."""
        if status not in MOVES.get(self.status, ()):
            raise NotAllowed(order=self.id, status=self.status, to=status)
        since = now if self.status is Status.HELD else self.since
        return replace(self, status=status, since=since).noted(code, now, by, **args)

    def noted(self, code: str, now: str, by: str = "system", **args: Any) -> Self:
        seq = self.timeline[-1].seq + 1 if self.timeline else 1
        entry = Entry(seq, self.version + 1, now, code, self.status, by, args)
        return replace(self, timeline=(*self.timeline, entry))

    def hold(self, holds: tuple[Hold, ...], resume: Status, now: str, by: str = "system") -> Self:
        """Stop the order for `holds`; a release goes on at `resume`."""
        why = [{"reason": hold.reason.value, **hold.args} for hold in holds]
        if self.status is Status.HELD:
            held = self.noted("held", now, by, holds=why)
        else:
            held = self.to(Status.HELD, "held", now, by, holds=why)
        stopped = replace(held, holds=(*self.holds, *holds), resume=resume)
        return replace(stopped, sources=(), gathering=False) if self.gathering else stopped

    def release(self, now: str, by: str = "system", note: str = "") -> Self:
        """Let a held order go on; the reasons that a person set aside are not raised again."""
        if self.status is not Status.HELD:
            raise NotAllowed(order=self.id, status=self.status, to="released")
        reasons = tuple(hold.reason for hold in self.holds)
        free = replace(self, holds=(), waived=tuple(dict.fromkeys((*self.waived, *reasons))))
        return free.to(self.resume, "released", now, by, reasons=list(reasons), note=note)

    def cancel(self, now: str, by: str = "system", reason: str = "") -> Self:
        """Call the order off; its stock goes back with the same write."""
        cancelled = self.to(Status.CANCELLED, "cancelled", now, by, reason=reason)
        return replace(cancelled, sources=(), parcels=(), holds=(), gathering=False)

    def ship(self, tracking: dict[int, tuple[str, str]], now: str, by: str = "system") -> Self:
        """Ship parcels: number -> (carrier, tracking number). The rest stays planned."""
        if self.status not in (Status.PLANNED, Status.SHIPPING):
            raise NotAllowed(order=self.id, status=self.status, to=Status.SHIPPED)
        waiting = {p.no for p in self.parcels if not p.shipped_at}
        if strangers := sorted(tracking.keys() - waiting):
            raise NotFound(kind="parcel", id=strangers[0])
        numbers = [number for _, number in tracking.values()]
        parcels = tuple(
            _shipped(p, tracking[p.no], now) if p.no in tracking else p for p in self.parcels
        )
        sent = replace(self, parcels=parcels)
        if waiting == tracking.keys():
            return sent.to(Status.SHIPPED, "shipped", now, by, tracking=numbers)
        if self.status is Status.SHIPPING:
            return sent.noted("part-shipped", now, by, tracking=numbers)
        return sent.to(Status.SHIPPING, "part-shipped", now, by, tracking=numbers)

    def renewed(self, now: str, **args: Any) -> Self:
        """Begin again after a newer version of the platform, with no stock held.

        What a person stopped stays stopped; everything else is reviewed anew.
        """
        if self.status not in RENEWABLE:
            raise NotAllowed(order=self.id, status=self.status, to="updated")
        by_hand = tuple(hold for hold in self.holds if hold.reason is Reason.MANUAL)
        fresh = replace(
            self,
            status=Status.HELD if by_hand else Status.RECEIVED,
            resume=Status.RECEIVED,
            holds=by_hand,
            waived=(),
            sources=(),
            parcels=(),
            gathering=False,
            since=now,
        )
        return fresh.noted("updated", now, "channel", **args)


def _units(sources: Iterable[Source]) -> Counter[Place]:
    units: Counter[Place] = Counter()
    for source in sources:
        units[source.place] += source.quantity
    return units


def _shipped(parcel: Parcel, label: tuple[str, str], now: str) -> Parcel:
    carrier, tracking = label
    return replace(parcel, carrier=carrier or parcel.carrier, tracking=tracking, shipped_at=now)


def id_for(tenant: str, shop: str, number: str) -> str:
    """One order of one shop, one id: accepting it twice lands on the same row."""
    natural = "\n".join((tenant, shop, number)).encode()
    return blake2b(natural, digest_size=12).hexdigest()
