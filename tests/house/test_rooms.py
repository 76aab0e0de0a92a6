"""The import contracts: each is broken once, on a small model of the project."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = [
    *["functions.api", "functions.steps", "functions.timers", "functions.streams"],
    *["functions.channels", "functions.carriers"],
    *["shared.domain", "shared.runtime", "shared.store", "shared.gateways", "infra"],
    "infra.sandbox",
]
LINTED = ["--no-logo", "--no-cache", "--config", str(ROOT / "pyproject.toml")]
LINT = [str(Path(sys.executable).with_name("lint-imports")), *LINTED]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    for layer in LAYERS:
        room = tmp_path / layer.replace(".", "/")
        room.mkdir(parents=True, exist_ok=True)
        (room / "__init__.py").touch()
        (room.parent / "__init__.py").touch()
    (tmp_path / "__init__.py").unlink()
    (tmp_path / "functions/steps/review.py").touch()
    return tmp_path


def verdict(model: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, cwd=model, check=False, capture_output=True, text=True)


def test_the_model_keeps_every_contract(model: Path) -> None:
    (model / "functions/api/orders.py").write_text("import chalice\nimport functions.steps\n")
    (model / "functions/steps/review.py").write_text("import shared.store\n")
    (model / "shared/store/orders.py").write_text("import pynamodb\nimport shared.domain\n")

    told = verdict(model)

    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(
    ("room", "imported", "contract"),
    [
        ("functions/api", "functions.streams", "Rooms: imports point down"),
        ("functions/steps", "functions.api", "Rooms: imports point down"),
        ("shared/store", "shared.gateways", "Rooms: imports point down"),
        ("shared/runtime", "shared.store", "Rooms: imports point down"),
        ("shared/domain", "shared.runtime", "Rooms: imports point down"),
        ("functions/steps", "functions.steps.review", "Steps meet only through queues"),
        ("shared/domain", "os", "The domain is pure"),
        ("shared/domain", "boto3.session", "The domain is pure"),
        ("functions/timers", "pynamodb.models", "Only the store knows DynamoDB"),
        ("shared/gateways", "pynamodb", "Only the store knows DynamoDB"),
        ("functions/streams", "chalice", "Only the HTTP edge and runtime know Chalice"),
        ("shared/store", "chalice.app", "Only the HTTP edge and runtime know Chalice"),
        ("functions/api", "infra", "The product runs without its workshop"),
        ("infra/sandbox", "shared.gateways", "The sandbox is written from the documents alone"),
    ],
)
def test_an_import_against_the_rules_is_told(
    model: Path, room: str, imported: str, contract: str
) -> None:
    (model / room / "latest.py").write_text(f"import {imported}\n")

    told = verdict(model)

    assert told.returncode == 1
    assert f"{contract} BROKEN" in " ".join(told.stdout.split())


def test_every_room_of_the_product_stands_in_the_layers() -> None:
    rules = (ROOT / "pyproject.toml").read_text()
    rooms = [path.parent for home in ("functions", "shared") for path in initials(ROOT / home)]

    unruled = [room.name for room in rooms if f"{room.parent.name}.{room.name}" not in rules]

    assert unruled == []


def initials(home: Path) -> list[Path]:
    return sorted(home.glob("*/__init__.py"))
