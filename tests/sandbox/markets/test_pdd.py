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
