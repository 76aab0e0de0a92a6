"""Accounts with carriers, waybills that are wanted, and pushes of theirs."""

import json
from typing import Any
from urllib.parse import urlencode

from shared.domain.content import Receiver
from shared.gateways.carriers.port import Account, Goods, Made, Token, Waybill
from shared.gateways.channels.port import Incoming

SENDER = Receiver("仓库", "02188880000", "上海市", "上海市", "青浦区", "华新镇", "华徐公路 1 号")
RECEIVER = Receiver(
    "王小明", "13800000000", "浙江省", "杭州市", "余杭区", "仓前街道", "文一西路 1 号"
)
MASKED = Receiver("王**", "138****0000", "浙江省", "杭州市", "余杭区", "仓前街道", "文一****")
TOKEN = Token("oaid", "oaid-1", "4200000000000000001", MASKED)
IDEM = "T1-1001-1"


def account(kind: str, **changes: Any) -> Account:
    given = {
        "id": "a1",
        "kind": kind,
        "app_key": "12345678",
        "customer": "7551234567",
        "secrets": changes.pop("secrets", {}),
        "options": changes.pop("options", {}),
    }
    return Account(**{**given, **changes})


def wanted(carrier: str, **changes: Any) -> Waybill:
    given: dict[str, Any] = {
        "idem": IDEM,
        "carrier": carrier,
        "sender": SENDER,
        "receiver": RECEIVER,
        "goods": (Goods("台灯", 2), Goods("灯泡", 1)),
        "grams": 1250,
    }
    return Waybill(**{**given, **changes})


def made(carrier: str, tracking: str = "N1", ref: str = "") -> Made:
    return Made(IDEM, carrier, tracking, ref=ref)


def posted(body: bytes, kind: str = "application/json", **query: str) -> Incoming:
    return Incoming("POST", query, {"content-type": kind}, body)


def filled(fields: dict[str, str], **query: str) -> Incoming:
    return posted(urlencode(fields).encode(), "application/x-www-form-urlencoded", **query)


def compact(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
