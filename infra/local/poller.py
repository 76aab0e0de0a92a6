"""One queue's event source mapping: receive, call, delete what was done.

Partial failures are honoured as Lambda honours them: what failed stays, and comes back when its
visibility ends, until the queue's own redrive policy puts it among the dead letters.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from infra.local.env import ACCOUNT, REGION
from infra.local.wire import TROUBLE, Refusal, Wire

log = logging.getLogger(__name__)
MOST = 10  # messages that one receive or delete may name
WAIT = 5  # seconds of a long poll; what a killed poller had asked for is lost that long
PAUSE = 0.3  # seconds before the next try when the engine is away
Message = dict[str, Any]
Handler = Callable[[dict[str, Any]], Any]


class Poller:
    """`turn` is held while the function runs: handlers of one process never run side by side."""

    def __init__(
        self, wire: Wire, url: str, handler: Handler, turn: threading.Lock, batch: int = MOST
    ) -> None:
        self._wire = wire
        self._url = url
        self._handler = handler
        self._turn = turn
        self._batch = min(batch, MOST)
        self.rest = threading.Lock()  # held from the call of the function to the delete

    def run(self) -> None:
        """Poll until the process ends."""
        while True:
            try:
                self.once(WAIT)
            except (*TROUBLE, Refusal) as error:
                log.info("%s: %s", self._url, error)
                time.sleep(PAUSE)

    def once(self, wait: float) -> int:
        """Receive and work off one batch; says how many messages it had."""
        messages = self._receive(wait)
        if messages:
            with self.rest:
                self._delete(self._done(messages))
        return len(messages)

    def _receive(self, wait: float) -> list[Message]:
        answer = self._wire.call(
            "ReceiveMessage",
            QueueUrl=self._url,
            MaxNumberOfMessages=self._batch,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages") or ())

    def _done(self, messages: list[Message]) -> list[Message]:
        event = {"Records": [record(each, self._url) for each in messages]}
        try:
            with self._turn:
                answer = self._handler(event)
            failed = failures(answer, {each["MessageId"] for each in messages})
        except Exception:
            log.exception("the function failed: the batch comes back")
            return []
        return [each for each in messages if each["MessageId"] not in failed]

    def _delete(self, messages: list[Message]) -> None:
        entries = [
            {"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]}
            for at, each in enumerate(messages)
        ]
        if entries:
            self._wire.call("DeleteMessageBatch", QueueUrl=self._url, Entries=entries)


def failures(answer: Any, ids: set[str]) -> set[str]:
    """The messages that the function names as failed; an answer that makes no sense fails all."""
    try:
        named = {str(each["itemIdentifier"]) for each in (answer or {})["batchItemFailures"] or ()}
    except KeyError:
        return ids if answer and "batchItemFailures" in answer else set()
    except TypeError:
        return ids
    return named if named <= ids else ids


def record(message: Message, url: str) -> dict[str, Any]:
    """A message as a record of the event that Lambda gets."""
    attributes = message.get("MessageAttributes") or {}
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes") or {},
        "messageAttributes": {name: _attribute(each) for name, each in attributes.items()},
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{url.rpartition('/')[2]}",
        "awsRegion": REGION,
    }


def _attribute(attribute: dict[str, Any]) -> dict[str, Any]:
    named = {name[0].lower() + name[1:]: value for name, value in attribute.items()}
    return {"stringListValues": [], "binaryListValues": [], **named}
