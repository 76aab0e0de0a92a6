"""The sandbox signs as JD's documents do, and keeps JD's limits."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox.markets.jd import Jd, _clock
from infra.sandbox.server import Request

SEARCH, SHIP = "jingdong.pop.order.search", "jingdong.pop.order.shipment"


def call(market: Jd, api: str, asked: dict[str, Any], **fields: str) -> dict[str, Any]:
    """A call as a merchant makes it, signed unless it brings a signature."""
    given = {
        "method": api,
        "app_key": market.app_key,
        "access_token": market.tokens.access,
        "timestamp": _clock(market.now),
        "v": "2.0",
        "360buy_param_json": json.dumps(asked),
        **fields,
    }
    given.setdefault("sign", market.signed(given))
    told = market.answer(Request("POST", "/routerjson", {}, urlencode(given).encode()))
    known: dict[str, Any] = json.loads(told.body)
    return known


def asked(market: Jd, **more: object) -> dict[str, Any]:
    return {
        "start_date": _clock(market.now - 900),
        "end_date": _clock(market.now),
        "order_state": "NOT_PAY,PAUSE,WAIT_SELLER_STOCK_OUT",
        "optional_fields": "orderState",
        "page": "1",
        "page_size": "2",
        **more,
    }


def found(told: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = told["jingdong_pop_order_search_responce"]["searchorderinfo_result"]
    return result


def test_it_signs_as_published() -> None:
    market = Jd()
    market.app_secret = "yourappSecret"
    asked = (
        '{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT",'
        '"page":"1","page_size":"200","start_date":null}'
    )
    published = {
        "360buy_param_json": asked,
        "access_token": "yourtoken",
        "app_key": "yourappkey",
        "method": SEARCH,
        "timestamp": "2021-05-07 09:20:39.683+0800",
        "v": "2.0",
    }

    assert market.signed(published) == "D70825340F4084360B9362B60DFD7930"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sign": "0" * 32}, "12"),
        ({"access_token": "another"}, "19"),
        ({"app_key": "another"}, "21"),
        ({"timestamp": "2021-05-07 09:20:39"}, "8"),
        ({"timestamp": "2021-05-07 09:20:39.683+0800"}, "8"),
        ({"method": "jingdong.another"}, "15"),
    ],
)
def test_what_the_gateway_would_refuse_is_refused(fields: dict[str, str], code: str) -> None:
    market = Jd()

    told = call(market, SEARCH, asked(market), **fields)

    assert told["error_response"]["code"] == code


@pytest.mark.parametrize(
    "more", [{"page_size": "101"}, {"page": "0"}, {"start_date": "2021-05-07 00:00:00"}]
)
def test_what_a_list_would_refuse_is_no_success(more: dict[str, str]) -> None:
    market = Jd()

    assert found(call(market, SEARCH, asked(market, **more)))["apiResult"]["success"] is False


def test_the_oldest_change_comes_first_unless_asked_and_only_in_the_states_asked_for() -> None:
    market = Jd()
    made = market.orders.make(3, market.now - 800, market.now - 300)
    for number in made:
        market.change(number, "ready")

    first = found(call(market, SEARCH, asked(market)))
    last = found(call(market, SEARCH, asked(market, sortType="1")))
    none = found(call(market, SEARCH, asked(market, order_state="LOCKED")))

    assert [row["orderId"] for row in first["orderInfoList"]] == made[:2]
    assert [row["orderId"] for row in last["orderInfoList"]] == [made[2], made[1]]
    assert (first["orderTotal"], none["orderTotal"]) == (3, 0)
    assert first["orderInfoList"][0].keys() == {"orderId", "orderState"}


def test_an_order_leaves_as_a_whole_and_once() -> None:
    market = Jd()
    (number,) = market.orders.make(1, market.now - 800, market.now - 300)
    market.change(number, "ready")
    parcel = {"orderId": number, "logiCoprId": "467|463", "logiNo": "SF1,SF2|YT1"}

    first = call(market, SHIP, parcel)["jingdong_pop_order_shipment_responce"]
    again = call(market, SHIP, parcel)["jingdong_pop_order_shipment_responce"]

    assert first["sopjosshipment_result"]["success"] is True
    assert again["sopjosshipment_result"]["chineseErrCode"] == "订单已出库，请勿重复出库"
    assert market.told[number] == [("467", "SF1"), ("467", "SF2"), ("463", "YT1")]


def test_a_refresh_ends_the_tokens_before_it() -> None:
    market = Jd()
    old = market.tokens
    keys = {"app_key": market.app_key, "app_secret": market.app_secret}
    target = "/oauth2/refresh_token?" + urlencode({**keys, "refresh_token": old.refresh})

    told = [json.loads(market.answer(Request("GET", target, {}, b"")).body) for _ in "ab"]

    assert [each["code"] for each in told] == [0, 400]
    assert told[0]["access_token"] == market.tokens.access != old.access


@pytest.mark.parametrize("left", [False, True])
def test_what_is_asked_for_after_the_goods_left_stands_in_another_list(left: bool) -> None:
    market = Jd()
    (number,) = market.orders.make(1, market.now - 900, market.now - 800)
    order = market.orders.by_number[number]
    order.state = "ready"
    if left:
        market.ship(number, "467", "SF1")
    back = market.refunds.ask(order, order.lines[0], market.now)
    span = [_clock(market.now - 900), _clock(market.now + 60)]
    page = {"pageSize": 50}
    cancels = {"modifiedStart": span[0], "modifiedEnd": span[1], "pageIndex": 1, **page}
    applied = {"applyTimeBegin": span[0], "applyTimeEnd": span[1], "pageNumber": 1, **page}

    before = call(market, "jingdong.pop.afs.soa.refundapply.queryPageList", cancels)
    after = call(market, "jingdong.asc.serviceAndRefund.view", applied)
    approved = {name.replace("apply", "approve"): at for name, at in applied.items()}
    answered = call(market, "jingdong.asc.serviceAndRefund.view", approved)

    rows = before["jingdong_pop_afs_soa_refundapply_queryPageList_responce"]["queryResult"]
    bills = after["jingdong_asc_serviceAndRefund_view_responce"]["pageResult"]
    none = answered["jingdong_asc_serviceAndRefund_view_responce"]["pageResult"]
    assert [row["applyRefundSum"] for row in rows["result"]] == [back.fen] * (not left)
    assert [bills["totalCount"], none["totalCount"]] == [int(left), 0]


def test_a_cancellation_is_answered_once_and_a_no_names_its_kind() -> None:
    market = Jd()
    (number,) = market.orders.make(1, market.now - 900, market.now - 800)
    order = market.orders.by_number[number]
    back = market.refunds.ask(order, order.lines[0], market.now)
    no = {"id": int(back.number), "status": "2", "checkUserName": "OMS", "remark": "已打包"}

    kinds = [{}, {"rejectType": "5"}, {"rejectType": "5"}]
    told = [call(market, "jingdong.pop.afs.soa.refundapply.replyRefund", no | k) for k in kinds]

    root = "jingdong_pop_afs_soa_refundapply_replyRefund_responce"
    assert [one[root]["replyResult"]["success"] for one in told] == [False, True, False]
    assert back.stage == "refused"
