"""/v1/stages: told from the orders' stream, exactly once, and read as a report."""

import random
from typing import Any

import pytest

from shared.runtime import clock
from shared.store import days, orders
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.told import Stream


@pytest.fixture
def today(acme: Merchant, mail: Mail, stream: Stream) -> str:
    """A day on which two orders were shipped, one of them signed for, and one got no further."""
    acme.put_stock("mug", 4)
    ids = [acme.place(number=f"TB-{n}").body["id"] for n in range(3)]
    mail.pump()
    for order_id in ids[:2]:
        acme.call("POST", f"/v1/orders/{order_id}/ship", {})
    acme.call("POST", f"/v1/orders/{ids[0]}/sign")
    return clock.now()[:10]


def report(acme: Merchant, query: str = "") -> dict[str, Any]:
    reply = acme.call("GET", f"/v1/stages?{query}")
    assert reply.status == 200, reply.body
    return dict(reply.body)


def test_each_stage_is_told_once_however_often_its_events_are(
    acme: Merchant, stream: Stream, today: str
) -> None:
    twice = stream.read() * 2
    random.Random(7).shuffle(twice)

    for _ in range(2):
        stream.tell("count", twice)

    found = report(acme, f"from={today}&to={today}")
    counts = {row["stage"]: row["count"] for row in found["stages"]}
    assert counts == dict.fromkeys(("review", "stock", "buffer", "warehouse", "total"), 2) | {
        "delivery": 1
    }
    assert [group["warehouse"] for group in found["groups"]] == ["hz"]
    assert sum(row["share"] for row in found["stages"] if row["share"]) in range(97, 104)


def test_the_report_goes_by_shop_too(acme: Merchant, stream: Stream, today: str) -> None:
    stream.tell("count")

    found = report(acme, "by=shop")

    assert [group["shop"] for group in found["groups"]] == ["tmall"]
    assert found["bottleneck"]["shop"] == "tmall"
    assert found["bottleneck"]["reason"]["zh"].startswith("瓶颈是")


def test_the_counters_of_the_day_are_not_flooded(
    acme: Merchant, stream: Stream, today: str
) -> None:
    stream.tell("count")

    (shown,) = acme.call("GET", "/v1/days").body["days"]

    assert shown["counts"]["shipped"] == 2
    assert [name for name in shown["counts"] if "#" in name] == []


def test_a_history_that_lies_in_several_rows_counts_whole(
    acme: Merchant, mail: Mail, stream: Stream
) -> None:
    acme.put_stock("mug", 4)
    order_id = acme.place().body["id"]
    mail.pump()
    for _ in range(orders.KEPT):
        acme.call("POST", f"/v1/orders/{order_id}/hold", {})
        acme.call("POST", f"/v1/orders/{order_id}/release", {})
    acme.call("POST", f"/v1/orders/{order_id}/ship", {})

    stream.tell("count")

    history = orders.timeline(acme.id, order_id)
    (total,) = [row for row in report(acme)["stages"] if row["stage"] == "total"]
    assert history[0].seq == 1 != orders.get(acme.id, order_id).timeline[0].seq
    assert total["mean"] == round(clock.seconds_between(history[0].at, history[-1].at), 1)


def test_a_day_without_orders_has_no_bottleneck(acme: Merchant) -> None:
    assert report(acme, "from=2026-01-01&to=2026-01-31") == {
        **{"from": "2026-01-01", "to": "2026-01-31", "by": "warehouse"},
        **{"stages": [], "groups": [], "bottleneck": None},
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [("by=colour", "by"), ("from=yesterday", "from"), ("from=2026-01-01&to=2026-02-01", "to")],
)
def test_a_faulty_query_is_refused(acme: Merchant, query: str, field: str) -> None:
    reply = acme.call("GET", f"/v1/stages?{query}")

    assert reply.status == 422
    assert [fault["field"] for fault in reply.body["faults"]] == [field]


def test_stages_lie_in_the_rows_that_their_events_are_counted_in_anyway(
    acme: Merchant, stream: Stream, today: str
) -> None:
    stream.tell("count")

    rows = [
        row["sk"]["S"]
        for row in stream.engine.rows("insight")
        if row["pk"]["S"] == f"{acme.id}#day#{today}"
    ]
    assert rows == [sk for sk in rows if sk.startswith("slot#")] != []
    assert days.stages_of(acme.id, today)
