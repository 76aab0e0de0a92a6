"""A database with the tables of the template, for one process that measures."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local import bonds, database, engines, env, health, ports, provision, template
from infra.local.home import ROOT, Home
from infra.local.state import Ports, State

KEPT = ROOT / ".tongdan" / "engines"
REMEMBER = "3600"  # seconds: reading a merchant's settings is not an order's cost
PATIENCE = 10.0  # seconds


@contextmanager
def in_memory() -> Iterator[str]:
    """Start the engine and point this process at it; import the product only within."""
    with tempfile.TemporaryDirectory() as folder, _started() as state:
        point_at(env.environment(Home(Path(folder)), state))
        yield state.dynamodb


@contextmanager
def on_disk() -> Iterator[str]:
    """The same with a file: in memory it writes the more slowly the more is stored."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _started(Path(folder) / "one") as state,
    ):
        point_at(env.environment(Home(Path(folder)), state))
        yield state.dynamodb


@contextmanager
def two_on_disk() -> Iterator[tuple[str, str]]:
    """The same, and a second one beside it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _started(Path(folder) / "one") as one,
        _started(Path(folder) / "two") as two,
    ):
        point_at(env.environment(Home(Path(folder)), one))
        yield one.dynamodb, two.dynamodb


def keep_engines() -> None:
    """Every home that is made here takes its engines from one place."""
    os.environ.setdefault("TONGDAN_ENGINES", str(KEPT))


def point_at(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    os.environ["CACHE_SECONDS"] = REMEMBER
    os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"


@contextmanager
def _started(file: Path | None = None) -> Iterator[State]:
    keep_engines()
    binary = engines.get(Home.at().engines, print).dynoxide
    state = State(0, Ports(0, ports.free(), 0))
    where = ["--db-path", str(file)] if file else []
    process = subprocess.Popen(
        [str(binary), "serve", "--port", str(state.ports.dynamodb), *where],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=bonds.tie,
    )
    try:
        _await(process, state.ports.dynamodb)
        provision.tables(state, template.read())
        if file:
            database.tend(file, file.parent / "no-checkpoints")
        yield state
    finally:
        process.kill()
        process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + PATIENCE
    while not health.listens(port):
        if time.monotonic() > end or process.poll() is not None:
            raise RuntimeError("the database engine did not start")
        time.sleep(0.02)
