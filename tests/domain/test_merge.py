"""A merge: boxes of several orders, how they are planned as one, and the moves it can make."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain import merge as rules
from shared.domain.errors import Blocked, NotAllowed, NotFound, WrongState
from shared.domain.item import Item
from shared.domain.merge import Box, Member, Merge, Stage
from shared.domain.order import Order, Parcel, Status
from tests.support import build

NOW = build.NOON


def merge(**change: Any) -> Merge:
    """Three orders; the third has a box to itself and shares one with the first."""
    given: dict[str, Any] = {
        "id": "m",
        "members": tuple(Member(f"o{no}", "tmall", f"TB-{no}") for no in (1, 2, 3)),
        "boxes": (Box(1, "hz", "manual", ("o1", "o2")), Box(2, "gz", "manual", ("o1", "o3"))),
    }
    return Merge(**{**given, **change})


def order(no: int, *skus: str, **change: Any) -> Order:
    lines = [build.line(sku, 1) for sku in skus]
    sources = tuple(build.source(sku, 1, line=at) for at, sku in enumerate(skus, 1))
    content = build.content(lines=lines)
    given = {"id": f"o{no}", "number": f"TB-{no}", "status": Status.RESERVED}
    return build.order(**{**given, "content": content, "sources": sources, **change})


def test_only_the_boxes_that_it_is_in_are_stopped() -> None:
    stopped = merge().stop("o2", Status.HELD)

    with pytest.raises(Blocked) as refused:
        stopped.weigh(1, 900, NOW)
    assert refused.value.figures["numbers"] == ["TB-2"]
    assert stopped.weigh(2, 900, NOW).box(2).grams == 900


def test_a_weighed_box_keeps_its_orders_and_an_opened_one_does_not() -> None:
    weighed = merge().weigh(1, 900, NOW)

    with pytest.raises(NotAllowed):
        weighed.stop("o1", Status.CANCELLED)
    with pytest.raises(WrongState):
        weighed.undo()
    assert weighed.weigh(1, 0, NOW).stop("o1", Status.CANCELLED).stopped == ("o1",)


def test_stopped_twice_is_stopped_once_and_resumed_is_free() -> None:
    stopped = merge().stop("o1", Status.HELD).stop("o1", Status.CANCELLED)

    assert stopped.stopped == ("o1",)
    assert stopped.resume("o1").stopped == ()


def test_it_is_shipped_when_its_last_box_is() -> None:
    part = merge().ship({1: ("sf", "SF1")}, NOW)
    whole = part.ship({2: ("", "")}, NOW)

    assert (part.stage, whole.stage) == (Stage.OPEN, Stage.SHIPPED)
    assert (part.box(1).carrier, part.box(1).tracking) == ("sf", "SF1")
    assert whole.box(2).carrier == "manual"
    assert whole.ship({1: ("x", "y")}, "later") == whole


def test_a_box_that_left_is_not_weighed() -> None:
    shipped = merge().ship({1: ("", "")}, NOW)

    with pytest.raises(WrongState):
        shipped.weigh(1, 5, NOW)
    with pytest.raises(WrongState):
        shipped.undo()
    with pytest.raises(NotFound):
        shipped.box(3)


def test_without_the_stopped_it_goes_on_and_of_one_nothing_is_left() -> None:
    left = merge(stopped=("o3",)).without(("o3",))

    assert (left.ids, left.stopped, left.stage) == (["o1", "o2"], (), Stage.OPEN)
    assert left.box(2).members == ("o1",)
    assert left.without(("o1",)).stage is Stage.UNDONE


def test_what_has_left_already_is_shipped_when_the_rest_is_taken_out() -> None:
    part = merge(
        members=tuple(Member(f"o{no}", "tmall", f"TB-{no}") for no in (1, 2)),
        boxes=(Box(1, "hz", "sf", ("o1",), shipped_at=NOW), Box(2, "gz", "sf", ("o2",))),
        stopped=("o2",),
    )

    assert part.without(part.stopped).stage is Stage.SHIPPED


def test_orders_are_one_with_all_their_lines_and_each_gets_its_own_back() -> None:
    some = [order(1, "mug", "hat"), order(2, "mug")]
    joint = rules.joint(some)
    whole = replace(
        joint,
        parcels=(Parcel(1, "hz", "sf", joint.sources, freight=900, grams=700, day="2026-11-22"),),
    )

    first, second = rules.dealt(some, whole, "m", {"hat": Item("hat", "hat", weight=500)})

    assert [line.no for line in joint.lines] == [1, 2, 1001]
    assert joint.content.amounts.total == sum(o.content.amounts.total for o in some)
    assert [p.sources for p in first.parcels] == [some[0].sources]
    assert [p.sources for p in second.parcels] == [some[1].sources]
    assert {p.box for p in (*first.parcels, *second.parcels)} == {"m-1"}
    assert [(p.freight, p.grams) for p in (*first.parcels, *second.parcels)] == [
        (900, 700),
        (0, 0),
    ]  # by what they weigh
    assert [p.day for p in (*first.parcels, *second.parcels)] == ["2026-11-22", ""]
    assert rules.boxes(some, whole) == (Box(1, "hz", "sf", ("o1", "o2")),)


@pytest.mark.parametrize(
    ("weights", "fen", "parts"),
    [
        ((100, 100, 100), 1000, [334, 333, 333]),
        ((200, 100, 100), 1000, [500, 250, 250]),
        ((1, 2, 4), 1000, [143, 286, 571]),
        ((0, 0, 0), 500, [167, 167, 166]),
        ((0, 300, 0), 500, [0, 500, 0]),
    ],
)
def test_the_freight_of_a_box_is_divided_by_weight_to_the_fen(
    weights: tuple[int, ...], fen: int, parts: list[int]
) -> None:
    some = [order(no, f"s{no}") for no, _ in enumerate(weights)]
    joint = rules.joint(some)
    parcel = Parcel(1, "hz", "sf", joint.sources, freight=fen, grams=sum(weights))
    items = {f"s{no}": Item("s", "s", weight=grams) for no, grams in enumerate(weights)}

    dealt = rules.dealt(some, replace(joint, parcels=(parcel,)), "m", items)

    assert [one.parcels[0].freight for one in dealt] == parts
    assert any(weights) <= ([one.parcels[0].grams for one in dealt] == list(weights))


def test_only_those_who_share_a_box_stay_together() -> None:
    some = [order(1, "mug"), order(2, "mug"), order(3, "hat")]
    joint = rules.joint(some)
    whole = replace(
        joint,
        parcels=(
            Parcel(1, "hz", "sf", joint.sources[:2]),
            Parcel(2, "gz", "sf", joint.sources[2:]),
        ),
    )

    assert rules.sharing(some, whole, split=False) == some[:2]


def test_who_lies_in_two_boxes_stays_only_where_that_is_allowed() -> None:
    some = [order(1, "mug", "hat"), order(2, "mug")]
    joint = rules.joint(some)
    mug, hat, other = joint.sources
    whole = replace(
        joint, parcels=(Parcel(1, "hz", "sf", (mug, other)), Parcel(2, "gz", "sf", (hat,)))
    )

    assert rules.sharing(some, whole, split=True) == some
    assert rules.sharing(some, whole, split=False) == [some[1]]


def test_the_same_orders_make_the_same_merge_until_one_is_written() -> None:
    some = [order(1, "mug"), order(2, "mug")]

    assert rules.id_for(some) == rules.id_for(list(some))
    assert rules.id_for(some) != rules.id_for([some[0], replace(some[1], version=1)])
