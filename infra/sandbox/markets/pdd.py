"""Pinduoduo's open platform as its documents tell it, for one shop."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from infra.sandbox.book import yuan
from infra.sandbox.markets.market import Market
from infra.sandbox.markets.orders import DAY, Line, Order
from infra.sandbox.markets.refunds import Refund
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import PAUSES
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No, Tokens

CHINA = timezone(timedelta(hours=8))
CLOCK = "%Y-%m-%d %H:%M:%S"
TOLERANCE, LONGEST, BEHIND = 600, 1800, 180  # seconds
MOST_PAGE, HELD_BACK = 100, 90  # orders, days
FIRST, WHOLE, ALL = "1", "1", "5"
REFUNDS = {"asked": 2, "agreed": 4, "refused": 6, "done": 10, "closed": 11}
MONEY, EVERY = 1, "1"  # the kind of a refund; what asks for each status and kind
CODES = {
    "sign": (20004, "签名sign校验失败", "20004"),
    "token": (10019, "access_token已过期", "10019"),
    "key": (10016, "client下线或者clientId不正确", "10016"),
    "time": (20002, "timestamp 超出范围", "20002"),
    "busy": (70031, "调用过于频繁，请调整调用频率", "70031"),
    "absent": (50001, "订单不存在", "50001"),
    "done": (50001, "订单已发货，请勿重复发货", "50002"),
    "state": (50001, "订单状态不允许发货", "50003"),
    "refund": (50001, "订单存在售后，不能发货", "50004"),
    "sku": (50001, "商品不存在", "50005"),
    "no-refund": (50001, "售后单不存在", "50006"),
    "moved": (50001, "售后单状态已变化", "50007"),
    "refresh": (10036, "refresh_token已过期", "10036"),
    "param": (10001, "参数错误", "10001"),
    "method": (10002, "type 不存在", "10002"),
}
CALLS = {  # of each call: its kind, and the root of what it answers
    "pdd.order.number.list.increment.get": ("list", "order_sn_increment_get_response"),
    "pdd.order.list.get": ("list", "order_list_get_response"),
    "pdd.order.information.get": ("order", "order_info_get_response"),
    "pdd.logistics.online.send": ("ship", "logistics_online_send_response"),
    "pdd.order.upload.extra.logistics": ("ship", "upload_extra_logistics_response"),
    "pdd.goods.quantity.update": ("stock", "goods_quantity_update_response"),
    "pdd.pop.auth.token.create": ("token", "pop_auth_token_create_response"),
    "pdd.pop.auth.token.refresh": ("token", "pop_auth_token_refresh_response"),
    "pdd.mall.info.get": ("other", "mall_info_get_response"),
    "pdd.refund.list.increment.get": ("refunds", "refund_increment_get_response"),
    "pdd.refund.information.get": ("refund", ""),
    "pdd.refund.agree": ("decide", "response"),
}
Fields = dict[str, str]


class Pdd(Market):
    name = "pdd"
    app_key, app_secret = "sandbox-client-id", "sandbox-client-secret"
    refuses = False

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        super().__init__(pauses)
        self.refunds.whole = True

    def call_of(self, request: Request) -> str:
        return CALLS.get(_fields(request).get("type", ""), ("other",))[0]

    def state_of(self, order: Order) -> str:
        """It has no word for what is completed: that stays signed."""
        state = super().state_of(order)
        return {"partly": "shipped", "completed": "signed"}.get(state, state)

    def provide(self, request: Request, trick: Trick) -> Answer:
        fields = _fields(request)
        kind = fields.get("type", "")
        if (request.method, request.path) != ("POST", "/api/router") or kind not in CALLS:
            raise No("method")
        self._check(fields)
        if CALLS[kind][0] != "token" and fields.get("access_token") != self.tokens.access:
            raise No("token")
        answer = {**self._acts()[kind](fields, trick), "request_id": "sandbox"}
        root = CALLS[kind][1]
        return said({root: answer} if root else answer)

    def refuse(self, _: Request, no: No) -> Answer:
        code, text, sub = CODES.get(no.why, CODES["param"])
        error = {"error_code": code, "error_msg": text, "sub_code": sub}
        error |= {"sub_msg": no.note or text, "request_id": "sandbox"}
        return said({"error_response": error})

    def signed(self, fields: Fields) -> str:
        text = "".join(f"{k}{fields[k]}" for k in sorted(fields) if k != "sign" and fields[k])
        raw = (self.app_secret + text + self.app_secret).encode()
        return hashlib.md5(raw, usedforsecurity=False).hexdigest().upper()

    def _acts(self) -> dict[str, Callable[[Fields, Trick], dict[str, Any]]]:
        return {
            "pdd.order.number.list.increment.get": self._increment,
            "pdd.order.list.get": self._confirmed,
            "pdd.order.information.get": self._one,
            "pdd.logistics.online.send": self._send,
            "pdd.order.upload.extra.logistics": self._extra,
            "pdd.goods.quantity.update": self._stock,
            "pdd.pop.auth.token.create": self._token_create,
            "pdd.pop.auth.token.refresh": self._token_refresh,
            "pdd.mall.info.get": lambda *_: {"mall_id": 1001, "mall_name": "沙箱小店"},
            "pdd.refund.list.increment.get": self._refunds,
            "pdd.refund.information.get": lambda fields, _: _refund(self._of(fields)),
            "pdd.refund.agree": self._agree,
        }

    def _check(self, fields: Fields) -> None:
        if fields.get("client_id") != self.app_key:
            raise No("key")
        if not hmac.compare_digest(self.signed(fields), fields.get("sign", "")):
            raise No("sign")
        if abs(int(fields["timestamp"]) - self.now) > TOLERANCE:
            raise No("time")

    def _increment(self, fields: Fields, trick: Trick) -> dict[str, Any]:
        start, end = int(fields["start_updated_at"]), int(fields["end_updated_at"])
        if not 0 <= end - start <= LONGEST:
            raise No("param", "时间跨度不能超过 30 分钟")
        if end > self.now - BEHIND:
            raise No("param", "结束时间须早于当前时间 3 分钟")
        found = [o for o in self.orders.modified(start, end + 1) if _wanted(o, fields)]
        page = self._page("order_sn_list", found, fields)
        self.shift(trick)
        return page

    def _confirmed(self, fields: Fields, _: Trick) -> dict[str, Any]:
        start, end = int(fields["start_confirm_at"]), int(fields["end_confirm_at"])
        if not 0 <= end - start <= DAY:
            raise No("param", "时间跨度不能超过 24 小时")
        found = [o for o in self.orders if o.paid_at and start <= o.paid_at <= end]
        found.sort(key=lambda order: order.paid_at)
        return self._page("order_list", [o for o in found if _wanted(o, fields)], fields)

    def _page(self, name: str, found: list[Order], fields: Fields) -> dict[str, Any]:
        size, no = int(fields.get("page_size", 100)), int(fields.get("page", 1))
        if not (1 <= size <= MOST_PAGE and no >= 1):
            raise No("param", "page_size")
        recent = [order for order in found if order.created > self.now - HELD_BACK * DAY]
        recent.reverse()  # the newest change first
        some = [_told(order) for order in recent[(no - 1) * size : no * size]]
        if fields.get("use_has_next") == "true":
            return {name: some, "has_next": no * size < len(recent)}
        return {name: some, "total_count": len(recent)}

    def _one(self, fields: Fields, _: Trick) -> dict[str, Any]:
        order = self.orders.get(fields["order_sn"])
        if order is None:
            raise No("absent")
        return {"order_info": _told(order)}

    def _send(self, fields: Fields, _: Trick) -> dict[str, Any]:
        if fields.get("redelivery_type", FIRST) != FIRST:
            raise No("param", "redelivery_type")
        carrier = str(int(fields["logistics_id"]))
        self.ship(fields["order_sn"], carrier, fields["tracking_number"])
        return {"is_success": True}

    def _extra(self, fields: Fields, _: Trick) -> dict[str, Any]:
        """More parcels of an order that has left."""
        order = self.orders.get(fields["order_sn"])
        if order is None or order.number not in self.told:
            raise No("state")
        for one in json.loads(fields["extra_track_list"]):
            pair = (str(int(one["shipping_id"])), str(one["tracking_number"]))
            if pair in self.told[order.number]:
                raise No("done")
            self.told[order.number].append(pair)
        return {"is_success": True}

    def _stock(self, fields: Fields, trick: Trick) -> dict[str, Any]:
        if trick.is_("part"):
            raise No("sku")
        if fields.get("update_type", WHOLE) != WHOLE:
            raise No("param", "update_type")
        sku = fields.get("sku_id") or fields["outer_id"]
        self.shelf[f"{int(fields['goods_id'])}:{sku}"] = int(fields["quantity"])
        return {"is_success": True}

    def _refunds(self, fields: Fields, _: Trick) -> dict[str, Any]:
        """Both kinds of filter must be given, and must let all through."""
        start, end = int(fields["start_updated_at"]), int(fields["end_updated_at"])
        size, no = int(fields.get("page_size", 100)), int(fields.get("page", 1))
        if not (0 <= end - start <= LONGEST and 1 <= size <= MOST_PAGE and no >= 1):
            raise No("param", "时间跨度不能超过 30 分钟，每页不能超过 100 条")
        status, kind = fields["after_sales_status"], fields["after_sales_type"]
        if (status, kind) != (EVERY, EVERY):
            raise No("param", "after_sales_status, after_sales_type")
        some, total = self.refunds.page(start, end + 1, no, size)
        return {"refund_list": [_listed(one) for one in some], "total_count": total}

    def _of(self, fields: dict[str, Any]) -> Refund:
        found = self.refunds.get(str(fields["after_sales_id"]))
        if fields["order_sn"] != found.order.number:
            raise No("no-refund")
        return found

    def _agree(self, fields: Fields, _: Trick) -> dict[str, Any]:
        found = self._of(json.loads(fields["request"]))
        self.refunds.decide(found.number, None, self.now, agree=True)
        told = {"after_sales_id": int(found.number), "order_sn": found.order.number}
        return {"result": {**told, "succ": True, "message": "退款操作成功"}}

    def _token_create(self, fields: Fields, _: Trick) -> dict[str, Any]:
        if not fields.get("code"):
            raise No("param", "code")
        self.tokens = Tokens()
        return self._token()

    def _token_refresh(self, fields: Fields, _: Trick) -> dict[str, Any]:
        self.tokens = self.tokens.renewed(fields.get("refresh_token", ""))
        return self._token()

    def _token(self) -> dict[str, Any]:
        return {
            "access_token": self.tokens.access,
            "refresh_token": self.tokens.refresh,
            "expires_in": int(self.tokens.ends - self.now),
            "expires_at": int(self.tokens.ends),
            "owner_id": "1001",
            "owner_name": "沙箱小店",
        }


def _wanted(order: Order, fields: Fields) -> bool:
    status, refund = fields.get("order_status", ALL), fields.get("refund_status", ALL)
    state = _states(order)
    return status in (ALL, str(state["order_status"])) and refund in (
        ALL,
        str(state["refund_status"]),
    )


def _states(order: Order) -> dict[str, int]:
    held = order.state == "on-hold"
    sent = {"partly": 2, "shipped": 2, "signed": 3, "completed": 3, "refunded": 2}
    asked = any(line.refund == "asked" for line in order.lines)
    back = (4, 10) if order.state == "refunded" else (2, 2 if asked else 4)
    refund, after = back if order.refunding or order.state == "refunded" else (1, 0)
    return {
        "confirm_status": {"pending": 0, "cancelled": 2}.get(order.state, 1),
        "order_status": sent.get(order.state, 1),
        "group_status": 0 if order.state == "pending" else 1,
        "risk_control_status": int(held),
        "refund_status": refund,
        "after_sales_status": after,
    }


def _told(order: Order) -> dict[str, Any]:
    worth = sum(line.price * line.quantity for line in order.lines)
    off = order.off + sum(line.off for line in order.lines)
    return {
        "order_sn": order.number,
        **_states(order),
        "pay_amount": float(yuan(order.total)),
        "goods_amount": float(yuan(worth)),
        "discount_amount": float(yuan(off)),
        "platform_discount": 0,
        "seller_discount": float(yuan(off)),
        "postage": float(yuan(order.freight)),
        "buyer_memo": order.note,
        "remark": order.memo,
        "created_time": _clock(order.created),
        "pay_time": _clock(order.paid_at),
        "confirm_time": _clock(order.paid_at),
        "updated_at": _clock(order.modified),
        "last_ship_time": _clock(order.paid_at and order.paid_at + 2 * DAY),
        "logistics_id": int(order.carrier or 0),
        "tracking_number": next((line.tracking for line in order.lines if line.tracking), ""),
        "item_list": [_line(line) for line in order.lines],
        **_receiver(order),
    }


def _listed(one: Refund) -> dict[str, Any]:
    """Sums are texts in yuan here, and kinds count from 2."""
    return {
        "id": int(one.number),
        "order_sn": one.order.number,
        "after_sales_status": REFUNDS[one.stage],
        "after_sales_type": MONEY + 1,
        "after_sale_reason": "不想要了",
        "refund_amount": yuan(one.fen),
        "order_amount": yuan(one.order.total),
        "goods_number": str(sum(line.quantity for line in one.lines)),
        "created_time": _clock(one.created),
        "updated_time": _clock(one.modified),
    }


def _refund(one: Refund) -> dict[str, Any]:
    """Below no root of its own; sums are whole numbers, in fen, and kinds count from 1."""
    return {
        "id": int(one.number),
        "order_sn": one.order.number,
        "after_sales_status": REFUNDS[one.stage],
        "after_sales_type": MONEY,
        "after_sales_reason": "不想要了",
        "refund_amount": one.fen,
        "order_amount": one.order.total,
        "goods_number": sum(line.quantity for line in one.lines),
        "shipping_status": int(one.left),
        "express_no": "",
        "recreated_at": int(one.created * 1000),
        "updated_time": _clock(one.modified),
    }


def _receiver(order: Order) -> dict[str, str]:
    """Ciphertext only while the order is to be shipped."""
    province, city, town, address = order.place
    shown = order.state == "ready"
    return {
        "province": province,
        "city": city,
        "town": town,
        "receiver_name": f"~AgAA{order.buyer}~name~" if shown else "",
        "receiver_phone": f"$AgAA{order.buyer}$phone$" if shown else "",
        "receiver_address": f"~AgAA{order.buyer}~address~" if shown else "",
        "address": f"~AgAA{order.buyer}~street~" if shown else "",
        "receiver_name_mask": f"{order.name[0]}**",
        "receiver_phone_mask": f"{order.phone[:3]}****{order.phone[-4:]}",
        "receiver_address_mask": f"{province}{city}{town}{address[:2]}****",
        "address_mask": f"{address[:2]}****",
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "goods_id": int(line.item),
        "sku_id": int(line.sku_id),
        "outer_id": line.code,
        "outer_goods_id": line.code,
        "goods_count": line.quantity,
        "goods_price": float(yuan(line.price)),
        "goods_name": line.title,
        "goods_spec": "",
    }


def _fields(request: Request) -> Fields:
    """What came as a form or as JSON, each value as the text that is signed."""
    if request.body[:1] != b"{":
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    return {name: _text(value) for name, value in json.loads(request.body).items()}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime(CLOCK) if at else ""
