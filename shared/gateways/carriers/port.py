"""What is asked of a carrier, in one vocabulary.

As with the platforms an adapter only translates: no clock, no chance, no memory and no table.
Weights are grams, volumes cubic centimetres, money fen, moments UTC texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from shared.domain.content import Receiver
from shared.domain.errors import Fault
from shared.domain.tracking import Event
from shared.gateways.channels.port import Incoming, Rate, Tokens, Wire
from shared.gateways.talk import Reply


@dataclass(frozen=True, slots=True)
class Account:
    """A merchant's account with a carrier or a gateway to carriers, its secrets opened."""

    id: str
    kind: str  # of the adapter
    app_key: str  # the public id, as the carrier calls whoever calls it
    secrets: Mapping[str, str] = field(repr=False)
    customer: str = ""  # the number that is charged: a monthly card, a customer's code
    endpoint: str = ""  # another address than the carrier's own: its sandbox
    options: Mapping[str, str] = field(default_factory=dict)  # by the names of Carrier.options

    def secret(self, name: str) -> str:
        return self.secrets.get(name, "")

    def option(self, name: str, usual: str = "") -> str:
        return self.options.get(name) or usual


class Form(StrEnum):
    """What there is to print."""

    PDF = "pdf"
    IMAGE = "image"
    HTML = "html"
    CLOUD = "cloud"  # sealed: only the carrier's own program beside the printer reads it


class Find(StrEnum):
    """How an unknown outcome is cleared up."""

    SEARCH = "search"  # it is looked up by our number
    AGAIN = "again"  # the same number is asked for again: what was made is told, or made now


class Push(StrEnum):
    """What a carrier tells by itself is worth."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"  # only a hint: the parcel must be looked up
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Caps:
    """What a carrier can and bears."""

    tokens: tuple[str, ...]  # kinds of receivers' tokens that it opens itself
    print: Form
    find: Find
    push: Push
    query: bool  # whether a parcel can be looked up
    subscribe: bool  # whether each parcel must be named before it is told of
    subs: bool  # whether several parcels go under one waybill
    collect: bool  # whether it takes the money from the receiver
    rates: Mapping[str, Rate]  # by api; "" for all others, each on its own
    life: int = 0  # seconds that an access token lives; 0 = there is none, or it does not end


@dataclass(frozen=True, slots=True)
class Token:
    """A person that only the platform and the carrier know; passed on, never opened."""

    kind: str
    value: str
    order: str  # the platform's number of the order that it belongs to
    masked: Receiver


@dataclass(frozen=True, slots=True)
class Goods:
    name: str
    quantity: int


class Pay(StrEnum):
    MONTHLY = "monthly"
    SENDER = "sender"
    RECEIVER = "receiver"


@dataclass(frozen=True, slots=True)
class Waybill:
    """A waybill that is wanted. `idem`: our own number of the parcel, the same at every try."""

    idem: str
    carrier: str  # our code
    sender: Receiver = field(repr=False)
    receiver: Receiver | Token = field(repr=False)
    goods: tuple[Goods, ...]
    grams: int
    volume: int = 0
    parcels: int = 1
    service: str = ""  # the carrier's own code of the product; empty = its usual one
    pay: Pay = Pay.MONTHLY
    note: str = ""
    collect: int = 0  # fen to be taken from the receiver


@dataclass(frozen=True, slots=True)
class Print:
    """Either `content`, or `url` where it is to be fetched."""

    form: Form
    content: bytes = field(default=b"", repr=False)
    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A waybill that there is."""

    idem: str
    carrier: str  # our code
    tracking: str
    subs: tuple[str, ...] = ()  # the numbers of its other parcels
    ref: str = ""  # the carrier's own number of our asking
    label: Print | None = None  # where making it tells that
    codes: Mapping[str, str] = field(default_factory=dict)  # for sorting, as printed


@dataclass(frozen=True, slots=True)
class Parcel:
    """One that is on its way. `phone`: the receiver's, or its last four digits."""

    carrier: str  # our code
    tracking: str
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What a push says of a parcel. Without events it is only to be looked up."""

    tracking: str
    events: tuple[Event, ...] = ()
    idem: str = ""  # our number, where it is told
    carrier: str = ""  # another one than was thought: our code
    again: bool = False  # the carrier gave up: subscribe anew, after half an hour


class Carrier(Protocol):
    """One carrier. Whatever goes through the wire raises Rejected, Unclear or Forged."""

    name: str
    caps: Caps
    secrets: tuple[str, ...]  # the names of what an account must give
    options: tuple[str, ...]  # the names of what it may give beside
    carriers: Mapping[str, str]  # our code of a carrier that it makes waybills for -> its own

    def check(self, account: Account) -> list[Fault]:
        """What is wrong with the account, without asking the carrier."""
        ...

    def refresh(self, wire: Wire, account: Account) -> Tokens:
        """New tokens, where `caps.life` says that they end; the old ones may end with it."""
        ...

    def create(self, wire: Wire, account: Account, wanted: Waybill) -> Made:
        """DONE: there is one under this number, which `find` tells."""
        ...

    def find(self, wire: Wire, account: Account, wanted: Waybill) -> Made | None:
        """What was made under our number; None: nothing was. After an unknown outcome."""
        ...

    def cancel(self, wire: Wire, account: Account, made: Made, why: str) -> None:
        """DONE: it was cancelled before. STATE: the carrier has it already."""
        ...

    def print_data(self, wire: Wire, account: Account, made: Made) -> Print: ...

    def subscribe(self, wire: Wire, account: Account, parcel: Parcel, back: str) -> None:
        """Have a parcel told of, at the address `back`. DONE: it is told of already."""
        ...

    def track(self, wire: Wire, account: Account, parcel: Parcel) -> tuple[Event, ...]:
        """All that is known of it. ABSENT: nothing is."""
        ...

    def hear(self, account: Account, incoming: Incoming, now: str) -> Sequence[Told]:
        """What a push says, from its bytes as they came; raises Forged."""
        ...

    def ack(self, account: Account, incoming: Incoming, ok: bool, now: str) -> Reply:
        """What the carrier wants to hear; anything else makes it tell us again."""
        ...
