"""A group follows its members' orders, and their orders follow it."""

from dataclasses import replace

import pytest

from shared.domain import group, review
from shared.domain.content import (
    Content,
    Deal,
    Instalment,
    OrderType,
    Part,
    Payment,
    PaymentState,
)
from shared.domain.group import Group, Member, State
from shared.domain.hold import Hold, Reason, Then
from shared.domain.order import Order, Status
from shared.domain.review import Case
from tests.support import build

NOW, CLOSES, LATE = "2026-11-20T12", "2026-11-21T12", "2026-11-21T13"


def order(no: str, paid: str = "paid", status: Status = Status.HELD) -> Order:
    payment = Payment(PaymentState.UNPAID if paid == "cod" else PaymentState(paid), paid == "cod")
    deal = Deal(campaign="two", group="g")
    content = replace(build.content(), type=OrderType.GROUP, deal=deal, payment=payment)
    holds = (Hold(Reason.GROUP),) if status is Status.HELD else ()
    return build.order(id=no, content=content, status=status, holds=holds)


def made(members: str, size: int, least: int = 0) -> Group:
    """`members`: a letter for each, as in `group`."""
    there = tuple(Member(each, f"buyer-{each}", NOW) for each in members)
    return Group("g", "two", size, CLOSES, there, least)


@pytest.mark.parametrize(
    ("places", "orders", "now", "state", "members"),
    [
        ((2, 0), {"a": "paid", "b": "paid"}, NOW, State.SUCCEEDED, "ab"),
        ((2, 0), {"a": "paid", "b": "cod"}, NOW, State.SUCCEEDED, "ab"),
        ((2, 0), {"a": "paid", "b": "unpaid"}, NOW, State.OPEN, "ab"),
        ((3, 0), {"a": "paid", "b": "paid"}, NOW, State.OPEN, "ab"),
        ((2, 0), {"a": "paid", "b": "gone"}, NOW, State.OPEN, "a"),
        ((2, 0), {"a": "gone", "b": "gone"}, NOW, State.FAILED, ""),
        ((3, 0), {"a": "paid", "b": "paid"}, LATE, State.FAILED, "ab"),
        ((3, 2), {"a": "paid", "b": "paid"}, NOW, State.OPEN, "ab"),
        ((4, 2), {"a": "paid", "b": "paid", "c": "unpaid"}, LATE, State.SUCCEEDED, "ab"),
        ((4, 2), {"a": "paid", "b": "unpaid", "c": "unpaid"}, LATE, State.FAILED, "abc"),
        ((2, 0), {"a": "paid", "b": "paid"}, LATE, State.SUCCEEDED, "ab"),
    ],
)
def test_what_becomes_of_a_group(
    places: tuple[int, int], orders: dict[str, str], now: str, state: State, members: str
) -> None:
    there = {
        no: order(no, "paid", Status.CANCELLED) if how == "gone" else order(no, how)
        for no, how in orders.items()
    }

    seen = made("".join(orders), *places).seen(there, now)

    assert (seen.state, "".join(m.order for m in seen.members)) == (state, members)
    assert not seen.over or seen.seen({}, LATE) is seen


@pytest.mark.parametrize(
    ("state", "members", "status", "after"),
    [
        (State.OPEN, "a", Status.HELD, Status.HELD),
        (State.SUCCEEDED, "ab", Status.HELD, Status.RECEIVED),
        (State.SUCCEEDED, "ab", Status.PLANNED, Status.PLANNED),
        (State.SUCCEEDED, "bc", Status.HELD, Status.CANCELLED),  # left out at the end
        (State.FAILED, "a", Status.HELD, Status.CANCELLED),
        (State.FAILED, "a", Status.RECEIVED, Status.CANCELLED),
        (State.FAILED, "a", Status.CANCELLED, Status.CANCELLED),
        (State.FAILED, "a", Status.SHIPPED, Status.SHIPPED),
    ],
)
def test_an_order_follows_its_group_once(
    state: State, members: str, status: Status, after: Status
) -> None:
    ended, mine = replace(made(members, 2), state=state), order("a", status=status)

    moved = group.followed(ended, mine, NOW)

    assert moved.status is after
    assert group.followed(ended, moved, NOW) is moved


def test_who_is_called_off_for_it_says_so() -> None:
    failed = replace(made("a", 2), state=State.FAILED)

    entry = group.followed(failed, order("a"), NOW).timeline[-1]

    assert (entry.code, entry.args, entry.by) == ("cancelled", {"reason": "group-failed"}, "clock")


def reasons(content: Content, *, formed: bool = False) -> list[Reason]:
    return [hold.reason for hold in review.holds(Case(content, NOW, formed=formed))]


def test_an_order_waits_for_its_group_and_no_other_does() -> None:
    mine = order("a").content

    assert reasons(mine) == [Reason.GROUP]
    assert reasons(mine, formed=True) == []
    assert reasons(replace(mine, deal=None)) == []  # the channel's own group buy
    assert reasons(replace(mine, type=OrderType.NORMAL)) == []


@pytest.mark.parametrize(
    ("remind", "until"),
    [("", CLOSES), ("2026-11-21T08", "2026-11-21T08"), ("2026-11-19T12", CLOSES)],
)
def test_a_balance_has_an_end_and_is_asked_for_before(remind: str, until: str) -> None:
    paid = Instalment(100, captured=100, part=Part.DEPOSIT)
    rest = Instalment(700, part=Part.BALANCE, closes=CLOSES)
    content = replace(
        build.content(),
        type=OrderType.PRESALE,
        deal=Deal(campaign="early", remind=remind),
        payments=(paid, rest),
        payment=Payment(PaymentState.PART),
    )

    (hold,) = review.holds(Case(content, NOW))

    said = {"closes": CLOSES, "collect": 700}
    assert hold == Hold(Reason.BALANCE, said, until, Then.CANCEL)
