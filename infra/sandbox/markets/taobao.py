"""Taobao's open platform (TOP) as its documents tell it, for one shop."""

from collections.abc import Callable
from typing import Any

from infra.sandbox import top
from infra.sandbox.book import yuan
from infra.sandbox.markets.market import Market
from infra.sandbox.markets.orders import DAY, Line, Order
from infra.sandbox.markets.refunds import STATUSES, Refund
from infra.sandbox.mischief import Trick
from infra.sandbox.server import Answer, Request
from infra.sandbox.stand import No, Tokens
from infra.sandbox.times import local, moment
from infra.sandbox.top import Fields

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
REFUSED = {  # sub_code, sub_msg
    "absent": ("isv.trade-not-exist", "交易不存在"),
    "done": ("B150", "物流订单已经发货，不能重复发货"),
    "state": ("B04", "订单状态不允许发货"),
    "refund": ("B27", "存在退款中的子订单，不能发货"),
    "sku": ("isv.item-not-exist", "商品不存在"),
    "no-refund": ("isv.refund-not-exist", "退款单不存在"),
    "moved": ("isv.refund-version-error", "退款版本号已变化"),
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
    "taobao.refunds.receive.get": "refunds",
    "taobao.refund.get": "refund",
    "taobao.rp.refunds.agree": "decide",
    "taobao.refund.refuse": "decide",
}


class Taobao(Market):
    name = "taobao"

    def call_of(self, request: Request) -> str:
        return CALLS.get(top.fields_of(request).get("method", ""), "other")

    def provide(self, request: Request, trick: Trick) -> Answer:
        fields = top.fields_of(request)
        method = fields.get("method", "")
        if (request.method, request.path) != ("POST", "/router/rest") or method not in CALLS:
            raise No("method")
        top.check(self, fields)
        if CALLS[method] != "token" and fields.get("session") != self.tokens.access:
            raise No("token")
        act: Callable[[Fields, Trick], Any] = getattr(self, f"_{_short(method)}")
        return top.answered(method, act(fields, trick))

    def refuse(self, _: Request, no: No) -> Answer:
        return top.refused(no, REFUSED)

    def _increment_get(self, fields: Fields, trick: Trick) -> dict[str, Any]:
        start, end = moment(fields["start_modified"]), moment(fields["end_modified"])
        if not 0 <= end - start <= DAY:
            raise No("param", "时间跨度不能超过一天")
        page = self._page(self.orders.modified(start, end + 1), fields)
        self.shift(trick)
        return page

    def _sold_get(self, fields: Fields, _: Trick) -> dict[str, Any]:
        start, end = moment(fields["start_created"]), moment(fields["end_created"])
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

    def _receive_get(self, fields: Fields, _: Trick) -> dict[str, Any]:
        start, end = moment(fields["start_modified"]), moment(fields["end_modified"])
        size, no = int(fields.get("page_size", 40)), int(fields.get("page_no", 1))
        found = list(reversed(self.refunds.modified(start, end + 1)))
        some = [_refund(one) for one in found[(no - 1) * size : no * size]]
        return {"refunds": {"refund": some}, "total_results": len(found)}

    def _refund_get(self, fields: Fields, _: Trick) -> dict[str, Any]:
        return {"refund": _refund(self.refunds.get(fields["refund_id"]))}

    def _refunds_agree(self, fields: Fields, _: Trick) -> dict[str, Any]:
        """Here alone the sum is in fen."""
        number, fen, version, phase = fields["refund_infos"].split("|")
        known = self.refunds.get(number)
        if (int(fen), phase) != (known.line.paid, _phase(known)):
            raise No("param", "金额或阶段不对")
        self.refunds.decide(number, int(version), self.now, agree=True)
        return {"succ": True, "msg_code": "OP_SUCC", "message": "操作成功"}

    def _refund_refuse(self, fields: Fields, _: Trick) -> dict[str, Any]:
        if not fields.get("refuse_message"):
            raise No("param", "refuse_message")
        version = int(fields["refund_version"])
        found = self.refunds.decide(fields["refund_id"], version, self.now, agree=False)
        return {"refund": _refund(found)}

    def _token_create(self, fields: Fields, _: Trick) -> dict[str, str]:
        if not fields.get("code"):
            raise No("param", "code")
        self.tokens = Tokens()
        return top.granted(self)

    def _token_refresh(self, fields: Fields, _: Trick) -> dict[str, str]:
        return top.renewed(self, fields)

    def _seller_get(self, *_: object) -> dict[str, Any]:
        return {"user": {"nick": "沙箱小店", "user_id": 1001}}

    def _trade(self, order: Order, wanted: str) -> dict[str, Any]:
        province, city, district, address = order.place
        whole: dict[str, Any] = {
            "tid": int(order.number),
            "tid_str": order.number,
            "type": "guarantee_trade",
            "status": STATES[order.state],
            "created": local(order.created),
            "modified": local(order.modified),
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
            "oaid": top.oaid(order.number),
            "orders": {"order": [self._line(order, line) for line in order.lines]},
        }
        if order.paid_at:
            whole["pay_time"] = local(order.paid_at)
        names = {name.split(".")[0] for name in wanted.split(",")} | {"tid", "tid_str"}
        return {name: value for name, value in whole.items() if name in names}

    def _line(self, order: Order, line: Line) -> dict[str, Any]:
        state = "refunded" if line.refund == "done" else order.state
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
            "refund_status": STATUSES.get(line.refund, "NO_REFUND"),
            "status": STATES["shipped" if line.tracking else state],
        }


def _refund(one: Refund) -> dict[str, Any]:
    return {
        "refund_id": int(one.number),
        "tid": int(one.order.number),
        "oid": int(one.line.sub),
        "status": STATUSES[one.stage],
        "order_status": STATES["shipped" if one.line.tracking else one.order.state],
        "refund_fee": yuan(one.line.paid),
        "num": one.line.quantity,
        "reason": "不想要了",
        "dispute_type": "REFUND",
        "has_good_return": False,
        "created": local(one.created),
        "modified": local(one.modified),
        "refund_version": int(one.modified * 1000),
        "refund_phase": _phase(one),
    }


def _phase(one: Refund) -> str:
    return "aftersale" if one.line.tracking else "onsale"


def _short(method: str) -> str:
    """The last two words of a method's name."""
    return "_".join(method.split(".")[-2:])
