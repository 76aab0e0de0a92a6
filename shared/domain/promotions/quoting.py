"""What a cart costs: a pure function, with every reason for its answer."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from hashlib import sha256
from typing import Any

from shared.domain import shares
from shared.domain.content import Amounts, Lane, Line, Priced, Use
from shared.domain.postage import Postage
from shared.domain.promotions import opening
from shared.domain.promotions.cart import Cart, CartLine, Passed, Quote, There
from shared.domain.promotions.choosing import Chooser
from shared.domain.promotions.gains import Offer, Till, remembered
from shared.domain.promotions.opening import Open, counters, gifts
from shared.domain.promotions.promotion import Goods, Kind, Promotion, PromotionBook
from shared.domain.promotions.sheet import Sheet

__all__ = ["counters", "gifts", "quote"]
FREE = Postage()


def quote(
    cart: Cart,
    book: PromotionBook,
    room: Mapping[str, int],
    postage: Postage = FREE,
    there: Mapping[str, There] | None = None,
) -> Quote:
    """Price the cart. `room`: how much of each counter is used; `there`: gifts in stock by SKU.

    No `there` at all: there is enough of everything. `counters` and `gifts` say what to look up.
    """
    opens, passed = _opened(cart, book, room)
    sheet = Sheet(Till(cart, there), book, tuple(_price(cart, line) for line in cart.lines))
    sheet.passed += passed
    fee = _fee(sheet, postage)
    for lane in Lane:
        if lane is Lane.FREIGHT:
            fee = _fee(sheet, postage)
            sheet.left[-1] = fee or 0
            sheet.free()
        _terms(sheet, lane)
        chooser = Chooser(remembered(sheet.till), sheet.worth, lane in book.by_priority)
        sheet.take(chooser.choose(list(_offers(sheet, opens, lane)), sheet.left))
    return _answer(sheet, opens, postage, sent=fee is not None)


def _opened(
    cart: Cart, book: PromotionBook, room: Mapping[str, int]
) -> tuple[list[Open], list[Passed]]:
    found = list(opening.opened(cart, book, room))
    opens = [one for one in found if isinstance(one, Open)]
    opens.sort(key=lambda one: (-one.promotion.priority, one.promotion.id))
    return opens, [one for one in found if isinstance(one, Passed)]


def _price(cart: Cart, line: CartLine) -> int:
    return cart.terms.prices.get(line.sku, line.price) if cart.terms else line.price


def _terms(sheet: Sheet, lane: Lane) -> None:
    """What a campaign takes off by itself goes before the promotions of its lane."""
    cart = sheet.till.cart
    for at, line in enumerate(cart.lines):
        off = cart.terms.offs.get(line.sku) if cart.terms else None
        if off and off.lane is lane:
            sheet.off(at, off)


def _fee(sheet: Sheet, postage: Postage) -> int | None:
    """What freight costs at the prices so far; None: nothing is sent there."""
    lines = [(at, line) for at, line in enumerate(sheet.till.cart.lines) if line.ships]
    pieces, grams = _carried(sheet)
    amount = sum(sheet.left[at] for at, _ in lines)
    fee = postage.fee(sheet.till.cart.area, sum(pieces), sum(grams), amount) if lines else 0
    sheet.fee = fee or 0
    return fee


def _carried(sheet: Sheet) -> tuple[list[int], list[int]]:
    """Pieces and grams of each line that are carried to the buyer."""
    lines = sheet.till.cart.lines
    pieces = [line.quantity * line.ships for line in lines]
    return pieces, [line.weight * count for line, count in zip(lines, pieces, strict=True)]


# --- what each promotion may count for ----------------------------------------


def _offers(sheet: Sheet, opens: Sequence[Open], lane: Lane) -> Iterator[Offer]:
    for one in opens:
        if one.promotion.lane is lane and _wanted(sheet, one.promotion):
            yield from _offered(sheet, one)


def _wanted(sheet: Sheet, promotion: Promotion) -> bool:
    """Nobody is told of points that they do not want to spend, nor of what they do not add."""
    cart, kind = sheet.till.cart, promotion.benefit.kind
    if kind is Kind.POINTS:
        return cart.points > 0
    return kind is not Kind.ADD_ON or any(line.add_on == promotion.id for line in cart.lines)


def _offered(sheet: Sheet, one: Open) -> Iterator[Offer]:
    promotion, benefit = one.promotion, one.promotion.benefit
    at = _covered(sheet, promotion)
    gets: tuple[int, ...] = ()
    if benefit.kind is Kind.ADD_ON:
        gets = tuple(_added(sheet, promotion))
        at = tuple(line for line in at if line not in gets)
    elif benefit.gets:
        gets = _among(sheet, promotion, benefit.gets)
    if not gets if benefit.kind is Kind.ADD_ON else not at:
        sheet.pass_(promotion, "no-goods", {}, one.coupon.code if one.coupon else "")
        return
    group, budget = promotion.group, one.budget
    if benefit.kind is Kind.POINTS:  # there are points for one
        all_ = frozenset(range(len(sheet.offs)))
        yield Offer(promotion, at, all_, Kind.POINTS, (), one.coupon, budget)
        return
    touches, singly = frozenset((*at, *gets)), _singly(promotion)
    offer = Offer(promotion, at, touches, group, gets, one.coupon, budget, singly)
    if singly and promotion.lane is Lane.COUPON:  # where each sees what all lines cost
        yield from (offer.only(line) for line in at)
    else:
        yield offer


def _singly(promotion: Promotion) -> bool:
    """Of prices for single pieces that exclude each other each line has its own best."""
    benefit, limits = promotion.benefit, promotion.limits
    bound = benefit.cap or limits.per_order or limits.budget or promotion.exclusive
    asks = any(tier.amount or tier.pieces for tier in benefit.tiers)
    return benefit.kind is Kind.PIECE and bool(promotion.group) and not bound and not asks


def _covered(sheet: Sheet, promotion: Promotion) -> tuple[int, ...]:
    """Its lines; only those at their full price where it asks for that."""
    found = _among(sheet, promotion, promotion.scope.goods)
    if not promotion.scope.full_price:
        return found
    full = sheet.amounts()
    return tuple(at for at in found if sheet.left[at] == full[at])


def _among(sheet: Sheet, promotion: Promotion, goods: Goods) -> tuple[int, ...]:
    """What has a price of a campaign or of an add-on has no other price of its lane."""
    found, fixed = goods.among(sheet.till.goods), sheet.till.fixed
    if fixed and promotion.lane is Lane.ITEM and promotion.benefit.kind is not Kind.ADD_ON:
        return tuple(at for at in found if at not in fixed)
    return tuple(found)


def _added(sheet: Sheet, promotion: Promotion) -> Iterator[int]:
    gets = promotion.benefit.gets
    for at, line in enumerate(sheet.till.cart.lines):
        if line.add_on == promotion.id:
            if gets is None or gets.has(line.sku, line.category):
                yield at
            else:
                sheet.pass_(promotion, "not-an-add-on", {"skus": (line.sku,)}, "")


# --- the answer ----------------------------------------------------------------


def _answer(sheet: Sheet, opens: Sequence[Open], postage: Postage, *, sent: bool) -> Quote:
    _unknown_add_ons(sheet)
    lines = tuple(_lines(sheet, postage))
    counted = [one for one in opens if one.promotion.id in sheet.had]
    cart, freight = sheet.till.cart, sheet.left[-1]
    found = Quote(
        id="",
        lines=lines,
        amounts=Amounts(
            goods_total=sum(line.amount for line in lines),
            total=sum(line.paid for line in lines) + freight,
            discount=sum(line.share for line in lines),
            freight=freight,
        ),
        gifts=tuple(sheet.gifts),
        uses=tuple(use for one in counted for use in _uses(sheet, one)),
        codes=tuple(one.coupon.code for one in counted if one.coupon),
        applied=tuple(sheet.applied()),
        passed=tuple(sheet.passed),
        fee=sheet.fee,
        earned=sum(sheet.earned),
        spent=sum(sheet.spent),
        sent=sent,
    )
    return replace(found, id=_digest(cart, found))


def _uses(sheet: Sheet, one: Open) -> Iterator[Use]:
    return opening.uses(one, sheet.till.cart, sheet.fen(one.promotion.id))


def _unknown_add_ons(sheet: Sheet) -> None:
    known = {one.id for one in sheet.book.promotions if one.benefit.kind is Kind.ADD_ON}
    for line in sheet.till.cart.lines:
        if line.add_on and line.add_on not in known:
            args = {"id": line.add_on}
            sheet.passed.append(Passed("", "", "no-such-promotion", args))


def _lines(sheet: Sheet, postage: Postage) -> Iterator[Line]:
    freights = postage.shared(sheet.left[-1], *_carried(sheet))
    for at, line in enumerate(sheet.till.cart.lines):
        offs = tuple(sheet.offs[at])
        amount, discount = sheet.prices[at] * line.quantity, shares.discount(offs)
        sale, paid = amount - discount, sheet.left[at]
        yield Line(
            no=line.no,
            sku=line.sku,
            quantity=line.quantity,
            unit_price=sheet.prices[at],
            amount=amount,
            sale=sale,
            paid=paid,
            discount=discount,
            share=sale - paid,
            title=line.title,
            weight=line.weight * line.quantity,
            priced=Priced(offs, freights[at], sheet.earned[at], sheet.spent[at]),
        )


def _digest(cart: Cart, found: Quote) -> str:
    """The same for whoever is asked the same and given the same; when it was asked is no part."""
    asked = [
        *(cart.shop, cart.channel, cart.buyer.id, cart.area, cart.points, cart.wishes),
        cart.terms.campaign if cart.terms else "",
        [(line.no, line.sku, line.quantity, line.add_on) for line in cart.lines],
        sorted({code.code for code in cart.codes}),
    ]
    given = [
        *(astuple(found.amounts), found.codes, found.earned, found.spent),
        [(line.unit_price, line.paid, _kept(line)) for line in found.lines],
        [(_bare(gift.promotion), gift.sku, gift.quantity) for gift in found.gifts],
    ]
    return sha256(json.dumps([asked, given], ensure_ascii=False).encode()).hexdigest()[:32]


def _kept(line: Line) -> list[Any]:
    priced = line.priced or shares.NOTHING
    offs = [(_bare(off.promotion), off.lane, off.fen, off.platform) for off in priced.offs]
    return [offs, priced.freight, priced.earned, priced.spent]


def _bare(mark: str) -> str:
    """A new version of the book that leaves it as it was leaves the quote as it was."""
    return mark.rpartition("@")[0] or mark
