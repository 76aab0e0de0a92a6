"""What a running stack writes down about itself, for every other process to read."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from infra.local.home import Home


@dataclass(frozen=True, slots=True)
class Ports:
    api: int
    dynamodb: int
    sqs: int
    sandboxes: dict[str, int] = field(default_factory=dict)  # by name; empty = not wanted


@dataclass(slots=True)
class Process:
    pid: int
    port: int | None = None
    restarts: int = 0


@dataclass(slots=True)
class State:
    supervisor: int
    ports: Ports
    ready: bool = False
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports.api}"

    @property
    def dynamodb(self) -> str:
        return f"http://127.0.0.1:{self.ports.dynamodb}"

    @property
    def sqs(self) -> str:
        return f"http://127.0.0.1:{self.ports.sqs}"


def read(home: Home) -> State | None:
    try:
        found: dict[str, Any] = json.loads(_file(home).read_text())
    except FileNotFoundError:
        return None
    processes = {name: Process(**each) for name, each in found["processes"].items()}
    return State(found["supervisor"], _ports(found["ports"]), found["ready"], processes)


def write(home: Home, state: State, environment: dict[str, str]) -> None:
    """Replace the file as a whole; the address and the environment are for other readers."""
    document = {"url": state.url, "environment": environment, **asdict(state)}
    draft = _file(home).with_suffix(".draft")
    draft.write_text(json.dumps(document, indent=2))
    draft.replace(_file(home))


def forget(home: Home) -> None:
    _file(home).unlink(missing_ok=True)


def lock(home: Home) -> TextIO | None:
    """Become the one supervisor of this home: keep what is returned; None when there is one."""
    home.path.mkdir(parents=True, exist_ok=True)
    file = _lock(home).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def sign(held: TextIO) -> None:
    """Write into the lock who holds it."""
    held.truncate(0)
    held.write(str(os.getpid()))
    held.flush()


def running(home: Home) -> bool:
    """Whether a supervisor lives here. The lock says so: a pid may have been given away."""
    if not _lock(home).exists():
        return False
    if (held := lock(home)) is None:
        return True
    held.close()
    return False


def holder(home: Home) -> int:
    """The pid of the supervisor that lives here; 0 for none, or none yet."""
    return int(_lock(home).read_text() or 0) if running(home) else 0


def _ports(found: dict[str, Any]) -> Ports:
    """Also of a stack that was started when only payment providers were simulated."""
    engines = {name: found.pop(name) for name in ("api", "dynamodb", "sqs")}
    sandboxes = {name: port for name, port in found.get("sandboxes", found).items() if port}
    return Ports(**engines, sandboxes=sandboxes)


def _lock(home: Home) -> Path:
    return home.path / "supervisor.lock"


def _file(home: Home) -> Path:
    return home.path / "state.json"
