"""Kuaishou's open platform as its documents tell it, for one shop."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from infra.sandbox.markets.market import Market
from infra.sandbox.markets.orders import DAY, Line, Order, Orders
from infra.sandbox.markets.refunds import Refund, Refunds, number_of
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import PAUSES, Notice
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No, Tokens

TOLERANCE = 600  # seconds
MOST_PAGE, LONGEST, HELD_BACK = 50, 7 * DAY, 90 * DAY
MOST_REFUNDS, REFUNDS_OF_ALL = 100, 9
REFUNDS = {"asked": 10, "agreed": 50, "refused": 12, "done": 60, "closed": 70}
MONEY_ALONE = 10  # of handlingWay
ALL, CHANGED, OLDEST_FIRST, BLOCK, END = 1, 2, 2, 16, "nomore"
SIGNS = {1: 1, 2: -1}  # changeType: more, or less
STATES = {
    "pending": 10,
    "on-hold": 30,
    "ready": 30,
    "partly": 40,
    "shipped": 40,
    "signed": 50,
    "completed": 70,
    "cancelled": 80,
    "refunded": 80,
}
VIEWS = {2: 10, 3: 30, 4: 40, 5: 50, 6: 70, 7: 80}  # of a list -> the status that it shows
EVENTS = {
    10: "kwaishop_order_addOrder",
    30: "kwaishop_order_paySuccess",
    40: "kwaishop_order_delivering",
    50: "kwaishop_order_deliverySuccess",
    70: "kwaishop_order_orderSuccess",
    80: "kwaishop_order_orderFail",
}
CODES = {
    "sign": (22, "签名校验失败"),
    "token": (28, "access_token 已过期"),
    "key": (21, "appkey 不存在"),
    "time": (30, "timestamp 超出范围"),
    "busy": (31, "请求过于频繁"),
    "absent": (100101, "订单不存在"),
    "state": (100103, "订单状态不允许发货"),
    "refund": (100104, "订单存在退款，不能发货"),
    "sku": (100105, "商品不存在"),
    "no-refund": (100106, "退款单不存在"),
    "moved": (100107, "退款单状态已变化"),
    "refresh": (100200400, "refresh_token 无效"),
    "param": (23, "参数错误"),
    "method": (25, "接口不存在"),
}
CALLS = {
    "open.order.cursor.list": "list",
    "open.order.detail": "order",
    "open.seller.order.goods.deliver": "ship",
    "open.order.goods.split.deliver": "ship",
    "open.item.sku.stock.update": "stock",
    "open.item.sku.list.get": "other",
    "open.shop.info.get": "other",
    "open.seller.order.refund.pcursor.list": "refunds",
    "open.seller.order.refund.detail": "refund",
    "open.seller.order.refund.approve": "decide",
    "open.refund.reject": "decide",
    "oauth2.access_token": "token",
    "oauth2.refresh_token": "token",
}
Fields = dict[str, str]
Asked = dict[str, Any]
Moment = Callable[[Order], float]


class Kuaishou(Market):
    name = "kuaishou"
    app_key, app_secret = "ks0123456789", "sandbox-app-secret"
    pushes = True

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        super().__init__(pauses)
        self.orders = _Single()
        self.refunds = Refunds(self.orders, whole=True)
        self.sign_secret = "sandbox-sign-secret"
        self.message_secret = base64.b64encode(b"sandbox-message!").decode()
        self.left: dict[str, int] = {}  # number -> units that have left

    def link(self) -> dict[str, Any]:
        known = super().link()
        more = {"sign_secret": self.sign_secret, "message_secret": self.message_secret}
        return {**known, "secrets": {**known["secrets"], **more}}

    def call_of(self, request: Request) -> str:
        return CALLS.get(_method(request), "other")

    def state_of(self, order: Order) -> str:
        """What was paid for and is closed is refunded; one unit leaves as a whole."""
        state = super().state_of(order)
        if state == "cancelled" and order.paid_at:
            return "refunded"
        return "shipped" if state == "partly" and order.lines[0].quantity == 1 else state

    def provide(self, request: Request, trick: Trick) -> Answer:
        fields, method = _fields(request), _method(request)
        if method not in CALLS:
            raise No("method")
        if CALLS[method] == "token":
            return self._token(method, fields)
        self._check(request, fields, method)
        if fields.get("access_token") != self.tokens.access:
            raise No("token")
        data = self._acts()[method](json.loads(fields["param"]), trick)
        return said({"result": 1, "code": "1", "msg": "SUCCESS", "data": data})

    def refuse(self, _: Request, no: No) -> Answer:
        code, text = CODES.get(no.why, CODES["param"])
        return said({"result": code, "error_msg": no.note or text, "code": str(code)})

    def signed(self, fields: Fields) -> str:
        """With a secret of its own, not the app's; MD5 in hex, or HMAC in base64."""
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign")
        raw = f"{text}&signSecret={self.sign_secret}".encode()
        if fields.get("signMethod") == "MD5":
            return hashlib.md5(raw, usedforsecurity=False).hexdigest()
        return base64.b64encode(hmac.digest(self.sign_secret.encode(), raw, "sha256")).decode()

    def push(self, order: Order) -> Notice:
        """Sealed, but not signed: whoever hears it must look for itself."""
        status = STATES[order.state]
        info = {"oid": int(order.number), "sellerId": 1001, "status": status}
        event = {
            "eventId": secrets.token_hex(16),
            "msgId": secrets.token_hex(16),
            "bizId": int(order.number),
            "userId": 1001,
            "openId": "sandbox-open-id",
            "appKey": self.app_key,
            "event": EVENTS[status],
            "info": json.dumps(info, separators=(",", ":")),
            "status": 0,
            "createTime": _ms(order.modified),
            "updateTime": _ms(order.modified),
            "test": False,
        }

        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            told = {**event, "appKey": "ks9"} if trick.is_("foreign") else event
            body = self.sealed(json.dumps(told, ensure_ascii=False).encode())
            return {"Content-Type": "text/plain"}, body[4:] if trick.is_("byte") else body

        return Notice(f"order {order.number}", self.push_url, write)

    def heard_well(self, status: int, body: bytes) -> bool:
        return status == 200 and json.loads(body or b"{}").get("result") == 1  # noqa: PLR2004

    def sealed(self, plain: bytes) -> bytes:
        """AES-CBC from sixteen zeros, filled up to whole blocks."""
        key, more = base64.b64decode(self.message_secret), BLOCK - len(plain) % BLOCK
        sealing = Cipher(algorithms.AES(key), modes.CBC(bytes(BLOCK))).encryptor()
        return base64.b64encode(sealing.update(plain + bytes([more]) * more) + sealing.finalize())

    def _acts(self) -> dict[str, Callable[[Asked, Trick], Any]]:
        return {
            "open.order.cursor.list": self._list,
            "open.order.detail": self._one,
            "open.seller.order.goods.deliver": self._send,
            "open.order.goods.split.deliver": self._send_some,
            "open.item.sku.stock.update": self._stock,
            "open.item.sku.list.get": self._skus,
            "open.seller.order.refund.pcursor.list": self._backs,
            "open.seller.order.refund.detail": lambda asked, _: _refund(self._back(asked)),
            "open.seller.order.refund.approve": self._approve,
            "open.refund.reject": self._reject,
            "open.shop.info.get": lambda *_: {"shopName": "沙箱小店", "shopType": 1},
        }

    def _check(self, request: Request, fields: Fields, method: str) -> None:
        wanted = {"appkey": self.app_key, "method": method, "version": "1"}
        if any(fields.get(name) != value for name, value in wanted.items()):
            raise No("key" if fields.get("appkey") != self.app_key else "method")
        if request.method == "POST" and "param" not in dict(parse_qsl(request.body.decode())):
            raise No("param", "param")
        if fields.get("signMethod") not in ("MD5", "HMAC_SHA256"):
            raise No("param", "signMethod")
        if not hmac.compare_digest(self.signed(fields), fields.get("sign", "")):
            raise No("sign")
        if abs(int(fields["timestamp"]) / 1000 - self.now) > TOLERANCE:
            raise No("time")

    def _list(self, asked: Asked, trick: Trick) -> dict[str, Any]:
        size, cursor = int(asked["pageSize"]), str(asked.get("cursor", ""))
        if not 1 <= size <= MOST_PAGE or cursor == END:
            raise No("param", "pageSize, cursor")
        moment = _modified if int(asked.get("queryType", 1)) == CHANGED else _created
        found = sorted(self._found(asked, moment), key=lambda order: _place(order, moment))
        if int(asked.get("sort", 1)) != OLDEST_FIRST:
            found.reverse()
        left = found[_after(found, cursor, moment) :]
        page = left[:size]
        following = _cursor(page[-1], moment) if len(left) > size else END
        told = [self._whole(order) for order in page]
        self.shift(trick)
        return {"orderList": told, "cursor": following, "pageSize": size}

    def _found(self, asked: Asked, moment: Moment) -> list[Order]:
        start, end = int(asked["beginTime"]) / 1000, int(asked["endTime"]) / 1000
        if not 0 <= end - start <= LONGEST:
            raise No("param", "时间跨度不能超过 7 天")
        if start < self.now - HELD_BACK:
            raise No("param", "只能查询 90 天内的订单")
        view = int(asked.get("orderViewStatus", ALL))
        return [
            order
            for order in self.orders
            if start <= moment(order) <= end and view in (ALL, _view(order))
        ]

    def _order(self, number: object) -> Order:
        order = self.orders.get(str(int(str(number))))
        if order is None:
            raise No("absent")
        return order

    def _one(self, asked: Asked, _: Trick) -> dict[str, Any]:
        return self._whole(self._order(asked["oid"]))

    def _send(self, asked: Asked, _: Trick) -> None:
        order = self._order(asked["orderId"])
        self._leave(order, asked, order.lines[0].quantity)

    def _send_some(self, asked: Asked, _: Trick) -> None:
        order = self._order(asked["mainOrderId"])
        for parcel in asked["deliveryItemInfoList"]:
            goods = parcel["deliveryGoodsInfoList"]
            if any(str(one["oid"]) != order.number for one in goods):
                raise No("param", "oid")
            self._leave(order, parcel, sum(int(one["deliveryNum"]) for one in goods))

    def _leave(self, order: Order, parcel: Asked, units: int) -> None:
        """A parcel of some units. The same once more is taken, and does nothing."""
        carrier, tracking = str(int(parcel["expressCode"])), str(parcel["expressNo"])
        if (carrier, tracking) in self.told.get(order.number, []):
            return
        left, ordered = self.left.get(order.number, 0) + units, order.lines[0].quantity
        if not 0 < units <= left <= ordered:
            raise No("param", "deliveryNum")
        if left == ordered:
            self.ship(order.number, carrier, tracking)
        else:
            self._leave_some(order, carrier, tracking)
        self.left[order.number] = left

    def _leave_some(self, order: Order, carrier: str, tracking: str) -> None:
        if order.refunding:
            raise No("refund")
        if order.state not in ("ready", "partly"):
            raise No("state")
        self.told.setdefault(order.number, []).append((carrier, tracking))
        self.change(order.number, "partly", carrier=carrier)

    def _stock(self, asked: Asked, trick: Trick) -> None:
        """So many more or less than there are; there is no other way."""
        sku, change = (
            f"{int(asked['kwaiItemId'])}:{int(asked['skuId'])}",
            int(asked["skuChangeStock"]),
        )
        if trick.is_("part"):
            raise No("sku")
        left = self.shelf.get(sku, 0) + SIGNS[int(asked["changeType"])] * change
        if change <= 0 or left < 0:
            raise No("param", "skuChangeStock")
        self.shelf[sku] = left

    def _skus(self, asked: Asked, _: Trick) -> list[dict[str, Any]]:
        item = str(int(asked["kwaiItemId"]))
        lines = [line for order in self.orders for line in order.lines if line.item == item]
        if not lines:
            raise No("sku")
        return [
            {
                "kwaiItemId": int(item),
                "kwaiSkuId": int(sku),
                "skuStock": self.shelf.get(f"{item}:{sku}", 0),
            }
            for sku in {line.sku_id for line in lines}
        ]

    def _backs(self, asked: Asked, _: Trick) -> dict[str, Any]:
        """A day at most; the cursor is the place of what was told last."""
        start, end = int(asked["beginTime"]) / 1000, int(asked["endTime"]) / 1000
        size, cursor = int(asked["pageSize"]), str(asked["pcursor"])
        if not (0 <= end - start <= DAY and start >= self.now - HELD_BACK):
            raise No("param", "时间跨度不能超过 1 天")
        if not (1 <= size <= MOST_REFUNDS and int(asked["currentPage"]) and cursor != END):
            raise No("param", "pageSize, currentPage, pcursor")
        if int(asked["type"]) != REFUNDS_OF_ALL or int(asked.get("sort", 1)) != OLDEST_FIRST:
            raise No("param", "type, sort")
        changed = int(asked.get("queryType", 1)) == CHANGED
        seek = self.refunds.modified if changed else self.refunds.created
        found = sorted((_spot(one, changed=changed), one.number) for one in seek(start, end + 1))
        left = [(spot, number) for spot, number in found if spot > cursor]
        page, following = left[:size], left[size - 1][0] if len(left) > size else END
        told = [_refund(self.refunds.get(number)) for _, number in page]
        return {"refundOrderInfoList": told, "pcursor": following}

    def _back(self, asked: Asked) -> Refund:
        return self.refunds.get(str(int(asked["refundId"])))

    def _approve(self, asked: Asked, _: Trick) -> None:
        """The merchant names the sum and the status that he has seen."""
        one = self._back(asked)
        if int(asked["refundAmount"]) != one.fen:
            raise No("param", "refundAmount")
        if int(asked["status"]) != REFUNDS[one.stage]:
            raise No("moved")
        self.refunds.decide(one.number, None, self.now, agree=True)

    def _reject(self, asked: Asked, _: Trick) -> None:
        version = int(asked["refundVersion"])
        self.refunds.decide(self._back(asked).number, version, self.now, agree=False)

    def _token(self, method: str, fields: Fields) -> Answer:
        if (fields.get("app_id"), fields.get("app_secret")) != (self.app_key, self.app_secret):
            raise No("key")
        again, kind = method == "oauth2.refresh_token", fields.get("grant_type")
        if kind != ("refresh_token" if again else "code") or not (again or fields.get("code")):
            raise No("param", "grant_type, code")
        refresh = fields.get("refresh_token", "")
        self.tokens = self.tokens.renewed(refresh) if again else Tokens()
        told = {
            "access_token": self.tokens.access,
            "refresh_token": self.tokens.refresh,
            "expires_in": int(self.tokens.ends - self.now),
            "refresh_token_expires_in": 180 * 86400,
            "token_type": "bearer",
            "open_id": "sandbox-open-id",
        }
        return said({"result": 1, **told})

    def _whole(self, order: Order) -> dict[str, Any]:
        (line,) = order.lines
        delivery = {"deliveryNum": self._sent(order), "expressNo": line.tracking}
        return {
            "orderBaseInfo": _base(order, line),
            "orderItemInfo": _item(line),
            "orderAddress": _address(order),
            "orderNote": {"orderNoteInfo": [{"note": order.memo}] if order.memo else []},
            "orderRefundList": _refunds(order, line),
            "orderDeliveryInfo": delivery,
        }

    def _sent(self, order: Order) -> int:
        """Units that have left: an order counts as shipped from the first of them on."""
        if order.state == "partly":
            return self.left.get(order.number, 1)
        return order.lines[0].quantity if order.state in ("shipped", "signed", "completed") else 0


class _Single(Orders):
    """An order of Kuaishou's has one article."""

    def make(self, *given: Any, **named: Any) -> list[str]:
        with self.lock:
            made = super().make(*given, **named)
            for number in made:
                del self.by_number[number].lines[1:]
        return made


def _created(order: Order) -> float:
    return order.created


def _modified(order: Order) -> float:
    return order.modified


def _place(order: Order, moment: Moment) -> tuple[float, str]:
    return moment(order), order.number


def _cursor(order: Order, moment: Moment) -> str:
    at, number = _place(order, moment)
    return base64.urlsafe_b64encode(f"{at}:{number}".encode()).decode()


def _after(found: list[Order], cursor: str, moment: Moment) -> int:
    """How many stand before what a cursor points at, wherever they have moved since."""
    if not cursor:
        return 0
    at, _, number = base64.urlsafe_b64decode(cursor).decode().partition(":")
    key = (float(at), number)
    if found and _place(found[0], moment) > _place(found[-1], moment):
        return sum(_place(order, moment) >= key for order in found)
    return sum(_place(order, moment) <= key for order in found)


def _view(order: Order) -> int:
    return next(view for view, status in VIEWS.items() if status == STATES[order.state])


def _base(order: Order, line: Line) -> dict[str, Any]:
    return {
        "oid": int(order.number),
        "status": STATES[order.state],
        "createTime": _ms(order.created),
        "updateTime": _ms(order.modified),
        "payTime": _ms(order.paid_at),
        "buyerOpenId": order.buyer,
        "buyerNick": f"{order.name[0]}**",
        "totalFee": order.total,
        "discountFee": line.off + line.share,
        "expressFee": order.freight,
        "remark": order.note,
        "disableDeliveryReasonCode": [1] if order.state == "on-hold" else [],
        "riskCode": 0,
    }


def _item(line: Line) -> dict[str, Any]:
    return {
        "itemId": int(line.item),
        "skuId": int(line.sku_id),
        "skuNick": line.code,
        "itemTitle": line.title,
        "num": line.quantity,
        "price": line.price,
    }


def _address(order: Order) -> dict[str, str]:
    province, city, district, address = order.place
    return {
        "province": province,
        "city": city,
        "district": district,
        "town": "",
        "encryptedConsignee": f"consignee-{order.buyer}",
        "encryptedMobile": f"mobile-{order.phone[-4:]}",
        "encryptedAddress": f"address-{order.buyer}",
        "desensitiseConsignee": f"{order.name[0]}**",
        "desensitiseMobile": f"{order.phone[:3]}****{order.phone[-4:]}",
        "desensitiseAddress": f"{address[:2]}****",
    }


def _refunds(order: Order, line: Line) -> list[dict[str, int]]:
    status = {"asked": 10, "agreed": 30}.get(line.refund, 60 if order.state == "refunded" else 0)
    return [{"refundId": int(number_of(line)), "refundStatus": status}] if status else []


def _spot(one: Refund, *, changed: bool) -> str:
    return f"{_ms(one.modified if changed else one.created)}:{one.number}"


def _refund(one: Refund) -> dict[str, Any]:
    return {
        "refundId": int(one.number),
        "oid": int(one.order.number),
        "status": REFUNDS[one.stage],
        "handlingWay": MONEY_ALONE,
        "refundFee": one.fen,
        "productNum": one.line.quantity,
        "receiptStatus": 0,
        "refundReasonDesc": "不想要了",
        "createTime": _ms(one.created),
        "updateTime": _ms(one.modified),
    }


def _ms(at: float) -> int:
    return int(at * 1000)


def _method(request: Request) -> str:
    """`/open/order/detail` -> `open.order.detail`"""
    return request.path.strip("/").replace("/", ".")


def _fields(request: Request) -> Fields:
    """From the address and from a form; blanks count, as they are signed too."""
    found = parse_qsl(request.query, keep_blank_values=True)
    return dict(found + parse_qsl(request.body.decode(), keep_blank_values=True))
