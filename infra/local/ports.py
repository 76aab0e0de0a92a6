"""Which ports a stack listens on: those it had, else the usual ones, else any that is free."""

import socket
from contextlib import ExitStack

from infra.local.state import Ports, State
from infra.sandbox.kinds import ALL

USUAL = Ports(
    api=8787,
    dynamodb=8788,
    sqs=8789,
    sandboxes={name: port for port, name in enumerate(ALL, 8790)},
)
ANY = 0


def choose(api: int | None, before: State | None, *, sandbox: bool = False) -> Ports:
    """`api` as asked; 0 takes free ports for all; None keeps what a dead stack had."""
    names = list(ALL) if sandbox else []
    if api == ANY:
        first, second, third, *rest = _free(3 + len(names))
        return Ports(first, second, third, dict(zip(names, rest, strict=True)))
    had = before.ports if before else USUAL
    usual = USUAL.sandboxes | had.sandboxes
    return Ports(
        api or _this_or_free(had.api),
        _this_or_free(had.dynamodb),
        _this_or_free(had.sqs),
        {name: _this_or_free(usual[name]) for name in names},
    )


def free() -> int:
    return _free(1)[0]


def _free(count: int) -> list[int]:
    """Held together, so that none is given twice."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _this_or_free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return free()
    return port
