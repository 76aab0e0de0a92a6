"""Move messages back from a dead-letter queue: sent first, deleted once the send is acknowledged.

A crash in between doubles a message and never loses one; doubles are harmless here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BATCH = 10
VISIBILITY = 120  # seconds that a message stays ours between reading and deleting it
WAIT = 1  # seconds that a read waits for messages; more than 0 asks all hosts of the queue


@dataclass(slots=True)
class Moved:
    moved: int = 0
    failed: int = 0  # still in the dead-letter queue


def move(sqs: Any, source: str, target: str, most: int, visibility: int = VISIBILITY) -> Moved:
    """Move up to `most` messages from one queue URL to another.

    It ends, though messages may fail again: on their way back they are tried several times, with
    the queue's visibility timeout between the tries.
    """
    result = Moved()
    for messages in _read(sqs, source, most, visibility):
        sent = _send(sqs, target, messages)
        _delete(sqs, source, sent)
        result.moved += len(sent)
        result.failed += len(messages) - len(sent)
    return result


def _read(sqs: Any, source: str, most: int, visibility: int) -> Iterator[list[Any]]:
    while most > 0:
        answer = sqs.receive_message(
            QueueUrl=source,
            MaxNumberOfMessages=min(BATCH, most),
            VisibilityTimeout=visibility,
            WaitTimeSeconds=WAIT,
            AttributeNames=["MessageGroupId"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages") or []
        if not messages:
            return
        most -= len(messages)
        yield messages


def _send(sqs: Any, target: str, messages: list[Any]) -> list[Any]:
    """Send them; give back those that were acknowledged."""
    entries = [_entry(at, message) for at, message in enumerate(messages)]
    answer = sqs.send_message_batch(QueueUrl=target, Entries=entries)
    return [messages[int(each["Id"])] for each in answer.get("Successful") or ()]


def _delete(sqs: Any, source: str, messages: list[Any]) -> None:
    """What cannot be deleted is sent once more by the next call."""
    entries = [
        {"Id": str(at), "ReceiptHandle": message["ReceiptHandle"]}
        for at, message in enumerate(messages)
    ]
    if entries:
        sqs.delete_message_batch(QueueUrl=source, Entries=entries)


def _entry(at: int, message: Any) -> dict[str, Any]:
    entry = {"Id": str(at), "MessageBody": message["Body"]}
    if group := _group(message):
        entry["MessageGroupId"] = group
    if attributes := message.get("MessageAttributes"):
        entry["MessageAttributes"] = attributes
    return entry


def _group(message: Any) -> str:
    """The group that it was sent with; else its tenant, which is what groups stand for here."""
    if group := (message.get("Attributes") or {}).get("MessageGroupId"):
        return str(group)
    try:
        body = json.loads(message["Body"])
    except ValueError:
        return ""
    return str(body.get("tenant", "")) if isinstance(body, dict) else ""
