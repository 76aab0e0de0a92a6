"""The clock finds the orders that must leave soon, forgets those that have, tells of the rest."""

from random import Random
from typing import Any

import pytest

import app as product
from functions.timers import promise as timer
from shared.domain import promise, stages
from shared.domain.alert import Kind
from shared.domain.order import Order
from shared.runtime import clock
from shared.store import alerts, merchants, orders, paces, promises, rounds
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import TICK, Mail
from tests.support.told import Stream

HOUR = 3600


def ago(hours: float) -> str:
    return clock.later(clock.now(), -hours * HOUR)


def tick(acme: Merchant) -> None:
    """One run for this merchant alone."""
    place = timer.visit(acme.id, "", 1)
    while place:
        place = timer.visit(acme.id, place, 1)


def place(acme: Merchant, number: str, hours: float, **change: Any) -> str:
    """An order that was placed and taken in so many hours ago; only its row knows."""
    given = acme.place(number=number, placed_at=ago(hours), **change)
    assert given.status == 202, given.body
    return str(given.body["id"])


def rows(engine: Engine, acme: Merchant) -> list[str]:
    return sorted(
        row["sk"]["S"].partition("#")[2]
        for row in engine.rows("insight", acme.id)
        if row["pk"]["S"] == f"{acme.id}#promise"
    )


def listed(acme: Merchant, query: str = "") -> list[tuple[str, str]]:
    reply = acme.call("GET", f"/v1/promises?{query}")
    assert reply.status == 200, reply.body
    return [(one["number"], one["state"]) for one in reply.body["promises"]]


@pytest.fixture
def began(acme: Merchant, mail: Mail) -> Merchant:
    rounds.begin(acme.id)
    acme.put_stock("mug", 1000)
    return acme


def test_the_walk_writes_down_what_has_not_left_and_nothing_else(
    began: Merchant, mail: Mail, engine: Engine
) -> None:
    late, near = place(began, "late", 50), place(began, "near", 40)
    gone, far = place(began, "gone", 40), place(began, "far", 10)
    mail.pump()
    began.call("POST", f"/v1/orders/{gone}/ship", {})

    product.keep_promises(TICK, None)

    assert rows(engine, began) == sorted([late, near])
    assert listed(began) == [("late", "late"), ("near", "soon")]
    assert far not in rows(engine, began)


def test_an_order_that_has_left_is_forgotten(began: Merchant, mail: Mail, engine: Engine) -> None:
    one = place(began, "one", 40)
    mail.pump()
    tick(began)
    began.call("POST", f"/v1/orders/{one}/ship", {})
    assert listed(began) == []

    tick(began)

    assert rows(engine, began) == []


def test_each_order_is_read_once_by_the_walk(
    began: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        place(began, f"n{n}", 40 + n)
    tick(began)
    read: list[str] = []
    original = orders.page

    def page(*args: Any, **about: Any) -> list[str]:
        found = original(*args, **about)
        read.extend(found)
        return found

    monkeypatch.setattr(orders, "page", page)

    tick(began)
    tick(began)

    assert read == []


def test_the_walk_goes_on_page_by_page(
    began: Merchant, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promises, "PAGE", 3)
    ids = sorted(place(began, f"n{n}", 37 + n / 100) for n in range(8))

    tick(began)

    assert rows(engine, began) == ids
    assert began.call("GET", "/v1/promises").body["counts"]["soon"] == 8


def test_an_order_taken_in_late_is_told_by_the_stream(
    began: Merchant, mail: Mail, engine: Engine, stream: Stream
) -> None:
    tick(began)
    one = place(began, "late", 50)
    assert listed(began) == []

    stream.tell("count")
    stream.tell("count")

    assert rows(engine, began) == [one]
    assert listed(began) == [("late", "late")]


def test_an_order_of_the_usual_time_costs_no_row(
    began: Merchant, mail: Mail, engine: Engine, stream: Stream
) -> None:
    one = place(began, "one", 1)
    mail.pump()
    began.call("POST", f"/v1/orders/{one}/ship", {})
    stream.tell("count")

    tick(began)

    assert rows(engine, began) == []


def test_what_the_channel_promised_earlier_has_its_row_at_once(
    began: Merchant, stream: Stream, engine: Engine
) -> None:
    soon = place(began, "soon", 1, ship_by=ago(-3))
    place(began, "later", 1, ship_by=ago(-300))

    stream.tell("count")

    assert rows(engine, began) == [soon]
    assert listed(began) == [("soon", "soon")]


def test_a_new_version_with_another_deadline_moves_its_row(
    began: Merchant, stream: Stream, engine: Engine, mail: Mail
) -> None:
    placed_at = ago(1)
    document = {"number": "one", "placed_at": placed_at}
    began.place(**document, ship_by=ago(-2), version=1)
    stream.tell("count")
    began.place(**document, ship_by=ago(-5), version=2)
    stream.tell("count")

    tick(began)

    (one,) = began.call("GET", "/v1/promises").body["promises"]
    assert len(rows(engine, began)) == 1
    assert one["why"]["rule"] == "channel"
    assert 4 * HOUR < one["left"] < 6 * HOUR


def test_an_unpaid_order_has_no_clock_until_it_is_paid(
    began: Merchant, stream: Stream, mail: Mail
) -> None:
    document = {"number": "one", "placed_at": ago(60)}
    began.place(**document, payment={"state": "unpaid"}, version=1)
    mail.pump()
    stream.tell("count")
    tick(began)
    assert listed(began) == []

    began.place(**document, paid_at=ago(47), version=2)
    mail.pump()
    stream.tell("count")

    assert listed(began) == [("one", "soon")]


def test_a_shop_whose_hours_change_misses_no_order(began: Merchant, engine: Engine) -> None:
    one = place(began, "one", 20)
    tick(began)
    assert rows(engine, began) == []

    shop = {"name": "天猫店", "channel": "dewu-direct"}
    assert began.call("PUT", "/v1/shops/tmall", shop).status == 200
    tick(began)

    assert rows(engine, began) == [one]


def test_more_warning_finds_more_orders(began: Merchant, engine: Engine) -> None:
    one = place(began, "one", 30)
    tick(began)
    began.call("PUT", "/v1/alert-settings", {"promise_hours": 24})

    tick(began)

    assert rows(engine, began) == [one]


def test_one_alert_for_each_warehouse_or_shop_opens_and_closes(
    began: Merchant, mail: Mail
) -> None:
    late = place(began, "late", 50)
    place(began, "noted", 51, notes={"buyer": "?"})
    mail.pump()

    tick(began)

    found = {
        (one.kind, one.subject.warehouse, one.subject.shop) for one in alerts.standing(began.id)
    }
    assert found == {(Kind.PROMISE_LATE, "hz", ""), (Kind.PROMISE_LATE, "", "tmall")}
    began.call("POST", f"/v1/orders/{late}/ship", {})
    tick(began)
    assert {one.subject.shop for one in alerts.standing(began.id)} == {"tmall"}


def test_a_slow_pace_is_a_forecast_of_being_late(
    began: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(began, "one", 40)
    mail.pump()
    usual = {("warehouse", ""): 20.0 * HOUR, ("warehouse", "hz"): 30.0 * HOUR}
    monkeypatch.setattr(paces, "known", lambda tenant: usual)

    tick(began)

    assert listed(began) == [("one", "breach-forecast")]
    assert [one.kind for one in alerts.standing(began.id)] == [Kind.PROMISE_RISK]
    (shown,) = began.call("GET", "/v1/promises").body["promises"]
    assert shown["forecast"] > shown["ship_by"]
    assert (shown["warehouse"], shown["delay"]["stage"] in stages.WAY) == ("hz", True)


def test_the_pace_is_that_of_the_last_seven_days(
    began: Merchant, mail: Mail, stream: Stream, engine: Engine
) -> None:
    one = place(began, "one", 1)
    mail.pump()
    began.call("POST", f"/v1/orders/{one}/ship", {})
    stream.tell("count")

    tick(began)

    known = paces.known(began.id)
    assert {stage for stage, _ in known} == {"review", "stock", "buffer", "warehouse", "total"}
    assert known["total", "hz"] == known["total", ""] < 60
    folds = [r for r in engine.rows("insight", began.id) if r["pk"]["S"] == f"{began.id}#pace"]
    assert len(folds) == paces.DAYS


@pytest.mark.parametrize(
    ("summed_up", "expected"),
    [(0, True), (-0.9, True), (-1.1, False), (-47, False)],
    ids=["now", "within the hour", "an hour ago", "days ago"],
)
def test_a_day_that_may_grow_is_summed_up_once_an_hour(
    summed_up: float, *, expected: bool
) -> None:
    now = clock.now()

    fold = paces.Fold(clock.later(now, summed_up * HOUR))

    assert fold.serves(now[:10], now) is expected
    assert paces.Fold("2026-01-03T00:00:01").serves("2026-01-01", now) is True


def test_filters_and_pages_show_every_order_once(began: Merchant, mail: Mail) -> None:
    began.call("POST", "/v1/shops", {"id": "jd", "name": "京东", "channel": "jd"})
    for n in range(3):
        place(began, f"t{n}", 40 + n)
    place(began, "j", 60, shop="jd")
    mail.pump()
    tick(began)

    assert listed(began, "shop=jd") == [("j", "late")]
    assert listed(began, "state=late") == [("j", "late")]
    assert len(listed(began, "warehouse=hz")) == 4
    assert listed(began, "warehouse=gz") == []
    seen, cursor = [], ""
    while cursor is not None:
        path = f"/v1/promises?limit=1&cursor={cursor.replace('#', '%23').replace('+', '%2B')}"
        page = began.call("GET", path).body
        seen += [one["number"] for one in page["promises"]]
        cursor = page["next"]
    assert seen == ["j", "t2", "t1", "t0"]


def test_nothing_was_counted_yet_where_nothing_has_begun(acme: Merchant) -> None:
    reply = acme.call("GET", "/v1/promises")

    assert reply.body == {
        "counted_at": None,
        "counts": {"late": 0, "breach-forecast": 0, "soon": 0},
        "promises": [],
        "next": None,
    }


@pytest.mark.parametrize("query", ["state=gone", "cursor=x", "limit=0", "colour=red"])
def test_a_faulty_query_is_refused(acme: Merchant, query: str) -> None:
    assert acme.call("GET", f"/v1/promises?{query}").status == 422


@pytest.mark.parametrize("seed", range(2))
def test_days_of_orders_are_listed_as_a_look_at_every_single_one_would(
    began: Merchant, mail: Mail, stream: Stream, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Two shops of different hours; paid late, promised, urgent, taken in late, called off."""
    dice, now = Random(seed), ago(6 * 24)
    monkeypatch.setattr(clock, "now", lambda: now)
    began.call("POST", "/v1/shops", {"id": "dewu", "name": "得物", "channel": "dewu-direct"})
    ids: list[str] = []
    for turn in range(16):
        now = clock.later(now, dice.uniform(0.5, 6) * HOUR)
        ids += [bought(began, dice, f"{turn}-{n}", now) for n in range(dice.randint(0, 3))]
        if ids and dice.random() < 0.5:
            began.call("POST", f"/v1/orders/{dice.choice(ids)}/cancel", {})
        stream.tell("count")
        tick(began)

        there = orders.get_many(began.id, ids).values()
        due = {one.number for one in there if promise.runs(one) and leaves_soon(began, one, now)}
        assert {number for number, _ in listed(began, "limit=100")} == due
    assert due


def bought(acme: Merchant, dice: Random, number: str, now: str) -> str:
    placed_at = clock.later(now, -dice.choice([0.01, 0.3, 1, 30, 60]) * HOUR)
    change: dict[str, Any] = {"shop": dice.choice(["tmall", "dewu"])}
    if dice.random() < 0.3:
        change["ship_by"] = clock.later(now, dice.uniform(-5, 60) * HOUR)
    if dice.random() < 0.3:
        change["paid_at"] = clock.later(placed_at, dice.uniform(0, 1) * HOUR / 100)
    if dice.random() < 0.2:
        change["not_before"] = clock.later(now, dice.uniform(0, 30) * HOUR)
    return str(acme.place(number=number, placed_at=placed_at, **change).body["id"])


def leaves_soon(acme: Merchant, order: Order, now: str) -> bool:
    shop = merchants.shops.get(acme.id, order.shop)
    return promise.ship_by(order, shop).at <= clock.later(now, 12 * HOUR)
