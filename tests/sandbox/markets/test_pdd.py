"""The sandbox signs as Pinduoduo's documents do, and keeps Pinduoduo's limits."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox.markets.pdd import Pdd
from infra.sandbox.server import Request

LIST = "pdd.order.number.list.increment.get"


def call(market: Pdd, kind: str, **fields: str) -> dict[str, Any]:
    """A call as a merchant makes it, signed unless it brings a signature."""
    given = {
        "type": kind,
        "client_id": market.app_key,
        "access_token": market.tokens.access,
        "timestamp": str(int(market.now)),
        **fields,
    }
    given.setdefault("sign", market.signed(given))
    request = Request("POST", "/api/router", {}, urlencode(given).encode())
    told: dict[str, Any] = json.loads(market.answer(request).body)
    return told


def span(market: Pdd, start: float = 900, end: float = 200) -> dict[str, str]:
    """Between two moments, in seconds before now."""
    at = {"start_updated_at": market.now - start, "end_updated_at": market.now - end}
    return {name: str(int(moment)) for name, moment in at.items()}


def test_it_signs_as_published() -> None:
    market = Pdd()
    market.app_secret = "testSecret"
    published = {
        "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211",
        "client_id": "1",
        "data_type": "XML",
        "order_status": "1",
        "page": "1",
        "page_size": "10",
        "timestamp": "1480411125",
        "type": "pdd.order.number.list.get",
    }

    assert market.signed(published) == "E4DE3ED21002510DED352819E7AE6775"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sign": "0" * 32}, 20004),
        ({"access_token": "another"}, 10019),
        ({"client_id": "another"}, 10016),
        ({"timestamp": "1480411125"}, 20002),
        ({"page_size": "101"}, 10001),
        ({"page": "0"}, 10001),
    ],
)
def test_what_the_platform_would_refuse_is_refused(fields: dict[str, str], code: int) -> None:
    market = Pdd()

    told = call(market, LIST, **span(market), **fields)

    assert told["error_response"]["error_code"] == code


@pytest.mark.parametrize(("start", "end"), [(2100, 200), (900, 170), (200, 900)])
def test_half_an_hour_is_read_at_once_and_nothing_of_the_last_minutes(
    start: float, end: float
) -> None:
    market = Pdd()

    assert "error_response" in call(market, LIST, **span(market, start, end))


def test_the_newest_change_comes_first() -> None:
    market = Pdd()
    made = market.orders.make(3, market.now - 800, market.now - 300)

    told = call(market, LIST, **span(market), page_size="2")["order_sn_increment_get_response"]

    assert [row["order_sn"] for row in told["order_sn_list"]] == [made[2], made[1]]
    assert told["total_count"] == 3


def test_a_refund_is_of_the_whole_order_and_agreed_to_once() -> None:
    market = Pdd()
    (number,) = market.orders.make(1, market.now - 900, market.now - 800)
    order = market.orders.by_number[number]
    back = market.refunds.ask(order, order.lines[0], market.now - 600)
    kinds = {"after_sales_status": "1", "after_sales_type": "1"}
    both = {"after_sales_id": back.number, "order_sn": number}

    listed = call(market, "pdd.refund.list.increment.get", **span(market), **kinds)
    seen = call(market, "pdd.refund.information.get", **both)
    answers = [call(market, "pdd.refund.agree", request=json.dumps(both)) for _ in range(2)]

    (row,) = listed["refund_increment_get_response"]["refund_list"]
    assert row["refund_amount"] == f"{order.total / 100:.2f}"
    assert (seen["refund_amount"], seen["after_sales_status"]) == (order.total, 2)
    assert answers[0]["response"]["result"]["succ"]
    assert answers[1]["error_response"]["sub_msg"] == "售后单状态已变化"
    assert (back.stage, order.state) == ("done", "refunded")


def test_a_list_of_refunds_that_would_not_tell_all_is_refused() -> None:
    market, none = Pdd(), {"after_sales_status": "0", "after_sales_type": "1"}

    told = call(market, "pdd.refund.list.increment.get", **span(market), **none)

    assert told["error_response"]["sub_code"] == "10001"
