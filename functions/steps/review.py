"""Decide whether an order may go on by itself, or what holds it."""

from dataclasses import replace

from shared.domain import review as rules
from shared.domain.order import Order, Status
from shared.domain.review import Facts
from shared.gateways import queues, vault
from shared.runtime import clock
from shared.store import merchants, orders


def review(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.status is Status.RECEIVED:
        order = orders.save(_decided(_mapped(order), clock.now()))
    queues.nudge(order)


def _decided(order: Order, now: str) -> Order:
    verdict = rules.default(_facts(order))
    if verdict.holds:
        return order.hold(verdict.holds, Status.RECEIVED, now)
    return order.to(Status.APPROVED, "approved", now, rule=verdict.rule)


def _facts(order: Order) -> Facts:
    shop = merchants.shops.known(order.tenant, order.shop)
    return Facts(
        content=order.content,
        blacklisted=_blacklisted(order),
        waived=order.waived,
        hold_notes=shop is None or shop.hold_notes,
    )


def _blacklisted(order: Order) -> tuple[str, ...]:
    entries = {(e.kind, e.mark) for e in merchants.blacklist.all_known(order.tenant)}
    marks = {"phone": order.phone_mark}
    if entries and order.content.buyer.id:
        key = merchants.tenant(order.tenant).sealed_key
        marks["buyer"] = vault.cipher(order.tenant, key).mark(order.content.buyer.id)
    return tuple(kind for kind, mark in marks.items() if (kind, mark) in entries)


def _mapped(order: Order) -> Order:
    """Look again for items of lines that had none: the mapping may have come meanwhile."""
    shop = merchants.shops.known(order.tenant, order.shop)
    return replace(order, content=order.content.mapped(shop.skus)) if shop else order
