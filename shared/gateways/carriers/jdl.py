"""JD Logistics by its own gateway."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from shared.domain.content import Receiver
from shared.domain.errors import Fault
from shared.domain.tracking import Event, Kind
from shared.gateways import units
from shared.gateways.carriers import common
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
from shared.gateways.channels.port import (
    Incoming,
    Rate,
    Rejected,
    Request,
    Tokens,
    Why,
    Wire,
)
from shared.gateways.talk import Reply, Unclear
from shared.gateways.web import Answer

HOME, CONSENT = "https://api.jdl.com", "https://oauth.jdl.com"
DOMAIN, PRINTING = "ECAP", "jdcloudprint"
CREATE, CANCEL = "/ecap/v1/orders/create", "/ecap/v1/orders/cancel"
TRACE, SUBSCRIBE = "/ecap/v1/orders/trace/query", "/ecap/v1/orders/trace/subscribe"
PRINT = "/PullDataService/pullData"
B2C = 1  # whose orders they are: a company's
STANDARD = "ed-m-0001"
OK, PRINTED = ("0", "100"), "1"
PAYS = {Pay.MONTHLY: 3, Pay.SENDER: 1, Pay.RECEIVER: 2}
YEAR = 365 * 86_400
CODES = {  # of the gateway
    "2": Why.LIMITED,
    "7": Why.CLOCK,
    "8": Why.CLOCK,
    "11": Why.SIGNATURE,
    "12": Why.SIGNATURE,
    "18": Why.EXPIRED,
    "19": Why.EXPIRED,
    "20": Why.SIGNATURE,
    "21": Why.DENIED,
    "22": Why.DENIED,
    "43": Why.LATER,
    "67": Why.LATER,
}
WORDS = (
    ("签名", Why.SIGNATURE),
    ("token", Why.EXPIRED),
    ("限流", Why.LIMITED),
    ("重复", Why.DONE),
    ("已取消", Why.DONE),
    ("已揽", Why.STATE),
    ("不允许取消", Why.STATE),
    ("不存在", Why.ABSENT),
    ("系统异常", Why.LATER),
)
EVENTS = (  # how a stage is called; the first that fits
    ("终止揽收", Kind.CANCELLED),
    ("取消", Kind.CANCELLED),
    ("下单", Kind.ACCEPTED),
    ("揽收中", Kind.ACCEPTED),  # somebody is sent for it
    ("揽收", Kind.PICKED),
    ("拒收", Kind.REFUSED),
    ("妥投", Kind.SIGNED),
    ("签收", Kind.SIGNED),
    ("退", Kind.RETURNING),
    ("异常", Kind.PROBLEM),
    ("自提", Kind.LOCKER),
    ("派送", Kind.DELIVERING),
    ("配送", Kind.DELIVERING),
)


class Jdl:
    """Implements port.Carrier. `customer`: the merchant's code. All that is asked is an array."""

    name = "jdl"
    caps = Caps(
        tokens=(),
        print=Form.CLOUD,
        find=Find.AGAIN,
        push=Push.UNSIGNED,
        query=True,
        subscribe=True,
        subs=False,
        collect=False,
        rates={"": Rate(20)},
        life=YEAR,
    )
    secrets: tuple[str, ...] = ("app_secret", "access_token", "push_key")
    options: tuple[str, ...] = ()
    carriers: Mapping[str, str] = {"jd": "JD"}

    def check(self, account: Account) -> list[Fault]:
        return common.lacking(account, *self.secrets, customer=True)

    def refresh(self, wire: Wire, account: Account) -> Tokens:
        asked = {
            "app_key": account.app_key,
            "refresh_token": account.secret("refresh_token"),
            "timestamp": units.local(wire.now),
        }
        secret = account.secret("app_secret")
        sign = bytes_.md5(secret + bytes_.pairs(asked) + secret)
        url = f"{account.endpoint or CONSENT}/oauth/refresh?{urlencode({**asked, 'sign': sign})}"
        told = wire.ask(Request("oauth/refresh", "GET", url, {}, b"", safe=False), _granted)
        with bytes_.reading(Unclear("tokens not understood")):
            return Tokens(
                access=str(told["accessToken"]),
                refresh=str(told["refreshToken"]),
                expires_at=units.from_local(told["accessExpire"]),
            )

    def create(self, wire: Wire, account: Account, wanted: Waybill) -> Made:
        told = _call(wire, account, CREATE, _wanted(account, wanted), safe=False)
        with bytes_.reading(Unclear("waybill not understood")):
            data = told["data"]
            tracking = common.number(data, "waybillCode")
            return Made(wanted.idem, "jd", tracking, ref=str(data.get("orderCode") or ""))

    def find(self, wire: Wire, account: Account, wanted: Waybill) -> Made | None:
        return self.create(wire, account, wanted)

    def cancel(self, wire: Wire, account: Account, made: Made, why: str) -> None:
        reason = {"cancelReason": why[:30], "cancelReasonCode": "1"}
        asked = {**_whose(account), "waybillCode": made.tracking, **reason}
        told = _call(wire, account, CANCEL, asked, safe=False)
        if told.get("success") in (False, "false"):
            raise Rejected(Why.STATE, "not-cancelled", _text(told))

    def print_data(self, wire: Wire, account: Account, made: Made) -> Print:
        asked = {
            "cpCode": "JD",
            "wayBillInfos": [{"orderNo": made.idem, "popFlag": 0, "jdWayBillCode": made.tracking}],
            "parameters": {"ewCustomerCode": account.customer},
            "objectId": made.idem,
        }
        told = _call(wire, account, PRINT, asked)
        with bytes_.reading(Unclear("label not understood")):
            return Print(
                Form.CLOUD, common.number(told["prePrintDatas"][0], "perPrintData").encode()
            )

    def subscribe(self, wire: Wire, account: Account, parcel: Parcel, back: str) -> None:
        """The address `back` is set in the console."""
        whom = {"waybillCode": parcel.tracking, "mobile": parcel.phone[-4:]}
        _call(wire, account, SUBSCRIBE, {**_whose(account), **whom})

    def track(self, wire: Wire, account: Account, parcel: Parcel) -> tuple[Event, ...]:
        asked = {**_whose(account), "waybillCode": parcel.tracking}
        told = _call(wire, account, TRACE, asked)
        events = common.understood(lambda: _events(told["data"]), "route")
        if not events:
            raise Rejected(Why.ABSENT, "no-routes", parcel.tracking)
        return events

    def hear(self, account: Account, incoming: Incoming, now: str) -> Sequence[Told]:
        """Each push tells of one event."""
        common.keyed(account, incoming)
        with bytes_.believing():
            row = bytes_.parsed(incoming.body)
            tracking, idem = common.number(row, "waybillCode"), str(row.get("orderId") or "")
            return [Told(tracking, (_event(row),), idem)]

    def ack(self, account: Account, incoming: Incoming, ok: bool, now: str) -> Reply:
        code, text = ("0", "success") if ok else ("1", "failed")
        return common.answer({"code": code, "message": text})


def signature(account: Account, path: str, body: str, now: str) -> str:
    """`now`: China's time."""
    secret, token = account.secret("app_secret"), account.secret("access_token")
    who = f"access_token{token}app_key{account.app_key}"
    return bytes_.md5(f"{secret}{who}method{path}param_json{body}timestamp{now}v2.0{secret}")


def _call(
    wire: Wire, account: Account, path: str, asked: Mapping[str, Any], safe: bool = True
) -> dict[str, Any]:
    body, now = bytes_.compact([asked]), units.local(wire.now)
    query = {
        "LOP-DN": PRINTING if path == PRINT else DOMAIN,
        "app_key": account.app_key,
        "access_token": account.secret("access_token"),
        "timestamp": now,
        "v": "2.0",
        "sign": signature(account, path, body, now),
        "algorithm": "md5-salt",
    }
    url = f"{account.endpoint or HOME}{path}?{urlencode(query)}"
    request = Request(path, "POST", url, common.JSON, body.encode(), safe)
    return wire.ask(request, partial(_answered, safe, path))


def _answered(safe: bool, path: str, answer: Answer) -> dict[str, Any]:
    told = bytes_.document(answer)
    if no := told.get("error_response"):
        code = common.understood(lambda: str(no.get("code") or ""), "answer")
        raise common.refused(CODES.get(code) or _why(_text(no)), code, _text(no), safe)
    code = str(told.get("code", ""))
    if code not in ((PRINTED,) if path == PRINT else OK):
        raise common.refused(_why(_text(told)), code, _text(told), safe)
    return told


def _why(text: str) -> Why:
    return common.by_words(WORDS, text)


def _text(told: Mapping[str, Any]) -> str:
    names = ("zh_desc", "subMsg", "msg", "message", "en_desc")
    return next((str(told[name]) for name in names if told.get(name)), "")


def _granted(answer: Answer) -> dict[str, Any]:
    told = bytes_.document(answer)
    found: dict[str, Any] = told.get("data") or {}
    if "accessToken" not in found:
        raise Rejected(Why.EXPIRED, str(told.get("code") or ""), _text(told))
    return found


def _whose(account: Account) -> dict[str, Any]:
    return {"orderOrigin": B2C, "customerCode": account.customer}


def _wanted(account: Account, wanted: Waybill) -> dict[str, Any]:
    common.uncollected(wanted)
    if wanted.parcels > 1:
        raise Rejected(Why.REFUSED, "one-parcel")
    goods = {
        "name": common.goods(wanted),
        "quantity": common.count(wanted),
        "weight": common.kilograms(wanted.grams),
        "volume": wanted.volume or None,
    }
    return common.told(
        {
            **_whose(account),
            "orderId": wanted.idem,
            "senderContact": _contact(wanted.sender),
            "receiverContact": _contact(common.opened(wanted)),
            "productsReq": {"productCode": wanted.service or STANDARD},
            "settleType": PAYS[wanted.pay],
            "cargoes": [common.told(goods)],
            "remark": wanted.note,
        }
    )


def _contact(person: Receiver) -> dict[str, str]:
    return {
        "name": person.name,
        "mobile": person.phone,
        "fullAddress": common.whole(person),
    }


def _events(told: Mapping[str, Any]) -> tuple[Event, ...]:
    return tuple(map(_event, told.get("traceDetails") or []))


def _event(row: Mapping[str, Any]) -> Event:
    """The stage's name first; where it says nothing, the words."""
    stage = f"{row.get('categoryName') or ''}{row.get('operationTitle') or ''}"
    kind = next((kind for word, kind in EVENTS if word in stage), None)
    place, code = row.get("operateSite"), row.get("category")
    return common.event(row["operationTime"], kind, row.get("operationRemark"), place, code)
