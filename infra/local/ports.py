"""Which ports a stack listens on: those it had, else the usual ones, else any that is free."""

import socket

from infra.local.state import Ports, State

USUAL = Ports(api=8787, dynamodb=8788, sqs=8789)
ANY = 0


def choose(api: int | None, before: State | None) -> Ports:
    """`api` as asked; 0 takes free ports for all three; None keeps what a dead stack had."""
    if api == ANY:
        return Ports(free(), free(), free())
    had = before.ports if before else USUAL
    return Ports(
        api or _this_or_free(had.api), _this_or_free(had.dynamodb), _this_or_free(had.sqs)
    )


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _this_or_free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return free()
    return port
