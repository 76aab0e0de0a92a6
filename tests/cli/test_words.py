"""The command's words: the same figures in both languages, and none that is used is missing."""

import re
import string

import pytest

from infra.cli.words import CATALOGUE
from infra.local.home import ROOT

FOLDER = ROOT / "infra" / "cli"
SOURCES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.py"))
USED = re.compile(r"""(?:words|say|Unread)\(\s*"([a-z_-]+)"|Stop\(\s*[\w.]+,\s*"([a-z_-]+)\"""")


def figures(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("word", sorted(CATALOGUE))
def test_both_languages_name_the_same_figures(word: str) -> None:
    chinese, english = CATALOGUE[word]

    assert figures(chinese) == figures(english)
    assert english.isascii()


@pytest.mark.parametrize("path", SOURCES)
def test_every_word_that_is_said_is_in_the_catalogue(path: str) -> None:
    said = {one or other for one, other in USED.findall((FOLDER / path).read_text())}

    assert said <= CATALOGUE.keys()
