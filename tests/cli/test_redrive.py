"""Dead letters go back to their queue, on real queues; none is lost whatever breaks."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.cli import moving
from shared.domain.flow import QUEUES
from shared.runtime.settings import settings
from tests.cli.conftest import Command
from tests.cli.queue_engine import Queues

BODIES = [f'{{"tenant": "acme", "order_id": "{no:02d}"}}' for no in range(25)]


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queues]:
    started = Queues.start(tmp_path_factory.mktemp("queues"))
    yield started
    started.stop()


@pytest.fixture
def queues(engine: Queues, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    """The engine, empty, and the command pointed at it."""
    for name in QUEUES:
        engine.client().purge_queue(QueueUrl=engine.url(name))
        engine.client().purge_queue(QueueUrl=engine.url(f"{name}-dead"))
    for name, value in engine.environment.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield engine
    settings.cache_clear()


def test_dead_letters_go_back_with_their_groups(tongdan: Command, queues: Queues) -> None:
    queues.put("review-dead", *BODIES[:20])
    queues.put("review-dead", *BODIES[20:], group="other")

    done = tongdan.json("redrive", "review")

    assert done == {"queue": "review", "moved": 25, "failed": 0}
    expected = [(body, "acme") for body in BODIES[:20]] + [(body, "other") for body in BODIES[20:]]
    assert queues.take("review") == sorted(expected)
    assert queues.take("review-dead") == []


def test_no_more_are_moved_than_asked_for(tongdan: Command, queues: Queues) -> None:
    queues.put("plan-dead", *BODIES)

    assert tongdan.json("redrive", "plan", "--max", "12")["moved"] == 12

    assert len(queues.take("plan")) == 12
    assert len(queues.take("plan-dead")) == 13


def test_the_dry_run_only_counts(tongdan: Command, queues: Queues) -> None:
    queues.put("ship-dead", *BODIES[:3])

    assert tongdan.json("redrive", "ship", "--dry-run") == {"queue": "ship", "would_move": 3}

    assert len(queues.take("ship-dead")) == 3


def test_all_queues_are_listed_with_their_dead_letters(tongdan: Command, queues: Queues) -> None:
    queues.put("notify-dead", *BODIES[:2])
    queues.put("notify", *BODIES[:1])

    rows = {each["queue"]: each for each in tongdan.json("redrive", "--list")["queues"]}

    assert set(rows) == {*QUEUES, "stream"}
    assert (rows["notify"]["waiting"], rows["notify"]["dead"]) == (1, 2)
    assert rows["stream"]["dead"] == 0


def test_no_such_queue_is_not_found(tongdan: Command, queues: Queues) -> None:
    assert tongdan("redrive", "orders").exit_code == 3


def test_queues_out_of_reach_are_unreachable(
    tongdan: Command, queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:1")

    assert tongdan("redrive", "--list").exit_code == 6


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", ["ReceiveMessage", "SendMessageBatch", "DeleteMessageBatch"])
def test_a_crash_around_any_call_loses_nothing(queues: Queues, call: str, moment: str) -> None:
    queues.put("reserve-dead", *BODIES)
    sqs = queues.client()
    crash_once(sqs, call, moment)
    source, target = queues.url("reserve-dead"), queues.url("reserve")

    with pytest.raises(Crash):
        moving.move(sqs, source, target, 1000, visibility=0)
    moving.move(queues.client(), source, target, 1000)

    arrived = [body for body, _ in queues.take("reserve")]
    assert set(arrived) == set(BODIES)
    doubled = (call, moment) in {("SendMessageBatch", "after"), ("DeleteMessageBatch", "before")}
    assert len(arrived) == len(BODIES) + (10 if doubled else 0)


def test_what_the_queue_does_not_take_stays_dead(queues: Queues) -> None:
    queues.put("reserve-dead", *BODIES[:3])
    sqs = queues.client()
    sqs.meta.events.register("before-parameter-build.sqs.SendMessageBatch", _make_one_unfit)
    source, target = queues.url("reserve-dead"), queues.url("reserve")

    result = moving.move(sqs, source, target, 3)

    assert (result.moved, result.failed) == (2, 1)
    assert len(queues.take("reserve")) == 2


def _make_one_unfit(params: dict[str, Any], **_: Any) -> None:
    params["Entries"][0]["MessageBody"] = ""


def crash_once(sqs: Any, call: str, moment: str) -> None:
    event = f"before-call.sqs.{call}" if moment == "before" else f"after-call.sqs.{call}"

    def crash(**_: Any) -> None:
        raise Crash

    sqs.meta.events.register(event, crash)
