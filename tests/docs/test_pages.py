"""The pages themselves: links lead somewhere, examples read, decisions are numbered."""

import ast
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs import pages

PAGES = pages.all_()
DECISIONS = pages.ROOT / "infra/decisions"


def named(page: Path) -> str:
    return str(page.relative_to(pages.ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    for link in pages.links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page

        assert target.exists(), link
        assert not anchor or anchor in pages.anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_examples_of_json_and_python_read(page: Path) -> None:
    for example in pages.blocks(page, "json"):
        json.loads(example)
    for example in pages.blocks(page, "python"):
        ast.parse(example)


@pytest.mark.parametrize("picture", sorted((pages.ROOT / "docs").glob("*.svg")), ids=named)
def test_pictures_are_well_formed_titled_and_shown(picture: Path) -> None:
    tree = ElementTree.parse(picture)

    assert tree.find("{http://www.w3.org/2000/svg}title") is not None
    assert any(
        f"({picture.name})" in p.read_text() or f"/{picture.name})" in p.read_text() for p in PAGES
    )


def test_every_page_of_docs_is_named_in_the_readme() -> None:
    linked = {link.partition("#")[0] for link in pages.links(pages.ROOT / "README.md")}

    assert {named(page) for page in (pages.ROOT / "docs").glob("*.md")} <= linked


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    files = sorted(page.name for page in DECISIONS.glob("[0-9]*.md"))

    listed = [link for link in pages.links(DECISIONS / "README.md") if link[0].isdecimal()]

    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    assert listed == files


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda page: page.name)
def test_a_decision_says_what_why_what_else_and_at_what_cost(page: Path) -> None:
    text = page.read_text()

    assert text.startswith(f"# {page.name[:4]} ")
    for part in ("**决定。**", "**为什么。**", "**放弃的。**", "**代价。**"):
        assert part in text


def test_tests_that_the_pages_name_are_there() -> None:
    tests = "\n".join(path.read_text() for path in (pages.ROOT / "tests").glob("**/test_*.py"))

    for page in PAGES:
        for name in re.findall(r"`(test_\w+)`", page.read_text()):
            assert f"def {name}(" in tests, f"{page.name}: {name}"


def test_files_that_the_pages_name_are_there() -> None:
    rooms = r"`((?:functions|shared|infra|tests|docs)/[\w./-]+\.(?:py|md|yaml))`"

    for page in PAGES:
        for name in re.findall(rooms, page.read_text()):
            assert (pages.ROOT / name).exists(), f"{page.name}: {name}"
