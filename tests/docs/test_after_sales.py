"""docs/after-sales.md against the code: kinds, states, deeds, settings."""

from dataclasses import fields

from shared.domain.access import Role
from shared.domain.aftersale import DEEDS, MOVES, Kind, Reason, Settings, State
from shared.domain.words import CATALOGUE
from tests.docs import pages

PAGE = "docs/after-sales.md"


def test_the_kinds_are_those_of_the_code_in_its_words() -> None:
    told = [(pages.code(row[0]), row[1]) for row in pages.table(PAGE, "Kinds")]

    assert told == [(kind.value, CATALOGUE[f"service.{kind.value}"][0]) for kind in Kind]


def test_the_states_and_their_moves_are_those_of_the_code() -> None:
    rows = pages.table(PAGE, "States")

    assert [(pages.code(row[0]), row[1]) for row in rows] == [
        (state.value, CATALOGUE[f"step.{state.value}"][0]) for state in State
    ]
    told = {pages.code(row[0]): set(pages.codes(row[2])) for row in rows}
    assert told == {s.value: {goal.value for goal in MOVES.get(s, ())} for s in State}


def test_the_deeds_and_where_they_are_allowed_are_those_of_the_code() -> None:
    rows = pages.table(PAGE, "Deeds")

    told = {pages.code(row[0]): set(pages.codes(row[1])) for row in rows}

    assert told == {deed: {state.value for state in states} for deed, states in DEEDS.items()}


def test_the_settings_are_those_of_the_code() -> None:
    told = [pages.code(row[0]) for row in pages.table(PAGE, "Settings")]

    assert told == [field.name for field in fields(Settings) if field.name != "id"]


def test_every_role_is_named() -> None:
    assert {role.value for role in Role} <= set(pages.codes(pages.section(PAGE, "Limits")))


def test_every_reason_and_state_has_its_words() -> None:
    words = [*(f"why.{reason}" for reason in Reason), *(f"step.{state}" for state in State)]

    assert [code for code in words if code not in CATALOGUE] == []
