"""Turn what the orders table tells into webhook deliveries, one for each event and receiver.

What may move money that we took ourselves is settled; parcels that left are told to platforms,
and carriers are asked for the waybills of those that are to leave.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from shared.domain import event, merging, report, settling, waybill
from shared.domain.delivery import Delivery
from shared.domain.event import Event
from shared.domain.merchant import Webhook
from shared.domain.order import Order
from shared.gateways import queues
from shared.runtime import clock
from shared.store import deliveries, links, merchants, orders, waybills


def publish(images: Iterable[Any]) -> None:
    for image in images:
        for order in orders.from_image(image):
            for one in event.news(order):
                _publish(one)
            for queue in _queues(order):
                queues.later(queue, {"tenant": order.tenant, "order_id": order.id})
            for subject in waybill.touched(order) if waybills.used(order.tenant) else ():
                queues.later("label", {"tenant": order.tenant, "order_id": subject})


def _queues(order: Order) -> Iterator[str]:
    """Whose work its newest version may bring."""
    if report.left(order) and _linked(order):
        yield "report"
    if report.left(order) and waybills.follows(order.tenant):
        yield "track"
    if merging.frees(order):
        yield "review"
    if settling.concerns(order) or (settling.moved(order) and _own(order)):
        yield "settle"


def _linked(order: Order) -> bool:
    """Whether a platform must hear of its parcels."""
    return any(link.id == order.shop for link in links.links.all_known(order.tenant))


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
