"""An import that is interrupted, killed or cut goes on where it stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cli.importing.journal import Journal
from infra.local.adapter import Request
from infra.local.gateway import Answer
from infra.local.home import ROOT
from tests.cli import files
from tests.cli.conftest import Command
from tests.cli.door import Server, reply
from tests.support import build
from tests.support.build import Merchant

BATCH = 5
ORDERS = 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Forty orders, of which the third and the last but one are faulty."""
    orders: list[Any] = files.orders(ORDERS)
    orders[2] = build.document("N-2", lines=[])
    orders[-2] = "not json"
    return files.jsonl(tmp_path / "orders.jsonl", orders)


def start(file: Path, server: Server, key: str) -> subprocess.Popen[str]:
    words = ["orders", "import", str(file), "--batch", str(BATCH), "--json"]
    environment = {
        **os.environ,
        "TONGDAN_HOME": str(file.parent),
        "TONGDAN_URL": server.url,
        "TONGDAN_KEY": key,
        "LC_ALL": "en_US.UTF-8",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "infra.cli", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(autouse=True)
def _heeds_the_keyboard() -> Iterator[None]:
    """Tests that run in the background, and all that they start, may ignore an interrupt."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def journal(file: Path) -> Path:
    return file.with_name(file.name + ".progress")


def noted(file: Path) -> list[Any]:
    return [json.loads(line) for line in journal(file).read_text().splitlines()[1:]]


def after(batches: int, then: Callable[[], None]) -> Callable[[Request], Answer | None]:
    """Do something once so many batches were answered, and then let each take its time."""
    count = iter(range(1_000_000))

    def before(request: Request) -> Answer | None:
        at = next(count)
        if at == batches:
            then()
        if at >= batches:
            time.sleep(0.2)
        return None

    return before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_import_goes_on_where_it_stopped(
    acme: Merchant, server: Server, file: Path, how: signal.Signals
) -> None:
    going: list[subprocess.Popen[str]] = []

    def stop() -> None:
        while not (journal(file).exists() and noted(file)):  # the pytest timeout ends it
            time.sleep(0.01)
        going[0].send_signal(how)

    server.before = after(3, stop)
    going.append(start(file, server, acme.token))
    said, errors = going[0].communicate(timeout=60)
    done_before = {note["batch"] for note in noted(file)}
    asked: list[int] = []
    server.before = lambda request: asked.append(1)

    again = start(file, server, acme.token)
    summary = json.loads(again.communicate(timeout=60)[0])

    if how is not signal.SIGKILL:
        assert going[0].returncode == 5, errors
        assert json.loads(said)["complete"] is False
    assert 1 <= len(done_before) < ORDERS // BATCH
    assert len(asked) == ORDERS // BATCH - len(done_before)
    assert (summary["read"], summary["refused"], summary["faults"]) == (ORDERS, 2, 2)
    assert summary["accepted"] + summary["repeated"] == ORDERS - 2
    assert summary["resumed"] == len(done_before) * BATCH
    assert [fault["row"] for fault in files.errors(file)] == ["3", "39"]
    assert not journal(file).exists()
    assert again.returncode == 5


def test_every_order_is_there_once_after_a_kill(
    acme: Merchant, server: Server, file: Path, tongdan: Command
) -> None:
    going: list[subprocess.Popen[str]] = []
    server.before = after(2, lambda: going[0].kill())
    going.append(start(file, server, acme.token))
    going[0].communicate(timeout=60)
    server.before = lambda request: None

    start(file, server, acme.token).communicate(timeout=60)

    listed = tongdan.json("orders", "list", "--limit", "100")["orders"]
    assert len({each["number"] for each in listed}) == len(listed) == ORDERS - 2


def test_a_line_of_the_journal_that_was_torn_is_sent_again(tongdan: Command, file: Path) -> None:
    tongdan.door.before = fail_after(tongdan, 3)
    tongdan("orders", "import", str(file), "--batch", "5", "--parallel", "1")
    whole = journal(file).read_bytes()
    journal(file).write_bytes(whole[:-7])
    tongdan.door.before = lambda request: None
    tongdan.door.requests.clear()

    summary = tongdan.json("orders", "import", str(file), "--batch", "5", "--parallel", "1")

    assert whole.count(b"\n") == 1 + 3
    assert len(tongdan.door.requests) == 8 - 2
    assert summary["repeated"] == BATCH
    assert [fault["row"] for fault in files.errors(file)] == ["3", "39"]


def test_a_changed_file_begins_anew(tongdan: Command, file: Path) -> None:
    tongdan.door.before = fail_after(tongdan, 3)
    tongdan("orders", "import", str(file), "--batch", "5")
    tongdan.door.before = lambda request: None
    with file.open("a") as more:
        more.write(json.dumps(build.document("N-more")) + "\n")

    summary = tongdan.json("orders", "import", str(file), "--batch", "5")

    assert (summary["resumed"], summary["read"]) == (0, ORDERS + 1)


def test_another_merchant_begins_anew(tongdan: Command, file: Path, acme: Merchant) -> None:
    tongdan.door.before = fail_after(tongdan, 3)
    tongdan("orders", "import", str(file), "--batch", "5")
    tongdan.door.before = lambda request: None
    tongdan.key = build.merchant(f"{acme.id}-other").token

    summary = tongdan.json("orders", "import", str(file), "--batch", "5")

    assert (summary["resumed"], summary["accepted"]) == (0, ORDERS - 2)


def test_one_file_is_imported_by_one_command_at_a_time(tongdan: Command, file: Path) -> None:
    with Journal(journal(file), "someone else's"):
        busy = tongdan("orders", "import", str(file))

    assert busy.exit_code == 4
    assert "in use by another import" in busy.stderr


def test_a_journal_of_something_else_is_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "x.progress"
    path.write_text('{"journal": "another"}\n{"batch": 1}\n')

    with Journal(path, "mine") as fresh:
        assert fresh.done == set()

    assert path.read_text() == '{"journal": "mine"}\n'


def fail_after(tongdan: Command, batches: int) -> Callable[[Request], Answer | None]:
    """The server takes so many batches, and then breaks."""
    count = iter(range(1_000_000))
    return lambda request: None if next(count) < batches else reply(500, {"title": "broken"})
