"""The part of the zip that changes only with the requirements: made once, then kept."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import chalice

from infra.package import archive, bytecode, trim
from infra.package.target import Target
from infra.package.uv import UV

RUNTIME_OF_CHALICE = ("__init__.py", "app.py")  # the rest of it is for desks


def layer(requirements: Path, target: Target, cache: Path) -> Path:
    """Return the zip of the dependencies, from `cache` if it was built before."""
    kept = cache / f"{target.name}-{digest(requirements, target)}.zip"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            made = _make(requirements, target, Path(work))
            for outdated in cache.glob(f"{target.name}-*.zip"):
                outdated.unlink()
            made.replace(kept)
    return kept


def digest(requirements: Path, target: Target) -> str:
    """Name everything that a layer's bytes depend on."""
    recipe = [Path(module.__file__ or "") for module in (archive, bytecode, trim)]
    parts = [path.read_bytes() for path in (requirements, Path(__file__), *recipe)]
    parts += [repr(target).encode(), repr(bytecode.interpreter(target)).encode()]
    parts += [_chalice(name).read_bytes() for name in RUNTIME_OF_CHALICE]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _make(requirements: Path, target: Target, work: Path) -> Path:
    content, made = work / "content", work / "layer.zip"
    _install(requirements, target, content)
    trim.trim(content)
    _add_chalice(content)
    bytecode.compile_(content, target)
    archive.add(made, content, level=9)
    return made


def _install(requirements: Path, target: Target, into: Path) -> None:
    options = ["--quiet", "--no-deps", "--require-hashes", "--link-mode=copy", *target.wheels]
    command = [UV, "pip", "install", *options, f"--target={into}", f"--requirement={requirements}"]
    subprocess.run(command, check=True)


def _add_chalice(content: Path) -> None:
    (content / "chalice").mkdir()
    for name in RUNTIME_OF_CHALICE:
        shutil.copyfile(_chalice(name), content / "chalice" / name)


def _chalice(name: str) -> Path:
    return Path(chalice.__file__).with_name(name)
