"""Douyin: what goes out byte by byte, what its answers and pushes mean."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.domain.content import Mark, OrderType
from shared.domain.errors import Fault
from shared.domain.platform import Ask, Stage, State
from shared.gateways.channels import douyin
from shared.gateways.channels.port import (
    Hint,
    Incoming,
    RefundRef,
    Rejected,
    Sent,
    Shipment,
    Stocked,
    Why,
    Window,
)
from shared.gateways.talk import Forged, Unclear
from tests.support import wire
from tests.support.wire import saying

DOUYIN = douyin.Douyin()
KEY, SECRET = "3409409348479354011", "2ad2355c-01d0-11f8-91dc-05a8cd1054b1"
LINK = wire.link("douyin", app_key=KEY, secrets={"app_secret": SECRET})
WINDOW = Window("2026-11-22T03:00:00.000+00:00", "2026-11-22T03:30:00.000+00:00")
NUMBER = "4781320682406083640"
PUSH = (
    b'[{"tag":"101","msg_id":"69500000000000000001",'
    b'"data":"{\\"p_id\\":4781320682406083640,\\"shop_id\\":123}"}]'
)


def good(data: Any) -> dict[str, Any]:
    return {"code": 10000, "msg": "success", "sub_code": "", "data": data}


def line(**changes: Any) -> dict[str, Any]:
    given = {
        "order_id": NUMBER, "product_id": 3456789012345678901, "sku_id": 1700000000000000001,
        "out_sku_id": "CUP-RED", "code": "c", "product_name": "马克杯 红", "item_num": 2,
        "origin_amount": 3000, "sum_amount": 6000, "promotion_amount": 1000, "modify_amount": 0,
        "post_amount": 500, "pay_amount": 5500, "trade_type": 0, "pre_sale_type": 0,
        "given_product_type": "", "after_sale_info": {"after_sale_status": 0, "refund_status": 0},
    }  # fmt: skip
    return given | changes


def order(**changes: Any) -> dict[str, Any]:
    given = {
        "order_id": NUMBER, "order_status": 2, "main_status": 2, "pay_amount": 7500,
        "order_amount": 8500, "promotion_amount": 1000, "post_amount": 500, "pay_type": 1,
        "create_time": 1795316400, "pay_time": 1795316460, "update_time": 1795316465,
        "exp_ship_time": 1795489200, "doudian_open_id": "1@#abc", "buyer_words": "尽快",
        "seller_words": "", "mask_post_receiver": "张**", "mask_post_tel": "138******00",
        "encrypt_post_receiver": "#r##", "encrypt_post_tel": "$t$1$",
        "post_addr": {"encrypt_detail": "#d##"},
        "mask_post_addr": {
            "province": {"name": "浙江省"}, "city": {"name": "杭州市"}, "town": {"name": "余杭区"},
            "street": {"name": "五常街道"}, "detail": "文一西路***",
        },
        "sku_order_list": [
            line(),
            line(order_id="4781320682406149176", out_sku_id="", code="PEN", item_num=1,
                 origin_amount=2000, sum_amount=2000, promotion_amount=0, post_amount=0,
                 pay_amount=2000),
        ],
    }  # fmt: skip
    return given | changes


def query(request: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}


def test_what_is_signed_is_sorted_and_bare() -> None:
    asked = {"size": 100, "page": 0, "order_by": "update_time", "update_time_start": 1700000000,
             "memo": "测试<a>&"}  # fmt: skip
    text = douyin.canonical(asked)
    signed = douyin.sign(LINK, "order.searchList", text, "2021-06-11 10:06:30")

    assert text == (
        '{"memo":"测试<a>&","order_by":"update_time","page":0,"size":100,'
        '"update_time_start":1700000000}'
    )
    assert signed == "d1328c7484a0f2a977df68a167be48ee4004255adac0342f3698f802f35d4c1a"
    assert douyin.canonical({"b": [{"d": 1.0, "c": 1.5}], "a": None}) == (
        '{"a":null,"b":[{"c":1.5,"d":1}]}'
    )


def test_a_call_sends_what_it_signed() -> None:
    platform = saying(good({"shop_order_detail": order()}))
    DOUYIN.order(platform, LINK, NUMBER)
    (sent,) = platform.sent
    asked = query(sent)

    assert sent.body == b'{"shop_order_id":"4781320682406083640"}'
    assert urlsplit(sent.url)[:3] == ("https", "openapi-fxg.jinritemai.com", "/order/orderDetail")
    assert asked["timestamp"] == "2026-11-22 11:31:07"
    assert asked["sign"] == douyin.sign(
        LINK, "order.orderDetail", sent.body.decode(), asked["timestamp"]
    )
    assert (asked["v"], asked["sign_method"], asked["access_token"]) == ("2", "hmac-sha256", "tok")


def test_the_last_page_is_read_first_and_pages_begin_at_nought() -> None:
    platform = saying(
        good({"total": 150, "shop_order_list": []}),
        good({"total": 150, "shop_order_list": [order()]}),
    )
    page = DOUYIN.pull(platform, LINK, WINDOW)
    asked = [json.loads(sent.body) for sent in platform.sent]

    assert [each["page"] for each in asked] == [0, 1]
    assert asked[0]["update_time_start"] == 1795316400
    assert (page.cursor, page.total, page.items[0].number) == ("1", 150, NUMBER)
    assert page.items[0].version == 1795316465000


def test_more_orders_than_pages_reach_are_refused() -> None:
    with pytest.raises(Rejected, match="too-many"):
        DOUYIN.pull(saying(good({"total": 50_001})), LINK, WINDOW)


def test_an_order_is_taken_whole() -> None:
    found = DOUYIN.order(saying(good({"shop_order_detail": order()})), LINK, NUMBER)
    content = wire.taken(found)
    first, second = content.lines

    assert (found.number, found.state, found.version) == (NUMBER, State.READY, 1795316465000)
    assert (first.sku, first.shop_sku) == ("CUP-RED", "3456789012345678901:1700000000000000001")
    assert (first.sale, first.share, first.paid) == (6000, 1000, 5000)
    assert (second.sku, second.sub) == ("PEN", "4781320682406149176")
    assert (content.amounts.freight, content.amounts.total) == (500, 7500)
    assert (content.receiver.token_kind, content.receiver.token) == ("douyin", "#r##|$t$1$|#d##")
    assert content.receiver.district == "余杭区"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"order_status": 1, "pay_time": 0}, State.PENDING),
        ({"order_status": 105}, State.ON_HOLD),
        ({"order_status": 2}, State.READY),
        ({"order_status": 101}, State.PARTLY),
        ({"order_status": 3}, State.SHIPPED),
        ({"order_status": 5}, State.COMPLETED),
        ({"order_status": 4, "pay_time": 0}, State.CANCELLED),
        ({"order_status": 4}, State.REFUNDED),
        ({"order_status": 999}, State.ON_HOLD),
    ],
)
def test_each_status_means_something(changes: dict[str, Any], state: State) -> None:
    found = DOUYIN.order(saying(good({"shop_order_detail": order(**changes)})), LINK, NUMBER)

    assert found.state is state
    wire.taken(found)


def test_a_wanted_refund_and_a_group_are_seen() -> None:
    asked = line(trade_type=1, after_sale_info={"after_sale_status": 6, "refund_status": 1},
                 pay_amount=5500)  # fmt: skip
    told = order(sku_order_list=[asked], pay_amount=5500)
    content = wire.taken(DOUYIN.order(saying(good({"shop_order_detail": told})), LINK, NUMBER))

    assert (content.marks, content.type) == ((Mark.REFUND,), OrderType.GROUP)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"code": 40003, "sub_code": "isv.access-token-expired"}, Why.EXPIRED),
        ({"code": 40003, "sub_code": "isv.signature-invalid"}, Why.SIGNATURE),
        ({"code": 40003, "sub_code": "isv.timestamp-invalid"}, Why.CLOCK),
        ({"code": 30002, "sub_code": ""}, Why.DENIED),
        ({"code": 60000}, Why.LIMITED),
        ({"code": 50002, "sub_msg": "订单存在退款申请"}, Why.REFUND),
        ({"code": 50002, "sub_msg": "订单已发货"}, Why.DONE),
        ({"code": 50002, "sub_msg": "订单不存在"}, Why.ABSENT),
        ({"code": 40004, "sub_msg": "参数"}, Why.REFUSED),
    ],
)
def test_each_refusal_means_something(told: dict[str, Any], why: Why) -> None:
    with pytest.raises(Rejected) as no:
        DOUYIN.order(saying(told), LINK, NUMBER)

    assert no.value.why is why


@pytest.mark.parametrize("told", [{"code": 20001}, {"no": 1}, {"code": 10000, "data": {}}])
def test_what_says_nothing_is_unclear(told: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        DOUYIN.order(saying(told), LINK, NUMBER)


def test_a_push_is_read_only_if_it_is_signed() -> None:
    signed = {"app-id": KEY, "event-sign": "95c87505c2edc58a28ea74bc803f8fa8"}
    heard = DOUYIN.hear(LINK, Incoming("POST", {}, signed, PUSH), wire.NOW)

    assert heard.hints == (Hint(order=NUMBER),)
    for headers, body in ((signed, PUSH.replace(b"101", b"102")), ({}, PUSH)):
        with pytest.raises(Forged, match="signature"):
            DOUYIN.hear(LINK, Incoming("POST", {}, headers, body), wire.NOW)
    assert DOUYIN.ack(True).body == b'{"code":0,"msg":"success"}'
    assert DOUYIN.ack(False).status == 500


@pytest.mark.parametrize(
    ("last", "path", "safe", "body"),
    [
        (True, "order/logisticsAdd", False,
         '{"company_code":"shunfeng","logistics_code":"SF1","order_id":"1"}'),
        (False, "order/logisticsAddMultiPack", True,
         '{"order_id":"1","pack_list":[{"company_code":"shunfeng","logistics_code":"SF1",'
         '"shipped_order_info":[{"shipped_num":2,"shipped_order_id":"11"}]}],"request_id":"i"}'),
    ],
)  # fmt: skip
def test_parcels_are_told(last: bool, path: str, safe: bool, body: str) -> None:
    platform = saying(good({}))
    parcel = Shipment("1", "shunfeng", "SF1", (Sent("11", "2:3", 2, True),), last, True, "i")
    DOUYIN.ship(platform, LINK, parcel)

    (sent,) = platform.sent
    assert (sent.api, sent.safe, sent.body.decode()) == (path, safe, body)


def test_stock_is_set_and_never_added_to() -> None:
    platform = saying(good({}), {"code": 50002, "sub_msg": "商品不存在"})
    wares = [Stocked("1:2", "A", 7, "i"), Stocked("3:4", "B", 0, "j")]
    told = DOUYIN.put_stock(platform, LINK, wares)

    assert platform.sent[0].body == (
        b'{"incremental":false,"product_id":1,"sku_id":2,"stock_num":7}'
    )
    assert told["1:2"] is None
    assert told["3:4"] is not None
    assert told["3:4"].why is Why.ABSENT


def case(status: int, kind: int) -> dict[str, Any]:
    info = {"after_sale_id": 7, "after_sale_status": status, "after_sale_type": kind,
            "refund_total_amount": 5000, "update_time": 1795316470, "apply_time": 1795316468,
            "after_sale_apply_count": 2, "reason": "不想要"}  # fmt: skip
    lines = [{"sku_order_id": 11, "item_quantity": 2}]
    return good({
        "process_info": {"after_sale_info": info},
        "order_info": {"shop_order_id": 1, "sku_order_infos": lines},
    })  # fmt: skip


@pytest.mark.parametrize(
    ("status", "kind", "ask", "stage", "answer"),
    [
        (6, 2, Ask.REFUND, Stage.ASKED, 201),
        (6, 0, Ask.RETURN, Stage.ASKED, 101),
        (11, 0, Ask.RETURN, Stage.RETURNING, 111),
        (6, 3, Ask.EXCHANGE, Stage.ASKED, 301),
    ],
)
def test_a_refund_is_read_and_agreed_to(
    status: int, kind: int, ask: Ask, stage: Stage, answer: int
) -> None:
    platform = saying(case(status, kind), good({"items": [{"status_code": 0}]}))
    refund = DOUYIN.refund(platform, LINK, RefundRef("7", 0))
    DOUYIN.decide(platform, LINK, refund, True, "")
    asked = json.loads(platform.sent[1].body)

    assert (refund.ask, refund.stage, refund.fen, refund.sub) == (ask, stage, 5000, "11")
    assert (asked["type"], asked["items"][0]["update_time"]) == (answer, 1795316470)


def test_a_refund_is_refused_for_a_reason_of_the_platforms() -> None:
    reasons = [{"reject_reason_code": 1, "reason": "a", "evidence_need": "Y"},
               {"reject_reason_code": 2, "reason": "b", "evidence_need": "N"}]  # fmt: skip
    moved = good({"items": [{"status_code": 5, "status_msg": "版本"}]})
    platform = saying(case(6, 2), good({"items": reasons}), moved)
    refund = DOUYIN.refund(platform, LINK, RefundRef("7", 0))
    with pytest.raises(Rejected) as no:
        DOUYIN.decide(platform, LINK, refund, False, "已发出")

    asked = json.loads(platform.sent[2].body)
    assert no.value.why is Why.STATE
    assert (asked["type"], asked["items"][0]["reject_reason_code"]) == (202, 2)


def test_a_refund_that_no_reason_is_offered_for_is_not_refused() -> None:
    platform = saying(case(6, 2), good({"items": []}))
    refund = DOUYIN.refund(platform, LINK, RefundRef("7", 0))
    with pytest.raises(Rejected) as no:
        DOUYIN.decide(platform, LINK, refund, False, "已发出")

    assert (no.value.why, no.value.code) == (Why.REFUSED, "not-offered")


def test_tokens_are_asked_for_by_the_shop_and_renewed() -> None:
    told = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "shop_id": 1001}
    platform = saying(good(told), good(told))
    first = DOUYIN.exchange(platform, LINK, "")
    DOUYIN.refresh(platform, LINK)

    assert (first.access, first.refresh, first.seller) == ("a", "r", "1001")
    assert first.expires_at == "2026-11-22T04:31:07.000+00:00"
    assert [sent.body for sent in platform.sent] == [
        b'{"code":"","grant_type":"authorization_self","shop_id":"1001"}',
        b'{"grant_type":"refresh_token","refresh_token":"again"}',
    ]
    assert not any(sent.safe or "access_token" in query(sent) for sent in platform.sent)


def test_what_is_missing_is_named() -> None:
    bad = wire.link("douyin", seller="", secrets={"app_secret": "", "return_address": "x"})

    assert DOUYIN.check(LINK) == []
    assert DOUYIN.check(bad) == [
        Fault("seller", "missing"),
        Fault("secrets.app_secret", "missing"),
        Fault("secrets.return_address", "ill-formed"),
    ]
