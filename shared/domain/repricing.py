"""Orders of own shops by other promotions: what they would have cost. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from shared.domain import shares, wanted
from shared.domain.content import Amounts, Line, Off
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.order import Order
from shared.domain.promotions import quoting
from shared.domain.promotions.cart import BuyerSide, Cart, CartLine, Code
from shared.domain.promotions.promotion import PromotionBook

Used = Counter[str]
"""How much of each counter the orders before have used up."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """An order that was placed by a quote, with the cart that it must have been made of."""

    order: Order
    cart: Cart
    shop: Shop


@dataclass(frozen=True, slots=True)
class Price:
    """What an order costs, and what its buyer has for it."""

    order: Order
    lines: tuple[Line, ...]
    amounts: Amounts
    rules: tuple[str, ...] = ()  # the promotions that counted, by their marks

    @property
    def told(self) -> Json:
        """What can be compared with the same order's by other promotions."""
        return {
            "total": self.amounts.total,
            "off": self.off,
            "freight": self.amounts.freight,
            "gifts": dict(self.gifts),
            "points": self.points,
        }

    @property
    def off(self) -> int:
        return sum(line.discount + line.share for line in self.lines)

    @property
    def borne(self) -> int:
        """What the platform pays of it."""
        return sum(off.fen for off in offs(self.lines) if off.platform)

    @property
    def points(self) -> int:
        return sum((line.priced or shares.NOTHING).earned for line in self.lines)

    @property
    def gifts(self) -> Counter[str]:
        units: Counter[str] = Counter()
        for line in self.lines:
            units[line.sku] += line.quantity if line.gift else 0
        return +units


def offs(lines: Iterable[Line]) -> Iterator[Off]:
    for line in lines:
        yield from (line.priced or shares.NOTHING).offs


class About(NamedTuple):
    """What is known of orders of the past: `issued` by themselves were codes -> promotions."""

    items: Mapping[str, Item]
    issued: Mapping[str, str]
    add_ons: Collection[str]  # promotions by which cheap pieces are added


def cart(order: Order, shop: Shop, about: About, mark: str) -> Cart:
    """What it must have been made of; `mark`: of its buyer's id."""
    content = order.content
    spent = sum((line.priced or shares.NOTHING).spent for line in content.lines)
    codes = content.deal.codes if content.deal else ()
    receiver = content.receiver
    return Cart(
        shop=order.shop,
        channel=shop.channel,
        at=content.placed_at,
        lines=tuple(_line(line, about) for line in content.lines if not line.gift),
        buyer=BuyerSide(mark, content.buyer.level, None, spent),
        codes=tuple(Code(code, about.issued.get(code, "")) for code in codes),
        points=spent,
        area=(receiver.province, receiver.city) if receiver.province else (),
    )


def _line(line: Line, about: About) -> CartLine:
    known = about.items.get(line.sku) or Item(line.sku, line.title)
    promotions = (off.promotion.rpartition("@")[0] for off in offs([line]))
    return CartLine(
        line.no,
        line.sku,
        line.quantity,
        line.unit_price,
        floor=known.floor_price,
        category=known.category,
        weight=known.weight,
        add_on=next((name for name in promotions if name in about.add_ons), ""),
        title=line.title,
        ships=not known.virtual,
    )


def replay(some: Iterable[Past], book: PromotionBook, used: Used) -> Iterator[Price]:
    """What each of these would have cost; what they would have used up is counted on."""
    for past in some:
        own = replace(book, by_priority=past.shop.by_priority)
        quote = quoting.quote(past.cart, own, used, past.shop.postage)
        used.update({use.counter: use.times for use in quote.uses})
        marks = tuple(dict.fromkeys(one.promotion for one in quote.applied))
        lines = (*quote.lines, *wanted.gifts(quote))
        yield Price(past.order, lines, quote.amounts, marks)


def was(order: Order) -> Price:
    """What it does cost, as far as it is still wanted."""
    content = order.content
    marks = tuple(dict.fromkeys(off.promotion for off in offs(content.lines)))
    return Price(order, content.lines, content.amounts, marks)


@dataclass(slots=True)
class Sums:
    """Money in fen. `borne`: what the platform pays of what is off."""

    orders: int = 0
    total: int = 0
    off: int = 0
    borne: int = 0
    freight: int = 0
    points: int = 0
    gifts: Counter[str] = field(default_factory=Counter)  # units
    gift_cost: int = 0
    cost: int = 0

    def add(self, price: Price, cost: Callable[[str], int]) -> None:
        """`cost`: fen that a unit of a SKU costs."""
        self.orders += 1
        self.total += price.amounts.total
        self.off += price.off
        self.borne += price.borne
        self.freight += price.amounts.freight
        self.points += price.points
        self.gifts += price.gifts
        for line in price.lines:
            fen = cost(line.sku) * line.quantity
            self.gift_cost += fen if line.gift else 0
            self.cost += 0 if line.gift else fen

    @property
    def told(self) -> Json:
        """The margin is without freight, which goes to the carrier."""
        return {
            "orders": self.orders,
            "total": self.total,
            "off": self.off,
            "borne": self.borne,
            "freight": self.freight,
            "points": self.points,
            "gifts": dict(sorted(self.gifts.items())),
            "gift_cost": self.gift_cost,
            "cost": self.cost,
            "margin": self.total + self.borne - self.freight - self.cost - self.gift_cost,
        }
