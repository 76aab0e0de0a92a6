"""What a platform tells of an order, in one vocabulary, and what that makes of our document."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.domain.content import ChannelState, Mark


class State(StrEnum):
    """Where an order is on its platform."""

    PENDING = "pending"  # not paid so far
    ON_HOLD = "on-hold"  # paid, and must not be shipped yet
    READY = "ready"  # to be shipped
    PARTLY = "partly"  # some of it is on its way
    SHIPPED = "shipped"
    SIGNED = "signed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"  # called off before it was paid
    REFUNDED = "refunded"  # closed after it was paid
    RETURNED = "returned"


_STATES = {
    State.PENDING: ChannelState.OPEN,
    State.ON_HOLD: ChannelState.OPEN,
    State.READY: ChannelState.OPEN,
    State.PARTLY: ChannelState.PARTLY,
    State.SHIPPED: ChannelState.SHIPPED,
    State.SIGNED: ChannelState.SIGNED,
    State.COMPLETED: ChannelState.COMPLETED,
    State.CANCELLED: ChannelState.CANCELLED,
    State.REFUNDED: ChannelState.REFUNDED,
    State.RETURNED: ChannelState.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Found:
    """An order as its platform tells it.

    version: grows with every change there; mostly its last change in milliseconds since 1970
    document: as `POST /v1/orders` takes it, but shop, number, version, state, and the marks
        and the state of payment that follow from `state`
    """

    number: str
    version: int
    state: State
    document: dict[str, Any] = field(repr=False)
    raw: bytes = field(repr=False)  # what the platform sent, JSON


class Ask(StrEnum):
    """What a buyer asks for."""

    REFUND = "refund"  # money only
    RETURN = "return"  # money for goods that come back
    EXCHANGE = "exchange"
    RESEND = "resend"
    REPAIR = "repair"


class Stage(StrEnum):
    """Where a refund is."""

    ASKED = "asked"  # waits for the merchant
    AGREED = "agreed"  # the money is on its way, or the goods may come back
    RETURNING = "returning"  # the goods are on their way, or there
    REFUSED = "refused"  # the buyer is to act
    DONE = "done"
    CLOSED = "closed"  # taken back, or run out


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as its platform tells it. `mark`: what the platform wants to hear again."""

    number: str
    order: str
    version: int
    ask: Ask
    stage: Stage
    fen: int
    sub: str = ""  # the platform's number of the line; empty = the whole order
    quantity: int = 0
    shipped: bool = False  # whether the goods had left
    reason: str = ""
    tracking: str = ""  # under which the goods come back
    mark: str = ""
    created_at: str = ""
    raw: bytes = field(default=b"", repr=False)


def documented(shop: str, found: Found) -> dict[str, Any]:
    """The whole document: what each adapter says, and what its state says."""
    marks = [*found.document.get("marks", ())]
    if found.state is State.ON_HOLD and not marks:
        marks.append(Mark.NO_SHIP.value)
    document = {
        **found.document,
        "shop": shop,
        "number": found.number,
        "version": found.version,
        "state": _STATES[found.state].value,
    }
    if found.state is State.PENDING:
        document["payment"] = {**document.get("payment", {}), "state": "unpaid"}
    return document | ({"marks": marks} if marks else {})
