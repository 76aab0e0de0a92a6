"""SF Express by its own gateway."""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote_plus
from xml.etree import ElementTree

from cryptography.hazmat.primitives import hashes

from shared.domain.content import Receiver
from shared.domain.errors import Fault
from shared.domain.tracking import Event, Kind
from shared.gateways import units
from shared.gateways.carriers import common
from shared.gateways.carriers.common import Unsubscribed, Untokened
from shared.gateways.carriers.port import (
    Account,
    Caps,
    Find,
    Form,
    Made,
    Parcel,
    Pay,
    Print,
    Push,
    Told,
    Waybill,
)
from shared.gateways.channels import wire as bytes_
from shared.gateways.channels.port import Incoming, Rate, Rejected, Request, Why, Wire
from shared.gateways.talk import Forged, Reply, Unclear
from shared.gateways.web import Answer

HOME = "https://bspgw.sf-express.com"
CREATE, SEARCH = "EXP_RECE_CREATE_ORDER", "EXP_RECE_SEARCH_ORDER_RESP"
UPDATE, ROUTES = "EXP_RECE_UPDATE_ORDER", "EXP_RECE_SEARCH_ROUTES"
PRINT = "COM_RECE_CLOUD_PRINT_WAYBILLS"
OK, DONE = "A1000", "S0000"
MOTHER, CHILD = "1", "2"  # kinds of waybill numbers
PAYS = {Pay.MONTHLY: 1, Pay.SENDER: 1, Pay.RECEIVER: 2}
GATEWAY = {
    "A1002": Why.CLOCK,
    "A1003": Why.DENIED,
    "A1004": Why.DENIED,
    "A1005": Why.LIMITED,
    "A1006": Why.SIGNATURE,
    "A1007": Why.LATER,  # this very request came before: what became of it is unknown
    "A1008": Why.SIGNATURE,
    "A1009": Why.LATER,
    "A1099": Why.LATER,
}
CODES = {  # of the business behind it
    "8016": Why.DONE,
    "8018": Why.ABSENT,
    "8019": Why.STATE,
    "8024": Why.ABSENT,
    "8037": Why.DONE,
    "8252": Why.STATE,
}
EVENTS = {
    "50": Kind.PICKED,
    "54": Kind.PICKED,
    "30": Kind.TRANSIT,
    "36": Kind.TRANSIT,
    "31": Kind.ARRIVED,
    "130": Kind.ARRIVED,
    "44": Kind.DELIVERING,
    "204": Kind.DELIVERING,
    "33": Kind.PROBLEM,
    "70": Kind.PROBLEM,
    "99": Kind.RETURNING,
    "631": Kind.RETURNING,
    "648": Kind.RETURNING,
    "80": Kind.SIGNED,
    "8000": Kind.SIGNED,
}
CODE_NAMES = ("proCode", "destRouteLabel", "destTeamCode", "codingMapping", "codingMappingOut")
HEARD = {True: ("0000", "成功"), False: ("1000", "失败")}
XML_HEARD = {
    True: b'<Response service="RoutePushService"><Head>OK</Head></Response>',
    False: b'<Response service="RoutePushService"><Head>ERR</Head>'
    b'<ERROR code="4001">not taken</ERROR></Response>',
}


class Sf(Untokened, Unsubscribed):
    """Implements port.Carrier. `options.digest`: `md5` as is usual, or `sm3`."""

    name = "sf"
    caps = Caps(
        tokens=(),
        print=Form.PDF,
        find=Find.SEARCH,
        push=Push.UNSIGNED,
        query=True,
        subscribe=False,
        subs=True,
        collect=True,
        rates={"": Rate(30)},
    )
    secrets: tuple[str, ...] = ("check_word", "push_key")
    options: tuple[str, ...] = ("digest", "template")
    carriers: Mapping[str, str] = {"sf": "SF"}

    def check(self, account: Account) -> list[Fault]:
        faults = common.lacking(account, *self.secrets, customer=True)
        known = account.option("digest", "md5") in DIGESTS
        return faults + ([] if known else [Fault("options.digest", "ill-formed")])

    def create(self, wire: Wire, account: Account, wanted: Waybill) -> Made:
        told = _call(wire, account, CREATE, _wanted(account, wanted), wanted.idem)
        return _made(wanted, told)

    def find(self, wire: Wire, account: Account, wanted: Waybill) -> Made | None:
        asked = {"searchType": "1", "orderId": wanted.idem, "language": "zh-CN"}
        try:
            return _made(wanted, _call(wire, account, SEARCH, asked, wanted.idem))
        except Rejected as no:
            if no.why is Why.ABSENT:
                return None
            raise

    def cancel(self, wire: Wire, account: Account, made: Made, why: str) -> None:
        numbers = [{"waybillType": 1, "waybillNo": made.tracking}]
        asked = {"orderId": made.idem, "dealType": 2, "waybillNoInfoList": numbers}
        told = _call(wire, account, UPDATE, asked, made.idem)
        if str(told.get("resStatus")) != "2":
            raise Rejected(Why.STATE, str(told.get("resStatus") or ""), "not cancelled")

    def print_data(self, wire: Wire, account: Account, made: Made) -> Print:
        asked = {
            "templateCode": account.option("template", f"fm_150_standard_{account.app_key}"),
            "version": "2.0",
            "fileType": "pdf",
            "sync": True,
            "documents": [{"masterWaybillNo": made.tracking}],
        }
        told = _call(wire, account, PRINT, asked, made.idem)
        file = common.understood(lambda: told["files"][0], "label")
        headers = {"X-Auth-token": str(file.get("token") or "")}
        request = Request("label", "GET", str(file["url"]), headers)
        return Print(Form.PDF, wire.ask(request, _file))

    def track(self, wire: Wire, account: Account, parcel: Parcel) -> tuple[Event, ...]:
        asked = {
            "language": "zh-CN",
            "trackingType": "1",
            "trackingNumber": [parcel.tracking],
            "methodType": "1",
            **common.told({"checkPhoneNo": parcel.phone[-4:]}),
        }
        told = _call(wire, account, ROUTES, asked, parcel.tracking)
        events = common.understood(lambda: tuple(_routes(told, parcel.tracking)), "routes")
        if not events:
            raise Rejected(Why.ABSENT, "no-routes", parcel.tracking)
        return events

    def hear(self, account: Account, incoming: Incoming, now: str) -> Sequence[Told]:
        common.keyed(account, incoming)
        with bytes_.believing():
            rows = _from_xml(incoming) if _in_xml(incoming) else _from_json(incoming)
            return [Told(r["mailno"], (_event(r),), r.get("orderid") or "") for r in rows]

    def ack(self, account: Account, incoming: Incoming, ok: bool, now: str) -> Reply:
        if _in_xml(incoming):
            return Reply(200, {"Content-Type": "text/xml;charset=UTF-8"}, XML_HEARD[ok])
        code, text = HEARD[ok]
        return common.answer({"return_code": code, "return_msg": text})


def encoded(text: str) -> str:
    """As Java's URLEncoder writes it."""
    return quote_plus(text, safe="*-._").replace("~", "%7E")


def md5(message: str, timestamp: str, check_word: str) -> str:
    return common.digest(encoded(message + timestamp + check_word))


def sm3(message: str, timestamp: str, check_word: str) -> str:
    made = hashes.Hash(hashes.SM3())
    made.update((message + timestamp + check_word).encode())
    return made.finalize().hex()


DIGESTS = {"md5": md5, "sm3": sm3}


def _call(
    wire: Wire, account: Account, service: str, asked: Mapping[str, Any], idem: str
) -> dict[str, Any]:
    """`idem` and the moment make the number of the call, which is never the same twice."""
    message, timestamp = bytes_.compact(asked), str(units.millis(wire.now))
    sign = DIGESTS[account.option("digest", "md5")]
    body = bytes_.form(
        {
            "partnerID": account.app_key,
            "requestID": str(uuid.UUID(bytes_.md5(f"{service}{idem}{timestamp}"))),
            "serviceCode": service,
            "timestamp": timestamp,
            "msgDigest": sign(message, timestamp, account.secret("check_word")),
            "msgData": message,
        }
    )
    url = f"{account.endpoint or HOME}/std/service"
    safe = service not in (CREATE, UPDATE)
    request = Request(service, "POST", url, {"Content-Type": bytes_.FORM}, body, safe)
    return wire.ask(request, partial(_answered, safe))


def _answered(safe: bool, answer: Answer) -> dict[str, Any]:
    """Two answers, one in the other, each with a success of its own."""
    outer = bytes_.document(answer)
    code = str(outer.get("apiResultCode", ""))
    if code != OK:
        why = GATEWAY.get(code, Why.REFUSED)
        raise common.refused(why, code, str(outer.get("apiErrorMsg") or ""), safe)
    inner = common.understood(lambda: _inner(outer["apiResultData"]), "answer")
    if not inner["success"] or inner.get("errorCode") not in (DONE, "", None):
        no = str(inner.get("errorCode") or "")
        raise Rejected(CODES.get(no, Why.REFUSED), no, str(inner.get("errorMsg") or ""))
    found: dict[str, Any] = inner.get("msgData") or inner.get("obj") or {}
    return found


def _inner(told: Any) -> dict[str, Any]:
    inner: dict[str, Any] = json.loads(told) if isinstance(told, str) else told
    return {**inner, "success": inner["success"] in (True, "true")}


def _file(answer: Answer) -> bytes:
    if not answer.body.startswith(b"%PDF"):
        raise Unclear("no PDF")
    return answer.body


def _wanted(account: Account, wanted: Waybill) -> dict[str, Any]:
    asked = {
        "language": "zh-CN",
        "orderId": wanted.idem,
        "contactInfoList": [
            _contact(1, wanted.sender),
            _contact(2, common.opened(wanted)),
        ],
        "cargoDetails": [
            {"name": g.name, "count": g.quantity, "unit": "件"} for g in wanted.goods
        ],
        "monthlyCard": account.customer if wanted.pay is Pay.MONTHLY else "",
        "payMethod": PAYS[wanted.pay],
        "expressTypeId": int(wanted.service or "1"),
        "parcelQty": wanted.parcels,
        "totalWeight": common.kilograms(wanted.grams),
        "totalVolume": wanted.volume or None,
        "isReturnRoutelabel": 1,
        "remark": wanted.note[:100],
        "serviceList": _services(account, wanted),
    }
    return common.told(asked)


def _services(account: Account, wanted: Waybill) -> list[dict[str, str]]:
    if not wanted.collect:
        return []
    fee = units.to_yuan(wanted.collect)
    return [{"name": "COD", "value": fee, "value1": account.customer}]


def _contact(kind: int, person: Receiver) -> dict[str, Any]:
    return {
        "contactType": kind,
        "contact": person.name,
        "mobile": person.phone,
        "country": "CN",
        "province": person.province,
        "city": person.city,
        "county": person.district,
        "address": common.street(person),
    }


def _made(wanted: Waybill, told: Mapping[str, Any]) -> Made:
    with bytes_.reading(Unclear("waybill not understood")):
        numbers = [(str(n["waybillType"]), n["waybillNo"]) for n in told["waybillNoInfoList"]]
        (tracking,) = (number for kind, number in numbers if kind == MOTHER)
        subs = tuple(number for kind, number in numbers if kind == CHILD)
        return Made(wanted.idem, "sf", tracking, subs, codes=_codes(told))


def _codes(told: Mapping[str, Any]) -> dict[str, str]:
    labels = [each.get("routeLabelData") or {} for each in told.get("routeLabelInfo") or []]
    return {name: str(one[name]) for one in labels[:1] for name in CODE_NAMES if one.get(name)}


def _routes(told: Mapping[str, Any], tracking: str) -> Iterator[Event]:
    for parcel in told["routeResps"]:
        if parcel["mailNo"] == tracking:
            yield from map(_event, parcel.get("routes") or [])


def _event(row: Mapping[str, Any]) -> Event:
    code = str(row.get("opCode") or "")
    kind = EVENTS.get(code)
    return common.event(row["acceptTime"], kind, row.get("remark"), row.get("acceptAddress"), code)


def _in_xml(incoming: Incoming) -> bool:
    return "form" in incoming.headers.get("content-type", "")


def _from_json(incoming: Incoming) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = bytes_.parsed(incoming.body)["Body"]["WaybillRoute"]
    return rows


def _from_xml(incoming: Incoming) -> list[dict[str, str]]:
    text = common.form(incoming)["content"]
    if "<!" in text:  # neither entities nor document types: nothing that grows
        raise Forged("body")
    try:
        return [dict(row.attrib) for row in ElementTree.fromstring(text).iter("WaybillRoute")]
    except ElementTree.ParseError as error:
        raise Forged("body") from error
