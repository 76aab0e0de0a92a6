"""WeChat's shop (微信小店) as its documents tell it: a token, numbers only, sealed pushes."""

import base64
import hashlib
import json
import secrets
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from infra.sandbox.markets.market import Market
from infra.sandbox.markets.orders import DAY, Line, Order
from infra.sandbox.markets.refunds import Refund, number_of
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import Notice
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No, Tokens

MOST_PAGE, LONGEST, BLOCK, LIFE = 100, 7 * DAY, 32, 7200
CASES = 10  # of one page
SHOP = "gh_sandbox"
STATES = {
    "pending": 10,
    "on-hold": 12,
    "ready": 20,
    "partly": 21,
    "shipped": 30,
    "signed": 30,
    "completed": 100,
    "refunded": 200,
    "cancelled": 250,
}
STATUSES = {
    "asked": "MERCHANT_PROCESSING",
    "agreed": "USER_WAIT_RETURN",
    "refused": "MERCHANT_REJECT_REFUND",
    "done": "MERCHANT_REFUND_SUCCESS",
    "closed": "USER_CANCELD",
}
REASONS = (  # type, scene, text
    (6, 1, "买家误操作/已协商取消申请"),
    (4, 1, "包裹在买家发起售后时已发出"),
    (2, 1, "其他"),
    (20, 4, "商品影响二次销售"),
)
CODES = {
    "token": (40001, "invalid credential, access_token is invalid or not latest"),
    "key": (40013, "invalid appid"),
    "sign": (40125, "invalid appsecret"),
    "busy": (45009, "reach max api daily quota limit"),
    "absent": (10020052, "订单不存在"),
    "done": (10020054, "该运单号已发货"),
    "state": (10020053, "订单状态不允许发货"),
    "refund": (10020055, "商品售后中，不能发货"),
    "sku": (10020060, "sku 不存在"),
    "no-refund": (10021050, "售后单不存在"),
    "moved": (10020001, "售后单状态不合法"),
    "span": (10020004, "非法的时间区间，不得大于 24 小时"),
    "param": (47001, "data format error"),
    "method": (43002, "require POST method"),
}
CALLS = {
    "/cgi-bin/stable_token": "token",
    "/channels/ec/order/list/get": "list",
    "/channels/ec/order/get": "order",
    "/channels/ec/order/delivery/send": "ship",
    "/channels/ec/product/stock/update": "stock",
    "/channels/ec/basics/info/get": "other",
    "/channels/ec/aftersale/getaftersalelist": "refunds",
    "/channels/ec/aftersale/getaftersaleorder": "refund",
    "/channels/ec/aftersale/rejectreason/get": "reasons",
    "/channels/ec/aftersale/acceptapply": "decide",
    "/channels/ec/aftersale/rejectapply": "decide",
}
Fields = dict[str, Any]


class WechatShop(Market):
    name = "wechat-shop"
    app_key, app_secret = "wxba5fad812f8e6fb9", "sandbox-wechat-secret-0123456789"
    push_token, aes_key = "sandboxtoken", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY"
    pushes = True

    def link(self) -> dict[str, Any]:
        given = {
            "app_secret": self.app_secret,
            "push_token": self.push_token,
            "aes_key": self.aes_key,
        }
        return {**super().link(), "secrets": given}

    def call_of(self, request: Request) -> str:
        return CALLS.get(request.path, "other")

    def provide(self, request: Request, trick: Trick) -> Answer:
        if request.path not in CALLS:
            raise No("method")
        asked: Fields = json.loads(request.body or b"{}")
        if CALLS[request.path] == "token":
            return said(self._token(asked))
        if parse_qs(request.query).get("access_token", [""])[-1] != self.tokens.access:
            raise No("token")
        acts: dict[str, Callable[[Fields, Trick], Fields]] = {
            "list": self._list,
            "order": self._one,
            "ship": self._send,
            "stock": self._stock,
            "refunds": self._cases,
            "refund": lambda asked, _: {"after_sale_order": _case(self.refunds.get(_no(asked)))},
            "reasons": lambda *_: {"reason_list": [_reason(*each) for each in REASONS]},
            "decide": self._reject if request.path.endswith("rejectapply") else self._accept,
            "other": self._shop,
        }
        data = acts[CALLS[request.path]](asked, trick)
        return said({"errcode": 0, "errmsg": "ok", **data})

    def refuse(self, _: Request, no: No) -> Answer:
        code, text = CODES.get(no.why, CODES["param"])
        return said({"errcode": code, "errmsg": no.note or text})

    def push(self, order: Order) -> Notice:
        sealed = self.sealed(json.dumps(self._event(order)).encode(), secrets.token_bytes(16))

        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            told = sealed[:-8] + sealed[-8:].swapcase() if trick.is_("byte") else sealed
            body = json.dumps({"ToUserName": SHOP, "Encrypt": told}).encode()
            return {"Content-Type": "application/json"}, body

        url = f"{self.push_url}?{self._query(sealed)}"
        return Notice(f"order {order.number}", url, write)

    def _query(self, sealed: str) -> str:
        """Two signatures: the one that counts is over what is sealed."""
        stamp, chance = str(int(self.now)), secrets.token_hex(5)
        return urlencode(
            {
                "signature": self.signed(stamp, chance),
                "timestamp": stamp,
                "nonce": chance,
                "encrypt_type": "aes",
                "msg_signature": self.signed(stamp, chance, sealed),
            }
        )

    def heard_well(self, status: int, body: bytes) -> bool:
        return status == 200 and body in (b"", b"success")  # noqa: PLR2004

    def sealed(self, news: bytes, chance: bytes) -> str:
        """Chance, length, news and appid, padded to blocks of 32, in AES-CBC."""
        key = base64.b64decode(f"{self.aes_key}=")
        text = chance + struct.pack(">I", len(news)) + news + self.app_key.encode()
        left = BLOCK - len(text) % BLOCK
        lock = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        return base64.b64encode(
            lock.update(text + bytes([left]) * left) + lock.finalize()
        ).decode()

    def signed(self, *parts: str) -> str:
        """SHA1 of the token and the parts, sorted."""
        text = "".join(sorted((self.push_token, *parts)))
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def _event(self, order: Order) -> Fields:
        names = {"ready": "pay", "cancelled": "cancel", "shipped": "deliver", "signed": "confirm"}
        return {
            "ToUserName": SHOP,
            "FromUserName": order.buyer,
            "CreateTime": int(order.modified),
            "MsgType": "event",
            "Event": f"channels_ec_order_{names.get(order.state, 'ext_info_update')}",
            "order_info": {"order_id": order.number},
        }

    def _token(self, asked: Fields) -> Fields:
        """The same one as long as it lives, unless it was taken back."""
        if asked.get("grant_type") != "client_credential":
            raise No("param", "grant_type")
        if asked.get("appid") != self.app_key:
            raise No("key")
        if asked.get("secret") != self.app_secret:
            raise No("sign")
        if asked.get("force_refresh") or self.tokens.ends <= self.now:
            self.tokens = Tokens(ends=self.now + LIFE)
        left = min(LIFE, int(self.tokens.ends - self.now))
        return {"access_token": self.tokens.access, "expires_in": left}

    def _shop(self, *_: object) -> Fields:
        return {"info": {"nickname": "沙箱小店", "username": SHOP, "status": "open"}}

    def _list(self, asked: Fields, trick: Trick) -> Fields:
        """`next_key` says where the last page ended."""
        size = int(asked["page_size"])
        if not 1 <= size <= MOST_PAGE:
            raise No("param", "page_size")
        by = next(name for name in ("update_time_range", "create_time_range") if name in asked)
        found = self._ranged(by.removesuffix("_time_range"), asked[by])
        if "status" in asked:
            found = [order for order in found if STATES[order.state] == asked["status"]]
        start = _after(found, by, str(asked.get("next_key") or ""))
        some = found[start : start + size]
        more = start + size < len(found)
        key = _key(some[-1], by) if some else ""
        self.shift(trick)
        return {
            "order_id_list": [order.number for order in some],
            "has_more": more,
            "next_key": key,
        }

    def _ranged(self, by: str, span: Fields) -> list[Order]:
        start, end = int(span["start_time"]), int(span["end_time"])
        if not 0 <= end - start <= LONGEST:
            raise No("param", "时间跨度不能超过七天")
        seek = self.orders.modified if by == "update" else self.orders.created
        return seek(start, end + 1)

    def _one(self, asked: Fields, _: Trick) -> Fields:
        order = self.orders.get(str(asked["order_id"]))
        if order is None:
            raise No("absent")
        return {"order": self._order(order)}

    def _send(self, asked: Fields, _: Trick) -> Fields:
        """A parcel holds whole lines here: half of one is refused."""
        number = str(asked["order_id"])
        order = self.orders.get(number)
        if order is None:
            raise No("absent")
        for parcel in asked["delivery_list"]:
            if parcel["deliver_type"] != 1:
                raise No("param", "deliver_type")
            subs = tuple(_sub(order, one) for one in parcel["product_infos"])
            self.ship(number, parcel["delivery_id"], parcel["waybill_id"], subs)
        return {}

    def _stock(self, asked: Fields, trick: Trick) -> Fields:
        if trick.is_("part"):
            raise No("sku")
        if asked["diff_type"] != 3:  # noqa: PLR2004 - the absolute figure
            raise No("param", "diff_type")
        self.shelf[f"{asked['product_id']}:{asked['sku_id']}"] = int(asked["num"])
        return {}

    def _cases(self, asked: Fields, _: Trick) -> Fields:
        """By when they were made or changed, a day at most; `next_key` counts what was told."""
        by = next(name for name in ("update", "create") if f"begin_{name}_time" in asked)
        start, end = int(asked[f"begin_{by}_time"]), int(asked[f"end_{by}_time"])
        if not 0 <= end - start <= DAY:
            raise No("span")
        seek = self.refunds.modified if by == "update" else self.refunds.created
        found, after = seek(start, end + 1), int(asked.get("next_key") or 0)
        told = [one.number for one in found[after : after + CASES]]
        more, key = after + CASES < len(found), str(after + len(told))
        return {"after_sale_order_id_list": told, "has_more": more, "next_key": key}

    def _accept(self, asked: Fields, _: Trick) -> Fields:
        """Money alone is given back at once."""
        self.refunds.decide(_no(asked), None, self.now, agree=True)
        return {}

    def _reject(self, asked: Fields, _: Trick) -> Fields:
        """A kind of refusal must be named, one that money alone is refused with."""
        if asked["reject_reason_type"] not in [kind for kind, scene, _ in REASONS if scene == 1]:
            raise No("param", "reject_reason_type")
        self.refunds.decide(_no(asked), None, self.now, agree=False)
        return {}

    def _order(self, order: Order) -> Fields:
        return {
            "order_id": order.number,
            "openid": order.buyer,
            "unionid": "",
            "create_time": int(order.created),
            "update_time": int(order.modified),
            "status": STATES[order.state],
            "order_detail": {
                "product_infos": [_line(line) for line in order.lines],
                "price_info": _prices(order),
                "pay_info": _paid(order),
                "delivery_info": self._delivery(order),
                "ext_info": {"customer_notes": order.note, "merchant_notes": order.memo},
            },
            "aftersale_detail": _aftersale(order),
        }

    def _delivery(self, order: Order) -> Fields:
        province, city, district, address = order.place
        parcels = {line.tracking: line for line in order.lines if line.tracking}
        return {
            "address_info": {
                "user_name": order.name,
                "postal_code": "000000",
                "province_name": province,
                "city_name": city,
                "county_name": district,
                "detail_info": address,
                "tel_number": order.phone,
                "hash_code": hashlib.sha256(f"{order.buyer}{order.place}".encode()).hexdigest(),
            },
            "delivery_product_info": [_parcel(order, no) for no in parcels],
            "deliver_method": 0,
            "ewaybill_order_code": f"code-{order.number}",
        }


def _line(line: Line) -> Fields:
    """`real_price` is what was paid for all units of it."""
    return {
        "product_id": line.item,
        "sku_id": line.sku_id,
        "sku_code": line.code,
        "out_sku_id": line.code,
        "title": line.title,
        "thumb_img": "",
        "sku_cnt": line.quantity,
        "sale_price": line.price,
        "market_price": line.price,
        "real_price": line.paid,
        "is_discounted": bool(line.off + line.share),
        "on_aftersale_sku_cnt": line.quantity if line.refund in ("asked", "agreed") else 0,
        "finish_aftersale_sku_cnt": line.quantity if line.refund == "done" else 0,
    }


def _prices(order: Order) -> Fields:
    """All that was taken off is one figure."""
    whole = sum(line.price * line.quantity for line in order.lines)
    off = sum(line.off + line.share for line in order.lines)
    return {
        "product_price": whole,
        "order_price": order.total,
        "freight": order.freight,
        "discounted_price": off,
        "is_discounted": bool(off),
        "original_order_price": whole + order.freight,
        "merchant_receieve_price": order.total,
    }


def _paid(order: Order) -> Fields:
    if not order.paid_at:
        return {}
    ids = {"transaction_id": f"42000{order.number}", "prepay_id": "", "payment_method": 1}
    return {"pay_time": int(order.paid_at), **ids}


def _parcel(order: Order, tracking: str) -> Fields:
    inside = [line for line in order.lines if line.tracking == tracking]
    return {
        "waybill_id": tracking,
        "delivery_id": order.carrier,
        "delivery_time": int(order.modified),
        "deliver_type": 1,
        "product_infos": [
            {"product_id": line.item, "sku_id": line.sku_id, "product_cnt": line.quantity}
            for line in inside
        ],
    }


def _aftersale(order: Order) -> Fields:
    cases = [
        {"aftersale_order_id": number_of(line), "status": 1}
        for line in order.lines
        if line.refund in ("asked", "agreed")
    ]
    return {"aftersale_order_list": cases, "on_aftersale_order_cnt": len(cases)}


def _case(one: Refund) -> Fields:
    """Fen, seconds, and the line by its SKU; a buyer wants his money alone back."""
    line = one.line
    return {
        "after_sale_order_id": one.number,
        "status": STATUSES[one.stage],
        "openid": one.order.buyer,
        "unionid": "",
        "product_info": {
            "product_id": line.item,
            "sku_id": line.sku_id,
            "count": line.quantity,
            "fast_refund": False,
        },
        "details": {"desc": "", "receive_product": bool(line.tracking), "cancel_time": 0},
        "refund_info": {"amount": line.paid, "refund_reason": 3 if one.stage == "done" else 0},
        "return_info": {"waybill_id": "", "delivery_id": "", "delivery_name": ""},
        "merchant_upload_info": {"reject_reason": "", "refund_certificates": []},
        "create_time": int(one.created),
        "update_time": int(one.modified),
        "reason": "10000000",
        "reason_text": "不想要了",
        "type": "REFUND",
        "order_id": one.order.number,
    }


def _reason(kind: int, scene: int, text: str) -> Fields:
    told = {"reject_reason_type": kind, "reject_reason_type_text": text}
    return {**told, "reject_reason": text, "reject_scene": scene}


def _no(asked: Fields) -> str:
    return str(asked["after_sale_order_id"])


def _sub(order: Order, told: Fields) -> str:
    """Our own number of the line that lies in a parcel."""
    for line in order.lines:
        same = (line.item, line.sku_id) == (str(told["product_id"]), str(told["sku_id"]))
        if same and int(told["product_cnt"]) == line.quantity:
            return line.sub
    raise No("sku")


def _key(order: Order, by: str) -> str:
    at = order.modified if by == "update_time_range" else order.created
    return f"{int(at)}_{order.number}"


def _after(found: list[Order], by: str, key: str) -> int:
    """The place of the first order behind the key."""
    at, _, number = key.partition("_")
    places = [no for no, order in enumerate(found) if not key or _behind(order, by, at, number)]
    return places[0] if places else len(found)


def _behind(order: Order, by: str, at: str, number: str) -> bool:
    mine, _, own = _key(order, by).partition("_")
    return (int(mine), own) > (int(at), number)
