"""What of an order may be changed when, what becomes of it, and what the channel overrules."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import edit, effects, identities, partial
from shared.domain.content import Content, Line, Mark, Receiver, differences
from shared.domain.edit import Edit, Move, Part, Stage
from shared.domain.errors import NotAllowed
from shared.domain.hold import Hold, Reason
from shared.domain.order import FIRST_GIFT, RENEWABLE, Order, Status
from tests.support import build
from tests.support.build import parcel, source

LATER = "2026-11-20T13:00:00.000+00:00"
SOURCES = (source(quantity=2), source("hat", 1, "gz", line=2))
TO_LI = Receiver("李雷", "13900001111", "广东省", "广州市", address="天河路 1 号")
CHANGES: dict[Part, Edit] = {
    Part.RECEIVER: Edit(receiver=TO_LI),
    Part.LINES: Edit(cut={1: 1}),
    Part.SURCHARGE: Edit(surcharge=-100),
    Part.WAREHOUSE: Edit(warehouse="gz"),
    Part.MOVES: Edit(moves=(Move(1, 1, "hz", "gz"),)),
    Part.CARRIER: Edit(carrier="SF"),
    Part.URGENT: Edit(urgent=True),
    Part.PROMISE: Edit(promise=LATER),
    Part.NOTE: Edit(note="-"),
    Part.TAGS: Edit(tags=("vip",)),
}
LATE = {Part.NOTE, Part.TAGS}
MAY: dict[Stage, set[Part]] = {
    Stage.OPEN: set(Part) - {Part.MOVES},
    Stage.PLANNED: set(Part),
    Stage.WEIGHED: LATE,
    Stage.LEFT: LATE,
    Stage.OVER: LATE,
}
WHY = {
    Stage.OPEN: "not-planned",
    Stage.WEIGHED: "is-weighed",
    Stage.LEFT: "has-left",
    Stage.OVER: "is-over",
}
STAGES: dict[Status, Stage] = {
    **dict.fromkeys(
        (Status.RECEIVED, Status.HELD, Status.APPROVED, Status.SHORT, Status.RESERVED), Stage.OPEN
    ),
    Status.PLANNED: Stage.PLANNED,
    **dict.fromkeys(
        (Status.SHIPPING, Status.SHIPPED, Status.SIGNED, Status.COMPLETED), Stage.LEFT
    ),
    **dict.fromkeys((Status.CANCELLED, Status.CLOSED), Stage.OVER),
}
GOES: dict[tuple[Status, Part], Status] = {
    **{
        (status, part): Status.RECEIVED
        for status, part in product(
            sorted(RENEWABLE),
            (Part.RECEIVER, Part.LINES, Part.SURCHARGE),
        )
    },
    **{
        (status, part): Status.APPROVED
        for status, part in product(
            (Status.RESERVED, Status.PLANNED), (Part.WAREHOUSE, Part.CARRIER, Part.MOVES)
        )
    },
}
"""Where an order goes on from after a change; in all other cases it stays where it was."""


def at(status: Status, **change: Any) -> Order:
    """An order as it is at this status, of two lines."""
    content = build.content(lines=[build.line(), build.line("hat", 1)])
    near, far = SOURCES
    parcels = (parcel(1, near), parcel(2, far))
    there: dict[str, Any] = {}
    if status in (Status.RESERVED, Status.PLANNED):
        there["sources"] = SOURCES
    if status is Status.PLANNED:
        there["parcels"] = parcels
    if status is Status.SHIPPING:
        there = {"sources": SOURCES, "parcels": (replace(parcels[0], shipped_at="-"), parcels[1])}
    if status is Status.HELD:
        there["holds"] = (Hold(Reason.BUYER_NOTE),)
    return build.order(content=content, status=status, **{**there, **change})


def weighed() -> Order:
    order = at(Status.PLANNED)
    first, second = order.parcels
    return replace(order, parcels=(replace(first, weighed_at="-"), second))


@pytest.mark.parametrize("status", Status)
def test_how_far_an_order_has_come_follows_from_its_goods(status: Status) -> None:
    assert edit.stage(at(status)) is STAGES[status]


def test_one_weighed_parcel_is_enough() -> None:
    assert edit.stage(weighed()) is Stage.WEIGHED


@pytest.mark.parametrize(("status", "part"), sorted(product(Status, Part)))
def test_every_change_at_every_status_is_allowed_or_refused_with_its_reason(
    status: Status, part: Part
) -> None:
    here = STAGES[status]

    faults = list(edit.refused(at(status), CHANGES[part].parts))

    told = [(fault.field, fault.code) for fault in faults]
    assert told == ([] if part in MAY[here] else [(f"changes.{part}", WHY[here])])


@pytest.mark.parametrize("part", Part)
def test_what_is_weighed_is_only_noted_and_tagged(part: Part) -> None:
    faults = [fault.code for fault in edit.refused(weighed(), [part])]

    assert faults == ([] if part in LATE else ["is-weighed"])


@pytest.mark.parametrize(
    ("mark", "part", "code"),
    [
        (Mark.REFUND, Part.LINES, "under-refund"),
        (Mark.REFUND, Part.SURCHARGE, "under-refund"),
        (Mark.ADDRESS_CHANGE, Part.RECEIVER, "address-pending"),
    ],
)
def test_what_the_platform_is_deciding_on_is_left_to_it(mark: Mark, part: Part, code: str) -> None:
    order = at(Status.HELD)
    marked = replace(order, content=replace(order.content, marks=(mark,)))

    assert [fault.code for fault in edit.refused(marked, [part])] == [code]
    assert list(edit.refused(marked, [Part.TAGS])) == []


@pytest.mark.parametrize(
    ("status", "part"),
    [(s, p) for s, p in sorted(product(Status, Part)) if p in MAY[STAGES[s]] and p != Part.MOVES],
)
def test_an_edited_order_goes_on_where_it_must(status: Status, part: Part) -> None:
    before = at(status)

    after = edit.edited(before, CHANGES[part], LATER)

    assert after.status is GOES.get((status, part), status)
    assert after.timeline == before.timeline
    if (status, part) in GOES:
        assert (after.parcels, after.since) == ((), LATER)
    else:
        assert (after.parcels, after.since) == (before.parcels, before.since)


@pytest.mark.parametrize("part", [p for p in Part if p not in (Part.LINES, Part.MOVES)])
def test_no_goods_are_let_go_by_an_edit_that_needs_as_many(part: Part) -> None:
    before = at(Status.PLANNED)

    after = edit.edited(before, CHANGES[part], LATER)

    assert after.holding == before.holding


def test_what_a_person_stopped_stays_stopped() -> None:
    order = at(Status.HELD, holds=(Hold(Reason.MANUAL), Hold(Reason.ADDRESS)))

    after = edit.edited(order, CHANGES[Part.RECEIVER], LATER)

    assert (after.status, after.resume) == (Status.HELD, Status.RECEIVED)
    assert [hold.reason for hold in after.holds] == [Reason.MANUAL]


def test_only_what_was_changed_is_looked_at_anew() -> None:
    waived = (Reason.BUYER_NOTE, Reason.ADDRESS, Reason.AMOUNTS)
    order = at(Status.PLANNED, waived=waived)

    after = edit.edited(order, CHANGES[Part.RECEIVER], LATER)

    assert after.waived == (Reason.BUYER_NOTE, Reason.AMOUNTS)


def test_another_carrier_frees_an_order_that_no_carrier_took() -> None:
    order = at(
        Status.HELD, holds=(Hold(Reason.UNREACHABLE),), resume=Status.RESERVED, sources=SOURCES
    )

    after = edit.edited(order, CHANGES[Part.CARRIER], LATER)

    assert (after.status, after.holds, after.holding) == (Status.APPROVED, (), order.holding)


def test_what_is_held_for_more_waits_for_the_rest() -> None:
    holds = (Hold(Reason.UNREACHABLE), Hold(Reason.MANUAL))
    order = at(Status.HELD, holds=holds, resume=Status.PLANNED, sources=SOURCES)

    after = edit.edited(order, CHANGES[Part.CARRIER], LATER)

    assert (after.status, after.resume, after.parcels) == (Status.HELD, Status.APPROVED, ())
    assert [hold.reason for hold in after.holds] == [Reason.MANUAL]


def test_gifts_are_given_anew_after_another_review() -> None:
    gift = Line(FIRST_GIFT, "sticker", 1, 0, 0, 0, 0)
    sources = (*SOURCES, source("sticker", 1, line=FIRST_GIFT))
    order = at(Status.PLANNED, gifts=(gift,), sources=sources)

    after = edit.edited(order, CHANGES[Part.RECEIVER], LATER)

    assert (after.gifts, after.sources) == ((), SOURCES)


def test_an_urgent_order_leaves_the_buffer() -> None:
    order = at(Status.RESERVED, meeting=True)

    after = edit.edited(order, CHANGES[Part.URGENT], LATER)

    assert (after.meeting, after.status, after.since) == (False, Status.RESERVED, LATER)


def test_an_edited_member_leaves_its_merge() -> None:
    order = at(Status.PLANNED, merge="m1")

    assert edit.edited(order, CHANGES[Part.RECEIVER], LATER).merge == ""
    assert edit.edited(order, CHANGES[Part.TAGS], LATER).merge == "m1"


# --- money and stock ---
@given(
    st.integers(0, 2),
    st.integers(0, 3),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 900)), max_size=3),
    st.integers(-500, 500),
)
def test_the_identities_hold_after_every_edit(
    gone: int, more: int, fresh: list[tuple[int, int]], surcharge: int
) -> None:
    order = at(Status.PLANNED)
    first = order.content.lines[0]
    lines = tuple(
        Line(no, "cap", units, price, price * units, price * units, price * units)
        for no, (units, price) in enumerate(fresh, 3)
    )
    grown = () if gone else (partial.grown(first, more),)
    wanted = Edit(cut={1: gone} if gone else None, lines=(*grown, *lines), surcharge=surcharge)

    after = edit.edited(order, wanted, LATER)

    assert list(identities.broken(after.content)) == []
    told = effects.money(order.content, after.content)
    assert told.collect - told.refund == told.after - told.before
    assert after.holding <= order.holding


def test_pieces_move_from_one_warehouse_to_the_sources_that_were_found() -> None:
    order = at(Status.PLANNED)

    after = edit.moved(order, order, Move(1, 1, "hz", "gz"), [source(quantity=1, warehouse="gz")])

    assert after.sources == (
        source(quantity=1),
        SOURCES[1],
        source(quantity=1, warehouse="gz"),
    )
    assert after.holding.total() == order.holding.total()


def test_of_a_kit_the_parts_move_together() -> None:
    content = build.content(lines=[build.line("set", 3)])
    parts = (source("cup", 6), source("lid", 3))
    order = build.order(content=content, status=Status.PLANNED, sources=parts)
    to = [source("cup", 4, "gz"), source("lid", 2, "gz")]

    after = edit.moved(order, order, Move(1, 2, "hz", "gz"), to)

    assert after.sources == (source("cup", 2), source("lid", 1), *to)


# --- what is called off ---
@pytest.mark.parametrize(
    "status", [Status.SHIPPED, Status.SIGNED, Status.COMPLETED, Status.CANCELLED, Status.CLOSED]
)
def test_of_what_is_gone_no_part_is_called_off(status: Status) -> None:
    with pytest.raises(NotAllowed):
        edit.cancelled(at(status), {1: 1}, LATER, "key:1", "-")


def test_a_part_that_is_called_off_is_named() -> None:
    after = edit.cancelled(at(Status.PLANNED), {1: 1}, LATER, "key:1", "too many")

    assert after.timeline[-1].args == {"lines": {"mug": 1}, "reason": "too many"}
    assert after.status is Status.PLANNED


def test_calling_off_all_that_has_not_left_ships_the_order() -> None:
    after = edit.cancelled(at(Status.SHIPPING), {2: 1}, LATER, "key:1", "-")

    assert (after.status, len(after.parcels), after.holding.total()) == (Status.SHIPPED, 1, 0)


def test_calling_off_everything_is_a_cancel() -> None:
    after = edit.cancelled(at(Status.PLANNED), {1: 2, 2: 1}, LATER, "key:1", "-")

    assert (after.status, after.sources) == (Status.CANCELLED, ())


# --- the channel's newer version ---
def told(**change: Any) -> Content:
    return build.content(lines=[build.line(), build.line("hat", 1)], version=2, **change)


def rebase(order: Order, now: Content) -> tuple[Content, tuple[Part, ...]]:
    before = order.origin or order.content
    changed = sorted(differences(before, now))
    return edit.rebased(edit.ours(order), order.content, now, changed)


def test_an_order_that_nobody_edited_takes_over_everything() -> None:
    now = told(notes={"buyer": "x"})

    assert rebase(at(Status.PLANNED), now) == (now, ())


def test_our_edits_stay_where_the_channel_changed_nothing() -> None:
    wanted = Edit(receiver=TO_LI, cut={1: 1}, note="fragile", surcharge=-5)
    order = edit.edited(at(Status.PLANNED), wanted, LATER)

    content, lost = rebase(order, told(notes={"buyer": "x"}))

    assert edit.ours(order) == (Part.RECEIVER, Part.LINES, Part.NOTE)
    assert (content.receiver, content.lines, content.amounts) == (
        TO_LI,
        order.content.lines,
        order.content.amounts,
    )
    assert (content.notes.buyer, content.notes.seller, lost) == ("x", "fragile", ())


def test_the_channel_overrules_the_parts_that_it_changed() -> None:
    order = edit.edited(at(Status.PLANNED), Edit(receiver=TO_LI, cut={1: 1}), LATER)
    now = told(receiver={**build.document()["receiver"], "phone": "13700002222"})

    content, lost = rebase(order, now)

    assert (content.receiver, lost) == (now.receiver, (Part.RECEIVER,))
    assert content.lines == order.content.lines


def test_nothing_is_overruled_where_the_channel_says_the_same_as_we() -> None:
    receiver = {**build.document()["receiver"], "phone": "13700002222"}
    ours = replace(build.content().receiver, phone="13700002222")
    order = edit.edited(at(Status.PLANNED), Edit(receiver=ours), LATER)

    content, lost = rebase(order, told(receiver=receiver))

    assert (content.receiver, lost) == (ours, ())


def test_an_edit_that_is_taken_back_leaves_no_trace() -> None:
    order = edit.edited(at(Status.PLANNED), Edit(surcharge=5), LATER)

    back = edit.edited(order, Edit(surcharge=-5), LATER)

    assert order.origin is not None
    assert (back.origin, edit.ours(back)) == (None, ())


def test_a_mapping_that_came_later_is_no_edit_of_ours() -> None:
    content = build.content(lines=[{"shop_sku": "TM-1", "quantity": 1, "unit_price": 5}])
    order = edit.edited(build.order(content=content), Edit(receiver=TO_LI), LATER)

    mapped = replace(order, content=order.content.mapped({"TM-1": "mug"}))

    assert edit.ours(mapped) == (Part.RECEIVER,)


def test_an_edit_names_its_parts_in_the_order_of_the_table() -> None:
    every = Edit(
        receiver=TO_LI, cut={1: 1}, surcharge=1, warehouse="", moves=(Move(1, 1, "a", "b"),),
        carrier="", urgent=False, promise="", note="", tags=(),
    )  # fmt: skip

    assert every.parts == tuple(Part)
    assert Edit().parts == ()
