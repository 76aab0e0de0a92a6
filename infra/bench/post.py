"""Queues within one process: messages wait in lists and are handed over in batches."""

import json
from collections import defaultdict
from typing import Any

from infra.bench.meter import Meter

MOST = 10  # messages of a batch, as in app.py
SEND, TAKE = "SendMessageBatch", ("ReceiveMessage", "DeleteMessageBatch")


class Post:
    """Answers where SQS would, below the SDK's client."""

    def __init__(self, meter: Meter) -> None:
        from infra.local import sources
        from shared.runtime import aws

        self.waiting: dict[str, list[str]] = defaultdict(list)
        self.open = True  # a closed one lets messages pass on to the wire
        self._meter = meter
        self._functions = {each.function.name: each.function for each in sources.queues()}
        events = aws.client("sqs").meta.events
        events.register_first(f"before-call.sqs.{SEND}", self._sent)

    def pump(self, most: int = MOST) -> None:
        """Hand over until nothing waits."""
        while queue := next((name for name, bodies in self.waiting.items() if bodies), None):
            bodies, self.waiting[queue] = self.waiting[queue][:most], self.waiting[queue][most:]
            with self._meter.step(queue):
                self._deliver(queue, bodies)

    def hand_over(self, queue: str, bodies: list[str]) -> set[int]:
        """Call the queue's function with these messages; give back which of them failed."""
        records = [
            {"messageId": str(at), "receiptHandle": str(at), "body": body}
            for at, body in enumerate(bodies)
        ]
        answer = self._functions[queue]({"Records": records})
        return {int(each["itemIdentifier"]) for each in answer["batchItemFailures"]}

    def _deliver(self, queue: str, bodies: list[str]) -> None:
        failed = self.hand_over(queue, bodies)
        self.waiting[queue] += [body for at, body in enumerate(bodies) if at in failed]
        for call in TAKE:
            self._meter.note(call)

    def _sent(self, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
        if not self.open:
            return None
        body = json.loads(params["body"])
        self.waiting[body["QueueUrl"].rpartition("tongdan-")[2]] += [
            entry["MessageBody"] for entry in body["Entries"]
        ]
        self._meter.note(SEND)
        return _Ok(), {"Successful": [{"Id": each["Id"]} for each in body["Entries"]]}


class _Ok:
    status_code = 200
