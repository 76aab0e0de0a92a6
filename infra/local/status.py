"""What there is to see of a stack: its processes, and what waits in its queues."""

import contextlib
from dataclasses import dataclass

from infra.local import health, state, template, usage
from infra.local.env import STACK, queue_url
from infra.local.home import Home
from infra.local.state import Process, State
from infra.local.usage import Usage
from infra.local.wire import TROUBLE, Refusal, Wire

SUPERVISOR = "supervisor"
DEAD = "-dead"


@dataclass(frozen=True, slots=True)
class Row:
    process: str
    pid: int
    cpu_seconds: float
    memory_mb: float
    restarts: int
    port: int | None
    health: str  # up | down | silent: it runs, and does not answer


@dataclass(frozen=True, slots=True)
class Depth:
    queue: str
    waiting: int
    in_flight: int
    dead: int


@dataclass(frozen=True, slots=True)
class Status:
    up: bool
    url: str | None
    processes: list[Row]
    queues: list[Depth]


def look(home: Home) -> Status:
    found = state.read(home)
    if found is None or found.supervisor != state.holder(home):
        return Status(up=False, url=None, processes=[], queues=[])
    all_ = usage.of_all()
    rows = [_row(name, process, all_, found) for name, process in found.processes.items()]
    depths = _depths(found)
    up = found.ready and bool(depths) and all(row.health == "up" for row in rows)
    return Status(up, found.url, [_own(found, all_), *rows], depths)


def _own(found: State, all_: dict[int, Usage]) -> Row:
    """The supervisor, without those that it looks after."""
    own = all_.get(found.supervisor, Usage(0, 0, 0))
    return _measured(SUPERVISOR, Process(found.supervisor), own, "up")


def _row(name: str, process: Process, all_: dict[int, Usage], found: State) -> Row:
    used = usage.tree(process.pid, all_)
    if used is None:
        return _measured(name, process, Usage(0, 0, 0), "down")
    return _measured(name, process, used, "up" if _answers(name, process, found) else "silent")


def _answers(name: str, process: Process, found: State) -> bool:
    if name == "web":
        return health.api(found)
    return process.port is None or health.listens(process.port)


def _measured(name: str, process: Process, used: Usage, health: str) -> Row:
    memory = round(used.memory / 1e6, 1)
    return Row(
        name, process.pid, round(used.cpu, 2), memory, process.restarts, process.port, health
    )


def _depths(found: State) -> list[Depth]:
    """Every queue with its dead letters; none when the engine is away."""
    names = [queue.name.removeprefix(f"{STACK}-") for queue in template.read().queues]
    with contextlib.closing(Wire(found.sqs, "sqs", timeout=health.QUICK)) as wire:
        try:
            counts = {name: _counts(wire, queue_url(found, name)) for name in names}
        except (*TROUBLE, Refusal):
            return []
    owners = dict.fromkeys(name.removesuffix(DEAD) for name in names)
    return [_depth(owner, counts) for owner in owners]


def _depth(owner: str, counts: dict[str, tuple[int, int]]) -> Depth:
    waiting, in_flight = counts.get(owner, (0, 0))
    return Depth(owner, waiting, in_flight, sum(counts.get(owner + DEAD, (0, 0))))


def _counts(wire: Wire, url: str) -> tuple[int, int]:
    found = wire.call("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])["Attributes"]
    waiting = int(found["ApproximateNumberOfMessages"])
    delayed = int(found["ApproximateNumberOfMessagesDelayed"])
    return waiting + delayed, int(found["ApproximateNumberOfMessagesNotVisible"])
