"""Taobao's open platform (TOP) as its documents tell it, for one shop."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from infra.sandbox.book import yuan
from infra.sandbox.markets.market import Market, No, Tokens
from infra.sandbox.markets.orders import DAY, Line, Order
from infra.sandbox.mischief import Trick
from infra.sandbox.server import Answer, Request, said

CHINA = timezone(timedelta(hours=8))
CLOCK = "%Y-%m-%d %H:%M:%S"
TOLERANCE = 600  # seconds
MOST_PAGE, MOST_SKUS = 100, 20
HELD_BACK = 90  # days
STATES = {
    "pending": "WAIT_BUYER_PAY",
    "on-hold": "PAID_FORBID_CONSIGN",
    "ready": "WAIT_SELLER_SEND_GOODS",
    "partly": "SELLER_CONSIGNED_PART",
    "shipped": "WAIT_BUYER_CONFIRM_GOODS",
    "signed": "TRADE_BUYER_SIGNED",
    "completed": "TRADE_FINISHED",
    "refunded": "TRADE_CLOSED",
    "cancelled": "TRADE_CLOSED_BY_TAOBAO",
}
CODES = {
    "sign": (25, "Invalid signature", "", ""),
    "token": (27, "Invalid session", "invalid-sessionkey", "session 已失效"),
    "key": (29, "Invalid app Key", "", ""),
    "time": (41, "Invalid arguments", "isv.invalid-timestamp", "时间戳超出范围"),
    "busy": (7, "App Call Limited", "accesscontrol.limited-by-api-access-count", "接口调用超限"),
    "absent": (15, "Remote service error", "isv.trade-not-exist", "交易不存在"),
    "done": (15, "Remote service error", "B150", "物流订单已经发货，不能重复发货"),
    "state": (15, "Remote service error", "B04", "订单状态不允许发货"),
    "refund": (15, "Remote service error", "B27", "存在退款中的子订单，不能发货"),
    "sku": (15, "Remote service error", "isv.item-not-exist", "商品不存在"),
    "refresh": (15, "Remote service error", "isv.invalid-refresh-token", "refresh_token 无效"),
    "param": (41, "Invalid arguments", "isv.invalid-parameter", "参数错误"),
    "method": (22, "Invalid method", "isv.invalid-method", "不存在的方法"),
}
CALLS = {
    "taobao.trades.sold.increment.get": "list",
    "taobao.trades.sold.get": "list",
    "taobao.trade.fullinfo.get": "order",
    "taobao.logistics.offline.send": "ship",
    "taobao.skus.quantity.update": "stock",
    "taobao.top.auth.token.create": "token",
    "taobao.top.auth.token.refresh": "token",
    "taobao.user.seller.get": "other",
}
Fields = dict[str, str]


class Taobao(Market):
    name = "taobao"

    def call_of(self, request: Request) -> str:
        return CALLS.get(_fields(request).get("method", ""), "other")

    def provide(self, request: Request, trick: Trick) -> Answer:
        fields = _fields(request)
        method = fields.get("method", "")
        if (request.method, request.path) != ("POST", "/router/rest") or method not in CALLS:
            raise No("method")
        self._check(fields)
        if CALLS[method] != "token" and fields.get("session") != self.tokens.access:
            raise No("token")
        act: Callable[[Fields, Trick], Any] = getattr(self, f"_{_short(method)}")
        root = f"{method.removeprefix('taobao.').replace('.', '_')}_response"
        return said({root: {**act(fields, trick), "request_id": "sandbox"}})

    def refuse(self, _: Request, no: No) -> Answer:
        code, text, sub, sub_text = CODES.get(no.why, CODES["param"])
        error = {"code": code, "msg": text, "request_id": "sandbox"}
        more = {"sub_code": sub, "sub_msg": no.note or sub_text} if sub else {}
        return said({"error_response": error | more})

    def signed(self, fields: Fields) -> str:
        """md5, hmac or hmac-sha256 over all that is not empty."""
        text = "".join(f"{k}{fields[k]}" for k in sorted(fields) if k != "sign" and fields[k])
        secret, kind = self.app_secret, fields.get("sign_method", "md5")
        if kind == "md5":
            raw = (secret + text + secret).encode()
            return hashlib.md5(raw, usedforsecurity=False).hexdigest().upper()
        digest = "sha256" if kind == "hmac-sha256" else "md5"
        return hmac.new(secret.encode(), text.encode(), digest).hexdigest().upper()

    def _check(self, fields: Fields) -> None:
        if fields.get("app_key") != self.app_key:
            raise No("key")
        if not hmac.compare_digest(self.signed(fields), fields.get("sign", "")):
            raise No("sign")
        at = datetime.strptime(fields["timestamp"], CLOCK).replace(tzinfo=CHINA)
        if abs(at.timestamp() - self.now) > TOLERANCE:
            raise No("time")

    def _increment_get(self, fields: Fields, trick: Trick) -> dict[str, Any]:
        start, end = _moment(fields["start_modified"]), _moment(fields["end_modified"])
        if not 0 <= end - start <= DAY:
            raise No("param", "时间跨度不能超过一天")
        page = self._page(self.orders.modified(start, end + 1), fields)
        self.shift(trick)
        return page

    def _sold_get(self, fields: Fields, _: Trick) -> dict[str, Any]:
        start, end = _moment(fields["start_created"]), _moment(fields["end_created"])
        return self._page(self.orders.created(start, end + 1), fields)

    def _page(self, found: list[Order], fields: Fields) -> dict[str, Any]:
        size, no = int(fields.get("page_size", 40)), int(fields.get("page_no", 1))
        if not 1 <= size <= MOST_PAGE:
            raise No("param", "page_size")
        recent = [order for order in found if order.created > self.now - HELD_BACK * DAY]
        recent.reverse()  # the newest change first
        some = recent[(no - 1) * size : no * size]
        trades = [self._trade(order, fields.get("fields", "")) for order in some]
        if fields.get("use_has_next") == "true":
            return {"trades": {"trade": trades}, "has_next": no * size < len(recent)}
        return {"trades": {"trade": trades}, "total_results": len(recent)}

    def _fullinfo_get(self, fields: Fields, _: Trick) -> dict[str, Any]:
        order = self.orders.get(fields["tid"])
        if order is None:
            raise No("absent")
        return {"trade": self._trade(order, fields.get("fields", ""))}

    def _offline_send(self, fields: Fields, _: Trick) -> dict[str, Any]:
        part = fields.get("is_split") == "1"
        subs = tuple(filter(None, fields.get("sub_tid", "").split(","))) if part else ()
        self.ship(fields["tid"], fields["company_code"], fields["out_sid"], subs)
        return {"shipping": {"is_success": True}}

    def _quantity_update(self, fields: Fields, trick: Trick) -> dict[str, Any]:
        pairs = [pair.split(":") for pair in fields["skuid_quantities"].split(";") if pair]
        if len(pairs) > MOST_SKUS or fields.get("type", "1") != "1":
            raise No("param")
        if trick.is_("part"):
            raise No("sku", pairs[0][0])
        for sku, units in pairs:
            self.shelf[f"{fields['num_iid']}:{sku}"] = int(units)
        return {"item": {"num_iid": int(fields["num_iid"])}}

    def _token_create(self, fields: Fields, _: Trick) -> dict[str, Any]:
        if not fields.get("code"):
            raise No("param", "code")
        self.tokens = Tokens()
        return self._token_result()

    def _token_refresh(self, fields: Fields, _: Trick) -> dict[str, Any]:
        self.tokens = self.tokens.renewed(fields.get("refresh_token", ""))
        return self._token_result()

    def _token_result(self) -> dict[str, Any]:
        left = int(self.tokens.ends - self.now)
        result = {
            "access_token": self.tokens.access,
            "refresh_token": self.tokens.refresh,
            "expires_in": left,
            "expire_time": int(self.tokens.ends * 1000),
            "taobao_user_nick": "沙箱小店",
            "taobao_user_id": "1001",
        }
        return {"token_result": json.dumps(result, ensure_ascii=False)}

    def _seller_get(self, *_: object) -> dict[str, Any]:
        return {"user": {"nick": "沙箱小店", "user_id": 1001}}

    def _trade(self, order: Order, wanted: str) -> dict[str, Any]:
        province, city, district, address = order.place
        whole: dict[str, Any] = {
            "tid": int(order.number),
            "tid_str": order.number,
            "type": "guarantee_trade",
            "status": STATES[order.state],
            "created": _clock(order.created),
            "modified": _clock(order.modified),
            "payment": yuan(order.total),
            "post_fee": yuan(order.freight),
            "total_fee": yuan(sum(line.price * line.quantity for line in order.lines)),
            "discount_fee": yuan(order.off),
            "adjust_fee": "0.00",
            "buyer_open_uid": order.buyer,
            "buyer_message": order.note,
            "seller_memo": order.memo,
            "receiver_name": f"{order.name[0]}**",
            "receiver_mobile": f"*******{order.phone[-4:]}",
            "receiver_address": f"{address[:2]}****",
            "receiver_state": province,
            "receiver_city": city,
            "receiver_district": district,
            "receiver_zip": "000000",
            "oaid": f"oaid-{order.buyer}-{order.phone[-4:]}",
            "orders": {"order": [self._line(order, line) for line in order.lines]},
        }
        if order.paid_at:
            whole["pay_time"] = _clock(order.paid_at)
        names = {name.split(".")[0] for name in wanted.split(",")} | {"tid", "tid_str"}
        return {name: value for name, value in whole.items() if name in names}

    def _line(self, order: Order, line: Line) -> dict[str, Any]:
        asked = {"asked": "WAIT_SELLER_AGREE", "agreed": "WAIT_BUYER_RETURN_GOODS"}
        return {
            "oid": int(line.sub),
            "oid_str": line.sub,
            "num_iid": int(line.item),
            "sku_id": line.sku_id,
            "outer_sku_id": line.code,
            "outer_iid": line.code,
            "title": line.title,
            "num": line.quantity,
            "price": yuan(line.price),
            "discount_fee": yuan(line.off),
            "adjust_fee": "0.00",
            "total_fee": yuan(line.price * line.quantity - line.off),
            "payment": yuan(line.price * line.quantity - line.off),
            "part_mjz_discount": yuan(line.share),
            "divide_order_fee": yuan(line.paid),
            "refund_status": asked.get(line.refund, "NO_REFUND"),
            "status": STATES["shipped" if line.tracking else order.state],
        }


def _short(method: str) -> str:
    """The last two words of a method's name."""
    return "_".join(method.split(".")[-2:])


def _fields(request: Request) -> Fields:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def _moment(text: str) -> float:
    return datetime.strptime(text, CLOCK).replace(tzinfo=CHINA).timestamp()


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime(CLOCK)
