"""A whole stack: up, seen, used, healed, down."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from infra.local import env, stack, state, status, usage
from infra.local.home import ROOT
from infra.local.wire import Wire
from shared.domain.flow import QUEUES
from tests.support.stack import Stack, running


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("stack")) as found:
        yield found


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not (reached := condition()) and time.monotonic() < until:
        time.sleep(0.1)
    return reached


def test_every_process_is_up_and_measured(whole: Stack) -> None:
    seen = status.look(whole.home)

    assert seen.up
    assert [row.process for row in seen.processes] == [
        *["supervisor", "dynoxide", "ministack", "web"],
        *["worker-1", "worker-2", "courier", "streams", "clock"],
    ]
    assert all(row.memory_mb > 1 and row.restarts == 0 for row in seen.processes)
    assert {depth.queue for depth in seen.queues} == {*QUEUES, "stream"}


def test_up_again_is_the_same_stack(whole: Stack) -> None:
    again = stack.up(whole.home, say=lambda text: None)

    assert again == state.read(whole.home)
    assert again.supervisor == whole.state.supervisor


def test_the_api_answers_and_refuses_as_behind_a_gateway(whole: Stack) -> None:
    with whole.client("nobody") as client:
        assert client.get("/v1/health").status_code == 200
        assert client.get("/v1/nothing").json()["code"] == "not-found"
        assert client.patch("/v1/orders").headers["allow"] == "GET, POST"
        assert client.get("/v1/orders").status_code == 401
        assert client.post("/v1/orders", content=b" " * 7_000_000).status_code == 413


def test_the_commands_tell_the_same(whole: Stack) -> None:
    seen = whole.cli("status")

    assert seen["up"]
    assert whole.cli("up")["url"] == whole.state.url == seen["url"]


@pytest.mark.parametrize("process", ["dynoxide", "ministack", "worker-1", "web"])
def test_a_killed_process_comes_back(whole: Stack, process: str) -> None:
    before = whole.pid(process)

    os.kill(before, signal.SIGKILL)

    assert within(20, lambda: status.look(whole.home).up and whole.pid(process) != before)
    assert httpx.get(f"{whole.state.url}/v1/health", trust_env=False).status_code == 200


def test_a_killed_supervisor_takes_all_along_and_up_brings_the_same_address(
    whole: Stack,
) -> None:
    children = {row.pid for row in status.look(whole.home).processes}
    url = whole.state.url

    os.kill(whole.state.supervisor, signal.SIGKILL)

    assert within(5, lambda: not usage.of_all().keys() & children)
    assert not status.look(whole.home).up
    whole.up()
    assert whole.state.url == url


def test_data_outlives_a_stop_and_reset_deletes_it(tmp_path: Path) -> None:
    with running(tmp_path) as found:
        key = found.cli("tenants", "create", "acme")["key"]
        put_dead_letter(found)
        with pytest.raises(stack.Down, match="stop it first"):
            stack.reset(found.home)

        assert stack.down(found.home)
        assert not stack.down(found.home)
        found.up()

        with found.client(key) as client:
            assert client.get("/v1/orders").status_code == 200
        assert {each.queue: each.dead for each in status.look(found.home).queues}["plan"] == 1
        stack.down(found.home)
        stack.reset(found.home)
        assert not found.home.data.exists()


def put_dead_letter(whole: Stack) -> None:
    with contextlib.closing(Wire(whole.state.sqs, "sqs")) as wire:
        url = env.queue_url(whole.state, "plan-dead")
        wire.call("SendMessage", QueueUrl=url, MessageBody="{}")


def test_run_stays_in_the_foreground_until_interrupted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.cli", "run", "--port", "0"]
    env = {**os.environ, "TONGDAN_HOME": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE) as process:
        assert process.stderr
        assert b"http://127.0.0.1:" in process.stderr.readline()

        process.send_signal(signal.SIGINT)

        assert process.wait(30) == 0
    assert not (tmp_path / "state.json").exists()
