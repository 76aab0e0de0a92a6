"""JD Logistics: what is sent byte for byte, and what the answers become."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.domain.tracking import Event, Kind
from shared.gateways.carriers import jdl
from shared.gateways.carriers.port import Made, Parcel
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.channels.wire import md5
from shared.gateways.talk import Forged, Unclear
from tests.support.waybills import IDEM, TOKEN, account, made, posted, wanted
from tests.support.wire import saying

JDL = jdl.Jdl()
SECRETS = {"app_secret": "secret", "access_token": "token", "push_key": "k3y"}
MINE = account("jdl", app_key="appkey", customer="010K1", secrets=SECRETS)
PARCEL = Parcel("jd", "JD100")


def done(data: Any = None, **changes: Any) -> dict[str, Any]:
    return {"code": 0, "msg": "成功", "data": data, **changes}


def row(stage: str, text: str = "") -> dict[str, Any]:
    return {
        "operationTime": "2026-11-22 11:30:00",
        "categoryName": stage,
        "operationTitle": "",
        "operationRemark": text,
        "category": 460,
    }


def asked(request: Any) -> dict[str, Any]:
    (found,) = json.loads(request.body)
    return dict(found)


def test_a_call_is_signed_as_the_official_client_does() -> None:
    path, body = "/ecap/v1/orders/create", '[{"orderId":"T1"}]'
    sign = jdl.signature(MINE, path, body, "2024-01-01 12:00:00")

    assert sign == "b491c43012400fedfc6bec2d3176c888"


def test_a_waybill_is_asked_for_with_exactly_what_was_signed() -> None:
    wire = saying(done({"waybillCode": "JD100", "orderCode": "EO1"}))

    got = JDL.create(wire, MINE, wanted("jd", note="轻放"))

    sent, url = wire.sent[0], urlsplit(wire.sent[0].url)
    query = dict(parse_qsl(url.query))
    assert (url.scheme, url.netloc, url.path) == ("https", "api.jdl.com", "/ecap/v1/orders/create")
    assert query == {
        "LOP-DN": "ECAP",
        "app_key": "appkey",
        "access_token": "token",
        "timestamp": "2026-11-22 11:31:07",
        "v": "2.0",
        "sign": jdl.signature(MINE, url.path, sent.body.decode(), "2026-11-22 11:31:07"),
        "algorithm": "md5-salt",
    }
    assert not sent.safe
    assert asked(sent) == {
        "orderOrigin": 1,
        "customerCode": "010K1",
        "orderId": IDEM,
        "senderContact": {
            "name": "仓库",
            "mobile": "02188880000",
            "fullAddress": "上海市青浦区华新镇华徐公路 1 号",
        },
        "receiverContact": {
            "name": "王小明",
            "mobile": "13800000000",
            "fullAddress": "浙江省杭州市余杭区仓前街道文一西路 1 号",
        },
        "productsReq": {"productCode": "ed-m-0001"},
        "settleType": 3,
        "cargoes": [{"name": "台灯，灯泡", "quantity": 3, "weight": 1.25}],
        "remark": "轻放",
    }
    assert got == Made(IDEM, "jd", "JD100", ref="EO1")


@pytest.mark.parametrize("changes", [{"receiver": TOKEN}, {"collect": 1}, {"parcels": 2}])
def test_what_it_cannot_is_refused_before_it_is_asked(changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        JDL.create(saying(), MINE, wanted("jd", **changes))


def test_an_unknown_outcome_is_asked_for_again_under_the_same_number() -> None:
    wire = saying(done({"waybillCode": "JD100"}))

    found = JDL.find(wire, MINE, wanted("jd"))

    assert found is not None
    assert asked(wire.sent[0])["orderId"] == IDEM


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"error_response": {"code": "19", "zh_desc": "x"}}, Why.EXPIRED),
        ({"error_response": {"code": "21", "zh_desc": "x"}}, Why.DENIED),
        ({"error_response": {"code": "2", "zh_desc": "x"}}, Why.LIMITED),
        ({"error_response": {"code": "999", "en_desc": "x"}}, Why.REFUSED),
        (done(code=1, msg="签名错误"), Why.SIGNATURE),
        (done(code=1, msg="重复下单"), Why.DONE),
        (done(code=1, msg="地址不可达"), Why.REFUSED),
    ],
)
def test_refusals_are_told(told: dict[str, Any], why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        JDL.create(saying(told), MINE, wanted("jd"))

    assert refused.value.why is why


@pytest.mark.parametrize(
    "told",
    [{"error_response": {"code": "67"}}, done(code=1, msg="系统异常"), done({}), done()],
)
def test_what_may_have_been_done_is_unclear(told: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        JDL.create(saying(told), MINE, wanted("jd"))


def test_a_waybill_is_cancelled_unless_the_carrier_has_it() -> None:
    wire = saying(done(), done(success=False), done(code=1, msg="已揽收"))

    JDL.cancel(wire, MINE, made("jd", "JD100"), "改地址")
    for _ in range(2):
        with pytest.raises(Rejected) as refused:
            JDL.cancel(wire, MINE, made("jd", "JD100"), "改地址")
        assert refused.value.why is Why.STATE

    assert asked(wire.sent[0])["cancelReason"] == "改地址"


def test_what_is_printed_is_passed_on_sealed() -> None:
    wire = saying({"code": "1", "prePrintDatas": [{"perPrintData": "sealed"}]}, {"code": "1"})

    assert JDL.print_data(wire, MINE, made("jd", "JD100")).content == b"sealed"
    assert "LOP-DN=jdcloudprint" in wire.sent[0].url
    assert asked(wire.sent[0])["parameters"] == {"ewCustomerCode": "010K1"}
    with pytest.raises(Unclear):
        JDL.print_data(wire, MINE, made("jd", "JD100"))


@pytest.mark.parametrize(
    ("stage", "text", "kind"),
    [
        ("揽收", "", Kind.PICKED),
        ("终止揽收", "", Kind.CANCELLED),
        ("揽收中揽收任务分配", "", Kind.ACCEPTED),
        ("派送", "", Kind.DELIVERING),
        ("派送中自提柜", "", Kind.LOCKER),
        ("妥投", "", Kind.SIGNED),
        ("妥投", "已由门卫代收", Kind.SIGNED_BY_OTHER),
        ("拒收", "", Kind.REFUSED),
        ("退货", "", Kind.RETURNING),
        ("异常", "包裹丢失", Kind.LOST),
        ("", "货物已到达杭州分拣中心", Kind.ARRIVED),
    ],
)
def test_a_parcel_is_looked_up_by_stage_and_words(stage: str, text: str, kind: Kind) -> None:
    wire = saying(done({"traceDetails": [row(stage, text)]}))

    events = JDL.track(wire, MINE, PARCEL)

    assert events == (Event("2026-11-22T03:30:00.000+00:00", kind, "", text, "460"),)
    assert asked(wire.sent[0])["waybillCode"] == "JD100"


def test_a_parcel_that_nobody_knows_is_absent() -> None:
    with pytest.raises(Rejected) as refused:
        JDL.track(saying(done({"traceDetails": []})), MINE, PARCEL)

    assert refused.value.why is Why.ABSENT


def test_tokens_are_renewed_with_a_signature_of_their_own() -> None:
    ends = "2027-11-22 12:31:07"
    told = {"accessToken": "new", "refreshToken": "again", "accessExpire": ends}
    wire = saying({"code": 1000, "data": told}, {"code": "401", "msg": "no"})
    mine = account("jdl", app_key="appkey", secrets={**SECRETS, "refresh_token": "old"})

    tokens = JDL.refresh(wire, mine)

    query = dict(parse_qsl(urlsplit(wire.sent[0].url).query))
    base = "secretapp_keyappkeyrefresh_tokenoldtimestamp2026-11-22 11:31:07secret"
    assert query["sign"] == md5(base)
    assert (tokens.access, tokens.refresh) == ("new", "again")
    assert tokens.expires_at == "2027-11-22T04:31:07.000+00:00"
    with pytest.raises(Rejected):
        JDL.refresh(wire, mine)


def test_a_parcel_is_named_by_its_receivers_last_digits_before_it_is_told_of() -> None:
    wire = saying(done("订阅成功"))

    JDL.subscribe(wire, MINE, Parcel("jd", "JD100", "13800005514"), "")

    whose = {"orderOrigin": 1, "customerCode": "010K1"}
    assert asked(wire.sent[0]) == {**whose, "waybillCode": "JD100", "mobile": "5514"}


def test_a_push_is_heard_only_at_our_secret_address() -> None:
    site = {"waybillCode": "JD100", "orderId": IDEM, "operateSite": "石景山营业部"}
    body = json.dumps({**row("妥投"), **site}).encode()

    (told,) = JDL.hear(MINE, posted(body, key="k3y"), "")

    assert (told.tracking, told.idem) == ("JD100", IDEM)
    assert [(each.kind, each.place) for each in told.events] == [(Kind.SIGNED, "石景山营业部")]
    for bad in (posted(body), posted(body, key="other"), posted(b"[]", key="k3y")):
        with pytest.raises(Forged):
            JDL.hear(MINE, bad, "")
    assert json.loads(JDL.ack(MINE, posted(body), True, "").body)["code"] == "0"
