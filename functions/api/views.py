"""How things look in answers: personal fields masked, every reason in both languages."""

from dataclasses import asdict
from typing import Any

from shared.domain import axes as rules
from shared.domain import edit, tax, words, writeback
from shared.domain.access import Key
from shared.domain.content import Content, masked, personal
from shared.domain.delivery import Delivery
from shared.domain.hold import NATURE, Hold
from shared.domain.merchant import Webhook
from shared.domain.order import Entry, Order
from shared.domain.stock import COUNTERS, Level
from shared.domain.tax import Taxed
from shared.gateways import vault
from shared.store import merchants

FIGURES = ("on_hand", *COUNTERS, "inbound")


def receipt(order: Order) -> dict[str, Any]:
    """What whoever sends an order gets back, the same each time."""
    return {
        "id": order.id,
        "shop": order.shop,
        "number": order.number,
        "received_at": order.received_at,
        "links": links(order),
    }


def links(order: Order) -> dict[str, str]:
    return {"self": f"/v1/orders/{order.id}", "timeline": f"/v1/orders/{order.id}/timeline"}


def order(one: Order, *, reveal: bool = False) -> dict[str, Any]:
    content = opened(one)
    shown = asdict(content if reveal else personal(content, masked))
    return {
        "id": one.id,
        "shop": one.shop,
        "number": one.number,
        "received_at": one.received_at,
        "status": one.status.value,
        "axes": axes(one),
        "holds": [hold(h) for h in one.holds],
        **shown,
        "parcels": [asdict(parcel) for parcel in one.parcels],
        "sources": [asdict(source) for source in one.sources],
        "merge": {"id": one.merge, "waits_until": one.since if one.meeting else ""},
        "writeback": told(one),
        "ours": ours(one),
        "links": links(one),
    }


def ours(one: Order) -> dict[str, Any]:
    """What we have added to an order, or said otherwise than its channel."""
    return {
        "tags": list(one.tags),
        "urgent": one.urgent,
        "carrier": one.carrier,
        "warehouse": one.warehouse,
        "promise": one.promise,
        "gifts": [asdict(gift) for gift in one.gifts],
        "edited": [part.value for part in edit.ours(one)],
    }


def told(one: Order) -> list[dict[str, Any]]:
    """What its channel is told of its parcels."""
    shop = merchants.shops.known(one.tenant, one.shop)
    return [asdict(word) for word in writeback.writeback(one, shop.channel if shop else "")]


def summary(one: Order) -> dict[str, Any]:
    """One row of a list."""
    content = opened(one)
    receiver = personal(content, masked).receiver
    return {
        "id": one.id,
        "shop": one.shop,
        "number": one.number,
        "placed_at": content.placed_at,
        "status": one.status.value,
        "axes": axes(one),
        "holds": [h.reason.value for h in one.holds],
        "total": content.amounts.total,
        "lines": len(content.lines),
        "receiver": {"name": receiver.name, "province": receiver.province, "city": receiver.city},
        "tags": list(content.tags),
    }


def axes(one: Order) -> dict[str, str]:
    """How far payment, goods and refund have come, each by itself."""
    return {
        "payment": rules.payment_of(one.content).value,
        "shipment": rules.shipment(one).value,
        "refund": rules.refund(one.content.payments).value,
    }


def taxes(some: list[Taxed]) -> dict[str, Any]:
    """The tax in what is paid: in all, by rate, and of each line and of what is beside them."""
    return {
        "tax": sum(one.tax for one in some),
        "unknown": sum(one.gross for one in some if one.rate is None),
        "rates": [_taxed(one) for one in tax.by_rate(some) if one.gross],
        "lines": [{"line": one.no, **_taxed(one)} for one in some],
    }


def _taxed(one: Taxed) -> dict[str, Any]:
    return {"rate": one.rate, "gross": one.gross, "net": one.net, "tax": one.tax}


def opened(one: Order) -> Content:
    cipher = vault.cipher(one.tenant, merchants.tenant(one.tenant).sealed_key)
    return personal(one.content, lambda path, value: cipher.open(value, f"{one.id}/{path}"))


def hold(one: Hold) -> dict[str, Any]:
    nature = NATURE[one.reason]
    return {
        "reason": one.reason.value,
        **both(f"hold.{one.reason.value}", one.args),
        "severity": nature.severity.value,
        "owner": nature.owner,
        "way_out": nature.way_out,
        "args": one.args,
        "until": one.until,
        "then": one.then.value,
    }


def entry(one: Entry) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "at": one.at,
        "by": one.by,
        "code": one.code,
        "status": one.status.value,
        **both(f"event.{one.code}", one.args),
        "args": one.args,
    }


def level(one: Level) -> dict[str, Any]:
    names = ("sku", "warehouse", "lot", "expires", *FIGURES)
    return {**{name: getattr(one, name) for name in names}, "hot": one.hot is not None}


def key(one: Key) -> dict[str, Any]:
    return {
        "prefix": one.prefix,
        "name": one.name,
        "scopes": list(one.scopes),
        "role": one.acts_as.value,
        "created_at": one.created_at,
    }


def webhook(one: Webhook) -> dict[str, Any]:
    return {"id": one.id, "url": one.url, "events": list(one.events), "active": one.active}


def delivery(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "webhook": one.webhook,
        "event": one.event,
        "state": one.state.value,
        "due": one.due,
        "tries": [asdict(t) for t in one.tries],
    }


def both(code: str, args: dict[str, Any]) -> dict[str, str]:
    return {language: words.say(code, language, args) for language in words.LANGUAGES}
