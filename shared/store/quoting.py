"""What the quote of an own shop's cart needs to know, read from the tables. Nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from shared.domain import tax
from shared.domain.campaign import Terms, Wish
from shared.domain.errors import Fault, Invalid, faulty
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.order import id_for
from shared.domain.promotions import quoting as rules
from shared.domain.promotions.cart import Cart, CartLine, Code, Quote, There
from shared.domain.promotions.promotion import PromotionBook
from shared.domain.wanted import Wanted
from shared.store import campaigns, coupons, merchants, promotions, sourcing, usages


@dataclass(frozen=True, slots=True)
class Quoted:
    """`terms`: of the campaign that it is part of."""

    cart: Cart
    quote: Quote
    shop: Shop
    book: PromotionBook
    terms: Terms | None = None
    rates: tax.Rates = field(default_factory=dict)


def quoted(tenant: str, wanted: Wanted, now: str, book: PromotionBook | None = None) -> Quoted:
    """What this cart costs now; raise Invalid where it cannot be bought at all.

    `book`: others than the current promotions.
    """
    shop = _open(tenant, wanted.shop)
    terms = _terms(tenant, wanted, now) if wanted.campaign else None
    cart = Cart(
        shop=shop.id,
        channel=shop.channel,
        at=now,
        lines=_lines(tenant, wanted, terms),
        buyer=wanted.side._replace(id=wanted.mark),
        codes=_codes(tenant, wanted, now),
        points=wanted.points,
        area=wanted.area,
        wishes=wanted.wishes,
        terms=terms,
    )
    book = replace(book or promotions.books.current(tenant), by_priority=shop.by_priority)
    room = usages.used_of(tenant, rules.counters(cart, book))
    there = _there(tenant, rules.gifts(cart, book))
    made = rules.quote(cart, book, room, shop.postage, there)
    return Quoted(cart, made, shop, book, terms, merchants.tax_rates(tenant, made.lines))


def _open(tenant: str, shop_id: str) -> Shop:
    shop = merchants.shops.known(tenant, shop_id)
    if shop is None:
        raise faulty("shop", "unknown-shop")
    if not shop.active:
        raise faulty("shop", "closed-shop")
    return shop


def _terms(tenant: str, wanted: Wanted, now: str) -> Terms:
    order_id = id_for(tenant, wanted.shop, wanted.number) if wanted.number else ""
    wish = Wish(wanted.campaign, wanted.shop, wanted.mark, order_id, wanted.pieces, wanted.group)
    return campaigns.terms(tenant, wish, now)


def _lines(tenant: str, wanted: Wanted, terms: Terms | None) -> tuple[CartLine, ...]:
    items = merchants.items_of(tenant, sorted(wanted.pieces))
    prices = terms.prices if terms else {}
    if faults := tuple(_unsaleable(wanted, items, prices)):
        raise Invalid(faults=faults)
    return tuple(
        CartLine(
            no,
            line.sku,
            line.quantity,
            item.price,
            floor=item.floor_price,
            category=item.category,
            weight=item.weight,
            add_on=line.add_on,
            title=item.name,
            ships=not item.virtual,
        )
        for no, line in enumerate(wanted.lines, 1)
        for item in (items[line.sku],)
    )


def _unsaleable(wanted: Wanted, items: dict[str, Item], prices: dict[str, int]) -> Iterator[Fault]:
    for at, line in enumerate(wanted.lines):
        item = items.get(line.sku)
        if item is None:
            yield Fault(f"lines[{at}].sku", "unknown-item")
        elif not item.active:
            yield Fault(f"lines[{at}].sku", "inactive-item")
        elif not item.price and line.sku not in prices:
            yield Fault(f"lines[{at}].sku", "no-price")


def _codes(tenant: str, wanted: Wanted, now: str) -> tuple[Code, ...]:
    """What was issued by itself is known here; others are a promotion's own, or none's."""
    if not wanted.codes:
        return ()
    issued = coupons.folder.among(tenant, wanted.codes)
    buyer = wanted.side.id
    return tuple(
        issued[code].code(buyer, now) if code in issued else Code(code) for code in wanted.codes
    )


def _there(tenant: str, skus: tuple[str, ...]) -> dict[str, There]:
    """What there is of goods that may be given away."""
    items = merchants.items_of(tenant, skus) if skus else {}
    return {
        sku: There(
            sum(sourcing.free(tenant, sku).values()), items[sku].price if sku in items else 0
        )
        for sku in skus
    }
