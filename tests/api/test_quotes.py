"""Quotes: what a cart of an own shop costs, and why."""

from typing import Any

import pytest

from tests.support import build, deals
from tests.support.build import Merchant
from tests.support.engine import Engine


@pytest.fixture
def mall(acme: Merchant) -> Merchant:
    deals.shop(acme)
    return acme


def test_a_cart_without_promotions_costs_its_prices(mall: Merchant) -> None:
    quote = deals.ask(mall, deals.cart(("mug", 3), ("bowl", 1)))

    assert [line["paid"] for line in quote["lines"]] == [3000, 2550]
    assert (quote["amounts"]["total"], quote["applied"], quote["passed"]) == (5550, [], [])
    assert quote["expires_at"]


def test_each_piece_has_its_share_to_the_fen(mall: Merchant) -> None:
    deals.publish(mall, deals.less(100, 3000))

    (line,) = deals.ask(mall, deals.cart(("mug", 3)))["lines"]

    assert line["units"] == [{"pieces": 2, "paid": 967}, {"pieces": 1, "paid": 966}]
    assert line["offs"] == [
        {"promotion": "less@1", "lane": "order", "fen": 100, "platform": False}
    ]


def test_the_tax_that_is_contained_is_told_by_rate_and_by_line(acme: Merchant) -> None:
    deals.shop(acme, postage={"zones": [{"first": 9, "first_fee": 300}]})
    acme.call("PUT", "/v1/items/mug", {"name": "杯子", "price": 1000, "tax_rate": 1300})

    taxes = deals.ask(acme, deals.cart(("mug", 3), ("bowl", 1)))["taxes"]

    assert (taxes["tax"], taxes["unknown"]) == (345 + 19, 2550 + 138)
    assert taxes["rates"] == [
        {"rate": 1300, "gross": 3162, "net": 2798, "tax": 364},
        {"rate": None, "gross": 2688, "net": 2688, "tax": 0},
    ]
    assert [(one["line"], one["gross"]) for one in taxes["lines"]] == [
        (1, 3000),
        (2, 2550),
        (0, 162),
        (0, 138),
    ]


def test_what_counted_and_what_did_not_is_told_in_both_languages(mall: Merchant) -> None:
    much = deals.less(900, 9000) | {"id": "much", "name": "满九十减九"}
    deals.publish(mall, deals.less(), much)

    quote = deals.ask(mall, deals.cart(("mug", 3)))

    (counted,), (passed,) = quote["applied"], quote["passed"]
    assert (counted["promotion"], counted["off"], counted["lines"]) == ("less@1", 300, {"1": 300})
    assert counted["zh"].startswith("满额优惠")
    assert counted["en"].startswith("Threshold reached")
    assert (passed["promotion"], passed["code"]) == ("much@1", "short-amount")
    assert passed["zh"].startswith("差 ¥")
    assert passed["en"].endswith("more are needed")


def test_the_same_cart_has_the_same_quote(mall: Merchant) -> None:
    deals.publish(mall, deals.less())

    first, second = (deals.ask(mall, deals.cart()) for _ in range(2))
    other = deals.ask(mall, deals.cart(("mug", 4)))

    assert first["id"] == second["id"] != other["id"]


def test_asking_writes_nothing(mall: Merchant, engine: Engine) -> None:
    deals.publish(mall, deals.less(limits={"total": 5, "per_buyer": 1}))
    before = engine.owned(mall.id)

    deals.ask(mall, deals.cart(codes=["NONE"]))

    assert engine.owned(mall.id) == before


def test_freight_follows_the_postage_of_the_shop(mall: Merchant) -> None:
    near = {"areas": ["浙江"], "first_fee": 500, "free_amount": 5000}
    far = {"first_fee": 1200}
    mall.call("PUT", "/v1/shops/mall", {"name": "m", "postage": {"zones": [near, far]}})
    away = {"receiver": {"province": "广东省", "city": "广州市"}}

    few = deals.ask(mall, deals.cart(("mug", 1)))["amounts"]
    many = deals.ask(mall, deals.cart(("mug", 5)))["amounts"]
    there = deals.ask(mall, deals.cart(("mug", 1), **away))["amounts"]

    assert [each["freight"] for each in (few, many, there)] == [500, 0, 1200]
    assert few["total"] == 1500


def test_where_nothing_is_sent_nothing_is_ordered(mall: Merchant) -> None:
    zones = [{"areas": ["浙江"], "first_fee": 500}]
    mall.call("PUT", "/v1/shops/mall", {"name": "m", "postage": {"zones": zones}})
    away = deals.cart(receiver={**build.document()["receiver"], "province": "西藏"})

    quote = deals.ask(mall, away)
    reply = deals.order(mall, "N-1", away, quote["id"])

    assert quote["sent"] is False
    assert [each["code"] for each in reply.body["faults"]] == ["not-sent-there"]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"shop": "moon"}, "shop", "unknown-shop"),
        ({"lines": []}, "lines", "empty"),
        ({"lines": [{"sku": "moon", "quantity": 1}]}, "lines[0].sku", "unknown-item"),
        ({"lines": [{"sku": "mug", "quantity": 0}]}, "lines[0].quantity", "out-of-range"),
        ({"lines": [{"sku": "gone", "quantity": 1}]}, "lines[0].sku", "inactive-item"),
        ({"lines": [{"sku": "free", "quantity": 1}]}, "lines[0].sku", "no-price"),
        ({"buyer": {"points": -1}}, "buyer.points", "out-of-range"),
        ({"group": "g"}, "campaign", "missing"),
        ({"coupon": "X"}, "coupon", "unknown-field"),
    ],
)
def test_what_cannot_be_bought_is_refused_with_its_place(
    mall: Merchant, change: dict[str, Any], field: str, code: str
) -> None:
    mall.call("POST", "/v1/items", {"id": "gone", "name": "g", "price": 1, "active": False})
    mall.call("POST", "/v1/items", {"id": "free", "name": "f"})

    reply = mall.call("POST", "/v1/quotes", {**deals.cart(), **change})

    assert reply.status == 422
    assert (field, code) in [(one["field"], one["code"]) for one in reply.body["faults"]]


def test_a_closed_shop_sells_nothing(mall: Merchant) -> None:
    mall.call("PUT", "/v1/shops/mall", {"name": "m", "active": False})

    reply = mall.call("POST", "/v1/quotes", deals.cart())

    assert [one["code"] for one in reply.body["faults"]] == ["closed-shop"]


def test_where_priority_decides_the_shop_says_so(mall: Merchant) -> None:
    small = deals.less(100) | {"id": "small", "priority": 9, "group": "g"}
    large = deals.less(500) | {"id": "large", "priority": 1, "group": "g"}
    deals.publish(mall, small, large)

    best = deals.ask(mall, deals.cart())["amounts"]["total"]
    mall.call("PUT", "/v1/shops/mall", {"name": "m", "by_priority": ["order"]})
    first = deals.ask(mall, deals.cart())["amounts"]["total"]

    assert (best, first) == (2500, 2900)


def test_who_may_only_see_promotions_may_ask_and_not_order(mall: Merchant) -> None:
    reader = build.key(mall.id, "promotions:read")
    asked = Merchant(mall.id, reader).call("POST", "/v1/quotes", deals.cart())

    ordered = Merchant(mall.id, reader).call(
        "POST", f"/v1/quotes/{asked.body['id']}/order", {**deals.cart(), "number": "N-1"}
    )

    assert (asked.status, ordered.status) == (200, 403)
