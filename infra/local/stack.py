"""Start, look at and stop a whole stack: what the commands, the tests and the demo use."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from infra.local import engines, env, health, state
from infra.local.home import ROOT, Home
from infra.local.state import State

SANDBOX = "--sandbox"  # the supervisor's option
STARTING = 60  # seconds until a stack must be healthy
SIGNING = 2  # seconds until a supervisor that has the lock must have signed it
STOPPING = 30  # seconds until a supervisor must have ended
Say = Callable[[str], None]
_launched: dict[Path, subprocess.Popen[bytes]] = {}  # by home: children that we must reap


class Down(Exception):
    """The stack did not come up, or is not there; the message says why."""


def up(home: Home, port: int | None = None, say: Say = print, *, sandbox: bool = False) -> State:
    """Start the stack in the background unless it runs, and wait until it is healthy.

    `port` is the API's; 0 takes free ports for everything. `sandbox`: with all who are simulated.
    Raises Down or install.Failed.
    """
    options = [SANDBOX] if sandbox else []
    options += [] if port is None else [str(port)]
    engines.get(home.engines, say)
    launched = None
    until = time.monotonic() + STARTING
    while not _works(home):
        if time.monotonic() > until:
            raise Down(f"the stack is not healthy after {STARTING} seconds; see {home.logs}")
        if not state.running(home):
            launched = _launched_again(home, options, launched, say)
        time.sleep(0.1)
    return _found(home)


def down(home: Home) -> bool:
    """Stop the stack and wait for its end; False when none ran."""
    if not state.running(home):
        return False
    _wait(lambda: state.holder(home) > 0, SIGNING)
    _end(state.holder(home), signal.SIGTERM)
    if not _wait(lambda: not state.running(home), STOPPING):
        _end(state.holder(home), signal.SIGKILL)
    _reap(home)
    return True


def reset(home: Home) -> None:
    """Delete the data and the logs of a stopped stack; engines and key stay."""
    if state.running(home):
        raise Down("the stack runs: stop it first")
    for folder in (home.data, home.logs):
        shutil.rmtree(folder, ignore_errors=True)
    state.forget(home)


def running(home: Home) -> bool:
    return state.running(home)


def environment(home: Home) -> dict[str, str]:
    """What lets a process use the running stack's engines."""
    return env.environment(home, _found(home))


def _works(home: Home) -> bool:
    """Whether the stack is healthy, and what is written down is not of one that died."""
    found = state.read(home)
    return found is not None and found.supervisor == state.holder(home) and health.whole(found)


def _launched_again(
    home: Home, options: list[str], launched: subprocess.Popen[bytes] | None, say: Say
) -> subprocess.Popen[bytes]:
    """Nobody holds the lock: start a supervisor, unless ours is about to take it."""
    if launched is None:
        say("starting the stack")
        return _launch(home, options)
    if launched.poll() is not None:
        raise Down(f"the stack ended at its start: {_tail(home.log('supervisor'))}")
    return launched


def _launch(home: Home, options: list[str]) -> subprocess.Popen[bytes]:
    _reap(home)
    home.make()
    command = [sys.executable, "-m", "infra.local.supervisor", str(home.path)]
    with home.log("supervisor").open("ab") as log:
        _launched[home.path] = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env={**os.environ, "TONGDAN_HOME": str(home.path)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return _launched[home.path]


def _end(supervisor: int, number: signal.Signals) -> None:
    """Signal one process; 0 would mean ourselves and all who are with us."""
    if supervisor > 0:
        with contextlib.suppress(ProcessLookupError):
            os.kill(supervisor, number)


def _reap(home: Home) -> None:
    if ended := _launched.pop(home.path, None):
        ended.wait()


def _found(home: Home) -> State:
    found = state.read(home)
    if found is None:
        raise Down("no stack runs here")
    return found


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not (reached := condition()) and time.monotonic() < until:
        time.sleep(0.1)
    return reached


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])
