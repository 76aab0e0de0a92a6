"""Cainiao by Taobao's platform: what is sent, and what the answers become."""

import json
from typing import Any

import pytest

from shared.gateways.carriers import cainiao
from shared.gateways.carriers.port import Form, Made, Print, Token
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.channels.wire import sandwich
from shared.gateways.talk import Forged, Unclear
from tests.support.waybills import IDEM, MASKED, TOKEN, account, filled, made, wanted
from tests.support.wire import form, saying

CN = cainiao.Cainiao()
SECRETS = {"app_secret": "helloworld", "access_token": "tok", "link_key": "8026ny111111111111"}
OPTIONS = {"template": "http://cloudprint.cainiao.com/t/1", "user_id": "1001"}
MINE = account("cainiao", customer="", secrets=SECRETS, options=OPTIONS)
PRINT_DATA = '{"encryptedData":"AES:x","signature":"MD:y","templateURL":"t"}'


def modules(name: str, *rows: dict[str, Any], api: str = "get") -> dict[str, Any]:
    return {f"cainiao_waybill_ii_{api}_response": {"modules": {name: list(rows)}}}


def waybill(**changes: Any) -> dict[str, Any]:
    row = {"object_id": IDEM, "waybill_code": "YT100", "print_data": PRINT_DATA, **changes}
    return modules("waybill_cloud_print_response", row)


def refusal(sub_msg: str, **changes: Any) -> dict[str, Any]:
    no = {"code": 15, "sub_code": "x", "sub_msg": sub_msg, **changes}
    return {"error_response": no}


def asked(request: Any) -> dict[str, Any]:
    name = "param_waybill_cloud_print_apply_new_request"
    return dict(json.loads(form(request)[name]))


def test_a_message_is_signed_as_cainiao_says() -> None:
    content = '{"testkey":"testkey","testdata":"testdata"}'

    assert cainiao.link_digest(content, SECRETS["link_key"]) == "ZLOV/XD2b0EmB/fzigfxGg=="


def test_a_waybill_is_asked_for_with_the_token_and_never_opened() -> None:
    wire = saying(waybill(real_cp_code="ZTO"))

    got = CN.create(wire, MINE, wanted("yto", receiver=TOKEN, volume=800))

    fields, one = form(wire.sent[0]), asked(wire.sent[0])["trade_order_info_dtos"][0]
    sign = fields.pop("sign")
    assert sign == sandwich("helloworld", fields)
    assert (fields["method"], fields["session"]) == ("cainiao.waybill.ii.get", "tok")
    assert not wire.sent[0].safe
    assert (one["object_id"], one["package_info"]["id"]) == (IDEM, IDEM)
    assert one["order_info"] == {
        "order_channels_type": "TB",
        "trade_order_list": [TOKEN.order],
    }
    assert one["package_info"]["items"][0] == {"name": "台灯", "count": 2}
    assert (one["package_info"]["weight"], one["package_info"]["volume"]) == (1250, 800)
    assert one["recipient"] == {
        "name": MASKED.name,
        "mobile": MASKED.phone,
        "address": {
            "province": "浙江省",
            "city": "杭州市",
            "district": "余杭区",
            "town": "仓前街道",
            "detail": "文一****",
        },
        "oaid": "oaid-1",
        "tid": TOKEN.order,
    }
    assert got == Made(IDEM, "zto", "YT100", label=Print(Form.CLOUD, PRINT_DATA.encode()))


def test_a_plain_receiver_is_nobodys_platform() -> None:
    wire = saying(waybill())

    CN.create(wire, MINE, wanted("yto"))

    one = asked(wire.sent[0])["trade_order_info_dtos"][0]
    assert one["order_info"] == {"order_channels_type": "OTHERS", "trade_order_list": [IDEM]}
    assert "oaid" not in one["recipient"]
    assert asked(wire.sent[0])["cp_code"] == "YTO"


@pytest.mark.parametrize(
    "changes",
    [
        {"receiver": Token("pdd", "x", "1", MASKED)},
        {"collect": 1},
        {"parcels": 2},
        {"carrier": "nobody"},
    ],
)
def test_what_it_cannot_is_refused_before_it_is_asked(changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        CN.create(saying(), MINE, wanted(**{"carrier": "yto", **changes}))


def test_an_unknown_outcome_is_asked_for_again_under_the_same_package() -> None:
    wire = saying(Unclear("cut"), waybill())

    with pytest.raises(Unclear):
        CN.create(wire, MINE, wanted("yto"))
    found = CN.find(wire, MINE, wanted("yto"))

    assert found is not None
    assert found.tracking == "YT100"
    assert wire.sent[0].body == wire.sent[1].body


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (refusal("电子面单余额不足"), Why.DENIED),
        (refusal("面单号已取消"), Why.DONE),
        (refusal("参数错误"), Why.REFUSED),
        (refusal("", code=27), Why.EXPIRED),
        (refusal("", code=7), Why.LIMITED),
    ],
)
def test_refusals_are_told(told: dict[str, Any], why: Why) -> None:
    with pytest.raises(Rejected) as refused:
        CN.create(saying(told), MINE, wanted("yto"))

    assert refused.value.why is why


@pytest.mark.parametrize("told", [waybill(object_id="another"), waybill(waybill_code=None)])
def test_an_answer_that_is_not_ours_or_not_whole_is_unclear(told: dict[str, Any]) -> None:
    with pytest.raises(Unclear):
        CN.create(saying(told), MINE, wanted("yto"))


def test_a_waybill_is_cancelled_unless_it_left() -> None:
    def told(result: bool) -> dict[str, Any]:
        return {"cainiao_waybill_ii_cancel_response": {"cancel_result": result}}

    wire = saying(told(True), told(False), refusal("面单已发货"))

    CN.cancel(wire, MINE, made("yto", "YT100"), "")
    for _ in range(2):
        with pytest.raises(Rejected) as refused:
            CN.cancel(wire, MINE, made("yto", "YT100"), "")
        assert refused.value.why is Why.STATE

    fields = form(wire.sent[0])
    assert (fields["cp_code"], fields["waybill_code"]) == ("YTO", "YT100")


def test_what_is_printed_is_passed_on_sealed() -> None:
    name = "waybill_cloud_print_with_result_desc_response"
    row = {"success": True, "waybill_cloud_print_response": {"print_data": PRINT_DATA}}
    no = {"success": False, "error_code": "E1", "error_message": "面单不存在"}
    api = "query_by_waybillcode"
    wire = saying(modules(name, row, api=api), modules(name, no, api=api))

    label = CN.print_data(wire, MINE, made("yto", "YT100"))

    assert label == Print(Form.CLOUD, PRINT_DATA.encode())
    asked_for = json.loads(form(wire.sent[0])["param_list"])
    assert asked_for == [{"object_id": IDEM, "cp_code": "YTO", "waybill_code": "YT100"}]
    with pytest.raises(Rejected) as refused:
        CN.print_data(wire, MINE, made("yto", "YT100"))
    assert refused.value.why is Why.ABSENT


def test_a_token_is_renewed_as_the_platforms() -> None:
    result = json.dumps({"access_token": "new", "refresh_token": "again", "expires_in": 60})
    wire = saying({"top_auth_token_refresh_response": {"token_result": result}})

    assert CN.refresh(wire, MINE).access == "new"


def push(content: str, key: str = SECRETS["link_key"]) -> Any:
    digest = cainiao.link_digest(content, key)
    return filled({"msg_type": "TRACE", "logistics_interface": content, "data_digest": digest})


def test_a_message_names_the_parcel_that_changed() -> None:
    (told,) = CN.hear(MINE, push('{"mailNo":"YT100"}'), "")

    assert (told.tracking, told.events) == ("YT100", ())
    assert CN.hear(MINE, push("{}"), "") == []
    assert json.loads(CN.ack(MINE, push("{}"), True, "").body) == {"success": "true"}


def test_a_message_that_is_not_theirs_is_forged() -> None:
    unsigned = filled({"logistics_interface": "{}"})

    for bad in (push("{}", "other"), unsigned, push("[")):
        with pytest.raises(Forged):
            CN.hear(MINE, bad, "")
    with pytest.raises(Forged):
        CN.hear(account("cainiao"), push("{}", ""), "")
