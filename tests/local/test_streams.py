"""The stream reader on a real table: a checkpoint is written only after success."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local import batches, consumer, dead, shard
from infra.local.checkpoints import Checkpoints
from infra.local.consumer import Consumer
from infra.local.shard import Record, Shard
from infra.local.wire import Wire
from tests.cli.queue_engine import Queues
from tests.support.engine import Engine

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}]
Function = Callable[[dict[str, Any]], Any]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PAUSES", (0, 0, 0, 0))
    monkeypatch.setattr(consumer, "IDLE", 0.02)


class Stream:
    """A table of its own with a stream, and one consumer's checkpoints."""

    def __init__(self, url: str, table: str, folder: Path) -> None:
        self.table = table
        self.folder = folder
        self.database = Wire(url, "dynamodb")
        self.wire = Wire(url, "streams")
        self.dead: list[tuple[str, Record]] = []
        self.database.call(
            "CreateTable",
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=KEYS,
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )

    def put(self, *names: str) -> None:
        for name in names:
            item = {"pk": {"S": name}, "body": {"B": "AQI="}}
            self.database.call("PutItem", TableName=self.table, Item=item)

    def read(self, function: Function, batch: int = 10, window: float = 0) -> int:
        """One batch, by a process that has just started."""
        checkpoints = Checkpoints(self.folder, "follower")

        def give_up(shard_id: str, record: Record) -> None:
            self.dead.append((shard_id, record))

        found = Consumer(self.wire, self.table, function, give_up, checkpoints, batch, window)
        stream, (id,) = shard.of_table(self.wire, self.table)
        return found.once(Shard(self.wire, stream, id, checkpoints.get(id)))


@pytest.fixture
def stream(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stream]:
    found = Stream(engine.url, f"t{abs(hash(request.node.name))}", tmp_path)
    yield found
    found.wire.close()
    found.database.close()


class Follower:
    def __init__(self) -> None:
        self.seen: list[Record] = []

    def __call__(self, event: dict[str, Any]) -> None:
        self.seen += event["Records"]

    @property
    def names(self) -> list[str]:
        return [each["dynamodb"]["Keys"]["pk"]["S"] for each in self.seen]


def test_records_arrive_in_order_as_lambda_gives_them(stream: Stream) -> None:
    follower = Follower()
    stream.put("a", "b", "a")

    stream.read(follower)

    first = follower.seen[0]
    assert follower.names == ["a", "b", "a"]
    assert [each["eventName"] for each in follower.seen] == ["INSERT", "INSERT", "MODIFY"]
    assert first["eventSource"] == "aws:dynamodb"
    assert first["awsRegion"] == "cn-north-1"
    assert stream.table in first["eventSourceARN"]
    assert first["eventID"]
    assert first["dynamodb"]["NewImage"] == {"pk": {"S": "a"}, "body": {"B": "AQI="}}
    assert first["dynamodb"]["ApproximateCreationDateTime"] > 0


def test_what_was_read_is_not_read_again(stream: Stream) -> None:
    follower = Follower()
    stream.put("a", "b")
    stream.read(follower, batch=1)

    stream.read(follower)
    stream.put("c")
    stream.read(follower)

    assert follower.names == ["a", "b", "c"]


def test_a_crash_before_the_checkpoint_delivers_again(stream: Stream) -> None:
    def crashes(event: dict[str, Any]) -> None:
        raise SystemExit  # as if the process were killed: nothing of the reader goes on

    follower = Follower()
    stream.put("a", "b")

    with pytest.raises(SystemExit):
        stream.read(crashes)
    stream.read(follower)

    assert follower.names == ["a", "b"]


def test_poison_is_given_up_and_the_others_pass(stream: Stream) -> None:
    follower = Follower()

    def refuses_b(event: dict[str, Any]) -> None:
        if any(each["dynamodb"]["Keys"]["pk"]["S"] == "b" for each in event["Records"]):
            raise RuntimeError("poison")
        follower(event)

    stream.put("a", "b", "c")
    stream.read(refuses_b)
    stream.put("d")
    stream.read(refuses_b)

    assert follower.names == ["a", "c", "d"]
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for _, record in stream.dead] == ["b"]


def test_with_a_window_records_wait_for_company(stream: Stream) -> None:
    calls: list[int] = []
    stream.put("a", "b", "c")

    stream.read(lambda event: calls.append(len(event["Records"])), batch=4, window=0.1)

    assert calls == [3]


def test_a_dead_letter_says_where_the_record_stands(queues: Queues) -> None:
    record = {"eventSourceARN": "arn:stream", "dynamodb": {"SequenceNumber": "17"}}
    wire = Wire(queues.state.sqs, "sqs")

    dead.send(wire, queues.url("stream-dead"), "count", "shard-1", record)

    (letter,) = wire.call("ReceiveMessage", QueueUrl=queues.url("stream-dead"))["Messages"]
    wire.close()
    info = json.loads(letter["Body"])["DDBStreamBatchInfo"]
    assert (info["shardId"], info["startSequenceNumber"]) == ("shard-1", "17")
