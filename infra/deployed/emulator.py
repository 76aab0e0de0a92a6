"""The emulator's process: MiniStack, which stands in for AWS on one port of this machine."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from infra.local.env import REGION

KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
PROCESSES = 8  # a function's every concurrent call is a process of some 60 MB
PATIENCE = 30.0  # seconds for a start
_ours: dict[int, "subprocess.Popen[bytes]"] = {}  # those that this process started: it buries them


class Silent(Exception):
    """The emulator did not come up; the message names its log."""


def start(python: Path, port: int, folder: Path) -> int:
    """Start MiniStack on `port` with its files in `folder`; return its pid once it answers."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    with (folder / "emulator.log").open("wb") as log, _lock(folder).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process = subprocess.Popen(
            [str(python), "-m", "ministack"],
            cwd=folder,
            env=_environment(port, folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that a stop reaches its workers too
            pass_fds=[lock.fileno()],  # held for as long as the emulator lives
        )
    _ours[process.pid] = process
    _await(process, port, folder)
    return process.pid


def stop(pid: int, folder: Path) -> None:
    """Kill the emulator and its workers, whose data ends with them; nothing if it is gone."""
    if lives(folder):
        os.killpg(pid, signal.SIGKILL)
    if process := _ours.pop(pid, None):
        process.wait(PATIENCE)


def lives(folder: Path) -> bool:
    """Whether the emulator of `folder` runs. Its lock says so: a pid may have been given away."""
    if not _lock(folder).exists():
        return False
    with _lock(folder).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()


def _environment(port: int, folder: Path) -> dict[str, str]:
    """Nothing of ours but where programs lie: the template alone sets up the functions."""
    own = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
    return {
        **own,
        **KEYS,
        "AWS_DEFAULT_REGION": REGION,
        "MINISTACK_REGION": REGION,
        "AUTH": "true",  # the policies of .chalice/policies are enforced
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LAMBDA_ACCOUNT_CONCURRENCY": str(PROCESSES),
        "LOG_LEVEL": "INFO",
        "S3_DATA_DIR": str(folder / "s3"),
        "STATE_DIR": str(folder / "state"),
        "TMPDIR": str(folder / "tmp"),
        "WEBHOOK_PRIVATE": "allow",  # a webhook of this installation may go to this machine
    }


def _await(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    up = _within(PATIENCE, lambda: process.poll() is not None or answers(port))
    if not up or process.poll() is not None:
        stop(process.pid, folder)
        raise Silent(f"the emulator did not start: see {folder / 'emulator.log'}")


def _within(seconds: float, done: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.05)
    return False


def _lock(folder: Path) -> Path:
    return folder / "lock"
