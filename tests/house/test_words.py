"""The scan for words that tie the project to one machine."""

import subprocess
from pathlib import Path

import pytest

from infra.checks import files, words


@pytest.mark.parametrize(
    "line",
    [
        "see https://" + "pypi" + ".org/simple",
        "files." + "pythonhosted" + ".org",
        "registry=https://registry." + "npmjs" + ".org/",
        "deb http://deb." + "debian" + ".org/debian bookworm main",
    ],
)
def test_a_registry_host_is_told(line: str) -> None:
    assert list(words.said(line)) == ["the host of a package registry"]


@pytest.mark.parametrize("room", ["home", "root", "work", "Users"])
def test_a_path_of_one_machine_is_told(room: str) -> None:
    assert list(words.said(f"cd /{room}/tongdan && make")) == ["a path of one machine"]


@pytest.mark.parametrize(
    "line",
    [
        "pip install tongdan",
        "~/" + "work/tongdan",
        "GET /v1/orders",
        "https://a.example/" + "work/1",
    ],
)
def test_everyday_words_pass(line: str) -> None:
    assert list(words.said(line)) == []


def test_a_fault_names_its_file_and_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("fine\ncd /" + "home/somebody\n")

    faults = list(words.faults(tmp_path, [page]))

    assert faults == ["page.md:2: says a path of one machine"]


def test_files_that_git_ignores_are_not_the_project(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("made.txt\n")
    (tmp_path / "made.txt").touch()
    (tmp_path / "written.txt").touch()

    found = files.of(tmp_path)

    assert [path.name for path in found] == [".gitignore", "written.txt"]


def test_without_git_hidden_and_built_files_are_passed_over(tmp_path: Path) -> None:
    for name in [".venv/seen.py", "build/seen.py", "shared/order.py"]:
        path = tmp_path / name
        path.parent.mkdir()
        path.touch()

    found = list(files.walked(tmp_path))

    assert found == [tmp_path / "shared/order.py"]
