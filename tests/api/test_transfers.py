"""/v1/transfers: goods leave one warehouse and arrive, in parts, in another."""

from typing import Any

import pytest

from shared.domain.item import Item
from shared.domain.stock import COUNTERS, Cause, Change, Level, Place, folded
from shared.runtime import clock
from shared.store import ledgers, merchants, stock
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail


def line(units: int, sku: str = "mug", **more: Any) -> dict[str, Any]:
    return {"sku": sku, "units": units, **more}


def begin(acme: Merchant, *lines: dict[str, Any], **more: Any) -> Reply:
    body = {"id": "t-1", "from": "hz", "to": "gz", "lines": list(lines) or [line(10)], **more}
    return acme.call("POST", "/v1/transfers", body)


def act(acme: Merchant, deed: str, body: dict[str, Any] | None = None, key: str = "") -> Reply:
    headers = {"Idempotency_Key": key} if key else {}
    return acme.call("POST", f"/v1/transfers/t-1/{deed}", body, None, **headers)


def level(acme: Merchant, warehouse: str, sku: str = "mug", lot: str = "") -> Level:
    place = Place(sku, warehouse, lot)
    return stock.find_level(acme.id, place) or Level(*place)


def units(acme: Merchant, warehouse: str, sku: str = "mug", lot: str = "") -> dict[str, int]:
    """The counters that are not nought."""
    found = level(acme, warehouse, sku, lot)
    return {name: getattr(found, name) for name in COUNTERS if getattr(found, name)}


def presell(acme: Merchant, count: int) -> None:
    lines = [{"sku": "mug", "warehouse": "gz", "units": count}]
    body = {"kind": "presale", "lines": lines}
    assert acme.call("PUT", "/v1/stock-holds/ahead", body).status == 200


@pytest.fixture
def begun(acme: Merchant) -> Merchant:
    acme.put_stock("mug", 10)
    assert begin(acme).status == 201
    return acme


def test_goods_are_held_then_on_their_way_then_there(begun: Merchant) -> None:
    assert (units(begun, "hz"), units(begun, "gz")) == ({"held": 10}, {})

    assert act(begun, "send").body["state"] == "sent"
    assert (units(begun, "hz"), units(begun, "gz")) == ({}, {"coming": 10})

    assert act(begun, "receive").body["state"] == "done"
    assert (units(begun, "hz"), units(begun, "gz")) == ({}, {"free": 10})


def test_a_transfer_shows_what_became_of_each_line(begun: Merchant) -> None:
    act(begun, "send", {"lines": [line(6)]})

    shown = act(begun, "receive", {"lines": [{"sku": "mug", "good": 3, "damaged": 1}]}).body

    (one,) = shown.pop("lines")
    assert one == {
        "sku": "mug", "lot": "", "expires": "", "units": 10, "sent": 6, "received": 3,
        "damaged": 1, "lost": 0, "dropped": 0, "waiting": 4, "on_way": 2,
    }  # fmt: skip
    assert (shown["from"], shown["to"], shown["state"]) == ("hz", "gz", "part-received")
    assert begun.call("GET", "/v1/transfers/t-1").body == {**shown, "lines": [one]}
    assert units(begun, "gz") == {"free": 3, "damaged": 1, "coming": 2}


def test_what_is_not_sent_stays_held_or_is_given_back(begun: Merchant) -> None:
    act(begun, "send", {"lines": [line(4)]})
    assert units(begun, "hz") == {"held": 6}

    act(begun, "send", {"lines": [line(1)], "close": True})
    assert (units(begun, "hz"), units(begun, "gz")) == ({"free": 5}, {"coming": 5})


def test_it_is_held_whole_or_not_at_all(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    acme.put_stock("hat", 1)

    reply = begin(acme, line(10), line(2, "hat"))

    assert (reply.status, reply.body["code"]) == (409, "short")
    assert [fault["field"] for fault in reply.body["faults"]] == ["lines[1].units"]
    assert units(acme, "hz") == {"free": 10}
    assert acme.call("GET", "/v1/transfers/t-1").status == 404


def test_the_same_request_is_one_transfer_and_another_is_refused(begun: Merchant) -> None:
    again, other = begin(begun), begin(begun, line(3))

    assert (again.status, again.body["id"]) == (201, "t-1")
    assert (other.status, other.body["code"]) == (409, "exists")
    assert units(begun, "hz") == {"held": 10}


def test_a_transfer_without_an_id_gets_one(acme: Merchant) -> None:
    acme.put_stock("mug", 20)

    ids = {begin(acme, id=None).body["id"] for _ in range(2)}

    assert len(ids) == 2
    assert units(acme, "hz") == {"held": 20}


def test_what_came_twice_under_one_key_came_once(begun: Merchant) -> None:
    act(begun, "send")
    body = {"lines": [{"sku": "mug", "good": 4}]}

    first, again = (act(begun, "receive", body, key="r-1") for _ in range(2))

    assert again.body == first.body
    assert units(begun, "gz") == {"free": 4, "coming": 6}


@pytest.mark.parametrize(
    ("before", "deed", "body"),
    [
        ((), "send", None),
        (("send",), "receive", None),
        (("send",), "close", {"reason": "翻车"}),
        ((), "cancel", None),
    ],
)
def test_every_act_done_twice_is_done_once(
    begun: Merchant, before: tuple[str, ...], deed: str, body: dict[str, Any] | None
) -> None:
    for each in before:
        act(begun, each)

    first, again = act(begun, deed, body), act(begun, deed, body)

    assert (first.status, again.status) == (200, 200)
    assert again.body == first.body
    lines = ledgers.read(begun.id, Place("mug", "gz" if before else "hz"))
    assert len([one for one in lines if one.cause == "transfer"]) == 2


def test_never_more_arrives_than_is_on_its_way(begun: Merchant) -> None:
    act(begun, "send", {"lines": [line(6)]})

    reply = act(begun, "receive", {"lines": [{"sku": "mug", "good": 5, "damaged": 2}]})

    assert (reply.status, reply.body["faults"][0]["code"]) == (422, "out-of-range")
    assert units(begun, "gz") == {"coming": 6}


def test_never_more_is_sent_than_waits(begun: Merchant) -> None:
    act(begun, "send", {"lines": [line(6)]})

    reply = act(begun, "send", {"lines": [line(5)]})

    assert (reply.status, reply.body["faults"][0]["field"]) == (422, "lines[0].units")


def test_what_never_arrived_is_lost_and_the_reason_kept(begun: Merchant) -> None:
    act(begun, "send", {"lines": [line(6)]})
    act(begun, "receive", {"lines": [{"sku": "mug", "good": 4}]})

    assert act(begun, "close").status == 422
    closed = act(begun, "close", {"reason": "翻车"}).body

    assert (closed["state"], closed["reason"], closed["lines"][0]["lost"]) == ("done", "翻车", 2)
    assert (units(begun, "hz"), units(begun, "gz")) == ({"free": 4}, {"free": 4})


def test_before_sending_it_can_be_cancelled_afterwards_not(begun: Merchant) -> None:
    assert act(begun, "cancel").body["state"] == "cancelled"
    assert units(begun, "hz") == {"free": 10}
    assert act(begun, "send").body["code"] == "wrong-state"

    begin(begun, id="t-2")
    begun.call("POST", "/v1/transfers/t-2/send")
    late = begun.call("POST", "/v1/transfers/t-2/cancel")

    assert (late.status, late.body["code"]) == (409, "wrong-state")


def test_what_was_presold_on_the_way_is_held_when_it_arrives(begun: Merchant) -> None:
    act(begun, "send")
    presell(begun, 7)

    act(begun, "receive", {"lines": [{"sku": "mug", "good": 5}]})
    assert units(begun, "gz") == {"coming": 3, "held": 5, "presold": 2}

    act(begun, "receive")
    assert units(begun, "gz") == {"free": 3, "held": 7}

    begun.call("POST", "/v1/stock-holds/ahead/release")
    assert units(begun, "gz") == {"free": 10}


def test_what_was_presold_and_never_arrives_stays_promised(begun: Merchant) -> None:
    act(begun, "send")
    presell(begun, 7)

    act(begun, "close", {"reason": "翻车"})

    assert units(begun, "gz") == {"coming": -7, "presold": 7}
    begun.call("POST", "/v1/stock-holds/ahead/release")
    assert units(begun, "gz") == {}


def test_lots_travel_with_their_last_day(acme: Merchant) -> None:
    merchants.items.add(acme.id, Item("tea", "茶", lots=True))
    for lot, expires in (("A", "2099-01-01"), ("B", "2099-06-01")):
        change = Change(Place("tea", "hz", lot), "set", {"free": 5}, sets={"expires": expires})
        stock.apply(acme.id, [change], Cause("hand", "-", clock.now()))

    lines = begin(acme, line(7, "tea")).body["lines"]
    act(acme, "send")
    vague = act(acme, "receive", {"lines": [{"sku": "tea", "good": 1}]})
    act(acme, "receive", {"lines": [{"sku": "tea", "lot": "B", "good": 2}]})

    assert [(one["lot"], one["units"]) for one in lines] == [("A", 5), ("B", 2)]
    assert vague.body["faults"][0]["field"] == "lines[0].lot"
    assert level(acme, "gz", "tea", "B").expires == "2099-06-01"
    assert units(acme, "gz", "tea", "B") == {"free": 2}
    assert units(acme, "gz", "tea", "A") == {"coming": 5}


def test_a_warehouse_that_may_go_below_nought_sends_more_than_it_has(acme: Merchant) -> None:
    acme.call("PUT", "/v1/warehouses/hz", {"name": "杭州仓", "negative": True})
    acme.put_stock("mug", 3)

    assert begin(acme, line(5)).status == 201
    act(acme, "send")

    assert (units(acme, "hz"), units(acme, "gz")) == ({"free": -2}, {"coming": 5})


def test_what_arrives_wakes_the_orders_that_wait(begun: Merchant, mail: Mail) -> None:
    order_id = begun.place().body["id"]
    mail.pump()
    assert begun.order(order_id)["status"] == "short"

    act(begun, "send")
    act(begun, "receive")
    mail.pump()

    assert begun.order(order_id)["sources"][0]["warehouse"] == "gz"


def test_the_ledger_adds_up_in_both_warehouses(begun: Merchant) -> None:
    act(begun, "send", {"lines": [line(6)]})
    act(begun, "receive", {"lines": [{"sku": "mug", "good": 3, "damaged": 1}]})
    act(begun, "close", {"reason": "翻车"})

    for warehouse, deeds in (
        ("hz", ["set", "held", "sent", "released"]),
        ("gz", ["expected", "received", "lost"]),
    ):
        lines = list(ledgers.read(begun.id, Place("mug", warehouse)))
        found = level(begun, warehouse)
        assert [one.what for one in lines] == deeds
        assert folded(lines) == {name: getattr(found, name) for name in COUNTERS}


def test_whatever_becomes_of_a_transfer_the_counters_are_what_the_ledger_says(
    begun: Merchant,
) -> None:
    def differences() -> list[Any]:
        return list(begun.call("POST", "/v1/stock/verify").body["differences"])

    act(begun, "send", {"lines": [line(9)]})
    presell(begun, 8)
    for deed, body in (
        ("receive", {"lines": [{"sku": "mug", "good": 3, "damaged": 1}]}),
        ("receive", {"lines": [{"sku": "mug", "good": 2}]}),
        ("close", {"reason": "翻车"}),
    ):
        act(begun, deed, body)
        assert differences() == []

    assert units(begun, "gz") == {"held": 5, "damaged": 1, "coming": -3, "presold": 3}
    begun.call("POST", "/v1/stock-holds/ahead/release")
    assert (units(begun, "gz"), differences()) == ({"free": 5, "damaged": 1}, [])


def test_transfers_are_listed_by_state_and_sku(acme: Merchant, other: Merchant) -> None:
    acme.put_stock("mug", 10)
    acme.put_stock("hat", 10)
    begin(acme, line(1))
    begin(acme, line(1, "hat"), id="t-2")
    act(acme, "send")

    def ids(query: str = "") -> list[str]:
        found = acme.call("GET", f"/v1/transfers?{query}").body["transfers"]
        return [one["id"] for one in found]

    assert ids() == ["t-2", "t-1"]
    assert ids("state=sent") == ids("sku=mug") == ["t-1"]
    assert other.call("GET", "/v1/transfers").body["transfers"] == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"to": "hz"}, "to", "twice"),
        ({"from": "moon"}, "from", "unknown-warehouse"),
        ({"to": None}, "to", "missing"),
        ({"lines": []}, "lines", "empty"),
        ({"lines": [line(0)]}, "lines[0].units", "out-of-range"),
        ({"lines": [line(1, colour="red")]}, "lines[0].colour", "unknown-field"),
        ({"expected_at": "soon"}, "expected_at", "not-a-time"),
    ],
)
def test_a_faulty_transfer_is_refused(
    acme: Merchant, change: dict[str, Any], field: str, code: str
) -> None:
    acme.put_stock("mug", 10)

    reply = begin(acme, **{"lines": [line(10)], **change})

    assert reply.status == 422
    assert (field, code) in [(fault["field"], fault["code"]) for fault in reply.body["faults"]]


def test_more_lots_than_one_write_takes_are_refused(acme: Merchant) -> None:
    for n in range(46):
        acme.put_stock(f"s{n}", 1)

    reply = begin(acme, *(line(1, f"s{n}") for n in range(46)))

    assert (reply.status, reply.body["faults"][0]["code"]) == (422, "too-many")


def test_the_most_lines_are_sent_and_received_at_once(acme: Merchant) -> None:
    for n in range(45):
        acme.put_stock(f"s{n}", 1)
    begin(acme, *(line(1, f"s{n}") for n in range(45)))

    assert act(acme, "send", {"close": True}, key="s").status == 200
    assert act(acme, "receive", None, key="r").status == 200
    assert units(acme, "gz", "s44") == {"free": 1}


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ({"sku": "hat", "units": 1}, "lines[0].sku", "not-in-document"),
        ({"sku": "mug", "lot": "A", "units": 1}, "lines[0].lot", "not-in-document"),
        ({"sku": "mug", "units": 11}, "lines[0].units", "out-of-range"),
        ({"sku": "mug"}, "lines[0].units", "missing"),
    ],
)
def test_a_line_that_is_not_in_it_cannot_be_sent(
    begun: Merchant, row: dict[str, Any], field: str, code: str
) -> None:
    reply = act(begun, "send", {"lines": [row]})

    assert reply.status == 422
    assert (field, code) in [(fault["field"], fault["code"]) for fault in reply.body["faults"]]


def test_a_line_that_is_named_twice_is_refused(begun: Merchant) -> None:
    reply = act(begun, "send", {"lines": [line(1), line(1)]})

    assert [fault["code"] for fault in reply.body["faults"]] == ["twice"]
