"""The book: which rule is asked first, when it counts, and what is said of those that lost."""

import json
from typing import Any

import pytest

from shared.domain.rules.rule import Book, Kind, Limit, Result, why
from shared.domain.split import MEASURED, CutKind
from shared.domain.words import CATALOGUE
from tests.support import build
from tests.support.rulebook import THEN, book, known, leaf, rule, rules

NOW = "2026-11-20T12:00:00.000+00:00"
DEAR, CHEAP = leaf("total", at_least=10_000), leaf("total", below=10_000)


def first(there: Book, now: str = NOW, **content: Any) -> str:
    found = there.first(Kind.REVIEW, known(**content), now)
    return found.id if found else ""


def test_the_weightier_rule_is_asked_first_and_the_id_breaks_a_tie() -> None:
    there = book(rule("b", weight=1), rule("c", weight=9, when=DEAR), rule("a", weight=1))

    assert first(there) == "a"


def test_the_next_rule_is_used_where_the_first_does_not_hold() -> None:
    there = book(rule("dear", weight=9, when=DEAR), rule("rest"))

    assert first(there) == "rest"
    assert first(there, lines=[build.line(unit_price=9000)]) == "dear"


def test_rules_of_other_kinds_are_not_asked() -> None:
    there = book(rule("h", "hold"), rule("m", "merge"))

    assert there.first(Kind.REVIEW, known(), NOW) is None
    assert [each.id for each in there.every(Kind.HOLD, known(), NOW)] == ["h"]


def test_a_rule_that_is_switched_off_is_not_asked() -> None:
    assert first(book(rule("off", weight=9, active=False), rule("on"))) == "on"


@pytest.mark.parametrize(
    ("now", "used"),
    [
        ("2026-11-10T23:59:59.000+00:00", "rest"),
        ("2026-11-11T00:00:00.000+00:00", "sale"),
        ("2026-11-11T11:59:59.999+00:00", "sale"),
        ("2026-11-11T12:00:00.000+00:00", "rest"),  # excepted: the next one is used
        ("2026-11-11T13:00:00.000+00:00", "sale"),
        ("2026-11-12T00:00:00.000+00:00", "rest"),
    ],
)
def test_a_rule_counts_in_its_time_but_not_in_what_is_excepted(now: str, used: str) -> None:
    sale = rule(
        "sale",
        weight=9,
        since="2026-11-11T08:00:00+08:00",
        until="2026-11-12T08:00:00+08:00",
        except_=[{"from": "2026-11-11T12:00:00Z", "to": "2026-11-11T13:00:00Z"}],
    )

    assert first(book(sale, rule("rest")), now) == used


def test_every_rule_that_holds_counts_in_the_order_of_its_weight() -> None:
    there = book(
        rule("a", "gift", weight=1),
        rule("b", "gift", weight=5),
        rule("c", "gift", weight=9, when=DEAR),
    )

    assert [each.id for each in there.every(Kind.GIFT, known(), NOW)] == ["b", "a"]


def test_a_rule_is_marked_with_the_version_of_its_book() -> None:
    there = book(rule("r1"), version=7)

    assert there.rules[0].mark(there) == "r1@7"


def test_a_book_knows_which_facts_it_needs() -> None:
    notes = book(rule("n", when=leaf("buyer_note", any=["急"])), rule("o", "hold", when=DEAR))
    there = book(rule("n", when={"not": leaf("buyer_note", given=True)}))

    assert notes.asks("buyer_note", "seller_note")
    assert notes.asks("total")
    assert not notes.asks("seller_note")
    assert not there.asks("buyer_note")  # that there is a note can be seen from outside
    assert not Book().asks("total")


def test_the_rules_that_lost_are_told_with_what_they_looked_at() -> None:
    there = book(rule("dear", weight=9, when=DEAR), rule("cheap", weight=5, when=CHEAP), rule("x"))

    told = why(there.tried(Kind.REVIEW, known(), NOW))

    lost = {"fact": "total", "value": 1800, "held": False}
    assert told == [
        {"rule": "dear@3", "held": False, "looked": [lost]},
        {"rule": "cheap@3", "held": True, "looked": [{**lost, "held": True}]},
    ]
    json.dumps(told)


def test_only_the_last_rules_asked_are_kept_for_the_history() -> None:
    losing = [rule(f"r{n}", weight=99 - n, when=DEAR) for n in range(9)]

    told = why(book(*losing, rule("last")).tried(Kind.REVIEW, known(), NOW), most=3)

    assert [each["rule"] for each in told] == ["r7@3", "r8@3", "last@3"]


@pytest.mark.parametrize("kind", Kind)
def test_a_rule_of_every_kind_reads_back_from_its_own_document(kind: Kind) -> None:
    whole = rule(
        "r1",
        kind.value,
        weight=5,
        when={"all": [leaf("cod", is_=False), {"not": leaf("area", in_=["浙江"])}]},
        since="2026-11-11T00:00:00Z",
        until="2026-11-12T00:00:00Z",
        except_=[{"from": "2026-11-11T12:00:00Z"}],
    )
    there = rules(whole)

    back = json.loads(json.dumps([each.document() for each in there]))

    assert rules(*back) == there


@pytest.mark.parametrize(
    ("kind", "then"),
    [
        *(("review", {"result": result.value}) for result in Result),
        ("review", {"result": "hold", "note": "看一看"}),
        ("hold", {}),
        ("hold", {"reason": "service", "hours": 4, "then": "cancel"}),
        ("merge", {"merge": True}),
        ("merge", {"merge": False}),
        *(("split", {"cuts": [{"by": cut.value, "limit": 500}]}) for cut in CutKind),
        *(("split", {"cuts": [{"by": c.value}]}) for c in CutKind if c not in MEASURED),
        ("routing", {"strategy": "most-stock"}),
        ("routing", {"warehouses": ["hz", "gz"], "strategy": "in-order"}),
        ("gift", {"sku": "pen"}),
        ("gift", {"sku": "pen", "limit": {"orders": 1}}),
    ],
)
def test_what_follows_reads_back_however_short_it_is(kind: str, then: dict[str, Any]) -> None:
    there = rules(rule("r1", kind, then=then))

    back = json.loads(json.dumps([each.document() for each in there]))

    assert rules(*back) == there


def test_what_follows_is_read_whole() -> None:
    gift = {
        "sku": "pen",
        "quantity": 2,
        "per": 2,
        "most": 3,
        "limit": {"orders": 100, "each": "day"},
        "instead": ["cup"],
    }

    (read,) = rules(rule("g", "gift", then=gift))

    assert read.then.limit == Limit(100, "day")  # type: ignore[union-attr, arg-type]
    assert read.document()["then"] == {**gift, "instead": ("cup",)}


def test_there_is_an_example_and_a_name_for_every_kind() -> None:
    assert THEN.keys() == {kind.value for kind in Kind}
    assert {f"rule.{kind.value}" for kind in Kind} <= CATALOGUE.keys()
