"""SF Express's open platform (丰桥) as its documents tell it, for one merchant."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from infra.sandbox.carriers.depot import Depot, Parcel, Scan, bare
from infra.sandbox.carriers.labels import pdf
from infra.sandbox.desk import changed
from infra.sandbox.mischief import Trick
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No
from infra.sandbox.times import local

TOLERANCE = 600  # seconds
MILLIS = 10**11  # what is more is no count of seconds
MOST_LABELS = 20
SENDER, RECEIVER = 1, 2
CANCEL = 2
BY_WAYBILL, BY_ORDER = 1, 2
MASTER, SUB = 1, 2
JSON = "application/json;charset=UTF-8"
GATEWAY = {
    "param": ("A1001", "必传参数不可为空"),
    "time": ("A1002", "请求时效已过期"),
    "method": ("A1004", "无对应服务权限"),
    "busy": ("A1005", "流量受控"),
    "sign": ("A1006", "数字签名无效"),
    "key": ("A1006", "数字签名无效"),
}
BEHIND = {
    "done": ("8016", "重复下单"),
    "absent": ("8024", "未下单"),
    "cancelled": ("8037", "已消单"),
    "state": ("8252", "订单已揽收，不能取消"),
    "card": ("8057", "月结卡号不存在或失效"),
    "sender": ("1010", "寄件人信息不能为空"),
    "receiver": ("1014", "收件人信息不能为空"),
    "template": ("4001", "模板不存在"),
}
CALLS = {
    "EXP_RECE_CREATE_ORDER": "create",
    "EXP_RECE_SEARCH_ORDER_RESP": "find",
    "EXP_RECE_UPDATE_ORDER": "cancel",
    "EXP_RECE_SEARCH_ROUTES": "track",
    "COM_RECE_CLOUD_PRINT_WAYBILLS": "print",
}
CODES = {
    "booked": "",
    "picked": "50",
    "transit": "30",
    "arrived": "31",
    "out": "44",
    "locker": "125",
    "problem": "33",
    "signed": "80",
    "other": "80",
    "refused": "70",
    "returning": "99",
    "returned": "80",
    "lost": "33",
}
Asked = dict[str, Any]


class Sf(Depot):
    name = "sf"
    app_key, app_secret = "TDSANDBOX", "sandbox-check-word-0123456789abcd"
    digest = "md5"  # as it is set in the console: md5, simple, sm3

    def secrets(self) -> dict[str, str]:
        return {"check_word": self.app_secret, "push_key": "sandbox-push-key"}

    def call_of(self, request: Request) -> str:
        return CALLS.get(_fields(request).get("serviceCode", ""), "other")

    def provide(self, request: Request, trick: Trick) -> Answer:  # noqa: ARG002
        if request.path.startswith("/print/"):
            return self._file(request)
        fields = _fields(request)
        service = fields.get("serviceCode", "")
        if (request.method, request.path) != ("POST", "/std/service") or service not in CALLS:
            raise No("method")
        self._check(fields)
        told = self._acts()[CALLS[service]](json.loads(fields["msgData"]))
        return _outer(
            "A1000", "", {"success": True, "errorCode": "S0000", "errorMsg": None, **told}
        )

    def refuse(self, request: Request, no: No) -> Answer:
        if request.path.startswith("/print/"):
            return said({"message": no.why}, 403)
        if no.why in BEHIND:
            code, text = BEHIND[no.why]
            inner = {"success": False, "errorCode": code, "errorMsg": text, "msgData": None}
            return _outer("A1000", "", inner)
        return _outer(*GATEWAY.get(no.why, GATEWAY["param"]), None)

    def signed(self, text: str) -> str:
        raw = quote_plus(text, safe="*-._").replace("~", "%7E") if self.digest == "md5" else text
        if self.digest == "sm3":
            return hashlib.new("sm3", raw.encode()).hexdigest()
        return b64encode(hashlib.md5(raw.encode(), usedforsecurity=False).digest()).decode()

    def push(self, parcel: Parcel, scans: tuple[Scan, ...], trick: Trick) -> tuple[str, bytes]:
        """Only the last: what was heard is not told again."""
        route = {
            "id": f"{int(scans[-1].at)}{len(scans):03d}",
            "mailno": parcel.tracking,
            "orderid": parcel.idem,
            **_route(scans[-1]),
        }
        body = json.dumps({"Body": {"WaybillRoute": [route]}}, ensure_ascii=False).encode()
        return JSON, changed(body) if trick.is_("byte") else body

    def heard_well(self, status: int, body: bytes) -> bool:
        return status == 200 and b'"return_code":"0000"' in body.replace(b" ", b"")  # noqa: PLR2004

    def _acts(self) -> dict[str, Callable[[Asked], Asked]]:
        return {
            "create": lambda asked: {"msgData": self._create(asked)},
            "find": lambda asked: {"msgData": _order(self.of(asked["orderId"]))},
            "cancel": lambda asked: {"msgData": self._update(asked)},
            "track": lambda asked: {"msgData": self._routes(asked)},
            "print": self._print,
        }

    def _check(self, fields: dict[str, str]) -> None:
        if fields["partnerID"] != self.app_key or not fields["requestID"]:
            raise No("key")
        text = f"{fields['msgData']}{fields['timestamp']}{self.app_secret}"
        if not hmac.compare_digest(self.signed(text), fields["msgDigest"]):
            raise No("sign")
        stamp = int(fields["timestamp"])
        if abs((stamp / 1000 if stamp > MILLIS else stamp) - self.now) > TOLERANCE:
            raise No("time")

    def _create(self, asked: Asked) -> Asked:
        people = {int(one["contactType"]): one for one in asked["contactInfoList"]}
        for who, why in ((SENDER, "sender"), (RECEIVER, "receiver")):
            _whole(people.get(who, {}), why)
        if asked["payMethod"] == 1 and asked.get("monthlyCard") != self.customer:
            raise No("card")
        if not asked["orderId"] or not all(one["name"] for one in asked["cargoDetails"]):
            raise No("param")
        phone = _phone(people[RECEIVER])
        parcel = self.take(asked["orderId"], "sf", phone, int(asked.get("parcelQty", 1)))
        return _order(parcel)

    def _update(self, asked: Asked) -> Asked:
        parcel = self.of(asked["orderId"])
        if int(asked["dealType"]) == CANCEL:
            self.cancel(parcel)
        return {"orderId": parcel.idem, "resStatus": 2, "waybillNoInfoList": _numbers(parcel)}

    def _routes(self, asked: Asked) -> Asked:
        """Nothing is known of a parcel whose receiver's phone does not end so."""
        found = []
        for number in asked["trackingNumber"]:
            known = self.numbers.get(number, "") if _by_order(asked) else number
            parcel, last = self.parcels.get(known), str(asked.get("checkPhoneNo", ""))
            right = parcel and parcel.phone.endswith(last)
            routes = [_route(scan) for scan in parcel.scans] if parcel and right else []
            found.append({"mailNo": parcel.tracking if parcel else number, "routes": routes})
        return {"routeResps": found}

    def _print(self, asked: Asked) -> Asked:
        if not str(asked["templateCode"]).startswith("fm_") or asked["version"] != "2.0":
            raise No("template")
        numbers = [one["masterWaybillNo"] for one in asked["documents"]]
        if not 1 <= len(numbers) <= MOST_LABELS:
            raise No("param")
        files = [
            {
                "areaNo": 1,
                "pageNo": 1,
                "seqNo": no,
                "token": self._token(number),
                "url": f"{self.url}/print/{self.parcel(number).tracking}.pdf",
                "waybillNo": number,
            }
            for no, number in enumerate(numbers, 1)
        ]
        return {"obj": {"clientCode": self.app_key, "fileType": "pdf", "files": files}}

    def _file(self, request: Request) -> Answer:
        number = request.path.removeprefix("/print/").removesuffix(".pdf")
        if request.headers.get("x-auth-token") != self._token(number):
            raise No("token")
        return Answer(200, pdf(number), {"Content-Type": "application/pdf"})

    def _token(self, number: str) -> str:
        return f"AUTH_{self.signed(number).rstrip('=')}"


def _outer(code: str, text: str, inner: Asked | None) -> Answer:
    """Two answers in one: the inner is a text."""
    return said(
        {
            "apiErrorMsg": text,
            "apiResponseID": "sandbox",
            "apiResultCode": code,
            "apiResultData": None if inner is None else json.dumps(inner, ensure_ascii=False),
        }
    )


def _order(parcel: Parcel) -> Asked:
    label = {"destRouteLabel": "021WA", "proCode": "T6", "codingMapping": "F2"}
    return {
        "orderId": parcel.idem,
        "originCode": "571",
        "destCode": "021",
        "filterResult": 2,
        "remark": None,
        "waybillNoInfoList": _numbers(parcel),
        "routeLabelInfo": [{"code": "1000", "routeLabelData": label, "message": ""}],
    }


def _numbers(parcel: Parcel) -> list[Asked]:
    subs = [{"waybillType": SUB, "waybillNo": number} for number in parcel.subs]
    return [{"waybillType": MASTER, "waybillNo": parcel.tracking}, *subs]


def _route(scan: Scan) -> dict[str, str]:
    return {
        "acceptTime": local(scan.at),
        "acceptAddress": scan.place,
        "remark": scan.text,
        "opCode": CODES[scan.event],
    }


def _whole(person: Asked, why: str) -> None:
    try:
        bare(person.get("contact", ""))
        bare(_phone(person))
        bare(person.get("address", ""))
    except No as no:
        raise No(why) from no


def _phone(person: Asked) -> str:
    return str(person.get("mobile") or person.get("tel") or "")


def _by_order(asked: Asked) -> bool:
    return int(asked.get("trackingType", BY_WAYBILL)) == BY_ORDER


def _fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
