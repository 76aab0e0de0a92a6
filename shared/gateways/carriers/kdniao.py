"""kdniao: labels of many carriers, and what becomes of their parcels."""

import base64
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from shared.domain.content import Receiver
from shared.domain.errors import Fault
from shared.domain.tracking import Event, Kind
from shared.gateways import units
from shared.gateways.carriers import common
from shared.gateways.carriers.common import Untokened
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

HOME = "https://api.kdniao.com"
LABEL, CANCEL, QUERY, SUBSCRIBE = "1007", "1147", "8001", "8008"
PATHS = {
    LABEL: "/api/EOrderService",
    CANCEL: "/api/EOrderService",
    QUERY: "/Ebusiness/EbusinessOrderHandle.aspx",
    SUBSCRIBE: "/api/dist",
}
TRACKS = ("101", "102")  # pushes that tell of parcels
MADE, MADE_BEFORE = "100", "106"
PAYS = {Pay.MONTHLY: 3, Pay.SENDER: 1, Pay.RECEIVER: 2}
CODES = {  # 105 is anything else: its words tell
    "102": Why.SIGNATURE,
    "103": Why.DENIED,
    "405": Why.LIMITED,  # no more today
}
WIDE = {ord(each): ord(each) + 0xFEE0 for each in "'\"#&+<>%\\"}  # what no order may contain
WORDS = (
    ("签名", Why.SIGNATURE),
    ("次数", Why.LIMITED),
    ("套餐", Why.DENIED),
    ("权限", Why.DENIED),
    ("已取消", Why.DONE),
    ("重复取消", Why.DONE),
    ("已揽", Why.STATE),
    ("暂无轨迹", Why.ABSENT),
    ("没有物流", Why.ABSENT),
    ("系统", Why.LATER),
)
EVENTS = {
    "1": Kind.PICKED,
    "10": Kind.ACCEPTED,
    "2": Kind.TRANSIT,
    "201": Kind.ARRIVED,
    "202": Kind.DELIVERING,
    "204": Kind.TRANSIT,
    "211": Kind.LOCKER,
    "3": Kind.SIGNED,
    "301": Kind.SIGNED,
    "302": Kind.SIGNED,
    "304": Kind.SIGNED_BY_OTHER,
    "311": Kind.SIGNED,
    "4": Kind.PROBLEM,
    "404": Kind.REFUSED,
    "406": Kind.RETURNED,
    "407": Kind.RETURNING,
}
CODE_NAMES = (
    "MarkDestination",
    "OriginCode",
    "DestinatioCode",
    "SortingCode",
    "PackageCode",
    "PackageName",
)


class Kdniao(Untokened):
    """Implements port.Carrier. `customer`: the account with the carrier."""

    name = "kdniao"
    caps = Caps(
        tokens=(),
        print=Form.HTML,
        find=Find.AGAIN,
        push=Push.SIGNED,
        query=True,
        subscribe=True,
        subs=True,
        collect=True,
        rates={"": Rate(10)},
    )
    secrets: tuple[str, ...] = ("api_key",)
    options: tuple[str, ...] = ("site", "month_code", "template_size")
    carriers: Mapping[str, str] = {
        "sf": "SF",
        "zto": "ZTO",
        "yto": "YTO",
        "sto": "STO",
        "yunda": "YD",
        "jt": "JTSD",
        "ems": "EMS",
        "jd": "JD",
        "deppon": "DBL",
        "best": "HTKY",
        "post": "YZPY",
    }

    def check(self, account: Account) -> list[Fault]:
        return common.lacking(account, *self.secrets)

    def create(self, wire: Wire, account: Account, wanted: Waybill) -> Made:
        asked = _wanted(account, wanted, common.known(self.carriers, wanted.carrier))
        told = _call(wire, account, LABEL, asked, safe=False)
        with bytes_.reading(Unclear("waybill not understood")):
            return _made(wanted, told)

    def find(self, wire: Wire, account: Account, wanted: Waybill) -> Made | None:
        return self.create(wire, account, wanted)

    def cancel(self, wire: Wire, account: Account, made: Made, why: str) -> None:
        asked = {
            "ShipperCode": common.known(self.carriers, made.carrier),
            "OrderCode": made.idem,
            "ExpNo": made.tracking,
            "CustomerName": account.customer,
            "CustomerPwd": account.secret("customer_password"),
        }
        _call(wire, account, CANCEL, common.told(asked), safe=False)

    def print_data(self, wire: Wire, account: Account, made: Made) -> Print:
        """It is told once, with the waybill: what was kept of that."""
        if not made.label:
            raise Rejected(Why.ABSENT, "no-label", made.tracking)
        return made.label

    def subscribe(self, wire: Wire, account: Account, parcel: Parcel, back: str) -> None:
        """The address `back` is set in the console."""
        _call(wire, account, SUBSCRIBE, _parcel(self.carriers, parcel))

    def track(self, wire: Wire, account: Account, parcel: Parcel) -> tuple[Event, ...]:
        told = _call(wire, account, QUERY, _parcel(self.carriers, parcel))
        events = common.understood(lambda: _events(told), "route")
        if not events:
            raise Rejected(Why.ABSENT, "no-routes", parcel.tracking)
        return events

    def hear(self, account: Account, incoming: Incoming, now: str) -> Sequence[Told]:
        fields = common.form(incoming)
        data, key = fields.get("RequestData", ""), account.secret("api_key")
        sign = fields.get("DataSign", "").replace(" ", "+")  # sent without being encoded
        common.signed(key, signature(data, key), sign)
        with bytes_.believing():
            told = bytes_.parsed(data.encode())
            if str(told["EBusinessID"]) != account.app_key:
                raise Forged("account")
            if fields.get("RequestType") not in TRACKS:
                return []
            return [_told(self.carriers, row) for row in told["Data"]]

    def ack(self, account: Account, incoming: Incoming, ok: bool, now: str) -> Reply:
        return common.answer(
            {
                "EBusinessID": account.app_key,
                "UpdateTime": units.local(now),
                "Success": ok,
                "Reason": "" if ok else "失败",
            }
        )


def signature(data: str, api_key: str) -> str:
    return base64.b64encode(bytes_.md5(data + api_key).encode()).decode()


def _call(
    wire: Wire, account: Account, kind: str, asked: Mapping[str, Any], safe: bool = True
) -> dict[str, Any]:
    data = bytes_.compact(asked)
    body = bytes_.form(
        {
            "RequestData": data,
            "EBusinessID": account.app_key,
            "RequestType": kind,
            "DataSign": signature(data, account.secret("api_key")),
            "DataType": "2",
        }
    )
    url = (account.endpoint or HOME) + PATHS[kind]
    request = Request(kind, "POST", url, {"Content-Type": bytes_.FORM}, body, safe)
    return wire.ask(request, partial(_answered, safe))


def _answered(safe: bool, answer: Answer) -> dict[str, Any]:
    told = bytes_.document(answer)
    code, text = str(told.get("ResultCode") or ""), str(told.get("Reason") or "")
    if told.get("Success") in (True, "true") or (code == MADE_BEFORE and told.get("Order")):
        return told
    why = CODES.get(code) or common.by_words(WORDS, text)
    raise common.refused(why, code or "refused", text, safe)


def _wanted(account: Account, wanted: Waybill, shipper: str) -> dict[str, Any]:
    return common.told(
        {
            "OrderCode": wanted.idem,
            "ShipperCode": shipper,
            "CustomerName": account.customer,
            "CustomerPwd": account.secret("customer_password"),
            "MonthCode": account.option("month_code"),
            "SendSite": account.option("site"),
            "PayType": PAYS[wanted.pay],
            "ExpType": int(wanted.service or "1"),
            "Sender": _person(wanted.sender),
            "Receiver": _person(common.opened(wanted)),
            "Commodity": [
                {"GoodsName": g.name.translate(WIDE), "Goodsquantity": g.quantity}
                for g in wanted.goods
            ],
            "Weight": common.kilograms(wanted.grams),
            "Volume": round(wanted.volume / 1_000_000, 6) or None,  # cubic metres
            "Quantity": wanted.parcels,
            "Remark": wanted.note.translate(WIDE),
            "AddService": _services(account, wanted),
            "IsReturnPrintTemplate": "1",
            "TemplateSize": account.option("template_size"),
        }
    )


def _services(account: Account, wanted: Waybill) -> list[dict[str, str]]:
    if not wanted.collect:
        return []
    fee = units.to_yuan(wanted.collect)
    return [{"Name": "COD", "Value": fee, "CustomerID": account.customer}]


def _person(person: Receiver) -> dict[str, str]:
    return {
        "Name": person.name.translate(WIDE),
        "Mobile": person.phone,
        "ProvinceName": person.province,
        "CityName": person.city,
        "ExpAreaName": person.district,
        "Address": common.street(person).translate(WIDE),
    }


def _made(wanted: Waybill, told: Mapping[str, Any]) -> Made:
    order, html = told["Order"], str(told.get("PrintTemplate") or "")
    return Made(
        idem=wanted.idem,
        carrier=wanted.carrier,
        tracking=common.number(order, "LogisticCode"),
        subs=tuple(map(str, _list(told.get("SubOrders")))),
        ref=str(order.get("KDNOrderCode") or ""),
        label=Print(Form.HTML, html.encode()) if html else None,
        codes={name: str(order[name]) for name in CODE_NAMES if order.get(name)},
    )


def _list(told: Any) -> list[Any]:
    """A list, or one written as text."""
    found: list[Any] = json.loads(told) if isinstance(told, str) and told else told or []
    return found


def _parcel(carriers: Mapping[str, str], parcel: Parcel) -> dict[str, Any]:
    return common.told(
        {
            "ShipperCode": common.known(carriers, parcel.carrier),
            "LogisticCode": parcel.tracking,
            "CustomerName": parcel.phone[-4:],
        }
    )


def _told(carriers: Mapping[str, str], row: Mapping[str, Any]) -> Told:
    carrier = common.ours(carriers, str(row.get("ShipperCode") or ""))
    idem = str(row.get("OrderCode") or "")
    return Told(common.number(row, "LogisticCode"), _events(row), idem, carrier)


def _events(told: Mapping[str, Any]) -> tuple[Event, ...]:
    """All that is known, the oldest first: the state of the whole is the newest one's."""
    rows = told.get("Traces") or []
    state = str(told.get("StateEx") or told.get("State") or "")
    last = len(rows) - 1
    return tuple(_event(row, state if at == last else "") for at, row in enumerate(rows))


def _event(row: Mapping[str, Any], state: str) -> Event:
    code = str(row.get("Action") or state)
    kind = EVENTS.get(code) or EVENTS.get(code[:1])
    if not row.get("Action") and code == "2":
        kind = None  # the coarsest of all: the words tell more
    return common.event(
        row["AcceptTime"], kind, row.get("AcceptStation"), row.get("Location"), code
    )
