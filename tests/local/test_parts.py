"""The small parts: ports, the lock, logs, measured processes, the environment, the engines."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import engines, env, install, leftovers, logs, ports, state, usage
from infra.local.home import Home
from infra.local.state import Ports, Process, State

STATE = State(4242, Ports(1, 2, 3), processes={"web": Process(7, 1)})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home.at(tmp_path)
    found.make()
    return found


def test_a_busy_port_gives_way_to_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = busy.getsockname()[1]

        chosen = ports.choose(None, State(1, Ports(taken, taken, taken)))

    assert taken not in (chosen.api, chosen.dynamodb, chosen.sqs)


def test_a_stack_that_died_gets_its_ports_back() -> None:
    before = State(1, Ports(ports.free(), ports.free(), ports.free()))

    assert ports.choose(None, before) == before.ports


def test_what_a_stack_wrote_down_can_be_read(home: Home) -> None:
    state.write(home, STATE, env.environment(home, STATE))

    assert state.read(home) == STATE
    document = json.loads((home.path / "state.json").read_text())
    assert document["url"] == "http://127.0.0.1:1"
    assert document["environment"]["AWS_ENDPOINT_URL_SQS"] == "http://127.0.0.1:3"


def test_a_home_has_one_supervisor(home: Home) -> None:
    assert not state.running(home)
    first = state.lock(home)
    assert first

    assert state.lock(home) is None
    assert state.running(home)
    first.close()
    assert not state.running(home)


def test_children_never_see_the_callers_account(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    monkeypatch.setenv("NO_PROXY", "example.com")

    given = env.of_child(home, STATE)

    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & given.keys()
    assert given["AWS_ACCESS_KEY_ID"] == "local"
    assert given["NO_PROXY"] == "example.com,127.0.0.1,localhost"
    assert given["KEY_SOURCE"] == f"file:{home.path}/master.key"


def test_logs_are_shown_by_process_and_by_last_lines(home: Home) -> None:
    home.log("web").write_text("one\ntwo\nthree\n")
    home.log("clock").write_text("tick\n")

    assert logs.known(home) == ["clock", "web"]
    assert list(logs.lines(home, ["web"], 2, follow=False)) == ["two", "three"]
    assert list(logs.lines(home, ["clock", "web"], 1, follow=False)) == [
        "clock  tick",
        "web    three",
    ]


def test_a_process_is_measured_with_its_children() -> None:
    nested = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    command = [sys.executable, "-c", nested]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        while not (found := usage.of_all()) or not _has_child(process.pid, found):
            pass
        alone, whole = found[process.pid], usage.tree(process.pid, found)
        process.communicate(b"\n")

    assert whole
    assert alone.parent == os.getpid()
    assert whole.memory > alone.memory > 0


def _has_child(pid: int, found: dict[int, usage.Usage]) -> bool:
    return any(each.parent == pid and each.memory > 0 for each in found.values())


def test_a_process_that_is_gone_has_no_usage() -> None:
    assert usage.tree(2**30, usage.of_all()) is None


def test_ps_tells_the_same_where_there_is_no_proc() -> None:
    found = dict(usage._from_ps())

    assert found[os.getpid()].parent == os.getppid()
    assert usage._seconds("1-02:03:04.50") == 93784.5


def test_another_process_is_not_taken_for_a_leftover_engine() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        leftovers.end(State(1, Ports(1, 2, 3), processes={"dynoxide": Process(process.pid)}))

        assert process.poll() is None
        process.communicate(b"\n")


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "engine.tgz"
    archive.write_bytes(b"something else")

    with pytest.raises(install.Failed, match="not the package that was checked"):
        engines._check(archive, engines.SHA512["linux-x64"])


def test_an_installer_that_fails_says_what_to_do(tmp_path: Path) -> None:
    broken = [sys.executable, "-c", "import sys; sys.exit('no network')"]

    with pytest.raises(install.Failed, match=r"(?s)no network.*needs a network"):
        install.npm_pack(broken, "package", tmp_path)


def test_what_was_made_half_is_made_again(tmp_path: Path) -> None:
    made: list[int] = []

    def fails() -> None:
        raise install.Failed("cut")

    with pytest.raises(install.Failed):
        engines._once(tmp_path / "engine", "v1", fails)
    engines._once(tmp_path / "engine", "v1", lambda: made.append(1))
    engines._once(tmp_path / "engine", "v1", lambda: made.append(2))
    engines._once(tmp_path / "engine", "v2", lambda: made.append(3))

    assert made == [1, 3]
