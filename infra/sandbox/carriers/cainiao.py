"""Cainiao's waybills as TOP's documents tell them, and its own pushes, for one merchant."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from infra.sandbox import top
from infra.sandbox.carriers.depot import Depot, Parcel, Scan, bare
from infra.sandbox.desk import changed
from infra.sandbox.mischief import Trick
from infra.sandbox.server import Answer, Request
from infra.sandbox.stand import No
from infra.sandbox.times import local
from infra.sandbox.top import Fields

FORM = "application/x-www-form-urlencoded"
REFRESH = "taobao.top.auth.token.refresh"
MOST = 10  # waybills of one call
CALLS = {
    "cainiao.waybill.ii.get": "create",
    "cainiao.waybill.ii.cancel": "cancel",
    "cainiao.waybill.ii.query.by.waybillcode": "print",
    "cainiao.waybill.ii.search": "other",
    REFRESH: "token",
}
CARRIERS = {
    "SF": "sf",
    "JD": "jd",
    "ZTO": "zto",
    "YTO": "yto",
    "STO": "sto",
    "YUNDA": "yunda",
    "JTSD": "jt",
    "EMS": "ems",
    "DBKD": "deppon",
}
NAMES = {carrier: name for name, carrier in CARRIERS.items()}
REFUSED = {
    "absent": ("isv.waybill-not-exist", "面单号不存在"),
    "state": ("isv.waybill-already-used", "面单已揽收，不能取消"),
    "cancelled": ("isv.waybill-cancelled", "面单号已取消"),
    "receiver": ("isv.recipient-error", "收件人信息不完整"),
    "oaid": ("isv.oaid-error", "oaid 与订单号不匹配"),
    "sender": ("isv.sender-address-error", "发货地址不是已开通的网点地址"),
    "user": ("isv.user-error", "user_id 不是授权的商家"),
    "template": ("isv.template-error", "模板地址不正确"),
}
Asked = dict[str, Any]


class Cainiao(Depot):
    name = "cainiao"
    customer = "cn-1001"
    expires = True
    user = "1001"  # the merchant's number at Taobao
    link_key = "8026ny111111111111"
    sender = ("上海市", "上海市", "青浦区")  # of the branch that gives the waybills

    def secrets(self) -> dict[str, str]:
        return {
            "app_secret": self.app_secret,
            "access_token": self.tokens.access,
            "refresh_token": self.tokens.refresh,
            "link_key": self.link_key,
        }

    def options(self) -> dict[str, str]:
        template = "http://cloudprint.cainiao.com/template/standard/401/198"
        return {"template": template, "user_id": self.user}

    def call_of(self, request: Request) -> str:
        return CALLS.get(top.fields_of(request).get("method", ""), "other")

    def provide(self, request: Request, trick: Trick) -> Answer:  # noqa: ARG002
        fields = top.fields_of(request)
        method = fields.get("method", "")
        if (request.method, request.path) != (
            "POST",
            "/router/rest",
        ) or method not in self._acts():
            raise No("method")
        top.check(self, fields)
        if method != REFRESH and fields.get("session") != self.tokens.access:
            raise No("token")
        return top.answered(method, self._acts()[method](fields))

    def refuse(self, _: Request, no: No) -> Answer:
        return top.refused(no, REFUSED)

    def push(self, parcel: Parcel, scans: tuple[Scan, ...], trick: Trick) -> tuple[str, bytes]:
        """The last of its way, signed over the bytes of what is said."""
        told = {
            "mailNo": parcel.tracking,
            "cpCode": NAMES[parcel.carrier],
            "action": scans[-1].event.upper(),
            "time": local(scans[-1].at),
            "city": scans[-1].place,
            "desc": scans[-1].text,
        }
        content = json.dumps(told, ensure_ascii=False)
        digest = link_digest(content, self.link_key)
        fields = {
            "msg_type": "TRACE_PUSH",
            "logistic_provider_id": NAMES[parcel.carrier],
            "to_code": self.customer,
            "logistics_interface": changed(content.encode()).decode()
            if trick.is_("byte")
            else content,
            **({} if trick.is_("unsigned") else {"data_digest": digest}),
        }
        return FORM, urlencode(fields).encode()

    def heard_well(self, status: int, body: bytes) -> bool:
        try:
            told = json.loads(body)
        except ValueError:
            return False
        return status // 100 == 2 and str(told.get("success")).lower() == "true"  # noqa: PLR2004

    def _acts(self) -> dict[str, Callable[[Fields], Asked]]:
        return {
            "cainiao.waybill.ii.get": self._get,
            "cainiao.waybill.ii.cancel": self._cancel,
            "cainiao.waybill.ii.query.by.waybillcode": self._query,
            "cainiao.waybill.ii.search": self._search,
            REFRESH: lambda fields: top.renewed(self, fields),
        }

    def _get(self, fields: Fields) -> Asked:
        asked = json.loads(fields["param_waybill_cloud_print_apply_new_request"])
        place = asked["sender"]["address"]
        if (place["province"], place["city"], place["district"]) != self.sender:
            raise No("sender")
        bare(asked["sender"]["name"])
        wanted = asked["trade_order_info_dtos"]
        wanted = wanted if isinstance(wanted, list) else [wanted]
        if not 1 <= len(wanted) <= MOST:
            raise No("param", "trade_order_info_dtos")
        return _modules([self._one(asked["cp_code"], each) for each in wanted])

    def _one(self, code: str, wanted: Asked) -> Asked:
        """The same parcel of the same orders again has the waybill that it has."""
        if str(wanted["user_id"]) != self.user:
            raise No("user")
        if not wanted["template_url"].startswith("http://cloudprint.cainiao.com/template/"):
            raise No("template")
        if not wanted["order_info"]["order_channels_type"] or not all(
            int(one["count"]) > 0 and one["name"] for one in wanted["package_info"]["items"]
        ):
            raise No("param")
        orders = ",".join(sorted(wanted["order_info"]["trade_order_list"]))
        idem = f"{code}/{orders}/{wanted['package_info']['id']}"
        phone = _receiver(wanted["recipient"])
        if idem in self.numbers and self.of(idem).cancelled:
            del self.numbers[idem]
        parcel, _ = self.kept(idem, CARRIERS[code], phone)
        return {"object_id": wanted["object_id"], **_printed(parcel)}

    def _cancel(self, fields: Fields) -> Asked:
        self.cancel(self._known(fields))
        return {"cancel_result": True}

    def _query(self, fields: Fields) -> Asked:
        found = []
        for each in json.loads(fields["param_list"]):
            parcel = self._known(each)
            told = {"object_id": each["object_id"], "success": True}
            found.append({**told, "waybill_cloud_print_response": _printed(parcel)})
        return {"modules": {"waybill_cloud_print_with_result_desc_response": found}}

    def _search(self, fields: Fields) -> Asked:
        province, city, district = self.sender
        place = {
            "province": province,
            "city": city,
            "district": district,
            "detail": "华徐公路 1 号",
        }
        branch = {
            "branch_code": "200001",
            "branch_name": "青浦网点",
            "quantity": 1000,
            "shipp_address_cols": {"address_dto": [place]},
        }
        cols = {"waybill_branch_account": [branch]}
        code = fields.get("cp_code", "ZTO")
        info = {"cp_code": code, "cp_type": 2, "branch_account_cols": cols}
        return {"waybill_apply_subscription_cols": {"waybill_apply_subscription_info": [info]}}

    def _known(self, asked: dict[str, Any]) -> Parcel:
        parcel = self.parcel(asked["waybill_code"])
        if NAMES[parcel.carrier] != asked["cp_code"]:
            raise No("absent")
        return parcel


def link_digest(content: str, key: str) -> str:
    return b64encode(
        hashlib.md5((content + key).encode(), usedforsecurity=False).digest()
    ).decode()


def _receiver(person: Asked) -> str:
    """His phone: as it is said, or as far as it is shown where a token stands for him."""
    phone = str(person.get("mobile") or person.get("phone") or "")
    if person.get("oaid"):
        if person["oaid"] != top.oaid(str(person.get("tid"))):
            raise No("oaid")
        return phone
    bare(person.get("name", ""))
    bare(person["address"].get("detail", ""))
    return bare(phone)


def _printed(parcel: Parcel) -> Asked:
    """Sealed: the printer's own program reads it."""
    sealed = b64encode(f"sealed {parcel.tracking}".encode()).decode()
    data = {
        "encryptedData": f"AES:{sealed}",
        "signature": "MD:sandbox",
        "templateURL": "http://cloudprint.cainiao.com/template/standard/401/198",
        "ver": "waybill_print_secret_version_1",
    }
    return {
        "waybill_code": parcel.tracking,
        "cp_code": NAMES[parcel.carrier],
        "real_cp_code": NAMES[parcel.carrier],
        "print_data": json.dumps(data),
    }


def _modules(rows: list[Asked]) -> Asked:
    return {"modules": {"waybill_cloud_print_response": rows}}
