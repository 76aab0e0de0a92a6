"""Which ports a stack listens on: those it had, else the usual ones, else any that is free."""

import socket
from dataclasses import replace

from infra.local.state import Ports, State

USUAL = Ports(api=8787, dynamodb=8788, sqs=8789, wechat=8790, alipay=8791)
ANY = 0


def choose(api: int | None, before: State | None, *, sandbox: bool = False) -> Ports:
    """`api` as asked; 0 takes free ports for all; None keeps what a dead stack had."""
    found = _choose(api, before)
    return _with_sandbox(found, api, before) if sandbox else found


def _choose(api: int | None, before: State | None) -> Ports:
    if api == ANY:
        return Ports(free(), free(), free())
    had = before.ports if before else USUAL
    return Ports(
        api or _this_or_free(had.api), _this_or_free(had.dynamodb), _this_or_free(had.sqs)
    )


def _with_sandbox(found: Ports, api: int | None, before: State | None) -> Ports:
    if api == ANY:
        return replace(found, wechat=free(), alipay=free())
    had = before.ports if before and before.ports.wechat else USUAL
    return replace(found, wechat=_this_or_free(had.wechat), alipay=_this_or_free(had.alipay))


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
