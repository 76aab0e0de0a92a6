"""What an answer makes of an after-sale and its order: where the goods are decides."""

from dataclasses import replace

import pytest

from shared.domain import answering
from shared.domain.aftersale import AfterSale, Ask, Came, Kind, Payer, Piece, Settings, State, Then
from shared.domain.answering import Case, Course
from shared.domain.hold import Hold, Reason
from shared.domain.order import Order, Status
from tests.support import build

NOW = build.NOON
LATER = "2026-11-20T13:00:00.000+00:00"


def sale(pieces: int = 1, **change: object) -> AfterSale:
    one = AfterSale("1a", "01", Kind.REFUND, (Piece(1, "mug", pieces, 900 * pieces),),
                    900 * pieces, NOW, "key:x", "-", share=900 * pieces)  # fmt: skip
    return replace(one, **{"payer": Payer.PLATFORM, **change})  # type: ignore[arg-type]


def case(order: Order, one: AfterSale, *others: AfterSale, **settings: object) -> Case:
    return Case(order, one, others, LATER, "me", replace(Settings(), **settings))  # type: ignore[arg-type]


def packed(*, weighed: int = 0, shipped: int = 0, status: Status = Status.PLANNED) -> Order:
    """An order of three mugs in three parcels, of which the first are closed, or have left."""
    sources = tuple(build.source(quantity=1) for _ in range(3))
    parcels = tuple(
        replace(
            build.parcel(no, source, shipped_at=NOW if no <= shipped else ""),
            weighed_at=NOW if no <= weighed else "",
        )
        for no, source in enumerate(sources, 1)
    )
    content = build.content(lines=[build.line(quantity=3)])
    return build.order(content=content, status=status, sources=sources, parcels=parcels)


@pytest.mark.parametrize(
    ("order", "pieces", "ask", "how"),
    [
        (build.order(), 2, Ask.PLANNED, Course.NOW),
        (packed(), 1, Ask.PLANNED, Course.ASK),
        (packed(), 1, Ask.WEIGHED, Course.NOW),
        (packed(weighed=1), 2, Ask.WEIGHED, Course.NOW),
        (packed(weighed=1), 3, Ask.WEIGHED, Course.ASK),
        (packed(weighed=2, shipped=1, status=Status.SHIPPING), 1, Ask.WEIGHED, Course.NOW),
        (packed(weighed=2, shipped=1, status=Status.SHIPPING), 2, Ask.WEIGHED, Course.ASK),
        (packed(weighed=2, shipped=1, status=Status.SHIPPING), 3, Ask.WEIGHED, Course.SENT),
        (packed(weighed=3, shipped=3, status=Status.SHIPPED), 1, Ask.WEIGHED, Course.SENT),
        (build.order(status=Status.CANCELLED), 1, Ask.WEIGHED, Course.SENT),
        (build.order(status=Status.CLOSED), 1, Ask.WEIGHED, Course.SENT),
    ],
)
def test_where_the_goods_are_decides_how_they_are_kept(
    order: Order, pieces: int, ask: Ask, how: Course
) -> None:
    assert answering.course(order, sale(pieces), ask) is how


def test_a_parcel_that_is_opened_for_it_is_weighed_again() -> None:
    waits = sale(2, state=State.INTERCEPTING)

    order, one = answering.intercepted(case(packed(weighed=2), waits))

    assert (one.state, one.out, one.cut) == (State.REFUNDING, True, 1800)
    assert [(parcel.no, parcel.weighed_at) for parcel in order.parcels] == [(1, "")]
    assert sum(order.holding.values()) == 1


def test_what_was_called_off_while_its_parcel_was_looked_for_gives_nothing_twice() -> None:
    waits, gone = sale(1, state=State.INTERCEPTING), build.order(status=Status.CANCELLED)

    for payer, after in ((Payer.US, State.CLOSED), (Payer.PLATFORM, State.REFUNDING)):
        one = replace(waits, payer=payer)
        assert answering.intercepted(case(gone, one))[1].state is after


def test_of_a_kit_its_parts_come_back() -> None:
    kit = (build.source("cup", 4), build.source("lid", 2))
    order = build.order(status=Status.SHIPPED, sources=kit)
    back = sale(1, kind=Kind.RETURN, state=State.AWAITING_RETURN)

    assert answering.expected(order, back) == {"cup": 2, "lid": 1}
    came = (Came("d", "cup", 2), Came("d", "lid", 0, 2))
    assert [(f.field, f.args) for f in answering.too_many(order, back, came)] == [
        ("lines[1].good", {"left": 1})
    ]


def test_a_hold_of_somebody_else_is_not_lifted() -> None:
    order = build.order(status=Status.PLANNED)
    by_channel = order.hold((Hold(Reason.REFUND),), Status.PLANNED, NOW, "channel")

    held = answering.opened(case(by_channel, sale()))
    after, _ = answering.ended(case(held, sale()), State.WITHDRAWN)

    assert (held.holds, after.holds) == (by_channel.holds, by_channel.holds)


@pytest.mark.parametrize(
    ("one", "settings", "after", "late"),
    [
        (sale(), {}, State.REQUESTED, True),
        (sale(), {"answer": Then.ACT}, State.REFUNDING, False),
        (sale(), {"answer": Then.ACT, "limits": {"clock": 1}}, State.REQUESTED, True),
        (sale(kind=Kind.RESEND, fen=0), {"answer": Then.ACT}, State.REQUESTED, True),
        (sale(kind=Kind.RETURN), {"answer": Then.ACT}, State.AWAITING_RETURN, False),
        (sale(fen=9999), {"answer": Then.ACT}, State.REQUESTED, True),
        (sale(kind=Kind.RETURN, state=State.AWAITING_RETURN), {}, State.CLOSED, False),
        (sale(kind=Kind.RETURN, state=State.RETURNING), {}, State.RETURNING, True),
        (
            sale(kind=Kind.RETURN, state=State.RETURNING),
            {"receive": Then.ACT},
            State.REFUNDING,
            False,
        ),
        (
            sale(kind=Kind.EXCHANGE, state=State.RETURNING),
            {"receive": Then.ACT},
            State.RETURNING,
            True,
        ),
    ],
)
def test_the_clock_agrees_closes_or_brings_it_to_a_person(
    one: AfterSale, settings: dict[str, object], after: State, late: bool
) -> None:
    _, told = answering.by_clock(case(build.order(status=Status.SHIPPED), one, **settings))

    assert (told.state, told.late) == (after, late)


def test_only_our_own_are_watched_by_the_clock() -> None:
    ours = {
        state: answering.hours(sale(payer=Payer.US, state=state), Settings()) for state in State
    }

    assert {state: hours for state, hours in ours.items() if hours} == {
        State.REQUESTED: 48,
        State.AWAITING_RETURN: 168,
        State.RETURNING: 240,
        State.REFUNDING: 1,
    }
    assert answering.hours(sale(), Settings()) == 0
    assert answering.hours(sale(payer=Payer.US, late=True), Settings()) == 0
