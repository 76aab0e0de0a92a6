"""JD Logistics' open platform (JDL) as its documents tell it, for one merchant."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from infra.sandbox.carriers.depot import Depot, Parcel, Scan, bare
from infra.sandbox.desk import changed
from infra.sandbox.mischief import Trick
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import LIFE, No
from infra.sandbox.times import local, moment

TOLERANCE = 600  # seconds
B2C = 1
JSON = "application/json;charset=utf-8"
REFRESH = "/oauth/refresh"
GATEWAY = {  # what the gateway refuses
    "busy": (2, "限制时间内调用失败次数", "App Call Limited"),
    "time": (8, "非法的时间戳参数", "Invalid Timestamp"),
    "sign": (12, "无效签名", "Invalid Signature"),
    "method": (15, "不存在的方法名", "Invalid Method"),
    "token": (19, "无效access_token", "Invalid AccessToken"),
    "key": (21, "无效app_key", "Invalid App Key"),
    "array": (62, "参数格式错误", "Invalid Parameter"),
}
WORDS = {  # what the services behind it refuse
    "param": (1001, "参数校验失败"),
    "phone": (1004, "手机号后四位与下单时不一致"),
    "customer": (1002, "商家编码不存在"),
    "receiver": (1003, "收件人信息不完整"),
    "absent": (2001, "运单不存在"),
    "state": (2002, "运单已揽收，不能取消"),
    "cancelled": (2003, "订单已取消，请勿重复取消"),
    "used": (2004, "订单号已取消，不能重复使用"),
    "refresh": (3001, "refresh_token 无效"),
}
CALLS = {  # of each: its kind, and by which domain it is called
    "/ecap/v1/orders/create": ("create", ("ECAP", "jdecap")),
    "/ecap/v1/orders/cancel": ("cancel", ("ECAP", "jdecap")),
    "/ecap/v1/orders/trace/query": ("track", ("ECAP", "jdecap")),
    "/ecap/v1/orders/trace/subscribe": ("subscribe", ("ECAP", "jdecap")),
    "/PullDataService/pullData": ("print", ("jdcloudprint",)),
}
STATES = {  # category, its name, the title of what happened
    "booked": (390, "揽收中", "揽收任务分配"),
    "picked": (420, "已揽收", "揽收"),
    "transit": (430, "运输中", "封车"),
    "arrived": (430, "运输中", "站点收货"),
    "out": (440, "派送中", "派件"),
    "locker": (440, "派送中", "自提柜暂存"),
    "problem": (440, "派送中", "派送异常"),
    "signed": (510, "妥投", "妥投"),
    "other": (510, "妥投", "妥投"),
    "refused": (530, "拒收", "拒收"),
    "returning": (540, "退回中", "退回"),
    "returned": (550, "已退回", "退回签收"),
    "lost": (560, "异常", "丢失"),
}
Asked = dict[str, Any]


class Jdl(Depot):
    name = "jdl"
    customer = "010K123456"
    expires = True

    def secrets(self) -> dict[str, str]:
        return {
            "app_secret": self.app_secret,
            "access_token": self.tokens.access,
            "refresh_token": self.tokens.refresh,
            "push_key": "sandbox-push-key",
        }

    def back(self, parcel: Parcel) -> str:
        return self.push_url if parcel.tracking in self.followed else ""

    def call_of(self, request: Request) -> str:
        return "token" if request.path == REFRESH else CALLS.get(request.path, ("other",))[0]

    def provide(self, request: Request, trick: Trick) -> Answer:  # noqa: ARG002
        query = dict(parse_qsl(request.query))
        if request.path == REFRESH:
            return self._refresh(query)
        if request.method != "POST" or request.path not in CALLS:
            raise No("method")
        self._check(query, request)
        asked = json.loads(request.body)
        if not isinstance(asked, list) or len(asked) != 1:
            raise No("array")
        acts: dict[str, Callable[[Asked], Asked]] = {
            "create": self._create,
            "cancel": self._cancel,
            "track": self._trace,
            "subscribe": self._subscribe,
        }
        kind = CALLS[request.path][0]
        if kind == "print":
            return said(self._pull(asked[0]))
        if asked[0]["orderOrigin"] != B2C or asked[0]["customerCode"] != self.customer:
            raise No("customer")
        return _said(0, "成功", **acts[kind](asked[0]))

    def refuse(self, request: Request, no: No) -> Answer:
        if no.why in GATEWAY:
            code, zh, en = GATEWAY[no.why]
            return said({"error_response": {"code": code, "zh_desc": zh, "en_desc": en}})
        code, text = WORDS.get(no.why, WORDS["param"])
        if request.path == REFRESH:
            return said({"code": code, "message": text, "enMessage": None, "data": None})
        return _said(code, no.note or text)

    def signed(self, content: str, algorithm: str) -> str:
        """md5-salt, or one of the HMACs; the secret stands on both sides of what is signed."""
        raw = f"{self.app_secret}{content}{self.app_secret}".encode()
        if algorithm == "md5-salt":
            return hashlib.md5(raw, usedforsecurity=False).hexdigest()
        digest = algorithm.removeprefix("HMac").lower()
        return b64encode(hmac.digest(self.app_secret.encode(), raw, digest)).decode()

    def push(self, parcel: Parcel, scans: tuple[Scan, ...], trick: Trick) -> tuple[str, bytes]:
        """Only the last; it is not signed."""
        told = {"orderId": parcel.idem, "scanType": "0", **_detail(parcel, scans[-1])}
        body = json.dumps(told, ensure_ascii=False).encode()
        return JSON, changed(body) if trick.is_("byte") else body

    def heard_well(self, status: int, body: bytes) -> bool:
        return status // 100 == 2 and b'"code":"0"' in body.replace(b" ", b"")  # noqa: PLR2004

    def _check(self, query: dict[str, str], request: Request) -> None:
        if query.get("app_key") != self.app_key or query["LOP-DN"] not in CALLS[request.path][1]:
            raise No("key")
        names = ("access_token", "app_key")
        content = "".join(f"{name}{query[name]}" for name in names)
        content += f"method{request.path}param_json{request.body.decode()}"
        content += f"timestamp{query['timestamp']}v{query['v']}"
        signed = self.signed(content, query["algorithm"])
        if query["v"] != "2.0" or not hmac.compare_digest(signed, query["sign"]):
            raise No("sign")
        if abs(moment(query["timestamp"]) - self.now) > TOLERANCE:
            raise No("time")
        if query["access_token"] != self.tokens.access:
            raise No("token")

    def _create(self, asked: Asked) -> Asked:
        """The same number again has the waybill that it has."""
        for who in ("senderContact", "receiverContact"):
            for name in ("name", "mobile", "fullAddress"):
                bare(asked[who].get(name, ""))
        if not asked["productsReq"]["productCode"] or not asked["cargoes"][0]["weight"]:
            raise No("param")
        idem, phone = asked["orderId"], asked["receiverContact"]["mobile"]
        parcel, again = self.kept(idem, "jd", phone)
        if parcel.cancelled:
            raise No("used")
        data = {"orderCode": f"EO{parcel.tracking}", "waybillCode": parcel.tracking}
        more = {"subCode": "0_0001", "subMsg": "商家订单号已被使用"}
        return {"data": data, **(more if again else {})}

    def _cancel(self, asked: Asked) -> Asked:
        parcel = self.parcel(asked["waybillCode"])
        if not asked["cancelReason"]:
            raise No("param")
        self.cancel(parcel)
        return {"data": {"waybillCode": parcel.tracking}}

    def _trace(self, asked: Asked) -> Asked:
        parcel = self.parcel(asked["waybillCode"])
        return {"data": {"traceDetails": [_detail(parcel, scan) for scan in parcel.scans]}}

    def _subscribe(self, asked: Asked) -> Asked:
        parcel = self.parcel(asked["waybillCode"])
        if asked["mobile"] != parcel.phone[-4:]:
            raise No("phone")
        self.followed[parcel.tracking] = asked["mobile"]
        return {"data": "订阅成功"}

    def _pull(self, asked: Asked) -> Asked:
        """Sealed: the printer's own program reads it."""
        if asked["parameters"]["ewCustomerCode"] != self.customer:
            raise No("customer")
        told = {"code": "1", "message": "操作成功！", "objectId": asked["objectId"]}
        numbers = [one["jdWayBillCode"] for one in asked["wayBillInfos"]]
        return {**told, "prePrintDatas": [_sealed(self.parcel(number)) for number in numbers]}

    def _refresh(self, query: dict[str, str]) -> Answer:
        names = ("app_key", "refresh_token", "timestamp")
        content = "".join(f"{name}{query[name]}" for name in names)
        if query["app_key"] != self.app_key:
            raise No("key")
        if not hmac.compare_digest(self.signed(content, "md5-salt"), query["sign"]):
            raise No("sign")
        self.tokens = self.tokens.renewed(query["refresh_token"])
        data = {
            "accessToken": self.tokens.access,
            "accessExpire": local(self.tokens.ends),
            "refreshToken": self.tokens.refresh,
            "refreshExpire": local(self.tokens.ends + LIFE),
            "clientId": self.app_key,
            "sellerId": "sandbox",
        }
        return said({"code": 1000, "message": "success", "enMessage": None, "data": data})


def _said(code: int, text: str, **more: Any) -> Answer:
    return said({"code": code, "success": not code, "msg": text, "requestId": "sandbox", **more})


def _detail(parcel: Parcel, scan: Scan) -> Asked:
    category, name, title = STATES[scan.event]
    return {
        "waybillCode": parcel.tracking,
        "category": category,
        "categoryName": name,
        "operationTitle": title,
        "operationRemark": scan.text,
        "operationTime": local(scan.at),
        "operateSite": scan.place,
        "state": "200001",
    }


def _sealed(parcel: Parcel) -> Asked:
    return {
        "code": "1",
        "msg": "操作成功！",
        "packageCode": f"{parcel.tracking}-1-1-",
        "perPrintData": b64encode(f"sealed {parcel.tracking}".encode()).decode(),
        "wayBillNo": parcel.tracking,
    }
