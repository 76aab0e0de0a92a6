"""The Makefile: what it offers, and what it says where it cannot work."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALM = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}


def make(*words: str, at: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *words], cwd=at, env=CALM, check=False, capture_output=True, text=True
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "infra/locks", tmp_path / "infra/locks")
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_make_alone_lists_the_targets() -> None:
    listed = make().stdout

    for target in ["demo", "run", "check", "test", "test-faults", "bench", "fix", "package"]:
        assert f"make {target} " in listed


def test_a_machine_without_a_fitting_python_is_told_in_one_line(checkout: Path) -> None:
    told = make("check", "PYTHON=", at=checkout)

    assert told.returncode != 0
    assert "Tongdan needs Python 3.11, 3.12 or 3.13" in told.stderr


def test_a_changed_lock_installs_again(checkout: Path) -> None:
    for made in (".venv/bin/uv", ".venv/ready"):
        (checkout / made).parent.mkdir(parents=True, exist_ok=True)
        (checkout / made).touch()
    assert make("--question", ".venv/ready", at=checkout).returncode == 0

    newer = (checkout / ".venv/ready").stat().st_mtime + 10
    os.utime(checkout / "infra/locks/tools.txt", (newer, newer))

    assert make("--question", ".venv/ready", at=checkout).returncode == 1
