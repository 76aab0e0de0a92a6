"""Sellable figures, push rules and the states of a push: docs/api.md against the code."""

from dataclasses import fields

from shared.domain.figure import FigureState
from shared.domain.push import DEEPEST, LONGEST, PushRule
from shared.domain.sellable import NAMES
from tests.docs import pages

API = "docs/api.md"


def test_the_figures_of_a_formula_are_those_of_the_code() -> None:
    told = [pages.code(row[0]) for row in pages.table(API, "Sellable")]

    assert told == list(NAMES)


def test_the_fields_of_a_rule_are_those_of_the_code() -> None:
    told = [name for row in pages.table(API, "rule") for name in pages.codes(row[0])]

    assert told == [field.name for field in fields(PushRule)]


def test_the_limits_of_a_formula_are_those_of_the_code() -> None:
    assert f"最长 {LONGEST} 字符" in pages.section(API, "rule")
    assert f"嵌套超过 {DEEPEST} 层" in pages.section("docs/errors.md", "Faults")


def test_the_states_of_a_push_are_those_of_the_code() -> None:
    told = [pages.code(row[0]) for row in pages.table(API, "推送")]

    assert told == [state.value for state in FigureState]
