"""The zip: whole, small, the same each time, and able to start by itself."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra import package
from infra.local.home import ROOT
from infra.package import archive, bytecode, code, layer, trim

MOST = 30_000_000  # bytes, unpacked
ALONE = (sys.executable, "-I", "-S", "-B")  # the standard library and nothing else
FOR_DESKS = {
    "_pytest",
    "click",
    "cfnlint",
    "httpx",
    "infra",
    "inquirer",
    "moto",
    "pip",
    "pkg_resources",
    "pydantic",
    "requests",
    "rich",
    "samtranslator",
    "setuptools",
    "typer",
    "yaml",
}
NOT_ON_THE_WAY = {
    "aws_lambda_powertools.event_handler",
    "aws_xray_sdk",
    "chalice.cli",
    "chalice.deploy",
    "chalice.local",
    "tests",
}


def run_in(folder: Path, program: str) -> str:
    """What `program` prints when only the unpacked zip can be imported."""
    path = f"import sys; sys.path.insert(0, {str(folder)!r}); "
    done = subprocess.run(
        [*ALONE, "-c", path + program],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_small(built: package.Built) -> None:
    assert archive.unzipped(built.archive) <= MOST


def test_it_holds_all_of_our_code(built: package.Built) -> None:
    ours = [ROOT / "app.py", *ROOT.glob("functions/**/*.py"), *ROOT.glob("shared/**/*.py")]

    with ZipFile(built.archive) as zipped:
        names = set(zipped.namelist())

    assert {path.relative_to(ROOT).as_posix() for path in ours} <= names
    assert not [name for name in names if name.startswith(("tests/", "infra/", ".chalice"))]


def test_every_source_has_its_bytecode(built: package.Built) -> None:
    with ZipFile(built.archive) as zipped:
        names = set(zipped.namelist())

    tag = sys.implementation.cache_tag
    sources = [Path(name) for name in names if name.endswith(".py")]
    assert built.bytecode
    assert not [
        p
        for p in sources
        if f"{p.parent}/__pycache__/{p.stem}.{tag}.pyc".removeprefix("./") not in names
    ]


def test_bytecode_is_trusted_without_a_look_at_the_source(unpacked: Path) -> None:
    (compiled,) = unpacked.glob("__pycache__/app.*.pyc")

    assert int.from_bytes(compiled.read_bytes()[4:8], "little") == 0b01  # hashed, not checked


def test_it_starts_with_nothing_else_on_the_path(unpacked: Path) -> None:
    told = run_in(unpacked, "import app; print(app.app.app_name)")

    assert told.strip() == "tongdan"


def test_it_imports_what_a_request_needs_and_nothing_of_a_desk(unpacked: Path) -> None:
    modules = set(
        json.loads(run_in(unpacked, "import app, json; print(json.dumps([*sys.modules]))"))
    )

    assert {name.split(".")[0] for name in modules} & FOR_DESKS == set()
    assert modules & NOT_ON_THE_WAY == set()


def test_nothing_touches_the_network_or_asks_for_a_variable_at_import(unpacked: Path) -> None:
    program = (
        "import os, socket; os.environ.clear(); "
        "socket.socket.connect = lambda *_: sys.exit('connects'); import app; print('quiet')"
    )

    assert run_in(unpacked, program).strip() == "quiet"


@pytest.mark.parametrize("service", sorted(trim.SERVICES))
def test_every_service_that_is_kept_has_its_client(unpacked: Path, service: str) -> None:
    made = (
        "import botocore.session; "
        "s = botocore.session.get_session(); "
        "s.set_credentials('a', 'b'); "
        f"print(s.create_client({service!r}, region_name='cn-north-1').meta.endpoint_url)"
    )

    assert run_in(unpacked, made).strip().endswith(".cn-north-1.amazonaws.com.cn")


def test_every_client_that_the_code_makes_has_its_data() -> None:
    sources = [*ROOT.glob("functions/**/*.py"), *ROOT.glob("shared/**/*.py")]
    makes = re.compile(r'\.(?:client|create_client|resource)\("([a-z0-9-]+)"')

    made = {name for source in sources for name in makes.findall(source.read_text())}

    assert made <= trim.SERVICES


def test_no_data_of_other_services_is_carried(built: package.Built) -> None:
    with ZipFile(built.archive) as zipped:
        names = zipped.namelist()
        endpoints = json.loads(zipped.read("botocore/data/endpoints.json"))

    data = {name.split("/")[2] for name in names if re.match("botocore/data/[^/]+/", name)}
    assert data == trim.SERVICES
    assert [each["partition"] for each in endpoints["partitions"]][:2] == ["aws", "aws-cn"]
    assert not [name for name in names if name.startswith(("boto3/", "s3transfer/"))]


def test_metadata_keeps_names_versions_and_licences_only(built: package.Built) -> None:
    with ZipFile(built.archive) as zipped:
        kept = {Path(name) for name in zipped.namelist() if ".dist-info/" in name}

    names = {path.name for path in kept if path.parent.suffix == ".dist-info"}
    assert "METADATA" in names
    assert all(re.match("METADATA|LICENSE|NOTICE|COPYING|AUTHORS", name) for name in names), names


def test_our_part_is_the_same_bytes_from_another_place_and_time(tmp_path: Path) -> None:
    for name in ("here", "there/deeper"):
        code.copy(ROOT, tmp_path / name)
        bytecode.compile_(tmp_path / name, package.LOCAL)
        (tmp_path / name / "app.py").touch()  # a later time than its neighbours'

    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    archive.add(first, tmp_path / "here")
    archive.add(second, tmp_path / "there/deeper")

    assert first.read_bytes() == second.read_bytes()


def test_a_second_build_is_the_same_bytes(built: package.Built, tmp_path: Path) -> None:
    again = package.build(ROOT, package.LOCAL, tmp_path)

    assert again.archive.read_bytes() == built.archive.read_bytes()
    assert again.template.read_bytes() == built.template.read_bytes()


def test_entries_carry_no_time_and_no_rights_of_this_machine(built: package.Built) -> None:
    with ZipFile(built.archive) as zipped:
        entries = zipped.infolist()

    assert {entry.date_time for entry in entries} == {archive.EPOCH}
    assert {entry.external_attr for entry in entries} == {archive.MODE}
    assert len({entry.filename for entry in entries}) == len(entries)


def test_other_requirements_make_another_layer(tmp_path: Path) -> None:
    changed = tmp_path / "requirements.txt"
    shutil.copyfile(ROOT / "requirements.txt", changed)
    before = layer.digest(changed, package.LOCAL)

    changed.write_text(changed.read_text() + "# another\n")

    assert layer.digest(changed, package.LOCAL) != before
    assert layer.digest(changed, package.LAMBDA) != layer.digest(changed, package.LOCAL)


def test_without_the_right_python_there_is_no_bytecode(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("answer = 42\n")
    nowhere = package.Target("nowhere", (3, 99), ())

    assert bytecode.compile_(tmp_path, nowhere) == ""
    assert [path.name for path in tmp_path.rglob("*")] == ["app.py"]
