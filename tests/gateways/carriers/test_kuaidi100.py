"""kuaidi100: what is sent byte for byte, and what the answers become."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from shared.domain.tracking import Kind
from shared.gateways.carriers import kuaidi100
from shared.gateways.carriers.port import Form, Made, Parcel, Print, Token
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Forged, Unclear
from tests.support.waybills import IDEM, MASKED, TOKEN, account, compact, filled, made, wanted
from tests.support.wire import form, saying

KD = kuaidi100.Kuaidi100()
SECRETS = {"customer": "CUSTOMER", "secret": "SECRET", "salt": "SALT"}
MINE = account("kuaidi100", app_key="KEY", customer="P1", secrets=SECRETS)
MILLIS = "1795318267000"
PARCEL = Parcel("yto", "YT1", "13800000000")
DATA = {
    "taskId": "TASK1",
    "kuaidinum": "YT100",
    "childNum": "YT101,YT102",
    "label": "https://api.kuaidi100.com/label/1",
    "bulkpen": "571-A1",
    "kdComOrderNum": "KD1",
}


def row(code: str = "", **changes: str) -> dict[str, str]:
    given = {"ftime": "2026-11-22 11:30:00", "context": "快件运输中", "location": "杭州"}
    return {**given, **({"statusCode": code} if code else {}), **changes}


def label(data: Any, code: int = 200) -> dict[str, Any]:
    return {"success": True, "code": code, "message": "成功", "data": data}


@pytest.mark.parametrize(
    ("parts", "sign"),
    [
        (
            ('{"com":"yuantong","num":"YT0000000000001","phone":""}', "KEY", "CUSTOMER"),
            "0251DDF5717B6E3559A5924FA1B3AA18",
        ),
        (
            ('{"kuaidicom":"zhongtong"}', "1700000000000", "KEY", "SECRET"),
            "2CBF8E5C0B184D21AC4DE2C632D4D38A",
        ),
        (('{"status":"polling"}', "SALT"), "9E1C45EE8E992780AB1C5976032B9F61"),
    ],
)
def test_a_call_is_signed_as_the_official_examples_do(parts: tuple[str, ...], sign: str) -> None:
    assert kuaidi100.signature(*parts) == sign


def test_a_label_is_asked_for_with_exactly_what_was_signed() -> None:
    wire = saying(label(DATA))

    got = KD.create(wire, MINE, wanted("yto", note="轻放", parcels=3))

    sent, fields = wire.sent[0], form(wire.sent[0])
    asked = json.loads(fields["param"])
    assert sent.url == "https://api.kuaidi100.com/label/order"
    assert sent.body == urlencode(fields).encode()
    assert not sent.safe
    assert (fields["method"], fields["key"], fields["t"]) == ("order", "KEY", MILLIS)
    assert fields["sign"] == kuaidi100.signature(fields["param"], MILLIS, "KEY", "SECRET")
    assert (asked["kuaidicom"], asked["partnerId"], asked["orderId"]) == ("yuantong", "P1", IDEM)
    assert asked["recMan"]["printAddr"] == "浙江省杭州市余杭区仓前街道文一西路 1 号"
    assert asked["sendMan"]["printAddr"] == "上海市青浦区华新镇华徐公路 1 号"
    assert (asked["weight"], asked["count"], asked["needChild"]) == (1.25, 3, "1")
    assert got == Made(
        IDEM,
        "yto",
        "YT100",
        ("YT101", "YT102"),
        "TASK1:KD1",
        Print(Form.IMAGE, url=DATA["label"]),
        {"bulkpen": "571-A1"},
    )


def test_a_receiver_that_only_a_platform_knows_goes_along_as_a_token() -> None:
    wire = saying(label(DATA))

    KD.create(wire, MINE, wanted("yto", receiver=TOKEN))

    asked = json.loads(form(wire.sent[0])["param"])
    assert (asked["oaid"], asked["thirdOrderId"]) == (TOKEN.value, TOKEN.order)
    assert asked["recMan"]["mobile"] == MASKED.phone


@pytest.mark.parametrize(
    "changes",
    [
        {"receiver": Token("pdd", "x", "1", MASKED)},
        {"collect": 1},
        {"carrier": "nobody"},
    ],
)
def test_what_it_cannot_is_refused_before_it_is_asked(changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        KD.create(saying(), MINE, wanted(**{"carrier": "yto", **changes}))


def test_an_unknown_outcome_is_asked_for_again_under_the_same_number() -> None:
    wire = saying(label(DATA, code=30011))

    found = KD.find(wire, MINE, wanted("yto"))

    assert found is not None
    assert found.tracking == "YT100"
    asked = json.loads(form(wire.sent[0])["param"])
    assert (asked["orderId"], asked["reorder"]) == (IDEM, False)


@pytest.mark.parametrize(
    ("code", "text", "why"),
    [
        (30002, "验证签名失败", Why.SIGNATURE),
        (30001, "账户余额不足", Why.DENIED),
        (30001, "快递公司不支持", Why.CARRIER),
        (30001, "参数错误", Why.REFUSED),
        (30004, "账号单量不足", Why.DENIED),
        (30009, "查无此单", Why.ABSENT),
    ],
)
def test_refusals_of_labels_are_told(code: int, text: str, why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        KD.create(saying({"success": False, "code": code, "message": text}), MINE, wanted("yto"))

    assert (refused.value.why, refused.value.code) == (why, str(code))


@pytest.mark.parametrize("told", [{"code": 500}, {"code": -1}, label({}), label(None)])
def test_what_may_have_been_done_is_unclear(told: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        KD.create(saying(told), MINE, wanted("yto"))


def test_a_label_is_cancelled_by_the_carriers_number_and_printed_by_the_task() -> None:
    wire = saying(label(None), label({"label": "https://x/2"}), label("https://x/3"), label(None))
    one = made("yto", "YT100", "TASK1:KD1")

    KD.cancel(wire, MINE, one, "改地址")
    prints = [KD.print_data(wire, MINE, one) for _ in range(2)]

    asked = [json.loads(form(sent)["param"]) for sent in wire.sent]
    assert asked[0] == {
        "partnerId": "P1",
        "kuaidicom": "yuantong",
        "kuaidinum": "YT100",
        "orderId": "KD1",
        "reason": "改地址",
    }
    assert asked[1] == {"taskId": "TASK1"}
    assert [each.url for each in prints] == ["https://x/2", "https://x/3"]
    with pytest.raises(Unclear):
        KD.print_data(wire, MINE, one)


def test_a_parcel_is_subscribed_to_with_our_salt() -> None:
    wire = saying({"result": True, "returnCode": "200", "message": "提交成功"})

    KD.subscribe(wire, MINE, PARCEL, "https://example.com/push")

    fields = form(wire.sent[0])
    asked = json.loads(fields["param"])
    assert wire.sent[0].url == "https://poll.kuaidi100.com/poll"
    assert fields["schema"] == "json"
    assert (asked["company"], asked["number"], asked["key"]) == ("yuantong", "YT1", "KEY")
    assert asked["parameters"] == {
        "callbackurl": "https://example.com/push",
        "salt": "SALT",
        "resultv2": "4",
        "phone": "13800000000",
    }


@pytest.mark.parametrize(
    ("code", "why"),
    [("501", Why.DONE), ("600", Why.DENIED), ("700", Why.CARRIER), ("9", Why.REFUSED)],
)
def test_refusals_of_subscriptions_are_told(code: str, why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        KD.subscribe(saying({"result": False, "returnCode": code}), MINE, PARCEL, "")

    assert refused.value.why is why


def test_a_parcel_is_looked_up() -> None:
    told = {"message": "ok", "status": "200", "state": "3", "data": [row("303"), row("103")]}
    wire = saying(told)

    events = KD.track(wire, MINE, PARCEL)

    fields = form(wire.sent[0])
    assert wire.sent[0].url == "https://poll.kuaidi100.com/poll/query.do"
    assert fields["sign"] == kuaidi100.signature(fields["param"], "KEY", "CUSTOMER")
    assert [event.kind for event in events] == [Kind.SIGNED_BY_OTHER, Kind.PICKED]
    assert (events[0].at, events[0].place) == ("2026-11-22T03:30:00.000+00:00", "杭州")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("500", Why.ABSENT),
        ("501", Why.LATER),
        ("502", Why.LIMITED),
        ("503", Why.SIGNATURE),
        ("601", Why.DENIED),
        ("400", Why.REFUSED),
    ],
)
def test_refusals_of_queries_are_told(code: str, why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        KD.track(saying({"result": False, "returnCode": code}), MINE, PARCEL)

    assert refused.value.why is why


@pytest.mark.parametrize(
    ("state", "text", "kind"),
    [
        ("0", "快件已到达【杭州】", Kind.ARRIVED),
        ("1", "", Kind.PICKED),
        ("2", "快件丢失", Kind.LOST),
        ("3", "本人签收", Kind.SIGNED),
        ("4", "", Kind.RETURNED),
        ("5", "", Kind.DELIVERING),
        ("6", "", Kind.RETURNING),
        ("7", "", Kind.TRANSIT),
        ("8", "", Kind.CUSTOMS),
        ("14", "", Kind.REFUSED),
    ],
)
def test_the_state_of_the_whole_is_the_newest_events(state: str, text: str, kind: Kind) -> None:
    told = {"status": "200", "state": state, "data": [row(context=text), row(context="已揽收")]}

    events = KD.track(saying(told), MINE, PARCEL)

    assert [event.kind for event in events] == [kind, Kind.PICKED]


@pytest.mark.parametrize(
    ("code", "kind"),
    [("101", Kind.ACCEPTED), ("501", Kind.LOCKER), ("204", Kind.PROBLEM), ("304", Kind.SIGNED)],
)
def test_a_finer_code_counts_by_itself_or_by_how_it_begins(code: str, kind: Kind) -> None:
    told = {"status": "200", "state": "0", "data": [row(code)]}

    assert KD.track(saying(told), MINE, PARCEL)[0].kind is kind


def push(**changes: Any) -> Any:
    result = {"com": "yuantong", "nu": "YT1", "state": "3", "data": [row("301"), row("103")]}
    told = {"status": "polling", "message": "", "comNew": "", "lastResult": result, **changes}
    param = compact(told)
    return filled({"sign": kuaidi100.signature(param, "SALT"), "param": param})


def test_a_push_tells_all_that_is_known() -> None:
    (told,) = KD.hear(MINE, push(), "")

    assert told.tracking == "YT1"
    assert [event.kind for event in told.events] == [Kind.SIGNED, Kind.PICKED]
    assert not told.again


def test_a_push_that_gives_up_asks_for_another_subscription() -> None:
    told = {"status": "abort", "comNew": "zhongtong", "lastResult": {"nu": "YT1", "data": []}}
    (heard,) = KD.hear(MINE, push(**told), "")

    assert (heard.tracking, heard.carrier, heard.again) == ("YT1", "zto", True)


def test_a_push_that_is_not_theirs_is_forged() -> None:
    good = push()
    changed = filled({"sign": "A" * 32, "param": compact({"status": "polling"})})
    unsigned = filled({"param": compact({"status": "polling"})})
    broken = filled({"param": "[]", "sign": kuaidi100.signature("[]", "SALT")})

    for bad in (changed, unsigned, broken):
        with pytest.raises(Forged):
            KD.hear(MINE, bad, "")
    with pytest.raises(Forged):
        KD.hear(account("kuaidi100"), filled({"sign": kuaidi100.signature("{}", "")}), "")
    assert KD.hear(MINE, good, "")


def test_the_answer_is_the_exact_text_that_ends_the_repeats() -> None:
    good, bad = (KD.ack(MINE, push(), ok, "").body.decode() for ok in (True, False))

    assert good == '{"result":true,"returnCode":"200","message":"成功"}'
    assert json.loads(bad)["result"] is False
