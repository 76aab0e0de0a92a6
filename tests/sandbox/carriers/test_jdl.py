"""The sandbox signs as JD Logistics' own client does, and keeps its rules."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox.carriers.jdl import Jdl
from infra.sandbox.server import Request
from infra.sandbox.times import local

CREATE, SUBSCRIBE = "/ecap/v1/orders/create", "/ecap/v1/orders/trace/subscribe"
PERSON = {"name": "王小明", "mobile": "13800000000", "fullAddress": "文一西路 1 号"}
WHOSE = {"orderOrigin": 1, "customerCode": "010K123456"}
ORDER: dict[str, Any] = {
    **WHOSE,
    "orderId": "T-1",
    "senderContact": PERSON,
    "receiverContact": PERSON,
    "productsReq": {"productCode": "ed-m-0001"},
    "cargoes": [{"name": "台灯", "weight": 1}],
}


def call(depot: Jdl, path: str, asked: Any, **more: str) -> dict[str, Any]:
    body = json.dumps(asked)
    query = {
        "LOP-DN": "ECAP",
        "app_key": depot.app_key,
        "access_token": depot.tokens.access,
        "timestamp": local(depot.now),
        "v": "2.0",
        "algorithm": "md5-salt",
        **more,
    }
    content = f"access_token{query['access_token']}app_key{query['app_key']}method{path}"
    content += f"param_json{body}timestamp{query['timestamp']}v2.0"
    query.setdefault("sign", depot.signed(content, query["algorithm"]))
    target = f"{path}?{urlencode(query)}"
    known: dict[str, Any] = json.loads(
        depot.answer(Request("POST", target, {}, body.encode())).body
    )
    return known


def test_it_signs_as_the_official_client_does() -> None:
    depot = Jdl()
    depot.app_secret = "secret"
    content = (
        'access_tokentokenapp_keyappkeymethod/ecap/v1/orders/createparam_json[{"orderId":"T1"}]'
    )

    signed = depot.signed(f"{content}timestamp2024-01-01 12:00:00v2.0", "md5-salt")

    assert signed == "b491c43012400fedfc6bec2d3176c888"


@pytest.mark.parametrize(
    "algorithm", ["md5-salt", "HMacMD5", "HMacSHA1", "HMacSHA256", "HMacSHA512"]
)
def test_each_algorithm_is_taken(algorithm: str) -> None:
    assert call(Jdl(), CREATE, [ORDER], algorithm=algorithm)["success"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sign": "0" * 32}, 12),
        ({"access_token": "another"}, 19),
        ({"app_key": "another"}, 21),
        ({"timestamp": "2021-05-07 09:20:39"}, 8),
        ({"LOP-DN": "another"}, 21),
    ],
)
def test_what_the_gateway_would_refuse_is_refused(fields: dict[str, str], code: int) -> None:
    assert call(Jdl(), CREATE, [ORDER], **fields)["error_response"]["code"] == code


@pytest.mark.parametrize("asked", [ORDER, [ORDER, ORDER]])
def test_all_that_is_asked_is_an_array_of_one(asked: Any) -> None:
    assert call(Jdl(), CREATE, asked)["error_response"]["code"] == 62


def test_a_number_again_has_the_waybill_that_it_has() -> None:
    depot = Jdl()

    first, again = (call(depot, CREATE, [ORDER]) for _ in range(2))

    assert first["data"] == again["data"]
    assert (again["success"], again["subMsg"]) == (True, "商家订单号已被使用")
    assert len(depot.parcels) == 1


def test_a_parcel_is_told_of_once_its_receiver_is_known() -> None:
    depot = Jdl()
    number = call(depot, CREATE, [ORDER])["data"]["waybillCode"]
    depot.push_url = "http://here/"

    codes = [
        call(depot, SUBSCRIBE, [{**WHOSE, "waybillCode": number, "mobile": last}])["code"]
        for last in ("1111", "0000")
    ]

    assert codes == [1004, 0]
    assert depot.back(depot.parcel(number)) == "http://here/"


def test_a_refresh_ends_the_tokens_before_it() -> None:
    depot = Jdl()
    old = depot.tokens
    asked = {"app_key": depot.app_key, "refresh_token": old.refresh, "timestamp": local(depot.now)}
    sign = depot.signed("".join(f"{name}{asked[name]}" for name in asked), "md5-salt")
    target = f"/oauth/refresh?{urlencode({**asked, 'sign': sign})}"

    told = [json.loads(depot.answer(Request("GET", target, {}, b"")).body) for _ in "ab"]

    assert told[0]["data"]["accessToken"] == depot.tokens.access != old.access
    assert [each["code"] for each in told] == [1000, 3001]
