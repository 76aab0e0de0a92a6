"""/v1/promotions/try and /simulate: a cart, or past orders, by promotions of a draft"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from functions.api.promotions import faults
from functions.api.quotes import shown
from functions.api.rule_trials import MOST, USUAL, Cursor, read_cursor, span_of, written
from functions.steps import place
from shared.domain import repricing, trial, wanted
from shared.domain.order import Order
from shared.domain.promotions import checking, reading
from shared.domain.promotions.promotion import Kind, PromotionBook
from shared.domain.reader import Reader
from shared.domain.repricing import About, Past
from shared.gateways import vault
from shared.runtime.http import Call, Routes
from shared.store import coupons, merchants, promotions, trials

routes = Routes()
Json = dict[str, Any]


@routes.on("POST", "/v1/promotions/try", "promotions:read")
def try_cart(call: Call) -> Json:
    """What a cart costs by the draft, or by promotions that are given; changes nothing."""
    body = call.reader()
    book = _book(call, body)
    given = body.object("cart")
    cart = wanted.read(given)
    given.done()
    body.done()
    body.check()
    return shown(place.quoted(call.tenant, cart, call.now, book))


@routes.on("POST", "/v1/promotions/simulate", "promotions:read")
def simulate(call: Call) -> Json:
    """One page of past orders of own shops: what they cost, and would by these promotions."""
    body = call.reader()
    span = trials.Span(*span_of(call, body))
    book = _book(call, body)
    limit = body.whole("limit", default=USUAL, least=1, most=MOST)
    cursor = read_cursor(body.text("cursor", default="", limit=100_000))
    body.done()
    body.check()
    found, last = trials.placed(call.tenant, span, cursor.after, limit)
    own = [order for order in found if _priced(order) and not trials.called_off(order)]
    about = _about(call.tenant, own, book)
    past = list(_past(call.tenant, own, about, span.at))
    after = list(repricing.replay(past, book, cursor.taken[1]))
    before = [repricing.was(one.order) for one in past]
    return {
        "from": span.first,
        "to": span.last,
        "skipped": len(found) - len(past),
        **trial.compared(before, after, about.items.values(), repricing.Sums),
        "next": written(Cursor(last, cursor.taken)) if last else None,
    }


def _book(call: Call, body: Reader) -> PromotionBook:
    """The draft, promotions that are given with the request, or those that count."""
    if body.has("promotions"):
        given = reading.promotions(body)
        body.faults.extend(faults(call.tenant, given))
        if body.flag("draft"):
            body.fault("promotions", "either-or", other="draft")
        return PromotionBook(0, given)
    body.seen.add("promotions")
    if not body.flag("draft"):
        return promotions.books.fresh(call.tenant)
    draft = promotions.books.draft(call.tenant)
    return PromotionBook(0, promotions.books.compiled(draft.rules))


def _past(tenant: str, some: list[Order], about: About, at: str) -> Iterator[Past]:
    """Each with its cart; `at`: as if it were placed then."""
    mark = vault.cipher(tenant, merchants.tenant(tenant).sealed_key).mark
    for order in some:
        shop = merchants.shops.known(tenant, order.shop)
        if shop:
            buyer = order.content.buyer.id
            cart = repricing.cart(order, shop, about, mark(buyer) if buyer else "")
            yield Past(order, replace(cart, at=at or cart.at), shop)


def _about(tenant: str, some: list[Order], book: PromotionBook) -> About:
    skus = {line.sku for order in some for line in order.content.lines}
    codes = {code for one in some if one.content.deal for code in one.content.deal.codes}
    issued = coupons.folder.among(tenant, sorted(codes))
    return About(
        items=trials.with_parts(tenant, skus | checking.skus(book.promotions)),
        issued={code: coupon.promotion for code, coupon in issued.items()},
        add_ons={one.id for one in book.promotions if one.benefit.kind is Kind.ADD_ON},
    )


def _priced(order: Order) -> bool:
    """Whether we quoted its price; a campaign's prices are no promotion's."""
    deal = order.content.deal
    return deal is not None and bool(deal.quote) and not deal.campaign
