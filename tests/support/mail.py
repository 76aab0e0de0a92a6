"""Queues for tests: messages wait in lists, so that they can be lost, doubled and turned round."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import app as product
from shared.runtime import aws

HANDLERS = {
    "review": product.review_orders,
    "reserve": product.reserve_orders,
    "plan": product.plan_orders,
    "ship": product.ship_orders,
    "notify": product.notify_webhooks,
    "push": product.push_figures,
    "halt": product.halt_sales,
    "settle": product.settle_money,
    "group": product.group_orders,
    "pull": product.pull_changes,
    "fetch": product.fetch_orders,
    "report": product.report_parcels,
    "label": product.label_parcels,
    "track": product.track_parcels,
}
TICK = {
    **{"id": "1", "version": "0", "account": "0", "region": "cn-north-1", "resources": []},
    **{"detail": {}, "detail-type": "Scheduled Event", "source": "aws.events", "time": ""},
}
"""What the clock sends to a timer."""


@dataclass
class Mail:
    """Stands where SQS would answer, below the SDK's client."""

    waiting: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lost: bool = False
    calls: int = 0

    def take_over(self) -> None:
        events = aws.client("sqs").meta.events
        events.register_first("before-call.sqs.SendMessageBatch", self._sent, unique_id="mail")

    def hand_back(self) -> None:
        aws.client("sqs").meta.events.unregister(
            "before-call.sqs.SendMessageBatch", unique_id="mail"
        )

    def _sent(self, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        body = json.loads(params["body"])
        queue = body["QueueUrl"].rpartition("tongdan-")[2]
        self.calls += 1
        if not self.lost:
            self.waiting[queue] += [entry["MessageBody"] for entry in body["Entries"]]
        done = [{"Id": entry["Id"]} for entry in body["Entries"]]
        return _Ok(), {"Successful": done, "Failed": []}

    def deliver(self, queue: str, bodies: list[str]) -> set[int]:
        """Hand a batch to its handler; give back which of it failed."""
        records = [
            {"messageId": str(at), "receiptHandle": str(at), "body": body}
            for at, body in enumerate(bodies)
        ]
        answer = HANDLERS[queue]({"Records": records}, None)
        return {int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]}

    def bodies(self, queue: str) -> list[dict[str, str]]:
        """What waits in a queue, read."""
        return [json.loads(body) for body in self.waiting[queue]]

    def pump(self, rounds: int = 200) -> None:
        """Deliver until nothing waits; what fails comes back, as from a queue."""
        for _ in range(rounds):
            queue = next((name for name, bodies in self.waiting.items() if bodies), None)
            if queue is None:
                return
            batch, self.waiting[queue] = self.waiting[queue][:10], self.waiting[queue][10:]
            failed = self.deliver(queue, batch)
            self.waiting[queue] += [batch[at] for at in sorted(failed)]
        raise AssertionError(f"the queues never went quiet: {dict(self.waiting)}")


class _Ok:
    status_code = 200
