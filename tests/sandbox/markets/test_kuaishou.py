"""The sandbox signs as Kuaishou's documents do, and keeps Kuaishou's limits."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox.markets.kuaishou import Kuaishou
from infra.sandbox.server import Request

DAY = 86_400_000
LIST = "open.order.cursor.list"


def call(market: Kuaishou, method: str, param: dict[str, Any], **fields: str) -> dict[str, Any]:
    """A call as a merchant makes it, signed unless it brings a signature."""
    given = {
        "appkey": market.app_key,
        "method": method,
        "version": "1",
        "access_token": market.tokens.access,
        "timestamp": str(int(market.now * 1000)),
        "signMethod": "MD5",
        "param": json.dumps(param),
        **fields,
    }
    given.setdefault("sign", market.signed(given))
    target = f"/{method.replace('.', '/')}?{urlencode(given)}"
    told: dict[str, Any] = json.loads(market.answer(Request("GET", target, {}, b"")).body)
    return told


def asked(market: Kuaishou, **more: Any) -> dict[str, Any]:
    end = int(market.now * 1000)
    span = {"beginTime": end - 900_000, "endTime": end, "queryType": 2, "sort": 2}
    return {"orderViewStatus": 1, "pageSize": 50, "cursor": "", **span, **more}


def test_it_signs_as_the_platforms_own_library() -> None:
    market = Kuaishou()
    market.sign_secret = "signsecret"
    fields = {
        "access_token": "tok",
        "appkey": "ks123",
        "method": LIST,
        "param": '{"orderViewStatus":1,"pageSize":50,"cursor":""}',
        "signMethod": "MD5",
        "timestamp": "1583271919000",
        "version": "1",
    }

    assert market.signed(fields) == "49eb7cb8e54d8070e54cc15fd3442f80"
    assert len(base64.b64decode(market.signed({**fields, "signMethod": "HMAC_SHA256"}))) == 32


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({"sign": "0" * 32}, 22),
        ({"access_token": "another"}, 28),
        ({"appkey": "another"}, 21),
        ({"timestamp": "1583271919000"}, 30),
        ({"signMethod": "SHA1"}, 23),
        ({"version": "2"}, 25),
    ],
)
def test_what_the_platform_would_refuse_is_refused(fields: dict[str, str], result: int) -> None:
    market = Kuaishou()

    assert call(market, LIST, asked(market), **fields)["result"] == result


@pytest.mark.parametrize(
    "more", [{"pageSize": 51}, {"cursor": "nomore"}, {"back": 8}, {"back": 91, "span": 1}]
)
def test_a_list_has_its_limits(more: dict[str, Any]) -> None:
    market, back = Kuaishou(), more.pop("back", 0)
    end = int(market.now * 1000)
    begin = end - back * DAY
    span = {"beginTime": begin, "endTime": begin + more.pop("span", back) * DAY}

    assert call(market, LIST, asked(market, **span, **more))["result"] == 23


def test_a_cursor_leads_to_the_end_whatever_moves() -> None:
    market = Kuaishou()
    made = market.orders.make(5, market.now - 800, market.now - 300)

    first = call(market, LIST, asked(market, pageSize=2))["data"]
    market.change(made[0])
    rest = call(market, LIST, asked(market, cursor=first["cursor"]))["data"]

    numbers = [str(row["orderBaseInfo"]["oid"]) for row in rest["orderList"]]
    assert numbers[:3] == made[2:]
    assert rest["cursor"] == "nomore"


def test_the_first_unit_that_leaves_makes_an_order_shipped() -> None:
    market = Kuaishou()
    (number,) = market.orders.make(1, market.now - 800, market.now - 300)
    order = market.orders.by_number[number]
    order.state, order.lines[0].quantity = "ready", 3
    parcel = {"expressNo": "SF1", "expressCode": 4}
    goods = [{"oid": int(number), "num": 1}]
    split = {
        "mainOrderId": int(number),
        "deliveryItemInfoList": [{"deliveryGoodsInfoList": goods, **parcel}],
    }

    results = [call(market, "open.order.goods.split.deliver", split)["result"] for _ in range(2)]

    told = call(market, "open.order.detail", {"oid": int(number)})["data"]
    assert (results, market.told[number]) == ([1, 1], [("4", "SF1")])
    assert (told["orderBaseInfo"]["status"], told["orderDeliveryInfo"]["deliveryNum"]) == (40, 1)
