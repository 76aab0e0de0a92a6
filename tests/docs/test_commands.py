"""The command line, its exit codes, columns and variables, and make's targets."""

import re
from collections.abc import Iterator
from typing import Any

import typer

from infra.cli.exits import Exit
from infra.cli.importing.columns import COLUMNS, NEEDED
from infra.cli.item_columns import ITEMS
from infra.cli.main import app
from infra.cli.tariffs import TARIFFS
from tests.docs import pages, sources

CLI = "docs/cli.md"
EVERYWHERE = {"--json", "--lang", "--url", "--key"}


def commands() -> dict[str, set[str]]:
    """Every command with its own options, in their long form."""
    return {
        f"tongdan {name}": options(command) for name, command in _walk(typer.main.get_command(app))
    }


def _walk(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _walk(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def options(command: Any) -> set[str]:
    taken = [each for each in command.params if each.param_type_name == "option"]
    return {max(each.opts, key=len) for each in taken} - EVERYWHERE


def test_the_readme_lists_every_command() -> None:
    told = [name for row in pages.table("README.md", "Commands") for name in pages.codes(row[1])]

    assert sorted(told) == sorted(commands())


def test_the_page_of_the_command_line_has_every_command_and_option() -> None:
    rows = pages.table(CLI, "Commands")

    told = {pages.code(row[0]): set(pages.codes(row[2])) for row in rows}

    assert told == commands()


def test_the_options_of_every_command_are_told_once() -> None:
    told = {pages.code(row[0]).split()[0] for row in pages.table(CLI, "Everywhere")}

    assert told == EVERYWHERE


def test_commands_in_the_documents_are_real() -> None:
    known = {tuple(name.split()) for name in commands()}

    for page in pages.all_():
        for line in re.findall(
            r"(?:^|[|&`$] ?)(tongdan [a-z][^`|&\n]*)", page.read_text(), re.MULTILINE
        ):
            words = tuple(line.split())
            assert any(words[:n] in known for n in (2, 3, 4)), f"{page.name}: {line}"


def test_the_exit_codes_are_those_of_the_code() -> None:
    assert [int(row[0]) for row in pages.table(CLI, "codes")] == [int(exit) for exit in Exit]


def test_the_columns_of_an_import_are_those_of_the_code() -> None:
    told = {}
    for names, chinese, path, each in pages.table(CLI, "Columns"):
        for name in pages.codes(names):
            alias = "(分)" if name.endswith("_fen") else ""
            told[name] = ([c + alias for c in chinese.split("、")], pages.code(path), each)

    assert told == {column.name: described(column) for column in COLUMNS}


def test_the_columns_of_a_table_of_items_are_those_of_the_code() -> None:
    told = {}
    for names, chinese, path in pages.table(CLI, "Items"):
        for name in pages.codes(names):
            alias = "(分)" if name.endswith("_fen") else ""
            told[name] = ([c + alias for c in chinese.split("、")], pages.code(path))

    assert told == {each.name: (list(each.aliases), each.path) for each in ITEMS.columns}


def test_the_columns_of_a_table_of_tariffs_are_those_of_the_code() -> None:
    told = {}
    for names, chinese, _ in pages.table(CLI, "Tariffs"):
        for name in pages.codes(names):
            alias = "(分)" if name.endswith("_fen") else ""
            told[name] = [c + alias for c in chinese.split("、")]

    assert told == {each.name: list(each.aliases) for each in TARIFFS.columns}


def described(column: Any) -> tuple[list[str], str, str]:
    path = f"lines[].{column.path}" if column.line else column.path
    return list(column.aliases), path, "每行" if column.line else "每单"


def test_the_columns_that_are_needed_are_named() -> None:
    needed = next(line for line in pages.section(CLI, "Columns").splitlines() if "必需" in line)

    assert set(NEEDED) <= set(pages.codes(needed))


def test_the_variables_of_the_command_line_are_those_that_it_reads() -> None:
    infra = sorted((pages.ROOT / "infra").glob("**/*.py"))
    used = {text for text in sources.texts(infra) if re.fullmatch(r"TONGDAN_[A-Z]+", text)}

    told = {pages.code(row[0]) for row in pages.table(CLI, "Environment")}

    assert told == used


def test_the_targets_of_make_are_those_of_the_makefile() -> None:
    offered = re.findall(r"^([a-z-]+):.*## ", pages.text("Makefile"), flags=re.MULTILINE)

    told = [pages.code(row[0]) for row in pages.table("README.md", "Make")]

    assert told == [f"make {target}" for target in offered]
