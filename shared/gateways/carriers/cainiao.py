"""Cainiao's waybills by Taobao's open platform: it opens the platform's receivers by itself."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shared.domain.content import Receiver
from shared.domain.errors import Fault
from shared.domain.tracking import Event
from shared.gateways.carriers import common
from shared.gateways.carriers.common import Unsubscribed
from shared.gateways.carriers.port import (
    Account,
    Caps,
    Find,
    Form,
    Made,
    Parcel,
    Print,
    Push,
    Token,
    Told,
    Waybill,
)
from shared.gateways.channels import taobao
from shared.gateways.channels import wire as bytes_
from shared.gateways.channels.port import (
    Incoming,
    Link,
    Rate,
    Rejected,
    Tokens,
    Why,
    Wire,
)
from shared.gateways.talk import Reply, Unclear

MAKE, CANCEL = "cainiao.waybill.ii.get", "cainiao.waybill.ii.cancel"
QUERY = "cainiao.waybill.ii.query.by.waybillcode"
CHANNELS = {"oaid": "TB"}  # whose orders they are
OTHERS = "OTHERS"
WORDS = (
    ("已取消", Why.DONE),
    ("已发货", Why.STATE),
    ("已揽", Why.STATE),
    ("余额", Why.DENIED),
    ("不存在", Why.ABSENT),
)


class Cainiao(Unsubscribed):
    """Implements port.Carrier. What becomes of a parcel is asked of somebody else."""

    name = "cainiao"
    caps = Caps(
        tokens=("oaid",),
        print=Form.CLOUD,
        find=Find.AGAIN,
        push=Push.SIGNED,
        query=False,
        subscribe=False,
        subs=False,
        collect=False,
        rates={"": Rate(20)},
        life=taobao.YEAR,
    )
    secrets: tuple[str, ...] = ("app_secret", "access_token")
    options: tuple[str, ...] = ("template", "user_id", "brand", "product")
    carriers: Mapping[str, str] = taobao.Taobao.carriers

    def check(self, account: Account) -> list[Fault]:
        faults = common.lacking(account, *self.secrets)
        given = {name: account.option(name) for name in ("template", "user_id")}
        return faults + [Fault(f"options.{n}", "missing") for n, text in given.items() if not text]

    def refresh(self, wire: Wire, account: Account) -> Tokens:
        return taobao.Taobao().refresh(wire, _link(account))

    def create(self, wire: Wire, account: Account, wanted: Waybill) -> Made:
        asked = _wanted(account, wanted, common.known(self.carriers, wanted.carrier))
        name = "param_waybill_cloud_print_apply_new_request"
        told = _call(wire, account, MAKE, {name: bytes_.compact(asked)}, safe=False)
        with bytes_.reading(Unclear("waybill not understood")):
            rows = _rows(told, "waybill_cloud_print_response")
            (row,) = (each for each in rows if each.get("object_id") in (None, wanted.idem))
            return _made(self.carriers, wanted, row)

    def find(self, wire: Wire, account: Account, wanted: Waybill) -> Made | None:
        """The number of the package decides: another would cost another waybill."""
        return self.create(wire, account, wanted)

    def cancel(self, wire: Wire, account: Account, made: Made, why: str) -> None:
        cp_code = common.known(self.carriers, made.carrier)
        asked = {"cp_code": cp_code, "waybill_code": made.tracking}
        told = _call(wire, account, CANCEL, asked, safe=False)
        if told.get("cancel_result") not in taobao.YES:
            raise Rejected(Why.STATE, "not-cancelled", made.tracking)

    def print_data(self, wire: Wire, account: Account, made: Made) -> Print:
        cp_code = common.known(self.carriers, made.carrier)
        one = {"object_id": made.idem, "cp_code": cp_code, "waybill_code": made.tracking}
        told = _call(wire, account, QUERY, {"param_list": bytes_.compact([one])})
        with bytes_.reading(Unclear("label not understood")):
            row = _rows(told, "waybill_cloud_print_with_result_desc_response")[0]
            if row.get("success") in taobao.NO:
                text = str(row.get("error_message") or "")
                why = common.by_words(WORDS, text)
                raise Rejected(why, str(row.get("error_code") or ""), text)
            return _label(row["waybill_cloud_print_response"])

    def track(self, wire: Wire, account: Account, parcel: Parcel) -> tuple[Event, ...]:
        raise Rejected(Why.REFUSED, "no-tracking")

    def hear(self, account: Account, incoming: Incoming, now: str) -> Sequence[Told]:
        """Cainiao's own messages (LINK): which parcels changed."""
        fields = common.form(incoming)
        content, key = fields.get("logistics_interface", ""), account.secret("link_key")
        sign = fields.get("data_digest", "").replace(" ", "+")  # sent without being encoded
        common.signed(key, link_digest(content, key), sign)
        with bytes_.believing():
            told = bytes_.parsed(content.encode())
            number = str(told.get("mailNo") or told.get("waybillCode") or "")
            return [Told(number)] if number else []

    def ack(self, account: Account, incoming: Incoming, ok: bool, now: str) -> Reply:
        return common.answer({"success": "true" if ok else "false"})


def link_digest(content: str, secret: str) -> str:
    return common.digest(content + secret)


def _link(account: Account) -> Link:
    return Link(
        shop=account.id,
        channel="taobao",
        app_key=account.app_key,
        seller=account.option("user_id"),
        secrets=account.secrets,
        endpoint=account.endpoint,
    )


def _call(
    wire: Wire, account: Account, api: str, asked: Mapping[str, str], safe: bool = True
) -> dict[str, Any]:
    """What the platform refuses without a code of its own is read from its words."""
    try:
        return taobao.call(wire, _link(account), api, asked, safe)
    except Rejected as no:
        if no.why is not Why.REFUSED:
            raise
        raise Rejected(common.by_words(WORDS, no.text), no.code, no.text) from no


def _rows(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = told["modules"][name]
    return rows


def _wanted(account: Account, wanted: Waybill, cp_code: str) -> dict[str, Any]:
    common.uncollected(wanted)
    if wanted.parcels > 1:
        raise Rejected(Why.REFUSED, "one-parcel")
    return common.told(
        {
            "cp_code": cp_code,
            "customer_code": account.customer,
            "brand_code": account.option("brand"),
            "product_code": wanted.service or account.option("product"),
            "sender": {**_person(wanted.sender), "address": _address(wanted.sender)},
            "trade_order_info_dtos": [_order(account, wanted)],
        }
    )


def _order(account: Account, wanted: Waybill) -> dict[str, Any]:
    """One waybill: its package has our number, so that the same asked twice is one."""
    to = wanted.receiver
    channel = CHANNELS.get(to.kind, OTHERS) if isinstance(to, Token) else OTHERS
    number = to.order if isinstance(to, Token) else wanted.idem
    items = [{"name": each.name, "count": each.quantity} for each in wanted.goods]
    size = {"weight": wanted.grams, "volume": wanted.volume}
    return {
        "object_id": wanted.idem,
        "order_info": {"order_channels_type": channel, "trade_order_list": [number]},
        "package_info": {"id": wanted.idem, "items": items, **common.told(size)},
        "recipient": _recipient(to),
        "template_url": account.option("template"),
        "user_id": account.option("user_id"),
    }


def _recipient(to: Receiver | Token) -> dict[str, Any]:
    if not isinstance(to, Token):
        return {**_person(to), "address": _address(to)}
    if to.kind not in Cainiao.caps.tokens:
        raise Rejected(Why.REFUSED, "token", to.kind)
    known = {**_person(to.masked), "address": _address(to.masked)}
    return {**known, "oaid": to.value, "tid": to.order}


def _person(person: Receiver) -> dict[str, str]:
    return {"name": person.name, "mobile": person.phone}


def _address(person: Receiver) -> dict[str, Any]:
    return common.told(
        {
            "province": person.province,
            "city": person.city,
            "district": person.district,
            "town": person.town,
            "detail": person.address,
        }
    )


def _made(carriers: Mapping[str, str], wanted: Waybill, row: Mapping[str, Any]) -> Made:
    real = common.ours(carriers, str(row.get("real_cp_code") or ""))
    return Made(
        idem=wanted.idem,
        carrier=real or wanted.carrier,
        tracking=common.number(row, "waybill_code"),
        ref=str(row.get("parent_waybill_code") or ""),
        label=_label(row),
    )


def _label(row: Mapping[str, Any]) -> Print:
    """As it came: it is signed, and only the local print client opens it."""
    data = row["print_data"]
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return Print(Form.CLOUD, text.encode())
