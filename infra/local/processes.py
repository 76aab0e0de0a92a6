"""The processes of a stack: what each one runs, in the order in which they start."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from infra.local import database, env, provision, template, worker_names
from infra.local.engines import Engines
from infra.local.home import Home
from infra.local.state import State
from infra.local.template import Resources


@dataclass(frozen=True, slots=True)
class Spec:
    name: str
    command: list[str]
    environment: dict[str, str] = field(repr=False)
    port: int | None = None
    settle: Callable[[], None] | None = None  # what it needs after each start, once it answers


def engines(home: Home, state: State, made: Engines) -> list[Spec]:
    resources = template.read()
    child = env.of_child(home, state)
    return [
        Spec(
            "dynoxide",
            _dynoxide(home, state, made),
            child,
            state.ports.dynamodb,
            partial(_settle_database, home, state, resources),
        ),
        Spec(
            "ministack",
            [str(made.ministack), "-m", "ministack"],
            child | _ministack(home, state),
            state.ports.sqs,
            partial(provision.queues, state, resources),
        ),
    ]


def product(home: Home, state: State) -> list[Spec]:
    """The processes that run app.py; they need the engines."""
    child = env.of_product(home, state)

    def spec(name: str, module: str, *args: str, port: int | None = None) -> Spec:
        return Spec(name, [sys.executable, "-m", f"infra.local.{module}", *args], child, port)

    return [
        spec("web", "web", str(state.ports.api), port=state.ports.api),
        *(spec(name, "worker", name) for name in worker_names.ALL),
        spec("streams", "streams"),
        spec("clock", "clock"),
    ]


def sandboxes(home: Home, state: State) -> list[Spec]:
    """All who are simulated, in one process; the product knows them by their addresses alone."""
    ports = state.ports.sandboxes
    if not ports:
        return []
    where = [f"{name}={port}" for name, port in ports.items()]
    command = [sys.executable, "-m", "infra.sandbox", str(home.sandbox), *where]
    return [Spec("sandbox", command, env.of_child(home, state), next(iter(ports.values())))]


def _settle_database(home: Home, state: State, resources: Resources) -> None:
    provision.tables(state, resources)
    database.tend(home.database, home.checkpoints)


def _dynoxide(home: Home, state: State, made: Engines) -> list[str]:
    where = ["--port", str(state.ports.dynamodb), "--db-path", str(home.database)]
    return [str(made.dynoxide), "serve", *where]


def _ministack(home: Home, state: State) -> dict[str, str]:
    """Queues and nothing else; a stop keeps what waits in them."""
    return {
        "SERVICES": "sqs",
        "GATEWAY_PORT": str(state.ports.sqs),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": env.REGION,
        "MINISTACK_WORKER_THREADS": "2",
        "LOG_LEVEL": "ERROR",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home.queues),
        "TMPDIR": str(home.queues),
        "DOCKER_HOST": f"unix://{home.path}/no-docker",  # it shall not look for containers
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
