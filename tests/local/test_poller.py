"""A queue's event source mapping, on real queues."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.poller import Poller, failures
from infra.local.wire import Wire
from tests.cli.queue_engine import Queues

VISIBLE_AFTER = 1  # second


@pytest.fixture
def wire(queues: Queues) -> Iterator[Wire]:
    found = Wire(queues.state.sqs, "sqs")
    yield found
    found.close()


@pytest.fixture
def queue(wire: Wire, request: pytest.FixtureRequest) -> str:
    """A queue of its own that gives a message back after a second and gives it up after two."""
    name = f"q{abs(hash(request.node.name))}"
    dead = wire.call("CreateQueue", QueueName=f"{name}-dead")["QueueUrl"]
    arn = wire.call("GetQueueAttributes", QueueUrl=dead, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": 2}
    attributes = {"VisibilityTimeout": str(VISIBLE_AFTER), "RedrivePolicy": json.dumps(policy)}
    return str(wire.call("CreateQueue", QueueName=name, Attributes=attributes)["QueueUrl"])


class Step:
    """A function that fails the bodies it is told to, and keeps what it saw."""

    def __init__(self, *poison: str) -> None:
        self.poison = poison
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        self.events.append(event)
        failed = [each for each in event["Records"] if each["body"] in self.poison]
        return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in failed]}

    @property
    def bodies(self) -> list[list[str]]:
        return [[each["body"] for each in event["Records"]] for event in self.events]


def send(wire: Wire, url: str, *bodies: str) -> None:
    for body in bodies:
        wire.call("SendMessage", QueueUrl=url, MessageBody=body, MessageGroupId="acme")


def poll(wire: Wire, url: str, step: Any, times: int = 1, wait: int = 3) -> None:
    poller = Poller(wire, url, step, threading.Lock())
    for _ in range(times):
        poller.once(wait)


def left(wire: Wire, url: str) -> int:
    found = wire.call("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
    states = ("", "NotVisible", "Delayed")
    return sum(int(found[f"ApproximateNumberOfMessages{state}"]) for state in states)


def test_a_batch_that_succeeds_is_deleted(wire: Wire, queue: str) -> None:
    step = Step()
    send(wire, queue, "one", "two", "three")

    poll(wire, queue, step)

    assert step.bodies == [["one", "two", "three"]]
    assert left(wire, queue) == 0


def test_a_record_has_what_lambda_gives(wire: Wire, queue: str) -> None:
    step = Step()
    kind = {"DataType": "String", "StringValue": "x"}
    wire.call("SendMessage", QueueUrl=queue, MessageBody="{}", MessageAttributes={"kind": kind})

    poll(wire, queue, step)

    record = step.events[0]["Records"][0]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(queue.rpartition("/")[2])
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"]["stringValue"] == "x"
    assert record["messageAttributes"]["kind"]["dataType"] == "String"


def test_only_what_failed_comes_back(wire: Wire, queue: str) -> None:
    step = Step("bad")
    send(wire, queue, "good", "bad")

    poll(wire, queue, step, times=2)

    assert step.bodies == [["good", "bad"], ["bad"]]


def test_what_keeps_failing_ends_among_the_dead_letters(wire: Wire, queue: str) -> None:
    step = Step("bad")
    send(wire, queue, "bad")

    poll(wire, queue, step, times=3)

    assert step.bodies == [["bad"], ["bad"]]
    assert (left(wire, queue), left(wire, f"{queue}-dead")) == (0, 1)


def test_a_function_that_raises_fails_its_whole_batch(wire: Wire, queue: str) -> None:
    def broken(event: dict[str, Any]) -> None:
        raise RuntimeError("broken")

    send(wire, queue, "one", "two")

    poll(wire, queue, broken)

    assert left(wire, queue) == 2


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"other": 1}])
def test_an_answer_without_failures_is_success(answer: Any) -> None:
    assert failures(answer, {"a", "b"}) == set()


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": "unknown"}]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"other": "a"}]},
        {"batchItemFailures": "a"},
        "nonsense",
    ],
)
def test_an_answer_that_makes_no_sense_fails_all(answer: Any) -> None:
    assert failures(answer, {"a", "b"}) == {"a", "b"}
