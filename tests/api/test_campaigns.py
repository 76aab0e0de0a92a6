"""/v1/campaigns: made, changed as far as its orders allow, stopped; every fault at once."""

from typing import Any

import pytest

from tests.support import sales
from tests.support.build import Merchant


def faults(reply: Any) -> list[tuple[str, str]]:
    assert reply.status == 422, reply.body
    return [(each["field"], each["code"]) for each in reply.body["faults"]]


def changed(campaign: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same with one field otherwise; None takes it out."""
    *parts, last = path.split(".")
    at: Any = campaign
    for part in parts:
        at = at[int(part)] if part.isdigit() else at[part]
    at[last] = value
    return campaign


def in_hours(value: Any) -> Any:
    """Of a number with a fraction: the time in so many hours."""
    return sales.ahead(value) if isinstance(value, float) else value


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    sales.stocked(acme, 9)
    return acme


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        ("kind", "gift", "kind", "not-one-of"),
        ("goods.0.price", 0, "goods[0].price", "out-of-range"),
        ("goods.0.sku", "cup", "goods[0].sku", "unknown-item"),
        ("goods.0.deposit", 900, "goods[0].deposit", "out-of-range"),
        ("goods.0.deposit", 0, "goods[0].deposit", "out-of-range"),
        ("goods.0.counts", 50, "goods[0].counts", "out-of-range"),
        ("closes", -1.0, "closes", "not-after"),
        ("opens", 30.0, "closes", "not-after"),
        ("shops", ["nowhere"], "shops[0]", "unknown-shop"),
        ("presale.balance_opens", 1.0, "presale.balance_opens", "not-after"),
        ("presale.balance_closes", 23.5, "presale.balance_closes", "not-after"),
        ("presale.balance_closes", None, "presale.balance_closes", "missing"),
        ("presale.ship_by", 47.0, "presale.ship_by", "not-after"),
        ("presale.ship_by", None, "presale.ship_by", "either-or"),
        ("presale.days", 3, "presale.ship_by", "either-or"),
        ("presale.warehouse", "moon", "presale.warehouse", "unknown-warehouse"),
        ("presale.mode", "full", "goods[0].deposit", "only-with-deposit"),
    ],
)
def test_what_does_not_fit_together_is_named(
    shop: Merchant, path: str, value: Any, field: str, code: str
) -> None:
    reply = shop.call("POST", "/v1/campaigns", changed(sales.presale(), path, in_hours(value)))

    assert (field, code) in faults(reply)


@pytest.mark.parametrize(
    ("grouping", "field", "code"),
    [
        ({"size": 1}, "grouping.size", "out-of-range"),
        ({}, "grouping.size", "missing"),
        ({"size": 3, "least": 4}, "grouping.least", "out-of-range"),
        ({"size": 3, "hours": 0}, "grouping.hours", "out-of-range"),
    ],
)
def test_a_group_has_places_and_a_time(
    shop: Merchant, grouping: dict[str, Any], field: str, code: str
) -> None:
    reply = shop.call("POST", "/v1/campaigns", sales.grouping(grouping=grouping))

    assert faults(reply) == [(field, code)]


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        ({}, True),
        ({"shops": ["tmall"]}, True),
        ({"opens": sales.ahead(47), "closes": sales.ahead(50)}, True),
        ({"opens": sales.ahead(49), "closes": sales.ahead(50)}, False),
        ({"goods": [{"sku": "cup", "price": 5}]}, False),
    ],
)
def test_two_campaigns_do_not_sell_the_same_at_the_same_time(
    shop: Merchant, other: dict[str, Any], *, meets: bool
) -> None:
    sales.stocked(shop, 0, "cup")
    sales.begin(shop, sales.grouping())

    reply = shop.call("POST", "/v1/campaigns", sales.grouping(id="three", **other))

    assert reply.status == (422 if meets else 201)
    if meets:
        assert faults(reply) == [("goods", "campaign-overlaps")]
        assert "two" in reply.body["faults"][0]["detail"]


def test_making_it_twice_is_once_and_another_of_its_id_is_refused(shop: Merchant) -> None:
    wanted = sales.grouping()

    replies = [shop.call("POST", "/v1/campaigns", wanted) for _ in range(2)]
    other = shop.call("POST", "/v1/campaigns", wanted | {"name": "别的"})

    assert [reply.status for reply in replies] == [201, 201]
    assert replies[0].body == replies[1].body
    assert (other.status, other.body["code"]) == (409, "exists")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("name", "新名字", ""),
        ("closes", 23.5, ""),
        ("goods.0.limit", 9, ""),
        ("goods.0.limit", 0, ""),
        ("goods.0.limit", 4, "fixed-once-sold"),
        ("goods.0.price", 950, "fixed-once-sold"),
        ("presale.unpaid", "keep", "fixed-once-sold"),
    ],
)
def test_what_was_bought_on_stays_as_it_is(
    shop: Merchant, path: str, value: Any, code: str
) -> None:
    wanted = sales.presale()
    sales.begin(shop, wanted)
    body = {name: part for name, part in wanted.items() if name != "id"}
    free = shop.call("PUT", "/v1/campaigns/early", body)
    sales.bought(shop, "early", "amy")

    reply = shop.call("PUT", "/v1/campaigns/early", changed(body, path, in_hours(value)))

    assert free.status == 200
    assert [f["code"] for f in reply.body.get("faults", ())] == ([code] if code else [])


def test_before_anybody_has_bought_all_may_change(shop: Merchant) -> None:
    wanted = sales.presale()
    sales.begin(shop, wanted)
    body = {name: part for name, part in wanted.items() if name != "id"}

    reply = shop.call("PUT", "/v1/campaigns/early", changed(body, "goods.0.price", 950))

    assert reply.body["goods"][0]["price"] == 950


def test_what_is_stopped_does_not_change(shop: Merchant) -> None:
    wanted = sales.grouping()
    sales.begin(shop, wanted)
    shop.call("POST", "/v1/campaigns/two/stop", {})
    body = {name: part for name, part in wanted.items() if name != "id"}

    assert shop.call("PUT", "/v1/campaigns/two", body).body["code"] == "wrong-state"
    assert sales.begin(shop, sales.grouping(id="three"))


def test_campaigns_are_listed_by_kind_and_state(shop: Merchant) -> None:
    sales.begin(shop, sales.grouping(closes=sales.ahead(1)))
    later = {"opens": sales.ahead(2)}
    sales.begin(shop, sales.presale(**later))
    shop.call("POST", "/v1/campaigns/two/stop", {})

    def ids(query: str) -> list[str]:
        found = shop.call("GET", f"/v1/campaigns?{query}").body["campaigns"]
        return [each["id"] for each in found]

    assert ids("kind=presale") == ["early"]
    assert ids("state=stopped") == ["two"]
    assert sorted(ids("limit=10")) == ["early", "two"]
    assert shop.call("GET", "/v1/campaigns/none").body["code"] == "not-found"
