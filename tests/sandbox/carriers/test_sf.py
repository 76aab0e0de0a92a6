"""The sandbox signs as SF's documents do, and keeps SF's rules."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from infra.sandbox.carriers.sf import Sf
from infra.sandbox.server import Request

CREATE, UPDATE = "EXP_RECE_CREATE_ORDER", "EXP_RECE_UPDATE_ORDER"
PUBLISHED = '{"language":"zh-CN","orderId":"QIAO-20200618-004"}' + "12312334453453"
CHECK_WORD = "fjcg5PGKaNpPSHFAZ4QsCOkV71R3zVci"
PERSON = {"contact": "王小明", "mobile": "13800000000", "address": "文一西路 1 号"}
ORDER: dict[str, Any] = {
    "orderId": "T-1",
    "monthlyCard": "7551234567",
    "payMethod": 1,
    "cargoDetails": [{"name": "台灯"}],
    "contactInfoList": [{"contactType": kind, **PERSON} for kind in (1, 2)],
}


def call(sf: Sf, service: str, asked: dict[str, Any], **fields: str) -> tuple[str, Any]:
    """The outer code, and what the inner answer is; signed unless it brings a signature."""
    message, stamp = json.dumps(asked), str(int(sf.now * 1000))
    given = {
        "partnerID": sf.app_key,
        "requestID": "1",
        "serviceCode": service,
        "timestamp": stamp,
        "msgData": message,
        **fields,
    }
    text = f"{message}{given['timestamp']}{sf.app_secret}"
    given.setdefault("msgDigest", sf.signed(text))
    told = json.loads(
        sf.answer(Request("POST", "/std/service", {}, urlencode(given).encode())).body
    )
    return told["apiResultCode"], json.loads(told["apiResultData"] or "null")


@pytest.mark.parametrize(
    ("digest", "signed"),
    [
        ("md5", "IIKJtuLVzoFTu4kHI8M8vA=="),
        ("sm3", "b05d21124eb6aedb3c6c99b1a37f9fc9a23a9898cb6a4b5df00d4402bda9081f"),
    ],
)
def test_it_signs_as_published(digest: str, signed: str) -> None:
    sf = Sf()
    sf.digest = digest

    assert sf.signed(PUBLISHED + CHECK_WORD) == signed


@pytest.mark.parametrize("digest", ["md5", "simple", "sm3"])
def test_each_digest_is_taken_where_it_is_set(digest: str) -> None:
    sf, other = Sf(), Sf()
    sf.digest, other.digest = digest, "md5" if digest == "sm3" else "sm3"

    assert call(sf, CREATE, ORDER)[1]["success"]
    assert call(sf, CREATE, ORDER, msgDigest=other.signed("x"))[0] == "A1006"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"msgDigest": "AAAA"}, "A1006"),
        ({"msgData": "{}"}, "A1006"),
        ({"partnerID": "another"}, "A1006"),
        ({"timestamp": "1600000000000"}, "A1002"),
        ({"serviceCode": "ANOTHER"}, "A1004"),
    ],
)
def test_what_the_gateway_would_refuse_is_refused(fields: dict[str, str], code: str) -> None:
    assert call(Sf(), CREATE, ORDER, **fields) == (code, None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"monthlyCard": "1"}, "8057"),
        ({"contactInfoList": ORDER["contactInfoList"][:1]}, "1014"),
        ({"contactInfoList": [{"contactType": 1, **PERSON, "contact": "王**"}]}, "1010"),
    ],
)
def test_what_is_no_order_makes_no_waybill(changes: dict[str, Any], code: str) -> None:
    sf = Sf()

    assert call(sf, CREATE, {**ORDER, **changes})[1]["errorCode"] == code
    assert not sf.parcels


def test_a_number_is_used_once_and_cancelled_once_and_not_when_it_has_left() -> None:
    sf = Sf()
    cancel = {"orderId": "T-1", "dealType": 2}
    told = [call(sf, CREATE, ORDER)[1]["errorCode"] for _ in range(2)]
    sf.move(sf.of("T-1"), "picked")
    told.append(call(sf, UPDATE, cancel)[1]["errorCode"])
    sf.of("T-1").scans.clear()

    told += [call(sf, UPDATE, cancel)[1]["errorCode"] for _ in range(2)]

    assert told == ["S0000", "8016", "8252", "S0000", "8037"]


def test_a_way_is_shown_to_whoever_knows_the_phone() -> None:
    sf = Sf()
    call(sf, CREATE, ORDER)
    parcel = sf.of("T-1")
    sf.move(parcel, "picked")
    asked = {"trackingType": 1, "trackingNumber": [parcel.tracking]}

    shown = [
        call(sf, "EXP_RECE_SEARCH_ROUTES", {**asked, "checkPhoneNo": last})[1]
        for last in ("0000", "0001")
    ]

    found = [one["msgData"]["routeResps"][0]["routes"] for one in shown]
    assert [[row["opCode"] for row in rows] for rows in found] == [["50"], []]


def test_a_label_is_fetched_with_its_token_alone() -> None:
    sf = Sf()
    call(sf, CREATE, ORDER)
    number = sf.of("T-1").tracking
    asked = {
        "templateCode": f"fm_76130_standard_{sf.app_key}",
        "version": "2.0",
        "documents": [{"masterWaybillNo": number}],
    }

    (file,) = call(sf, "COM_RECE_CLOUD_PRINT_WAYBILLS", asked)[1]["obj"]["files"]

    for token, status in ((file["token"], 200), ("", 403)):
        request = Request("GET", f"/print/{number}.pdf", {"x-auth-token": token}, b"")
        assert sf.answer(request).status == status
