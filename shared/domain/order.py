"""An order and the only moves it can make."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Self

from shared.domain.content import Content, Line
from shared.domain.errors import NotAllowed, NotFound
from shared.domain.hold import Hold, Reason
from shared.domain.stock import Place

FIRST_GIFT = 501  # the number of the first line that our rules give
BALANCE_UNPAID = "balance-unpaid"  # why an order was called off


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
    box: str = ""  # what it shares with parcels of other orders: `merge-no`
    day: str = ""  # the day of whose capacity in the warehouse it takes a part
    ship_on: str = ""  # the day, in China, from which it may leave
    freight: int = 0  # fen that it will cost, by the carrier's tariff
    grams: int = 0  # by its items; as weighed, once somebody did
    weighed_at: str = ""


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
    gifts: tuple[Line, ...] = ()  # given by our rules; their numbers follow FIRST_GIFT
    tags: tuple[str, ...] = ()  # ours; the channel's are in the content
    urgent: bool = False
    carrier: str = ""  # chosen for it; empty = whichever is best
    warehouse: str = ""  # and the one warehouse that shall serve it
    promise: str = ""  # by when it shall be shipped, where a person said so
    origin: Content | None = None  # what the channel said, where we have edited that
    meet: str = ""  # marks those whom it may be merged with: one shop's orders of one buyer
    key: str = ""  # marks all that must be equal for that
    meeting: bool = False  # reserved, and waits for others until `since`
    merge: str = ""  # the merge that its parcels are part of
    since: str = ""  # since when somebody or something has been waiting to move it
    timeline: tuple[Entry, ...] = ()
    version: int = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is to be sent: what was ordered, and what our rules give."""
        return (*self.content.lines, *self.gifts) if self.gifts else self.content.lines

    @property
    def needs(self) -> Counter[str]:
        """How many units of each SKU the order needs, over all its lines."""
        needs: Counter[str] = Counter()
        for line in self.lines:
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

    def hold(
        self,
        holds: tuple[Hold, ...],
        resume: Status,
        now: str,
        by: str = "system",
        **args: Any,
    ) -> Self:
        """Stop the order for `holds`; a release goes on at `resume`."""
        why = [{"reason": hold.reason.value, **hold.args} for hold in holds]
        if self.status is Status.HELD:
            held = self.noted("held", now, by, holds=why, **args)
        else:
            held = self.to(Status.HELD, "held", now, by, holds=why, **args)
        stopped = replace(held, holds=(*self.holds, *holds), resume=resume)
        stopped = replace(stopped, meeting=False)
        return replace(stopped, sources=(), gathering=False) if self.gathering else stopped

    def release(
        self, now: str, by: str = "system", note: str = "", only: Collection[Reason] = ()
    ) -> Self:
        """Let a held order go on; the reasons that a person set aside are not raised again.

        `only`: lift these alone; what else holds the order still does.
        """
        reasons = tuple(h.reason for h in self.holds if not only or h.reason in only)
        lifted = self.lifted(reasons, now, by, note)
        return replace(lifted, waived=tuple(dict.fromkeys((*self.waived, *reasons))))

    def lifted(
        self, reasons: Collection[Reason], now: str, by: str = "system", note: str = ""
    ) -> Self:
        """The same without these holds, which may be raised again."""
        rest = tuple(hold for hold in self.holds if hold.reason not in reasons)
        if self.status is not Status.HELD or len(rest) == len(self.holds):
            raise NotAllowed(order=self.id, status=self.status, to="released")
        why = {"reasons": list(dict.fromkeys(reasons)), "note": note}
        free = replace(self, holds=rest)
        if rest:
            return free.noted("released", now, by, **why)
        return free.to(self.resume, "released", now, by, **why)

    def marked(self, before: Collection[Reason], after: Collection[Reason], now: str) -> Self:
        """The channel marks an order that was under way otherwise: it stops, or goes on.

        Its stock stays held, and its parcels wait.
        """
        known = {hold.reason: hold for hold in self.holds}
        gone = tuple(r for r in before if r not in after and r in known and not known[r].stands)
        fresh = tuple(Hold(r) for r in after if r not in known)
        order = self
        if fresh:
            resume = self.resume if self.status is Status.HELD else self.status
            order = order.hold(fresh, resume, now, "channel")
        return order.lifted(gone, now, "channel") if gone else order

    def cancel(self, now: str, by: str = "system", reason: str = "") -> Self:
        """Call the order off; its stock goes back with the same write.

        Only a balance that was not paid in time costs the buyer a deposit.
        """
        cancelled = self.to(Status.CANCELLED, "cancelled", now, by, reason=reason)
        deal = self.content.deal
        if deal and deal.keep and reason != BALANCE_UNPAID:
            content = replace(self.content, deal=replace(deal, keep=0))
            cancelled = replace(cancelled, content=content)
        return replace(cancelled, holds=()).let_go()

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

    def weigh(self, numbers: Collection[int], grams: int, now: str, by: str, **args: Any) -> Self:
        """Close parcels with their weight; with none, open them again.

        `args`: what else is said of it, as the box that they are a part of: its weight is theirs
        together, and each keeps its own by its items.
        """
        if self.status not in (Status.PLANNED, Status.SHIPPING):
            raise NotAllowed(order=self.id, status=self.status, to="weighed")
        waiting = {p.no for p in self.parcels if not p.shipped_at}
        if strangers := sorted(set(numbers) - waiting):
            raise NotFound(kind="parcel", id=strangers[0])
        at = now if grams else ""
        parcels = tuple(
            replace(p, weighed_at=at, grams=p.grams if p.box else grams or p.grams)
            if p.no in numbers
            else p
            for p in self.parcels
        )
        code = "weighed" if grams else "opened"
        said = {"parcels": sorted(numbers), "grams": grams, **args}
        return replace(self, parcels=parcels).noted(code, now, by, **said)

    def renewed(self, now: str, **args: Any) -> Self:
        """Begin again after a newer version of the platform, with no stock held.

        What a person stopped stays stopped; everything else is reviewed anew.
        """
        if self.status not in RENEWABLE:
            raise NotAllowed(order=self.id, status=self.status, to="updated")
        by_hand = tuple(hold for hold in self.holds if hold.stands)
        fresh = replace(
            self,
            status=Status.HELD if by_hand else Status.RECEIVED,
            resume=Status.RECEIVED,
            holds=by_hand,
            waived=(),
            gifts=(),
            since=now,
        ).let_go()
        return fresh.noted("updated", now, "channel", **args)

    def let_go(self) -> Self:
        """The same with no stock, no parcel, and no part in a merge."""
        free = {"sources": (), "parcels": (), "gathering": False, "meeting": False, "merge": ""}
        return replace(self, **free)  # type: ignore[arg-type]


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
