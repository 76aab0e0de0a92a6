"""Pinduoduo: what is sent byte for byte, and what the answers become."""

import json
from typing import Any

import pytest

from shared.domain.content import Mark, OrderType
from shared.domain.identities import broken
from shared.domain.platform import Ask, Found, Refund, Stage, State, documented
from shared.gateways.channels import pdd
from shared.gateways.channels.port import (
    Incoming,
    RefundRef,
    Rejected,
    Sent,
    Shipment,
    Stocked,
    Why,
    Window,
)
from shared.gateways.channels.wire import sandwich
from shared.gateways.talk import Forged, Unclear
from tests.support.wire import form, link, saying, taken

PDD = pdd.Pdd()
LINK = link("pdd")
WINDOW = Window("2026-11-22T02:00:00.000+00:00", "2026-11-22T02:30:00.000+00:00")
MODIFIED = 1795318200000  # 2026-11-22 11:30:00 in China
ORDER = "261122-100000000000001"


def info(**changes: Any) -> dict[str, Any]:
    return {
        "order_sn": ORDER,
        "order_status": 1,
        "confirm_status": 1,
        "group_status": 1,
        "refund_status": 1,
        "after_sales_status": 0,
        "risk_control_status": 0,
        "trade_type": 0,
        "is_pre_sale": 0,
        "pay_amount": 96.9,
        "goods_amount": 119.9,
        "discount_amount": 29,
        "platform_discount": 20,
        "seller_discount": 9,
        "postage": "6.00",
        "receiver_name": "~AgAAAAFname~",
        "receiver_phone": "$phone$",
        "receiver_address": "~AgAAAAFaddress~",
        "receiver_name_mask": "李**",
        "receiver_phone_mask": "138****0000",
        "receiver_address_mask": "长**街**号",
        "province": "湖南省",
        "city": "长沙市",
        "town": "芙蓉区",
        "buyer_memo": "快点",
        "remark": "",
        "item_list": [
            {
                "goods_id": 700000000001,
                "sku_id": 1600000000001,
                "outer_id": "SOCK-3",
                "goods_name": "袜子",
                "goods_spec": "黑色,三双",
                "goods_count": 3,
                "goods_price": 39.9,
            },
            {
                "goods_id": 700000000001,
                "sku_id": 1600000000002,
                "outer_id": "",
                "goods_name": "赠品",
                "goods_count": 1,
                "goods_price": "0.20",
            },
        ],
        "created_time": "2026-11-22 11:00:00",
        "pay_time": "2026-11-22 11:00:30",
        "confirm_time": "2026-11-22 11:01:00",
        "updated_at": "2026-11-22 11:30:00",
        "last_ship_time": "2026-11-24 11:01:00",
        **changes,
    }


def found(**changes: Any) -> Found:
    answer = {"order_info_get_response": {"order_info": info(**changes)}}
    return PDD.order(saying(answer), LINK, ORDER)


def no(code: int, text: str = "") -> dict[str, Any]:
    return {"error_response": {"error_code": code, "error_msg": "no", "sub_msg": text}}


def test_a_call_is_signed_as_the_platform_publishes_it() -> None:
    asked = {
        "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211",
        "client_id": "1",
        "data_type": "XML",
        "order_status": "1",
        "page": "1",
        "page_size": "10",
        "timestamp": "1480411125",
        "type": "pdd.order.number.list.get",
    }

    assert sandwich("testSecret", asked) == "E4DE3ED21002510DED352819E7AE6775"


def test_what_is_sent_is_what_was_signed_with_the_seconds_of_the_platforms_clock() -> None:
    wire = saying({"mall_info_get_response": {"mall_name": "袜铺"}})

    name = PDD.probe(wire, LINK)

    sent, fields = wire.sent[0], form(wire.sent[0])
    sign = fields.pop("sign")
    assert name == "袜铺"
    assert (sent.method, sent.url) == ("POST", "https://gw-api.pinduoduo.com/api/router")
    assert sign == sandwich("helloworld", fields)
    assert sent.body == (
        b"type=pdd.mall.info.get&client_id=12345678&access_token=tok&timestamp=1795318267"
        b"&data_type=JSON&version=V1&sign=" + sign.encode()
    )


def test_an_order_becomes_a_document_whose_sums_are_right() -> None:
    one = found()

    content = taken(one)
    first, second = content.lines
    assert (one.number, one.version, one.state) == (ORDER, MODIFIED, State.READY)
    assert (first.sku, first.shop_sku) == ("SOCK-3", "700000000001:1600000000001")
    assert (first.title, first.quantity, first.amount) == ("袜子 黑色,三双", 3, 11970)
    assert (second.sku, second.amount) == ("", 20)
    assert [line.share for line in content.lines] == [2895, 5]
    assert (content.amounts.total, content.amounts.freight) == (9690, 600)
    assert content.amounts.discount == 2900
    assert (content.receiver.name, content.receiver.district) == ("李**", "芙蓉区")
    assert json.loads(content.receiver.token) == {
        "receiver_name": "~AgAAAAFname~",
        "receiver_phone": "$phone$",
        "receiver_address": "~AgAAAAFaddress~",
    }
    assert content.ship_by == "2026-11-24T03:01:00.000+00:00"
    assert content.paid_at == "2026-11-22T03:00:30.000+00:00"


@pytest.mark.parametrize(
    ("changes", "state", "mark"),
    [
        ({}, State.READY, None),
        ({"confirm_status": 0, "pay_time": None}, State.PENDING, None),
        ({"confirm_status": 0, "group_status": 0}, State.ON_HOLD, Mark.NO_SHIP),
        (
            {"confirm_status": 0, "step_order_info": {"step_trade_status": 1}},
            State.PENDING,
            None,
        ),
        ({"confirm_status": 2}, State.CANCELLED, None),
        ({"risk_control_status": 1}, State.ON_HOLD, Mark.RISK),
        ({"refund_status": 2}, State.ON_HOLD, Mark.REFUND),
        ({"refund_status": 3}, State.ON_HOLD, Mark.REFUND),
        *(
            ({"after_sales_status": n}, State.ON_HOLD, Mark.REFUND)
            for n in (*range(2, 9), 14, 21, 31)
        ),
        *(({"after_sales_status": n}, State.READY, None) for n in (9, 11, 12, 13)),
        ({"is_stock_out": 1, "stock_out_handle_status": 0}, State.ON_HOLD, Mark.OVERSOLD),
        ({"order_status": 2}, State.SHIPPED, None),
        ({"order_status": 3}, State.SIGNED, None),
        ({"refund_status": 4}, State.REFUNDED, None),
        ({"after_sales_status": 10, "order_status": 2}, State.REFUNDED, None),
    ],
)
def test_each_flag_is_a_state_and_a_reason(
    changes: dict[str, Any], state: State, mark: Mark | None
) -> None:
    one = found(**changes)

    assert one.state is state
    assert taken(one).marks == ((mark,) if mark else ())


def test_the_sealed_receiver_is_there_only_while_it_is_to_be_shipped() -> None:
    told = [
        taken(found(**changes))
        for changes in ({}, {"risk_control_status": 1}, {"order_status": 2})
    ]

    assert [bool(content.receiver.token) for content in told] == [True, False, False]
    assert {content.receiver.name for content in told} == {"李**"}


def test_an_order_whose_sums_are_wrong_comes_through_as_it_is() -> None:
    document = documented("s1", found(pay_amount="90.00"))

    assert document["total"] == 9000
    assert sum(line["paid"] for line in document["lines"]) == 9090


def test_a_lowered_price_is_taken_off_the_lines() -> None:
    content = taken(found(goods_amount="109.90", pay_amount="86.90"))

    assert [line.discount for line in content.lines] == [998, 2]
    assert not list(broken(content))


def test_a_presale_says_so() -> None:
    assert taken(found(is_pre_sale=1)).type is OrderType.PRESALE


def listed(total: int, *numbers: str) -> dict[str, Any]:
    rows = [{"order_sn": n, "updated_at": "2026-11-22 11:30:00"} for n in numbers]
    return {"order_sn_increment_get_response": {"total_count": total, "order_sn_list": rows}}


def test_the_last_page_is_read_first() -> None:
    wire = saying(listed(150, "a"), listed(150, "b"), listed(149, "a"))

    last = PDD.pull(wire, LINK, WINDOW)
    first = PDD.pull(wire, LINK, WINDOW, last.cursor)

    assert [form(r)["page"] for r in wire.sent] == ["1", "2", "1"]
    assert (last.items[0].number, first.items[0].number, first.cursor) == ("b", "a", "")
    assert (last.items[0].version, last.items[0].found) == (MODIFIED, None)
    sent = form(wire.sent[0])
    assert int(sent["end_updated_at"]) - int(sent["start_updated_at"]) == PDD.caps.window
    assert (sent["order_status"], sent["refund_status"], sent["is_lucky_flag"]) == ("5", "5", "0")


def test_it_stays_three_minutes_behind_and_asks_for_half_an_hour() -> None:
    assert (PDD.caps.lag, PDD.caps.window, PDD.caps.backwards) == (180, 1800, True)


@pytest.mark.parametrize(
    ("code", "text", "why"),
    [
        (10019, "", Why.EXPIRED),
        (20004, "", Why.SIGNATURE),
        (20005, "", Why.DENIED),
        (20031, "", Why.DENIED),
        (52101, "", Why.LIMITED),
        (70031, "", Why.LIMITED),
        (70036, "", Why.LIMITED),
        (52002, "", Why.LATER),
        (10000, "公共参数错误:timestamp", Why.CLOCK),
        (50001, "订单不存在", Why.ABSENT),
        (50001, "订单已发货", Why.DONE),
        (50001, "订单退款中", Why.REFUND),
        (50001, "快递公司有误", Why.CARRIER),
        (50001, "订单状态有误", Why.STATE),
        (50001, "别的", Why.REFUSED),
    ],
)
def test_each_code_means_one_thing(code: int, text: str, why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        PDD.order(saying(no(code, text)), LINK, ORDER)

    assert refused.value.why is why


def parcel(first: bool) -> Shipment:
    lines = (Sent("1", "700000000001:1600000000001", 3, True),)
    return Shipment(ORDER, "115", "7788", lines, last=True, first=first, idem="o-1")


def test_the_first_parcel_ships_the_order_and_the_others_stand_beside_it() -> None:
    wire = saying(
        {"logistics_online_send_response": {"is_success": True}},
        {"upload_extra_logistics_response": {"success": True}},
    )

    PDD.ship(wire, LINK, parcel(first=True))
    PDD.ship(wire, LINK, parcel(first=False))

    first, extra = (form(request) for request in wire.sent)
    assert not any(request.safe for request in wire.sent)
    assert (first["logistics_id"], first["tracking_number"]) == ("115", "7788")
    assert (first["type"], first["redelivery_type"]) == ("pdd.logistics.online.send", "1")
    assert extra["type"] == "pdd.order.upload.extra.logistics"
    assert extra["extra_track_list"] == '[{"shipping_id":115,"tracking_number":"7788"}]'


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ({"logistics_online_send_response": {"is_success": False}}, Rejected),
        ({"logistics_online_send_response": {}}, Unclear),
        ({"error_response": {"error_code": 52002}}, Unclear),
        ({"another_response": {"is_success": True}}, Unclear),
    ],
)
def test_only_a_plain_yes_is_a_parcel_told(
    answer: dict[str, Any], trouble: type[Exception]
) -> None:
    with pytest.raises(trouble):
        PDD.ship(saying(answer), LINK, parcel(first=True))


def test_stock_is_set_sku_by_sku_as_a_whole() -> None:
    wire = saying(
        {"goods_quantity_update_response": {"is_success": True}}, no(50001, "商品不存在")
    )

    told = PDD.put_stock(wire, LINK, [Stocked("7:1", "A", 0, ""), Stocked("8:", "B", 5, "")])

    first, second = (form(request) for request in wire.sent)
    assert (first["goods_id"], first["sku_id"], first["quantity"]) == ("7", "1", "0")
    assert (first["update_type"], second["outer_id"]) == ("1", "B")
    assert told["7:1"] is None
    assert isinstance(refused := told["8:"], Rejected)
    assert refused.why is Why.ABSENT


def refund(**changes: Any) -> Refund:
    row = {
        "id": 55,
        "order_sn": ORDER,
        "after_sales_status": 2,
        "after_sales_type": 1,
        "after_sales_reason": "不想要了",
        "refund_amount": 9090,
        "goods_number": 3,
        "shipping_status": 0,
        "express_no": "",
        "recreated_at": 1795317600000,
        "updated_time": "2026-11-22 11:30:00",
        **changes,
    }
    wire = saying(row)
    one = PDD.refund(wire, LINK, RefundRef("55", 0, ORDER))
    assert (form(wire.sent[0])["order_sn"], form(wire.sent[0])["after_sales_id"]) == (ORDER, "55")
    return one


@pytest.mark.parametrize(
    ("kind", "status", "ask", "stage"),
    [
        (1, 2, Ask.REFUND, Stage.ASKED),
        (2, 3, Ask.RETURN, Stage.ASKED),
        (2, 7, Ask.RETURN, Stage.AGREED),
        (1, 4, Ask.REFUND, Stage.AGREED),
        (1, 6, Ask.REFUND, Stage.REFUSED),
        (1, 10, Ask.REFUND, Stage.DONE),
        (1, 11, Ask.REFUND, Stage.CLOSED),
        (3, 14, Ask.EXCHANGE, Stage.ASKED),
        (4, 32, Ask.RESEND, Stage.ASKED),
        (5, 27, Ask.REPAIR, Stage.RETURNING),
    ],
)
def test_a_refund_is_read(kind: int, status: int, ask: Ask, stage: Stage) -> None:
    one = refund(after_sales_type=kind, after_sales_status=status)

    assert (one.ask, one.stage, one.fen, one.quantity) == (ask, stage, 9090, 3)
    assert (one.number, one.order, one.version) == ("55", ORDER, MODIFIED)
    assert one.created_at == "2026-11-22T03:20:00.000+00:00"


def test_refunds_of_a_window_are_listed_with_both_numbers() -> None:
    row = {"id": 55, "order_sn": ORDER, "updated_time": "2026-11-22 11:30:00"}
    told = {"refund_increment_get_response": {"total_count": 1, "refund_list": [row]}}

    page = PDD.refunds(wire := saying(told), LINK, WINDOW)

    assert [(ref.number, ref.version) for ref in page.items] == [("55", MODIFIED)]
    asked = form(wire.sent[0])
    assert (asked["after_sales_status"], asked["after_sales_type"]) == ("1", "1")  # of each all


def test_a_refund_is_agreed_to_and_refused_only_by_hand() -> None:
    wire = saying({"response": {"result": {"succ": True}}}, {"response": {"result": True}})

    PDD.decide(wire, LINK, refund(), True, "好")
    PDD.decide(wire, LINK, refund(after_sales_type=2, after_sales_status=3), True, "")
    with pytest.raises(Rejected) as refused:
        PDD.decide(saying(), LINK, refund(), False, "不")

    assert json.loads(form(wire.sent[0])["request"]) == {
        "after_sales_id": "55",
        "order_sn": ORDER,
        "operate_desc": "好",
    }
    assert wire.sent[1].api == "pdd.refund.returngoods.agree"
    assert refused.value.code == "not-offered"


def test_consent_becomes_tokens_that_end_when_the_platform_says() -> None:
    told = {
        "access_token": "a",
        "refresh_token": "r",
        "expires_in": 86400,
        "expires_at": 1795404667,
        "owner_id": "880",
    }
    wire = saying(
        {"pop_auth_token_create_response": told}, {"pop_auth_token_refresh_response": told}
    )

    url = PDD.consent_url(LINK, "s", "https://oms.example/back")
    tokens = PDD.exchange(wire, LINK, "c0de")
    again = PDD.refresh(wire, LINK)

    assert url.startswith("https://fuwu.pinduoduo.com/service-market/auth?response_type=code")
    assert (tokens.access, tokens.seller, tokens) == ("a", "880", again)
    assert tokens.expires_at == "2026-11-23T03:31:07.000+00:00"
    assert form(wire.sent[1])["refresh_token"] == "again"
    assert not any(request.safe for request in wire.sent)


def test_every_receiver_is_another_and_a_push_is_forged() -> None:
    assert PDD.same_receivers(saying(), LINK, [("1", "a"), ("2", "a")]) == ["1", "2"]
    with pytest.raises(Forged):
        PDD.hear(LINK, Incoming("POST", {}, {}, b"{}"), "")
    assert [fault.field for fault in PDD.check(link("pdd", secrets={"app_secret": ""}))] == [
        "secrets.app_secret"
    ]


def test_an_order_that_does_not_read_is_kept_with_what_came() -> None:
    one = found(pay_amount="1.234", refund_status=2)

    assert (one.number, one.version, one.document) == (ORDER, MODIFIED, {"marks": ["refund"]})


def test_money_is_given_once_the_goods_are_on_their_way_back() -> None:
    waits = refund(after_sales_type=2, after_sales_status=7)
    back = refund(after_sales_type=2, after_sales_status=7, express_no="SF1")

    with pytest.raises(Rejected) as refused:
        PDD.decide(saying(), LINK, waits, True, "")
    PDD.decide(wire := saying({"response": {"result": {"succ": True}}}), LINK, back, True, "")

    assert refused.value.why is Why.STATE
    assert (back.stage, wire.sent[0].api) == (Stage.RETURNING, "pdd.refund.agree")
