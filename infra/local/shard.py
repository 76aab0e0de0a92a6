"""One shard of a table's stream, read from a checkpoint on."""

from typing import Any

from infra.local.env import REGION
from infra.local.wire import Refusal, Wire

Record = dict[str, Any]


class Shard:
    """Shard ids of the engine are shorter than the SDK lets pass: another reason for Wire."""

    def __init__(self, wire: Wire, stream: str, id: str, after: str | None) -> None:
        self._wire = wire
        self._stream = stream
        self.id = id
        self._iterator = self._begin(after)

    @property
    def closed(self) -> bool:
        return self._iterator is None

    def read(self, most: int) -> list[Record]:
        """The next records, as the event of a function has them; empty when there are none yet."""
        answer = self._wire.call("GetRecords", ShardIterator=self._iterator, Limit=most)
        self._iterator = answer.get("NextShardIterator")
        more = {"eventSourceARN": self._stream, "awsRegion": REGION}
        return [{**record, **more} for record in answer["Records"]]

    def _begin(self, after: str | None) -> str | None:
        if after is None:
            return self._ask(ShardIteratorType="TRIM_HORIZON")
        try:
            return self._ask(ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=after)
        except Refusal as refusal:
            if refusal.code != "TrimmedDataAccessException":
                raise
            return self._ask(ShardIteratorType="TRIM_HORIZON")

    def _ask(self, **position: str) -> str | None:
        answer = self._wire.call(
            "GetShardIterator", StreamArn=self._stream, ShardId=self.id, **position
        )
        iterator: str | None = answer.get("ShardIterator")
        return iterator


def of_table(wire: Wire, table: str) -> tuple[str, list[str]]:
    """The table's stream, and the ids of its shards from the oldest on."""
    stream = wire.call("ListStreams", TableName=table)["Streams"][0]["StreamArn"]
    shards = wire.call("DescribeStream", StreamArn=stream)["StreamDescription"]["Shards"]
    return stream, [shard["ShardId"] for shard in shards]
