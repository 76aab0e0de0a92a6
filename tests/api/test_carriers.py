"""Carriers, their tariffs and suspensions, quotes, and what a day's capacity has left."""

from typing import Any

import pytest

from shared.domain import lots
from shared.runtime import clock
from tests.support.build import Merchant
from tests.support.mail import Mail

KILO = {"first_weight": 1000, "first_fee": 500, "step_weight": 1000, "step_fee": 100}
ZTO: dict[str, Any] = {
    "id": "zto",
    "name": "中通",
    "cod": False,
    "divisor": 8000,
    "most_weight": 50_000,
    "unreached": ["台湾"],
    "remote": {"新疆": 1500, "西藏": 2000},
    "suspensions": [{"area": "西藏", "from": "", "to": "", "note": "暴雪"}],
    "zones": [
        {"warehouse": "hz", "areas": ["浙江", "浙江/宁波"], "tariff": KILO, "days": 2},
        {"warehouse": "", "areas": [], "tariff": {**KILO, "first_fee": 900}, "days": 4},
    ],
    "active": True,
}
SF = {"id": "sf", "name": "顺丰", "zones": [{"tariff": {**KILO, "first_fee": 1200}, "days": 1}]}


def made(acme: Merchant, *some: dict[str, Any]) -> None:
    for each in some:
        assert acme.call("POST", "/v1/carriers", each).status == 201


def change(acme: Merchant, path: str, **more: Any) -> None:
    before = acme.call("GET", path).body
    reply = acme.call("PUT", path, {**before, **more})
    assert reply.status == 200, reply.body


def test_a_carrier_is_shown_as_it_was_sent(acme: Merchant) -> None:
    reply = acme.call("POST", "/v1/carriers", ZTO)

    assert (reply.status, reply.body) == (201, ZTO)
    assert acme.call("GET", "/v1/carriers/zto").body == ZTO
    assert acme.call("GET", "/v1/carriers").body == {"carriers": [ZTO]}


def test_what_is_shown_may_be_sent_back(acme: Merchant) -> None:
    made(acme, ZTO)

    reply = acme.call("PUT", "/v1/carriers/zto", {**ZTO, "name": "中通快递"})

    assert reply.body == {**ZTO, "name": "中通快递"}
    assert acme.call("PUT", "/v1/carriers/none", ZTO).status == 404
    assert acme.call("POST", "/v1/carriers", ZTO).body["code"] == "exists"


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"name": ""}, "name", "missing"),
        ({"zones": [{"areas": []}]}, "zones[0].tariff", "missing"),
        ({"zones": [{"tariff": {"step_fee": 1}}]}, "zones[0].tariff.step_weight", "missing"),
        ({"zones": [{"tariff": {}, "areas": ["浙江//西湖"]}]}, "zones[0].areas[0]", "not-an-area"),
        ({"zones": [{"tariff": {}, "warehouse": "x"}]}, "zones[0].warehouse", "unknown-warehouse"),
        ({"zones": [{"tariff": {}}, {"tariff": {}}]}, "zones[1].areas", "twice"),
        (
            {"zones": [{"tariff": {}, "areas": ["浙江"]}, {"tariff": {}, "areas": ["浙江"]}]},
            "zones[1].areas",
            "twice",
        ),
        ({"zones": [{"tariff": {}, "days": 366}]}, "zones[0].days", "out-of-range"),
        ({"zones": [{"tariff": {}, "price": 1}]}, "zones[0].price", "unknown-field"),
        ({"remote": {"新疆": -1}}, "remote.新疆", "out-of-range"),
        ({"remote": {"a/b/c/d/e": 1}}, "remote.a/b/c/d/e", "not-an-area"),
        ({"unreached": ["/"]}, "unreached[0]", "not-an-area"),
        ({"divisor": -1}, "divisor", "out-of-range"),
        ({"suspensions": [{"area": "/"}]}, "suspensions[0].area", "not-an-area"),
        (
            {"suspensions": [{"from": "2026-11-21T00:00:00Z", "to": "2026-11-20T00:00:00Z"}]},
            "suspensions[0].to",
            "not-after",
        ),
        ({"colour": "red"}, "colour", "unknown-field"),
    ],
)
def test_what_is_wrong_with_a_carrier_is_named(
    acme: Merchant, wrong: dict[str, Any], field: str, code: str
) -> None:
    reply = acme.call("POST", "/v1/carriers", {**SF, **wrong})

    assert (reply.status, reply.body["code"]) == (422, "invalid")
    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [(field, code)]


def test_a_carrier_that_is_used_stays(acme: Merchant) -> None:
    made(acme, ZTO)
    change(acme, "/v1/warehouses/hz", carriers=["zto"])
    change(acme, "/v1/shops/tmall", carriers=["zto"])

    refused = acme.call("DELETE", "/v1/carriers/zto")

    assert (refused.status, refused.body["code"]) == (409, "in-use")
    assert "hz, tmall" in refused.body["detail"] or "hz、tmall" in refused.body["detail"]
    change(acme, "/v1/warehouses/hz", carriers=[])
    change(acme, "/v1/shops/tmall", carriers=[])
    assert acme.call("DELETE", "/v1/carriers/zto").body == {"id": "zto", "removed": True}
    assert acme.call("DELETE", "/v1/carriers/zto").status == 404


# suspensions


def stops(acme: Merchant) -> list[tuple[str, str]]:
    found = acme.call("GET", "/v1/carriers/sf").body["suspensions"]
    return [(each["area"], each["note"]) for each in found]


def test_a_carrier_is_suspended_from_now_on_and_resumed(acme: Merchant) -> None:
    made(acme, SF)

    for area, note in (("新疆", "雪"), ("西藏", "雪"), ("新疆", "大雪"), ("新疆", "大雪")):
        reply = acme.call("POST", "/v1/carriers/sf/suspend", {"area": area, "note": note})
        assert reply.status == 200
        assert reply.body["suspensions"][-1]["from"] <= clock.now()

    assert stops(acme) == [("西藏", "雪"), ("新疆", "大雪")]
    acme.call("POST", "/v1/carriers/sf/resume", {"area": "新疆"})
    assert stops(acme) == [("西藏", "雪")]
    acme.call("POST", "/v1/carriers/sf/suspend")
    assert acme.call("POST", "/v1/carriers/sf/resume").body["suspensions"] == []
    assert acme.call("POST", "/v1/carriers/sf/resume").status == 200


def test_what_is_over_goes_with_the_next_change(acme: Merchant) -> None:
    made(acme, {**SF, "suspensions": [{"area": "新疆", "to": "2026-01-01T00:00:00Z"}]})

    acme.call("POST", "/v1/carriers/sf/suspend", {"area": "西藏"})

    assert stops(acme) == [("西藏", "")]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"area": "/"}, "area", "not-an-area"),
        ({"to": "2020-01-01T00:00:00Z"}, "to", "not-after"),
        ({"until": "x"}, "until", "unknown-field"),
    ],
)
def test_what_is_wrong_with_a_suspension_is_named(
    acme: Merchant, body: dict[str, Any], field: str, code: str
) -> None:
    made(acme, SF)

    reply = acme.call("POST", "/v1/carriers/sf/suspend", body)

    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [(field, code)]


# quotes


def quotes(acme: Merchant, **asked: Any) -> list[tuple[str, str, int | None, str | None]]:
    reply = acme.call("POST", "/v1/freight-quotes", {"province": "浙江省", **asked})
    assert reply.status == 200, reply.body
    return [
        (q["warehouse"], q["carrier"], q["fen"], q["refused"] and q["refused"]["code"])
        for q in reply.body["quotes"]
    ]


def test_every_carrier_says_what_it_takes_the_cheapest_first(acme: Merchant) -> None:
    made(acme, ZTO, SF)

    assert quotes(acme, warehouse="hz", grams=1500) == [
        ("hz", "zto", 600, None),
        ("hz", "sf", 1300, None),
        ("hz", "manual", None, None),
    ]


def test_all_warehouses_are_asked_where_none_is_named(acme: Merchant) -> None:
    made(acme, ZTO)

    assert quotes(acme, city="杭州市") == [
        ("hz", "zto", 500, None),
        ("gz", "zto", 900, None),
        ("gz", "manual", None, None),
        ("hz", "manual", None, None),
    ]


@pytest.mark.parametrize(
    ("asked", "fen", "why"),
    [
        ({"volume": 16_000}, 600, None),
        ({"cod": True}, None, "no-cod"),
        ({"grams": 50_001}, None, "too-heavy"),
        ({"province": "台湾省"}, None, "unreachable"),
        ({"province": "西藏自治区"}, None, "suspended"),
        ({"province": "新疆维吾尔自治区"}, None, "unreachable"),  # hz has zones of its own
    ],
)
def test_size_money_and_areas_count(
    acme: Merchant, asked: dict[str, Any], fen: int | None, why: str | None
) -> None:
    made(acme, ZTO)

    assert ("hz", "zto", fen, why) in quotes(acme, warehouse="hz", **asked)


def test_a_refusal_is_said_in_both_languages(acme: Merchant) -> None:
    made(acme, ZTO)

    reply = acme.call("POST", "/v1/freight-quotes", {"warehouse": "hz", "province": "西藏"})

    refused = next(q["refused"] for q in reply.body["quotes"] if q["carrier"] == "zto")
    assert refused == {
        "code": "suspended", "zh": "此地停发", "en": "it has stopped going there",
        "until": "", "note": "暴雪",
    }  # fmt: skip


def test_a_quote_needs_a_province_and_a_warehouse_that_is_there(acme: Merchant) -> None:
    nowhere = acme.call("POST", "/v1/freight-quotes", {})

    assert [(f["field"], f["code"]) for f in nowhere.body["faults"]] == [("province", "missing")]
    strange = acme.call("POST", "/v1/freight-quotes", {"province": "浙江", "warehouse": "x"})
    assert strange.status == 404


# on an order's way


def shipped_from(acme: Merchant, mail: Mail, **more: Any) -> dict[str, Any]:
    order_id = acme.place(**more).body["id"]
    mail.pump()
    return acme.order(order_id)


def test_the_cheapest_candidate_takes_the_parcel_and_the_timeline_says_why(
    acme: Merchant, mail: Mail
) -> None:
    made(acme, ZTO, SF)
    change(acme, "/v1/warehouses/hz", carriers=["sf", "zto"])
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯", "weight": 800})
    acme.put_stock("mug", 5)

    order = shipped_from(acme, mail)

    parcel = order["parcels"][0]
    assert (parcel["carrier"], parcel["freight"], parcel["grams"]) == ("zto", 600, 1600)
    entry = acme.call("GET", f"/v1/orders/{order['id']}/timeline").body["entries"][-1]
    assert entry["code"] == "planned-chosen"
    assert "zto 6.00（最便宜；未选 sf 13.00）" in entry["zh"]
    assert "zto 6.00 (the cheapest; passed over: sf 13.00)" in entry["en"]


def test_a_carrier_that_the_channel_demands_and_that_does_not_go_there_is_a_hold(
    acme: Merchant, mail: Mail
) -> None:
    made(acme, {**SF, "unreached": ["浙江"]}, ZTO)
    acme.put_stock("mug", 5)

    order = shipped_from(acme, mail, carrier="sf")

    assert order["status"] == "held"
    hold = order["holds"][0]
    assert hold["reason"] == "unreachable"
    assert "sf 不到此地" in hold["zh"]
    assert acme.stock("mug") == (3, 2)


def test_such_an_order_goes_on_when_a_person_lets_it(acme: Merchant, mail: Mail) -> None:
    made(acme, {**SF, "unreached": ["浙江"]})
    acme.put_stock("mug", 5)
    order = shipped_from(acme, mail, carrier="sf")

    acme.call("POST", f"/v1/orders/{order['id']}/release")
    mail.pump()

    again = acme.order(order["id"])
    assert (again["status"], again["parcels"][0]["carrier"]) == ("planned", "sf")


def test_freight_decides_which_warehouse_serves(acme: Merchant, mail: Mail) -> None:
    near = {"warehouse": "hz", "tariff": {"first_weight": 1000, "first_fee": 2000}}
    far = {"warehouse": "gz", "tariff": {"first_weight": 1000, "first_fee": 600}}
    made(acme, {"id": "yd", "name": "韵达", "zones": [near, far]})
    for warehouse in ("hz", "gz"):
        change(acme, f"/v1/warehouses/{warehouse}", carrier="yd")
        acme.put_stock("mug", 5, warehouse)

    order = shipped_from(acme, mail)

    assert (order["parcels"][0]["warehouse"], order["parcels"][0]["freight"]) == ("gz", 600)


def test_the_order_says_what_its_channel_is_told(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)

    order = shipped_from(acme, mail)

    assert order["writeback"] == [
        {"parcel": 1, "tracking": "", "lines": [1], "told": "number"},
    ]


# capacities


def test_a_day_tells_what_is_left_of_it(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    change(acme, "/v1/warehouses/hz", capacity=3)
    shipped_from(acme, mail)

    today = lots.day(clock.now())
    reply = acme.call("GET", "/v1/capacities")

    used = {"warehouse": "hz", "capacity": 3, "used": 1, "left": 2}
    assert reply.body == {"day": today, "capacities": [used]}
    later = acme.call("GET", "/v1/capacities?day=2099-01-01").body["capacities"]
    assert later == [{**used, "used": 0, "left": 3}]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [("day=yesterday", "day", "not-a-date"), ("date=2026-11-22", "date", "unknown-field")],
)
def test_a_day_that_is_none_is_a_fault(acme: Merchant, query: str, field: str, code: str) -> None:
    reply = acme.call("GET", f"/v1/capacities?{query}")

    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [(field, code)]


def test_a_merchant_who_sets_nothing_up_has_everything_as_before(
    acme: Merchant, mail: Mail
) -> None:
    acme.put_stock("mug", 5)

    order = shipped_from(acme, mail)

    parcel = order["parcels"][0]
    assert (parcel["carrier"], parcel["freight"], parcel["day"]) == ("manual", 0, "")
    assert acme.codes(order["id"])[-2:] == ["reserved-nearest", "planned"]
