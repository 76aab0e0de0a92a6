"""Youzan: what goes out byte by byte, what its answers and pushes mean."""

import json
from typing import Any

import pytest

from shared.domain.content import Mark
from shared.domain.errors import Fault
from shared.domain.platform import Ask, Stage, State
from shared.gateways.channels import youzan
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
from shared.gateways.channels.wire import md5
from shared.gateways.talk import Forged, Unclear
from tests.support import wire
from tests.support.wire import saying

YZ = youzan.Youzan()
LINK = wire.link("youzan", app_key="cid", secrets={"app_secret": "def00000b1228e0f6ba8ef96be9"})
WINDOW = Window("2026-11-22T03:00:00.000+00:00", "2026-11-22T03:30:00.000+00:00")
TID = "E20261122110000047400001"
SEALED = (
    "zanO3UZzEA5Fm6qKsCq6rJ70VoKdiqXDfgdqGvzOfIZ%2FVNB%2FUHuG7%2F6TxdL6NQIVkO8CFm20whTivoPj4%2B6n"
    "XLAoe9J%2BZc42nRAbkTg5GruMl8RohxSDS0%2F99FwGtLW9TmMbxs554ZWVaRaiB5KaHF%2FNTzuLHyEtrLB2xu8Y%2B"
    "AnMN%2FVVVO9PPgO8o1BSAuvJdNXa1%2ButpG%2BRSSSMbxXrvCkRC34X7kCK1z5Xg51r%2Fym8nxrrSFn2c4R3rMRxKQ"
    "AMmzRfGBkcQ9XayS31oT5DNy0h5pWzP8W5pe9naUguCiPIIAqGmBo8etlIn1Y1FHAU"
)


def good(data: Any) -> dict[str, Any]:
    return {"success": True, "code": 200, "message": "successful", "data": data}


def trade(**changes: Any) -> dict[str, Any]:
    """Two mugs at 30.00, 2.00 off each, and a pen; 10.00 off the whole, 5.00 freight."""
    orders = [
        {"oid": "41", "item_id": 1, "sku_id": 2, "outer_sku_id": "CUP", "num": 2,
         "title": "杯", "price": "30.00", "total_fee": "56.00", "payment": "52.40"},
        {"oid": "42", "item_id": 3, "sku_id": 0, "outer_sku_id": "", "outer_item_id": "PEN",
         "num": 1, "title": "笔", "price": "20.00", "total_fee": "20.00", "payment": "18.60"},
    ]  # fmt: skip
    info = {
        "tid": TID, "status": "WAIT_SELLER_SEND_GOODS", "type": "NORMAL", "close_type": 0,
        "created": "2026-11-22 11:00:00", "update_time": "2026-11-22 11:01:05",
        "pay_time": "2026-11-22 11:01:00", "express_type": 0,
    }  # fmt: skip
    address = {
        "receiver_name": "张三", "receiver_tel": "13800000000", "delivery_province": "浙江省",
        "delivery_city": "杭州市", "delivery_district": "余杭区",
        "delivery_address": "文一西路1号",
    }  # fmt: skip
    return {
        "full_order_info": {
            "order_info": info | changes.pop("info", {}),
            "pay_info": {"total_fee": "76.00", "post_fee": "5.00", "payment": "71.00"},
            "orders": orders,
            "address_info": address,
            "buyer_info": {"yz_open_id": "open"},
            "remark_info": {"buyer_message": "尽快", "trade_memo": ""},
        },
        "order_promotion": {"order_discount_fee": "10.00", "adjust_fee": "0.00"},
        "refund_order": [],
        "delivery_order": [],
        **changes,
    }


def pushed(body: dict[str, Any], *, header: bool, alter: bytes = b"") -> Incoming:
    raw = json.dumps(body).encode()
    secret = LINK.secrets["app_secret"].encode()
    headers = {"event-sign": md5(b"cid" + raw + secret)} if header else {}
    return Incoming("POST", {}, headers, raw + alter)


def test_a_call_carries_its_token_and_nothing_else() -> None:
    platform = saying(good(trade()))
    YZ.order(platform, LINK, TID)
    (sent,) = platform.sent

    assert sent.url == "https://open.youzanyun.com/api/youzan.trade.get/4.0.2?access_token=tok"
    assert sent.body == b'{"tid":"' + TID.encode() + b'"}'


def test_the_last_page_is_read_first() -> None:
    row = {"full_order_info": {"order_info": {"tid": TID, "update_time": "2026-11-22 11:01:05"}}}
    rows = good({"total_results": 150, "full_order_info_list": [row]})
    platform = saying(rows, rows)
    page = YZ.pull(platform, LINK, WINDOW)
    asked = [json.loads(sent.body) for sent in platform.sent]

    assert [each["page_no"] for each in asked] == [1, 2]
    assert asked[0]["start_update"] == "2026-11-22 11:00:00"
    assert (page.cursor, page.items[0].version) == ("1", 1795316465000)


def test_more_orders_than_pages_reach_are_refused() -> None:
    with pytest.raises(Rejected, match="too-many"):
        YZ.pull(saying(good({"total_results": 10_001, "full_order_info_list": []})), LINK, WINDOW)


def test_an_order_is_taken_whole() -> None:
    found = YZ.order(saying(good(trade())), LINK, TID)
    content = wire.taken(found)
    mug, pen = content.lines

    assert (found.number, found.state, found.version) == (TID, State.READY, 1795316465000)
    assert (mug.amount, mug.discount, mug.sale) == (6000, 400, 5600)
    assert (pen.sku, pen.shop_sku) == ("PEN", "3:0")
    assert mug.share + pen.share == 1000
    assert (content.amounts.freight, content.amounts.total) == (500, 7100)


def test_an_order_changed_by_hand_is_taken_whole() -> None:
    told = trade(order_promotion={"adjust_fee": "-6.00"})
    told["full_order_info"]["pay_info"]["payment"] = "65.00"
    told["full_order_info"]["orders"][0]["payment"] = "46.40"
    content = wire.taken(YZ.order(saying(good(told)), LINK, TID))

    assert (content.amounts.adjustment, content.amounts.total) == (-600, 6500)


@pytest.mark.parametrize(
    ("changes", "state", "marks"),
    [
        ({"info": {"status": "WAIT_BUYER_PAY", "pay_time": ""}}, State.PENDING, ()),
        ({"info": {"status": "WAIT_CONFIRM"}}, State.ON_HOLD, (Mark.NO_SHIP,)),
        ({"info": {"status": "TRADE_PAID"}}, State.ON_HOLD, (Mark.NO_SHIP,)),
        ({}, State.READY, ()),
        ({"refund_order": [{"refund_state": 1}]}, State.READY, (Mark.REFUND,)),
        ({"refund_order": [{"refund_state": 10}]}, State.READY, ()),
        ({"delivery_order": [{"express_state": 1}]}, State.PARTLY, ()),
        ({"info": {"status": "WAIT_BUYER_CONFIRM_GOODS"}}, State.SHIPPED, ()),
        ({"info": {"status": "TRADE_BUYER_SIGNED"}}, State.SIGNED, ()),
        ({"info": {"status": "TRADE_SUCCESS"}}, State.COMPLETED, ()),
        ({"info": {"status": "TRADE_CLOSED", "pay_time": ""}}, State.CANCELLED, ()),
        ({"info": {"status": "TRADE_CLOSED"}}, State.REFUNDED, ()),
    ],
)
def test_each_status_means_something(
    changes: dict[str, Any], state: State, marks: tuple[Mark, ...]
) -> None:
    found = YZ.order(saying(good(trade(**changes))), LINK, TID)

    assert found.state is state
    assert wire.taken(found).marks == marks


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"gw_err_resp": {"err_code": 4201, "err_msg": "非法的请求凭证"}}, Why.EXPIRED),
        ({"code": 5000, "success": False, "message": "trade not found"}, Why.ABSENT),
        ({"code": 102570007, "success": False}, Why.DONE),
        ({"code": 105000003, "success": False}, Why.CARRIER),
        ({"code": "103010039", "success": False}, Why.STATE),
        ({"code": 1, "success": False}, Why.REFUSED),
    ],
)
def test_each_refusal_means_something(told: dict[str, Any], why: Why) -> None:
    with pytest.raises(Rejected) as no:
        YZ.order(saying(told), LINK, TID)

    assert no.value.why is why


@pytest.mark.parametrize("told", [{"code": -100}, {"code": "x"}, good({})])
def test_what_says_nothing_is_unclear(told: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        YZ.order(saying(told), LINK, TID)


@pytest.mark.parametrize("header", [True, False])
def test_a_push_is_read_only_if_it_is_signed(header: bool) -> None:
    message = f"%7B%22tid%22%3A%22{TID}%22%7D"
    body = {"kdt_id": 1001, "msg": message, "test": False, "type": "trade_TradeBuyerPay"}
    body["sign"] = md5(f"cid{message}{LINK.secrets['app_secret']}")
    bad = (
        pushed({**body, "msg": message + "+"}, header=False)
        if not header
        else pushed(body, header=True, alter=b" ")
    )

    assert YZ.hear(LINK, pushed(body, header=header), wire.NOW).hints == (Hint(order=TID),)
    with pytest.raises(Forged, match="signature"):
        YZ.hear(LINK, bad, wire.NOW)
    assert YZ.hear(LINK, pushed(body | {"test": True}, header=header), wire.NOW).hints == ()
    with pytest.raises(Forged, match="app"):
        YZ.hear(LINK, pushed(body | {"kdt_id": 5}, header=header), wire.NOW)


def test_an_encrypted_push_opens() -> None:
    message = youzan._message(LINK, {"msg": SEALED})

    assert (message["appId"], message["buyerId"], message["type"]) == (
        110,
        123456,
        "APP_SUBSCRIBE",
    )
    assert YZ.ack(True).body == b'{"code":0,"msg":"success"}'


@pytest.mark.parametrize(("last", "oids"), [(True, None), (False, "41")])
def test_parcels_are_told_whole_or_in_part(last: bool, oids: str | None) -> None:
    platform = saying(good({"is_success": True}))
    lines = (Sent("41", "1:2", 2, True),)
    YZ.ship(platform, LINK, Shipment(TID, "7", "SF1", lines, last, True, "i"))
    asked = json.loads(platform.sent[0].body)

    assert (asked["out_stype"], asked["out_sid"], asked.get("oids")) == ("7", "SF1", oids)
    assert not platform.sent[0].safe


def test_stock_is_set_and_never_added_to() -> None:
    platform = saying(good({}), {"code": 1, "success": False, "message": "商品不存在"})
    wares = [Stocked("1:2", "A", 7, "i"), Stocked("3:0", "B", 0, "j")]
    told = YZ.put_stock(platform, LINK, wares)

    assert platform.sent[0].body == b'{"item_id":1,"quantity":7,"type":0,"sku_id":2}'
    assert told["1:2"] is None
    assert told["3:0"] is not None


@pytest.mark.parametrize(
    ("demand", "status", "seen", "agree", "api"),
    [
        (1, "WAIT_SELLER_AGREE", (Ask.REFUND, Stage.ASKED), True, "refund.agree"),
        (2, "WAIT_SELLER_AGREE", (Ask.RETURN, Stage.ASKED), True, "returngoods.agree"),
        (2, "WAIT_SELLER_CONFIRM_GOODS", (Ask.RETURN, Stage.RETURNING), True, "refund.agree"),
        (
            2,
            "WAIT_SELLER_CONFIRM_GOODS",
            (Ask.RETURN, Stage.RETURNING),
            False,
            "returngoods.refuse",
        ),
        (1, "WAIT_SELLER_AGREE", (Ask.REFUND, Stage.ASKED), False, "refund.refuse"),
    ],
)
def test_a_refund_is_read_and_decided(
    demand: int, status: str, seen: tuple[Ask, Stage], agree: bool, api: str
) -> None:
    case = {"refund_id": "9", "tid": TID, "oid": 41, "status": status, "demand": demand,
            "refund_fee": "12.50", "version": 1553482678792}  # fmt: skip
    platform = saying(good(case), good({}))
    refund = YZ.refund(platform, LINK, RefundRef("9", 0))
    YZ.decide(platform, LINK, refund, agree, "x")

    assert (refund.ask, refund.stage, refund.fen) == (*seen, 1250)
    assert (platform.sent[1].api, platform.sent[1].safe) == (f"youzan.trade.{api}", False)
    assert json.loads(platform.sent[1].body)["version"] == 1553482678792


def test_tokens_are_asked_for_by_the_shop_and_renewed() -> None:
    told = {"access_token": "a", "refresh_token": "r", "expires": 1795320000000}
    platform = saying(good(told), good(told))
    first = YZ.exchange(platform, LINK, "")
    YZ.refresh(platform, LINK)
    silent, again = (json.loads(sent.body) for sent in platform.sent)

    assert first.expires_at == "2026-11-22T04:00:00.000+00:00"
    assert (silent["authorize_type"], silent["grant_id"]) == ("silent", "1001")
    assert again["refresh_token"] == "again"
    assert not any(sent.safe for sent in platform.sent)


def test_what_is_missing_is_named() -> None:
    assert YZ.check(LINK) == []
    assert YZ.check(wire.link("youzan", seller="x")) == [Fault("seller", "ill-formed")]
