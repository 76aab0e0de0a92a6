"""JD: what is sent byte for byte, and what the answers become."""

import json
from typing import Any

import pytest

from shared.domain.content import Mark
from shared.domain.platform import Ask, Found, Stage, State, documented
from shared.gateways.channels import jd
from shared.gateways.channels.port import (
    By,
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

JD = jd.Jd()
LINK = link("jd")
WINDOW = Window("2026-11-22T02:00:00.000+00:00", "2026-11-22T03:00:00.000+00:00")
MODIFIED = 1795318200000  # 2026-11-22 11:30:00 in China
NUMBER = "290000000000000001"


def info(**changes: Any) -> dict[str, Any]:
    return {
        "orderId": NUMBER,
        "venderId": "10001",
        "orderType": "22",
        "payType": "4-在线支付",
        "orderTotalPrice": "260.00",
        "orderSellerPrice": "250.00",
        "orderPayment": "236.00",
        "freightPrice": "6.00",
        "sellerDiscount": "10.00",
        "orderState": "WAIT_SELLER_STOCK_OUT",
        "orderStateRemark": "等待出库",
        "orderRemark": "周末送",
        "venderRemark": "",
        "orderStartTime": "2026-11-22 11:00:00",
        "paymentConfirmTime": "2026-11-22 11:01:00",
        "modified": "2026-11-22 11:30:00",
        "consigneeInfo": {
            "fullname": "王**",
            "telephone": "",
            "mobile": "139****0000",
            "fullAddress": "北京朝阳区****",
            "province": "北京",
            "city": "朝阳区",
            "county": "三环以内",
            "town": "",
            "oaid": "oaid-1",
        },
        "itemInfoList": [
            {
                "skuId": "1001",
                "outerSkuId": "LAMP",
                "skuName": "台灯",
                "jdPrice": "100.00",
                "wareId": "9001",
                "itemTotal": "2",
            },
            {
                "skuId": "1002",
                "outerSkuId": "",
                "skuName": "灯泡",
                "jdPrice": "60.00",
                "wareId": "9002",
                "itemTotal": "1",
            },
        ],
        "couponDetailList": [
            {"skuId": "1001", "couponType": "30-单品促销优惠", "couponPrice": "10.00"},
            {"skuId": "", "couponType": "41-京东券优惠", "couponPrice": "20.00"},
        ],
        "parentOrderId": "0",
        "directParentOrderId": "0",
        "open_id_buyer": "ob-1",
        "invoiceEasyInfo": {
            "invoiceType": "3",
            "invoiceTitle": "某公司",
            "invoiceCode": "91110000600037341L",
            "invoiceConsigneeEmail": "a@example.com",
        },
        **changes,
    }


def detail(told: dict[str, Any]) -> dict[str, Any]:
    result = {"apiResult": {"success": True}, "orderInfo": told}
    return {"jingdong_pop_order_get_responce": {"code": "0", "orderDetailInfo": result}}


def found(**changes: Any) -> Found:
    return JD.order(saying(detail(info(**changes))), LINK, NUMBER)


def asked(request: Any) -> dict[str, Any]:
    return dict(json.loads(form(request)["360buy_param_json"]))


def test_a_call_is_signed_as_the_platform_publishes_it() -> None:
    published = {
        "360buy_param_json": '{"end_date":null,"optional_fields":null,"order_state":'
        '"WAIT_SELLER_STOCK_OUT","page":"1","page_size":"200","start_date":null}',
        "access_token": "yourtoken",
        "app_key": "yourappkey",
        "method": "jingdong.pop.order.search",
        "timestamp": "2021-05-07 09:20:39.683+0800",
        "v": "2.0",
    }

    assert sandwich("yourappSecret", published) == "D70825340F4084360B9362B60DFD7930"


def test_what_is_sent_is_exactly_what_was_signed() -> None:
    wire = saying(
        {"jingdong_vender_shop_query_responce": {"shop_jos_result": {"shop_name": "灯"}}}
    )

    name = JD.probe(wire, LINK)

    sent, fields = wire.sent[0], form(wire.sent[0])
    sign = fields.pop("sign")
    assert name == "灯"
    assert sent.url == "https://api.jd.com/routerjson"
    assert sign == sandwich("helloworld", fields)
    assert sent.body == (
        b"method=jingdong.vender.shop.query&app_key=12345678&access_token=tok"
        b"&timestamp=2026-11-22+11%3A31%3A07&v=2.0&360buy_param_json=%7B%7D&sign=" + sign.encode()
    )


def test_an_order_becomes_a_document_whose_sums_are_right() -> None:
    one = found()

    content = taken(one)
    first, second = content.lines
    assert (one.number, one.version, one.state) == (NUMBER, MODIFIED, State.READY)
    assert (first.sku, first.shop_sku, first.quantity) == ("LAMP", "9001:1001", 2)
    assert (first.amount, first.discount, first.sale) == (20000, 1000, 19000)
    assert [line.share for line in content.lines] == [1520, 480]
    assert (second.sku, second.paid) == ("", 5520)
    assert (content.amounts.total, content.amounts.freight) == (23600, 600)
    assert (content.receiver.token_kind, content.receiver.token) == ("jd-oaid", "oaid-1")
    assert (content.receiver.district, content.receiver.phone) == ("三环以内", "139****0000")
    assert content.invoice
    assert (content.invoice.title, content.invoice.tax_id) == ("某公司", "91110000600037341L")
    assert (content.buyer.id, content.notes.buyer) == ("ob-1", "周末送")
    assert content.paid_at == "2026-11-22T03:01:00.000+00:00"


@pytest.mark.parametrize(
    ("word", "state", "mark"),
    [
        ("NOT_PAY", State.PENDING, None),
        ("WAIT_SELLER_STOCK_OUT", State.READY, None),
        ("WAIT_SELLER_DELIVERY", State.READY, None),
        ("WAIT_GOODS_RECEIVE_CONFIRM", State.SHIPPED, None),
        ("FINISHED_L", State.COMPLETED, None),
        ("TRADE_CANCELED", State.CANCELLED, None),
        ("LOCKED", State.ON_HOLD, Mark.REFUND),
        ("PAUSE", State.ON_HOLD, Mark.NO_SHIP),
        ("POP_ORDER_PAUSE", State.ON_HOLD, Mark.NO_SHIP),
        ("DELIVERY_RETURN", State.RETURNED, None),
        ("SOMETHING_NEW", State.ON_HOLD, Mark.NO_SHIP),
    ],
)
def test_each_status_is_one_state(word: str, state: State, mark: Mark | None) -> None:
    one = found(orderState=word)

    assert one.state is state
    assert taken(one).marks == ((mark,) if mark else ())


def test_cash_on_delivery_and_unpaid_orders_have_no_time_of_payment() -> None:
    content = taken(found(payType="1-货到付款", paymentConfirmTime="0001-01-01 00:00:00"))

    assert content.payment.cod
    assert content.paid_at == ""


def test_without_its_coupons_the_sellers_discount_is_divided() -> None:
    content = taken(found(couponDetailList=[], orderPayment="256.00"))

    assert [line.share for line in content.lines] == [769, 231]


def test_tax_and_service_are_told_apart_and_a_balance_has_paid_its_part() -> None:
    content = taken(
        found(taxFee="3.00", serviceFee="1.00", balanceUsed="40.00", orderPayment="200.00")
    )

    sums = content.amounts
    assert (sums.tax, sums.fee, sums.total) == (300, 100, 24000)


def test_no_invoice_is_wanted_where_its_kind_is_none() -> None:
    none = {"invoiceType": "0", "invoiceTitle": "个人"}

    assert taken(found(invoiceEasyInfo=none)).invoice is None


def test_an_order_whose_sums_are_wrong_comes_through_as_it_is() -> None:
    document = documented("s1", found(orderPayment="1.00"))

    assert (document["total"], document["discount"]) == (100, 2000)


def listed(total: int, *rows: dict[str, Any]) -> dict[str, Any]:
    result = {"apiResult": {"success": True}, "orderInfoList": list(rows), "orderTotal": total}
    return {"jingdong_pop_order_search_responce": {"searchorderinfo_result": result}}


def test_the_last_page_is_read_first_and_tells_whole_orders() -> None:
    wire = saying(*(listed(150, info(orderId=str(n))) for n in (1, 2, 1)))

    last = JD.pull(wire, LINK, WINDOW)
    first = JD.pull(wire, LINK, WINDOW, last.cursor)

    sent = [asked(request) for request in wire.sent]
    assert [one["page"] for one in sent] == ["1", "2", "1"]
    assert (sent[0]["dateType"], sent[0]["page_size"]) == (0, "100")
    assert (sent[0]["start_date"], sent[0]["end_date"]) == (
        "2026-11-22 10:00:00",
        "2026-11-22 11:00:00",
    )
    assert (last.items[0].number, first.items[0].number, first.cursor) == ("2", "1", "")
    assert last.items[0].found
    assert taken(last.items[0].found).amounts.total == 23600


def test_the_parts_of_an_order_are_taken_and_the_whole_is_not() -> None:
    parts = [info(orderId=n, parentOrderId="7", directParentOrderId="7") for n in ("8", "9")]
    wire = saying(listed(3, info(orderId=7), *parts))

    page = JD.pull(wire, LINK, Window(WINDOW.start, WINDOW.end, By.CREATED))

    assert [ref.number for ref in page.items] == ["8", "9"]
    assert asked(wire.sent[0])["dateType"] == 1


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("2", Why.LIMITED),
        ("8", Why.CLOCK),
        ("12", Why.SIGNATURE),
        ("19", Why.EXPIRED),
        ("67", Why.LATER),
        ("2001", Why.DENIED),
        ("9999", Why.REFUSED),
    ],
)
def test_each_code_of_the_gateway_means_one_thing(code: str, why: Why) -> None:
    for answer in (
        {"error_response": {"code": code, "zh_desc": "不行"}},
        {"jingdong_pop_order_get_responce": {"code": code, "zh_desc": "不行"}},
    ):
        with pytest.raises(Rejected) as refused:
            JD.order(saying(answer), LINK, NUMBER)
        assert (refused.value.why, refused.value.code) == (why, code)


PARCEL = Shipment(
    NUMBER, "1499", "7788", (Sent("1", "9001:1001", 2, True),), last=True, first=True, idem="o-1"
)


def shipped(success: bool, text: str = "") -> dict[str, Any]:
    result = {"success": success, "errorCode": "10400", "chineseErrCode": text}
    return {"jingdong_pop_order_shipment_responce": {"sopjosshipment_result": result}}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("订单已出库", Why.DONE),
        ("订单已锁定", Why.REFUND),
        ("承运商不正确", Why.CARRIER),
        ("订单不存在", Why.ABSENT),
        ("订单状态不正确", Why.STATE),
        ("别的", Why.REFUSED),
    ],
)
def test_a_parcel_that_is_refused_says_why(text: str, why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        JD.ship(saying(shipped(False, text)), LINK, PARCEL)

    assert refused.value.why is why


def test_a_parcel_is_told_once() -> None:
    JD.ship(wire := saying(shipped(True)), LINK, PARCEL)

    assert not wire.sent[0].safe
    assert asked(wire.sent[0]) == {
        "orderId": int(NUMBER),
        "logiCoprId": "1499",
        "logiNo": "7788",
    }
    with pytest.raises(Unclear):
        JD.ship(saying({"error_response": {"code": "67"}}), LINK, PARCEL)
    with pytest.raises(Unclear):
        JD.ship(saying({"jingdong_pop_order_shipment_responce": {}}), LINK, PARCEL)


def test_stock_is_set_sku_by_sku_as_a_whole() -> None:
    wire = saying({"jingdong_stock_write_updateSkuStock_responce": {"success": True}})

    told = JD.put_stock(wire, LINK, [Stocked("9:1001", "A", 7, ""), Stocked("9:", "B", 1, "")])

    assert asked(wire.sent[0]) == {"skuId": 1001, "stockNum": 7, "storeId": 0}
    assert told["9:1001"] is None
    assert isinstance(refused := told["9:"], Rejected)
    assert refused.why is Why.ABSENT


CANCEL = {
    "id": 31,
    "orderId": int(NUMBER),
    "status": 0,
    "applyRefundSum": 23600,
    "applyTime": "2026-11-22 11:20:00",
    "checkTime": "2026-11-22 11:30:00",
}
SERVICE = {
    "sameOrderServiceBill": {
        "serviceId": 71,
        "orderId": int(NUMBER),
        "afsApplyTime": 1795317600000,
        "applyReason": "七天无理由",
    },
    "refoundAmount": None,
    "status": None,
    "completeTime": None,
}


def cancels(*rows: dict[str, Any]) -> dict[str, Any]:
    result = {"success": True, "totalCount": len(rows), "result": list(rows)}
    return {"jingdong_pop_afs_soa_refundapply_queryPageList_responce": {"queryResult": result}}


def services(*rows: dict[str, Any]) -> dict[str, Any]:
    result = {"success": True, "code": "00000", "totalCount": len(rows), "data": list(rows)}
    return {"jingdong_asc_serviceAndRefund_view_responce": {"pageResult": result}}


def test_refunds_are_read_from_each_list_in_turn() -> None:
    wire = saying(cancels(CANCEL), services(SERVICE), services())

    pages = [JD.refunds(wire, LINK, WINDOW)]
    while pages[-1].cursor:
        pages.append(JD.refunds(wire, LINK, WINDOW, pages[-1].cursor))

    assert [[ref.number for ref in page.items] for page in pages] == [
        ["31"],
        [f"{NUMBER}-71"],
        [],
    ]
    assert [page.cursor for page in pages] == ["apply:", "approve:", ""]
    sent = [asked(request) for request in wire.sent]
    assert [[name for name in one if name.endswith(("Start", "Begin"))] for one in sent] == [
        ["modifiedStart"],
        ["applyTimeBegin"],
        ["approveTimeBegin"],
    ]


@pytest.mark.parametrize(
    ("status", "stage"),
    [(0, Stage.ASKED), (1, Stage.AGREED), (2, Stage.REFUSED), (3, Stage.DONE), (11, Stage.CLOSED)],
)
def test_a_refund_from_before_the_goods_left_is_read(status: int, stage: Stage) -> None:
    one = JD.refund(saying(cancels({**CANCEL, "status": status})), LINK, RefundRef("31", 0))

    assert (one.order, one.ask, one.stage, one.fen) == (NUMBER, Ask.REFUND, stage, 23600)
    assert (one.version, one.shipped) == (MODIFIED, False)


@pytest.mark.parametrize(
    ("changes", "stage", "fen"),
    [
        ({}, Stage.ASKED, 0),
        (
            {"status": 13, "refoundAmount": "50.00", "completeTime": 1795318200000},
            Stage.DONE,
            5000,
        ),
    ],
)
def test_a_service_is_read(changes: dict[str, Any], stage: Stage, fen: int) -> None:
    others = {**SERVICE, "sameOrderServiceBill": {"serviceId": 70, "orderId": int(NUMBER)}}
    wire = saying(services(others, {**SERVICE, **changes}))

    one = JD.refund(wire, LINK, RefundRef(f"{NUMBER}-71", 0))

    assert asked(wire.sent[0])["orderId"] == int(NUMBER)
    assert (one.order, one.ask, one.stage, one.fen) == (NUMBER, Ask.RETURN, stage, fen)
    assert (one.shipped, one.reason) == (True, "七天无理由")
    assert one.created_at == "2026-11-22T03:20:00.000+00:00"


def test_a_refund_that_is_not_there_is_absent() -> None:
    with pytest.raises(Rejected) as refused:
        JD.refund(saying(cancels()), LINK, RefundRef("31", 0))

    assert refused.value.why is Why.ABSENT


@pytest.mark.parametrize(("agree", "status"), [(True, "1"), (False, "2")])
def test_a_refund_is_decided_before_the_goods_left(agree: bool, status: str) -> None:
    reply = {
        "jingdong_pop_afs_soa_refundapply_replyRefund_responce": {"replyResult": {"success": True}}
    }
    one = JD.refund(saying(cancels(CANCEL)), LINK, RefundRef("31", 0))

    JD.decide(wire := saying(reply), LINK, one, agree, "")

    sent = asked(wire.sent[0])
    assert (sent["id"], sent["status"], sent["outWareStatus"]) == (31, status, "2")
    assert not wire.sent[0].safe


def test_a_service_is_decided_by_hand() -> None:
    one = JD.refund(saying(services(SERVICE)), LINK, RefundRef(f"{NUMBER}-71", 0))

    with pytest.raises(Rejected) as refused:
        JD.decide(saying(), LINK, one, True, "")

    assert refused.value.code == "not-offered"


def test_consent_becomes_tokens() -> None:
    told = {"access_token": "a", "refresh_token": "r", "expires_in": 60, "uid": "77"}
    wire = saying(told, told, {"code": 19, "msg": "no"})

    tokens = JD.exchange(wire, LINK, "c0de")
    again = JD.refresh(wire, LINK)
    with pytest.raises(Rejected) as refused:
        JD.refresh(wire, LINK)

    assert (tokens.access, tokens.seller, tokens) == ("a", "77", again)
    assert tokens.expires_at == "2026-11-22T03:32:07.000+00:00"
    assert wire.sent[0].url == (
        "https://open-oauth.jd.com/oauth2/access_token?app_key=12345678"
        "&app_secret=helloworld&grant_type=authorization_code&code=c0de"
    )
    assert JD.consent_url(LINK, "s", "https://oms.example/b").startswith(
        "https://open-oauth.jd.com/oauth2/to_login?app_key=12345678&response_type=code"
    )
    assert refused.value.why is Why.EXPIRED


def test_every_receiver_is_another_and_a_push_is_forged() -> None:
    assert JD.same_receivers(saying(), LINK, [("1", "a"), ("2", "a")]) == ["1", "2"]
    with pytest.raises(Forged):
        JD.hear(LINK, Incoming("POST", {}, {}, b"{}"), "")
    assert [fault.field for fault in JD.check(link("jd", app_key=""))] == ["app_key"]


def test_an_order_that_does_not_read_is_kept_and_spoils_no_page() -> None:
    page = JD.pull(saying(listed(2, info(orderPayment="1.234"), info(orderId="5"))), LINK, WINDOW)

    bad, good = (ref.found for ref in page.items)
    assert bad
    assert (bad.number, bad.document) == (NUMBER, {})
    assert good
    assert taken(good).amounts.total == 23600


def test_stock_that_was_not_taken_is_refused() -> None:
    answer = {"jingdong_stock_write_updateSkuStock_responce": {"success": False, "msg": "不行"}}

    told = JD.put_stock(saying(answer), LINK, [Stocked("9:1001", "A", 7, "")])

    assert isinstance(refused := told["9:1001"], Rejected)
    assert (refused.why, refused.text) == (Why.REFUSED, "不行")
