"""Locks: every requirement has a hash, and what ships is the same release on every desk."""

import re
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)")
WISH = re.compile(r"^([A-Za-z0-9._-]+)")


def faults(root: Path) -> Iterator[str]:
    for path in [root / "requirements.txt", *sorted((root / "infra/locks").glob("*.txt"))]:
        name = path.relative_to(root)
        yield from (f"{name}: {wish} is not locked" for wish in unlocked(path))
        yield from (f"{name}: {entry} has no hash" for entry in unhashed(path.read_text()))
    yield from apart(root)


def unhashed(lock: str) -> Iterator[str]:
    """Requirements of a lock, lines continued by a backslash, that carry no hash."""
    for line in lock.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#") and "--hash=sha256:" not in line:
            yield line.strip()


def unlocked(lock: Path) -> set[str]:
    """Names that the lock's source asks for and the lock does not have."""
    name = "runtime" if lock.name == "requirements.txt" else lock.stem
    source = lock.parent / "infra/locks" if name == "runtime" else lock.parent
    wishes = (source / f"{name}.in").read_text().splitlines()
    asked = {found[1] for found in map(WISH.match, wishes) if found}
    return asked - pins(lock.read_text()).keys()


def apart(root: Path) -> Iterator[str]:
    """Releases that a desk would test and Lambda would not run."""
    shipped = pins((root / "requirements.txt").read_text())
    tools = pins((root / "infra/locks/tools.txt").read_text())
    for name in sorted(shipped.keys() & tools.keys()):
        if shipped[name] != tools[name]:
            yield f"infra/locks/tools.txt: {name} is not the release of requirements.txt"


def pins(lock: str) -> dict[str, set[str]]:
    """Name -> releases; a lock for many systems may hold more than one of a name."""
    found: dict[str, set[str]] = {}
    for match in map(NAME.match, lock.splitlines()):
        if match:
            found.setdefault(match[1], set()).add(match[2])
    return found
