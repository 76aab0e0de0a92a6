"""A whole local stack for tests, in a home of its own and on free ports."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra.local import logs, stack, status
from infra.local.home import ROOT, Home
from infra.local.state import State
from tests.support.engine import WHERE

LAST = 15  # lines of each log that a failed test shows


@dataclass
class Stack:
    home: Home
    state: State

    def cli(self, *arguments: str) -> Any:
        """What a command of `tongdan` prints as JSON."""
        command = [sys.executable, "-m", "infra.cli", "--json", *arguments]
        env = {**os.environ, "TONGDAN_HOME": str(self.home.path), **stack.environment(self.home)}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
        return json.loads(done.stdout)

    def client(self, key: str) -> httpx.Client:
        """Somebody who calls the API with `key`."""
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.state.url, headers=headers, timeout=30, trust_env=False)

    def up(self) -> None:
        self.state = stack.up(self.home, say=_quiet)

    def pid(self, process: str) -> int:
        return status.look(self.home).processes[self._names().index(process)].pid

    def _names(self) -> list[str]:
        return [row.process for row in status.look(self.home).processes]


@contextmanager
def running(folder: Path, *, sandbox: bool = False, **settings: str) -> Iterator[Stack]:
    """A stack with its own settings; when the test fails, it shows the ends of the logs."""
    os.environ.setdefault("TONGDAN_ENGINES", str(WHERE))
    home = Home.at(folder)
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield Stack(home, stack.up(home, 0, say=_quiet, sandbox=sandbox))
    except BaseException:
        sys.stderr.write("\n".join(logs.lines(home, logs.known(home), LAST, follow=False)))
        raise
    finally:
        stack.down(home)
        _restore(before)


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value


def _quiet(text: str) -> None:
    pass
