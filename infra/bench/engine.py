"""A database in memory with the tables of the template, for one process that measures."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local import engines, env, health, ports, provision, template
from infra.local.home import ROOT, Home
from infra.local.state import Ports, State

KEPT = ROOT / ".tongdan" / "engines"
REMEMBER = "3600"  # seconds: reading a merchant's settings is not an order's cost
PATIENCE = 10.0  # seconds


@contextmanager
def in_memory() -> Iterator[str]:
    """Start the engine and point this process at it; import the product only within."""
    keep_engines()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        binary = engines.get(home.engines, print).dynoxide
        state = State(0, Ports(0, ports.free(), 0))
        process = _start(binary, state.ports.dynamodb)
        try:
            provision.tables(state, template.read())
            point_at(env.environment(home, state))
            yield state.dynamodb
        finally:
            process.kill()
            process.wait()


def keep_engines() -> None:
    """Every home that is made here takes its engines from one place."""
    os.environ.setdefault("TONGDAN_ENGINES", str(KEPT))


def point_at(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    os.environ["CACHE_SECONDS"] = REMEMBER
    os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"


def _start(binary: Path, port: int) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [str(binary), "serve", "-p", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + PATIENCE
    while not health.listens(port):
        if time.monotonic() > end or process.poll() is not None:
            process.kill()
            raise RuntimeError("the database engine did not start")
        time.sleep(0.02)
    return process
