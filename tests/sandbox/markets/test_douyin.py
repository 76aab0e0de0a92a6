"""The sandbox signs as Douyin's documents do, and keeps Douyin's limits."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox.markets.douyin import Douyin, _canonical
from infra.sandbox.mischief import WELL
from infra.sandbox.server import Request


def call(market: Douyin, path: str, body: str, **fields: str) -> dict[str, Any]:
    """A call as a merchant makes it, signed unless it brings a signature."""
    given = {
        "app_key": market.app_key,
        "method": path.replace("/", "."),
        "access_token": market.tokens.access,
        "timestamp": str(int(market.now)),
        "v": "2",
        "sign_method": "hmac-sha256",
        **fields,
    }
    given.setdefault("sign", market.signed(given, body))
    request = Request("POST", f"/{path}?{urlencode(given)}", {}, body.encode())
    told: dict[str, Any] = json.loads(market.answer(request).body)
    return told


def asked(market: Douyin, **more: Any) -> dict[str, Any]:
    end = int(market.now)
    span = {"update_time_start": end - 900, "update_time_end": end, "order_by": "update_time"}
    return {**span, "page": 0, "size": 100, **more}


def test_it_signs_as_computed_from_its_documents() -> None:
    market = Douyin()
    market.app_secret = "2ad2355c-01d0-11f8-91dc-05a8cd1054b1"
    fields = {
        "app_key": "3409409348479354011",
        "method": "order.searchList",
        "timestamp": "2021-06-11 10:06:30",
        "v": "2",
    }
    body = (
        '{"memo":"测试<a>&","order_by":"update_time","page":0,'
        '"size":100,"update_time_start":1700000000}'
    )

    sign = "d1328c7484a0f2a977df68a167be48ee4004255adac0342f3698f802f35d4c1a"
    assert market.signed(fields, body) == sign


@pytest.mark.parametrize(
    ("fields", "sub"),
    [
        ({"sign": "0" * 64}, "isv.signature-invalid"),
        ({"access_token": "another"}, "isv.access-token-expired"),
        ({"app_key": "another"}, "isv.app-id-invalid"),
        ({"timestamp": "2021-06-11 10:06:30"}, "isv.timestamp-invalid"),
        ({"sign_method": "md5"}, "isv.parameter-invalid"),
    ],
)
def test_what_the_platform_would_refuse_is_refused(fields: dict[str, str], sub: str) -> None:
    market = Douyin()

    told = call(market, "order/searchList", _canonical(asked(market)), **fields)

    assert told["sub_code"] == sub


@pytest.mark.parametrize("more", [{"size": 101}, {"page": -1}, {"page": 500}, {"order_by": "no"}])
def test_a_list_has_its_limits(more: dict[str, Any]) -> None:
    market = Douyin()

    told = call(market, "order/searchList", _canonical(asked(market, **more)))

    assert told["sub_code"] == "isv.parameter-invalid"


@pytest.mark.parametrize("body", ['{"b":1,"a":2}', '{"a": 1}', '{"a":"\\u6d4b"}', '{"a":1.0}'])
def test_what_is_signed_must_be_canonical(body: str) -> None:
    told = call(Douyin(), "order/searchList", body)

    assert told["sub_code"] == "isv.signature-invalid"


def test_pages_count_from_zero_in_the_order_that_was_asked_for() -> None:
    market = Douyin()
    made = market.orders.make(3, market.now - 800, market.now - 300)
    body = _canonical(asked(market, size=2, page=1, order_asc=True))

    data = call(market, "order/searchList", body)["data"]

    assert [row["order_id"] for row in data["shop_order_list"]] == made[2:]
    assert data["total"] == 3


def test_a_push_is_signed_as_computed_from_its_documents() -> None:
    market = Douyin()
    market.app_key = "3409409348479354011"
    market.app_secret = "2ad2355c-01d0-11f8-91dc-05a8cd1054b1"
    raw = (
        b'[{"tag":"101","msg_id":"69500000000000000001",'
        b'"data":"{\\"p_id\\":4781320682406083640,\\"shop_id\\":123}"}]'
    )

    assert market.event_sign(raw) == "95c87505c2edc58a28ea74bc803f8fa8"


def test_a_push_tells_of_one_order() -> None:
    market = Douyin()
    (number,) = market.orders.make(1, market.now - 800, market.now - 300)
    headers, body = market.push(market.orders.by_number[number]).write(WELL)

    (event,) = json.loads(body)
    assert json.loads(event["data"])["p_id"] == int(number)
    assert headers["app-id"] == market.app_key
    assert headers["event-sign"] == market.event_sign(body)


def test_a_refund_is_refused_with_a_reason_and_only_after_the_goods_left() -> None:
    market = Douyin()
    unsent, sent = market.orders.make(2, market.now - 900, market.now - 800)
    orders = [market.orders.by_number[number] for number in (unsent, sent)]
    orders[1].state = "ready"
    market.ship(sent, "shunfeng", "SF1")
    backs = [market.refunds.ask(order, order.lines[0], market.now) for order in orders]

    def said(path: str, **asked: object) -> dict[str, Any]:
        body = json.dumps(asked, sort_keys=True, separators=(",", ":"))
        told: dict[str, Any] = call(market, f"afterSale/{path}", body)["data"]
        return told

    reasons = [said("rejectReasonCodeList", aftersale_id=back.number)["items"] for back in backs]
    no = {"aftersale_id": backs[1].number, "reject_reason_code": 2, "reason": "x"}
    seen = [{**no, "update_time": int(backs[1].modified) - late} for late in (1, 0)]
    answers = [said("operate", type=202, items=[item])["items"][0] for item in seen]

    assert [len(each) for each in reasons] == [0, 2]
    assert [one["status_code"] for one in answers] == [1, 0]
    assert [back.stage for back in backs] == ["asked", "refused"]
