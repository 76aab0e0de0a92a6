"""What is asked of a platform that a merchant sells on, in one vocabulary.

An adapter only translates: it has no clock, no chance, no memory and no table. What it needs of
them comes in; what it wants sent goes through the wire, byte for byte. Money is in fen, moments
are UTC texts as `clock` makes them, and every number is a text, as long as it may be.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from shared.domain.errors import Fault
from shared.domain.platform import Found, Refund
from shared.domain.writeback import Numbers
from shared.gateways.talk import Reply
from shared.gateways.web import Answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Link:
    """A shop's connection with its platform, its secrets opened."""

    shop: str
    channel: str
    app_key: str  # the app's public id, as the platform calls whoever calls it
    seller: str  # the platform's own id of the shop: kdt_id, shop domain, site; may be empty
    secrets: Mapping[str, str] = field(repr=False)  # by the names of Channel.secrets, and TOKENS
    expires_at: str = ""  # when the access token ends; empty = never
    endpoint: str = ""  # another address than the platform's own: its sandbox

    @property
    def token(self) -> str:
        return self.secrets.get("access_token", "")


TOKENS = ("access_token", "refresh_token")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a merchant's consent gave, or a refresh."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: str = ""
    seller: str = ""  # whose consent it was


@dataclass(frozen=True, slots=True)
class Request:
    """One call, ready to leave.

    api: the platform's name of the call; its limits are counted by it
    safe: twice is once, so it may be sent again when no answer came
    """

    api: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    safe: bool = True


class Wire(Protocol):
    """How an adapter speaks with its platform, whatever the limits and repeats."""

    @property
    def now(self) -> str:
        """The moment, by the platform's clock as far as we know it."""
        ...

    def ask(self, request: Request, read: Callable[[Answer], T]) -> T:
        """Send it and read the answer. `read` raises Rejected where the platform said no.

        Raises Unclear where no answer came to what is not safe to be sent again.
        """
        ...


class Why(StrEnum):
    """What a refusal means to us; the platform's own code and text stand beside it."""

    EXPIRED = "expired"  # the token has ended or was taken back
    DENIED = "denied"  # this app, address or shop may not do this
    SIGNATURE = "signature"  # the app's key and secret do not belong together
    CLOCK = "clock"  # our time is off
    LIMITED = "limited"  # too many calls; nothing was done
    MANY = "many"  # more than pages reach: a shorter window must be asked for
    LATER = "later"  # the platform failed; nothing was done
    ABSENT = "absent"  # no such order, item or refund
    REFUND = "refund"  # the buyer wants the money back: not to be shipped
    DONE = "done"  # it was done before
    STATE = "state"  # not in this state of the order
    CARRIER = "carrier"  # an unknown carrier, or no number of that carrier's
    REFUSED = "refused"  # not possible: the same again changes nothing


class Rejected(Exception):
    """The platform said no: nothing was done. `code` and `text` are its own words."""

    def __init__(self, why: Why, code: str, text: str = "", wait: float = 0) -> None:
        super().__init__(why, code, text)
        self.why, self.code, self.text = why, code, text
        self.wait = wait  # seconds after which it may be asked again, if the platform said so


class By(StrEnum):
    """By which of its times an order is looked for."""

    MODIFIED = "modified"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` on, before `end`; whole seconds."""

    start: str
    end: str
    by: By = By.MODIFIED


@dataclass(frozen=True, slots=True)
class Ref:
    """That there is an order. `found`: all of it, where the list tells that."""

    number: str
    version: int
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class RefundRef:
    """That there is a refund. `order`: the number of its order, where the list tells it."""

    number: str
    version: int
    order: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a window. `cursor`: the adapter's own mark of the next page; empty at the end."""

    items: tuple[T, ...]
    cursor: str = ""
    total: int | None = None  # of the whole window, where the platform says so


class Push(StrEnum):
    """How a platform tells of changes by itself."""

    HTTP = "http"
    SOCKET = "socket"  # a connection that we would have to keep open: left aside
    FETCHED = "fetched"  # a queue that we would have to read: left aside
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds."""

    calls: int
    seconds: int = 1


@dataclass(frozen=True, slots=True)
class Caps:
    """What a platform can and bears."""

    window: int  # seconds that one pull may span, at most
    lag: int  # seconds behind now at which a change is sure to be seen
    page: int  # orders of a page, at most
    days: int  # so far back orders are shown
    backwards: bool  # whether the last page is read first, since rows move while one reads
    push: Push
    tokens: bool  # the receiver comes as a token, which is passed on and never opened
    numbers: Numbers  # how many tracking numbers an order takes
    decides: bool  # whether refunds can be agreed to and refused
    stock: int  # SKUs that one call sets, at most; 0 = none can be set
    rates: Mapping[str, Rate]  # by api; "" for all others, each on its own
    life: int = 0  # seconds that an access token lives; 0 = it does not end
    redirects: bool = False  # a merchant consents on a page of the platform's


@dataclass(frozen=True, slots=True)
class Sent:
    """What of a line lies in a parcel."""

    sub: str  # the platform's number of the line
    shop_sku: str  # "item:sku", the platform's own
    quantity: int
    whole: bool  # all that was ordered


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel that is told."""

    number: str  # of the order, on its platform
    carrier: str  # the platform's own code
    tracking: str
    lines: tuple[Sent, ...]
    last: bool  # with it nothing is left to be sent
    first: bool  # no parcel of the order was told before
    idem: str  # the same at every try


@dataclass(frozen=True, slots=True)
class Stocked:
    """So many units are to be shown: an absolute figure."""

    shop_sku: str  # "item:sku", the platform's own
    sku: str  # the merchant's code
    units: int
    idem: str


@dataclass(frozen=True, slots=True)
class Hint:
    """That something changed; what it is must be looked up."""

    order: str = ""
    refund: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a push says. `reply`: what it wants to hear instead of the usual answer."""

    hints: tuple[Hint, ...] = ()
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call of the platform's, as it came."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)


class Channel(Protocol):
    """One platform. Whatever goes through the wire raises Rejected, Unclear or Forged."""

    name: str
    caps: Caps
    secrets: tuple[str, ...]  # the names of what a shop must give, beside TOKENS
    carriers: Mapping[str, str]  # our code of a carrier -> the platform's

    def check(self, link: Link) -> list[Fault]:
        """What is wrong with the connection, without asking the platform."""
        ...

    def consent_url(self, link: Link, state: str, back: str) -> str:
        """Where the merchant consents; comes back to `back` with `state` and a code."""
        ...

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        """What consent gave. Where there is no page for it, `code` is empty."""
        ...

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        """New tokens; the old ones may end with it."""
        ...

    def probe(self, wire: Wire, link: Link) -> str:
        """The cheapest call that proves the connection; the shop's name, if it is told."""
        ...

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]: ...

    def order(self, wire: Wire, link: Link, number: str) -> Found: ...

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        """What a push says, from its bytes as they came; raises Forged."""
        ...

    def ack(self, ok: bool) -> Reply:
        """What the platform wants to hear; anything else makes it tell us again."""
        ...

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        """Tell a parcel. DONE: it was told before."""
        ...

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        """What became of each, by its shop_sku: the refusal, or None."""
        ...

    def refunds(
        self, wire: Wire, link: Link, window: Window, cursor: str = ""
    ) -> Page[RefundRef]: ...

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund: ...

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        """Agree to a refund as it was read, or refuse it. STATE: it is no longer as it was."""
        ...

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        """Pairs of order number and token -> texts, equal for orders of one receiver."""
        ...
