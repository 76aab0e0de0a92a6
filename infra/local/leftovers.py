"""Engines that outlived a supervisor which was killed, where the system does not end them."""

import contextlib
import os
import signal
import subprocess

from infra.local.state import State

ENGINES = ("dynoxide", "ministack")


def end(before: State) -> None:
    """End the engines of a dead stack: two on one file would ruin it."""
    for name in ENGINES:
        process = before.processes.get(name)
        if process and name in _command(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


def _command(pid: int) -> str:
    """What a process runs; a pid may belong to another one by now."""
    command = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
