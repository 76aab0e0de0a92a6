"""The page of rules against the language: facts, operators, kinds, examples."""

import json
from dataclasses import fields
from typing import Any

from shared.domain.reader import Reader
from shared.domain.rules import reading
from shared.domain.rules.facts import FACTS, Fact, Sort
from shared.domain.rules.rule import EVERY, Kind, Result
from shared.domain.split import CutKind
from shared.domain.trial import Sums
from shared.domain.words import CATALOGUE
from tests.docs import pages

PAGE = "docs/rules.md"


def test_the_facts_are_those_of_the_code_in_its_words() -> None:
    rows = pages.table(PAGE, "Facts")

    told = [
        (pages.code(name), zh, pages.code(sort), pages.codes(unit), pages.codes(only))
        for name, zh, sort, unit, only, _ in rows
    ]

    assert told == [described(fact) for fact in FACTS.values()]


def described(fact: Fact) -> tuple[str, str, str, list[str], list[str]]:
    zh, _ = CATALOGUE[f"fact.{fact.name}"]
    return fact.name, zh, fact.sort.value, [fact.unit] if fact.unit else [], list(fact.only)


def test_a_fact_with_choices_names_them() -> None:
    told = {pages.code(row[0]): pages.codes(row[5]) for row in pages.table(PAGE, "Facts")}

    assert all(told[fact.name] == list(fact.choices) for fact in FACTS.values() if fact.choices)


def test_the_operators_of_each_type_are_those_of_the_code() -> None:
    rows = pages.table(PAGE, "Conditions", 1)

    told = {pages.code(sort): tuple(pages.codes(operators)) for sort, operators, _ in rows}

    assert told == {sort.value: operators for sort, operators in reading.OPERATORS.items()}
    assert told.keys() == set(Sort)


def test_the_kinds_and_which_of_them_count_are_those_of_the_code() -> None:
    rows = pages.table(PAGE, "Kinds")

    told = {pages.code(kind): (zh, which == "每条") for kind, zh, which, _ in rows}

    assert told == {
        kind.value: (CATALOGUE[f"rule.{kind.value}"][0].removesuffix("规则"), kind in EVERY)
        for kind in Kind
    }


def test_results_and_cuts_are_all_named() -> None:
    told = {pages.code(row[0]): set(pages.codes(row[3])) for row in pages.table(PAGE, "Kinds")}

    assert {result.value for result in Result} <= told["review"]
    assert {kind.value for kind in CutKind} <= told["split"]


def test_the_limits_are_those_of_the_code() -> None:
    text = pages.section(PAGE, "Conditions")

    assert f"最多 {reading.DEEPEST} 层" in text
    assert f"一条规则最多 {reading.MOST_PARTS} 个条件" in text
    assert f"最多 {reading.MOST_RULES} 条、{reading.MOST_IN_ALL} 个条件" in text


def test_every_example_reads_and_every_kind_has_one() -> None:
    kinds = set()
    for example in pages.blocks(pages.ROOT / PAGE, "json"):
        document: dict[str, Any] = json.loads(example)
        reader = Reader(document)
        kinds |= {rule.kind for rule in reading.rules(reader)}
        assert reader.faults == []

    for _, _, example in pages.table(PAGE, "Conditions", 1):
        reader = Reader(json.loads(pages.code(example)))
        reading.condition(reader)
        assert reader.faults == []

    assert kinds == set(Kind)


def test_the_sums_of_a_trial_are_those_of_the_code() -> None:
    told = [pages.code(row[0]) for row in pages.table(PAGE, "Simulate", 2)]

    assert told == list(Sums().told)
    assert {field.name for field in fields(Sums)} <= set(told)
