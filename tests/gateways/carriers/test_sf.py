"""SF Express: what is sent byte for byte, and what the answers become."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from shared.domain.tracking import Event, Kind
from shared.gateways.carriers import sf
from shared.gateways.carriers.port import Form, Made, Parcel, Pay
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Forged, Unclear
from shared.gateways.web import Answer
from tests.support.waybills import IDEM, TOKEN, account, filled, made, posted, wanted
from tests.support.wire import form, saying

SF = sf.Sf()
SECRETS = {"check_word": "fjcg5PGKaNpPSHFAZ4QsCOkV71R3zVci", "push_key": "k3y"}
MINE = account("sf", secrets=SECRETS)
MILLIS = "1795318267000"
NUMBERS = [
    {"waybillType": 1, "waybillNo": "SF100"},
    {"waybillType": 2, "waybillNo": "SF101"},
    {"waybillType": 3, "waybillNo": "SF900"},
]
ROUTE = {
    "acceptTime": "2026-11-22 11:30:00",
    "acceptAddress": "杭州市",
    "remark": "快件已签收，签收人：门卫",
    "opCode": "80",
}


def done(data: dict[str, Any], **inner: Any) -> dict[str, Any]:
    told = {"success": True, "errorCode": "S0000", "errorMsg": None, "msgData": data, **inner}
    return {"apiResultCode": "A1000", "apiErrorMsg": "", "apiResultData": json.dumps(told)}


def no(code: str) -> dict[str, Any]:
    return done({}, success=False, errorCode=code, errorMsg="不行")


def test_a_call_is_signed_as_sf_publishes_it() -> None:
    message, moment = '{"language":"zh-CN","orderId":"QIAO-20200618-004"}', "12312334453453"

    assert sf.md5(message, moment, SECRETS["check_word"]) == "IIKJtuLVzoFTu4kHI8M8vA=="


def test_sm3_is_the_published_one() -> None:
    """The example of the standard, its message cut in three."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

    assert sf.sm3("a", "b", "c") == expected


def test_text_is_encoded_as_java_does() -> None:
    assert sf.encoded("a b*~-._灯") == "a+b*%7E-._%E7%81%AF"


@pytest.mark.parametrize("digest", ["md5", "sm3"])
def test_what_is_sent_is_exactly_what_was_signed(digest: str) -> None:
    wire = saying(done({"waybillNoInfoList": NUMBERS}))

    SF.create(wire, account("sf", secrets=SECRETS, options={"digest": digest}), wanted("sf"))

    fields, sent = form(wire.sent[0]), wire.sent[0]
    sign = {"md5": sf.md5, "sm3": sf.sm3}[digest]
    assert sent.url == "https://bspgw.sf-express.com/std/service"
    assert sent.body == urlencode(fields).encode()
    assert fields["msgDigest"] == sign(fields["msgData"], MILLIS, SECRETS["check_word"])
    assert (fields["partnerID"], fields["timestamp"]) == ("12345678", MILLIS)
    assert len(fields["requestID"]) == 36
    assert not sent.safe


def test_a_waybill_is_asked_for_and_read() -> None:
    label = {"proCode": "T4", "destRouteLabel": "571-A1", "unknown": "x"}
    told = {"waybillNoInfoList": NUMBERS, "routeLabelInfo": [{"routeLabelData": label}]}
    wire = saying(done(told))

    got = SF.create(wire, MINE, wanted("sf", parcels=2, note="轻放", collect=1250, volume=800))

    asked = json.loads(form(wire.sent[0])["msgData"])
    codes = {"proCode": "T4", "destRouteLabel": "571-A1"}
    assert got == Made(IDEM, "sf", "SF100", ("SF101",), codes=codes)
    assert asked["orderId"] == IDEM
    assert asked["monthlyCard"] == "7551234567"
    assert asked["totalWeight"] == 1.25
    assert asked["serviceList"] == [{"name": "COD", "value": "12.50", "value1": "7551234567"}]
    assert [c["contactType"] for c in asked["contactInfoList"]] == [1, 2]
    assert asked["contactInfoList"][1]["address"] == "仓前街道文一西路 1 号"
    assert asked["cargoDetails"][0] == {"name": "台灯", "count": 2, "unit": "件"}


def test_who_pays_decides_whether_the_card_is_charged() -> None:
    wire = saying(done({"waybillNoInfoList": NUMBERS}))

    SF.create(wire, MINE, wanted("sf", pay=Pay.RECEIVER))

    asked = json.loads(form(wire.sent[0])["msgData"])
    assert asked["payMethod"] == 2
    assert "monthlyCard" not in asked


def test_a_receiver_that_only_a_platform_knows_is_refused() -> None:
    with pytest.raises(Rejected) as refused:
        SF.create(saying(), MINE, wanted("sf", receiver=TOKEN))

    assert refused.value.code == "token"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"apiResultCode": "A1002"}, Why.CLOCK),
        ({"apiResultCode": "A1004"}, Why.DENIED),
        ({"apiResultCode": "A1005"}, Why.LIMITED),
        ({"apiResultCode": "A1006"}, Why.SIGNATURE),
        ({"apiResultCode": "A9999"}, Why.REFUSED),
        (no("8016"), Why.DONE),
        (no("8024"), Why.ABSENT),
        (no("1234"), Why.REFUSED),
    ],
)
def test_refusals_of_both_layers_are_told(told: dict[str, Any], why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        SF.create(saying(told), MINE, wanted("sf"))

    assert refused.value.why is why


@pytest.mark.parametrize(
    "told",
    [
        {"apiResultCode": "A1099"},
        {"apiResultCode": "A1000", "apiResultData": "{}"},
        {"apiResultCode": "A1000"},
        done({}),
        done({"waybillNoInfoList": NUMBERS[1:]}),
        Answer(200, {}, b"<html>"),
    ],
)
def test_what_may_have_been_done_is_unclear(told: Any) -> None:
    with pytest.raises(Unclear):
        SF.create(saying(told), MINE, wanted("sf"))


def test_an_unknown_outcome_is_looked_up_by_our_number() -> None:
    wire = saying(done({"waybillNoInfoList": NUMBERS}), no("8024"))

    found, nothing = (SF.find(wire, MINE, wanted("sf")) for _ in range(2))

    assert found is not None
    assert found.tracking == "SF100"
    assert nothing is None
    assert json.loads(form(wire.sent[0])["msgData"])["orderId"] == IDEM
    assert wire.sent[0].safe


def test_a_waybill_is_cancelled_unless_the_carrier_has_it() -> None:
    wire = saying(done({"resStatus": 2}), done({"resStatus": 1}), no("8037"))

    SF.cancel(wire, MINE, made("sf"), "")
    whys = []
    for _ in range(2):
        with pytest.raises(Rejected) as refused:
            SF.cancel(wire, MINE, made("sf"), "")
        whys.append(refused.value.why)

    assert whys == [Why.STATE, Why.DONE]
    assert json.loads(form(wire.sent[0])["msgData"])["dealType"] == 2


def test_the_label_is_fetched_with_the_token_that_is_told() -> None:
    told = {"obj": {"files": [{"url": "https://sf.example/1.pdf", "token": "t0"}]}}
    wire = saying(done({}, **told), Answer(200, {}, b"%PDF-1.4 x"), done({}, **told), {"no": 1})

    label = SF.print_data(wire, MINE, made("sf"))

    assert (label.form, label.content) == (Form.PDF, b"%PDF-1.4 x")
    assert wire.sent[1].headers == {"X-Auth-token": "t0"}
    with pytest.raises(Unclear):
        SF.print_data(wire, MINE, made("sf"))


def test_a_parcel_is_looked_up_with_the_end_of_the_phone() -> None:
    told = done({"routeResps": [{"mailNo": "SF100", "routes": [ROUTE]}]})
    wire = saying(told, done({"routeResps": [{"mailNo": "SF100", "routes": []}]}))

    events = SF.track(wire, MINE, Parcel("sf", "SF100", "13800001234"))

    assert json.loads(form(wire.sent[0])["msgData"])["checkPhoneNo"] == "1234"
    moment, remark = "2026-11-22T03:30:00.000+00:00", ROUTE["remark"]
    assert events == (Event(moment, Kind.SIGNED_BY_OTHER, "杭州市", remark, "80"),)
    with pytest.raises(Rejected) as refused:
        SF.track(wire, MINE, Parcel("sf", "SF100"))
    assert refused.value.why is Why.ABSENT


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("50", Kind.PICKED),
        ("30", Kind.TRANSIT),
        ("31", Kind.ARRIVED),
        ("44", Kind.DELIVERING),
        ("204", Kind.DELIVERING),
        ("8000", Kind.SIGNED),
        ("33", Kind.PROBLEM),
        ("70", Kind.PROBLEM),
        ("99", Kind.RETURNING),
        ("648", Kind.RETURNING),
        ("125", Kind.LOCKER),  # not listed: its words are read
    ],
)
def test_each_code_is_an_event(code: str, kind: Kind) -> None:
    route = {**ROUTE, "opCode": code, "remark": "已放入丰巢"}
    told = done({"routeResps": [{"mailNo": "SF100", "routes": [route]}]})

    assert SF.track(saying(told), MINE, Parcel("sf", "SF100"))[0].kind is kind


PUSHED = {**ROUTE, "id": "1", "mailno": "SF100", "orderid": IDEM}
JSON_PUSH = posted(json.dumps({"Body": {"WaybillRoute": [PUSHED, PUSHED]}}).encode(), key="k3y")
XML = (
    '<Request service="RoutePushService" lang="zh-CN"><Body><WaybillRoute id="1" mailno="SF100"'
    f' orderid="{IDEM}" acceptTime="2026-11-22 11:30:00" acceptAddress="杭州市"'
    ' remark="快件已签收，签收人：门卫" opCode="80"/></Body></Request>'
)


@pytest.mark.parametrize("push", [JSON_PUSH, filled({"content": XML}, key="k3y")])
def test_a_push_tells_of_parcels_in_either_form(push: Any) -> None:
    told = SF.hear(MINE, push, "")

    assert (told[0].tracking, told[0].idem) == ("SF100", IDEM)
    assert told[0].events[0].kind is Kind.SIGNED_BY_OTHER


@pytest.mark.parametrize(
    "push",
    [
        posted(JSON_PUSH.body),
        posted(JSON_PUSH.body, key="k3z"),
        posted(b"{", key="k3y"),
        posted(b"{}", key="k3y"),
        filled({"content": XML[:-3]}, key="k3y"),
        filled({"content": "<!DOCTYPE x []>" + XML}, key="k3y"),
        filled({}, key="k3y"),
    ],
)
def test_what_does_not_come_to_our_secret_address_or_does_not_read_is_forged(push: Any) -> None:
    with pytest.raises(Forged):
        SF.hear(MINE, push, "")


def test_without_a_key_of_ours_nothing_is_heard() -> None:
    with pytest.raises(Forged):
        SF.hear(account("sf", secrets={"check_word": "x"}), posted(JSON_PUSH.body, key=""), "")


def test_the_answer_is_the_one_that_the_form_of_the_push_asks_for() -> None:
    good = SF.ack(MINE, JSON_PUSH, True, "")
    bad = SF.ack(MINE, JSON_PUSH, False, "")
    xml = SF.ack(MINE, filled({}), True, "")

    assert good.body == '{"return_code":"0000","return_msg":"成功"}'.encode()
    assert json.loads(bad.body)["return_code"] == "1000"
    assert xml.body == b'<Response service="RoutePushService"><Head>OK</Head></Response>'


def test_what_is_missing_is_told() -> None:
    faults = SF.check(account("sf", app_key="", customer="", options={"digest": "md4"}))

    assert [fault.field for fault in faults] == [
        "app_key",
        "customer",
        "secrets.check_word",
        "secrets.push_key",
        "options.digest",
    ]
