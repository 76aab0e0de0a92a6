"""Kdniao (快递鸟), a gateway to carriers, as its documents tell it, for one merchant."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from infra.sandbox.carriers.depot import Depot, Parcel, Scan, bare
from infra.sandbox.desk import changed
from infra.sandbox.mischief import Trick
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No
from infra.sandbox.times import local

FORM = "application/x-www-form-urlencoded;charset=utf-8"
ORDERS, QUERIES, DIST = "/api/EOrderService", "/Ebusiness/EbusinessOrderHandle.aspx", "/api/dist"
FORBIDDEN = set("'\"#&+<>%\\")  # in any text of an order
FINER = ("8001", "8008")  # whoever pays more is told more
CALLS = {  # of each type: its kind, and where it is asked
    "1007": ("create", ORDERS),
    "1147": ("cancel", ORDERS),
    "1002": ("track", QUERIES),
    "8001": ("track", QUERIES),
    "1008": ("subscribe", DIST),
    "8008": ("subscribe", DIST),
}
CARRIERS = {
    "SF": "sf",
    "JD": "jd",
    "ZTO": "zto",
    "YTO": "yto",
    "STO": "sto",
    "YD": "yunda",
    "JTSD": "jt",
    "EMS": "ems",
    "DBL": "deppon",
}
NAMES = {carrier: name for name, carrier in CARRIERS.items()}
CODES = {
    "param": ("101", "缺少必要参数"),
    "sign": ("102", "DataSign 校验失败"),
    "format": ("105", "包含特殊字符"),
    "key": ("103", "用户不存在"),
    "receiver": ("105", "收件人信息不完整"),
    "state": ("105", "快件已揽收，不能取消"),
    "cancelled": ("105", "订单已取消"),
    "absent": ("105", "订单号不存在"),
    "used": ("105", "该订单号已取消，不可重复使用"),
    "phone": ("105", "手机尾号校验失败"),
    "busy": ("405", "请求次数超过限制"),
}
STATES = {  # the usual, the finer
    "booked": ("0", "10"),
    "picked": ("1", "1"),
    "transit": ("2", "2"),
    "arrived": ("2", "201"),
    "out": ("2", "202"),
    "locker": ("2", "211"),
    "problem": ("4", "405"),
    "signed": ("3", "301"),
    "other": ("3", "304"),
    "refused": ("4", "404"),
    "returning": ("4", "407"),
    "returned": ("4", "406"),
    "lost": ("4", "4"),
}
Asked = dict[str, Any]


class Kdniao(Depot):
    name = "kdniao"
    app_key, app_secret = "1237100", "sandbox-api-key"
    customer = "kdn-1001"

    def secrets(self) -> dict[str, str]:
        return {"api_key": self.app_secret}

    def back(self, parcel: Parcel) -> str:
        return self.push_url if parcel.tracking in self.followed else ""

    def call_of(self, request: Request) -> str:
        return CALLS.get(_fields(request).get("RequestType", ""), ("other",))[0]

    def provide(self, request: Request, trick: Trick) -> Answer:  # noqa: ARG002
        fields = _fields(request)
        kind, path = CALLS.get(fields.get("RequestType", ""), ("", ""))
        if request.method != "POST" or request.path != path or fields["DataType"] != "2":
            raise No("param")
        if fields["EBusinessID"] != self.app_key:
            raise No("key")
        if not hmac.compare_digest(self.signed(fields["RequestData"]), fields["DataSign"]):
            raise No("sign")
        acts: dict[str, Callable[[Asked, str], Asked]] = {
            "create": self._create,
            "cancel": self._cancel,
            "track": self._track,
            "subscribe": self._subscribe,
        }
        asked = json.loads(fields["RequestData"])
        return said({"EBusinessID": self.app_key, **acts[kind](asked, fields["RequestType"])})

    def refuse(self, _: Request, no: No) -> Answer:
        code, text = CODES.get(no.why, CODES["param"])
        told = {"Success": False, "ResultCode": code, "Reason": no.note or text}
        return said({"EBusinessID": self.app_key, **told})

    def signed(self, data: str) -> str:
        """Of the small letters of the digest, not of its bytes."""
        digest = hashlib.md5((data + self.app_secret).encode(), usedforsecurity=False).hexdigest()
        return b64encode(digest.encode()).decode()

    def push(self, parcel: Parcel, scans: tuple[Scan, ...], trick: Trick) -> tuple[str, bytes]:
        finer = self.followed[parcel.tracking] in FINER
        told = {"EBusinessID": self.app_key, "CallBack": "", **_way(parcel, scans, finer)}
        data = json.dumps(
            {
                "EBusinessID": self.app_key,
                "PushTime": local(self.now),
                "Count": "1",
                "Data": [told],
            },
            ensure_ascii=False,
        )
        sign = self.signed(data)
        fields = {
            "RequestData": changed(data.encode()).decode() if trick.is_("byte") else data,
            "RequestType": "102" if finer else "101",
            "EBusinessID": self.app_key,
            "DataType": "2",
            **({} if trick.is_("unsigned") else {"DataSign": sign}),
        }
        return FORM, urlencode(fields).encode()

    def heard_well(self, status: int, body: bytes) -> bool:
        try:
            told = json.loads(body)
        except ValueError:
            return False
        right = told.get("EBusinessID") == self.app_key and bool(told.get("UpdateTime"))
        return status // 100 == 2 and right and told.get("Success") is True  # noqa: PLR2004

    def _create(self, asked: Asked, _: str) -> Asked:
        """A number that has a waybill is refused, and told what it has."""
        if any(FORBIDDEN & set(text) for text in _texts(asked)):
            raise No("format")
        if asked["CustomerName"] != self.customer or not asked["Commodity"][0]["GoodsName"]:
            raise No("param")
        for who in ("Sender", "Receiver"):
            for name in ("Name", "ProvinceName", "CityName", "Address"):
                bare(asked[who].get(name, ""))
        phone = bare(asked["Receiver"].get("Mobile") or asked["Receiver"].get("Tel") or "")
        if asked["OrderCode"] in self.numbers:
            return self._again(asked)
        carrier, parcels = CARRIERS[asked["ShipperCode"]], int(asked.get("Quantity", 1))
        parcel = self.take(asked["OrderCode"], carrier, phone, parcels)
        return {"Success": True, "ResultCode": "100", "Reason": "成功", **_waybill(parcel, asked)}

    def _again(self, asked: Asked) -> Asked:
        parcel = self.of(asked["OrderCode"])
        if parcel.cancelled:
            raise No("used")
        told = {"Success": False, "ResultCode": "106", "Reason": "该订单号已下单成功"}
        return {**told, **_waybill(parcel, asked)}

    def _cancel(self, asked: Asked, _: str) -> Asked:
        parcel = self.of(asked["OrderCode"])
        if (NAMES[parcel.carrier], parcel.tracking) != (asked["ShipperCode"], asked["ExpNo"]):
            raise No("absent")
        if asked["CustomerName"] != self.customer:
            raise No("param")
        self.cancel(parcel)
        return {"Success": True, "ResultCode": "100", "Reason": "成功"}

    def _track(self, asked: Asked, kind: str) -> Asked:
        parcel = self.parcels.get(asked["LogisticCode"])
        if parcel is None or NAMES[parcel.carrier] != asked["ShipperCode"] or not parcel.scans:
            told = {"LogisticCode": asked["LogisticCode"], "ShipperCode": asked["ShipperCode"]}
            return {**told, "State": "0", "Success": False, "Reason": "暂无轨迹信息", "Traces": []}
        if parcel.carrier == "sf" and asked.get("CustomerName") != parcel.phone[-4:]:
            raise No("phone")
        return _way(parcel, tuple(parcel.scans), kind in FINER)

    def _subscribe(self, asked: Asked, kind: str) -> Asked:
        if asked["ShipperCode"] not in CARRIERS:
            raise No("param")
        self.followed[asked["LogisticCode"]] = kind
        return {"UpdateTime": local(self.now), "Success": True, "Reason": ""}


def _waybill(parcel: Parcel, asked: Asked) -> Asked:
    order = {
        "OrderCode": parcel.idem,
        "ShipperCode": NAMES[parcel.carrier],
        "LogisticCode": parcel.tracking,
        "KDNOrderCode": f"KDN{parcel.tracking}",
        "MarkDestination": "210-C12",
        "PackageName": "上海转",
    }
    label = f"<html><body><p>{parcel.tracking}</p></body></html>"
    wanted = str(asked.get("IsReturnPrintTemplate")) == "1"
    return {
        "Order": order,
        "SubCount": len(parcel.subs),
        "SubOrders": list(parcel.subs),
        **({"PrintTemplate": label} if wanted else {}),
    }


def _way(parcel: Parcel, scans: tuple[Scan, ...], finer: bool) -> Asked:
    """All of it, the oldest first."""
    traces = [
        {
            "AcceptTime": local(scan.at),
            "AcceptStation": scan.text,
            "Remark": "",
            **({"Action": STATES[scan.event][1], "Location": scan.place} if finer else {}),
        }
        for scan in scans
    ]
    state, extra = STATES[scans[-1].event]
    return {
        "OrderCode": parcel.idem,
        "ShipperCode": NAMES[parcel.carrier],
        "LogisticCode": parcel.tracking,
        "Success": True,
        "Reason": "",
        "State": state,
        **({"StateEx": extra, "Location": scans[-1].place} if finer else {}),
        "Traces": traces,
    }


def _texts(asked: Any) -> list[str]:
    """All that is said, however deep."""
    if isinstance(asked, dict | list):
        inner = asked.values() if isinstance(asked, dict) else asked
        return [text for each in inner for text in _texts(each)]
    return [asked] if isinstance(asked, str) else []


def _fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
