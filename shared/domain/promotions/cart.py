"""What a quote is asked for, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from shared.domain.content import Amounts, Grounds, Lane, Line, Off, Use


class CartLine(NamedTuple):
    """Pieces that are to be bought; `price` and `floor` are fen of one piece, `weight` grams."""

    no: int
    sku: str
    quantity: int
    price: int
    floor: int = 0  # no promotion brings a piece below it
    category: str = ""
    weight: int = 0
    add_on: str = ""  # the promotion (its id) by which it is added
    title: str = ""
    ships: bool = True  # counts for freight


class BuyerSide(NamedTuple):
    """What is known of who buys. `id`: an opaque mark, never a name; empty = nobody knows."""

    id: str = ""
    level: str = ""
    orders: int | None = None  # placed before; None = nobody knows
    points: int = 0  # that there are to spend


class Code(NamedTuple):
    """A coupon code as it was entered, and what is known of it where it was issued by itself.

    `why`: the code of a passed reason (`passed.*`) for which it cannot be used at all.
    """

    code: str
    promotion: str = ""  # the id that it was issued for; empty = one of a promotion's own codes
    most: int = 0  # orders that it may be used for; 0 = any number
    why: str = ""


class Terms(Protocol):
    """What a quote needs of a campaign's terms: see `campaign`."""

    @property
    def campaign(self) -> str: ...
    @property
    def prices(self) -> Mapping[str, int]: ...  # SKU -> fen of one piece
    @property
    def offs(self) -> Mapping[str, Off]: ...  # SKU -> what is off one piece (定金膨胀)


NOBODY = BuyerSide()


@dataclass(frozen=True, slots=True)
class Cart:
    """`at`: when it is quoted; `area`: province and city of the receiver."""

    shop: str
    channel: str
    at: str
    lines: tuple[CartLine, ...]
    buyer: BuyerSide = NOBODY
    codes: tuple[Code, ...] = ()
    points: int = 0  # that the buyer wants to spend, at most
    area: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()  # SKUs of gifts that the buyer would rather have
    terms: Terms | None = None


class There(NamedTuple):
    """How many pieces of a gift there are, and what one is worth in fen."""

    pieces: int
    price: int = 0


class Gift(NamedTuple):
    """`grounds`: what it was given for, in the lines of the cart."""

    promotion: str  # its mark
    sku: str
    quantity: int
    grounds: Grounds | None = None


class Applied(NamedTuple):
    """A promotion that counted. `fen`: what it took off, `lines`: of which lines (no -> fen)."""

    promotion: str  # "id@version"
    name: str
    lane: Lane
    code: str  # of words: `applied.*`
    args: Mapping[str, Any]
    fen: int = 0
    lines: Mapping[int, int] = {}
    platform: bool = False
    coupon: str = ""  # the coupon code that it was had by
    points: int = 0  # earned; in the lane of points: spent


class Passed(NamedTuple):
    """A promotion, or a coupon code of none, that did not count, and why."""

    promotion: str
    name: str
    code: str  # of words: `passed.*`
    args: Mapping[str, Any] = {}
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer: priced lines as an order keeps them, and what brought their prices about.

    `fee`: the freight before what promotions took off; `amounts.freight` is what is left of it.
    """

    id: str  # digest of the cart and of the answer
    lines: tuple[Line, ...]
    amounts: Amounts
    gifts: tuple[Gift, ...] = ()
    uses: tuple[Use, ...] = ()
    codes: tuple[str, ...] = ()  # coupon codes that count
    applied: tuple[Applied, ...] = ()
    passed: tuple[Passed, ...] = ()
    fee: int = 0
    earned: int = 0  # points
    spent: int = 0  # points
    sent: bool = True  # or else nothing is sent to the area
