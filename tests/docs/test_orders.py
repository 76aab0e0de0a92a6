"""Statuses, moves, holds and events: the documents against the domain."""

from shared.domain import axes, event
from shared.domain.delivery import DELAYS, DeliveryState
from shared.domain.hold import NATURE, Reason
from shared.domain.order import MOVES, RENEWABLE, Status
from shared.domain.words import CATALOGUE
from tests.docs import pages

STATUSES = "docs/statuses-and-holds.md"
EVENTS = "docs/events.md"


def test_the_statuses_are_those_of_the_code_in_its_words() -> None:
    told = [(pages.code(row[0]), row[1]) for row in pages.table(STATUSES, "Statuses")]

    assert told == [(s.value, CATALOGUE[f"status.{s.value}"][0]) for s in ordered()]


def ordered() -> list[Status]:
    rows = pages.table(STATUSES, "Statuses")
    told = [Status(pages.code(row[0])) for row in rows]
    assert set(told) == set(Status)
    return told


def test_the_moves_are_those_of_the_code() -> None:
    rows = pages.table(STATUSES, "Moves")

    told = {pages.code(start): set(pages.codes(ends)) for start, ends in rows}

    assert told == {start.value: {end.value for end in ends} for start, ends in MOVES.items()}


def test_a_newer_version_brings_back_the_orders_that_the_page_names() -> None:
    before_shipping = pages.table(STATUSES, "Moves", 1)[0][0]

    assert set(pages.codes(before_shipping)) == {s.value for s in RENEWABLE}


def test_the_picture_of_the_way_shows_every_status() -> None:
    for picture in ("docs/way.svg", "docs/statuses.svg"):
        drawn = pages.text(picture)

        assert [status for status in Status if status.value not in drawn] == []


def test_the_axes_are_those_of_the_code() -> None:
    told = {pages.code(row[0]): pages.codes(row[2]) for row in pages.table(STATUSES, "Axes")}

    kinds = {"payment": axes.Paid, "shipment": axes.Shipment, "refund": axes.Refund}
    assert told == {name: [value.value for value in kind] for name, kind in kinds.items()}


def test_the_holds_are_those_of_the_code() -> None:
    told = {
        pages.code(row[0]): (*(pages.code(cell) for cell in row[2:5]), *row[5:])
        for row in pages.table(STATUSES, "Holds")
    }

    assert told == {
        reason.value: (
            *(n.severity.value, n.owner, n.way_out, "是" if n.waivable else "否"),
            f"{n.hours} 小时" if n.hours else "无",
        )
        for reason, n in NATURE.items()
    }


def test_every_way_out_of_a_hold_is_explained() -> None:
    told = {pages.code(row[0]) for row in pages.table(STATUSES, "Holds", 1)}

    assert told == {nature.way_out for nature in NATURE.values()}


def test_the_identities_are_those_that_review_names() -> None:
    told = [pages.code(row[0]) for row in pages.table(STATUSES, "Holds", 2)]
    prefix = "identity."

    assert told == [c.removeprefix(prefix) for c in CATALOGUE if c.startswith(prefix)]


def test_every_hold_reason_has_its_nature_and_its_words() -> None:
    for reason in Reason:
        assert reason in NATURE
        assert f"hold.{reason.value}" in CATALOGUE
        assert f"reason.{reason.value}" in CATALOGUE


def test_the_events_are_those_of_the_code() -> None:
    told = [pages.code(row[0]) for row in pages.table(EVENTS, "Catalogue")]

    assert set(told) == {f"order.{name}" for name in event.NAMES}
    assert len(told) == len(event.NAMES)


def test_each_event_names_statuses_that_there_are() -> None:
    told = {s for row in pages.table(EVENTS, "Catalogue") for s in pages.codes(row[2])}

    assert told <= {status.value for status in Status}


def test_the_states_of_a_delivery_are_those_of_the_code() -> None:
    told = [pages.code(row[0]) for row in pages.table(EVENTS, "retries", 1)]

    assert told == [state.value for state in DeliveryState]


def test_the_distances_between_tries_are_those_of_the_code() -> None:
    told = "、".join(map(spoken, DELAYS))

    assert told in pages.section(EVENTS, "retries")


def spoken(seconds: int) -> str:
    for unit, name in ((3600, "小时"), (60, "分"), (1, "秒")):
        if seconds >= unit:
            return f"{seconds // unit} {name}"
    return ""
