"""WeChat's shop: what goes out byte by byte, what its answers and pushes mean."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shared.domain.content import Mark, OrderType
from shared.domain.errors import Fault
from shared.domain.platform import Ask, Stage, State
from shared.gateways import units
from shared.gateways.channels import wechat
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
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock
from tests.support import wire
from tests.support.wire import answer, saying

SHOP = wechat.WeChatShop()
KEY = "A" * 43
APP = "wxba5fad812f8e6fb9"
LINK = wire.link(
    "wechat-shop", app_key=APP, seller="", secrets={"push_token": "AAAAA", "aes_key": KEY}
)
SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqz"
    "DpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede"
    "2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAl"
    "r7F9mFUPAJGj04="
)
SIGNED = {
    "timestamp": "1714112445",
    "nonce": "415670741",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}
THEN = units.from_seconds(1714112445)  # when it was signed
REPLY = (  # the platform's own example of an answer, sealed as a push is
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)
WINDOW = Window("2026-11-21T03:00:00.000+00:00", "2026-11-22T03:00:00.000+00:00")
SHIPMENT = Shipment(
    "3705115058471208928",
    "ZTO",
    "78123",
    (Sent("1024", "2048:1024", 1, False), Sent("", "2048:1024", 1, True)),
    last=True,
    first=True,
    idem="o-1",
)


def order(**changes: Any) -> dict[str, Any]:
    """A paid order of two lamps and a gift, five yuan off by a coupon, one changed by hand."""
    lamp = {
        "product_id": "2048",
        "sku_id": "1024",
        "thumb_img": "https://img.example/lamp.jpg",
        "sku_cnt": 2,
        "sale_price": 5000,
        "title": "台灯",
        "on_aftersale_sku_cnt": 0,
        "finish_aftersale_sku_cnt": 0,
        "sku_code": "LAMP-OLD",
        "out_sku_id": "LAMP",
        "market_price": 6900,
        "estimate_price": 9500,
        "is_change_price": True,
        "change_price": 9000,
        "real_price": 9000,
        "sku_attrs": [{"attr_key": "颜色", "attr_value": "白"}],
        "sku_deliver_info": {"stock_type": 0},
        "delivery_deadline": 1763955067,
    }
    gift = {
        "product_id": "2048", "sku_id": "1024", "sku_cnt": 1, "sale_price": 5000, "title": "台灯",
        "real_price": 0, "is_free_gift": 1, "out_sku_id": "LAMP", "delivery_deadline": 1763951467,
    }  # fmt: skip
    delivery = {
        "address_info": {
            "user_name": "李*", "postal_code": "310000", "province_name": "浙江省",
            "city_name": "杭州市", "county_name": "西湖区", "detail_info": "文一路 ** 号",
            "house_number": "3 幢", "tel_number": "138****0000", "use_tel_number": 1,
            "tel_number_ext_info": {"virtual_tel_number": "17000000000-1234"},
            "hash_code": "h-1",
        },
        "deliver_method": 0,
        "ewaybill_order_code": "ewb-1",
        "delivery_product_info": [],
    }  # fmt: skip
    detail = {
        "product_infos": [lamp, gift],
        "price_info": {
            "product_price": 15000, "order_price": 9800, "freight": 1000, "discounted_price": 500,
            "is_change_freight": True, "change_freight": 800,
        },
        "pay_info": {"pay_time": 1763782267, "transaction_id": "42000", "payment_method": 1},
        "delivery_info": delivery,
        "ext_info": {"customer_notes": "快一点", "merchant_notes": "老客户"},
    }  # fmt: skip
    whole = {
        "order_id": "3705115058471208928", "status": 20, "create_time": 1763782200,
        "update_time": 1763782268, "openid": "o-buyer", "unionid": "u-1", "order_detail": detail,
        "aftersale_detail": {"on_aftersale_order_cnt": 0, "aftersale_order_list": []},
    }  # fmt: skip
    return whole | changes


def told(document: dict[str, Any]) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", **document}


def changed(where: str, **changes: Any) -> dict[str, Any]:
    """An order with other things in its first article, or in a part of its detail."""
    whole = order()
    detail = whole["order_detail"]
    (detail["product_infos"][0] if where == "product" else detail[where]).update(changes)
    return whole


def read(document: dict[str, Any]) -> Any:
    return SHOP.order(saying(told({"order": document})), LINK, document["order_id"])


def test_a_whole_order_is_read_to_the_fen_and_without_a_fault() -> None:
    found = read(order())
    content = wire.taken(found)

    assert (found.number, found.version, found.state) == (
        "3705115058471208928",
        1763782268000,
        State.READY,
    )
    lamp, gift = content.lines
    assert (lamp.sku, lamp.shop_sku, lamp.sub, lamp.quantity) == ("LAMP", "2048:1024", "1024", 2)
    assert (lamp.amount, lamp.discount, lamp.sale, lamp.share, lamp.paid) == (
        10000, 500, 9500, 500, 9000,
    )  # fmt: skip
    assert (gift.gift, gift.sub, gift.paid, gift.share) == (True, "", 0, 5000)
    assert (content.amounts.freight, content.amounts.total) == (800, 9800)
    assert content.paid_at == "2025-11-22T03:31:07.000+00:00"
    assert content.ship_by == "2025-11-24T02:31:07.000+00:00"
    to = content.receiver
    assert (to.name, to.phone, to.district) == ("李*", "17000000000-1234", "西湖区")
    assert (to.address, to.token, to.token_kind) == ("文一路 ** 号3 幢", "ewb-1", "wechat")
    assert (content.notes.buyer, content.notes.seller) == ("快一点", "老客户")
    assert content.extra is not None
    assert content.extra["platform_status"] == "20"
    assert json.loads(found.raw) == order()


@pytest.mark.parametrize(
    ("status", "state"), [*wechat.STATES.items(), (77, State.ON_HOLD)], ids=str
)
def test_each_status_is_a_state_and_an_unknown_one_is_not_shipped(
    status: int, state: State
) -> None:
    assert read(order(status=status)).state is state


@pytest.mark.parametrize(
    ("where", "change", "marks"),
    [
        ("product", {"on_aftersale_sku_cnt": 1}, (Mark.REFUND,)),
        (
            "delivery_info",
            {"address_under_review": {"city_name": "宁波市"}},
            (Mark.ADDRESS_CHANGE,),
        ),
        ("product", {"change_sku_info": {"preshipment_change_sku_state": 3}}, (Mark.NO_SHIP,)),
        ("product", {"change_sku_info": {"preshipment_change_sku_state": 5}}, ()),
    ],
)
def test_what_keeps_an_order_from_being_shipped_is_marked(
    where: str, change: dict[str, Any], marks: tuple[Mark, ...]
) -> None:
    assert wire.taken(read(changed(where, **change))).marks == marks


def test_goods_that_are_sold_ahead_make_a_presale() -> None:
    found = read(changed("product", sku_deliver_info={"stock_type": 1}))

    assert wire.taken(found).type is OrderType.PRESALE


def test_the_token_needs_no_page_of_consent() -> None:
    asked = saying({"access_token": "fresh", "expires_in": 7200})

    tokens = SHOP.exchange(asked, LINK, "")

    (sent,) = asked.sent
    assert (tokens.access, tokens.refresh) == ("fresh", "")
    assert tokens.expires_at == "2026-11-22T05:31:07.000+00:00"
    assert sent.url == "https://api.weixin.qq.com/cgi-bin/stable_token"
    assert sent.body == (
        b'{"grant_type":"client_credential","appid":"wxba5fad812f8e6fb9",'
        b'"secret":"helloworld","force_refresh":false}'
    )


def test_a_window_is_asked_for_in_seconds_and_gives_numbers_only() -> None:
    asked = saying(
        told({"order_id_list": [3705115058471208928], "has_more": True, "next_key": "k2"}),
        told({"order_id_list": [], "has_more": False, "next_key": ""}),
    )

    first = SHOP.pull(asked, LINK, WINDOW)
    second = SHOP.pull(asked, LINK, replace(WINDOW, by=By.CREATED), first.cursor)

    assert (first.items[0].number, first.items[0].found) == ("3705115058471208928", None)
    assert (first.cursor, second.cursor) == ("k2", "")
    assert asked.sent[0].url.endswith("/channels/ec/order/list/get?access_token=tok")
    assert asked.sent[0].body == (
        b'{"update_time_range":{"start_time":1795230000,"end_time":1795316400},'
        b'"page_size":50,"next_key":""}'
    )
    assert b'"create_time_range"' in asked.sent[1].body
    assert b'"next_key":"k2"' in asked.sent[1].body


@pytest.mark.parametrize(("code", "why"), wechat.WHYS.items(), ids=str)
def test_each_code_has_its_meaning(code: int, why: Why) -> None:
    with pytest.raises(Rejected) as no:
        SHOP.order(saying({"errcode": code, "errmsg": "no"}), LINK, "1")

    assert (no.value.why, no.value.code) == (why, str(code))
    assert bool(no.value.wait) is (why is Why.LIMITED)


def test_an_unknown_code_is_a_refusal_and_what_is_no_json_is_unclear() -> None:
    with pytest.raises(Rejected, match="12345"):
        SHOP.order(saying({"errcode": 12345}), LINK, "1")
    for broken in (replace(answer({}), body=b"<html>"), answer({"errcode": 0}), answer([])):
        with pytest.raises(Unclear):
            SHOP.order(saying(broken), LINK, "1")


def test_a_parcel_is_told_with_each_article_once() -> None:
    asked = saying(told({"order": order()}), told({}))

    SHOP.ship(asked, LINK, SHIPMENT)

    assert asked.sent[1].safe is False
    assert asked.sent[1].body == (
        b'{"order_id":"3705115058471208928","delivery_list":[{"delivery_id":"ZTO",'
        b'"waybill_id":"78123","deliver_type":1,"product_infos":'
        b'[{"product_id":"2048","sku_id":"1024","product_cnt":2}]}]}'
    )


def test_a_parcel_that_was_told_before_is_not_told_again() -> None:
    there = changed("delivery_info", delivery_product_info=[{"waybill_id": "78123"}])
    asked = saying(told({"order": there}))

    with pytest.raises(Rejected) as no:
        SHOP.ship(asked, LINK, SHIPMENT)

    assert no.value.why is Why.DONE
    assert len(asked.sent) == 1


def test_stock_is_an_absolute_figure_and_one_refusal_keeps_no_other_from_it() -> None:
    wares = [Stocked("1:2", "A", 5, "i"), Stocked("1:3", "B", 0, "i")]
    asked = saying(told({}), {"errcode": 10020049, "errmsg": "no sku"})

    done = SHOP.put_stock(asked, LINK, wares)

    assert asked.sent[0].body == b'{"product_id":"1","sku_id":"2","diff_type":3,"num":5}'
    assert asked.sent[0].safe
    refused = done["1:3"]
    assert done["1:2"] is None
    assert refused is not None
    assert refused.why is Why.REFUSED


def test_stock_waits_for_a_token_rather_than_being_refused() -> None:
    with pytest.raises(Rejected) as no:
        SHOP.put_stock(saying({"errcode": 40001}), LINK, [Stocked("1:2", "A", 5, "i")])

    assert no.value.why is Why.EXPIRED


def case(**changes: Any) -> dict[str, Any]:
    return {
        "after_sale_order_id": "2000001",
        "status": "MERCHANT_PROCESSING",
        "order_id": "3705115058471208928",
        "openid": "o-buyer",
        "product_info": {"product_id": "2048", "sku_id": "1024", "count": 1},
        "details": {"receive_product": False},
        "refund_info": {"amount": 4500},
        "return_info": {"waybill_id": "SF9"},
        "create_time": 1763782200,
        "update_time": 1763782268,
        "reason_text": "不想要了",
        "type": "REFUND",
    } | changes


@pytest.mark.parametrize(("status", "stage"), wechat.STAGES.items(), ids=str)
def test_each_status_of_an_after_sale_is_a_stage(status: str, stage: Stage) -> None:
    found = SHOP.refund(
        saying(told({"after_sale_order": case(status=status)})), LINK, RefundRef("2000001", 0)
    )

    assert found.stage is stage
    assert (found.ask, found.fen, found.sub, found.quantity) == (Ask.REFUND, 4500, "1024", 1)
    assert (found.tracking, found.shipped, found.version) == ("SF9", False, 1763782268000)


def test_after_sales_are_listed_day_by_day() -> None:
    asked = saying(
        told({"after_sale_order_id_list": ["1"], "has_more": True, "next_key": "k"}),
        told({"after_sale_order_id_list": ["2"], "has_more": False, "next_key": ""}),
        told({"after_sale_order_id_list": [], "has_more": False, "next_key": ""}),
    )
    two_days = Window("2026-11-20T15:00:00.000+00:00", "2026-11-22T03:00:00.000+00:00")

    cursors = [""]
    for _ in range(3):
        cursors.append(SHOP.refunds(asked, LINK, two_days, cursors[-1]).cursor)

    assert cursors == ["", "1795186800:k", "1795273200:", ""]
    assert asked.sent[0].body == (
        b'{"begin_update_time":1795186800,"end_update_time":1795273200,"next_key":""}'
    )
    assert b'"begin_update_time":1795273200,"end_update_time":1795316400' in asked.sent[2].body


REASONS = [  # as rejectreason/get tells them
    {"reject_reason_type": 6, "reject_reason_type_text": "已协商取消申请", "reject_scene": 1},
    {"reject_reason_type": 2, "reject_reason_type_text": "其他", "reject_scene": 1},
    {"reject_reason_type": 4, "reject_reason_type_text": "包裹已发出", "reject_scene": 1},
    {"reject_reason_type": 20, "reject_reason_type_text": "影响二次销售", "reject_scene": 4},
]


def test_a_decision_is_about_the_case_as_it_was_read() -> None:
    asked = saying(*[told({"after_sale_order": case()})] * 2, told({}))
    found = SHOP.refund(asked, LINK, RefundRef("2000001", 0))

    SHOP.decide(asked, LINK, found, True, "")

    accepted = asked.sent[2]
    assert accepted.url.endswith("/channels/ec/aftersale/acceptapply?access_token=tok")
    assert (accepted.body, accepted.safe) == (b'{"after_sale_order_id":"2000001"}', False)


@pytest.mark.parametrize(
    ("chosen", "wanted"), [(("1", "2"), {"address_id": "2"}), (("1",), {})], ids=("one", "none")
)
def test_goods_come_back_to_the_address_that_the_shop_chose_for_them(
    chosen: tuple[str, ...], wanted: dict[str, str]
) -> None:
    both = [told({"after_sale_order": case(type="RETURN")})] * 2
    details = [told({"address_detail": {"default_recv": no == "2"}}) for no in chosen]
    asked = saying(*both, told({"address_id_list": chosen}), *details, told({}))
    found = SHOP.refund(asked, LINK, RefundRef("2000001", 0))

    SHOP.decide(asked, LINK, found, True, "")

    assert json.loads(asked.sent[-1].body) == {"after_sale_order_id": "2000001"} | wanted


def test_goods_that_are_back_need_no_address() -> None:
    here = told({"after_sale_order": case(type="RETURN", status="MERCHANT_WAIT_RECEIPT")})
    asked = saying(here, here, told({}))
    found = SHOP.refund(asked, LINK, RefundRef("2000001", 0))

    SHOP.decide(asked, LINK, found, True, "")

    assert json.loads(asked.sent[2].body) == {"after_sale_order_id": "2000001"}


@pytest.mark.parametrize(
    ("kind", "why", "reason"),
    [("REFUND", "包裹已发出", 4), ("REFUND", "已打包", 2), ("RETURN", "穿过了", 20)],
)
def test_a_refusal_names_one_of_the_kinds_that_the_platform_offers_for_it(
    kind: str, why: str, reason: int
) -> None:
    both = [told({"after_sale_order": case(type=kind)})] * 2
    asked = saying(*both, told({"reason_list": REASONS}), told({}))
    found = SHOP.refund(asked, LINK, RefundRef("2000001", 0))

    SHOP.decide(asked, LINK, found, False, why)

    assert [each.url.partition("?")[0].rpartition("aftersale/")[2] for each in asked.sent[2:]] == [
        "rejectreason/get",
        "rejectapply",
    ]
    rejected = {"after_sale_order_id": "2000001", "reject_reason": why}
    assert json.loads(asked.sent[3].body) == rejected | {"reject_reason_type": reason}
    assert (asked.sent[2].safe, asked.sent[3].safe) == (True, False)


def test_a_refusal_for_which_there_is_no_kind_is_not_told() -> None:
    both = [told({"after_sale_order": case(type="EXCHANGE")})] * 2
    asked = saying(*both, told({"reason_list": REASONS}))
    found = SHOP.refund(asked, LINK, RefundRef("2000001", 0))

    with pytest.raises(Rejected) as no:
        SHOP.decide(asked, LINK, found, False, "不换")

    assert (no.value.why, no.value.code) == (Why.REFUSED, "no-reason")


def test_a_case_that_changed_meanwhile_is_not_decided() -> None:
    asked = saying(
        told({"after_sale_order": case()}),
        told({"after_sale_order": case(update_time=1763782300)}),
    )
    found = SHOP.refund(asked, LINK, RefundRef("2000001", 0))

    with pytest.raises(Rejected) as no:
        SHOP.decide(asked, LINK, found, True, "")

    assert no.value.why is Why.STATE


def test_orders_of_one_address_are_known_by_the_platforms_mark() -> None:
    unknown = changed("delivery_info", address_info={})
    asked = saying(*[told({"order": one}) for one in (order(), order(), unknown)])

    assert SHOP.same_receivers(asked, LINK, [("1", ""), ("2", ""), ("3", "")]) == [
        "h-1",
        "h-1",
        "3",
    ]


def pushed(body: bytes, **query: str) -> Incoming:
    return Incoming("POST", SIGNED | query, {}, body)


def sealed(message: str, app: str = APP) -> Incoming:
    """A push as the platform encrypts and signs it."""
    key = base64.b64decode(KEY + "=")
    text = message.encode()
    plain = b"0123456789abcdef" + len(text).to_bytes(4, "big") + text + app.encode()
    pad = 32 - len(plain) % 32
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    cut = cipher.update(plain + bytes([pad]) * pad) + cipher.finalize()
    inside = base64.b64encode(cut).decode()
    signature = wechat.signature("AAAAA", "1714112445", "415670741", inside)
    return pushed(json.dumps({"Encrypt": inside}).encode(), msg_signature=signature)


def test_the_published_examples_of_signatures_are_met() -> None:
    assert wechat.signature("AAAAA", "1714036504", "1514711492") == (
        "f464b24fc39322e44b38aa78f5edd27bd1441696"
    )
    assert wechat.signature("AAAAA", "1714112445", "415670741", SEALED) == SIGNED["msg_signature"]


def test_the_published_example_of_a_push_is_opened_and_hints_at_nothing() -> None:
    body = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": SEALED}).encode()

    assert SHOP.hear(LINK, pushed(body), THEN).hints == ()


def test_the_published_example_of_an_answer_is_opened_too() -> None:
    signed = {"timestamp": "1713424427", "nonce": "415670741"}
    signed["msg_signature"] = "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    body = json.dumps({"Encrypt": REPLY}).encode()

    assert SHOP.hear(LINK, pushed(body, **signed), units.from_seconds(1713424427)).hints == ()
    with pytest.raises(Forged, match="signature"):
        SHOP.hear(LINK, pushed(body, **signed | {"nonce": "1"}), units.from_seconds(1713424427))


@pytest.mark.parametrize("seconds", [-601, 601])
def test_a_push_of_another_time_is_refused(seconds: float) -> None:
    body = json.dumps({"Encrypt": SEALED}).encode()

    with pytest.raises(Forged, match="time"):
        SHOP.hear(LINK, pushed(body), clock.later(THEN, seconds))


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        ('{"Event":"channels_ec_order_pay","order_info":{"order_id":3705115058471208928}}',
         ("3705115058471208928", "")),
        ('{"Event":"channels_ec_aftersale_update","finder_shop_aftersale_status_update":'
         '{"status":"MERCHANT_PROCESSING","after_sale_order_id":"2000001","order_id":"37"}}',
         ("37", "2000001")),
    ],
)  # fmt: skip
def test_a_push_hints_at_an_order_or_an_after_sale(event: str, hint: tuple[str, str]) -> None:
    (heard,) = SHOP.hear(LINK, sealed(event), THEN).hints

    assert (heard.order, heard.refund) == hint


def test_the_address_is_verified_by_an_echo() -> None:
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }

    heard = SHOP.hear(LINK, Incoming("GET", query, {}, b""), units.from_seconds(1714036504))

    assert heard.reply is not None
    assert (heard.reply.status, heard.reply.body) == (200, b"4375120948345356249")
    with pytest.raises(Forged, match="signature"):
        SHOP.hear(LINK, Incoming("GET", query | {"nonce": "1"}, {}, b""), THEN)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda: pushed(b'{"Encrypt":"AAAA"}'), "signature"),
        (lambda: pushed(json.dumps({"Encrypt": SEALED[:-3] + "5c="}).encode()), "signature"),
        (lambda: Incoming("POST", {}, {}, json.dumps({"Encrypt": SEALED}).encode()), "signature"),
        (lambda: pushed(b"not json"), "body"),
        (lambda: sealed("{}", app="wx0000000000000000"), "app"),
        (lambda: sealed("not json"), "body"),
        (lambda: pushed(b'{"Encrypt":"AAAA"}', msg_signature=wechat.signature(
            "AAAAA", "1714112445", "415670741", "AAAA")), "encryption"),
    ],
    ids=("other", "changed", "unsigned", "no-json", "app", "inside-no-json", "cut"),
)  # fmt: skip
def test_what_is_not_from_wechat_is_not_heard(spoil: Callable[[], Incoming], code: str) -> None:
    with pytest.raises(Forged) as no:
        SHOP.hear(LINK, spoil(), THEN)

    assert no.value.code == code


def test_a_shop_without_a_push_token_hears_nothing() -> None:
    bare = wire.link("wechat-shop", app_key=APP)

    with pytest.raises(Forged):
        SHOP.hear(bare, pushed(json.dumps({"Encrypt": SEALED}).encode()), THEN)


def test_a_push_is_acknowledged_with_the_word_that_wechat_waits_for() -> None:
    assert (SHOP.ack(True).status, SHOP.ack(True).body) == (200, b"success")
    assert SHOP.ack(False).status == 500


def test_what_is_wrong_with_a_connection_is_named() -> None:
    secrets = {"app_secret": "", "push_token": "", "aes_key": "short"}

    assert SHOP.check(LINK) == []
    assert SHOP.check(wire.link("wechat-shop", app_key="", secrets=secrets)) == [
        Fault("app_key", "missing"),
        Fault("secrets.app_secret", "missing"),
        Fault("secrets.push_token", "missing"),
        Fault("secrets.aes_key", "ill-formed"),
    ]


def test_the_shops_name_proves_the_connection() -> None:
    asked = saying(told({"info": {"nickname": "灯具店", "status": 1}}))

    assert SHOP.probe(asked, LINK) == "灯具店"
    assert asked.sent[0].method == "GET"
