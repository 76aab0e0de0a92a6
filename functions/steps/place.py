"""What the cart of an own shop costs now, and the order that it becomes at that price."""

from collections.abc import Callable
from dataclasses import replace

from shared.domain import wanted
from shared.domain.content import (
    Content,
    Deal,
    Instalment,
    OrderType,
    Payment,
    PaymentState,
)
from shared.domain.intake import Draft
from shared.domain.promotions.promotion import PromotionBook
from shared.domain.wanted import Placing, Wanted
from shared.gateways import vault
from shared.runtime import clock
from shared.store import merchants, quoting
from shared.store.quoting import Quoted


def quoted(tenant: str, cart: Wanted, now: str, book: PromotionBook | None = None) -> Quoted:
    """What a cart costs; `book`: by others than the current promotions."""
    buyer = cart.side.id
    mark = vault.cipher(tenant, merchants.tenant(tenant).sealed_key).mark(buyer) if buyer else ""
    return quoting.quoted(tenant, replace(cart, mark=mark), now, book)


def draft(placing: Placing, found: Quoted, now: str) -> Draft:
    """The order at the price of a quote, which it freezes."""
    quote, terms = found.quote, found.terms
    total, grounds = quote.amounts.total, tuple(wanted.grounds(quote))
    deal = Deal(quote.id, quote.uses, quote.codes, grounds=grounds)
    content = Content(
        placed_at=now,
        buyer=placing.buyer,
        receiver=placing.wanted.receiver,
        lines=(*quote.lines, *wanted.gifts(quote)),
        amounts=quote.amounts,
        payment=Payment(PaymentState.UNPAID if total else PaymentState.PAID, placing.cod),
        payments=() if placing.cod or not total else _payments(found, now),
        notes=placing.notes,
        invoice=placing.invoice,
        currency=found.shop.currency,
        paid_at="" if total else now,
        type=terms.type if terms else OrderType.NORMAL,
        ship_by=terms.ship_by if terms else "",
        not_before=terms.not_before if terms else "",
        deal=terms.bind(deal) if terms else deal,
    )
    return Draft(placing.wanted.shop, placing.wanted.number, content)


def said(placing: Placing, quote_id: str) -> Callable[[Content], Content]:
    """What the shop says of an order that is there already, when it sends it once more."""

    def over(content: Content) -> Content:
        return replace(
            content,
            buyer=placing.buyer,
            receiver=placing.wanted.receiver,
            notes=placing.notes,
            invoice=placing.invoice,
            payment=replace(content.payment, cod=placing.cod),
            deal=replace(content.deal or Deal(), quote=quote_id),
        )

    return over


def _payments(found: Quoted, now: str) -> tuple[Instalment, ...]:
    """A campaign has times of its own; everybody else pays within the shop's."""
    total = found.quote.amounts.total
    if found.terms:
        return found.terms.payments(total)
    minutes = found.shop.pay_within
    return (Instalment(total, closes=clock.later(now, 60 * minutes) if minutes else ""),)
