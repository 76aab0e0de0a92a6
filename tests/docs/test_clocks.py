"""Stages, promise times and price breakers: the documents against the code."""

from dataclasses import fields

from shared.domain import stages
from shared.domain.breaker import BreakerSettings
from shared.domain.promise import HOURS, State, Why
from shared.domain.words import CATALOGUE
from tests.docs import pages

API = "docs/api.md"


def test_the_stages_are_those_of_the_code() -> None:
    told = [name for row in pages.table(API, "Stages") for name in pages.codes(row[0])]

    assert set(told) == {str(name) for name in stages.NAMES}
    assert len(told) == len(set(told))


def test_the_states_and_rules_of_promise_times_are_those_of_the_code() -> None:
    assert [pages.code(row[0]) for row in pages.table(API, "Promises")] == [*State]
    assert [pages.code(row[0]) for row in pages.table(API, "Promises", 1)] == [*Why]
    assert {f"promise.{each}" for each in (*State, *Why)} <= CATALOGUE.keys()


def test_every_length_of_a_platform_is_told() -> None:
    rule = dict(pages.table(API, "Promises", 1))["`platform`"]

    assert all(f"{hours} 小时" in rule for hours in HOURS.values())


def test_the_settings_of_breakers_are_those_of_the_code() -> None:
    section = pages.section(API, "Breakers")
    usual = BreakerSettings()

    told = ", ".join(
        f'"{field.name}": {str(getattr(usual, field.name)).lower()}'
        for field in fields(BreakerSettings)
    )

    assert f"{{{told}}}" in section
