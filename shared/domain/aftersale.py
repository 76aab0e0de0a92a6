"""After-sales of an order: what the buyer asks for, what was agreed, and the moves in between."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from shared.domain.content import Off
from shared.domain.errors import NotNow
from shared.domain.platform import Stage


class Kind(StrEnum):
    REFUND = "refund"  # 仅退款: money back, no goods
    RETURN = "return"  # 退货退款: goods back, then money
    EXCHANGE = "exchange"  # 换货: goods back, then others out
    RESEND = "resend"  # 补发: once more, for nothing
    REPAIR = "repair"  # 维修: goods back, and the same out again
    COMPENSATION = "compensation"  # 赔付: money alone, for no piece in particular


class State(StrEnum):
    REQUESTED = "requested"  # the buyer asks; we must answer
    APPROVING = "approving"  # agreed to by somebody who may not give so much
    INTERCEPTING = "intercepting"  # the warehouse, or the carrier, must find the parcel
    AWAITING_RETURN = "awaiting-return"  # the buyer must send the goods
    RETURNING = "returning"  # they are on their way to us
    RETURNED = "returned"  # they came, and a person decides how it goes on
    REFUNDING = "refunding"  # the money shall go back
    REFUNDED = "refunded"  # it is back
    DONE = "done"  # there is nothing to give back, or goods went out instead
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by the buyer
    CLOSED = "closed"  # nothing came of it in time, or a person closed it


class Payer(StrEnum):
    US = "us"  # it goes back by the payments that we took
    PLATFORM = "platform"  # who took the money gives it back; we only note it


class Reason(StrEnum):
    NO_LONGER_WANTED = "no-longer-wanted"
    QUALITY = "quality"
    DAMAGED = "damaged"
    WRONG_GOODS = "wrong-goods"
    MISSING = "missing-pieces"
    NOT_AS_DESCRIBED = "not-as-described"
    NOT_RECEIVED = "not-received"
    LATE = "late"
    PRICE = "price"
    OTHER = "other"


_END = {State.REJECTED, State.WITHDRAWN, State.CLOSED}
_PAID = {State.REFUNDING, State.REFUNDED, State.DONE}
_ON = {State.INTERCEPTING, State.AWAITING_RETURN} | _PAID
MOVES: dict[State, set[State]] = {
    State.REQUESTED: {State.APPROVING} | _ON | _END,
    State.APPROVING: _ON | _END,
    State.INTERCEPTING: {State.AWAITING_RETURN, State.RETURNING, State.WITHDRAWN, State.CLOSED}
    | _PAID,
    State.AWAITING_RETURN: {State.RETURNING, State.RETURNED, State.WITHDRAWN, State.CLOSED}
    | _PAID,
    State.RETURNING: {State.RETURNED, State.CLOSED} | _PAID,
    State.RETURNED: {State.REJECTED, State.CLOSED} | _PAID,
    State.REFUNDING: {State.REFUNDED},
}
GIVES = frozenset({State.REFUNDING, State.REFUNDED})
"""The money goes back, or is back."""
VOID = frozenset(_END)
"""Nothing came of it: its pieces and its money may be asked for again."""
OVER = VOID | {State.REFUNDED, State.DONE}
WAITING = frozenset({State.REQUESTED, State.APPROVING, State.INTERCEPTING, State.RETURNED})
"""A person must look at it."""
COMING = frozenset({State.AWAITING_RETURN, State.RETURNING})
"""Goods may be received."""
_ASKED = {State.REQUESTED, State.APPROVING}
_UNDER_WAY = _ASKED | {State.INTERCEPTING, State.AWAITING_RETURN}
DEEDS: dict[str, set[State]] = {
    "agree": {State.REQUESTED, State.RETURNED},
    "approve": {State.APPROVING},
    "reject": _ASKED | {State.RETURNED},
    "offer": {State.REQUESTED},
    "accept-offer": {State.REQUESTED},
    "message": set(State) - OVER,
    "evidence": set(State) - OVER,
    "intercepted": {State.INTERCEPTING},
    "not-intercepted": {State.INTERCEPTING},
    "return-tracking": set(COMING),
    "receive": set(COMING),
    "complete": {State.RETURNED},
    "refunded": {State.REFUNDING},
    "withdraw": _UNDER_WAY,
    "close": _UNDER_WAY | {State.RETURNING, State.RETURNED},
}
"""What may be done, and in which states."""
GOODS_BACK = frozenset({Kind.RETURN, Kind.EXCHANGE, Kind.REPAIR})
FOR_PIECES = frozenset({Kind.REFUND, Kind.RETURN, Kind.EXCHANGE})
"""What the buyer has no longer afterwards: each piece may go so once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """So many pieces of a line. `paid`: their frozen part of what was paid for it, in fen."""

    line: int
    sku: str
    quantity: int
    paid: int = 0
    offs: tuple[Off, ...] = ()  # their part of each promotion
    cut: int = 0  # fen by which the line fell when they were taken out of the order


@dataclass(frozen=True, slots=True)
class Came:
    """Units that came back in one delivery."""

    delivery: str
    sku: str
    good: int
    damaged: int = 0
    lot: str = ""

    @property
    def units(self) -> int:
        return self.good + self.damaged


@dataclass(frozen=True, slots=True)
class Wanted:
    """Goods that the buyer gets for what comes back. `unit_price`: fen, as they sell."""

    sku: str
    quantity: int
    unit_price: int


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of what was said and done about it; `fen` of an offer."""

    at: str
    by: str
    code: str
    text: str = ""
    fen: int | None = None


@dataclass(frozen=True, slots=True)
class There:
    """How it stands on its platform, as it was told last."""

    version: int
    stage: Stage
    fen: int
    at: str


@dataclass(frozen=True, slots=True)
class AfterSale:
    """`fen` go back to the buyer; by the frozen shares of the pieces alone it were `share`."""

    order: str
    no: str  # of the platform, of the caller, or ours; unique in its order
    kind: Kind
    lines: tuple[Piece, ...]
    fen: int
    created_at: str
    by: str
    digest: str  # of the request
    shop: str = ""
    payer: Payer = Payer.US
    reason: Reason = Reason.OTHER
    note: str = ""
    share: int = 0
    freight: int = 0  # how many of `fen` are freight
    out: bool = False  # its pieces were taken out of the order itself
    cut: int = 0  # fen by which what the order owes fell with them
    earned: int = 0  # points that the buyer gives back
    spent: int = 0  # points that the buyer gets back
    wanted: tuple[Wanted, ...] = ()
    difference: int = 0  # fen that the goods wanted are dearer; below nought: cheaper
    intercept: bool = False  # the carrier shall bring back what has left
    warehouse: str = ""  # where the goods go back to
    carrier: str = ""
    tracking: str = ""
    came: tuple[Came, ...] = ()
    evidence: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    there: There | None = None  # of one that its platform told of
    other: str = ""  # the order that was made of it
    back: str = ""  # when the platform gave the money back, before all else was done
    state: State = State.REQUESTED
    since: str = ""
    due: str = ""  # when the clock acts; empty = never
    late: bool = False  # nobody acted in time
    version: int = 0

    @property
    def expects(self) -> bool:
        """Whether goods come back for it."""
        return self.kind in GOODS_BACK or self.intercept

    @property
    def waits(self) -> bool:
        """Whether a person must look at it."""
        return self.state in WAITING or (self.late and self.state not in OVER)

    @property
    def pieces(self) -> dict[int, int]:
        return {piece.line: piece.quantity for piece in self.lines}

    def to(self, state: State, now: str, by: str, code: str = "", text: str = "") -> Self:
        """Move to `state` and say so, or refuse the move."""
        if state not in MOVES.get(self.state, ()):
            raise not_now(self)
        moved = replace(self, state=state, since=now, due="", late=False)
        return moved.noted(code or state.value, now, by, text)

    def noted(self, code: str, now: str, by: str, text: str = "", fen: int | None = None) -> Self:
        return replace(self, said=(*self.said, Said(now, by, code, text, fen)))

    def was(self, code: str) -> bool:
        return any(said.code == code for said in self.said)


def must(one: AfterSale, deed: str) -> AfterSale:
    """The same, if this may be done with it as it stands; else a refusal that tells what may."""
    if one.state not in DEEDS[deed]:
        raise not_now(one)
    return one


def not_now(one: AfterSale) -> NotNow:
    allowed = [deed for deed, states in DEEDS.items() if one.state in states]
    return NotNow(no=one.no, step=one.state.value, allowed=allowed)


def granted(sales: Collection[AfterSale]) -> int:
    """Fen of what was paid that shall go back, beside what the order's own debt fell by.

    Below nought where somebody agreed to less than the pieces that were called off had cost.
    """
    return sum(one.fen - one.cut for one in sales if one.payer is Payer.US and one.state in GIVES)


def refunded(one: AfterSale, now: str) -> AfterSale:
    """Its money is back; any other stays as it is."""
    if one.state is not State.REFUNDING:
        return one
    return one.to(State.REFUNDED, now, "system")


class Then(StrEnum):
    """What the clock does when nobody acted in time."""

    REMIND = "remind"
    ACT = "act"  # agree to what was asked for; take it that the goods came


class Ask(StrEnum):
    """From when on the warehouse is asked whether a parcel can still be stopped."""

    PLANNED = "planned"  # it may be printed and picked
    WEIGHED = "weighed"  # it is packed


@dataclass(frozen=True, slots=True)
class Settings:
    """How they are dealt with; `limits`: role, or `clock` -> fen that it may give."""

    id: str = "settings"
    answer_hours: int = 48
    answer: Then = Then.REMIND
    return_days: int = 7  # for the buyer to send the goods
    receive_days: int = 10  # for us to take them in
    receive: Then = Then.REMIND
    intercept: Ask = Ask.PLANNED
    warehouse: str = ""  # where goods go back to; empty = from where they came
    limits: dict[str, int] = field(default_factory=dict)

    def above(self, role: str, fen: int) -> bool:
        """Whether somebody of this role may not give so much."""
        return role in self.limits and fen > self.limits[role]
