"""The sandbox signs as Kdniao's documents do, and keeps its rules."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from infra.sandbox.carriers.kdniao import Kdniao
from infra.sandbox.mischief import WELL
from infra.sandbox.server import Request

PERSON = {
    "Name": "王小明",
    "Mobile": "13800000000",
    "ProvinceName": "浙江省",
    "CityName": "杭州市",
    "Address": "文一西路 1 号",
}
ORDER: dict[str, Any] = {
    "OrderCode": "T-1",
    "ShipperCode": "ZTO",
    "CustomerName": "kdn-1001",
    "Sender": PERSON,
    "Receiver": PERSON,
    "Commodity": [{"GoodsName": "台灯"}],
    "IsReturnPrintTemplate": "1",
}
PATHS = {"1007": "EOrderService", "1147": "EOrderService", "1008": "dist", "8008": "dist"}


def call(depot: Kdniao, kind: str, asked: dict[str, Any], **more: str) -> dict[str, Any]:
    data = json.dumps(asked, ensure_ascii=False)
    fields = {
        "RequestData": data,
        "EBusinessID": depot.app_key,
        "RequestType": kind,
        "DataSign": depot.signed(data),
        "DataType": "2",
        **more,
    }
    told = depot.answer(Request("POST", f"/api/{PATHS[kind]}", {}, urlencode(fields).encode()))
    known: dict[str, Any] = json.loads(told.body)
    return known


def test_it_signs_as_published() -> None:
    depot = Kdniao()
    depot.app_secret = "56da2cf8-c8a2-44b2-b6fa-476cd7d1ba17"
    data = '{"OrderCode":"","ShipperCode":"SF","LogisticCode":"118954907573"}'

    assert depot.signed(data) == "NThjYTM2OGFhZDJjMGQ5ZjMxMGU3NzhjYzg3NDEwM2M="


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"DataSign": "AAAA"}, "102"),
        ({"RequestData": "{}"}, "102"),
        ({"EBusinessID": "another"}, "103"),
        ({"DataType": "1"}, "101"),
    ],
)
def test_what_it_would_refuse_is_refused(more: dict[str, str], code: str) -> None:
    told = call(Kdniao(), "1007", ORDER, **more)

    assert (told["Success"], told["ResultCode"]) == (False, code)


@pytest.mark.parametrize("text", ["A&B", "3#", "50%", "王**", ""])
def test_what_an_address_may_not_contain_makes_no_waybill(text: str) -> None:
    depot = Kdniao()

    told = call(depot, "1007", {**ORDER, "Receiver": {**PERSON, "Address": text}})

    assert (told["Success"], depot.parcels) == (False, {})


def test_a_number_has_one_waybill_and_is_used_up_when_that_is_cancelled() -> None:
    depot = Kdniao()
    first, again = (call(depot, "1007", ORDER) for _ in range(2))
    number = first["Order"]["LogisticCode"]
    cancel = {
        "OrderCode": "T-1",
        "ShipperCode": "ZTO",
        "ExpNo": number,
        "CustomerName": "kdn-1001",
    }
    told = [call(depot, "1147", cancel)["Reason"] for _ in range(2)]

    used = call(depot, "1007", ORDER)

    assert (again["ResultCode"], again["Order"]["LogisticCode"]) == ("106", number)
    assert first["PrintTemplate"].startswith("<html>")
    assert told == ["成功", "订单已取消"]
    assert (used["Success"], len(depot.parcels)) == (False, 1)


@pytest.mark.parametrize(
    ("kind", "push", "keys"),
    [
        ("1008", "101", {"AcceptTime", "AcceptStation", "Remark"}),
        ("8008", "102", {"AcceptTime", "AcceptStation", "Remark", "Action", "Location"}),
    ],
)
def test_whoever_pays_more_is_told_more(kind: str, push: str, keys: set[str]) -> None:
    depot = Kdniao()
    number = call(depot, "1007", ORDER)["Order"]["LogisticCode"]
    call(depot, kind, {"ShipperCode": "ZTO", "LogisticCode": number})
    parcel = depot.parcel(number)
    depot.move(parcel, "picked")

    fields = dict(parse_qsl(depot.push(parcel, tuple(parcel.scans), WELL)[1].decode()))

    (row,) = json.loads(fields["RequestData"])["Data"]
    assert (fields["RequestType"], fields["DataSign"]) == (
        push,
        depot.signed(fields["RequestData"]),
    )
    assert row["Traces"][0].keys() == keys
