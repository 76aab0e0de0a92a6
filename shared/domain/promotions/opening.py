"""Which promotions are open to a cart: by time, buyer, code, and what is left of limited ones."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.domain import lots
from shared.domain.content import Use
from shared.domain.promotions.cart import Cart, Code, Passed
from shared.domain.promotions.gains import Miss
from shared.domain.promotions.promotion import Promotion, PromotionBook


class Open(NamedTuple):
    """`coupon`: the code that it was had by; `budget`: fen that are left, None = any."""

    promotion: Promotion
    coupon: Code | None = None
    budget: int | None = None


class Counted(NamedTuple):
    """A counter, how far it may go, and why there is no promotion when it has gone there."""

    counter: str
    most: int
    why: str


Room = Mapping[str, int]
"""How much of each counter is used."""


def opened(cart: Cart, book: PromotionBook, room: Room) -> Iterator[Open | Passed]:
    """Each that concerns the cart, or why it does not count."""
    for promotion in book.promotions:
        if promotion.active and not promotion.coupon and promotion.scope.covers(*_place(cart)):
            yield _asked(cart, book, room, (promotion, None))
    yield from _by_code(cart, book, room)


def limits(promotion: Promotion, cart: Cart) -> Iterator[Counted]:
    """What is counted of its orders; a limit for each buyer needs to know who buys."""
    most, name = promotion.limits, promotion.id
    if most.total:
        yield Counted(f"{name}|total", most.total, "used-up")
    if most.per_day:
        yield Counted(f"{name}|{lots.day(cart.at)}", most.per_day, "used-up-today")
    if most.per_buyer:
        yield Counted(f"{name}|{cart.buyer.id}", most.per_buyer, "used-up-by-you")


def budget(promotion: Promotion) -> str:
    return f"{promotion.id}|budget"


def of_code(code: Code) -> str:
    return f"code|{code.code}"


def uses(one: Open, cart: Cart, fen: int) -> Iterator[Use]:
    """What an order takes of it that has it, with so many fen off."""
    for counted in limits(one.promotion, cart):
        yield Use(counted.counter, 1, counted.most)
    if one.promotion.limits.budget and fen:
        yield Use(budget(one.promotion), fen, one.promotion.limits.budget)
    if one.coupon and one.coupon.most:
        yield Use(of_code(one.coupon), 1, one.coupon.most)


def counters(cart: Cart, book: PromotionBook) -> tuple[str, ...]:
    """The counters that a quote of this cart may ask for."""
    known = (one for one in opened(cart, book, {}) if isinstance(one, Open))
    return tuple(dict.fromkeys(use.counter for one in known for use in uses(one, cart, 1)))


def gifts(cart: Cart, book: PromotionBook) -> tuple[str, ...]:
    """The SKUs that a quote of this cart may give away."""
    known = [one.promotion for one in opened(cart, book, {}) if isinstance(one, Open)]
    tiers = (tier for promotion in known for tier in promotion.benefit.tiers)
    return tuple(dict.fromkeys(sku for tier in tiers for sku in tier.gifts))


def _by_code(cart: Cart, book: PromotionBook, room: Room) -> Iterator[Open | Passed]:
    """A code counts once, and so does a promotion that several codes are for."""
    coupons = {one.id: one for one in book.promotions if one.coupon and one.active}
    own = {code: one.id for one in coupons.values() for code in one.codes}
    had: set[str] = set()
    for code in {code.code: code for code in cart.codes}.values():
        promotion = coupons.get(code.promotion or own.get(code.code, ""))
        why = code.why or _unfit(promotion, cart, had)
        if why or promotion is None:
            yield _passed(book, promotion, Miss(why), code)
            continue
        had.add(promotion.id)
        yield _asked(cart, book, room, (promotion, code))


def _unfit(promotion: Promotion | None, cart: Cart, had: set[str]) -> str:
    if promotion is None:
        return "no-such-code"
    if not promotion.scope.covers(*_place(cart)):
        return "not-here"
    return "once" if promotion.id in had else ""


def _asked(
    cart: Cart, book: PromotionBook, room: Room, asked: tuple[Promotion, Code | None]
) -> Open | Passed:
    promotion, code = asked
    why = _why(promotion, cart, room)
    if why is None and code and code.most and room.get(of_code(code), 0) >= code.most:
        why = Miss("used-up")
    if why:
        return _passed(book, promotion, why, code)
    most = promotion.limits.budget
    return Open(promotion, code, most - room.get(budget(promotion), 0) if most else None)


def _why(promotion: Promotion, cart: Cart, room: Room) -> Miss | None:
    if not promotion.in_force(cart.at):
        return Miss("not-now", {"since": promotion.since, "until": promotion.until})
    if why := _not_for(promotion, cart):
        return why
    for counted in limits(promotion, cart):
        if room.get(counted.counter, 0) >= counted.most:
            return Miss(counted.why, {"most": counted.most})
    return None


def _not_for(promotion: Promotion, cart: Cart) -> Miss | None:
    """Who buys is asked only where it matters."""
    scope, buyer = promotion.scope, cart.buyer
    if scope.levels and buyer.level not in scope.levels:
        return Miss("level", {"levels": scope.levels})
    if scope.new_buyers and buyer.orders:
        return Miss("not-new")
    unknown = scope.new_buyers and buyer.orders is None
    if unknown or (promotion.limits.per_buyer and not buyer.id):
        return Miss("buyer-unknown")
    return None


def _passed(
    book: PromotionBook, promotion: Promotion | None, why: Miss, code: Code | None
) -> Passed:
    mark, name = (book.mark(promotion), promotion.name) if promotion else ("", "")
    entered = code.code if code else ""
    args = {**why.args, "code": entered} if code and not promotion else dict(why.args)
    return Passed(mark, name, why.code, args, entered)


def _place(cart: Cart) -> tuple[str, str]:
    return cart.shop, cart.channel
