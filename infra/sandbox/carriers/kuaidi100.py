"""Kuaidi100, a gateway to carriers, as its documents tell it, for one merchant."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from infra.sandbox import top
from infra.sandbox.carriers.depot import ENDS, Depot, Parcel, Scan, bare
from infra.sandbox.carriers.labels import PNG
from infra.sandbox.desk import changed
from infra.sandbox.mischief import Trick
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No
from infra.sandbox.times import local

FORM = "application/x-www-form-urlencoded"
LABEL, POLL, QUERY, IMAGE = "/label/order", "/poll", "/poll/query.do", "/label/"
OPENS = ("taobao", "cainiao")  # by whose leave it opens the tokens of Taobao's orders
HEARD = b'{"result":true,"returnCode":"200","message":"\xe6\x88\x90\xe5\x8a\x9f"}'
CARRIERS = {
    "shunfeng": "sf",
    "jd": "jd",
    "zhongtong": "zto",
    "yuantong": "yto",
    "shentong": "sto",
    "yunda": "yunda",
    "jtexpress": "jt",
    "ems": "ems",
    "debangkuaidi": "deppon",
}
NAMES = {carrier: name for name, carrier in CARRIERS.items()}
LABEL_CODES = {
    "param": (30001, "参数错误"),
    "sign": (30002, "验证签名失败"),
    "key": (30003, "账号信息不正确"),
    "absent": (30009, "查无此单"),
    "busy": (-1, "服务器错误"),
    "receiver": (30001, "收件人信息错误"),
    "token": (30001, "oaid 与订单不符"),
    "state": (30006, "快递公司返回：快件已揽收，取消失败"),
    "cancelled": (30006, "快递公司返回：订单已取消"),
}
POLL_CODES = {
    "param": ("700", "参数错误"),
    "key": ("600", "您不是合法的订阅者"),
    "carrier": ("701", "拒绝订阅的快递公司"),
    "done": ("501", "重复订阅"),
    "busy": ("500", "服务器错误"),
}
QUERY_CODES = {
    "param": ("400", "参数错误"),
    "sign": ("503", "验证签名失败"),
    "phone": ("408", "快递公司参数异常：验证码错误"),
    "absent": ("500", "查询无结果，请隔段时间再查"),
    "key": ("601", "KEY 已过期"),
    "busy": ("500", "服务器错误"),
}
STATES = {  # the usual, the finer
    "booked": ("1", "102"),
    "picked": ("1", "103"),
    "transit": ("0", "0"),
    "arrived": ("0", "1001"),
    "out": ("5", "5"),
    "locker": ("5", "501"),
    "problem": ("2", "204"),
    "signed": ("3", "301"),
    "other": ("3", "303"),
    "refused": ("14", "14"),
    "returning": ("6", "6"),
    "returned": ("4", "4"),
    "lost": ("2", "2"),
}
FINER = ("4", "6")  # resultv2
Asked = dict[str, Any]


class Kuaidi100(Depot):
    name = "kuaidi100"
    app_key, app_secret = "KDSANDBOX123", "sandbox-secret"
    buyer, salt = "SANDBOXCUSTOMER", "sandbox-salt"  # buyer: whom it calls `customer`
    customer = "partner-1001"

    def secrets(self) -> dict[str, str]:
        return {"customer": self.buyer, "secret": self.app_secret, "salt": self.salt}

    def options(self) -> dict[str, str]:
        return {"net": "taobao"}

    def back(self, parcel: Parcel) -> str:
        return str(self.followed.get(parcel.tracking, {}).get("callbackurl", ""))

    def call_of(self, request: Request) -> str:
        if request.path == LABEL:
            method = _fields(request).get("method", "other")
            return "create" if method == "order" else method
        return {POLL: "subscribe", QUERY: "track"}.get(request.path, "other")

    def provide(self, request: Request, trick: Trick) -> Answer:  # noqa: ARG002
        if request.path.startswith(IMAGE) and request.path != LABEL:
            return Answer(200, PNG, {"Content-Type": "image/png"})
        act = {LABEL: self._label, POLL: self._poll, QUERY: self._query}.get(request.path)
        if act is None or request.method != "POST":
            raise No("param", request.path)
        fields = _fields(request)
        return said(act(fields, json.loads(fields["param"])))

    def refuse(self, request: Request, no: No) -> Answer:
        if request.path == LABEL:
            code, text = LABEL_CODES.get(no.why, LABEL_CODES["param"])
            return said({"success": False, "code": code, "message": no.note or text, "time": 0})
        codes = POLL_CODES if request.path == POLL else QUERY_CODES
        known, text = codes.get(no.why, codes["param"])
        return said({"result": False, "returnCode": known, "message": no.note or text})

    def push(self, parcel: Parcel, scans: tuple[Scan, ...], trick: Trick) -> tuple[str, bytes]:
        """All of its way each time; without scans it is given up."""
        how = self.followed[parcel.tracking]
        over = scans and scans[-1].event in ENDS
        told = {
            "status": ("shutdown" if over else "polling") if scans else "abort",
            "billstatus": "",
            "message": "" if scans else "3天查询无记录",
            "autoCheck": "0",
            "comOld": "",
            "comNew": "",
            "lastResult": _result(parcel, scans, str(how.get("resultv2", ""))),
        }
        param = json.dumps(told, ensure_ascii=False)
        sign = {"sign": md5(param + str(how.get("salt", ""))).upper()}
        if trick.is_("byte"):
            param = changed(param.encode()).decode()
        return FORM, urlencode(
            {"param": param, **({} if trick.is_("unsigned") else sign)}
        ).encode()

    def heard_well(self, status: int, body: bytes) -> bool:
        """To the byte: anything else is told again."""
        return status == 200 and body == HEARD  # noqa: PLR2004

    def _actions(self) -> dict[str, Callable[[Asked], Answer]]:
        return super()._actions() | {"POST /abort": self._abort}

    def _abort(self, asked: Asked) -> Answer:
        """It gives up on a parcel of which nothing was heard for three days."""
        parcel = self.parcel(str(asked["tracking"]))
        self.tell(parcel, ())
        self.followed[parcel.tracking]["over"] = True
        return said({"tracking": parcel.tracking})

    def _label(self, fields: dict[str, str], param: Asked) -> Asked:
        if fields["key"] != self.app_key:
            raise No("key")
        text = f"{fields['param']}{fields['t']}{self.app_key}{self.app_secret}"
        if not hmac.compare_digest(md5(text).upper(), fields["sign"]):
            raise No("sign")
        acts: dict[str, Callable[[Asked], Asked]] = {
            "order": self._order,
            "cancel": self._cancel,
            "printOld": self._print,
        }
        return {"message": "success", "time": 0, **acts[fields["method"]](param)}

    def _order(self, param: Asked) -> Asked:
        """The same number again is another waybill, unless it shall not be."""
        if param["partnerId"] != self.customer or param["printType"] not in (
            "NON",
            "IMAGE",
            "HTML",
        ):
            raise No("param")
        for name in ("name", "printAddr"):
            bare(param["sendMan"][name])
        phone = self._receiver(param)
        if str(param.get("reorder", True)).lower() == "true":
            self.numbers.pop(param["orderId"], None)
        parcels = int(param.get("count") or 1) if param.get("needChild") == "1" else 1
        carrier = CARRIERS[param["kuaidicom"]]
        parcel, again = self.kept(param["orderId"], carrier, phone, parcels)
        label = f"{self.url}{IMAGE}{parcel.tracking}.png"
        data = {
            "taskId": f"task{parcel.tracking}",
            "kuaidinum": parcel.tracking,
            "childNum": ",".join(parcel.subs),
            "returnNum": "",
            "label": label if param["printType"] == "IMAGE" else "",
            "bulkpen": "210-C12",
            "kdComOrderNum": f"KD{parcel.idem}",
        }
        return {"success": True, "code": 30011 if again else 200, "data": data}

    def _receiver(self, param: Asked) -> str:
        """His phone: as it is said, or as his token opens."""
        man = param["recMan"]
        if token := param.get("oaid") or man.get("oaid"):
            if param.get("net") not in OPENS or token != top.oaid(str(param.get("thirdOrderId"))):
                raise No("token")
            return str(man.get("mobile", ""))[-4:]
        for name in ("name", "printAddr"):
            bare(man.get(name, ""))
        return bare(str(man.get("mobile") or man.get("tel") or ""))

    def _cancel(self, param: Asked) -> Asked:
        parcel = self.parcel(param["kuaidinum"])
        if param["kuaidicom"] != NAMES[parcel.carrier] or param["partnerId"] != self.customer:
            raise No("param")
        if param.get("orderId") != f"KD{parcel.idem}":
            raise No("param", "orderId 不能为空")
        self.cancel(parcel)
        return {"success": True, "code": 200}

    def _print(self, param: Asked) -> Asked:
        parcel = self.parcel(param["taskId"].removeprefix("task"))
        return {"success": True, "code": 200, "data": f"{self.url}{IMAGE}{parcel.tracking}.png"}

    def _poll(self, fields: dict[str, str], param: Asked) -> Asked:
        if fields["schema"] != "json" or not param["parameters"]["callbackurl"]:
            raise No("param")
        if param["key"] != self.app_key:
            raise No("key")
        if param["company"] not in CARRIERS:
            raise No("carrier")
        known = self.followed.get(param["number"])
        if known and "over" not in known:
            raise No("done")
        self.followed[param["number"]] = param["parameters"]
        return {"result": True, "returnCode": "200", "message": "提交成功"}

    def _query(self, fields: dict[str, str], param: Asked) -> Asked:
        if fields["customer"] != self.buyer:
            raise No("key")
        text = f"{fields['param']}{self.app_key}{self.buyer}"
        if not hmac.compare_digest(md5(text).upper(), fields["sign"]):
            raise No("sign")
        parcel = self.parcels.get(param["num"])
        if parcel is None or param["com"] != NAMES[parcel.carrier] or not parcel.scans:
            raise No("absent")
        if parcel.carrier == "sf" and str(param.get("phone"))[-4:] != parcel.phone[-4:]:
            raise No("phone")
        return _result(parcel, tuple(parcel.scans), str(param.get("resultv2", "")))


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _result(parcel: Parcel, scans: tuple[Scan, ...], version: str) -> Asked:
    """All of its way, the newest first."""
    finer = version in FINER
    rows = [
        {
            "time": local(scan.at),
            "ftime": local(scan.at),
            "context": scan.text,
            **(
                {"status": scan.event, "location": scan.place, "areaName": scan.place}
                if version
                else {}
            ),
            **({"statusCode": STATES[scan.event][1]} if finer else {}),
        }
        for scan in reversed(scans)
    ]
    state = STATES[scans[-1].event][1 if finer else 0] if scans else "0"
    return {
        "message": "ok",
        "state": state,
        "status": "200",
        "condition": "00",
        "ischeck": "1" if state.startswith("3") else "0",
        "com": NAMES[parcel.carrier],
        "nu": parcel.tracking,
        "data": rows,
    }


def _fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
