"""Turn what the orders table tells into webhook deliveries, one for each event and receiver.

What may move money that we took ourselves is settled.
"""

import json
from collections.abc import Iterable
from typing import Any

from shared.domain import event, settling
from shared.domain.delivery import Delivery
from shared.domain.event import Event
from shared.domain.merchant import Webhook
from shared.domain.order import Order
from shared.gateways import queues
from shared.runtime import clock
from shared.store import deliveries, merchants, orders


def publish(images: Iterable[Any]) -> None:
    for image in images:
        for order in orders.from_image(image):
            for one in event.news(order):
                _publish(one)
            if settling.moved(order) and _own(order):
                queues.later("settle", {"tenant": order.tenant, "order_id": order.id})


def _own(order: Order) -> bool:
    shop = merchants.shops.known(order.tenant, order.shop)
    return settling.own(order, shop.channel if shop else "")


def _publish(one: Event) -> None:
    tenant = one.order.tenant
    for webhook in merchants.webhooks.all_known(tenant):
        if webhook.active and (not webhook.events or f"order.{one.name}" in webhook.events):
            delivery = _delivery(one, webhook)
            deliveries.create(delivery)
            queues.later("notify", {"tenant": tenant, "delivery_id": delivery.id})


def _delivery(one: Event, webhook: Webhook) -> Delivery:
    stamp = "".join(c for c in one.entry.at[:23] if c.isdigit())
    return Delivery(
        tenant=one.order.tenant,
        id=f"{stamp}-{one.id}-{webhook.id}",
        webhook=webhook.id,
        event=one.id,
        body=json.dumps(event.payload(one), ensure_ascii=False),
        due=clock.now(),
    )
