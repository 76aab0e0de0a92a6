"""Kuaishou: what goes out byte by byte, what its answers and pushes mean."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.domain.content import Mark
from shared.domain.errors import Fault
from shared.domain.platform import Ask, Stage, State
from shared.gateways.channels import kuaishou
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

KS = kuaishou.Kuaishou()
LINK = wire.link(
    "kuaishou",
    app_key="ks123",
    secrets={"sign_secret": "signsecret", "message_secret": "MDEyMzQ1Njc4OWFiY2RlZg=="},
)
WINDOW = Window("2026-11-22T03:00:00.000+00:00", "2026-11-22T03:30:00.000+00:00")
NUMBER = "2532600012345678"
PUSH = (
    b"NDyh7Jj8WuRFJxFbufAX4UYe1tMZzDeirM8Bw3oUGm9FF0iaCRWEoLhIoBZJ99xLZS+lHil/ZhlNNyQDUcN1ut69"
    b"bXdA7BUOml5e2dK9mg9llYDOlFom3wb7hQ5Xj1Fbzsh33HY9Eiebarv9V0phwvGWrV2ADDiYfJ9BbBVpX3l3ruuv"
    b"LrPm8ygzZ6QgkxQ3HFwO/hlz8k6MMK4eEj8y6t2zmr4RKebNBrSEvMS7OFRNqAm6joX/vC03wdXHxvZN"
)


def good(data: Any) -> dict[str, Any]:
    return {"result": 1, "msg": "success", "data": data}


def order(sent: int = 0, refunds: tuple[int, ...] = (), **changes: Any) -> dict[str, Any]:
    base = {
        "oid": int(NUMBER), "status": 30, "createTime": 1795316400000, "payTime": 1795316460000,
        "updateTime": 1795316465123, "totalFee": 5500, "discountFee": 1000, "expressFee": 500,
        "buyerOpenId": "f18", "buyerNick": "小*", "remark": "尽快", "riskCode": 0,
        "disableDeliveryReasonCode": [], "promiseTimeStampOfDelivery": 1795489200000, "preSale": 0,
    }  # fmt: skip
    return {
        "orderBaseInfo": base | changes,
        "orderItemInfo": {
            "itemId": 21480009912345, "skuId": 21480009954321, "skuNick": "CUP-RED", "num": 2,
            "itemTitle": "马克杯", "price": 3000, "originalPrice": 3500,
        },
        "orderAddress": {
            "province": "浙江省", "city": "杭州市", "district": "余杭区", "town": "五常街道",
            "desensitiseConsignee": "张**", "desensitiseMobile": "138****00",
            "desensitiseAddress": "文一西路***",
        },
        "orderDeliveryInfo": {"deliveryNum": sent, "openAddressId": "addr-1"},
        "orderRefundList": [{"refundId": 1, "refundStatus": status} for status in refunds],
    }  # fmt: skip


def param(request: Any) -> dict[str, Any]:
    text = request.body.decode() or urlsplit(request.url).query
    told: dict[str, Any] = json.loads(dict(parse_qsl(text))["param"])
    return told


def test_a_signature_is_over_bare_values() -> None:
    given = {
        "access_token": "tok", "appkey": "ks123", "method": "open.order.cursor.list",
        "param": '{"orderViewStatus":1,"pageSize":50,"cursor":""}', "signMethod": "MD5",
        "timestamp": "1583271919000", "version": "1",
    }  # fmt: skip

    assert kuaishou.signature(given, "signsecret") == "49eb7cb8e54d8070e54cc15fd3442f80"


def test_a_call_sends_what_it_signed() -> None:
    platform = saying(good(order()))
    KS.order(platform, LINK, NUMBER)
    (sent,) = platform.sent
    asked = dict(parse_qsl(urlsplit(sent.url).query))
    said = asked.pop("sign")

    assert (sent.method, sent.body, urlsplit(sent.url).path) == ("GET", b"", "/open/order/detail")
    assert asked["param"] == '{"oid":2532600012345678}'
    assert asked["timestamp"] == "1795318267000"
    assert said == kuaishou.signature(asked, "signsecret")


@pytest.mark.parametrize(("theirs", "ours"), [("nomore", ""), ("c2", "c2")])
def test_pages_follow_the_cursor_to_its_end(theirs: str, ours: str) -> None:
    platform = saying(good({"cursor": theirs, "orderList": [order()]}))
    page = KS.pull(platform, LINK, WINDOW, "c1")
    asked = param(platform.sent[0])

    assert (asked["cursor"], asked["queryType"], asked["pageSize"]) == ("c1", 2, 50)
    assert asked["beginTime"] == 1795316400000
    assert page.cursor == ours
    assert (page.items[0].number, page.items[0].version) == (NUMBER, 1795316465123)
    assert page.items[0].found is not None


def test_an_order_is_taken_whole() -> None:
    found = KS.order(saying(good(order())), LINK, NUMBER)
    content = wire.taken(found)

    assert (found.number, found.state) == (NUMBER, State.READY)
    assert content.lines[0].shop_sku == "21480009912345:21480009954321"
    assert (content.lines[0].sku, content.lines[0].paid) == ("CUP-RED", 5000)
    assert (content.amounts.freight, content.amounts.total) == (500, 5500)
    assert (content.receiver.token_kind, content.receiver.token) == ("kuaishou", "addr-1")


@pytest.mark.parametrize(
    ("given", "state", "marks"),
    [
        (order(status=10, payTime=0), State.PENDING, ()),
        (order(), State.READY, ()),
        (order(disableDeliveryReasonCode=[1]), State.ON_HOLD, (Mark.NO_SHIP,)),
        (order(disableDeliveryReasonCode=2), State.ON_HOLD, (Mark.NO_SHIP,)),
        (order(riskCode=1), State.ON_HOLD, (Mark.RISK,)),
        (order(refunds=(10,)), State.READY, (Mark.REFUND,)),
        (order(refunds=(60, 70)), State.READY, ()),
        (order(status=40, sent=1), State.PARTLY, ()),
        (order(status=40, sent=2), State.SHIPPED, ()),
        (order(status=50), State.SIGNED, ()),
        (order(status=70), State.COMPLETED, ()),
        (order(status=80, payTime=0), State.CANCELLED, ()),
        (order(status=80), State.REFUNDED, ()),
        (order(status=0), State.ON_HOLD, (Mark.NO_SHIP,)),
    ],
)
def test_each_status_means_something(
    given: dict[str, Any], state: State, marks: tuple[Mark, ...]
) -> None:
    found = KS.order(saying(good(given)), LINK, NUMBER)

    assert found.state is state
    assert wire.taken(found).marks == marks


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"result": 28}, Why.EXPIRED),
        ({"result": 99, "error_msg": "签名错误"}, Why.SIGNATURE),
        ({"result": 99, "error_msg": "请求过于频繁"}, Why.LIMITED),
        ({"result": 99, "error_msg": "订单不存在"}, Why.ABSENT),
        ({"result": 99, "error_msg": "存在退款"}, Why.REFUND),
        ({"result": 99, "error_msg": "其它"}, Why.REFUSED),
    ],
)
def test_each_refusal_means_something(told: dict[str, Any], why: Why) -> None:
    with pytest.raises(Rejected) as no:
        KS.order(saying(told), LINK, NUMBER)

    assert no.value.why is why


@pytest.mark.parametrize("told", [{"result": 2}, {"x": 1}, good({})])
def test_what_says_nothing_is_unclear(told: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        KS.order(saying(told), LINK, NUMBER)


def test_a_push_is_opened() -> None:
    heard = KS.hear(LINK, Incoming("POST", {}, {}, PUSH), wire.NOW)

    assert heard.hints == (Hint(order="1"),)
    assert KS.ack(True).body == b'{"result":1}'


@pytest.mark.parametrize("body", [b"", b"no", b"QQ==", PUSH[:-8] + b"AAAAAAAA"])
def test_what_was_not_sealed_with_our_key_is_no_push(body: bytes) -> None:
    with pytest.raises(Forged):
        KS.hear(LINK, Incoming("POST", {}, {}, body), wire.NOW)


def test_parcels_are_told_whole_or_in_part() -> None:
    platform = saying(good({}), good({}))
    for last in (True, False):
        lines = (Sent(NUMBER, "1:2", 1 + last, last),)
        KS.ship(platform, LINK, Shipment(NUMBER, "4", "SF1", lines, last, True, "i"))
    whole, part = platform.sent

    assert (whole.api, whole.safe) == ("open.seller.order.goods.deliver", True)
    assert param(whole) == {"orderId": int(NUMBER), "expressNo": "SF1", "expressCode": 4}
    assert part.api == "open.order.goods.split.deliver"
    assert param(part)["deliveryStatus"] == [{"oid": int(NUMBER), "confirmDeliveryStatus": 0}]


def test_stock_changes_by_what_is_more_or_less_than_the_platform_shows() -> None:
    shown = good([{"kwaiSkuId": 9, "skuStock": 1}, {"kwaiSkuId": 2, "skuStock": 5}])
    platform = saying(shown, good({}), shown, good({}), shown, shown)
    units = {"1:2": 7, "1:9": 0, "2:2": 5, "3:4": 1}
    wares = [Stocked(sku, "A", each, f"i{sku}") for sku, each in units.items()]

    told = KS.put_stock(platform, LINK, wares)

    changes = [sent for sent in platform.sent if sent.api == "open.item.sku.stock.update"]
    assert [sent.safe for sent in changes] == [False, False]
    assert list(map(param, changes)) == [
        {"kwaiItemId": 1, "skuId": 2, "changeType": 1, "skuChangeStock": 2},
        {"kwaiItemId": 1, "skuId": 9, "changeType": 2, "skuChangeStock": 1},
    ]
    assert {sku: no and no.why for sku, no in told.items()} == {
        **dict.fromkeys(("1:2", "1:9", "2:2")),
        "3:4": Why.ABSENT,
    }


def test_refunds_are_listed_by_the_day() -> None:
    days = Window("2026-11-20T00:00:00.000+00:00", "2026-11-21T12:00:00.000+00:00")
    rows = [{"refundId": 9, "updateTime": 5}]
    platform = saying(
        good({"pcursor": "p", "refundOrderInfoList": rows}),
        good({"pcursor": "nomore", "refundOrderInfoList": []}),
        good({"pcursor": "nomore", "refundOrderInfoList": []}),
    )
    cursor = ""
    seen: list[RefundRef] = []
    for _ in range(3):
        page = KS.refunds(platform, LINK, days, cursor)
        cursor = page.cursor
        seen += page.items
    spans = [param(sent)["endTime"] - param(sent)["beginTime"] for sent in platform.sent]

    assert spans == [86_400_000, 86_400_000, 43_200_000]
    assert (cursor, [each.number for each in seen]) == ("", ["9"])


@pytest.mark.parametrize(
    ("way", "status", "seen", "agree", "api"),
    [
        (10, 10, (Ask.REFUND, Stage.ASKED), True, "open.seller.order.refund.approve"),
        (1, 10, (Ask.RETURN, Stage.ASKED), True, "open.seller.order.refund.returngoods.approve"),
        (1, 40, (Ask.RETURN, Stage.RETURNING), True, "open.seller.order.refund.confirm.receipt"),
        (1, 10, (Ask.RETURN, Stage.ASKED), False, "open.refund.reject"),
    ],
)
def test_a_refund_is_read_and_decided(
    way: int, status: int, seen: tuple[Ask, Stage], agree: bool, api: str
) -> None:
    case = {"refundId": 9, "oid": int(NUMBER), "status": status, "handlingWay": way,
            "refundFee": 5000, "updateTime": 7, "createTime": 1795316400000}  # fmt: skip
    platform = saying(good(case), good({}))
    link = wire.link("kuaishou", secrets={"sign_secret": "s", "return_address": "3"})
    refund = KS.refund(platform, link, RefundRef("9", 0))
    KS.decide(platform, link, refund, agree, "x")

    assert (refund.ask, refund.stage, refund.fen, refund.version) == (*seen, 5000, 7)
    assert (platform.sent[1].api, platform.sent[1].safe) == (api, False)


def test_tokens_are_exchanged_and_renewed() -> None:
    told = {"result": 1, "access_token": "a", "refresh_token": "r", "expires_in": 3600}
    platform = saying(told, told)
    first = KS.exchange(platform, LINK, "c0de")
    KS.refresh(platform, LINK)

    assert first.expires_at == "2026-11-22T04:31:07.000+00:00"
    assert "code=c0de" in platform.sent[0].url
    assert wire.form(platform.sent[1])["refresh_token"] == "again"
    assert not any(sent.safe for sent in platform.sent)


def test_what_is_missing_is_named() -> None:
    bad = wire.link("kuaishou", secrets={"message_secret": "x", "return_address": "y"})

    assert KS.check(LINK) == []
    assert KS.check(bad) == [
        Fault("secrets.sign_secret", "missing"),
        Fault("secrets.message_secret", "ill-formed"),
        Fault("secrets.return_address", "ill-formed"),
    ]
