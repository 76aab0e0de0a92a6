"""/v1/hot-sales: planned, begun by the clock, looked after, ended, and nothing lost."""

from typing import Any

import pytest

import app as product
from functions.steps import heat
from shared.domain.errors import Conflict
from shared.domain.item import Item
from shared.runtime import clock
from shared.store import hot, merchants, stock
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail

PATH = "/v1/hot-sales/mug/hz"


def tick() -> None:
    product.expire_holds(TICK, None)


def lies(acme: Merchant) -> dict[str, Any]:
    body = acme.call("GET", PATH).body
    return {name: body[name] for name in ("state", "heat", "on_the_counter", "in_buckets")}


def test_a_sku_is_made_hot_sold_and_cooled_down(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 40)

    assert acme.call("PUT", PATH, {"buckets": 4}).body["state"] == "on"
    assert lies(acme)["in_buckets"] == {"free": 40, "held": 0, "filled": 4}

    order = acme.place().body["id"]
    mail.pump()
    assert acme.order(order)["status"] == "planned"
    assert lies(acme)["in_buckets"] == {"free": 38, "held": 2, "filled": 4}

    assert acme.call("DELETE", PATH).body["state"] == "over"
    assert lies(acme) == {
        "state": "over",
        "heat": None,
        "on_the_counter": {"free": 38, "held": 2},
        "in_buckets": {"free": 0, "held": 0, "filled": 0},
    }


def test_the_list_of_stock_shows_a_hot_sku_as_one(acme: Merchant) -> None:
    acme.put_stock("mug", 40)
    acme.call("PUT", PATH, {"buckets": 4})

    (shown,) = acme.call("GET", "/v1/stock").body["stock"]
    whole = acme.call("GET", "/v1/stock/mug").body

    assert (shown["sku"], shown["lot"], shown["free"], shown["hot"]) == ("mug", "", 40, True)
    assert (whole["free"], [one["free"] for one in whole["warehouses"]]) == (40, [40])


def test_a_planned_sale_begins_and_ends_by_the_clock(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.put_stock("mug", 40)
    now = clock.now()
    start, until = clock.later(now, 600), clock.later(now, 1200)
    acme.call("PUT", PATH, {"buckets": 4, "start": start, "until": until})
    tick()
    assert lies(acme)["heat"] is None

    monkeypatch.setattr(clock, "now", lambda: clock.later(start, 1))
    tick()
    assert (lies(acme)["state"], lies(acme)["in_buckets"]["free"]) == ("on", 40)

    monkeypatch.setattr(clock, "now", lambda: clock.later(until, 1))
    tick()
    assert (lies(acme)["state"], lies(acme)["on_the_counter"]["free"]) == ("over", 40)


def test_what_arrives_during_a_sale_goes_into_the_buckets(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.put_stock("mug", 4)
    acme.call("PUT", PATH, {"buckets": 4})
    receipt = {"type": "receipt", "warehouse": "hz", "lines": [{"sku": "mug", "units": 40}]}
    assert acme.call("POST", "/v1/movements", receipt).status < 300

    later = clock.later(clock.now(), 61)
    monkeypatch.setattr(clock, "now", lambda: later)
    tick()

    assert lies(acme)["in_buckets"] == {"free": 44, "held": 0, "filled": 4}


def test_the_peak_tells_how_many_buckets_there_must_be(acme: Merchant) -> None:
    acme.put_stock("mug", 2000)

    assert acme.call("PUT", PATH, {"peak": 1000}).body["buckets"] == 10


def test_a_sale_that_is_on_is_not_planned_anew_and_ends_once(acme: Merchant) -> None:
    acme.put_stock("mug", 4)
    acme.call("PUT", PATH, {"buckets": 2})

    again = acme.call("PUT", PATH, {"buckets": 3})
    first, second = acme.call("DELETE", PATH), acme.call("DELETE", PATH)

    assert (again.status, again.body["code"]) == (409, "wrong-state")
    assert first.body["state"] == second.body["state"] == "over"
    assert acme.call("PUT", PATH, {"buckets": 3}).body["buckets"] == 3


def test_who_looks_after_a_sale_that_is_just_ended_does_not_begin_it_anew(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.put_stock("mug", 4)
    acme.call("PUT", PATH, {"buckets": 2})
    switch_on, ended = hot.switch_on, list[Any]()

    def end_then_switch_on(*args: Any) -> bool:
        if not ended:
            ended.append(acme.call("DELETE", PATH))
        return switch_on(*args)

    with monkeypatch.context() as late:
        late.setattr(hot, "switch_on", end_then_switch_on)
        with pytest.raises(Conflict):
            heat.heat(acme.id, "mug@hz")

    assert (lies(acme)["state"], lies(acme)["heat"]) == ("over", None)


def test_an_end_that_is_told_twice_does_not_end_the_next_sale(acme: Merchant) -> None:
    acme.put_stock("mug", 4)
    acme.call("PUT", PATH, {"buckets": 2})
    acme.call("DELETE", PATH)
    first = acme.call("DELETE", PATH, Idempotency_Key="end-1")
    acme.call("PUT", PATH, {"buckets": 3})

    again = acme.call("DELETE", PATH, Idempotency_Key="end-1")

    assert again.body == first.body
    assert lies(acme)["state"] == "on"


def test_while_it_is_hot_its_stock_is_not_set_by_hand(acme: Merchant) -> None:
    acme.put_stock("mug", 4)
    acme.call("PUT", PATH, {"buckets": 2})

    reply = acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 9})

    assert (reply.status, reply.body["code"]) == (409, "wrong-state")
    assert "热销" in reply.body["detail"]
    assert sum(level.free for level in stock.levels(acme.id, "mug")) == 4


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("buckets", "either-or")),
        ({"buckets": 2, "peak": 9}, ("buckets", "either-or")),
        ({"buckets": 1}, ("buckets", "out-of-range")),
        ({"buckets": 501}, ("buckets", "out-of-range")),
        ({"peak": 0}, ("peak", "out-of-range")),
        ({"buckets": 2, "until": "2020-01-01T00:00:00Z"}, ("until", "not-after-the-start")),
        ({"buckets": 2, "start": "soon"}, ("start", "not-a-time")),
        ({"buckets": 2, "bucket": 2}, ("bucket", "unknown-field")),
    ],
)
def test_a_faulty_sale_is_refused(
    acme: Merchant, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    reply = acme.call("PUT", PATH, body)

    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.body["faults"]] == [fault]


def test_goods_that_are_kept_by_lot_are_not_made_hot(acme: Merchant) -> None:
    merchants.items.add(acme.id, Item("mug", "杯", lots=True))

    assert acme.call("PUT", PATH, {"buckets": 2}).body["faults"][0]["code"] == "by-lot"
