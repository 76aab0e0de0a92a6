"""The sandbox signs as Kuaishou's documents do, and keeps Kuaishou's limits."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox.markets.kuaishou import Kuaishou, _ms
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


def test_it_seals_as_the_platforms_own_library_opens() -> None:
    market = Kuaishou()
    market.message_secret = "MDEyMzQ1Njc4OWFiY2RlZg=="
    plain = (
        b'{"eventId":"e1","msgId":"m1","bizId":1,"userId":2,"event":"kwaishop_order_paySuccess",'
        b'"info":"{\\"oid\\":1,\\"sellerId\\":2,\\"status\\":30,'
        b'\\"updateTime\\":1700000000000}","test":false}'
    )

    assert market.sealed(plain) == (
        b"NDyh7Jj8WuRFJxFbufAX4UYe1tMZzDeirM8Bw3oUGm9FF0iaCRWEoLhIoBZJ99xLZS+lHil/ZhlNNyQDUcN1ut69"
        b"bXdA7BUOml5e2dK9mg9llYDOlFom3wb7hQ5Xj1Fbzsh33HY9Eiebarv9V0phwvGWrV2ADDiYfJ9BbBVpX3l3ruuv"
        b"LrPm8ygzZ6QgkxQ3HFwO/hlz8k6MMK4eEj8y6t2zmr4RKebNBrSEvMS7OFRNqAm6joX/vC03wdXHxvZN"
    )


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
    goods = [{"oid": int(number), "deliveryNum": 1}]
    split = {
        "mainOrderId": int(number),
        "deliveryItemInfoList": [{"deliveryGoodsInfoList": goods, **parcel}],
    }

    results = [call(market, "open.order.goods.split.deliver", split)["result"] for _ in range(2)]

    told = call(market, "open.order.detail", {"oid": int(number)})["data"]
    assert (results, market.told[number]) == ([1, 1], [("4", "SF1")])
    assert (told["orderBaseInfo"]["status"], told["orderDeliveryInfo"]["deliveryNum"]) == (40, 1)


def test_refunds_are_read_by_cursor_and_agreed_to_as_they_were_seen() -> None:
    market = Kuaishou()
    made = market.orders.make(3, market.now - 900, market.now - 800)
    orders = [market.orders.by_number[number] for number in made]
    backs = [market.refunds.ask(order, order.lines[0], market.now) for order in orders]
    day = {"beginTime": _ms(market.now - 900), "endTime": _ms(market.now + 60)}
    asked = {**day, "type": 9, "sort": 2, "queryType": 2, "pageSize": 2, "currentPage": 1}

    seen, cursor = [], ""
    while cursor != "nomore":
        page = {**asked, "pcursor": cursor}
        told = call(market, "open.seller.order.refund.pcursor.list", page)["data"]
        seen += [one["refundId"] for one in told["refundOrderInfoList"]]
        cursor = told["pcursor"]
    sums = ((backs[0].fen + 1, 10), (backs[0].fen, 12), (backs[0].fen, 10))
    yes = [{"refundId": seen[0], "refundAmount": fen, "status": status} for fen, status in sums]
    answers = [call(market, "open.seller.order.refund.approve", one)["result"] for one in yes]
    no = {"refundId": seen[1], "refundVersion": _ms(backs[1].modified), "rejectDesc": "x"}

    assert seen == [int(back.number) for back in backs]
    assert answers == [23, 100107, 1]
    assert call(market, "open.refund.reject", no)["result"] == 1
    assert [back.stage for back in backs] == ["done", "refused", "asked"]
