"""The dead letter of a stream's record: where it stands, as Lambda writes it down."""

import json
from datetime import UTC, datetime
from typing import Any

from infra.local.env import STACK
from infra.local.shard import Record
from infra.local.wire import Wire

QUEUE = f"{STACK}-stream-dead"


def send(wire: Wire, url: str, function: str, shard: str, record: Record) -> None:
    body = json.dumps(_letter(function, shard, record))
    wire.call("SendMessage", QueueUrl=url, MessageBody=body)


def _letter(function: str, shard: str, record: Record) -> dict[str, Any]:
    sequence = record["dynamodb"]["SequenceNumber"]
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(),
        "requestContext": {"functionArn": function, "condition": "RetryAttemptsExhausted"},
        "DDBStreamBatchInfo": {
            "streamArn": record["eventSourceARN"],
            "shardId": shard,
            "batchSize": 1,
            "startSequenceNumber": sequence,
            "endSequenceNumber": sequence,
        },
    }
