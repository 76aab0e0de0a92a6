"""/v1/webhooks and /v1/deliveries"""

from dataclasses import replace
from typing import Any

from functions.api import views
from shared.domain import alert, event, figure
from shared.domain.delivery import DeliveryState
from shared.domain.errors import faulty
from shared.domain.merchant import Webhook
from shared.gateways import queues, vault, web
from shared.runtime.http import LONGEST_ID, Answer, Call, Routes
from shared.store import deliveries, merchants

routes = Routes()
MOST, USUAL = 100, 20
EVENTS = (*(f"order.{name}" for name in event.NAMES), *alert.EVENTS, figure.EVENT)


@routes.on("GET", "/v1/webhooks", "settings:read")
def list_webhooks(call: Call) -> dict[str, Any]:
    return {"webhooks": [views.webhook(w) for w in merchants.webhooks.list_(call.tenant)]}


@routes.on("POST", "/v1/webhooks", "settings:write")
def add_webhook(call: Call) -> Answer:
    """Register an address; the secret that signs its messages is shown this once."""
    body = call.reader()
    webhook_id, url, events = body.id("id"), body.text("url", limit=500), body.texts("events")
    for at, name in enumerate(events):
        if name not in EVENTS:
            body.fault(f"events[{at}]", "not-one-of", choices=list(EVENTS))
    if url and not web.allowed(url):
        body.fault("url", "bad-url")
    body.done()
    body.check()
    secret, sealed = _secret(call.tenant, webhook_id)
    webhook = Webhook(webhook_id, url, sealed, events)
    shown = Answer(201, views.webhook(webhook))
    merchants.webhooks.add(call.tenant, webhook, call.claim(shown))
    return Answer(201, {**shown.body, "secret": secret})


@routes.on("GET", "/v1/webhooks/{webhook_id}", "settings:read")
def show_webhook(call: Call, webhook_id: str) -> dict[str, Any]:
    return views.webhook(merchants.webhooks.get(call.tenant, webhook_id))


@routes.on("DELETE", "/v1/webhooks/{webhook_id}", "settings:write")
def remove_webhook(call: Call, webhook_id: str) -> Answer:
    answer = Answer(200, {"id": webhook_id, "removed": True})
    merchants.webhooks.remove(call.tenant, webhook_id, call.claim(answer))
    return answer


@routes.on("GET", "/v1/deliveries", "settings:read")
def list_deliveries(call: Call) -> dict[str, Any]:
    """The deliveries of one day, the newest first."""
    day = call.query.get("day", call.now[:10]).replace("-", "")
    limit, after = call.limit(USUAL, MOST), call.query.get("cursor", "")
    if len(day) != 8 or not day.isdecimal():  # noqa: PLR2004
        raise faulty("day", "not-a-time")
    if after and (not after.startswith(day) or len(after) > LONGEST_ID):
        raise faulty("cursor", "bad-cursor")
    found = deliveries.page(call.tenant, day, after, limit)
    cursor = found[-1].id if len(found) == limit else None
    return {"deliveries": [views.delivery(one) for one in found], "next": cursor}


@routes.on("POST", "/v1/deliveries/{delivery_id}/retry", "settings:write")
def retry_delivery(call: Call, delivery_id: str) -> Answer:
    delivery = deliveries.get(call.tenant, delivery_id)
    again = replace(delivery, state=DeliveryState.PENDING, due=call.now)
    answer = Answer(200, views.delivery(again))
    deliveries.save(again, call.claim(answer))
    queues.later("notify", {"tenant": call.tenant, "delivery_id": delivery_id})
    return answer


def _secret(tenant: str, webhook_id: str) -> tuple[str, str]:
    """(The secret as the receiver gets it, the same sealed with the tenant's key.)"""
    secret = vault.new_secret()
    cipher = vault.cipher(tenant, merchants.tenant(tenant).sealed_key)
    return secret, cipher.seal(secret, f"webhook/{webhook_id}")
