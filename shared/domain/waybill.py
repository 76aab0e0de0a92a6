"""Waybills: with whom they are made, for which parcels, and the moves that each can make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Self

from shared.domain.content import Receiver
from shared.domain.link import Connection
from shared.domain.order import Order, Parcel, Status
from shared.domain.report import TRIES

MERGE = "merge-"  # before a merge's id, where its boxes have waybills
ENDED = (Status.SIGNED, Status.COMPLETED)
UNDOING = {"updated", "amended", "edited", "replanned", "unmerged", "held", "part-cancelled"}
PARTING = {"unmerged", "merge-released"}


@dataclass(frozen=True, slots=True)
class Account(Connection):
    """A merchant's account with a carrier, or with a gateway to carriers."""

    KIND = "waybill-account"

    id: str
    kind: str  # of the adapter
    customer: str = ""  # the number that is charged: a monthly card, a customer's code
    options: dict[str, str] = field(default_factory=dict)  # by the names of the adapter's
    carriers: tuple[str, ...] = ()  # our codes that it makes waybills for; empty = all it can
    warehouses: tuple[str, ...] = ()  # from which; empty = all
    senders: dict[str, Receiver] = field(default_factory=dict)  # by warehouse; "" = all others
    automatic: bool = False  # a waybill is taken as soon as a parcel is planned
    tracks: bool = False  # it follows parcels, whoever made their waybills

    def serves(self, warehouse: str, carrier: str) -> bool:
        return (not self.carriers or carrier in self.carriers) and (
            not self.warehouses or warehouse in self.warehouses
        )


class State(StrEnum):
    WANTED = "wanted"  # the carrier shall make it
    MADE = "made"
    UNWANTED = "unwanted"  # the carrier shall cancel it
    CANCELLED = "cancelled"  # it is not there, or not any more


class Reason(StrEnum):
    """Why a waybill is wanted no more."""

    PERSON = "person"  # somebody said so
    GONE = "gone"  # its parcel is not there any more
    CHANGED = "changed"  # its parcel is another one now
    INTERCEPTED = "intercepted"  # the buyer wants the money back before it leaves
    OTHER = "other"  # its parcel left with another number


@dataclass(frozen=True, slots=True)
class Waybill:
    """One number of a carrier's for one parcel. `order`: an order's id, or `merge-` and a merge's.

    At most one of a parcel lives: the next generation comes when the one before is cancelled.
    """

    order: str
    no: str  # its parcel and generation: `01-1`
    parcel: int  # of the order, or the box of the merge
    warehouse: str
    carrier: str  # our code
    mark: str  # of what it is for: another one means another parcel
    created_at: str
    by: str = "system"  # who wanted it
    account: str = ""  # chosen when it is first asked for
    state: State = State.WANTED
    asked: bool = False  # for it, and nobody knows what came of that
    tracking: str = ""
    subs: tuple[str, ...] = ()
    ref: str = ""  # the carrier's own number of our asking
    codes: dict[str, str] = field(default_factory=dict)  # for sorting, as printed
    reason: Reason | None = None
    waits: bool = False  # for a person: `why`
    why: str = ""  # what the last try failed for
    note: str = ""  # in the carrier's own words
    tries: int = 0
    at: str = ""  # of the last try
    due: str = ""  # when the carrier is asked, if no person must look before
    version: int = 0

    @property
    def idem(self) -> str:
        """Our number of it at the carrier, the same at every try; few take more than 30 signs."""
        if not self.order.startswith(MERGE):
            return f"{self.order}-{self.no}"
        return f"{blake2b(self.order.encode(), digest_size=12).hexdigest()}-{self.no}"

    @property
    def over(self) -> bool:
        return self.state is State.CANCELLED

    @property
    def going(self) -> bool:
        """Whether the carrier may have it still, though nobody wants it."""
        return self.state is State.UNWANTED

    def ready(self, now: str) -> bool:
        """Whether it is to be tried now: for the first time, or once more."""
        return not self.waits and bool(self.due) and (not self.tries or self.due <= now)

    def trying(self, now: str, until: str) -> Self:
        """Somebody asks the carrier now; up to `until` nobody else does."""
        asked = self.asked or self.state is State.WANTED
        return replace(self, asked=asked, tries=self.tries + 1, at=now, due=until)

    def made(
        self, tracking: str, subs: tuple[str, ...], ref: str, codes: dict[str, str], now: str
    ) -> Self:
        """The carrier has it; whoever does not want it any more has it cancelled."""
        if self.tracking not in ("", tracking):
            return self.stuck("two", tracking)
        wanted = self.state in (State.WANTED, State.MADE)
        state, due = (State.MADE, "") if wanted else (State.UNWANTED, now)
        told = replace(self, tracking=tracking, subs=subs, ref=ref, codes=codes, state=state)
        return replace(told, asked=False, waits=False, why="", note="", tries=0, due=due)

    def unwanted(self, reason: Reason, now: str) -> Self:
        """To be cancelled: at once, where the carrier was never asked for it."""
        said = replace(self, reason=reason, waits=False, why="", note="")
        if not self.asked and not self.tracking:
            return said.cancelled()
        if self.asked and self.due:  # whoever is asking just now tells first
            return replace(said, state=State.UNWANTED)
        return replace(said, state=State.UNWANTED, tries=0, due=now)

    def cancelled(self) -> Self:
        return replace(self, state=State.CANCELLED, asked=False, waits=False, why="", due="")

    def later(self, why: str, note: str, due: str) -> Self:
        """To be tried again; after so many tries a person must look."""
        if self.tries >= TRIES:
            return self.stuck(why, note)
        return replace(self, why=why, note=note, due=due)

    def stuck(self, why: str, note: str = "") -> Self:
        """Only a person can go on."""
        return replace(self, waits=True, why=why, note=note, due="")

    def refused(self) -> Self:
        """The carrier said no: there is none of this number."""
        return self.cancelled() if self.going else replace(self, asked=False)

    def retried(self, now: str) -> Self:
        return replace(self, waits=False, why="", note="", tries=0, due=now)


@dataclass(frozen=True, slots=True)
class Piece:
    """A parcel of an order, or a box of a merge, as a waybill sees it."""

    no: int
    warehouse: str
    carrier: str
    mark: str
    left: bool = False
    tracking: str = ""  # with which it left
    held: bool = False  # nothing is asked for it now
    stopped: bool = False  # it shall not leave


def settled(rows: Iterable[Waybill], pieces: Mapping[int, Piece], now: str) -> list[Waybill]:
    """Those that are no longer what their parcels need, as they shall be."""
    return [
        after
        for row in rows
        if not row.over and (after := _settled(row, pieces.get(row.parcel), now)) != row
    ]


def _settled(row: Waybill, piece: Piece | None, now: str) -> Waybill:
    if row.going:
        left = piece and piece.left and piece.tracking and piece.tracking == row.tracking
        return row.stuck("left") if left and not row.waits else row
    reason = _reason(row, piece)
    return row.unwanted(reason, now) if reason else row


def _reason(row: Waybill, piece: Piece | None) -> Reason | None:
    if piece is None:
        return Reason.GONE
    if piece.left:
        return None if piece.tracking and piece.tracking == row.tracking else Reason.OTHER
    if piece.stopped:
        return Reason.INTERCEPTED
    return Reason.CHANGED if piece.mark != row.mark else None


def lacking(rows: Iterable[Waybill], pieces: Iterable[Piece]) -> list[Piece]:
    """The parcels that may have one and do not, nor had one that a person called off."""
    known = list(rows)
    return [
        piece
        for piece in pieces
        if not (piece.left or piece.stopped)
        and not any(row.parcel == piece.no and _blocks(row, piece) for row in known)
    ]


def _blocks(row: Waybill, piece: Piece) -> bool:
    return not row.over or (row.reason is Reason.PERSON and row.mark == piece.mark)


def first(order: str, piece: Piece, rows: Iterable[Waybill], by: str, now: str) -> Waybill:
    """The next waybill of a parcel. `rows`: all of the order's so far."""
    generation = 1 + sum(row.parcel == piece.no for row in rows)
    return Waybill(
        order=order,
        no=f"{piece.no:02d}-{generation}",
        parcel=piece.no,
        warehouse=piece.warehouse,
        carrier=piece.carrier,
        mark=piece.mark,
        created_at=now,
        by=by,
        due=now,
    )


def subjects(order: Order) -> list[str]:
    """Under what the waybills of its parcels lie: itself, and the merge whose boxes it shares."""
    return [order.id, *([MERGE + order.merge] if order.merge else [])]


def place(order: Order, parcel: Parcel) -> tuple[str, int]:
    """Under what the waybill of a parcel lies, and with which number: a box is `merge-no`."""
    if not parcel.box:
        return order.id, parcel.no
    merge, _, number = parcel.box.rpartition("-")
    return MERGE + merge, int(number)


def touched(order: Order) -> list[str]:
    """Whose waybills the newest version of an order may change."""
    fresh = [entry for entry in order.timeline if entry.v == order.version]
    parts = [MERGE + e.args["merge"] for e in fresh if e.code in PARTING and "merge" in e.args]
    moved = order.parcels and order.status not in ENDED
    own = moved or order.status is Status.CANCELLED or any(e.code in UNDOING for e in fresh)
    return [*([order.id] if own else []), *dict.fromkeys(parts)]


def former(order: Order) -> list[str]:
    """The merges that it was part of, as far as its own history tells."""
    named = [e.args.get("merge", "") for e in order.timeline if e.code == "unmerged"]
    return [MERGE + merge for merge in dict.fromkeys(named) if merge and merge != order.merge]
