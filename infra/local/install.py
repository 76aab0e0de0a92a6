"""Run the installers: uv or pip for Python's packages, npm for the one that PyPI has not."""

import subprocess
import sys
import tarfile
from pathlib import Path

PATIENCE = 600  # seconds for one installer


class Failed(Exception):
    """An engine could not be had; the message says what to do."""


def environment(target: Path, lock: Path) -> None:
    """Make a virtual environment with exactly what `lock` names, checked by hash."""
    uv = Path(sys.prefix) / "bin" / "uv"
    if uv.exists():
        _run([str(uv), "venv", "--quiet", "--clear", "--python", sys.executable, str(target)])
        sync = [str(uv), "pip", "sync", "--quiet", "--require-hashes"]
        _run([*sync, "--python", str(python_of(target)), str(lock)])
    else:
        _run([sys.executable, "-m", "venv", "--clear", str(target)])
        pip = [str(python_of(target)), "-m", "pip", "install", "--quiet", "--no-deps"]
        _run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(lock)])


def python_of(environment: Path) -> Path:
    return environment / "bin" / "python"


def npm_pack(npm: list[str], package: str, folder: Path) -> Path:
    """Fetch a package's archive; nothing of it is run."""
    _run([*npm, "pack", package, "--silent", "--pack-destination", str(folder)], cwd=folder)
    return next(folder.glob("*.tgz"))


def unpack(archive: Path, member: str, target: Path) -> None:
    with tarfile.open(archive) as files:
        source = files.extractfile(member)
        if source is None:
            raise Failed(f"{archive.name} has no {member}")
        target.write_bytes(source.read())
    target.chmod(0o755)


def _run(command: list[str], cwd: Path | None = None) -> None:
    try:
        subprocess.run(
            command, cwd=cwd, check=True, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.CalledProcessError as error:
        raise Failed(_explain(command, error.stderr or error.stdout)) from error
    except subprocess.TimeoutExpired as error:
        raise Failed(_explain(command, f"no answer within {PATIENCE} seconds")) from error


def _explain(command: list[str], said: str) -> str:
    last = "\n".join(said.strip().splitlines()[-5:])
    return (
        f"{Path(command[0]).name} could not fetch what the local stack needs: {last}\n"
        "The first start needs a network that reaches PyPI and npm (or their mirrors, as pip and "
        "npm are configured); later starts need none."
    )
