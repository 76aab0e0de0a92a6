"""The moves of an order: every one that is allowed, and none besides."""

from dataclasses import replace
from itertools import product

import pytest

from shared.domain.errors import NotAllowed, NotFound
from shared.domain.hold import Hold, Reason
from shared.domain.order import MOVES, RENEWABLE, Order, Status, id_for
from shared.domain.stock import Place
from tests.support import build
from tests.support.build import NOON, parcel, source

LATER = "2026-11-20T13:00:00.000+00:00"
ALLOWED = [(here, there) for here, targets in MOVES.items() for there in sorted(targets)]
REFUSED = sorted(set(product(Status, Status)) - set(ALLOWED))
MANUAL = Hold(Reason.MANUAL, {"note": "call first"})


def planned(**change: object) -> Order:
    """Two parcels from two warehouses, both waiting."""
    near, far = source(quantity=2), source("hat", 1, "gz", line=2)
    parcels = (parcel(1, near), parcel(2, far))
    given = {"status": Status.PLANNED, "sources": (near, far), "parcels": parcels, **change}
    return build.order(**given)


@pytest.mark.parametrize(("here", "there"), ALLOWED)
def test_a_move_on_the_list_is_made_and_written_down(here: Status, there: Status) -> None:
    order = build.order(status=here, version=4)

    moved = order.to(there, "moved", NOON, "key:1", why="-")

    assert moved.status is there
    entry = moved.timeline[-1]
    assert (entry.seq, entry.v, entry.at, entry.status) == (1, 5, NOON, there)
    assert (entry.code, entry.by, entry.args) == ("moved", "key:1", {"why": "-"})


@pytest.mark.parametrize(("here", "there"), REFUSED)
def test_a_move_that_is_not_on_the_list_is_refused(here: Status, there: Status) -> None:
    with pytest.raises(NotAllowed) as refused:
        build.order(status=here).to(there, "moved", NOON)

    assert (refused.value.figures["status"], refused.value.figures["to"]) == (here, there)


def test_an_order_ends_where_no_move_leads_on() -> None:
    ends = set(Status) - MOVES.keys()

    assert ends == {Status.COMPLETED, Status.CANCELLED, Status.CLOSED}


def test_entries_are_numbered_without_a_gap() -> None:
    order = build.order().noted("a", NOON).noted("b", NOON)

    assert [entry.seq for entry in order.timeline] == [1, 2]


@pytest.mark.parametrize("status", sorted(RENEWABLE - {Status.HELD, Status.RECEIVED}))
def test_a_released_order_goes_on_where_it_was_stopped(status: Status) -> None:
    held = build.order(status=status).hold((MANUAL,), status, NOON)

    free = held.release(LATER, "key:1", "spoke to the buyer")

    assert (held.status, held.holds) == (Status.HELD, (MANUAL,))
    assert (free.status, free.holds, free.waived) == (status, (), (Reason.MANUAL,))
    assert free.since == LATER
    assert free.timeline[-1].args == {"reasons": ["manual"], "note": "spoke to the buyer"}


def test_a_second_hold_is_added_to_the_first() -> None:
    notes = Hold(Reason.BUYER_NOTE)
    held = build.order().hold((notes,), Status.RECEIVED, NOON)

    twice = held.hold((MANUAL,), held.resume, NOON)

    assert twice.holds == (notes, MANUAL)
    assert twice.resume is Status.RECEIVED


def test_a_reason_is_waived_once() -> None:
    order = build.order(waived=(Reason.MANUAL,)).hold((MANUAL, MANUAL), Status.RECEIVED, NOON)

    assert order.release(NOON).waived == (Reason.MANUAL,)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.HELD}))
def test_only_a_held_order_is_released(status: Status) -> None:
    with pytest.raises(NotAllowed):
        build.order(status=status).release(NOON)


@pytest.mark.parametrize("status", [Status.SHIPPING, Status.SHIPPED, Status.SIGNED])
def test_an_order_on_its_way_is_neither_held_nor_cancelled(status: Status) -> None:
    order = build.order(status=status)

    with pytest.raises(NotAllowed):
        order.hold((MANUAL,), status, NOON)
    with pytest.raises(NotAllowed):
        order.cancel(NOON)


def test_a_cancelled_order_holds_nothing() -> None:
    cancelled = planned().cancel(NOON, "key:1", "changed my mind")

    assert cancelled.status is Status.CANCELLED
    assert not cancelled.holding
    assert (cancelled.sources, cancelled.parcels, cancelled.holds) == ((), (), ())
    assert cancelled.timeline[-1].args == {"reason": "changed my mind"}


def test_shipping_one_parcel_of_two_sends_its_units_alone() -> None:
    order = planned().ship({2: ("sf", "SF1")}, NOON)

    assert order.status is Status.SHIPPING
    assert dict(order.sent) == {Place("hat", "gz"): 1}
    assert dict(order.holding) == {Place("mug", "hz"): 2}
    assert [(p.carrier, p.tracking, p.shipped_at) for p in order.parcels] == [
        ("manual", "", ""),
        ("sf", "SF1", NOON),
    ]
    assert order.timeline[-1].code == "part-shipped"


def test_shipping_the_rest_ships_the_order() -> None:
    part = planned().ship({1: ("", "A")}, NOON)

    whole = part.ship({2: ("", "B")}, LATER)

    assert whole.status is Status.SHIPPED
    assert not whole.holding
    assert [entry.code for entry in whole.timeline] == ["part-shipped", "shipped"]


def test_one_more_of_three_parcels_keeps_the_order_shipping() -> None:
    parcels = tuple(parcel(no, source(warehouse=f"w{no}")) for no in (1, 2, 3))
    order = planned(parcels=parcels).ship({1: ("", "A")}, NOON)

    again = order.ship({2: ("", "B")}, NOON)

    assert again.status is Status.SHIPPING
    assert [entry.code for entry in again.timeline] == ["part-shipped", "part-shipped"]


def test_all_parcels_at_once_ship_the_order_in_one_move() -> None:
    order = planned().ship({1: ("", "A"), 2: ("", "B")}, NOON)

    assert order.status is Status.SHIPPED
    assert [entry.args["tracking"] for entry in order.timeline] == [["A", "B"]]


def test_a_parcel_leaves_once() -> None:
    part = planned().ship({1: ("", "A")}, NOON)

    with pytest.raises(NotFound, match="parcel"):
        part.ship({1: ("", "B")}, NOON)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PLANNED, Status.SHIPPING}))
def test_only_a_planned_order_is_shipped(status: Status) -> None:
    with pytest.raises(NotAllowed):
        replace(planned(), status=status).ship({1: ("", "A")}, NOON)


def test_a_newer_version_begins_again_with_nothing_held() -> None:
    order = planned(waived=(Reason.BUYER_NOTE,))

    fresh = order.renewed(LATER, fields=["lines[0].quantity"], version=2)

    assert (fresh.status, fresh.since) == (Status.RECEIVED, LATER)
    assert (fresh.sources, fresh.parcels, fresh.holds, fresh.waived) == ((), (), (), ())
    assert fresh.timeline[-1].args == {"fields": ["lines[0].quantity"], "version": 2}


@pytest.mark.parametrize("status", sorted(set(Status) - RENEWABLE))
def test_an_order_on_its_way_or_at_its_end_does_not_begin_again(status: Status) -> None:
    with pytest.raises(NotAllowed):
        build.order(status=status).renewed(LATER)


def test_a_newer_version_does_not_undo_what_a_person_stopped() -> None:
    held = planned().hold((MANUAL, Hold(Reason.ADDRESS)), Status.PLANNED, NOON)

    fresh = held.renewed(LATER)

    assert (fresh.status, fresh.holds) == (Status.HELD, (MANUAL,))
    assert fresh.release(LATER).status is Status.RECEIVED


def test_needs_are_summed_over_lines_of_one_sku() -> None:
    lines = [build.line("mug", 2), build.line("hat", 1), build.line("mug", 3)]

    assert build.order(content=build.content(lines=lines)).needs == {"mug": 5, "hat": 1}


def test_one_order_has_one_id_and_no_other_has_it() -> None:
    ids = {
        id_for(*names)
        for names in [("a", "b", "c"), ("a", "b", "d"), ("a", "c", "c"), ("b", "b", "c")]
    }

    assert len(ids) == 4
    assert id_for("a", "b", "c") == id_for("a", "b", "c")
