"""Call a merchant's webhook with a signed message."""

from shared.domain import delivery
from shared.domain.merchant import Webhook
from shared.gateways import web
from shared.gateways.vault import Cipher
from shared.runtime import clock


def post(webhook: Webhook, cipher: Cipher, message_id: str, body: str) -> tuple[int, str]:
    """(HTTP status, or 0 when there was no answer; a short note for the log)."""
    secret = cipher.open(webhook.secret, f"webhook/{webhook.id}")
    stamp = clock.epoch(clock.now())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": delivery.sign(secret, message_id, stamp, body),
    }
    return web.post(webhook.url, body.encode(), headers)
