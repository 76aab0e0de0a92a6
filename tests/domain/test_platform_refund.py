"""What a platform's refund makes of its after-sale and its order, in whatever order it is told."""

from dataclasses import replace
from itertools import permutations

import pytest

from shared.domain import platform_refund
from shared.domain.aftersale import AfterSale, Settings
from shared.domain.aftersale import Ask as From
from shared.domain.content import Content
from shared.domain.hold import Hold, Reason
from shared.domain.order import Order, Status
from shared.domain.platform import Ask, Refund, Stage
from shared.domain.platform_refund import News
from tests.support import build

LATER = "2026-11-20T13:00:00.000+00:00"
LINES = [
    build.line(sub="11", share=100, paid=1700),
    build.line("hat", 1, 5000, sub="12", share=200, paid=4800),
]
CONTENT = build.content(lines=LINES, discount=300, total=6500)


def order(status: Status = Status.PLANNED, content: Content = CONTENT, sent: int = 0) -> Order:
    """Two mugs and a hat in a parcel each; the first so many of them have left."""
    sources = (build.source(), build.source("hat", 1, line=2))
    parcels = tuple(
        build.parcel(no, source, shipped_at=build.NOON if no <= sent else "")
        for no, source in enumerate(sources, 1)
    )
    return build.order(content=content, status=status, sources=sources, parcels=parcels)


def shipped() -> Order:
    return order(Status.SHIPPED, sent=2)


def refund(version: int = 1, stage: Stage = Stage.ASKED, **change: object) -> Refund:
    one = Refund("R1", "TB-1", version, Ask.REFUND, stage, fen=4800, sub="12", quantity=1)
    return replace(one, **change)  # type: ignore[arg-type]


def hear(
    there: Order, sales: list[AfterSale], told: Refund, ask: From = From.WEIGHED
) -> tuple[Order, list[AfterSale]]:
    """The order and its after-sales after this was told."""
    news = News(told, told.version, LATER, "channel:taobao", replace(Settings(), intercept=ask))
    both = platform_refund.heard(there, sales, news)
    if both is None:
        return there, sales
    after, one = both
    return after, [*(each for each in sales if each.no != one.no), one]


def held(of: Order) -> list[Reason]:
    return [hold.reason for hold in of.holds]


REFUND_OF_THE_HAT = {
    Stage.ASKED: ("refund", "requested", Status.HELD, 3),
    Stage.AGREED: ("refund", "refunding", Status.PLANNED, 2),
    Stage.RETURNING: ("refund", "refunding", Status.PLANNED, 2),
    Stage.REFUSED: ("refund", "rejected", Status.PLANNED, 3),
    Stage.DONE: ("refund", "refunded", Status.PLANNED, 2),
    Stage.CLOSED: ("refund", "closed", Status.PLANNED, 3),
}


@pytest.mark.parametrize("stage", Stage)
def test_a_refund_of_what_has_not_left_stops_it_and_takes_it_out_once_it_is_agreed_to(
    stage: Stage,
) -> None:
    after, (one,) = hear(order(), [], refund(stage=stage))

    seen = (one.kind.value, one.state.value, after.status, sum(after.holding.values()))
    assert seen == REFUND_OF_THE_HAT[stage]
    assert held(after) == ([Reason.REFUND] if stage is Stage.ASKED else [])
    assert (one.fen, one.pieces, one.payer.value, one.share) == (4800, {2: 1}, "platform", 4800)
    assert one.there
    assert (one.there.version, one.there.stage) == (1, stage)


_BACK = {
    Stage.ASKED: "requested",
    Stage.AGREED: "awaiting-return",
    Stage.RETURNING: "returning",
    Stage.REFUSED: "rejected",
    Stage.DONE: "awaiting-return",
    Stage.CLOSED: "closed",
}
AFTER_SHIPPING = {
    Ask.REFUND: {**_BACK, Stage.AGREED: "refunding", Stage.RETURNING: "refunding"}
    | {Stage.DONE: "refunded"},
    Ask.RETURN: _BACK,
    Ask.EXCHANGE: {**_BACK, Stage.DONE: "done"},
    Ask.REPAIR: {**_BACK, Stage.DONE: "done"},
    Ask.RESEND: {**_BACK, Stage.AGREED: "requested", Stage.RETURNING: "requested"}
    | {Stage.DONE: "done"},
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("ask", Ask)
def test_what_is_asked_for_after_shipping_stands_as_on_its_platform(
    ask: Ask, stage: Stage
) -> None:
    """Nothing that is to be sent once more goes out by itself: a person sends it."""
    after, (one,) = hear(shipped(), [], refund(stage=stage, ask=ask, shipped=True))

    assert (one.kind.value, one.state.value) == (ask.value, AFTER_SHIPPING[ask][stage])
    assert one.fen == (4800 if ask in (Ask.REFUND, Ask.RETURN) else 0)
    assert (after.status, after.content) == (Status.SHIPPED, CONTENT)
    assert bool(one.back) is (stage is Stage.DONE and one.fen > 0)


def test_the_same_twice_and_what_is_older_change_nothing() -> None:
    there, sales = hear(order(), [], refund(2, Stage.AGREED))

    for old in (refund(2, Stage.AGREED), refund(1), refund(2)):
        assert hear(there, sales, old) == (there, sales)


def test_of_one_moment_the_later_stage_counts() -> None:
    there, sales = hear(order(), [], refund(2))

    _, (one,) = hear(there, sales, refund(2, Stage.DONE))

    assert one.state.value == "refunded"


STORIES = {
    "agreed": [Stage.ASKED, Stage.AGREED, Stage.DONE],
    "at once": [Stage.ASKED, Stage.DONE],
    "refused, then agreed": [Stage.ASKED, Stage.REFUSED, Stage.ASKED, Stage.DONE],
    "refused, then closed": [Stage.ASKED, Stage.REFUSED, Stage.CLOSED],
    "taken back": [Stage.ASKED, Stage.ASKED, Stage.CLOSED],
    "refused": [Stage.ASKED, Stage.REFUSED],
}
RETURNS = {
    "sent back": [Stage.ASKED, Stage.AGREED, Stage.RETURNING],
    "never sent": [Stage.ASKED, Stage.AGREED, Stage.CLOSED],
    "refused at the door": [Stage.ASKED, Stage.AGREED, Stage.RETURNING, Stage.REFUSED],
}


def _told(stages: list[Stage], ask: Ask) -> list[Refund]:
    """As the platform told it; the buyer asked for a little less at first."""
    return [
        refund(no, stage, ask=ask, fen=4700 if no == 1 else 4800)
        for no, stage in enumerate(stages, 1)
    ]


@pytest.mark.parametrize(
    ("told", "start"),
    [
        *((_told(stages, Ask.REFUND), order()) for stages in STORIES.values()),
        *((_told(stages, Ask.REFUND), shipped()) for stages in STORIES.values()),
        *((_told(stages, Ask.RETURN), shipped()) for stages in (STORIES | RETURNS).values()),
        *((_told(stages, Ask.EXCHANGE), shipped()) for stages in (STORIES | RETURNS).values()),
    ],
)
def test_in_whatever_order_and_however_often_it_is_told_the_end_is_the_same(
    told: list[Refund], start: Order
) -> None:
    """And what it stopped is free once at most."""
    ends = set()
    for some in permutations(told):
        there, freed = start, 0
        sales: list[AfterSale] = []
        for each in (*some, *some):
            before = sum(there.holding.values())
            there, sales = hear(there, sales, each)
            freed += before > sum(there.holding.values())
        (one,) = sales
        end = (one.state, one.fen, one.kind, tuple(one.pieces.items()), bool(one.back))
        ends.add((*end, there.status, tuple(there.content.lines), tuple(held(there)), freed))
    assert len(ends) == 1
    assert freed <= 1


def test_what_was_called_off_and_is_closed_there_afterwards_is_a_matter_for_a_person() -> None:
    there, sales = hear(order(), [], refund(1, Stage.AGREED))

    after, (one,) = hear(there, sales, refund(2, Stage.CLOSED))

    assert (one.state.value, one.waits, one.said[-1].code) == ("refunding", True, "closed-there")
    assert (after.timeline[-1].code, sum(after.holding.values())) == ("after-sale-late", 2)


def test_money_that_was_agreed_to_and_did_not_move_is_asked_for_no_more() -> None:
    there, sales = hear(shipped(), [], refund(1, Stage.AGREED))

    _, (one,) = hear(there, sales, refund(2, Stage.CLOSED))

    assert one.state.value == "closed"


def test_parcels_are_stopped_by_a_person_before_anything_is_taken_out() -> None:
    there, (one,) = hear(order(), [], refund(1, Stage.DONE), From.PLANNED)

    assert (one.state.value, bool(one.back)) == ("intercepting", True)
    assert sum(there.holding.values()) == 3


@pytest.mark.parametrize(
    ("change", "pieces", "odd"),
    [
        ({"sub": "", "quantity": 0, "fen": 6500}, {1: 2, 2: 1}, ""),
        ({"sub": "", "quantity": 0, "fen": 6400}, {1: 2, 2: 1}, "6400 != 6500 + 0"),
        ({"sub": "11", "quantity": 1, "fen": 850}, {1: 1}, ""),
        ({"sub": "11", "quantity": 0, "fen": 1700}, {1: 2}, ""),
        ({"sub": "11", "quantity": 9, "fen": 1700}, {1: 2}, ""),
        ({"fen": 9000}, {2: 1}, "more-than-left, 9000 != 4800 + 0"),
    ],
)
def test_its_money_is_as_the_platform_tells_it_and_what_differs_is_named(
    change: dict[str, object], pieces: dict[int, int], odd: str
) -> None:
    _, (one,) = hear(order(), [], refund(**change))  # type: ignore[arg-type]

    assert (one.fen, one.pieces) == (change["fen"], pieces)
    assert [said.text for said in one.said if said.code == "differs"] == ([odd] if odd else [])
    assert sum(piece.paid for piece in one.lines) == one.share


def test_several_refunds_of_an_order_never_take_a_piece_twice() -> None:
    there, sales = hear(order(), [], refund(stage=Stage.DONE, sub="11", quantity=1, fen=850))
    there, sales = hear(there, sales, refund(number="R2", stage=Stage.DONE, sub="", fen=5650))
    there, sales = hear(there, sales, refund(number="R3", stage=Stage.DONE, sub="", fen=50))

    by_no = {one.no: one for one in sales}
    assert [by_no[no].kind.value for no in ("R1", "R2", "R3")] == [
        *("refund", "refund", "compensation")
    ]
    assert (by_no["R1"].pieces, by_no["R2"].pieces) == ({1: 1}, {1: 1, 2: 1})
    assert (there.status, sum(there.holding.values())) == (Status.CANCELLED, 0)


def test_less_than_its_goods_cost_after_they_left_is_money_alone() -> None:
    there, sales = hear(shipped(), [], refund(stage=Stage.DONE, fen=500))
    _, sales = hear(
        there, sales, refund(number="R2", ask=Ask.RETURN, stage=Stage.AGREED, fen=4300)
    )

    first, second = sales
    assert (first.kind.value, first.pieces, first.state.value) == ("compensation", {}, "refunded")
    assert (second.pieces, second.state.value) == ({2: 1}, "awaiting-return")


@pytest.mark.parametrize("stage", [Stage.ASKED, Stage.DONE])
def test_of_an_order_that_was_cancelled_before_there_is_one_refund(stage: Stage) -> None:
    gone = order().cancel(LATER, "channel", "channel")

    after, (one,) = hear(gone, [], refund(stage=stage, sub="", quantity=0, fen=6500))

    state = "requested" if stage is Stage.ASKED else "refunded"
    assert (after.status, one.state.value, one.fen) == (Status.CANCELLED, state, 6500)


def test_what_the_platform_only_marked_is_held_until_its_refund_is_over() -> None:
    marked = order().hold((Hold(Reason.REFUND),), Status.PLANNED, LATER, "channel")
    there, sales = hear(marked, [], refund())

    unmarked = there.marked((Reason.REFUND,), (), LATER)
    after, _ = hear(unmarked, sales, refund(2, Stage.CLOSED))

    assert (held(there), held(unmarked)) == ([Reason.REFUND], [Reason.REFUND])
    assert (after.status, held(after)) == (Status.PLANNED, [])
