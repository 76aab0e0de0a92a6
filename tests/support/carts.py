"""Carts and promotions for quotes: promotions are given as documents, as merchants give them."""

from typing import Any

from shared.domain.content import Lane, Line
from shared.domain.postage import Postage, Zone
from shared.domain.promotions import quoting, reading
from shared.domain.promotions.cart import Applied, Cart, CartLine, Quote
from shared.domain.promotions.promotion import PromotionBook
from shared.domain.reader import Reader

NOW = "2026-11-22T10:00:00.000+00:00"  # 18:00 of a Sunday in China
Json = dict[str, Any]


def postage(fee: int, *areas: str) -> Postage:
    """So much for whatever there is."""
    return Postage((Zone(areas, first=10**6, first_fee=fee),))


POSTAGE = postage(1000)


def promotion(id_: str = "p", **given: Any) -> Json:
    return {"id": id_, "name": id_, **given}


def tiers(*tiers_: Json, id_: str = "p", benefit: Json | None = None, **given: Any) -> Json:
    """What thresholds bring."""
    kind = {"kind": "tiers", "tiers": list(tiers_), **(benefit or {})}
    return promotion(id_, benefit=kind, **given)


def off(fen: int, id_: str = "p", amount: int = 0, **given: Any) -> Json:
    return tiers({"amount": amount, "off": fen}, id_=id_, **given)


def percent(per_cent: int, id_: str = "p", **given: Any) -> Json:
    return tiers({"rate": per_cent * 100}, id_=id_, **given)


def piece(id_: str = "p", benefit: Json | None = None, **given: Any) -> Json:
    """Another price for each piece: `off`, `rate` or `price`."""
    ways = {name: given.pop(name) for name in ("off", "rate", "price") if name in given}
    return promotion(id_, benefit={"kind": "piece", "tiers": [ways], **(benefit or {})}, **given)


def sets(tier: Json, id_: str = "p", *, get: int, buy: int = 0, **given: Any) -> Json:
    names = ("gets", "together", "pick", "cap")
    more = {name: given.pop(name) for name in names if name in given}
    benefit = {"kind": "sets", "tiers": [tier], "buy": buy, "get": get, **more}
    return promotion(id_, benefit=benefit, **given)


def book(*promotions: Json, version: int = 3, by_priority: tuple[str, ...] = ()) -> PromotionBook:
    reader = Reader({"promotions": list(promotions)})
    read = reading.promotions(reader)
    reader.done()
    reader.check()
    return PromotionBook(version, read, tuple(map(Lane, by_priority)))


def line(sku: str, price: int, quantity: int = 1, **more: Any) -> CartLine:
    return CartLine(0, sku, quantity, price, **more)


def cart(*lines: CartLine, **more: Any) -> Cart:
    numbered = tuple(each._replace(no=no) for no, each in enumerate(lines, 1))
    return Cart("tm", "taobao", more.pop("at", NOW), numbered, **more)


def quote(
    asked: Cart, *promotions: Json, room: dict[str, int] | None = None, **more: Any
) -> Quote:
    by_priority = more.pop("by_priority", ())
    return quoting.quote(asked, book(*promotions, by_priority=by_priority), room or {}, **more)


def paid(found: Quote) -> list[int]:
    return [each.paid for each in found.lines]


def less(found: Quote) -> list[int]:
    """What each line was made cheaper by."""
    return [each.amount - each.paid for each in found.lines]


def why(found: Quote) -> dict[str, str]:
    """Promotion, or code of none -> why it did not count."""
    return {one.promotion.partition("@")[0] or one.coupon: one.code for one in found.passed}


def counting(found: Quote) -> list[str]:
    return [one.promotion.partition("@")[0] for one in found.applied]


def applied(found: Quote, id_: str = "p") -> Applied:
    return next(one for one in found.applied if one.promotion.partition("@")[0] == id_)


def priced(found: Quote, no: int = 1) -> Line:
    return found.lines[no - 1]
