"""The locks, and the check that reads them."""

import re
from pathlib import Path

import pytest

from infra.checks import locks

ROOT = Path(__file__).parents[2]
HASH = "--hash=sha256:00"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "infra/locks").mkdir(parents=True)
    (tmp_path / "infra/locks/runtime.in").write_text("boto3\n")
    (tmp_path / "infra/locks/tools.in").write_text("# tools\nruff==1\nmoto[sqs]\n")
    (tmp_path / "requirements.txt").write_text(f"boto3==1 \\\n    {HASH}\n")
    (tmp_path / "infra/locks/tools.txt").write_text(f"moto==1 {HASH}\nruff==1 {HASH}\n")
    return tmp_path


def test_the_projects_own_locks_have_no_fault() -> None:
    assert list(locks.faults(ROOT)) == []


def test_a_whole_lock_has_no_fault(project: Path) -> None:
    assert list(locks.faults(project)) == []


def test_a_requirement_without_a_hash_is_told(project: Path) -> None:
    (project / "requirements.txt").write_text("boto3==1\n")

    assert list(locks.faults(project)) == ["requirements.txt: boto3==1 has no hash"]


def test_a_wish_that_was_never_locked_is_told(project: Path) -> None:
    (project / "infra/locks/runtime.in").write_text("boto3\nmsgspec  # fast\n")

    assert list(locks.faults(project)) == ["requirements.txt: msgspec is not locked"]


def test_a_tool_may_not_move_what_ships(project: Path) -> None:
    lock = project / "infra/locks/tools.txt"
    lock.write_text(lock.read_text() + f"boto3==2 {HASH}\n")

    told = "infra/locks/tools.txt: boto3 is not the release of requirements.txt"
    assert list(locks.faults(project)) == [told]


def test_lambda_gets_neither_chalice_nor_its_installers() -> None:
    shipped = locks.pins((ROOT / "requirements.txt").read_text())

    assert not shipped.keys() & {"chalice", "click", "inquirer", "pip", "setuptools", "wheel"}


def test_what_ships_is_what_the_product_imports() -> None:
    wishes = (ROOT / "infra/locks/runtime.in").read_text().splitlines()
    product = [ROOT / "app.py", *ROOT.glob("functions/**/*.py"), *ROOT.glob("shared/**/*.py")]
    code = "\n".join(path.read_text() for path in product)

    asked = [found[1].replace("-", "_") for found in map(locks.WISH.match, wishes) if found]

    assert [name for name in asked if not re.search(rf"(import|from) {name}\b", code)] == []
