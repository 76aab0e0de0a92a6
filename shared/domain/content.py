"""What a channel says of an order: the part that is not ours to change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self


class ChannelState(StrEnum):
    OPEN = "open"  # to be fulfilled by us
    CANCELLED = "cancelled"  # the channel called it off
    PARTLY = "partly"  # some of it is on its way
    SHIPPED = "shipped"  # all of it is on its way
    SIGNED = "signed"  # the receiver has it
    COMPLETED = "completed"  # nothing more is expected
    REFUNDED = "refunded"  # closed after it was paid
    RETURNED = "returned"  # what was sent came back

    @property
    def off(self) -> bool:
        return self in (ChannelState.CANCELLED, ChannelState.REFUNDED)

    @property
    def gone(self) -> bool:
        """Whether some of it has left, from us or from elsewhere."""
        return self is not ChannelState.OPEN and not self.off


class OrderType(StrEnum):
    NORMAL = "normal"
    PRESALE = "presale"  # sold before the goods are there
    GROUP = "group"  # bought together with others
    RESEND = "resend"  # sent once more, for nothing
    GIFT = "gift"  # given away
    EXCHANGE = "exchange"  # in the place of what came back


class Mark(StrEnum):
    """What the channel says of an order that keeps it from being shipped."""

    NO_SHIP = "no-ship"  # paid, but not to be shipped yet
    RISK = "risk"  # the platform looks into it
    REFUND = "refund"  # the buyer wants the money back
    ADDRESS_CHANGE = "address-change"  # another address waits for approval
    OVERSOLD = "oversold"  # the platform sold more than there was


class PaymentState(StrEnum):
    UNPAID = "unpaid"
    PART = "part"  # a deposit, or some of several payments
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Buyer:
    id: str = ""
    name: str = ""
    level: str = ""  # the class of customer, by the channel's own name


@dataclass(frozen=True, slots=True)
class Receiver:
    name: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    address: str = ""
    postcode: str = ""
    token: str = ""  # the platform's stand-in for the person, passed on and never opened
    token_kind: str = ""


class Lane(StrEnum):
    """In this order prices come about; what a lane sees is the price after those before it."""

    ITEM = "item"  # the price of a piece
    ORDER = "order"  # for a whole cart
    COUPON = "coupon"
    POINTS = "points"  # the buyer's own, spent like money
    FREIGHT = "freight"


@dataclass(frozen=True, slots=True)
class Off:
    """What one promotion took off a line, in fen. `platform`: the platform bears it, not we."""

    promotion: str  # "id@version"
    lane: Lane
    fen: int
    platform: bool = False


@dataclass(frozen=True, slots=True)
class Priced:
    """How the price of a line came about, frozen when the order was placed.

    Those of the item lane are its discount, the others its share, each in the order in which they
    were taken off: see `shares`. `freight`: its part of the order's freight, in fen.
    """

    offs: tuple[Off, ...] = ()
    freight: int = 0
    earned: int = 0  # points that it brings the buyer
    spent: int = 0  # points that the buyer gave for it


@dataclass(frozen=True, slots=True)
class Use:
    """`times` of something of which there are only `most`: counted with the order, and given back.

    `counter`: "<promotion>|total", "<promotion>|<buyer's mark>", "<promotion>|budget" in fen,
    "code|<coupon code>".
    """

    counter: str
    times: int
    most: int


class Basis(NamedTuple):
    """What a line counted for: its pieces, at the price that the promotion saw."""

    line: int
    fen: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a line is a gift: so much of the lines that counted, as they were when it was given.

    `each`: pieces of the gift for every time that the threshold is reached; 0 = once.
    """

    line: int  # the gift's own number
    promotion: str  # "id@version"
    of: tuple[Basis, ...]
    amount: int = 0
    pieces: int = 0
    each: int = 0


@dataclass(frozen=True, slots=True)
class Deal:
    """On which terms an order of an own shop was placed."""

    quote: str = ""  # the quote that it froze
    uses: tuple[Use, ...] = ()
    codes: tuple[str, ...] = ()  # coupon codes that it was placed with
    campaign: str = ""  # the presale or the group buy that it is part of
    group: str = ""  # the group that its buyer opened or joined
    keep: int = 0  # fen that stay with us if its balance is not paid: a deposit, not given back
    days: int = 0  # within which it ships once all is paid
    remind: str = ""  # when the buyer is reminded of the balance
    aside: bool = False  # goods on their way were set aside for it
    grounds: tuple[Grounds, ...] = ()  # of its gifts


@dataclass(frozen=True, slots=True)
class Line:
    """One line; all amounts in fen. amount - discount = sale, sale - share = paid."""

    no: int
    sku: str
    quantity: int
    unit_price: int
    amount: int
    sale: int
    paid: int
    discount: int = 0
    share: int = 0
    shop_sku: str = ""
    title: str = ""
    weight: int = 0  # grams of the whole line
    presale: bool = False
    gift: bool = False
    sub: str = ""  # the platform's own number of this part of the order
    warehouse: str = ""  # the platform's code of the warehouse that it appointed
    ship_on: str = ""  # the day, in China, from which it may be shipped
    priced: Priced | None = None  # of an own shop


@dataclass(frozen=True, slots=True)
class Amounts:
    """The order's own sums, in fen."""

    goods_total: int
    total: int
    discount: int = 0
    freight: int = 0
    insurance: int = 0
    adjustment: int = 0
    tax: int = 0
    fee: int = 0


class InstalmentState(StrEnum):
    NOT_PAID = "not-paid"
    AWAITING = "awaiting"  # begun, not heard of yet
    REQUIRES_ACTION = "requires-action"  # the buyer must do something more
    AUTHORIZED = "authorized"  # promised, not taken
    CAPTURED = "captured"
    CANCELLED = "cancelled"


class Part(StrEnum):
    WHOLE = "whole"
    DEPOSIT = "deposit"  # 定金
    BALANCE = "balance"  # 尾款


@dataclass(frozen=True, slots=True)
class Instalment:
    """One of the payments that an order is paid by, in fen."""

    amount: int
    captured: int = 0
    refunded: int = 0
    state: InstalmentState = InstalmentState.NOT_PAID
    part: Part = Part.WHOLE
    opens: str = ""  # between these times it may be paid; empty = at any time
    closes: str = ""

    @property
    def authorized(self) -> int:
        return self.amount if self.state is InstalmentState.AUTHORIZED else 0


@dataclass(frozen=True, slots=True)
class Payment:
    state: PaymentState = PaymentState.PAID
    cod: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    buyer: str = ""
    seller: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    kind: str
    title: str
    tax_id: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    placed_at: str
    buyer: Buyer
    receiver: Receiver
    lines: tuple[Line, ...]
    amounts: Amounts
    payment: Payment = Payment()
    payments: tuple[Instalment, ...] = ()
    notes: Notes = Notes()
    invoice: Invoice | None = None
    tags: tuple[str, ...] = ()
    extra: dict[str, str] | None = None
    currency: str = "CNY"
    paid_at: str = ""
    state: ChannelState = ChannelState.OPEN
    version: int = 0  # the platform's own version of the order
    type: OrderType = OrderType.NORMAL
    marks: tuple[Mark, ...] = ()
    ship_by: str = ""  # what the channel promised
    not_before: str = ""  # the time before which nothing is done with it
    carrier: str = ""  # forced by the channel, or chosen by the buyer
    pickup: str = ""  # the store where the buyer comes for it
    sealed: bool = False  # to be shipped as it is, in one piece
    live: str = ""  # the live room, or whoever recommended it
    deal: Deal | None = None  # of an own shop

    def mapped(self, skus: dict[str, str]) -> Self:
        """Give lines that name only the shop's SKU the one that `skus` says is ours."""
        lines = (replace(line, sku=line.sku or skus.get(line.shop_sku, "")) for line in self.lines)
        return replace(self, lines=tuple(lines))


PERSONAL: dict[str, tuple[str, ...]] = {
    "buyer": ("name",),
    "receiver": ("name", "phone", "address"),
    "notes": ("buyer", "seller"),
    "invoice": ("title", "tax_id", "email"),
}
"""Which fields tell of a person: encrypted at rest, masked in answers."""


def personal(content: Content, change: Callable[[str, str], str]) -> Content:
    """Put each personal field that has a value through `change(path, value)`."""
    parts: dict[str, Any] = {}
    for part, names in PERSONAL.items():
        if whole := getattr(content, part):
            given = {name: value for name in names if (value := getattr(whole, name))}
            parts[part] = replace(whole, **{k: change(f"{part}.{k}", v) for k, v in given.items()})
    return replace(content, **parts)


_SHOWN = 7  # digits of a phone that stay: three in front, four at the end


def masked(path: str, value: str) -> str:
    """Hide a personal value, leaving what people need to tell two apart."""
    if path.endswith("phone") and len(value) > _SHOWN:  # 138****5678
        return f"{value[:3]}{'*' * (len(value) - _SHOWN)}{value[-4:]}"
    return f"{value[0]}{'*' * min(len(value) - 1, 8)}" if len(value) > 1 else "*"


def differences(old: Content, new: Content) -> dict[str, tuple[Any, Any]]:
    """Every field in which two contents differ, with both values; personal ones masked."""
    before, after = dict(flat(old)), dict(flat(new))
    was, is_ = dict(flat(masks(old))), dict(flat(masks(new)))
    names = sorted(before.keys() | after.keys())
    changed = (name for name in names if before.get(name) != after.get(name))
    return {name: (was.get(name), is_.get(name)) for name in changed}


def masks(content: Content) -> Content:
    return personal(content, masked)


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Walk a nested value as (path, leaf) pairs: `lines[0].quantity`, 2."""
    parts = list(_parts(value))
    if not parts and not isinstance(value, tuple | dict):
        yield path, value
    for step, inner in parts:
        yield from flat(inner, (path + step).removeprefix("."))


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value):
        yield from ((f".{f.name}", getattr(value, f.name)) for f in fields(value))
    elif isinstance(value, dict):
        yield from ((f".{key}", inner) for key, inner in value.items())
    elif isinstance(value, tuple):
        yield from ((f"[{at}]", inner) for at, inner in enumerate(value))
