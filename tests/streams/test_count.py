"""The day's counters, kept from the orders table's stream."""

import random

import pytest

from shared.runtime import clock
from shared.store import days
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.told import Stream


@pytest.fixture
def day(acme: Merchant, mail: Mail, stream: Stream) -> str:
    """A day on which three orders came, two went all the way to planned, one was cancelled."""
    acme.put_stock("mug", 4)
    ids = [acme.place(number=f"TB-{n}").body["id"] for n in range(3)]
    mail.pump()
    acme.call("POST", f"/v1/orders/{ids[2]}/cancel")
    return clock.now()[:10]


COUNTS = {
    "accepted": 3,
    "amount": 5400,
    "approved": 3,
    "cancelled": 1,
    "planned": 2,
    "reserved": 2,
    "short": 1,
    "units": 6,
}


def test_every_event_is_counted_once(acme: Merchant, stream: Stream, day: str) -> None:
    failed = stream.tell("count")

    assert failed == []
    assert days.read(acme.id, day) == COUNTS


def test_events_told_twice_and_out_of_order_are_counted_once(
    acme: Merchant, stream: Stream, day: str
) -> None:
    twice = stream.read() * 2
    random.Random(7).shuffle(twice)

    stream.tell("count", twice[: len(twice) // 2])
    stream.tell("count", twice[len(twice) // 2 :])

    assert days.read(acme.id, day) == COUNTS


def test_the_counters_are_shown(acme: Merchant, stream: Stream, day: str) -> None:
    stream.tell("count")

    reply = acme.call("GET", f"/v1/days?from={day}&to={day}")

    assert reply.body == {"days": [{"day": day, "counts": COUNTS}]}


def test_a_batch_that_fails_comes_again_from_its_first_record(stream: Stream) -> None:
    broken = {"dynamodb": {"SequenceNumber": "7", "NewImage": {"sk": {"S": "order"}}}}

    failed = stream.tell("count", [broken])

    assert failed == [{"itemIdentifier": "7"}]


def test_a_row_that_is_gone_or_is_no_order_counts_nothing(stream: Stream) -> None:
    gone = {"dynamodb": {"SequenceNumber": "7"}}
    other = {"dynamodb": {"SequenceNumber": "8", "NewImage": {"sk": {"S": "history#000001"}}}}

    failed = stream.tell("count", [gone, other])

    assert failed == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("from=2026-01-01&to=2026-02-01", "to"),
        ("from=2026-01-02&to=2026-01-01", "to"),
    ],
)
def test_days_that_cannot_be_shown_are_refused(acme: Merchant, query: str, field: str) -> None:
    reply = acme.call("GET", f"/v1/days?{query}")

    assert reply.status == 422
    assert [fault["field"] for fault in reply.body["faults"]] == [field]
