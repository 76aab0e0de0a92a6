"""The project's files: what git tracks or would track; without git, what is not hidden."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

LISTED = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
MADE = {"__pycache__", "build", "dist"}


def of(root: Path) -> list[Path]:
    """Sorted paths of the files under root; a file that git ignores is not the project's."""
    return sorted(path for path in tracked(root) or walked(root) if path.is_file())


def tracked(root: Path) -> set[Path]:
    try:
        listed = subprocess.run(LISTED, cwd=root, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return set()
    return {root / name for name in listed.stdout.split("\0") if name}


def walked(root: Path) -> Iterator[Path]:
    for path in root.iterdir():
        if path.name.startswith(".") or path.name in MADE:
            continue
        yield from walked(path) if path.is_dir() else [path]
