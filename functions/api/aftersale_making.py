"""The order that an exchange or a resend makes, written with the after-sale.

It costs nothing, but for goods that are dearer than those that came back.
"""

from dataclasses import replace

from functions.steps import accept
from functions.steps.accept import Manner
from shared.domain import exchange, resend
from shared.domain.aftersale import AfterSale, Kind, Payer, State
from shared.domain.content import Content, Line, OrderType
from shared.domain.intake import Draft
from shared.domain.order import Order
from shared.runtime.http import Call

GONE_ON = (State.REFUNDING, State.REFUNDED, State.DONE)


def other(call: Call, order: Order, one: AfterSale) -> tuple[AfterSale, list[Order]]:
    """The after-sale and, where goods shall go out for it, the order that sends them."""
    if one.kind not in (Kind.EXCHANGE, Kind.RESEND) or one.state not in GONE_ON or one.other:
        return one, []
    fresh = _order(call, order, one)
    return replace(one, other=fresh.id), [fresh]


def _order(call: Call, order: Order, one: AfterSale) -> Order:
    """Its number follows from both: made twice it is the same order."""
    cipher = accept.cipher(call.tenant)
    clear = accept.opened(order.content, cipher, order.id)
    number = f"{order.number}-S{one.no}"
    draft = Draft(order.shop, number, _content(order, clear, one, call.now))
    fresh = accept.new(call.tenant, draft, cipher, Manner(call.now, call.by))
    code = "exchange-of" if one.kind is Kind.EXCHANGE else "resend-of"
    told = {"order": order.id, "number": order.number, "reason": one.reason.value}
    return fresh.noted(code, call.now, call.by, **told)


def _content(order: Order, clear: Content, one: AfterSale, now: str) -> Content:
    content = resend.content(order, clear, one.pieces, now)
    extra = {**(content.extra or {}), "after_sale": one.no}
    if one.kind is Kind.RESEND:
        return replace(content, extra=extra)
    lines = tuple(
        Line(no, wanted.sku, wanted.quantity, unit_price=0, amount=0, sale=0, paid=0)
        for no, wanted in enumerate(one.wanted, 1)
    )
    kept = lines or content.lines
    changed = replace(content, type=OrderType.EXCHANGE, lines=kept, extra=extra)
    return changed if one.payer is Payer.PLATFORM else exchange.dearer(changed, one)
