"""Taobao and Tmall: what is sent byte for byte, and what the answers become."""

import json
from typing import Any

import pytest

from shared.domain.content import ChannelState, Mark, OrderType
from shared.domain.identities import broken
from shared.domain.platform import Ask, Refund, Stage, State, documented
from shared.gateways.channels import registry, taobao
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
from tests.support.wire import form, link, saying, taken

TAOBAO = taobao.Taobao()
LINK = link("taobao")
WINDOW = Window("2026-11-22T02:00:00.000+00:00", "2026-11-22T03:00:00.000+00:00")
MODIFIED = 1795318200000  # 2026-11-22 11:30:00 in China


def sub(**changes: Any) -> dict[str, Any]:
    return {
        "oid": 4100000000000000012,
        "num_iid": 720000000000000001,
        "sku_id": "5200000000001",
        "outer_iid": "TEA",
        "outer_sku_id": "TEA-250",
        "title": "正山小种 250 克",
        "num": 2,
        "price": "100.00",
        "discount_fee": "20.00",
        "adjust_fee": "0.00",
        "total_fee": "180.00",
        "part_mjz_discount": "12.00",
        "divide_order_fee": "168.00",
        "refund_status": "NO_REFUND",
        "status": "WAIT_SELLER_SEND_GOODS",
        **changes,
    }


def other(**changes: Any) -> dict[str, Any]:
    line = {"oid": 4100000000000000013, "outer_sku_id": "", "sku_id": None, "outer_iid": "CUP"}
    money = {"num": 1, "price": "60.00", "discount_fee": "0.00", "total_fee": "60.00"}
    return sub(
        **{**line, **money, "part_mjz_discount": "4.00", "divide_order_fee": "56.00"} | changes
    )


def trade(*subs: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "tid": 4100000000000000011,
        "tid_str": "4100000000000000011",
        "type": "fixed",
        "status": "WAIT_SELLER_SEND_GOODS",
        "payment": "234.00",
        "post_fee": "10.00",
        "total_fee": "260.00",
        "discount_fee": "16.00",
        "created": "2026-11-22 11:00:00",
        "pay_time": "2026-11-22 11:01:00",
        "modified": "2026-11-22 11:30:00",
        "buyer_open_uid": "AAH-open",
        "buyer_nick": "t**1",
        "buyer_message": "请放门卫",
        "seller_memo": "老客",
        "receiver_name": "张**",
        "receiver_mobile": "*******1234",
        "receiver_state": "浙江省",
        "receiver_city": "杭州市",
        "receiver_district": "西湖区",
        "receiver_town": "文新街道",
        "receiver_address": "文**路***号",
        "receiver_zip": "310000",
        "oaid": "1oaidAbc==",
        "orders": {"order": list(subs) or [sub(), other()]},
        **changes,
    }


def full(told: dict[str, Any]) -> dict[str, Any]:
    return {"trade_fullinfo_get_response": {"trade": told, "request_id": "r1"}}


def no(code: int, sub_code: str = "", text: str = "") -> dict[str, Any]:
    return {"error_response": {"code": code, "msg": "no", "sub_code": sub_code, "sub_msg": text}}


def test_a_call_is_signed_as_the_platform_publishes_it() -> None:
    one = link("taobao", secrets={"access_token": "test"})
    asked = {"fields": "num_iid,title,nick,price,num", "num_iid": "11223344"}

    sent = taobao.signed(one, "taobao.item.seller.get", asked, "2016-01-01T04:00:00.000+00:00")

    assert sent["sign"] == "66987CB115214E59E6EC978214934FB8"


def test_what_is_sent_is_what_was_signed_and_nothing_empty() -> None:
    wire = saying({"user_seller_get_response": {"user": {"nick": "茶铺"}}})

    name = TAOBAO.probe(wire, LINK)

    sent = wire.sent[0]
    assert name == "茶铺"
    assert (sent.method, sent.url) == ("POST", "https://eco.taobao.com/router/rest")
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded;charset=utf-8"
    assert sent.body == (
        b"method=taobao.user.seller.get&app_key=12345678&session=tok"
        b"&timestamp=2026-11-22+11%3A31%3A07&format=json&v=2.0&sign_method=md5&fields=nick"
        b"&sign=" + form(sent)["sign"].encode()
    )


def test_an_order_becomes_a_document_whose_sums_are_right() -> None:
    found = TAOBAO.order(wire := saying(full(trade())), LINK, "4100000000000000011")

    content = taken(found)
    first, second = content.lines
    assert form(wire.sent[0])["include_oaid"] == "include_oaid"
    assert (found.number, found.version, found.state) == (
        "4100000000000000011",
        MODIFIED,
        State.READY,
    )
    assert (first.sub, first.sku) == ("4100000000000000012", "TEA-250")
    assert first.shop_sku == "720000000000000001:5200000000001"
    assert (first.amount, first.discount, first.sale, first.share, first.paid) == (
        20000,
        2000,
        18000,
        1200,
        16800,
    )
    assert (second.sku, second.shop_sku) == ("CUP", "720000000000000001:")
    assert (content.amounts.total, content.amounts.freight) == (23400, 1000)
    assert content.amounts.discount == 1600
    assert content.placed_at == "2026-11-22T03:00:00.000+00:00"
    assert (content.receiver.token_kind, content.receiver.token) == ("oaid", "1oaidAbc==")
    assert (content.receiver.district, content.receiver.phone) == ("西湖区", "*******1234")
    assert (content.buyer.id, content.notes.buyer, content.notes.seller) == (
        "AAH-open",
        "请放门卫",
        "老客",
    )
    assert json.loads(found.raw) == trade()


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("TRADE_NO_CREATE_PAY", State.PENDING),
        ("WAIT_BUYER_PAY", State.PENDING),
        ("PAY_PENDING", State.PENDING),
        ("WAIT_PRE_AUTH_CONFIRM", State.PENDING),
        ("PAID_FORBID_CONSIGN", State.ON_HOLD),
        ("WAIT_SELLER_SEND_GOODS", State.READY),
        ("SELLER_CONSIGNED_PART", State.PARTLY),
        ("WAIT_BUYER_CONFIRM_GOODS", State.SHIPPED),
        ("TRADE_BUYER_SIGNED", State.SIGNED),
        ("TRADE_FINISHED", State.COMPLETED),
        ("TRADE_CLOSED", State.REFUNDED),
        ("TRADE_CLOSED_BY_TAOBAO", State.CANCELLED),
        ("SOMETHING_NEW", State.ON_HOLD),
    ],
)
def test_each_status_is_one_state(word: str, state: State) -> None:
    found = TAOBAO.order(saying(full(trade(status=word))), LINK, "1")

    assert found.state is state
    assert taken(found).extra == {"platform_status": word, "type": "fixed"}


def test_what_must_not_be_shipped_says_why() -> None:
    held = TAOBAO.order(saying(full(trade(status="PAID_FORBID_CONSIGN"))), LINK, "1")
    asked = trade(sub(refund_status="WAIT_SELLER_AGREE"), other())
    back = TAOBAO.order(saying(full(asked)), LINK, "1")

    assert taken(held).marks == (Mark.NO_SHIP,)
    assert back.state is State.ON_HOLD
    assert taken(back).marks == (Mark.REFUND,)


def test_a_line_that_was_closed_alone_before_it_was_paid_is_not_shipped() -> None:
    gone = other(status="TRADE_CLOSED_BY_TAOBAO")
    found = TAOBAO.order(saying(full(trade(sub(), gone))), LINK, "1")

    content = taken(found)
    assert [line.sku for line in content.lines] == ["TEA-250"]
    assert content.amounts.total == 17800


@pytest.mark.parametrize("payment", [{}, {"payment": "178.00"}])
def test_a_line_that_was_paid_back_stays_until_its_refund_takes_it_away(
    payment: dict[str, Any],
) -> None:
    """Whether the platform tells what was paid at first, or what is left of it."""
    told = trade(sub(), other(status="TRADE_CLOSED"))
    whole = taken(TAOBAO.order(saying(full(told)), LINK, "1"))

    found = taken(TAOBAO.order(saying(full({**told, **payment})), LINK, "1"))

    assert [line.sku for line in found.lines] == ["TEA-250", "CUP"]
    assert found.amounts.total == whole.amounts.total
    assert not list(broken(found))


def test_a_price_that_the_seller_raised_is_an_adjustment() -> None:
    raised = sub(discount_fee="0.00", adjust_fee="5.00", total_fee="205.00", part_mjz_discount="0")
    told = trade(raised | {"divide_order_fee": "205.00"}, payment="215.00", discount_fee="0.00")

    content = taken(TAOBAO.order(saying(full(told)), LINK, "1"))

    assert (content.lines[0].paid, content.amounts.adjustment) == (20000, 500)
    assert content.amounts.total == 21500


def test_a_presale_whose_balance_is_due_is_not_paid() -> None:
    told = trade(type="step", step_trade_status="FRONT_PAID_FINAL_NOPAID")

    found = TAOBAO.order(saying(full(told)), LINK, "1")

    assert (found.state, taken(found).type) == (State.PENDING, OrderType.PRESALE)
    assert taken(found).state is ChannelState.OPEN


def test_an_order_whose_sums_are_wrong_comes_through_as_it_is() -> None:
    found = TAOBAO.order(saying(full(trade(payment="200.00"))), LINK, "1")

    document = documented("s1", found)
    assert document["total"] == 20000
    assert sum(line["paid"] for line in document["lines"]) == 22400


def listed(total: int, *numbers: int) -> dict[str, Any]:
    rows = [{"tid": n, "tid_str": str(n), "modified": "2026-11-22 11:30:00"} for n in numbers]
    answer: dict[str, Any] = {"total_results": total, "trades": {"trade": rows}}
    return {"trades_sold_increment_get_response": answer}


def test_the_last_page_is_read_first() -> None:
    wire = saying(listed(201, 1), listed(201, 3), listed(200, 2), listed(200, 1))

    last = TAOBAO.pull(wire, LINK, WINDOW)
    middle = TAOBAO.pull(wire, LINK, WINDOW, last.cursor)
    first = TAOBAO.pull(wire, LINK, WINDOW, middle.cursor)

    assert [form(r)["page_no"] for r in wire.sent] == ["1", "3", "2", "1"]
    assert [page.items[0].number for page in (last, middle, first)] == ["3", "2", "1"]
    assert (last.cursor, middle.cursor, first.cursor) == ("2", "1", "")
    assert (last.total, last.items[0].version) == (201, MODIFIED)
    assert form(wire.sent[0])["start_modified"] == "2026-11-22 10:00:00"
    assert form(wire.sent[0])["end_modified"] == "2026-11-22 11:00:00"


def test_a_window_with_nothing_in_it_is_one_call() -> None:
    wire = saying({"trades_sold_get_response": {"total_results": 0}})

    page = TAOBAO.pull(wire, LINK, Window(WINDOW.start, WINDOW.end, By.CREATED))

    assert (page.items, page.cursor, len(wire.sent)) == ((), "", 1)
    assert form(wire.sent[0])["start_created"] == "2026-11-22 10:00:00"


@pytest.mark.parametrize(
    ("code", "sub_code", "why"),
    [
        (7, "accesscontrol.limited-by-api-access-count", Why.LIMITED),
        (7, "isp.call-limited", Why.LIMITED),
        (15, "isp.remote-service-error", Why.LATER),
        (25, "isv.invalid-signature", Why.SIGNATURE),
        (27, "invalid-sessionkey", Why.EXPIRED),
        (27, "", Why.EXPIRED),
        (31, "isv.invalid-timestamp", Why.CLOCK),
        (11, "isv.permission-api-package-limit", Why.DENIED),
        (15, "isv.trade-not-exist", Why.ABSENT),
        (15, "isv.logistics-offline-service-error:B04", Why.STATE),
        (15, "isv.logistics-offline-service-error:B27", Why.CARRIER),
        (15, "isv.something-else", Why.REFUSED),
    ],
)
def test_each_code_means_one_thing(code: int, sub_code: str, why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        TAOBAO.order(saying(no(code, sub_code, "不行")), LINK, "1")

    assert (refused.value.why, refused.value.code) == (why, sub_code or str(code))


PARCEL = Shipment(
    "4100000000000000011",
    "ZTO",
    "778899",
    (Sent("4100000000000000012", "1:2", 2, True),),
    last=True,
    first=True,
    idem="o-1",
)
SHIPPED = {"logistics_offline_send_response": {"shipping": {"is_success": True}}}


@pytest.mark.parametrize(
    ("first", "last", "split"),
    [(True, True, {}), (True, False, {"is_split": "1", "sub_tid": "4100000000000000012"})],
)
def test_a_parcel_is_told_for_the_order_or_for_its_parts(
    first: bool, last: bool, split: dict[str, str]
) -> None:
    parcel = Shipment(*PARCEL_HEAD, last=last, first=first, idem="o-1")

    TAOBAO.ship(wire := saying(SHIPPED), LINK, parcel)

    sent = form(wire.sent[0])
    assert not wire.sent[0].safe
    assert (sent["tid"], sent["company_code"], sent["out_sid"]) == (
        "4100000000000000011",
        "ZTO",
        "778899",
    )
    assert {name: sent[name] for name in ("is_split", "sub_tid") if name in sent} == split


PARCEL_HEAD = (PARCEL.number, PARCEL.carrier, PARCEL.tracking, PARCEL.lines)


def test_a_failure_behind_the_gateway_leaves_open_whether_it_was_shipped() -> None:
    with pytest.raises(Unclear):
        TAOBAO.ship(saying(no(15, "isp.remote-service-timeout")), LINK, PARCEL)


def test_stock_is_set_per_item_and_one_bad_sku_spoils_no_other() -> None:
    wares = [Stocked("7:1", "A", 3, ""), Stocked("7:2", "B", 0, ""), Stocked("8:", "C", 5, "")]
    bad = no(15, "isv.sku-not-exist")
    good: dict[str, Any] = {"skus_quantity_update_response": {"item": {}}}
    wire = saying(bad, good, bad, {"item_quantity_update_response": {"item": {}}})

    told = TAOBAO.put_stock(wire, LINK, wares)

    sent = [form(request) for request in wire.sent]
    assert sent[0]["skuid_quantities"] == "1:3;2:0"
    assert [one["type"] for one in sent] == ["1"] * 4
    assert (sent[3]["num_iid"], sent[3]["quantity"]) == ("8", "5")
    assert [told["7:1"], told["8:"]] == [None, None]
    assert isinstance(refused := told["7:2"], Rejected)
    assert refused.why is Why.ABSENT


def refund(**changes: Any) -> dict[str, Any]:
    return {
        "refund_id": 901,
        "tid": 4100000000000000011,
        "oid": 4100000000000000012,
        "status": "WAIT_SELLER_AGREE",
        "order_status": "WAIT_SELLER_SEND_GOODS",
        "refund_fee": "168.00",
        "created": "2026-11-22 11:20:00",
        "modified": "2026-11-22 11:30:00",
        "num": 2,
        "reason": "不想要了",
        "dispute_type": "REFUND",
        "refund_version": 1763782200000,
        "refund_phase": "onsale",
        **changes,
    }


def read(**changes: Any) -> Refund:
    return TAOBAO.refund(
        saying({"refund_get_response": {"refund": refund(**changes)}}), LINK, RefundRef("901", 0)
    )


@pytest.mark.parametrize(
    ("changes", "ask", "stage", "shipped"),
    [
        ({}, Ask.REFUND, Stage.ASKED, False),
        (
            {"status": "WAIT_BUYER_RETURN_GOODS", "dispute_type": "REFUND_AND_RETURN"},
            Ask.RETURN,
            Stage.AGREED,
            False,
        ),
        ({"status": "WAIT_SELLER_CONFIRM_GOODS"}, Ask.REFUND, Stage.RETURNING, False),
        (
            {"status": "SELLER_REFUSE_BUYER", "dispute_type": "REPAIR"},
            Ask.REPAIR,
            Stage.REFUSED,
            False,
        ),
        (
            {"status": "CLOSED", "dispute_type": "TMALL_EXCHANGE"},
            Ask.EXCHANGE,
            Stage.CLOSED,
            False,
        ),
        ({"status": "SUCCESS", "order_status": "TRADE_FINISHED"}, Ask.REFUND, Stage.DONE, True),
    ],
)
def test_a_refund_is_read(changes: dict[str, Any], ask: Ask, stage: Stage, shipped: bool) -> None:
    found = read(**changes)

    assert (found.ask, found.stage, found.shipped) == (ask, stage, shipped)
    assert (found.number, found.order, found.sub) == (
        "901",
        "4100000000000000011",
        "4100000000000000012",
    )
    assert (found.fen, found.quantity, found.version) == (16800, 2, MODIFIED)


def test_refunds_of_a_window_are_listed() -> None:
    row = {"refund_id": 901, "tid": 1, "modified": "2026-11-22 11:30:00"}
    told = {"total_results": 1, "refunds": {"refund": [row]}}

    page = TAOBAO.refunds(saying({"refunds_receive_get_response": told}), LINK, WINDOW)

    assert page.items == (RefundRef("901", MODIFIED, "1"),)


def test_money_is_agreed_to_in_fen_with_the_version_that_was_read() -> None:
    wire = saying({"rp_refunds_agree_response": {"succ": True}})

    TAOBAO.decide(wire, LINK, read(), True, "")

    assert form(wire.sent[0])["refund_infos"] == "901|16800|1763782200000|onsale"


def test_goods_are_taken_back_before_money_is_given() -> None:
    wire = saying({"rp_returngoods_agree_response": {}}, {"refund_refuse_response": {}})

    TAOBAO.decide(wire, LINK, read(dispute_type="REFUND_AND_RETURN"), True, "寄回")
    TAOBAO.decide(wire, LINK, read(), False, "已发货")

    assert [request.api for request in wire.sent] == [
        "taobao.rp.returngoods.agree",
        "taobao.refund.refuse",
    ]
    assert form(wire.sent[1])["refuse_message"] == "已发货"


def test_a_refund_that_changed_meanwhile_is_not_agreed_to() -> None:
    told = {"rp_refunds_agree_response": {"succ": False, "message": "退款版本号不一致"}}

    with pytest.raises(Rejected) as refused:
        TAOBAO.decide(saying(told), LINK, read(), True, "")

    assert refused.value.why is Why.STATE


def test_the_platform_says_which_orders_go_to_one_receiver() -> None:
    wire = saying({"top_oaid_merge_response": {"tid_list": {"string": ["1,3", "2"]}}})

    same = TAOBAO.same_receivers(wire, LINK, [("1", "a"), ("2", "b"), ("3", "c")])

    assert same == ["1", "2", "1"]
    assert json.loads(form(wire.sent[0])["merge_list"])[0] == {"tid": "1", "oaid": "a"}


def test_consent_becomes_tokens() -> None:
    told = json.dumps({"access_token": "a", "refresh_token": "r", "expires_in": 60})
    wire = saying({"top_auth_token_create_response": {"token_result": told}})

    url = TAOBAO.consent_url(LINK, "s", "https://oms.example/back")
    tokens = TAOBAO.exchange(wire, LINK, "c0de")

    assert url == (
        "https://oauth.taobao.com/authorize?response_type=code&client_id=12345678"
        "&redirect_uri=https%3A%2F%2Foms.example%2Fback&state=s&view=web"
    )
    assert (tokens.access, tokens.refresh) == ("a", "r")
    assert tokens.expires_at == "2026-11-22T03:32:07.000+00:00"
    assert not wire.sent[0].safe


def test_a_sandbox_stands_in_for_the_platform() -> None:
    wire = saying({"user_seller_get_response": {"user": {}}})

    TAOBAO.probe(wire, link("taobao", endpoint="http://localhost:9001"))

    assert wire.sent[0].url == "http://localhost:9001/router/rest"


def test_what_does_not_read_is_unclear_and_a_push_is_forged() -> None:
    with pytest.raises(Unclear):
        TAOBAO.order(saying({"nothing": 1}), LINK, "1")
    with pytest.raises(Forged):
        TAOBAO.hear(LINK, Incoming("POST", {}, {}, b"{}"), "")
    assert TAOBAO.ack(True).status == 404


def test_what_is_missing_is_named() -> None:
    faults = TAOBAO.check(link("taobao", app_key="", secrets={"app_secret": ""}))

    assert [(fault.field, fault.code) for fault in faults] == [
        ("app_key", "missing"),
        ("secrets.app_secret", "missing"),
    ]


def test_tmall_is_the_same_platform() -> None:
    assert registry.of("tmall").name == "tmall"
    assert registry.of("tmall").caps == registry.of("taobao").caps


def test_an_order_that_does_not_read_is_kept_with_what_came() -> None:
    found = TAOBAO.order(saying(full(trade(sub(price="1.234"), other()))), LINK, "1")

    assert (found.number, found.version, found.document) == ("4100000000000000011", MODIFIED, {})
    assert json.loads(found.raw)["orders"]["order"][0]["price"] == "1.234"


def test_money_is_not_given_before_the_goods_are_back() -> None:
    waits = read(status="WAIT_BUYER_RETURN_GOODS", dispute_type="REFUND_AND_RETURN")

    with pytest.raises(Rejected) as refused:
        TAOBAO.decide(saying(), LINK, waits, True, "")

    assert refused.value.why is Why.STATE


def test_a_parcel_that_was_not_taken_is_refused() -> None:
    told = {"logistics_offline_send_response": {"shipping": {"is_success": False}}}

    with pytest.raises(Rejected):
        TAOBAO.ship(saying(told), LINK, PARCEL)
