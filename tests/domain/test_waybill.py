"""What becomes of waybills: one for each parcel, and none that nobody wants."""

from dataclasses import replace

import pytest

from shared.domain.report import TRIES
from shared.domain.waybill import Piece, Reason, State, Waybill, first, lacking, settled

NOON, LATER = "2026-11-22T12:00:00.000+00:00", "2026-11-22T12:02:00.000+00:00"
PIECE = Piece(1, "hz", "sf", "mark")
WANTED = first("order", PIECE, [], "system", NOON)
ASKING = WANTED.trying(NOON, LATER)
MADE = ASKING.made("SF1", (), "ref", {}, NOON)


def test_it_is_wanted_asked_for_and_made() -> None:
    assert (WANTED.no, WANTED.state, WANTED.asked) == ("01-1", State.WANTED, False)
    assert (ASKING.asked, ASKING.tries) == (True, 1)
    assert [row.ready(NOON) for row in (WANTED, ASKING, MADE)] == [True, False, False]
    assert ASKING.ready(LATER)
    assert (MADE.state, MADE.tracking, MADE.asked, MADE.due) == (State.MADE, "SF1", False, "")


def test_our_number_is_the_same_at_every_try_and_another_in_the_next_generation() -> None:
    second = first("order", PIECE, [MADE], "system", NOON)

    assert WANTED.idem == ASKING.idem == MADE.idem != second.idem
    assert len(replace(WANTED, order=f"merge-{'0' * 24}").idem) <= 30


@pytest.mark.parametrize(
    ("row", "state", "due"),
    [
        (WANTED, State.CANCELLED, ""),  # the carrier never heard of it
        (ASKING, State.UNWANTED, LATER),  # whoever asks now must tell first
        (replace(ASKING, due=""), State.UNWANTED, NOON),
        (MADE, State.UNWANTED, NOON),
    ],
)
def test_what_nobody_wants_is_cancelled_at_once_or_with_the_carrier(
    row: Waybill, state: State, due: str
) -> None:
    after = row.unwanted(Reason.GONE, NOON)

    assert (after.state, after.due, after.reason) == (state, due, Reason.GONE)


def test_what_is_made_though_nobody_wants_it_any_more_is_cancelled() -> None:
    late = ASKING.unwanted(Reason.PERSON, NOON).made("SF1", (), "", {}, NOON)

    assert (late.state, late.tracking, late.due) == (State.UNWANTED, "SF1", NOON)


def test_two_numbers_for_one_parcel_are_for_a_person() -> None:
    twice = MADE.made("SF2", (), "", {}, NOON)

    assert (twice.waits, twice.why, twice.note, twice.tracking) == (True, "two", "SF2", "SF1")


@pytest.mark.parametrize(("tries", "waits"), [(1, False), (TRIES - 1, False), (TRIES, True)])
def test_after_so_many_tries_a_person_must_look(tries: int, waits: bool) -> None:
    after = replace(ASKING, tries=tries).later("later", "", LATER)

    assert (after.waits, after.ready(LATER)) == (waits, not waits)
    assert after.retried(NOON).ready(NOON)


@pytest.mark.parametrize(
    ("row", "state"),
    [(ASKING, State.WANTED), (ASKING.unwanted(Reason.GONE, NOON), State.CANCELLED)],
)
def test_a_no_says_that_there_is_none(row: Waybill, state: State) -> None:
    after = row.refused()

    assert (after.state, after.asked) == (state, False)


@pytest.mark.parametrize(
    ("piece", "reason"),
    [
        (PIECE, None),
        (None, Reason.GONE),
        (replace(PIECE, mark="other"), Reason.CHANGED),
        (replace(PIECE, stopped=True), Reason.INTERCEPTED),
        (replace(PIECE, left=True, tracking="SF1"), None),
        (replace(PIECE, left=True, tracking="ZTO9"), Reason.OTHER),
        (replace(PIECE, left=True), Reason.OTHER),
    ],
)
def test_a_waybill_follows_its_parcel(piece: Piece | None, reason: Reason | None) -> None:
    changed = settled([MADE], {1: piece} if piece else {}, NOON)

    assert [one.reason for one in changed] == ([reason] if reason else [])


def test_what_left_while_it_was_being_cancelled_is_for_a_person() -> None:
    going = MADE.unwanted(Reason.PERSON, NOON)
    gone = replace(PIECE, left=True, tracking="SF1")

    (after,) = settled([going], {1: gone}, NOON)

    assert (after.waits, after.why) == (True, "left")
    assert settled([after], {1: gone}, NOON) == []


@pytest.mark.parametrize(
    ("rows", "piece", "wanted"),
    [
        ([], PIECE, True),
        ([], replace(PIECE, left=True), False),
        ([], replace(PIECE, stopped=True), False),
        ([MADE], PIECE, False),
        ([MADE.unwanted(Reason.GONE, NOON)], PIECE, False),  # the carrier may have it still
        ([MADE.unwanted(Reason.GONE, NOON).cancelled()], PIECE, True),
        ([MADE.unwanted(Reason.PERSON, NOON).cancelled()], PIECE, False),  # a person said no
        ([MADE.unwanted(Reason.PERSON, NOON).cancelled()], replace(PIECE, mark="new"), True),
    ],
)
def test_a_parcel_has_one_living_waybill_at_most(
    rows: list[Waybill], piece: Piece, wanted: bool
) -> None:
    assert lacking(rows, [piece]) == ([piece] if wanted else [])
