"""Douyin's open platform (Doudian) as its documents tell it, for one shop."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from infra.sandbox.markets.market import Market
from infra.sandbox.markets.orders import Line, Order
from infra.sandbox.markets.refunds import Refund
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import PAUSES, Notice
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No, Tokens

CHINA = timezone(timedelta(hours=8))
CLOCK = "%Y-%m-%d %H:%M:%S"
TOLERANCE = 600  # seconds
MOST_PAGE, DEEPEST = 100, 50_000
SHOP = "1001"
STATES = {
    "pending": 1,
    "on-hold": 105,
    "ready": 2,
    "partly": 101,
    "shipped": 3,
    "signed": 3,
    "completed": 5,
    "cancelled": 4,
    "refunded": 4,
}
TAGS = {
    "pending": "100",
    "partly": "108",
    "shipped": "102",
    "completed": "103",
    "cancelled": "106",
}
CODES = {
    "sign": (30001, "isv.signature-invalid", "签名校验失败"),
    "token": (30002, "isv.access-token-expired", "access_token已过期"),
    "key": (30001, "isv.app-id-invalid", "app_key 不存在"),
    "time": (30001, "isv.timestamp-invalid", "timestamp 超出范围"),
    "busy": (60000, "isp.rate-limited", "请求过于频繁"),
    "absent": (50002, "isv.business-failed:4001", "订单不存在"),
    "done": (50002, "isv.business-failed:4002", "订单已发货，请勿重复发货"),
    "state": (50002, "isv.business-failed:4003", "订单状态不允许发货"),
    "refund": (50002, "isv.business-failed:4004", "订单存在售后，不能发货"),
    "sku": (50002, "isv.business-failed:4005", "商品不存在"),
    "no-refund": (50002, "isv.business-failed:4006", "售后单不存在"),
    "refresh": (30002, "dop.token-generate-failed:token-invalid", "refresh_token 无效"),
    "param": (40001, "isv.parameter-invalid", "参数错误"),
    "method": (40002, "isv.method-invalid", "接口不存在"),
}
CALLS = {
    "order.searchList": "list",
    "order.orderDetail": "order",
    "order.logisticsAdd": "ship",
    "order.logisticsAddSinglePack": "ship",
    "order.logisticsAddMultiPack": "ship",
    "sku.syncStock": "stock",
    "sku.syncStockBatch": "stock",
    "token.create": "token",
    "token.refresh": "token",
    "afterSale.List": "refunds",
    "afterSale.Detail": "refund",
    "afterSale.operate": "decide",
    "afterSale.rejectReasonCodeList": "other",
}
REFUNDS = {"asked": 6, "agreed": 12, "refused": 27, "done": 12, "closed": 28}
MONEY = {"asked": 1, "agreed": 2, "refused": 4, "done": 3, "closed": 4}  # refund_status
SENT, UNSENT = 1, 2  # after_sale_type of what asks for money alone
ANSWERS = {201: True, 202: False}
REASONS = [  # to refuse with, of goods that have left
    {"reject_reason_code": 1, "reason": "货物已签收", "evidence_need": "Y"},
    {"reject_reason_code": 2, "reason": "已与买家协商一致", "evidence_need": "N"},
]
MOVED = {"status_code": 1, "status_msg": "售后单状态已变化"}
ORDERS: dict[str, Callable[[Order], float]] = {
    "create_time": lambda order: order.created,
    "update_time": lambda order: order.modified,
}
Asked = dict[str, Any]


class Douyin(Market):
    name = "douyin"
    app_key, app_secret = "3409409348479354011", "sandbox-doudian-secret"
    pushes = True
    tells_name = False  # but with an order
    refuses = False  # who does not agree sends the goods

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        super().__init__(pauses)
        self.requests: set[str] = set()  # of parcels, by the id that the merchant gave

    def link(self) -> dict[str, Any]:
        return {**super().link(), "seller": SHOP}

    def call_of(self, request: Request) -> str:
        return CALLS.get(_method(request), "other")

    def state_of(self, order: Order) -> str:
        """It has no word for what is signed; what was paid for and is cancelled is refunded."""
        state = super().state_of(order)
        if state == "cancelled" and order.paid_at:
            return "refunded"
        return "shipped" if state == "signed" else state

    def provide(self, request: Request, trick: Trick) -> Answer:
        fields, method = dict(parse_qsl(request.query, keep_blank_values=True)), _method(request)
        if request.method != "POST" or method not in CALLS or fields.get("method") != method:
            raise No("method")
        self._check(fields, request.body.decode())
        if CALLS[method] != "token" and fields.get("access_token") != self.tokens.access:
            raise No("token")
        data = self._acts()[method](json.loads(request.body), trick)
        return said(_answer(10000, "", "", data))

    def refuse(self, _: Request, no: No) -> Answer:
        code, sub, text = CODES.get(no.why, CODES["param"])
        return said(_answer(code, sub, no.note or text, None))

    def signed(self, fields: dict[str, str], body: str) -> str:
        names = {**fields, "param_json": body}
        text = "".join(
            f"{name}{names.get(name, '')}"
            for name in ("app_key", "method", "param_json", "timestamp", "v")
        )
        raw = f"{self.app_secret}{text}{self.app_secret}".encode()
        return hmac.new(self.app_secret.encode(), raw, hashlib.sha256).hexdigest()

    def push(self, order: Order) -> Notice:
        data = {"p_id": int(order.number), "shop_id": int(SHOP)}
        event = {
            "tag": TAGS.get(order.state, "101"),
            "msg_id": f"{order.number}:{int(order.modified)}",
            "data": json.dumps(data, separators=(",", ":")),
        }
        body = json.dumps([event], ensure_ascii=False, separators=(",", ":")).encode()

        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            headers = {"Content-Type": "application/json", "app-id": self.app_key}
            signed = {} if trick.is_("unsigned") else {"event-sign": self.event_sign(body)}
            told = body[:-1] + b" ]" if trick.is_("byte") else body
            return {**headers, **signed}, told

        return Notice(f"order {order.number}", self.push_url, write)

    def event_sign(self, body: bytes) -> str:
        raw = self.app_key.encode() + body + self.app_secret.encode()
        return hashlib.md5(raw, usedforsecurity=False).hexdigest()

    def heard_well(self, status: int, body: bytes) -> bool:
        return status == 200 and json.loads(body or b"{}") == {"code": 0, "msg": "success"}  # noqa: PLR2004

    def _acts(self) -> dict[str, Callable[[Asked, Trick], Any]]:
        return {
            "order.searchList": self._list,
            "order.orderDetail": self._one,
            "order.logisticsAdd": self._send,
            "order.logisticsAddSinglePack": self._send_some,
            "order.logisticsAddMultiPack": self._send_packs,
            "sku.syncStock": self._stock,
            "sku.syncStockBatch": self._stocks,
            "afterSale.List": self._refunds,
            "afterSale.Detail": lambda asked, _: _refund(self._case(asked["after_sale_id"])),
            "afterSale.operate": self._operate,
            "afterSale.rejectReasonCodeList": self._reasons,
            "token.create": self._token_create,
            "token.refresh": self._token_refresh,
        }

    def _check(self, fields: dict[str, str], body: str) -> None:
        if fields.get("app_key") != self.app_key:
            raise No("key")
        if (fields.get("v"), fields.get("sign_method")) != ("2", "hmac-sha256"):
            raise No("param", "v, sign_method")
        if body != _canonical(json.loads(body, parse_float=_number)):
            raise No("sign", "param_json")
        if not hmac.compare_digest(self.signed(fields, body), fields.get("sign", "")):
            raise No("sign")
        if abs(_moment(fields["timestamp"]) - self.now) > TOLERANCE:
            raise No("time")

    def _list(self, asked: Asked, trick: Trick) -> dict[str, Any]:
        no, size = int(asked["page"]), int(asked["size"])
        if not (no >= 0 and 1 <= size <= MOST_PAGE and (no + 1) * size <= DEEPEST):
            raise No("param", "page, size")
        found = self._found(asked)
        if not asked.get("order_asc"):
            found.reverse()
        some = [_whole(order) for order in found[no * size : (no + 1) * size]]
        self.shift(trick)
        return {"shop_order_list": some, "total": len(found), "page": no, "size": size}

    def _found(self, asked: Asked) -> list[Order]:
        """Within a span of either moment; by which they stand is another question."""
        by = "update_time" if "update_time_start" in asked else "create_time"
        start, end = int(asked[f"{by}_start"]), int(asked[f"{by}_end"])
        if end < start or asked.get("order_by", "create_time") not in ORDERS:
            raise No("param", "order_by, start, end")
        listed = self.orders.modified if by == "update_time" else self.orders.created
        wanted = {int(one["order_status"]) for one in asked.get("combine_status", ())}
        found = [o for o in listed(start, end + 1) if not wanted or STATES[o.state] in wanted]
        return sorted(found, key=ORDERS[asked.get("order_by", "create_time")])

    def _one(self, asked: Asked, _: Trick) -> dict[str, Any]:
        return {"shop_order_detail": _whole(self._order(asked["shop_order_id"]))}

    def _order(self, number: object) -> Order:
        order = self.orders.get(str(number))
        if order is None:
            raise No("absent")
        return order

    def _send(self, asked: Asked, _: Trick) -> dict[str, Any]:
        self.ship(str(asked["order_id"]), asked["company_code"], asked["logistics_code"])
        return {}

    def _send_some(self, asked: Asked, _: Trick) -> dict[str, Any]:
        self._pack_once(asked, [(str(number), asked) for number in asked["order_id_list"]])
        return {"pack_id": f"P{asked['logistics_code']}"}

    def _send_packs(self, asked: Asked, _: Trick) -> dict[str, Any]:
        self._pack_once(asked, [(str(asked["order_id"]), pack) for pack in asked["pack_list"]])
        return {"pack_list": [{"pack_id": f"P{p['logistics_code']}"} for p in asked["pack_list"]]}

    def _pack(self, number: str, pack: Asked) -> None:
        subs = tuple(str(one["shipped_order_id"]) for one in pack["shipped_order_info"])
        known = {line.sub for line in self._order(number).lines}
        if not set(subs) <= known:
            raise No("param", "shipped_order_id")
        self.ship(number, pack["company_code"], pack["logistics_code"], subs)

    def _pack_once(self, asked: Asked, packs: list[tuple[str, Asked]]) -> None:
        """The same request again does nothing more."""
        request = str(asked["request_id"])
        for number, pack in packs if request not in self.requests else ():
            self._pack(number, pack)
        self.requests.add(request)

    def _stock(self, asked: Asked, trick: Trick) -> dict[str, Any]:
        if trick.is_("part"):
            raise No("sku")
        if asked.get("incremental"):
            raise No("param", "incremental")
        self.shelf[f"{asked.get('product_id', '')}:{asked['sku_id']}"] = int(asked["stock_num"])
        return {}

    def _stocks(self, asked: Asked, trick: Trick) -> dict[str, Any]:
        for one in asked["sku_sync_list"]:
            both = {"product_id": asked["product_id"], "incremental": asked.get("incremental")}
            self._stock({**one, **both}, trick)
        return {}

    def _refunds(self, asked: Asked, _: Trick) -> dict[str, Any]:
        no, size = int(asked["page"]), int(asked["size"])
        if not (no >= 0 and 1 <= size <= MOST_PAGE and (no + 1) * size <= DEEPEST):
            raise No("param", "page, size")
        by = "update_" if "update_start_time" in asked else ""
        seek = self.refunds.modified if by else self.refunds.created
        found = seek(int(asked[f"{by}start_time"]), int(asked[f"{by}end_time"]) + 1)
        if asked.get("order_by") != [f"{by or 'apply_'}time asc"]:
            found.reverse()
        some = [_listed(one) for one in found[no * size : (no + 1) * size]]
        more = (no + 1) * size < len(found)
        return {"items": some, "total": len(found), "page": no, "size": size, "has_more": more}

    def _case(self, number: object) -> Refund:
        return self.refunds.get(str(number))

    def _reasons(self, asked: Asked, _: Trick) -> dict[str, Any]:
        """None for goods that have not left, nor for what was answered before."""
        one = self._case(asked["aftersale_id"])
        return {"items": REASONS if one.left and one.stage == "asked" else []}

    def _operate(self, asked: Asked, _: Trick) -> dict[str, Any]:
        agree = ANSWERS[int(asked["type"])]
        return {"items": [self._answered_one(item, agree=agree) for item in asked["items"]]}

    def _answered_one(self, item: Asked, *, agree: bool) -> dict[str, Any]:
        """Each for itself, within a yes to the call."""
        one, told = self._case(item["aftersale_id"]), {"aftersale_id": item["aftersale_id"]}
        known = [each["reject_reason_code"] for each in REASONS if one.left]
        if not agree and item.get("reject_reason_code") not in known:
            raise No("param", "reject_reason_code")
        seen = item.get("update_time")
        try:
            self.refunds.decide(one.number, seen and seen * 1000, self.now, agree=agree)
        except No:
            return told | MOVED
        return told | {"status_code": 0, "status_msg": ""}

    def _token_create(self, asked: Asked, _: Trick) -> dict[str, Any]:
        kind = asked.get("grant_type")
        if kind == "authorization_self":
            if str(asked.get("shop_id")) != SHOP:
                raise No("param", "shop_id")
        elif kind != "authorization_code" or not asked.get("code"):
            raise No("param", "grant_type")
        self.tokens = Tokens()
        return self._token()

    def _token_refresh(self, asked: Asked, _: Trick) -> dict[str, Any]:
        if asked.get("grant_type") != "refresh_token":
            raise No("param", "grant_type")
        self.tokens = self.tokens.renewed(str(asked.get("refresh_token", "")))
        return self._token()

    def _token(self) -> dict[str, Any]:
        return {
            "access_token": self.tokens.access,
            "refresh_token": self.tokens.refresh,
            "expires_in": int(self.tokens.ends - self.now),
            "scope": "SCOPE",
            "shop_id": int(SHOP),
            "shop_name": "沙箱小店",
        }


def _answer(code: int, sub: str, text: str, data: Any) -> dict[str, Any]:
    msg = "" if sub else "success"
    told = {"code": code, "msg": msg or text, "sub_code": sub, "sub_msg": text}
    return {**told, "data": data, "log_id": "sandbox"}


def _whole(order: Order) -> dict[str, Any]:
    worth = sum(line.price * line.quantity for line in order.lines)
    off = order.off + sum(line.off for line in order.lines)
    return {
        "order_id": order.number,
        "parent_order_id": "",
        "order_status": STATES[order.state],
        "main_status": STATES[order.state],
        "pay_amount": order.total,
        "order_amount": worth + order.freight,
        "promotion_amount": off,
        "post_amount": order.freight,
        "create_time": int(order.created),
        "pay_time": int(order.paid_at),
        "update_time": int(order.modified),
        "exp_ship_time": int(order.paid_at and order.paid_at + 2 * 86400),
        "finish_time": int(order.modified) if order.state == "completed" else 0,
        "buyer_words": order.note,
        "seller_words": order.memo,
        "shop_id": int(SHOP),
        "shop_name": "沙箱小店",
        "doudian_open_id": order.buyer,
        "logistics_info": _parcels(order),
        "sku_order_list": [_line(order, line) for line in order.lines],
        **_receiver(order),
    }


def _receiver(order: Order) -> dict[str, Any]:
    province, city, town, address = order.place
    names = {"province": province, "city": city, "town": town, "street": ""}
    area = {name: {"name": said_, "id": ""} for name, said_ in names.items()}
    hidden = f"#{order.buyer}#"
    return {
        "encrypt_post_receiver": f"#name{hidden}",
        "encrypt_post_tel": f"$tel{hidden}",
        "mask_post_receiver": f"{order.name[0]}**",
        "mask_post_tel": f"{order.phone[:3]}****{order.phone[-4:]}",
        "post_addr": {**area, "encrypt_detail": f"#detail{hidden}"},
        "mask_post_addr": {**area, "detail": f"{address[:2]}****"},
    }


def _line(order: Order, line: Line) -> dict[str, Any]:
    status = {"asked": (6, 1), "agreed": (7, 2)}.get(line.refund, (0, 0))
    after, refund = (12, 3) if order.state == "refunded" else status
    return {
        "order_id": line.sub,
        "parent_order_id": order.number,
        "order_status": STATES["shipped" if line.tracking else order.state],
        "product_id": int(line.item),
        "product_id_str": line.item,
        "product_name": line.title,
        "sku_id": int(line.sku_id),
        "out_sku_id": line.code,
        "code": line.code,
        "item_num": line.quantity,
        "origin_amount": line.price,
        "goods_price": line.price,
        "order_amount": line.price * line.quantity,
        "promotion_amount": line.off + line.share,
        "pay_amount": line.paid,
        "after_sale_info": {
            "after_sale_status": after,
            "refund_status": refund,
            "after_sale_type": 1 if after else 0,
        },
    }


def _listed(one: Refund) -> dict[str, Any]:
    """The list and the detail name the same things otherwise."""
    return {
        "order_info": {"shop_order_id": int(one.order.number)},
        "aftersale_info": {
            "aftersale_id": int(one.number),
            "aftersale_type": SENT if one.left else UNSENT,
            "aftersale_status": REFUNDS[one.stage],
            "refund_status": MONEY[one.stage],
            "refund_amount": one.fen,
            "apply_time": int(one.created),
            "update_time": int(one.modified),
        },
    }


def _refund(one: Refund) -> dict[str, Any]:
    case = {
        "after_sale_id": int(one.number),
        "after_sale_type": SENT if one.left else UNSENT,
        "after_sale_status": REFUNDS[one.stage],
        "refund_status": MONEY[one.stage],
        "refund_total_amount": one.fen,
        "after_sale_apply_count": one.line.quantity,
        "reason": "不想要了",
        "apply_time": int(one.created),
        "update_time": int(one.modified),
    }
    lines = [{"sku_order_id": int(line.sub), "item_quantity": line.quantity} for line in one.lines]
    order = {"shop_order_id": int(one.order.number), "sku_order_infos": lines}
    return {"process_info": {"after_sale_info": case}, "order_info": order}


def _parcels(order: Order) -> list[dict[str, Any]]:
    numbers = dict.fromkeys(line.tracking for line in order.lines if line.tracking)
    return [{"tracking_no": number, "company": order.carrier} for number in numbers]


def _canonical(document: Any) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _number(text: str) -> float | int:
    """1.0 is written 1."""
    return int(float(text)) if float(text).is_integer() else float(text)


def _method(request: Request) -> str:
    """`/order/searchList` -> `order.searchList`"""
    return request.path.strip("/").replace("/", ".")


def _moment(text: str) -> float:
    if text.isdecimal():
        return float(text)
    return datetime.strptime(text, CLOCK).replace(tzinfo=CHINA).timestamp()
