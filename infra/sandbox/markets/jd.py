"""JD's open platform (JOS) as its documents tell it, for one shop."""

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
NEVER = "0001-01-01 00:00:00"
TOLERANCE = 360  # seconds
MOST_PAGE, LONGEST, HELD_BACK = 100, 31 * DAY, 90 * DAY
MOST_REFUNDS, DEEPEST = 50, 100  # of a page; pages
REFUNDS = {"asked": 0, "agreed": 1, "refused": 2, "done": 3, "closed": 11}
PAID_BACK = 13
ANSWERS = {1: True, 2: False}  # of the merchant's to a refund
SPANS = (("applyTime", 7 * DAY), ("approveTime", 10 * DAY))
CREATED, NEWEST_FIRST = "1", "1"  # dateType, sortType; anything else is the other way
STATES = {
    "pending": "NOT_PAY",
    "on-hold": "PAUSE",
    "ready": "WAIT_SELLER_STOCK_OUT",
    "shipped": "WAIT_GOODS_RECEIVE_CONFIRM",
    "signed": "WAIT_GOODS_RECEIVE_CONFIRM",
    "completed": "FINISHED_L",
    "cancelled": "TRADE_CANCELED",
    "refunded": "TRADE_CANCELED",
}
CODES = {  # what the gateway refuses
    "busy": ("2", "限制时间内调用失败次数", "App Call Limited"),
    "time": ("8", "非法的时间戳参数", "Invalid Timestamp"),
    "sign": ("12", "无效签名", "Invalid Signature"),
    "method": ("15", "不存在的方法名", "Invalid Method"),
    "token": ("19", "无效access_token", "Invalid Session"),
    "key": ("21", "无效app_key", "Invalid App Key"),
    "sku": ("50", "SKU 不存在", "Sku Not Found"),
}
WORDS = {  # what the shop's own services refuse
    "absent": "订单不存在",
    "done": "订单已出库，请勿重复出库",
    "state": "订单状态不正确，不能出库",
    "refund": "订单已锁定，不能出库",
    "param": "参数错误",
    "no-refund": "退款单不存在",
    "moved": "退款单状态已变化，不能审核",
}
CALLS = {  # of each call: its kind, and what its answer is called
    "jingdong.pop.order.search": ("list", "searchorderinfo_result"),
    "jingdong.pop.order.get": ("order", "orderDetailInfo"),
    "jingdong.pop.order.shipment": ("ship", "sopjosshipment_result"),
    "jingdong.stock.write.updateSkuStock": ("stock", ""),
    "jingdong.vender.shop.query": ("other", "shop_jos_result"),
    "jingdong.pop.afs.soa.refundapply.queryPageList": ("refunds", "queryResult"),
    "jingdong.pop.afs.soa.refundapply.replyRefund": ("decide", "replyResult"),
    "jingdong.asc.serviceAndRefund.view": ("refunds", "pageResult"),
}
FLAT = ("ship", "refunds", "decide")  # whose answers tell of success with nothing around it
TOKEN = ("/oauth2/access_token", "/oauth2/refresh_token")
Fields = dict[str, str]
Asked = dict[str, Any]


class Jd(Market):
    name = "jd"

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        super().__init__(pauses)
        self.refunds.whole = True

    def call_of(self, request: Request) -> str:
        if request.path in TOKEN:
            return "token"
        return CALLS.get(_fields(request).get("method", ""), ("other",))[0]

    def state_of(self, order: Order) -> str:
        """One order is one parcel or more, which leave together; it has no word for signed."""
        state = super().state_of(order)
        return {"signed": "shipped", "refunded": "cancelled"}.get(state, state)

    def provide(self, request: Request, trick: Trick) -> Answer:
        fields = _fields(request)
        if request.path in TOKEN:
            return self._token(request.path, fields)
        method = fields.get("method", "")
        if (request.method, request.path) != ("POST", "/routerjson") or method not in CALLS:
            raise No("method")
        self._check(fields)
        told = self._acts()[method](json.loads(fields["360buy_param_json"]), trick)
        name = CALLS[method][1]
        return _responce(method, {name: told} if name else told)

    def refuse(self, request: Request, no: No) -> Answer:
        if request.path in TOKEN:
            return said({"code": 400, "msg": no.note or no.why, "requestId": "sandbox"})
        if no.why in CODES:
            return _error(*CODES[no.why])
        fields = _fields(request)
        kind, name = CALLS.get(fields.get("method", ""), ("other", ""))
        word = no.note or WORDS[no.why]
        result = {"success": False, "chineseErrCode": word, "englishErrCode": no.why}
        if not name:
            return _error("50", word, no.why)
        return _responce(fields["method"], {name: result if kind in FLAT else _result(result)})

    def signed(self, fields: Fields) -> str:
        """Over all that is sent."""
        text = "".join(f"{k}{fields[k]}" for k in sorted(fields) if k != "sign" and fields[k])
        raw = (self.app_secret + text + self.app_secret).encode()
        return hashlib.md5(raw, usedforsecurity=False).hexdigest().upper()

    def _acts(self) -> dict[str, Callable[[Asked, Trick], dict[str, Any]]]:
        return {
            "jingdong.pop.order.search": self._search,
            "jingdong.pop.order.get": self._get,
            "jingdong.pop.order.shipment": self._shipment,
            "jingdong.stock.write.updateSkuStock": self._stock,
            "jingdong.pop.afs.soa.refundapply.queryPageList": self._cancels,
            "jingdong.pop.afs.soa.refundapply.replyRefund": self._reply,
            "jingdong.asc.serviceAndRefund.view": self._services,
            "jingdong.vender.shop.query": lambda *_: {
                "vender_id": 1001,
                "shop_id": 2001,
                "shop_name": "沙箱小店",
            },
        }

    def _check(self, fields: Fields) -> None:
        if fields.get("app_key") != self.app_key:
            raise No("key")
        if not hmac.compare_digest(self.signed(fields), fields.get("sign", "")):
            raise No("sign")
        if abs(_stamp(fields["timestamp"]) - self.now) > TOLERANCE:
            raise No("time")
        if fields.get("access_token") != self.tokens.access:
            raise No("token")

    def _search(self, asked: Asked, trick: Trick) -> dict[str, Any]:
        start, end = _moment(asked["start_date"]), _moment(asked["end_date"])
        if not 0 <= end - start <= LONGEST:
            raise No("param", "时间跨度不能超过一个月")
        made = str(asked.get("dateType", "")) == CREATED
        found = (self.orders.created if made else self.orders.modified)(start, end + 1)
        states = asked["order_state"].split(",")
        found = [order for order in found if _state(order) in states]
        page = self._page(found, asked)
        self.shift(trick)
        return page

    def _page(self, found: list[Order], asked: Asked) -> dict[str, Any]:
        size, no = int(asked["page_size"]), int(asked["page"])
        if not (1 <= size <= MOST_PAGE and no >= 1):
            raise No("param", "page_size")
        recent = [order for order in found if order.created > self.now - HELD_BACK]
        if str(asked.get("sortType", "")) == NEWEST_FIRST:
            recent.reverse()
        some = recent[(no - 1) * size : no * size]
        rows = [self._told(order, asked["optional_fields"]) for order in some]
        return _result({"success": True}) | {"orderInfoList": rows, "orderTotal": len(recent)}

    def _get(self, asked: Asked, _: Trick) -> dict[str, Any]:
        order = self.orders.get(str(asked["order_id"]))
        if order is None:
            raise No("absent")
        info = self._told(order, asked["optional_fields"])
        return _result({"success": True}) | {"orderInfo": info}

    def _shipment(self, asked: Asked, _: Trick) -> dict[str, Any]:
        """All of an order at once: carriers divided by `|`, the numbers of one by commas."""
        carriers, numbers = str(asked["logiCoprId"]).split("|"), asked["logiNo"].split("|")
        pairs = [
            (str(int(carrier)), tracking)
            for carrier, each in zip(carriers, numbers, strict=True)
            for tracking in each.split(",")
        ]
        number = str(asked["orderId"])
        self.ship(number, *pairs[0])
        self.told[number] += pairs[1:]
        return {"success": True, "chineseErrCode": "", "englishErrCode": "", "errorCode": ""}

    def _stock(self, asked: Asked, trick: Trick) -> dict[str, Any]:
        sku = str(asked["skuId"])
        if trick.is_("part"):
            raise No("sku")
        item = next(
            line.item for order in self.orders for line in order.lines if line.sku_id == sku
        )
        self.shelf[f"{item}:{sku}"] = int(asked["stockNum"])
        return {"success": True}

    def _cancels(self, asked: Asked, _: Trick) -> dict[str, Any]:
        """What was asked for before the goods had left: by number, or by when it changed."""
        if ids := str(asked.get("ids", "")):
            found = [self.refunds.by_number.get(number) for number in ids.split(",")]
        else:
            start, end = _moment(asked["modifiedStart"]), _moment(asked["modifiedEnd"])
            found = [*reversed(self.refunds.modified(start, end + 1))]
        some, total = _some([one for one in found if one and not one.left], asked, "pageIndex")
        return {"success": True, "totalCount": total, "result": [_cancel(one) for one in some]}

    def _services(self, asked: Asked, _: Trick) -> dict[str, Any]:
        """What was asked for afterwards: of an order, or by when it was asked for or answered."""
        if "orderId" in asked:
            found = [o for o in self.refunds.modified(0, self.now) if _is_of(o, asked["orderId"])]
        else:
            by, longest = next(each for each in SPANS if f"{each[0]}Begin" in asked)
            start, end = _moment(asked[f"{by}Begin"]), _moment(asked[f"{by}End"])
            if not 0 <= end - start <= longest:
                raise No("param", "时间跨度过长")
            seek = self.refunds.created if by == "applyTime" else self.refunds.modified
            found = [o for o in seek(start, end + 1) if by == "applyTime" or o.stage != "asked"]
        some, total = _some([one for one in found if one.left], asked, "pageNumber")
        rows = [_service(one) for one in some]
        return {"success": True, "code": "00000", "totalCount": total, "data": rows}

    def _reply(self, asked: Asked, _: Trick) -> dict[str, Any]:
        agree = ANSWERS[int(asked["status"])]
        if not (asked.get("remark") and asked.get("checkUserName")):
            raise No("param", "remark, checkUserName")
        if not agree and not asked.get("rejectType"):
            raise No("param", "rejectType")
        self.refunds.decide(str(asked["id"]), None, self.now, agree=agree)
        return {"success": True, "errorCode": ""}

    def _token(self, path: str, fields: Fields) -> Answer:
        if (fields.get("app_key"), fields.get("app_secret")) != (self.app_key, self.app_secret):
            raise No("key")
        if path == TOKEN[1]:
            self.tokens = self.tokens.renewed(fields.get("refresh_token", ""))
        elif not fields.get("code"):
            raise No("param", "code")
        else:
            self.tokens = Tokens()
        return said(
            {
                "access_token": self.tokens.access,
                "refresh_token": self.tokens.refresh,
                "expires_in": int(self.tokens.ends - self.now),
                "time": int(self.now * 1000),
                "scope": "snsapi_base",
                "open_id": "sandbox-seller",
                "code": 0,
            }
        )

    def _told(self, order: Order, wanted: str) -> dict[str, Any]:
        """What was asked for; the number comes in any case."""
        worth = sum(line.price * line.quantity for line in order.lines)
        off = order.off + sum(line.off for line in order.lines)
        whole: dict[str, Any] = {
            "venderId": "1001",
            "orderType": "22",
            "payType": "4-在线支付",
            "orderTotalPrice": yuan(worth),
            "orderSellerPrice": yuan(worth - off),
            "orderPayment": yuan(order.total),
            "freightPrice": yuan(order.freight),
            "sellerDiscount": yuan(off),
            "balanceUsed": "0.00",
            "orderState": _state(order),
            "orderRemark": order.note,
            "venderRemark": order.memo,
            "orderStartTime": _clock(order.created),
            "orderEndTime": _clock(order.modified if order.state == "completed" else 0),
            "paymentConfirmTime": _clock(order.paid_at),
            "modified": _clock(order.modified),
            "consigneeInfo": _consignee(order),
            "itemInfoList": [_item(line) for line in order.lines],
            "couponDetailList": _coupons(order),
            "logisticsId": order.carrier,
            "waybill": ",".join(tracking for _, tracking in self.told.get(order.number, [])),
            "parentOrderId": "0",
            "directParentOrderId": "0",
            "open_id_buyer": order.buyer,
        }
        names = {name.strip() for name in wanted.split(",")}
        return {"orderId": order.number} | {k: v for k, v in whole.items() if k in names}


def _state(order: Order) -> str:
    return "LOCKED" if order.refunding and order.state == "ready" else STATES[order.state]


def _consignee(order: Order) -> dict[str, str]:
    province, city, county, address = order.place
    return {
        "fullname": f"{order.name[0]}**",
        "telephone": f"{order.phone[:3]}****{order.phone[-4:]}",
        "mobile": f"{order.phone[:3]}****{order.phone[-4:]}",
        "fullAddress": f"{province}{city}{county}{address[:2]}****",
        "province": province,
        "city": city,
        "county": county,
        "town": "",
        "oaid": f"oaid-{order.buyer}-{order.phone[-4:]}",
    }


def _item(line: Line) -> dict[str, str]:
    return {
        "skuId": line.sku_id,
        "outerSkuId": line.code,
        "skuName": line.title,
        "jdPrice": yuan(line.price),
        "giftPoint": "0",
        "wareId": line.item,
        "itemTotal": str(line.quantity),
        "productNo": "",
        "newStoreId": "0",
    }


def _coupons(order: Order) -> list[dict[str, str]]:
    """Only what was taken off an article names it."""
    offs = [("30-单品促销优惠", line.sku_id, line.off) for line in order.lines]
    offs.append(("100-店铺优惠", "", order.off))
    return [
        {"orderId": order.number, "skuId": sku, "couponType": kind, "couponPrice": yuan(fen)}
        for kind, sku, fen in offs
        if fen
    ]


def _is_of(one: Refund, number: object) -> bool:
    return one.order.number == str(number)


def _some(found: list[Refund], asked: Asked, page: str) -> tuple[list[Refund], int]:
    size, no = int(asked["pageSize"]), int(asked[page])
    if not (1 <= size <= MOST_REFUNDS and 1 <= no <= DEEPEST):
        raise No("param", "pageSize")
    return found[(no - 1) * size : no * size], len(found)


def _cancel(one: Refund) -> dict[str, Any]:
    """Its sum is told in fen, unlike all else."""
    return {
        "id": int(one.number),
        "orderId": int(one.order.number),
        "status": REFUNDS[one.stage],
        "applyRefundSum": one.fen,
        "applyTime": _clock(one.created),
        "checkTime": "" if one.stage == "asked" else _clock(one.modified),
        "modified": _clock(one.modified),
        "reason": "不想要了",
    }


def _service(one: Refund) -> dict[str, Any]:
    """Nothing of the sum is told before the money is back."""
    done = one.stage == "done"
    answered = None if one.stage == "asked" else int(one.modified * 1000)
    return {
        "sameOrderServiceBill": {
            "serviceId": int(one.number),
            "orderId": int(one.order.number),
            "afsApplyTime": int(one.created * 1000),
            "approveDate": answered,
            "applyReason": "不想要了",
        },
        "refoundAmount": yuan(one.fen) if done else None,
        "status": PAID_BACK if done else None,
        "completeTime": answered if done else None,
    }


def _result(result: dict[str, Any]) -> dict[str, Any]:
    return {"apiResult": {"chineseErrCode": "成功", "englishErrCode": "success"} | result}


def _responce(method: str, told: dict[str, Any]) -> Answer:
    """The platform writes it so."""
    return said({f"{method.replace('.', '_')}_responce": {"code": "0", **told}})


def _error(code: str, text: str, english: str) -> Answer:
    return said({"error_response": {"code": code, "zh_desc": text, "en_desc": english}})


def _fields(request: Request) -> Fields:
    """From the address as well: so the tokens are asked for."""
    given = [*parse_qsl(request.query), *parse_qsl(request.body.decode(), keep_blank_values=True)]
    return dict(given)


def _stamp(text: str) -> float:
    """With parts of a second and a zone, or without."""
    if "+" in text:
        return datetime.strptime(text, f"{CLOCK}.%f%z").timestamp()
    return _moment(text)


def _moment(text: str) -> float:
    return datetime.strptime(text, CLOCK).replace(tzinfo=CHINA).timestamp()


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime(CLOCK) if at else NEVER
