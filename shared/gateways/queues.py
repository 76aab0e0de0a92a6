"""The nudge that says: look at this order. A message carries ids and nothing else."""

import json
from collections.abc import Iterable

from shared.domain.delivery import Delivery
from shared.domain.flow import queue_for
from shared.domain.order import Order
from shared.runtime import aws
from shared.runtime.observe import log
from shared.runtime.settings import settings

_waiting: dict[str, list[dict[str, str]]] = {}
BATCH = 10


def nudge(order: Order) -> None:
    """Tell the step that serves the order's status; a final status needs no one."""
    if queue := queue_for(order):
        later(queue, {"tenant": order.tenant, "order_id": order.id})


def deliver(messages: Iterable[Delivery]) -> None:
    """Let messages to webhooks be sent; the sweep would find them, but later."""
    for message in messages:
        later("notify", {"tenant": message.tenant, "delivery_id": message.id})


def later(queue: str, body: dict[str, str]) -> None:
    """Remember a message; `flush` sends it, together with the others of this batch."""
    _waiting.setdefault(queue, []).append(body)


def flush() -> None:
    """Send what waits. What cannot be sent now is left to the sweep: the order is safe."""
    while _waiting:
        queue, bodies = _waiting.popitem()
        for start in range(0, len(bodies), BATCH):
            _send(queue, bodies[start : start + BATCH])


def drop() -> None:
    """Forget what an earlier invocation left behind when it was cut."""
    _waiting.clear()


def _send(queue: str, bodies: list[dict[str, str]]) -> None:
    entries = [
        {"Id": str(at), "MessageBody": json.dumps(body), "MessageGroupId": body["tenant"]}
        for at, body in enumerate(bodies)
    ]
    try:
        answer = aws.client("sqs").send_message_batch(
            QueueUrl=settings().queue_url + queue, Entries=entries
        )
        lost = len(answer.get("Failed", ()))
    except Exception:
        lost = len(entries)
        log.exception("nudge failed", queue=queue)
    if lost:
        log.warning("nudges lost, the sweep will find them", queue=queue, lost=lost)
