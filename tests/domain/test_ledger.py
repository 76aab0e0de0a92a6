"""Counters against their ledgers, whoever holds units, and lines in words."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import ledger
from shared.domain.ledger import Difference, Flaw, Fold, Holder
from shared.domain.stock import COUNTERS, Level, Place, Posting, folded
from shared.domain.words import CATALOGUE
from tests.support.build import NOON

HERE = Place("mug", "hz")


def book(*lines: tuple[str, str, str, dict[str, int]]) -> tuple[Level, list[Posting]]:
    """A ledger, and the counters that belong to it."""
    postings = [Posting(NOON, *about, seq=seq) for seq, about in enumerate(lines, 1)]
    counters: dict[str, Any] = folded(postings)
    return Level(*HERE, **counters, lines=len(lines)), postings


BOUGHT = ("received", "purchase", "p1", {"free": 10})
HELD = ("held", "order", "a", {"free": -2, "held": 2})
SHIPPED = ("shipped", "order", "a", {"held": -2})
MORE = ("held", "order", "b", {"free": -3, "held": 3})


def fold(lines: Iterable[Posting]) -> Fold:
    made = Fold()
    for one in lines:
        made.add(one)
    return made


def flaws(found: Iterable[Difference]) -> list[tuple[Flaw, str, int, int]]:
    return [(one.flaw, one.counter, one.shows, one.should) for one in found]


def test_counters_that_their_ledger_adds_up_to_have_no_differences() -> None:
    level, lines = book(BOUGHT, HELD, SHIPPED, MORE)

    assert ledger.differences(level, fold(lines)) == []


def test_a_counter_that_is_not_what_its_ledger_adds_up_to_is_told() -> None:
    _, lines = book(BOUGHT, HELD)

    found = ledger.differences(Level(*HERE, free=7, held=2, lines=2), fold(lines))

    assert flaws(found) == [(Flaw.DRIFT, "free", 7, 8)]


def test_a_line_that_is_missing_leaves_a_gap() -> None:
    level, lines = book(BOUGHT, HELD, SHIPPED)

    found = ledger.differences(level, fold([lines[0], lines[2]]))

    assert (Flaw.GAP, "", 3, 2) in flaws(found)


def test_who_gave_back_more_than_he_held_is_told() -> None:
    level, lines = book(BOUGHT, HELD, MORE, SHIPPED, SHIPPED)

    assert (Flaw.HOLDERS, "held", 1, 3) in flaws(ledger.differences(level, fold(lines)))


@pytest.mark.parametrize(
    ("line", "endless", "counters"),
    [
        (("held", "order", "a", {"free": -2, "held": 2}), False, ["free"]),
        (("held", "order", "a", {"free": -2, "held": 2}), True, []),
        (("counted", "count", "c", {"free": -2}), False, []),
        (("adjusted", "feed", "f", {"free": -2}), False, []),
        (("scrapped", "movement", "m", {"damaged": -2}), True, ["damaged"]),
        (("received", "purchase", "p", {"coming": -1, "presold": 1}), False, []),
        (("received", "purchase", "p", {"coming": -1}), False, ["coming"]),
    ],
)
def test_only_what_may_be_below_nought_is(
    line: tuple[str, str, str, dict[str, int]], endless: bool, counters: list[str]
) -> None:
    level, lines = book(line)

    found = ledger.differences(level, fold(lines), endless=endless)

    assert [one.counter for one in found if one.flaw is Flaw.BELOW] == counters


def test_holders_are_those_who_took_more_than_they_gave_back() -> None:
    level, lines = book(BOUGHT, HELD, MORE, SHIPPED, ("appointed", "hold", "h", {"appointed": 4}))

    found = ledger.holders(level, reversed(lines), 100)

    assert found == [Holder("held", "order", "b", 3), Holder("appointed", "hold", "h", 4)]


def test_what_was_sold_ahead_stays_with_whom_it_was_sold_to_when_it_arrives() -> None:
    level, lines = book(
        ("ordered", "purchase", "p", {"coming": 5}),
        ("presold", "hold", "h", {"coming": -3, "presold": 3}),
        ("received", "purchase", "p", {"presold": -3, "held": 3}),
    )

    assert ledger.holders(level, reversed(lines), 100) == [Holder("held", "hold", "h", 3)]
    assert ledger.differences(level, fold(lines)) == []


def test_no_more_is_read_than_it_takes_to_find_all_holders() -> None:
    level, lines = book(*([BOUGHT] * 50), HELD, MORE)
    rest = iter(reversed(lines))

    ledger.holders(level, rest, 100)

    assert len(list(rest)) == 50


moves = st.lists(st.tuples(st.sampled_from("abcd"), st.booleans(), st.integers(1, 5)), max_size=30)


@given(moves)
def test_holders_make_up_the_counter_however_orders_come_and_go(
    some: list[tuple[str, bool, int]],
) -> None:
    holding: dict[str, int] = {}
    lines = []
    for order, takes, units in some:
        units = units if takes else -min(units, holding.get(order, 0))
        holding[order] = holding.get(order, 0) + units
        lines.append(("held", "order", order, {"held": units}))
    level, postings = book(*lines)

    found = ledger.holders(level, reversed(postings), 100)

    assert {one.id: one.units for one in found} == {k: n for k, n in holding.items() if n}


@pytest.mark.parametrize(
    ("line", "name", "zh", "en"),
    [
        (HELD, "TB-1001", "订单 TB-1001 占用 2", "order TB-1001 held 2"),
        (("adjusted", "movement", "m-1", {"free": -3}), "", *("出入库单 m-1 调整 -3",
         "movement m-1 adjusted -3")),
        (("set", "hand", "-", {"free": 7}), "", "人工 设定库存 7", "by hand set 7"),
        (("melted", "sun", "s", {"free": -1}), "", "sun s melted 1", "sun s melted 1"),
    ],
)  # fmt: skip
def test_a_line_is_told_in_words(
    line: tuple[str, str, str, dict[str, int]], name: str, zh: str, en: str
) -> None:
    _, (posting,) = book(line)

    assert (ledger.told(posting, "zh", name), ledger.told(posting, "en", name)) == (zh, en)


def test_every_counter_has_its_word() -> None:
    assert {f"counter.{name}" for name in COUNTERS} <= CATALOGUE.keys()
    assert {f"flaw.{flaw.value}" for flaw in Flaw} <= CATALOGUE.keys()
