"""The sandbox signs as TOP's and Cainiao's documents do, and opens only an order's own token."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox import top
from infra.sandbox.carriers.cainiao import Cainiao, link_digest
from infra.sandbox.server import Request
from infra.sandbox.times import local

GET, CANCEL = "cainiao.waybill.ii.get", "cainiao.waybill.ii.cancel"
PLACE = {"province": "上海市", "city": "上海市", "district": "青浦区", "detail": "华徐公路 1 号"}
TID = "4200000000000000001"
TOKEN = {
    "name": "王**",
    "mobile": "138****0000",
    "address": PLACE,
    "oaid": top.oaid(TID),
    "tid": TID,
}


def wanted(**changes: Any) -> dict[str, Any]:
    one = {
        "object_id": "1",
        "order_info": {"order_channels_type": "TB", "trade_order_list": [TID]},
        "package_info": {"id": "T-1", "items": [{"name": "台灯", "count": 1}]},
        "recipient": TOKEN,
        "template_url": "http://cloudprint.cainiao.com/template/standard/401/198",
        "user_id": "1001",
        **changes,
    }
    sender = {"name": "仓库", "address": PLACE}
    return {"cp_code": "ZTO", "sender": sender, "trade_order_info_dtos": [one]}


def call(depot: Cainiao, api: str, **fields: str) -> dict[str, Any]:
    given = {
        "method": api,
        "app_key": depot.app_key,
        "session": depot.tokens.access,
        "timestamp": local(depot.now),
        **fields,
    }
    given.setdefault("sign", top.signed(depot.app_secret, given))
    told = depot.answer(Request("POST", "/router/rest", {}, urlencode(given).encode()))
    known: dict[str, Any] = json.loads(told.body)
    return known


def get(depot: Cainiao, asked: dict[str, Any], **fields: str) -> dict[str, Any]:
    told = {"param_waybill_cloud_print_apply_new_request": json.dumps(asked), **fields}
    return call(depot, GET, **told)


def test_a_message_is_signed_as_published() -> None:
    content = '{"testkey":"testkey","testdata":"testdata"}'

    assert link_digest(content, "8026ny111111111111") == "ZLOV/XD2b0EmB/fzigfxGg=="


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sign": "0" * 32}, 25),
        ({"session": "another"}, 27),
        ({"app_key": "another"}, 29),
        ({"timestamp": "2016-01-01 12:00:00"}, 41),
        ({"method": "cainiao.another"}, 22),
    ],
)
def test_what_the_platform_would_refuse_is_refused(fields: dict[str, str], code: int) -> None:
    assert get(Cainiao(), wanted(), **fields)["error_response"]["code"] == code


@pytest.mark.parametrize(
    ("changes", "sub"),
    [
        ({"recipient": {**TOKEN, "tid": "4200000000000000002"}}, "isv.oaid-error"),
        ({"recipient": {**TOKEN, "oaid": ""}}, "isv.recipient-error"),
        ({"user_id": "1002"}, "isv.user-error"),
        ({"template_url": "http://another/"}, "isv.template-error"),
    ],
)
def test_what_is_no_order_makes_no_waybill(changes: dict[str, Any], sub: str) -> None:
    depot = Cainiao()

    told = get(depot, wanted(**changes))

    assert (told["error_response"]["sub_code"], depot.parcels) == (sub, {})


def test_a_package_has_one_waybill_and_another_package_another() -> None:
    depot = Cainiao()
    other = {"id": "T-2", "items": [{"name": "台灯", "count": 1}]}

    for asked in (wanted(), wanted(), wanted(package_info=other)):
        get(depot, asked)

    assert len(depot.parcels) == 2


def test_what_has_left_is_not_cancelled() -> None:
    depot = Cainiao()
    get(depot, wanted())
    (number,) = depot.parcels
    depot.move(depot.parcel(number), "picked")

    told = call(depot, CANCEL, cp_code="ZTO", waybill_code=number)

    assert told["error_response"]["sub_msg"] == "面单已揽收，不能取消"
