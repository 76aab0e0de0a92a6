"""The part of the zip that is ours: app.py, functions/ and shared/."""

import shutil
from pathlib import Path

OURS = ("app.py", "functions", "shared")
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.pyi", ".*")


def copy(root: Path, into: Path) -> None:
    """Copy what ships from the project at `root` to the new folder `into`."""
    into.mkdir(parents=True)
    for name in OURS:
        if (root / name).is_dir():
            shutil.copytree(root / name, into / name, ignore=NOT_SHIPPED)
        else:
            shutil.copyfile(root / name, into / name)
