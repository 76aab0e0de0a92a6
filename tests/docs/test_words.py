"""The catalogue of words: both languages, every code."""

from string import Formatter

import pytest

from shared.domain import event
from shared.domain.order import Status
from shared.domain.words import CATALOGUE
from tests.docs import sources


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_text_is_in_both_languages_with_the_same_figures(code: str) -> None:
    chinese, english = CATALOGUE[code]

    assert chinese.strip()
    assert english.strip()
    assert figures(chinese) == figures(english)


def figures(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_status_has_its_word() -> None:
    assert {f"status.{status.value}" for status in Status} <= CATALOGUE.keys()


def test_every_event_has_its_sentence_and_every_sentence_its_event() -> None:
    said = {code.removeprefix("event.") for code in CATALOGUE if code.startswith("event.")}

    assert set(map(event.name_of, said)) == set(event.NAMES)


def test_every_kind_of_thing_has_its_name() -> None:
    named = {code.removeprefix("kind.") for code in CATALOGUE if code.startswith("kind.")}

    assert sources.kinds() - named == set()
