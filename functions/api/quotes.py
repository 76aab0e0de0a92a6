"""/v1/quotes: what a cart of an own shop costs, and the order that it becomes at that price"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from functions.api import views
from functions.steps import accept, place
from functions.steps.accept import Manner, StockMode
from shared.domain import tax, wanted
from shared.domain.content import Line, OrderType
from shared.domain.errors import StaleQuote, faulty
from shared.domain.order import Order, id_for
from shared.domain.promotions.cart import Applied, Passed
from shared.domain.shares import NOTHING
from shared.runtime import clock
from shared.runtime.http import Answer, Call, Routes
from shared.store import campaigns, orders
from shared.store.quoting import Quoted

routes = Routes()
VALID = 15 * 60  # seconds for which a quote stands, unless something changes before
FIGURES = (
    "no", "sku", "title", "quantity", "unit_price", "amount", "discount", "sale", "share", "paid",
    "gift",
)  # fmt: skip
GIFT = ("promotion", "sku", "quantity")
Json = dict[str, Any]


@routes.on("POST", "/v1/quotes", "promotions:read")
def ask(call: Call) -> Json:
    """What a cart costs now, and why; nothing is written."""
    body = call.reader()
    cart = wanted.read(body)
    body.done()
    body.check()
    return shown(place.quoted(call.tenant, cart, call.now))


@routes.on("POST", "/v1/quotes/{quote_id}/order", "orders:write")
def place_order(call: Call, quote_id: str) -> Answer:
    """Order a cart at the price of a quote, if that is still its price."""
    body = call.reader()
    placing = wanted.placing(body)
    body.check()
    order_id = id_for(call.tenant, placing.wanted.shop, placing.wanted.number)
    if there := orders.find_order(call.tenant, order_id):
        again = accept.again(there, place.said(placing, quote_id), call.now)
        return Answer(200, _receipt(again.order))
    found = place.quoted(call.tenant, placing.wanted, call.now)
    if found.quote.id != quote_id:
        raise StaleQuote(quote=shown(found))
    if not found.quote.sent:
        raise faulty("receiver.province", "not-sent-there")
    taken = accept.take(
        call.tenant,
        place.draft(placing, found, call.now),
        Manner(call.now, call.by, stock=_stock(found)),
        *(campaigns.beside(call.tenant, found.terms) if found.terms else ()),
    )
    return Answer(202, _receipt(taken.order))


def shown(found: Quoted) -> Json:
    quote = found.quote
    return {
        "id": quote.id,
        "expires_at": _expires(found),
        "shop": found.cart.shop,
        "version": found.book.version,
        "lines": [_line(line) for line in quote.lines],
        "amounts": {**asdict(quote.amounts), "fee": quote.fee},
        "taxes": views.taxes(tax.of(quote.lines, quote.amounts, found.rates)),
        "points": {"earned": quote.earned, "spent": quote.spent},
        "gifts": [{name: getattr(gift, name) for name in GIFT} for gift in quote.gifts],
        "codes": list(quote.codes),
        "sent": quote.sent,
        "applied": [_applied(one) for one in quote.applied],
        "passed": [_passed(one) for one in quote.passed],
    }


def _stock(found: Quoted) -> StockMode:
    """What is sold before it is there gets its stock later; the campaign counts what it sells."""
    ahead = found.terms is not None and found.terms.type is OrderType.PRESALE
    return StockMode.LATER if ahead else StockMode.NOW


def _receipt(order: Order) -> Json:
    content = order.content
    return {
        **views.receipt(order),
        "quote": content.deal.quote if content.deal else "",
        "total": content.amounts.total,
        "payments": [asdict(one) for one in content.payments],
    }


def _expires(found: Quoted) -> str:
    """No later than the end of what it was made by."""
    counting = {one.promotion for one in found.quote.applied}
    ends = [one.until for one in found.book.promotions if found.book.mark(one) in counting]
    return min([clock.later(found.cart.at, VALID), *filter(None, ends)])


def _line(line: Line) -> Json:
    priced = line.priced or NOTHING
    return {
        **{name: getattr(line, name) for name in FIGURES},
        "offs": [asdict(off) for off in priced.offs],
        "freight": priced.freight,
        "earned": priced.earned,
        "spent": priced.spent,
        "units": list(_units(line)),
    }


def _units(line: Line) -> Iterator[Json]:
    """What each of its pieces costs: those that bear a fen more go first."""
    each, more = divmod(line.paid, line.quantity)
    if more:
        yield {"pieces": more, "paid": each + 1}
    yield {"pieces": line.quantity - more, "paid": each}


def _applied(one: Applied) -> Json:
    return {
        "promotion": one.promotion,
        "name": one.name,
        "lane": one.lane.value,
        "code": one.code,
        "coupon": one.coupon,
        "off": one.fen,
        "lines": {str(no): fen for no, fen in one.lines.items()},
        "platform": one.platform,
        "points": one.points,
        **views.both(f"applied.{one.code}", dict(one.args)),
    }


def _passed(one: Passed) -> Json:
    return {
        "promotion": one.promotion,
        "name": one.name,
        "code": one.code,
        "coupon": one.coupon,
        "args": dict(one.args),
        **views.both(f"passed.{one.code}", dict(one.args)),
    }
