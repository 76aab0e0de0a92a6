"""kdniao: what is sent byte for byte, and what the answers become."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from shared.domain.tracking import Kind
from shared.gateways.carriers import kdniao
from shared.gateways.carriers.port import Form, Made, Parcel, Print
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Forged, Unclear
from tests.support.waybills import (
    IDEM,
    RECEIVER,
    TOKEN,
    account,
    compact,
    filled,
    made,
    wanted,
)
from tests.support.wire import NOW, form, saying

KDN = kdniao.Kdniao()
KEY = "56da2cf8-c8a2-44b2-b6fa-476cd7d1ba17"
MINE = account("kdniao", customer="C1", secrets={"api_key": KEY, "customer_password": "pw"})
PARCEL = Parcel("sf", "SF1", "13800001234")
ORDER = {"OrderCode": IDEM, "ShipperCode": "YTO", "LogisticCode": "YT100", "SortingCode": "A1"}


def done(**changes: Any) -> dict[str, Any]:
    return {"EBusinessID": "12345678", "Success": True, "ResultCode": "100", **changes}


def trace(action: str = "", text: str = "运输中") -> dict[str, str]:
    found = {"AcceptTime": "2026-11-22 11:30:00", "AcceptStation": text, "Location": "杭州"}
    return {**found, **({"Action": action} if action else {})}


def test_a_call_is_signed_as_kdniao_publishes_it() -> None:
    data = '{"OrderCode":"","ShipperCode":"SF","LogisticCode":"118954907573"}'

    assert kdniao.signature(data, KEY) == "NThjYTM2OGFhZDJjMGQ5ZjMxMGU3NzhjYzg3NDEwM2M="


def test_a_label_is_asked_for_with_exactly_what_was_signed() -> None:
    told = done(Order=ORDER, PrintTemplate="<html/>", SubOrders='["YT101"]')
    wire = saying(told)

    got = KDN.create(wire, MINE, wanted("yto", parcels=2, collect=990, volume=2000))

    sent, fields = wire.sent[0], form(wire.sent[0])
    asked = json.loads(fields["RequestData"])
    assert sent.url == "https://api.kdniao.com/api/EOrderService"
    assert sent.body == urlencode(fields).encode()
    assert not sent.safe
    assert fields["DataSign"] == kdniao.signature(fields["RequestData"], KEY)
    assert (fields["EBusinessID"], fields["RequestType"], fields["DataType"]) == (
        "12345678",
        "1007",
        "2",
    )
    assert (asked["OrderCode"], asked["ShipperCode"]) == (IDEM, "YTO")
    assert asked["Receiver"]["ExpAreaName"] == "余杭区"
    assert (asked["Weight"], asked["Volume"], asked["Quantity"]) == (1.25, 0.002, 2)
    assert asked["AddService"] == [{"Name": "COD", "Value": "9.90", "CustomerID": "C1"}]
    assert got == Made(
        IDEM,
        "yto",
        "YT100",
        ("YT101",),
        label=Print(Form.HTML, b"<html/>"),
        codes={"SortingCode": "A1"},
    )
    assert KDN.print_data(saying(), MINE, got).content == b"<html/>"


def test_what_it_forbids_is_written_wide() -> None:
    wire = saying(done(Order=ORDER))
    there = replace(RECEIVER, name="O'Neil", address="3# & 5% +1")

    KDN.create(wire, MINE, wanted("yto", receiver=there, note='"轻放" <易碎>\\'))

    asked = json.loads(form(wire.sent[0])["RequestData"])
    assert (asked["Receiver"]["Name"], asked["Remark"]) == ("O＇Neil", "＂轻放＂ ＜易碎＞＼")
    assert asked["Receiver"]["Address"] == "仓前街道3＃ ＆ 5％ ＋1"


def test_the_same_number_again_tells_what_was_made() -> None:
    wire = saying(done(Success=False, ResultCode="106", Order=ORDER))

    found = KDN.find(wire, MINE, wanted("yto"))

    assert found is not None
    assert found.tracking == "YT100"


@pytest.mark.parametrize(
    ("code", "text", "why"),
    [
        ("405", "", Why.LIMITED),
        ("102", "", Why.SIGNATURE),
        ("103", "", Why.DENIED),
        ("", "签名错误", Why.SIGNATURE),
        ("", "剩余次数不足", Why.LIMITED),
        ("999", "参数", Why.REFUSED),
        ("105", "快件已揽收", Why.STATE),
        ("105", "其他错误", Why.REFUSED),
    ],
)
def test_refusals_are_told(code: str, text: str, why: Why) -> None:
    told = {"Success": False, "ResultCode": code, "Reason": text}

    with pytest.raises(Rejected) as refused:
        KDN.create(saying(told), MINE, wanted("yto"))

    assert refused.value.why is why


@pytest.mark.parametrize("told", [{"Success": False, "Reason": "系统错误"}, done()])
def test_what_may_have_been_done_is_unclear(told: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        KDN.create(saying(told), MINE, wanted("yto"))


def test_a_receiver_that_only_a_platform_knows_is_refused() -> None:
    with pytest.raises(Rejected):
        KDN.create(saying(), MINE, wanted("yto", receiver=TOKEN))


def test_a_label_is_cancelled_and_printed_only_as_it_was_made() -> None:
    wire = saying(done(), {"Success": False, "Reason": "该单已取消"})

    KDN.cancel(wire, MINE, made("yto", "YT100"), "")
    with pytest.raises(Rejected) as refused:
        KDN.cancel(wire, MINE, made("yto", "YT100"), "")

    assert refused.value.why is Why.DONE
    assert form(wire.sent[0])["RequestType"] == "1147"
    assert json.loads(form(wire.sent[0])["RequestData"]) == {
        "ShipperCode": "YTO",
        "OrderCode": IDEM,
        "ExpNo": "YT100",
        "CustomerName": "C1",
        "CustomerPwd": "pw",
    }
    with pytest.raises(Rejected):
        KDN.print_data(saying(), MINE, made("yto"))


def test_a_parcel_is_subscribed_to_and_looked_up() -> None:
    told = done(State="3", StateEx="304", Traces=[trace("1"), trace("202"), trace()])
    wire = saying(done(), told, done(Traces=[]))

    KDN.subscribe(wire, MINE, PARCEL, "")
    events = KDN.track(wire, MINE, PARCEL)

    assert [form(sent)["RequestType"] for sent in wire.sent] == ["8008", "8001"]
    assert [sent.url.rpartition(".com")[2] for sent in wire.sent] == [
        "/api/dist",
        "/Ebusiness/EbusinessOrderHandle.aspx",
    ]
    asked = json.loads(form(wire.sent[1])["RequestData"])
    assert asked == {"ShipperCode": "SF", "LogisticCode": "SF1", "CustomerName": "1234"}
    kinds = [event.kind for event in events]
    assert kinds == [Kind.PICKED, Kind.DELIVERING, Kind.SIGNED_BY_OTHER]
    assert (events[0].at, events[0].place) == ("2026-11-22T03:30:00.000+00:00", "杭州")
    with pytest.raises(Rejected) as refused:
        KDN.track(wire, MINE, PARCEL)
    assert refused.value.why is Why.ABSENT


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("1", Kind.PICKED),
        ("201", Kind.ARRIVED),
        ("211", Kind.LOCKER),
        ("311", Kind.SIGNED),
        ("401", Kind.PROBLEM),
        ("412", Kind.PROBLEM),
        ("404", Kind.REFUSED),
        ("407", Kind.RETURNING),
        ("406", Kind.RETURNED),
    ],
)
def test_each_code_is_an_event(action: str, kind: Kind) -> None:
    assert KDN.track(saying(done(Traces=[trace(action)])), MINE, PARCEL)[0].kind is kind


@pytest.mark.parametrize(
    ("state", "text", "kind"),
    [
        ("2", "快件已到达杭州", Kind.ARRIVED),
        ("3", "本人签收", Kind.SIGNED),
        ("", "x", Kind.TRANSIT),
    ],
)
def test_the_state_of_the_whole_is_the_newest_events(state: str, text: str, kind: Kind) -> None:
    told = done(State=state, Traces=[trace(text="已揽收"), trace(text=text)])

    events = KDN.track(saying(told), MINE, PARCEL)

    assert [event.kind for event in events] == [Kind.PICKED, kind]


def push(kind: str = "102", **changes: Any) -> Any:
    row = {
        "OrderCode": IDEM,
        "ShipperCode": "SF",
        "LogisticCode": "SF1",
        "State": "2",
        "Traces": [trace("1"), trace("202")],
    }
    data = compact({"EBusinessID": "12345678", "Count": "1", "Data": [row], **changes})
    sign = kdniao.signature(data, KEY)
    return filled({"RequestData": data, "DataSign": sign, "RequestType": kind})


def test_a_push_tells_all_that_is_known() -> None:
    (told,) = KDN.hear(MINE, push(), "")

    assert (told.tracking, told.idem, told.carrier) == ("SF1", IDEM, "sf")
    assert [event.kind for event in told.events] == [Kind.PICKED, Kind.DELIVERING]
    assert KDN.hear(MINE, push("107"), "") == []


def test_a_push_that_is_not_theirs_is_forged() -> None:
    data = '{"EBusinessID":"12345678","Data":[]}'
    sign = kdniao.signature(data, KEY)
    bad = (
        filled({"RequestData": data + " ", "DataSign": sign, "RequestType": "101"}),
        filled({"RequestData": data, "RequestType": "101"}),
        filled({"RequestData": "{", "DataSign": kdniao.signature("{", KEY)}),
        push(EBusinessID="1"),
        push(Data=[{}]),
    )

    for each in bad:
        with pytest.raises(Forged):
            KDN.hear(MINE, each, "")


def test_the_answer_names_the_account_and_the_time_in_china() -> None:
    good, bad = (json.loads(KDN.ack(MINE, push(), ok, NOW).body) for ok in (True, False))

    assert good == {
        "EBusinessID": "12345678",
        "UpdateTime": "2026-11-22 11:31:07",
        "Success": True,
        "Reason": "",
    }
    assert bad["Success"] is False
