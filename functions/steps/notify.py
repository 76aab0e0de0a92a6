"""Tell a merchant's webhook what happened, and write down how it answered."""

from dataclasses import replace

from shared.domain import delivery as rules
from shared.domain.delivery import Delivery, DeliveryState, Try
from shared.gateways import hooks, vault
from shared.runtime import clock, retry
from shared.store import deliveries, merchants


def notify(tenant: str, delivery_id: str) -> None:
    delivery = deliveries.get(tenant, delivery_id)
    if delivery.state is DeliveryState.PENDING and delivery.due <= clock.now():
        deliveries.save(_tried(delivery, _send(delivery), clock.now()))


def _send(delivery: Delivery) -> Try:
    now = clock.now()
    webhook = merchants.webhooks.find(delivery.tenant, delivery.webhook)
    if webhook is None or not webhook.active:
        return Try(now, 410, "webhook removed")
    cipher = vault.cipher(delivery.tenant, merchants.tenant(delivery.tenant).sealed_key)
    status, note = hooks.post(webhook, cipher, delivery.event, delivery.body)
    return Try(now, status, note)


def _tried(delivery: Delivery, last: Try, now: str) -> Delivery:
    tried = replace(delivery, tries=(*delivery.tries, last))
    if 200 <= last.status < 300:  # noqa: PLR2004
        return replace(tried, state=DeliveryState.DONE)
    if last.status == 410:  # noqa: PLR2004
        return replace(tried, state=DeliveryState.GONE)
    wait = rules.delay(len(tried.tries), retry.chance())
    if wait is None:
        return replace(tried, state=DeliveryState.FAILED)
    return replace(tried, due=clock.later(now, wait))
