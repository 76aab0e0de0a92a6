"""Bills against books: each kind of difference, and a balance that the differences explain."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import matching
from shared.domain.bill import BillKind, Line, LineKind, Outcome
from shared.domain.matching import (
    BillMark,
    Day,
    Difference,
    Fact,
    Finding,
    Key,
    Standing,
    State,
    Step,
)
from shared.domain.payment import Event, Kind, Payment
from shared.domain.payment import State as How
from shared.domain.words import LANGUAGES

DAY, NEXT = "2026-11-20", "2026-11-21"
NOW = "2026-11-21T03:00:00.000+00:00"
C, R = LineKind.CHARGE, LineKind.REFUND


def line(number: str, fen: int = 1000, **more: Any) -> Line:
    made = Line(1, f"{DAY}T02:00:00.000+00:00", C, number, fen, provider_no=f"42{number}")
    return replace(made, **more)


def back(number: str, refund: str, fen: int = 300, **more: Any) -> Line:
    return line(number, fen, kind=R, refund=refund, **more)


def fact(ref: str, fen: int | None = 1000, kind: LineKind = C, **more: Any) -> Fact:
    return replace(Fact(kind, ref, ref.partition("-")[0], fen, DAY), **more)


def by_key(*facts: Fact) -> dict[Key, Fact]:
    return {one.key: one for one in facts}


def found(
    lines: Sequence[Line],
    facts: dict[Key, Fact],
    elsewhere: dict[Key, Fact] | None = None,
    there: dict[Key, tuple[str, Line]] | None = None,
    rate: int = 0,
) -> list[Finding]:
    """All differences, whose effects are the gap between the two sides."""
    done = matching.compare(lines, facts, rate)
    told = matching.judge(done, DAY, elsewhere or {}, there or {}, rate)
    assert sum(one.effect for one in told) == done.bill.net - done.ours.net
    return told


def types(told: list[Finding]) -> list[tuple[str, str, int | None, int | None]]:
    return [(one.type.value, one.ref, one.bill, one.ours) for one in told]


def test_a_perfect_day_balances_to_zero() -> None:
    lines = [line("a-01", fee=6), line("b-01", 500, fee=3), back("a-01", "a-01-01", fee=-2)]
    facts = by_key(fact("a-01"), fact("b-01", 500), fact("a-01-01", 300, R))

    done = matching.compare(lines, facts)

    assert found(lines, facts) == []
    assert done.bill == done.ours
    assert (done.bill.net, done.matched) == (1000 - 6 + 500 - 3 - 300 + 2, 3)


LATE_HERE = by_key(fact("a-01", day="2026-11-19"))
CASES: dict[str, tuple[list[Line], dict[Key, Fact], dict[str, Any], list[Any]]] = {
    "missing here": ([line("a-01")], {}, {}, [("missing-here", "a-01", 1000, None)]),
    "missing there": ([], by_key(fact("a-01")), {}, [("missing-there", "a-01", None, 1000)]),
    "amount": ([line("a-01", 999)], by_key(fact("a-01")), {}, [("amount", "a-01", 999, 1000)]),
    "amount of a refund": (
        [back("a-01", "a-01-01", 299)],
        by_key(fact("a-01-01", 300, R)),
        {},
        [("amount", "a-01-01", 299, 300)],
    ),
    "fee": ([line("a-01", fee=7)], by_key(fact("a-01")), {"rate": 60}, [("fee", "a-01", 7, 6)]),
    "fee of a refund, to a fen": (
        [back("a-01", "a-01-01", fee=-1)],
        by_key(fact("a-01-01", 300, R)),
        {"rate": 60},
        [],
    ),
    "fee as the bill says": ([line("a-01", fee=7)], by_key(fact("a-01")), {}, []),
    "late on the bill": (
        [line("a-01")],
        {},
        {"elsewhere": LATE_HERE},
        [("late", "a-01", 1000, 1000)],
    ),
    "late in our books": (
        [],
        by_key(fact("a-01")),
        {"there": {(C, "a-01"): (NEXT, line("a-01", 1000))}},
        [("late", "a-01", 1000, 1000)],
    ),
    "twice": (
        [line("a-01"), line("a-01", provider_no="other")],
        by_key(fact("a-01")),
        {},
        [("twice", "a-01", 2000, 1000)],
    ),
    "done there alone": (
        [line("a-01")],
        {},
        {"elsewhere": by_key(fact("a-01", done=False))},
        [("state", "a-01", 1000, 1000)],
    ),
    "done here alone": (
        [back("a-01", "a-01-01", state=Outcome.FAILED)],
        by_key(fact("a-01-01", 300, R)),
        {},
        [("state", "a-01-01", 300, 300)],
    ),
    "under way on both sides": ([back("a", "r", state=Outcome.PENDING)], {}, {}, []),
    "a refund without our number": (
        [back("a-01", "", provider_no="50x")],
        {},
        {},
        [("missing-here", "50x", 300, None)],
    ),
    "what only the bill knows": ([line("", 5000, kind=LineKind.WITHDRAWAL)], {}, {}, []),
    "known to be there alone": ([line("TB-1")], by_key(fact("TB-1", None)), {}, []),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_kind_of_difference(
    case: tuple[list[Line], dict[Key, Fact], dict[str, Any], list[Any]],
) -> None:
    lines, facts, more, wanted = case

    assert types(found(lines, facts, **more)) == wanted


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Line], dict[Key, Fact], int]:
    """A day in which anything may be wrong."""
    lines, facts = [], []
    for no in range(draw(st.integers(0, 8))):
        refund = draw(st.booleans())
        fen, ours = draw(st.integers(1, 3)) * 100, draw(st.integers(1, 3)) * 100
        coupon = draw(st.sampled_from([0, 0, 10]))
        ref = f"o{no}-01-01" if refund else f"o{no}-01"
        state = draw(st.sampled_from([Outcome.DONE, Outcome.DONE, Outcome.FAILED]))
        first = back(f"o{no}-01", ref, fen) if refund else line(ref, fen)
        for copy in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
            fee = draw(st.integers(-2, 2))
            more: dict[str, Any] = {
                "fee": fee,
                "coupon": coupon,
                "state": state,
                "provider_no": f"p{copy}",
            }
            lines.append(replace(first, **more))
        if draw(st.integers(0, 3)):
            facts.append(fact(ref, ours, R if refund else C))
    lines += [line("", 77, kind=LineKind.OTHER, provider_no="x")] * draw(st.integers(0, 2))
    return lines, by_key(*facts), draw(st.sampled_from([0, 60]))


@given(days(), st.randoms(use_true_random=False))
def test_shuffled_lines_change_nothing_and_the_gap_is_always_explained(
    day: tuple[list[Line], dict[Key, Fact], int], rng: random.Random
) -> None:
    lines, facts, rate = day
    shuffled = [replace(one, row=no) for no, one in enumerate(lines)]
    rng.shuffle(shuffled)

    first, second = (matching.compare(some, facts, rate) for some in (lines, shuffled))

    assert (first.bill, first.ours) == (second.bill, second.ours)
    assert found(lines, facts, rate=rate) == found(shuffled, facts, rate=rate)


def settled(before: dict[str, Difference], told: list[Finding]) -> list[Difference]:
    made = [matching.difference("main", DAY, "trades", one, NOW) for one in told]
    return matching.settle(before, {one.id: one for one in made}, NOW)


def test_matching_again_changes_nothing() -> None:
    told = found([line("a-01", 999)], by_key(fact("a-01")))
    (one,) = settled({}, told)

    assert settled({one.id: one}, told) == []


def test_what_was_resolved_stays_so_unless_its_figures_change() -> None:
    (one,) = settled({}, found([line("a-01", 999)], by_key(fact("a-01"))))
    done = one.moved(Step(NOW, "key:1", State.EXPLAINED, "discount", "券"))

    same = settled({one.id: done}, found([line("a-01", 999)], by_key(fact("a-01"))))
    (other,) = settled({one.id: done}, found([line("a-01", 998)], by_key(fact("a-01"))))

    assert same == []
    assert (other.id, other.state, other.bill) == (one.id, State.OPEN, 998)
    assert [step.state for step in other.steps] == [State.EXPLAINED, State.OPEN]


def test_what_is_gone_is_closed_and_opened_again_when_it_comes_back() -> None:
    told = found([line("a-01")], {})
    (one,) = settled({}, told)

    (gone,) = settled({one.id: one}, [])
    (again,) = settled({one.id: gone}, told)

    assert (gone.state, gone.steps[-1].by) == (State.CLOSED, "system")
    assert settled({one.id: gone}, []) == []
    assert again.state is State.OPEN


@pytest.mark.parametrize(
    ("day", "fen", "state"),
    [
        ("2026-11-17", 1000, State.EXPLAINED),
        ("2026-11-16", 1000, State.OPEN),
        ("2026-11-19", 900, State.OPEN),
    ],
)
def test_what_is_only_late_explains_itself(day: str, fen: int, state: State) -> None:
    told = found([line("a-01")], {}, by_key(fact("a-01", fen, day=day)))

    (one,) = settled({}, told)

    assert one.state is state


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_difference_is_said_with_both_figures(
    case: tuple[list[Line], dict[Key, Fact], dict[str, Any], list[Any]],
) -> None:
    lines, facts, more, _ = case

    for one in settled({}, found(lines, facts, **more)):
        for language in LANGUAGES:
            text = matching.said(one, language)
            figures = [one.bill, one.ours] if one.bill is not None else [one.ours]
            assert all(f"{fen / 100:.2f}" in text for fen in figures if fen is not None)
            assert "{" not in text


def test_a_day_is_balanced_or_explained_or_open() -> None:
    bill = BillMark("b", BillKind.TRADES, "d", 1)
    (one,) = settled({}, found([line("a-01")], {}))
    done = one.moved(Step(NOW, "key:1", State.BOOKED, "ours", "补录"))
    empty, day = Day("main", DAY), Day("main", DAY, bills=(bill,))

    assert empty.standing is Standing.WAITING
    assert day.with_([]).standing is Standing.BALANCED
    assert day.with_([one]).standing is Standing.OPEN
    assert day.with_([done]) == day.with_([one]).moved(one, done)
    assert day.with_([done]).standing is Standing.EXPLAINED
    assert day.with_([done]).explained == 1000


def test_sub_orders_of_a_platform_are_settled_together() -> None:
    some = [line("TB-1", 600, provider_no="s1", fee=3), line("TB-1", 400, provider_no="s2", fee=2)]

    assert types(found(matching.gathered(some), by_key(fact("TB-1")))) == []


def test_the_agreed_fee_is_rounded_half_up() -> None:
    assert [matching.fee_of(fen, 60) for fen in (82, 83, 84, 250, 1000)] == [0, 0, 1, 2, 6]


def test_a_payment_tells_its_charge_and_each_refund() -> None:
    made = Payment("a", "01", "wechat", "main", "native", 0, 1000, "2026-11-20T01:00:00.000+00:00")
    late = "2026-11-20T16:30:00.000+00:00"  # the next day in China
    charged = made.heard(
        Event(Kind.CHARGE, How.DONE, 1000, "a-01", "2026-11-20T02:00:00.000+00:00")
    )
    asked = charged.heard(Event(Kind.REFUND, How.ASKED, 300, "a-01-01", late))
    given = asked.heard(Event(Kind.REFUND, How.DONE, 300, "a-01-01", late))

    assert matching.facts_of(made) == [fact("a-01", done=False)]
    assert {one.key: one.done for one in matching.facts_of(asked)} == {
        (C, "a-01"): True,
        (R, "a-01-01"): False,
    }
    assert {one.key: one.day for one in matching.facts_of(given)} == {
        (C, "a-01"): DAY,
        (R, "a-01-01"): NEXT,
    }


def test_what_moved_is_summed_up_by_order() -> None:
    facts = [fact("a-01"), fact("a-01-01", 300, R), fact("b-01", 70), fact("c-01", done=False)]

    assert matching.by_order(facts) == {"a": (1000, 300), "b": (70, 0), "c": (0, 0)}


@pytest.mark.parametrize(
    ("lines", "bill"),
    [
        ([], None),
        ([line("b-01", 5)], None),
        ([line("a-01", 900), line("b-01", 5)], 900),
        ([line("a-01", 900), line("a-01", 100, kind=R, refund="a-01-01")], 800),
    ],
)
def test_order_payment_and_bill_are_told_side_by_side(lines: list[Line], bill: int | None) -> None:
    one = matching.due(("a", "TB-1"), lines, 900, 1000)

    (made,) = settled({}, [one])
    assert (one.type, one.bill, one.ours, one.effect) == ("due", bill, 900, 0)
    for language in LANGUAGES:
        text = matching.said(made, language)
        assert all(part in text for part in ("TB-1", "9.00", "10.00"))
