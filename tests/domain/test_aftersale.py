"""After-sales: which moves there are, what may be done when, and what shall go back."""

from dataclasses import replace

import pytest

from shared.domain import aftersale
from shared.domain.aftersale import (
    DEEDS,
    GIVES,
    MOVES,
    OVER,
    VOID,
    WAITING,
    AfterSale,
    Kind,
    Payer,
    Settings,
    State,
)
from shared.domain.errors import NotNow
from tests.support import build

NOW = build.NOON


def sale(state: State = State.REQUESTED, fen: int = 900, **change: object) -> AfterSale:
    made = AfterSale("1a", "01", Kind.REFUND, (), fen, NOW, "key:x", "-", state=state)
    return replace(made, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("goal", list(State))
def test_every_move_is_in_the_table_or_refused(state: State, goal: State) -> None:
    one = sale(state, due="9", late=True)

    if goal in MOVES.get(state, ()):
        moved = one.to(goal, "later", "me", text="why")
        assert (moved.state, moved.since, moved.due, moved.late) == (goal, "later", "", False)
        assert (moved.said[-1].code, moved.said[-1].text) == (goal.value, "why")
    else:
        with pytest.raises(NotNow) as refused:
            one.to(goal, "later", "me")
        assert refused.value.figures["step"] == state.value


def test_what_is_over_stays_over() -> None:
    assert {state for state in State if not MOVES.get(state)} == OVER


def test_money_that_was_given_cannot_be_taken_back() -> None:
    assert MOVES[State.REFUNDING] == {State.REFUNDED}
    assert not GIVES & VOID


def test_a_refusal_tells_what_may_be_done_instead() -> None:
    with pytest.raises(NotNow) as refused:
        aftersale.must(sale(State.AWAITING_RETURN), "agree")

    assert refused.value.figures == {
        "no": "01",
        "step": "awaiting-return",
        "allowed": [
            *("message", "evidence", "return-tracking", "receive", "withdraw", "close"),
        ],
    }


def test_every_state_that_is_not_over_allows_something() -> None:
    allowed = {state for states in DEEDS.values() for state in states}

    assert allowed >= set(State) - OVER
    assert all(DEEDS.values())


@pytest.mark.parametrize("state", list(State))
def test_a_person_must_look_where_the_state_says_so_or_nobody_acted_in_time(state: State) -> None:
    assert sale(state).waits == (state in WAITING)
    assert sale(state, late=True).waits == (state in WAITING or state not in OVER)


@pytest.mark.parametrize("state", list(State))
def test_only_what_was_agreed_goes_back(state: State) -> None:
    assert aftersale.granted([sale(state)]) == (900 if state in GIVES else 0)


def test_what_the_order_itself_fell_by_is_not_given_back_twice() -> None:
    cut = sale(State.REFUNDING, fen=900, cut=900)
    less = sale(State.REFUNDED, fen=700, cut=900)
    pure = sale(State.REFUNDED, fen=50)

    assert aftersale.granted([cut]) == 0
    assert aftersale.granted([cut, less, pure]) == -200 + 50


def test_a_platforms_money_is_not_ours_to_give() -> None:
    assert aftersale.granted([sale(State.REFUNDING, payer=Payer.PLATFORM)]) == 0


@pytest.mark.parametrize("state", list(State))
def test_money_that_is_back_moves_what_waits_for_it_alone(state: State) -> None:
    after = aftersale.refunded(sale(state), "later")

    assert after.state == (State.REFUNDED if state is State.REFUNDING else state)
    assert aftersale.refunded(after, "later") == after


@pytest.mark.parametrize(
    ("role", "fen", "above"),
    [("operator", 100, False), ("operator", 101, True), ("owner", 10**9, False)],
)
def test_a_limit_binds_its_role_alone(role: str, fen: int, above: bool) -> None:
    assert Settings(limits={"operator": 100}).above(role, fen) is above
