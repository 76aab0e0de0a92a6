"""The sandbox signs as Kuaidi100's documents do, and keeps its rules."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from infra.sandbox.carriers.kuaidi100 import HEARD, Kuaidi100, md5
from infra.sandbox.mischief import WELL
from infra.sandbox.server import Request

MAN = {"name": "王小明", "mobile": "13800000000", "printAddr": "文一西路 1 号"}
ORDER: dict[str, Any] = {
    "partnerId": "partner-1001",
    "kuaidicom": "zhongtong",
    "printType": "NON",
    "recMan": MAN,
    "sendMan": MAN,
    "orderId": "T-1",
}
BACK = {"callbackurl": "http://here/", "salt": "salt", "resultv2": "4"}


def asked(depot: Kuaidi100, path: str, **fields: str) -> dict[str, Any]:
    told = depot.answer(Request("POST", path, {}, urlencode(fields).encode()))
    known: dict[str, Any] = json.loads(told.body)
    return known


def label(depot: Kuaidi100, method: str, order: dict[str, Any], **more: str) -> dict[str, Any]:
    text = json.dumps(order)
    fields = {"method": method, "key": depot.app_key, "t": "1", "param": text, **more}
    sign = md5(text + fields["t"] + fields["key"] + depot.app_secret).upper()
    return asked(depot, "/label/order", **{"sign": sign, **fields})


def follow(depot: Kuaidi100, number: str, **more: Any) -> str:
    param = {"company": "zhongtong", "number": number, "key": depot.app_key, "parameters": BACK}
    told = asked(depot, "/poll", schema="json", param=json.dumps({**param, **more}))
    return str(told["returnCode"])


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        (
            '{"com":"yuantong","num":"YT0000000000001","phone":""}KEYCUSTOMER',
            "0251DDF5717B6E3559A5924FA1B3AA18",
        ),
        ('{"kuaidicom":"zhongtong"}1700000000000KEYSECRET', "2CBF8E5C0B184D21AC4DE2C632D4D38A"),
        ('{"status":"polling"}SALT', "9E1C45EE8E992780AB1C5976032B9F61"),
    ],
)
def test_it_signs_as_the_official_examples_do(text: str, sign: str) -> None:
    assert md5(text).upper() == sign


@pytest.mark.parametrize(
    ("more", "code"),
    [({"sign": "0" * 32}, 30002), ({"param": "{}"}, 30002), ({"key": "another"}, 30003)],
)
def test_what_it_would_refuse_is_refused(more: dict[str, str], code: int) -> None:
    depot = Kuaidi100()

    told = label(depot, "order", ORDER, **{"sign": md5("x"), **more})

    assert (told["success"], told["code"], depot.parcels) == (False, code, {})


@pytest.mark.parametrize(("reorder", "code", "waybills"), [(False, 30011, 1), (True, 200, 2)])
def test_a_number_again_is_another_waybill_unless_it_shall_not_be(
    reorder: bool, code: int, waybills: int
) -> None:
    depot = Kuaidi100()
    label(depot, "order", ORDER)

    again = label(depot, "order", {**ORDER, "reorder": reorder})

    assert (again["code"], len(depot.parcels)) == (code, waybills)


def test_a_parcel_is_followed_once_and_told_of_whole_the_newest_first() -> None:
    depot = Kuaidi100()
    number = label(depot, "order", ORDER)["data"]["kuaidinum"]
    codes = [follow(depot, number), follow(depot, number), follow(depot, number, key="x")]
    parcel = depot.parcel(number)
    for event in ("picked", "signed"):
        depot.move(parcel, event)

    fields = dict(parse_qsl(depot.push(parcel, tuple(parcel.scans), WELL)[1].decode()))

    told = json.loads(fields["param"])
    assert codes == ["200", "501", "600"]
    assert fields["sign"] == md5(f"{fields['param']}salt").upper()
    assert told["status"] == "shutdown"
    assert [row["statusCode"] for row in told["lastResult"]["data"]] == ["301", "103"]


def test_only_the_exact_words_count_as_heard() -> None:
    depot = Kuaidi100()

    assert depot.heard_well(200, HEARD)
    assert not depot.heard_well(200, HEARD.replace(b",", b", "))
    assert not depot.heard_well(500, HEARD)
