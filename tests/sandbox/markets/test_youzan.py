"""The sandbox signs and seals as Youzan's documents do, and keeps Youzan's limits."""

import hashlib
import json
from typing import Any
from urllib.parse import quote, unquote

import pytest

from infra.sandbox.markets.youzan import Youzan
from infra.sandbox.mischief import WELL
from infra.sandbox.server import Request

LIST = "youzan.trades.sold.get/4.0.4"
SECRET = "def00000b1228e0f6ba8ef96be9"
NEWS = (  # the example of the platform's own library
    '{"appId":110,"buyerId":123456,"buyerPhone":"13800138000","env":"PROD","kdtId":160,'
    '"orderNo":"E201905060000001","payTime":1557138032000,"price":42,"skuIntervalText":"7",'
    '"skuVersionText":"试用版","status":20,"type":"APP_SUBSCRIBE"}'
)
SEALED = (
    "zanO3UZzEA5Fm6qKsCq6rJ70VoKdiqXDfgdqGvzOfIZ%2FVNB%2FUHuG7%2F6TxdL6NQIVkO8CFm20whTivoPj4%2B6n"
    "XLAoe9J%2BZc42nRAbkTg5GruMl8RohxSDS0%2F99FwGtLW9TmMbxs554ZWVaRaiB5KaHF%2FNTzuLHyEtrLB2xu8Y%2B"
    "AnMN%2FVVVO9PPgO8o1BSAuvJdNXa1%2ButpG%2BRSSSMbxXrvCkRC34X7kCK1z5Xg51r%2Fym8nxrrSFn2c4R3rMRxKQ"
    "AMmzRfGBkcQ9XayS31oT5DNy0h5pWzP8W5pe9naUguCiPIIAqGmBo8etlIn1Y1FHAU"
)


def call(market: Youzan, method: str, token: str = "", **asked: Any) -> dict[str, Any]:
    target = f"/api/{method}?access_token={token or market.tokens.access}"
    answer = market.answer(Request("POST", target, {}, json.dumps(asked).encode()))
    told: dict[str, Any] = json.loads(answer.body)
    return told


def asked(**more: Any) -> dict[str, Any]:
    span = {"start_update": "2023-11-15 06:00:00", "end_update": "2023-11-15 07:00:00"}
    return {**span, "page_no": 1, "page_size": 2, **more}


def test_it_seals_as_published() -> None:
    market = Youzan()
    market.app_secret = SECRET

    assert quote(market.sealed(NEWS), safe="") == SEALED


@pytest.mark.parametrize("seals", [False, True])
def test_a_push_is_signed_over_all_of_it_and_sealed_where_the_merchant_wants_it(
    seals: bool,
) -> None:
    market = Youzan(pauses=())
    (number,) = market.orders.make(1, market.now - 800, market.now - 300)
    told = json.dumps({"url": "http://here", "sealed": seals}).encode()
    market.answer(Request("POST", "/sandbox/push", {}, told))

    headers, body = market.push(market.orders.by_number[number]).write(WELL)

    whole = market.app_key.encode() + body + market.app_secret.encode()
    assert headers["Event-Sign"] == hashlib.md5(whole, usedforsecurity=False).hexdigest()
    assert (number in unquote(json.loads(body)["msg"])) is not seals


def test_pages_hold_the_newest_change_first() -> None:
    market = Youzan()
    made = market.orders.make(3, 1_700_000_000, 1_700_000_600)

    first, second = (call(market, LIST, **asked(page_no=no))["data"] for no in (1, 2))

    rows = first["full_order_info_list"] + second["full_order_info_list"]
    told = [row["full_order_info"]["order_info"]["tid"] for row in rows]
    assert (told, first["total_results"]) == (made[::-1], 3)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"page_size": 101}, 4001),
        ({"page_no": 101}, 4001),
        ({"start_update": "2023-08-01 00:00:00"}, 4001),
        ({"token": "another"}, 4203),
    ],
)
def test_what_the_platform_would_refuse_is_refused(more: dict[str, Any], code: int) -> None:
    assert call(Youzan(), LIST, **asked(**more))["code"] == code
