"""The sandbox keeps WooCommerce's rules of keys, times and pages."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox.markets.woocommerce import WooCommerce
from infra.sandbox.server import Answer, Request


def call(market: WooCommerce, path: str, method: str = "GET", **asked: Any) -> Answer:
    keys = base64.b64encode(f"{market.app_key}:{market.app_secret}".encode()).decode()
    body = b"" if method == "GET" else json.dumps(asked).encode()
    query = f"?{urlencode(asked)}" if method == "GET" else ""
    headers = {"authorization": f"Basic {keys}"}
    return market.answer(Request(method, f"/wp-json/wc/v3{path}{query}", headers, body))


@pytest.mark.parametrize(
    ("gmt", "count"), [({"dates_are_gmt": "true"}, 1), ({}, 3), ({"status": "trash"}, 0)]
)
def test_neither_end_is_included_and_times_are_of_a_zone(gmt: dict[str, str], count: int) -> None:
    market = WooCommerce(pauses=())
    market.orders.make(3, 1_700_000_000, 1_700_000_006)  # at 1, 3 and 5 seconds
    asked = {"modified_after": "2023-11-14T22:13:23", **gmt}  # the second of them

    found = call(market, "/orders", **asked)

    assert found.headers["X-WP-Total"] == str(count)
    assert len(json.loads(found.body)) == count


def test_a_page_holds_a_hundred_at_most_and_keys_must_fit() -> None:
    market = WooCommerce(pauses=())

    assert call(market, "/orders", per_page=101).status == 400
    assert market.answer(Request("GET", "/wp-json/wc/v3/orders", {}, b"")).status == 401
    assert json.loads(market.answer(Request("GET", "/wp-json/", {}, b"")).body)["name"]


def test_one_of_a_batch_is_refused_in_its_place() -> None:
    market = WooCommerce(pauses=())
    market.mischief.plan({"on": "stock", "what": "part"})
    rows = [{"id": 7, "stock_quantity": 1}, {"id": 8, "stock_quantity": 2}]

    told = json.loads(call(market, "/products/5/variations/batch", "POST", update=rows).body)

    assert [("error" in row, row["id"]) for row in told["update"]] == [(True, 7), (False, 8)]
    assert market.shelf == {"5:8": 2}


def test_what_was_paid_back_is_part_of_its_order() -> None:
    market = WooCommerce(pauses=())
    (number,) = market.orders.make(1, market.now - 900, market.now - 100)
    order = market.orders.by_number[number]
    back = market.refunds.ask(order, order.lines[0], market.now)
    asked = json.loads(call(market, f"/orders/{number}/refunds").body)

    market.refunds.move(back.number, "done", market.now)
    (case,) = json.loads(call(market, f"/orders/{number}/refunds").body)

    assert asked == []
    assert json.loads(call(market, f"/orders/{number}/refunds/{case['id']}").body) == case
    assert json.loads(call(market, f"/orders/{number}").body)["refunds"][0]["id"] == case["id"]
    assert call(market, f"/orders/{number}/refunds/1").status == 404
