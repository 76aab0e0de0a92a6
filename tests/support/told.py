"""What a table tells: the real stream of the engine, as Lambda hands it over."""

import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

import app as product
from tests.support.engine import Engine

Record = dict[str, Any]
HANDLERS = {
    "count": product.count_events,
    "publish": product.publish_events,
    "follow": product.follow_stock,
}


@dataclass
class Stream:
    """The records written since this stream was opened."""

    engine: Engine
    table: str = "orders"
    records: list[Record] = field(default_factory=list)
    _at: str = ""

    def __post_init__(self) -> None:
        self._client = boto3.client(
            "dynamodbstreams",
            endpoint_url=self.engine.url,
            config=Config(parameter_validation=False),  # the engine's shard ids are short
        )
        (found,) = self._client.list_streams(TableName=f"tongdan-{self.table}")["Streams"]
        arn = found["StreamArn"]
        shard = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][-1]
        self._at = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST"
        )["ShardIterator"]

    def read(self) -> list[Record]:
        """Every record so far, the oldest first."""
        while True:
            answer = self._client.get_records(ShardIterator=self._at)
            self._at = answer["NextShardIterator"]
            if not answer["Records"]:
                return self.records
            self.records += [_as_json(record) for record in answer["Records"]]

    def tell(self, reader: str, records: Iterable[Record] | None = None) -> list[Any]:
        """Hand records to their reader; give back what it wants to see again."""
        given = self.read() if records is None else list(records)
        return list(HANDLERS[reader]({"Records": given}, None)["batchItemFailures"])


def _as_json(record: Record) -> Record:
    """An event of Lambda is JSON: binary values are Base64 in it."""
    about = record["dynamodb"]
    kept = {name: about.get(name) for name in ("SequenceNumber", "Keys", "NewImage")}
    plain = {name: value for name, value in kept.items() if value}
    return dict(json.loads(json.dumps({"dynamodb": plain}, default=_binary)))


def _binary(value: bytes) -> str:
    return b64encode(value).decode()
