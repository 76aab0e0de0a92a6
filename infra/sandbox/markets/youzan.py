"""Youzan's open platform as its documents tell it, for one shop."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, quote

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from infra.sandbox.book import yuan
from infra.sandbox.markets.market import Market
from infra.sandbox.markets.orders import DAY, Line, Order
from infra.sandbox.markets.refunds import STATUSES, Refund
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import Notice
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No, Tokens

CHINA = timezone(timedelta(hours=8))
CLOCK = "%Y-%m-%d %H:%M:%S"
MOST_PAGE, MOST_PAGES, LONGEST = 100, 100, 92 * DAY
MOST_REFUNDS = 3000  # of a window that pages reach
SHOP = "1001"
BLOCK, START = 16, b"0102030405060708"
STATES = {
    "pending": "WAIT_BUYER_PAY",
    "on-hold": "WAIT_CONFIRM",
    "ready": "WAIT_SELLER_SEND_GOODS",
    "partly": "WAIT_SELLER_SEND_GOODS",
    "shipped": "WAIT_BUYER_CONFIRM_GOODS",
    "signed": "TRADE_BUYER_SIGNED",
    "completed": "TRADE_SUCCESS",
    "refunded": "TRADE_CLOSED",
    "cancelled": "TRADE_CLOSED",
}
CODES = {
    "token": (4203, "access_token 已失效"),
    "busy": (4005, "请求过于频繁"),
    "absent": (50004, "订单不存在"),
    "done": (101304004, "订单已发货"),
    "state": (101304003, "订单状态不允许发货"),
    "refund": (101304005, "商品正在维权中"),
    "no-refund": (50005, "退款单不存在"),
    "moved": (101304006, "退款单已变化"),
    "param": (4001, "参数错误"),
    "method": (4004, "接口不存在"),
}
CALLS = {
    "youzan.trades.sold.get": "list",
    "youzan.trade.get": "order",
    "youzan.logistics.online.confirm": "ship",
    "youzan.trade.dc.operate.orderpartsend": "ship",
    "youzan.item.quantity.update": "stock",
    "youzan.shop.get": "other",
    "youzan.trade.refund.search": "refunds",
    "youzan.trade.refund.get": "refund",
    "youzan.trade.refund.agree": "decide",
    "youzan.trade.refund.refuse": "decide",
}


class Youzan(Market):
    name = "youzan"
    app_key = "sandbox-client-id"
    app_secret = "sandbox-client-secret-0123456789"
    pushes = True
    seals = False  # whether the merchant chose that what is told comes encrypted

    def link(self) -> dict[str, Any]:
        return {**super().link(), "seller": SHOP}

    def call_of(self, request: Request) -> str:
        return "token" if request.path == "/auth/token" else CALLS.get(_method(request), "other")

    def provide(self, request: Request, trick: Trick) -> Answer:
        asked = json.loads(request.body or b"{}")
        if request.path == "/auth/token":
            return self._token(asked)
        method = _method(request)
        if request.method != "POST" or method not in CALLS:
            raise No("method")
        if parse_qs(request.query).get("access_token", [""])[-1] != self.tokens.access:
            raise No("token")
        acts: dict[str, Callable[[dict[str, Any], Trick], Any]] = {
            "list": self._list,
            "order": self._one,
            "ship": self._send,
            "stock": self._stock,
            "other": lambda *_: {"name": "沙箱小店", "id": SHOP},
        }
        acts |= {
            "refunds": self._backs,
            "refund": lambda asked, _: _back(self.refunds.get(str(asked["refund_id"]))),
            "decide": lambda asked, _: self._decide(asked, agree=method.endswith("agree")),
        }
        data = acts[CALLS[method]](asked, trick)
        return said({"success": True, "code": 200, "data": data, "message": "successful"})

    def refuse(self, _: Request, no: No) -> Answer:
        code, text = CODES.get(no.why, CODES["param"])
        error = {"success": False, "code": code, "message": no.note or text, "data": None}
        return said({**error, "gw_err_resp": {"err_code": code, "err_msg": no.note or text}})

    def push(self, order: Order) -> Notice:
        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            news = json.dumps({"tid": order.number, "status": STATES[order.state]})
            body = json.dumps(
                {
                    "mode": 1,
                    "id": order.number,
                    "client_id": self.app_key,
                    "type": "trade_TradeOrderState",
                    "status": STATES[order.state],
                    "msg": quote(self.sealed(news) if self.seals else news, safe=""),
                    "kdt_id": int(SHOP),
                    "version": int(order.modified),
                    "test": False,
                    "send_count": 1,
                }
            ).encode()
            told = body[:-1] + b" }" if trick.is_("byte") else body
            headers = {"Content-Type": "application/json"}
            return {**headers, "Event-Sign": self.event_sign(body)}, told

        return Notice(f"order {order.number}", self.push_url, write)

    def event_sign(self, body: bytes) -> str:
        raw = self.app_key.encode() + body + self.app_secret.encode()
        return hashlib.md5(raw, usedforsecurity=False).hexdigest()

    def sealed(self, news: str) -> str:
        """AES-CBC with the beginning of the secret, filled up to whole blocks."""
        plain = news.encode()
        more = BLOCK - len(plain) % BLOCK
        key = algorithms.AES(self.app_secret[:BLOCK].encode())
        lock = Cipher(key, modes.CBC(START)).encryptor()
        return base64.b64encode(
            lock.update(plain + bytes([more]) * more) + lock.finalize()
        ).decode()

    def heard_well(self, status: int, body: bytes) -> bool:
        return status == 200 and json.loads(body or b"{}") == {"code": 0, "msg": "success"}  # noqa: PLR2004

    def _push_to(self, asked: dict[str, Any]) -> Answer:
        self.seals = bool(asked.get("sealed"))
        return super()._push_to(asked)

    def _token(self, asked: dict[str, Any]) -> Answer:
        if (asked.get("client_id"), asked.get("client_secret")) != (self.app_key, self.app_secret):
            raise No("param", "client_id 或 client_secret 不正确")
        if asked.get("authorize_type") == "refresh_token":
            self.tokens = self.tokens.renewed(str(asked.get("refresh_token", "")))
        else:
            self.tokens = Tokens()
        data = {
            "access_token": self.tokens.access,
            "refresh_token": self.tokens.refresh,
            "expires": int(self.tokens.ends * 1000),
            "scope": "",
            "authority_id": SHOP,
        }
        return said({"success": True, "code": 200, "data": data, "message": None})

    def _list(self, asked: dict[str, Any], trick: Trick) -> dict[str, Any]:
        by = "update" if "start_update" in asked else "created"
        start, end = _moment(asked[f"start_{by}"]), _moment(asked[f"end_{by}"])
        size, no = int(asked.get("page_size", 20)), int(asked.get("page_no", 1))
        if not (1 <= size <= MOST_PAGE and 1 <= no <= MOST_PAGES and 0 <= end - start <= LONGEST):
            raise No("param", "分页或时间跨度超出范围")
        listed = self.orders.modified if by == "update" else self.orders.created
        found = list(reversed(listed(start, end + 1)))
        some = [self._whole(order) for order in found[(no - 1) * size : no * size]]
        self.shift(trick)
        return {"full_order_info_list": some, "total_results": len(found)}

    def _one(self, asked: dict[str, Any], _: Trick) -> dict[str, Any]:
        order = self.orders.get(str(asked["tid"]))
        if order is None:
            raise No("absent")
        return self._whole(order)

    def _send(self, asked: dict[str, Any], _: Trick) -> dict[str, Any]:
        oids = asked.get("oids", "")
        subs = tuple(oids.split(",")) if oids else ()
        self.ship(str(asked["tid"]), str(asked["out_stype"]), str(asked["out_sid"]), subs)
        return {"is_success": True}

    def _stock(self, asked: dict[str, Any], trick: Trick) -> dict[str, Any]:
        if trick.is_("part"):
            raise No("sku")
        if int(asked.get("type", 0)) != 0:
            raise No("param", "type")
        self.shelf[f"{asked['item_id']}:{asked.get('sku_id', 0)}"] = int(asked["quantity"])
        return {"is_success": True}

    def _backs(self, asked: dict[str, Any], _: Trick) -> dict[str, Any]:
        start, end = asked["update_time_start"], asked["update_time_end"]
        size, no = int(asked.get("page_size", 20)), int(asked.get("page_no", 1))
        if size * no > MOST_REFUNDS:
            raise No("param", "分页超出范围")
        found = list(reversed(self.refunds.modified(start, end + 1)))
        some = [_back(one) for one in found[(no - 1) * size : no * size]]
        return {"refunds": some, "total": len(found)}

    def _decide(self, asked: dict[str, Any], *, agree: bool) -> dict[str, Any]:
        number, version = str(asked["refund_id"]), int(asked["version"])
        if not agree and not asked.get("remark"):
            raise No("param", "remark")
        self.refunds.decide(number, version, self.now, agree=agree)
        return {"is_success": True}

    def _whole(self, order: Order) -> dict[str, Any]:
        province, city, district, address = order.place
        closed = {"cancelled": 1, "refunded": 2}.get(order.state, 0)
        refund = 2 if order.refunding else 12 if order.state == "refunded" else 0
        info: dict[str, Any] = {
            "order_info": {
                "tid": order.number,
                "status": STATES[order.state],
                "type": 0,
                "created": _clock(order.created),
                "update_time": _clock(order.modified),
                "pay_time": _clock(order.paid_at) if order.paid_at else "",
                "express_type": 0,
                "refund_state": refund,
                "close_type": closed,
                "is_retail_order": False,
            },
            "orders": self._lines(order),
            "pay_info": {
                "total_fee": yuan(sum(line.price * line.quantity for line in order.lines)),
                "post_fee": yuan(order.freight),
                "payment": yuan(order.total),
                "outer_transactions": [],
            },
            "address_info": {
                "receiver_name": order.name,
                "receiver_tel": order.phone,
                "delivery_province": province,
                "delivery_city": city,
                "delivery_district": district,
                "delivery_address": address,
            },
            "buyer_info": {"yz_open_id": order.buyer, "buyer_phone": order.phone},
            "remark_info": {"buyer_message": order.note, "trade_memo": order.memo},
        }
        backs = [
            {"refund_id": f"R{line.sub}", "refund_state": 1, "oids": [{"oid": line.sub}]}
            for line in order.lines
            if line.refund in ("asked", "agreed")
        ]
        return {
            "full_order_info": info,
            "refund_order": backs,
            "delivery_order": self._sent(order),
        }

    def _lines(self, order: Order) -> list[dict[str, Any]]:
        """What a line was paid with holds its part of the freight, the last line the rest."""
        total, left, told = sum(line.paid for line in order.lines) or 1, order.freight, []
        for line in order.lines:
            last = line is order.lines[-1]
            part = left if last else order.freight * line.paid // total
            left -= part
            told.append(self._line(line, part))
        return told

    def _line(self, line: Line, freight: int) -> dict[str, Any]:
        worth = line.price * line.quantity - line.off
        return {
            "oid": line.sub,
            "item_id": int(line.item),
            "sku_id": int(line.sku_id),
            "outer_item_id": line.code,
            "outer_sku_id": line.code,
            "title": line.title,
            "num": line.quantity,
            "price": yuan(line.price),
            "discount_price": yuan(line.price),
            "total_fee": yuan(worth),
            "payment": yuan(line.paid + freight),
            "is_present": False,
        }

    def _sent(self, order: Order) -> list[dict[str, Any]]:
        return [
            {"express_state": 1, "oids": [{"oid": line.sub}], "express_no": line.tracking}
            for line in order.lines
            if line.tracking
        ]


def _back(one: Refund) -> dict[str, Any]:
    return {
        "refund_id": one.number,
        "tid": one.order.number,
        "oid": one.line.sub,
        "status": STATUSES[one.stage],
        "refund_fee": yuan(one.line.paid),
        "reason": "不想要了",
        "demand": 1,
        "return_goods": False,
        "created": _clock(one.created),
        "modified": _clock(one.modified),
        "version": int(one.modified * 1000),
    }


def _method(request: Request) -> str:
    """`/api/youzan.trade.get/4.0.2` -> `youzan.trade.get`"""
    parts = request.path.strip("/").split("/")
    return parts[1] if len(parts) == 3 and parts[0] == "api" else ""  # noqa: PLR2004


def _moment(text: str) -> float:
    return datetime.strptime(text, CLOCK).replace(tzinfo=CHINA).timestamp()


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime(CLOCK)
