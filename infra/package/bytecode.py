"""Compile a folder's sources as the target's own Python would, the same bytes each time."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from infra.package.target import Target

# One fresh process compiles all files in one order: what a .pyc shares inside, and so its bytes,
# depends on what its process did before. What only people read stays in the sources.
_COMPILE = """
import importlib.util, pathlib, py_compile, sys
folder = pathlib.Path(sys.argv[1])
for path in sorted(folder.rglob("*.py")):
    py_compile.compile(
        str(path),
        cfile=importlib.util.cache_from_source(path),
        dfile=path.relative_to(folder).as_posix(),
        doraise=True,
        optimize=2,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
"""
# Where pyenv and uv keep Pythons that need not be on the path.
INSTALLED = (".pyenv/versions/{}.*/bin/python", ".local/share/uv/python/cpython-{}.*/bin/python3")
_SAY_VERSION = "import sys; print('.'.join(map(str, sys.version_info[:3])))"


def compile_(folder: Path, target: Target) -> str:
    """Write bytecode beside the sources; return the version that did, or "" for none at hand."""
    found = interpreter(target)
    if not found:
        return ""
    python, version = found
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([python, "-I", "-c", _COMPILE, str(folder)], check=True, env=environment)
    return version


@cache
def interpreter(target: Target) -> tuple[str, str] | None:
    """The path and version of a Python of the target's kind, if this machine has one."""
    for python in _candidates(target):
        version = _version(python)
        if version.startswith(target.version + "."):
            return python, version
    return None


def _candidates(target: Target) -> Iterator[str]:
    if target.python == sys.version_info[:2]:
        yield sys.executable
    if on_path := shutil.which(f"python{target.version}"):
        yield on_path
    for installed in INSTALLED:
        yield from sorted(map(str, Path.home().glob(installed.format(target.version))))


def _version(python: str) -> str:
    say = [python, "-I", "-c", _SAY_VERSION]
    return subprocess.run(say, capture_output=True, text=True, check=False).stdout.strip()
