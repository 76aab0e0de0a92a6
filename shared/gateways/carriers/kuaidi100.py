"""kuaidi100: labels of nearly all carriers, and what becomes of their parcels."""

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
    Token,
    Told,
    Waybill,
)
from shared.gateways.channels import wire as bytes_
from shared.gateways.channels.port import Incoming, Rate, Rejected, Request, Why, Wire
from shared.gateways.talk import Reply, Unclear
from shared.gateways.web import Answer

POLL, API = "https://poll.kuaidi100.com", "https://api.kuaidi100.com"
MADE_BEFORE = "30011"  # the number was used before: what was made then is told
PAYS = {Pay.MONTHLY: "MONTHLY", Pay.SENDER: "SHIPPER", Pay.RECEIVER: "CONSIGNEE"}
QUERY_CODES = {
    "408": Why.REFUSED,  # the phone is not the receiver's
    "500": Why.ABSENT,
    "501": Why.LATER,
    "502": Why.LIMITED,
    "503": Why.SIGNATURE,
    "601": Why.DENIED,
}
POLL_CODES = {
    "500": Why.LATER,
    "501": Why.DONE,
    "600": Why.DENIED,
    "601": Why.DENIED,
    "700": Why.CARRIER,
    "701": Why.CARRIER,
}
LABEL_CODES = {
    "-1": Why.LATER,
    "500": Why.LATER,
    "30002": Why.SIGNATURE,
    "30003": Why.DENIED,
    "30004": Why.DENIED,  # no more labels are paid for
    "30009": Why.ABSENT,
}
LABEL_WORDS = (
    ("签名", Why.SIGNATURE),
    ("余额", Why.DENIED),
    ("单量不足", Why.DENIED),
    ("已取消", Why.DONE),
    ("已揽", Why.STATE),
    ("不支持", Why.CARRIER),
)
EVENTS = {  # by the finer code, or by the coarse one that it begins with
    "0": Kind.TRANSIT,
    "1001": Kind.ARRIVED,
    "1002": Kind.TRANSIT,
    "1003": Kind.TRANSIT,
    "1": Kind.PICKED,
    "101": Kind.ACCEPTED,
    "102": Kind.ACCEPTED,
    "103": Kind.PICKED,
    "2": Kind.PROBLEM,
    "203": Kind.REFUSED,
    "210": Kind.CANCELLED,
    "3": Kind.SIGNED,
    "303": Kind.SIGNED_BY_OTHER,
    "4": Kind.RETURNED,
    "401": Kind.CANCELLED,
    "5": Kind.DELIVERING,
    "501": Kind.LOCKER,
    "6": Kind.RETURNING,
    "7": Kind.TRANSIT,
    "8": Kind.CUSTOMS,
    "10": Kind.CUSTOMS,
    "11": Kind.CUSTOMS,
    "12": Kind.CUSTOMS,
    "13": Kind.PROBLEM,
    "14": Kind.REFUSED,
}
CODE_NAMES = ("bulkpen", "orgCode", "destCode", "orgSortingCode", "destSortingCode", "pkgCode")
ACK = {
    True: b'{"result":true,"returnCode":"200","message":"\xe6\x88\x90\xe5\x8a\x9f"}',
    False: b'{"result":false,"returnCode":"500","message":"\xe5\xa4\xb1\xe8\xb4\xa5"}',
}
ABORT = "abort"


class Kuaidi100(Untokened):
    """Implements port.Carrier. `app_key` is its key; `customer` the account with the carrier."""

    name = "kuaidi100"
    caps = Caps(
        tokens=("oaid",),
        print=Form.IMAGE,
        find=Find.AGAIN,
        push=Push.SIGNED,
        query=True,
        subscribe=True,
        subs=True,
        collect=False,
        rates={"": Rate(20)},
    )
    secrets: tuple[str, ...] = ("customer", "secret", "salt")
    options: tuple[str, ...] = ("net", "code", "check_man", "template", "partner_key")
    carriers: Mapping[str, str] = {
        "sf": "shunfeng",
        "zto": "zhongtong",
        "yto": "yuantong",
        "sto": "shentong",
        "yunda": "yunda",
        "jt": "jtexpress",
        "ems": "ems",
        "jd": "jd",
        "deppon": "debangkuaidi",
        "best": "huitongkuaidi",
        "post": "youzhengguonei",
    }

    def check(self, account: Account) -> list[Fault]:
        return common.lacking(account, *self.secrets)

    def create(self, wire: Wire, account: Account, wanted: Waybill) -> Made:
        asked = _wanted(account, wanted, common.known(self.carriers, wanted.carrier))
        told = _label(wire, account, "order", asked, safe=False)
        with bytes_.reading(Unclear("waybill not understood")):
            return _made(wanted, told["data"])

    def find(self, wire: Wire, account: Account, wanted: Waybill) -> Made | None:
        return self.create(wire, account, wanted)

    def cancel(self, wire: Wire, account: Account, made: Made, why: str) -> None:
        asked = {
            **_partner(account),
            "kuaidicom": common.known(self.carriers, made.carrier),
            "kuaidinum": made.tracking,
            "orderId": made.ref.partition(":")[2],
            "reason": why,
        }
        _label(wire, account, "cancel", common.told(asked), safe=False)

    def print_data(self, wire: Wire, account: Account, made: Made) -> Print:
        told = _label(wire, account, "printOld", {"taskId": made.ref.partition(":")[0]})
        data = told.get("data")
        url = data.get("label") if isinstance(data, dict) else data
        if not url:
            raise Unclear("label not understood")
        return Print(Form.IMAGE, url=str(url))

    def subscribe(self, wire: Wire, account: Account, parcel: Parcel, back: str) -> None:
        how = {"callbackurl": back, "salt": account.secret("salt"), "resultv2": "4"}
        asked = {
            "company": common.known(self.carriers, parcel.carrier),
            "number": parcel.tracking,
            "key": account.app_key,
            "parameters": {**how, **common.told({"phone": parcel.phone})},
        }
        body = bytes_.form({"schema": "json", "param": bytes_.compact(asked)})
        url = f"{account.endpoint or POLL}/poll"
        wire.ask(_request("poll", url, body), partial(_answered, POLL_CODES))

    def track(self, wire: Wire, account: Account, parcel: Parcel) -> tuple[Event, ...]:
        com = common.known(self.carriers, parcel.carrier)
        asked = {"com": com, "num": parcel.tracking, "phone": parcel.phone, "resultv2": "4"}
        param, customer = bytes_.compact(asked), account.secret("customer")
        sign = signature(param, account.app_key, customer)
        body = bytes_.form({"customer": customer, "sign": sign, "param": param})
        url = f"{account.endpoint or POLL}/poll/query.do"
        told = wire.ask(_request("query", url, body), partial(_answered, QUERY_CODES))
        return common.understood(lambda: _events(told), "route")

    def hear(self, account: Account, incoming: Incoming, now: str) -> Sequence[Told]:
        fields = common.form(incoming)
        param, salt = fields.get("param", ""), account.secret("salt")
        common.signed(salt, signature(param, salt), fields.get("sign", ""))
        with bytes_.believing():
            return [_told(self.carriers, bytes_.parsed(param.encode()))]

    def ack(self, account: Account, incoming: Incoming, ok: bool, now: str) -> Reply:
        return Reply(200, common.JSON, ACK[ok])


def signature(*parts: str) -> str:
    return bytes_.md5("".join(parts)).upper()


def _request(api: str, url: str, body: bytes, safe: bool = True) -> Request:
    return Request(api, "POST", url, {"Content-Type": bytes_.FORM}, body, safe)


def _answered(codes: Mapping[str, Why], answer: Answer) -> dict[str, Any]:
    told = bytes_.document(answer)
    code = str(told.get("returnCode") or told.get("status") or "")
    if code != "200":
        raise Rejected(codes.get(code, Why.REFUSED), code, str(told.get("message") or ""))
    return told


def _label(
    wire: Wire, account: Account, method: str, asked: Mapping[str, Any], safe: bool = True
) -> dict[str, Any]:
    param, now = bytes_.compact(asked), str(units.millis(wire.now))
    sign = signature(param, now, account.app_key, account.secret("secret"))
    fields = {"method": method, "key": account.app_key, "t": now, "sign": sign, "param": param}
    url = f"{account.endpoint or API}/label/order"
    request = _request(f"label/{method}", url, bytes_.form(fields), safe)
    return wire.ask(request, partial(_labelled, safe))


def _labelled(safe: bool, answer: Answer) -> dict[str, Any]:
    told = bytes_.document(answer)
    code, text = str(told.get("code", "")), str(told.get("message") or "")
    if told.get("success") is True and code in ("200", MADE_BEFORE):
        return told
    why = LABEL_CODES.get(code) or common.by_words(LABEL_WORDS, text)
    raise common.refused(why, code, text, safe)


def _partner(account: Account) -> dict[str, str]:
    return {
        "partnerId": account.customer,
        "partnerKey": account.option("partner_key"),
        "partnerSecret": account.secret("partner_secret"),
        "net": account.option("net"),
        "code": account.option("code"),
        "checkMan": account.option("check_man"),
    }


def _wanted(account: Account, wanted: Waybill, com: str) -> dict[str, Any]:
    common.uncollected(wanted)
    to = wanted.receiver
    return common.told(
        {
            **_partner(account),
            "kuaidicom": com,
            "recMan": _person(to.masked if isinstance(to, Token) else to),
            "sendMan": _person(wanted.sender),
            **(_token(to) if isinstance(to, Token) else {}),
            "cargo": common.goods(wanted),
            "count": wanted.parcels,
            "weight": common.kilograms(wanted.grams),
            "payType": PAYS[wanted.pay],
            "expType": wanted.service,
            "remark": wanted.note,
            "printType": "IMAGE",
            "tempId": account.option("template"),
            "needChild": "1" if wanted.parcels > 1 else "0",
            "orderId": wanted.idem,
            "reorder": False,  # as is not usual: the same number again would be another waybill
        }
    )


def _token(token: Token) -> dict[str, str]:
    if token.kind not in Kuaidi100.caps.tokens:
        raise Rejected(Why.REFUSED, "token", token.kind)
    return {"oaid": token.value, "thirdOrderId": token.order}


def _person(person: Receiver) -> dict[str, str]:
    return {"name": person.name, "mobile": person.phone, "printAddr": common.whole(person)}


def _made(wanted: Waybill, data: Mapping[str, Any]) -> Made:
    """`ref`: their task, by which it is printed, and the carrier's, by which it is cancelled."""
    return Made(
        idem=wanted.idem,
        carrier=wanted.carrier,
        tracking=common.number(data, "kuaidinum"),
        subs=tuple(each for each in str(data.get("childNum") or "").split(",") if each),
        ref=f"{data['taskId']}:{data.get('kdComOrderNum') or ''}",
        label=Print(Form.IMAGE, url=str(data["label"])) if data.get("label") else None,
        codes={name: str(data[name]) for name in CODE_NAMES if data.get(name)},
    )


def _told(carriers: Mapping[str, str], param: Mapping[str, Any]) -> Told:
    result = param.get("lastResult") or {}
    carrier = common.ours(carriers, str(param.get("comNew") or ""))
    tracking = str(result.get("nu") or "")
    if param.get("status") == ABORT:
        return Told(tracking, carrier=carrier, again=True)
    return Told(tracking, _events(result), carrier=carrier)


def _events(result: Mapping[str, Any]) -> tuple[Event, ...]:
    """All that is known, the newest first: the state of the whole is the newest one's."""
    rows = result["data"]
    state = str(result.get("state") or "")
    return tuple(_event(row, "" if at else state) for at, row in enumerate(rows))


def _event(row: Mapping[str, Any], state: str) -> Event:
    code = str(row.get("statusCode") or state)
    kind = EVENTS.get(code) or EVENTS.get(code[:1])
    if not row.get("statusCode") and code == "0":
        kind = None  # all that is not one of the others: the words tell more
    place = row.get("location") or row.get("areaName")
    return common.event(row["ftime"], kind, row.get("context"), place, code)
