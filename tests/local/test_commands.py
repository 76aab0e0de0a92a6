"""The commands of the local stack where none runs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli.exits import Exit
from infra.cli.main import app
from infra.local import state
from infra.local.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("TONGDAN_HOME", str(tmp_path))
    found = Home.at()
    found.make()
    return found


def run(*arguments: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["--lang", "en", *arguments], input=typed)
    return result.exit_code, result.output


def test_status_fails_without_a_stack(home: Home) -> None:
    code, said = run("status")

    assert (code, "No local stack runs" in said) == (Exit.FAILED, True)


def test_down_without_a_stack_is_no_failure(home: Home) -> None:
    assert run("down") == (Exit.OK, "No local stack runs\n")


def test_logs_name_those_there_are(home: Home) -> None:
    home.log("web").write_text("hello\n")

    assert run("logs", "web") == (Exit.OK, "hello\n")
    code, said = run("logs", "wbe")
    assert (code, "there are web" in said) == (Exit.NOT_FOUND, True)


def test_reset_asks_first(home: Home) -> None:
    home.database.write_text("precious")

    run("reset", typed="n\n")
    assert home.database.exists()
    run("reset", typed="y\n")
    assert not home.database.exists()


def test_reset_with_yes_asks_nothing(home: Home) -> None:
    assert run("reset", "--yes") == (Exit.OK, "The local data is deleted\n")


def test_a_running_stack_is_not_reset(home: Home) -> None:
    held = state.lock(home)
    assert held
    with held:
        code, said = run("reset", "--yes")

    assert (code, "tongdan down" in said) == (Exit.REFUSED, True)
    assert home.data.exists()
