"""Pinduoduo: half an hour at a time, three minutes behind, from the last page backwards."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from shared.domain.apportion import spread
from shared.domain.errors import Fault
from shared.domain.platform import Ask, Found, Refund, Stage, State
from shared.domain.writeback import Numbers
from shared.gateways import units
from shared.gateways.channels import wire as bytes_
from shared.gateways.channels.lists import Unpushed, backwards
from shared.gateways.channels.port import (
    By,
    Caps,
    Link,
    Page,
    Push,
    Rate,
    Ref,
    RefundRef,
    Rejected,
    Request,
    Shipment,
    Stocked,
    Tokens,
    Why,
    Window,
    Wire,
)
from shared.gateways.talk import Unclear
from shared.gateways.web import Answer

HOME, CONSENT = "https://gw-api.pinduoduo.com", "https://fuwu.pinduoduo.com"
PAGE = 100
ROOTS = {  # under which name an answer stands cannot be told from the call's
    "pdd.order.number.list.increment.get": "order_sn_increment_get_response",
    "pdd.order.list.get": "order_list_get_response",
    "pdd.order.information.get": "order_info_get_response",
    "pdd.logistics.online.send": "logistics_online_send_response",
    "pdd.order.upload.extra.logistics": "upload_extra_logistics_response",
    "pdd.goods.quantity.update": "goods_quantity_update_response",
    "pdd.refund.list.increment.get": "refund_increment_get_response",
    "pdd.refund.agree": "response",
    "pdd.refund.returngoods.agree": "response",
    "pdd.mall.info.get": "mall_info_get_response",
    "pdd.pop.auth.token.create": "pop_auth_token_create_response",
    "pdd.pop.auth.token.refresh": "pop_auth_token_refresh_response",
}
BARE = ("pdd.refund.information.get",)  # answered without a root, or under one of its own
CODES = {
    10003: Why.EXPIRED,
    10016: Why.SIGNATURE,
    10019: Why.EXPIRED,
    10035: Why.EXPIRED,
    20004: Why.SIGNATURE,
    20005: Why.DENIED,  # our address is not on the app's list
    20031: Why.DENIED,
    20032: Why.EXPIRED,
    30000: Why.DENIED,
    30001: Why.DENIED,
    50000: Why.LATER,
    52001: Why.LATER,
    52002: Why.LATER,
    52101: Why.LIMITED,
    52102: Why.LATER,
    52103: Why.LATER,
    70031: Why.LIMITED,
    70032: Why.LIMITED,
    70033: Why.DENIED,
    70034: Why.DENIED,
    70035: Why.LIMITED,
    70036: Why.LIMITED,  # what a test app may ask in a day
}
WORDS = (  # of what the business behind the gateway says; the first that fits
    ("timestamp", Why.CLOCK),
    ("时间戳", Why.CLOCK),
    ("已发货", Why.DONE),
    ("退款", Why.REFUND),
    ("售后", Why.REFUND),
    ("快递公司", Why.CARRIER),
    ("运单号", Why.CARRIER),
    ("不存在", Why.ABSENT),
    ("状态", Why.STATE),
)
SECONDS = 10  # digits of a moment; milliseconds have more
SENDS_BACK, DONE_BACK = 7, 10  # of after_sales_status
WANTED_BACK = (2, 3, 4, 5, 6, 7, 8, 14, 21, 31)
REFUNDING, REFUNDED = (2, 3), 4  # of refund_status
STAGES = {
    **dict.fromkeys((2, 3, 8, 14, 21, 32, 33), Stage.ASKED),
    **dict.fromkeys((4, 5, 7, 31), Stage.AGREED),
    **dict.fromkeys((18, 22, 27), Stage.RETURNING),
    **dict.fromkeys((6, 15), Stage.REFUSED),
    **dict.fromkeys((10, 16, 25), Stage.DONE),
    **dict.fromkeys((0, 9, 11, 12, 13, 17, 24), Stage.CLOSED),
}
ASKS = {1: Ask.REFUND, 2: Ask.RETURN, 3: Ask.EXCHANGE, 4: Ask.RESEND, 5: Ask.REPAIR}
SEALED = ("receiver_name", "receiver_phone", "receiver_address")


class Pdd(Unpushed):
    """Implements port.Channel. Its messages come by a socket alone: pulling is enough."""

    name = "pdd"
    caps = Caps(
        window=1800,
        lag=180,
        page=PAGE,
        days=90,
        backwards=True,
        push=Push.SOCKET,
        tokens=True,
        numbers=Numbers.ONE,
        decides=True,
        stock=1,
        rates={
            "": Rate(20),
            "pdd.order.information.get": Rate(500),
            "pdd.order.number.list.increment.get": Rate(50),
            "pdd.logistics.online.send": Rate(500),
            "pdd.goods.quantity.update": Rate(500),
            "pdd.refund.list.increment.get": Rate(10),
        },
        life=86_400,
        redirects=True,
    )
    secrets = ("app_secret",)
    carriers: Mapping[str, str] = {
        "sf": "44",
        "zto": "115",
        "yto": "85",
        "sto": "1",
        "yunda": "121",
        "jt": "384",
        "ems": "118",
        "jd": "120",
        "deppon": "131",
        "best": "3",
        "post": "132",
    }

    def check(self, link: Link) -> list[Fault]:
        return bytes_.lacking(link, *self.secrets)

    def consent_url(self, link: Link, state: str, back: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": link.app_key,
            "redirect_uri": back,
            "state": state,
        }
        return f"{link.endpoint or CONSENT}/service-market/auth?{urlencode(asked)}"

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        return _tokens(wire, link, "pdd.pop.auth.token.create", {"code": code})

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        again = {"refresh_token": link.secrets.get("refresh_token", "")}
        return _tokens(wire, link, "pdd.pop.auth.token.refresh", again)

    def probe(self, wire: Wire, link: Link) -> str:
        return str(call(wire, link, "pdd.mall.info.get", {}).get("mall_name", ""))

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        by, api, rows, asked = _SEARCHES[window.by]
        asked = {**asked, **_span(by, window)}

        def read(page: int) -> tuple[int, tuple[Ref, ...]]:
            answer = call(wire, link, api, {**asked, "page": str(page), "page_size": str(PAGE)})
            with bytes_.reading(Unclear("orders not understood")):
                refs = (Ref(row["order_sn"], _version(row["updated_at"])) for row in answer[rows])
                return int(answer["total_count"]), tuple(refs)

        return backwards(read, PAGE, cursor)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        answer = call(wire, link, "pdd.order.information.get", {"order_sn": number})
        with bytes_.reading(Unclear("order not understood")):
            return _found(answer["order_info"])

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        if shipment.first:
            api, asked = (
                "pdd.logistics.online.send",
                {
                    "logistics_id": shipment.carrier,
                    "tracking_number": shipment.tracking,
                    "redelivery_type": "1",
                },
            )
        else:
            extra = {"shipping_id": _id(shipment.carrier), "tracking_number": shipment.tracking}
            api = "pdd.order.upload.extra.logistics"
            asked = {"extra_track_list": bytes_.compact([extra])}
        answer = call(wire, link, api, {"order_sn": shipment.number, **asked}, safe=False)
        _good(answer, "is_success", "success")

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        return {ware.shop_sku: _stocked(wire, link, ware) for ware in wares}

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        asked = {"after_sales_status": "1", "after_sales_type": "1", **_span("updated", window)}

        def read(page: int) -> tuple[int, tuple[RefundRef, ...]]:
            given = {**asked, "page": str(page), "page_size": str(PAGE)}
            answer = call(wire, link, "pdd.refund.list.increment.get", given)
            with bytes_.reading(Unclear("refunds not understood")):
                refs = (
                    RefundRef(str(row["id"]), _version(row["updated_time"]), str(row["order_sn"]))
                    for row in answer["refund_list"]
                )
                return int(answer["total_count"]), tuple(refs)

        return backwards(read, PAGE, cursor)

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        asked = {"after_sales_id": ref.number, "order_sn": ref.order}
        answer = call(wire, link, "pdd.refund.information.get", asked)
        with bytes_.reading(Unclear("refund not understood")):
            return _refund(answer)

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        """There is no call to refuse: that is done in the merchant's console."""
        if not agree or refund.ask not in (Ask.REFUND, Ask.RETURN):
            raise Rejected(Why.REFUSED, "not-offered", refund.ask if agree else "refuse")
        if refund.stage not in (Stage.ASKED, Stage.RETURNING):
            raise Rejected(Why.STATE, "not-asked", refund.stage)
        asked = {"after_sales_id": refund.number, "order_sn": refund.order}
        if refund.ask is Ask.RETURN and refund.stage is Stage.ASKED:
            answer = call(wire, link, "pdd.refund.returngoods.agree", asked, safe=False)
        else:
            asked = {"request": bytes_.compact({**asked, "operate_desc": why})}
            answer = call(wire, link, "pdd.refund.agree", asked, safe=False)
        told = answer.get("result", answer)
        _good(told if isinstance(told, dict) else {"succ": told}, "succ", "is_success", "success")

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        """Nobody tells: each order by itself."""
        return [number for number, _ in pairs]


def call(
    wire: Wire, link: Link, api: str, params: Mapping[str, str], safe: bool = True
) -> dict[str, Any]:
    """What stands below the root of the answer. A refusal is Rejected."""
    url = f"{link.endpoint or HOME}/api/router"
    body = bytes_.form(signed(link, api, params, wire.now))
    request = Request(api, "POST", url, {"Content-Type": bytes_.FORM}, body, safe)
    return wire.ask(request, partial(_answered, api, safe))


def signed(link: Link, api: str, params: Mapping[str, str], now: str) -> dict[str, str]:
    """All that is sent, and its signature."""
    asked = {
        "type": api,
        "client_id": link.app_key,
        "access_token": link.token,
        "timestamp": str(units.seconds(now)),
        "data_type": "JSON",
        "version": "V1",
        **params,
    }
    asked = {name: value for name, value in asked.items() if value}
    return {**asked, "sign": bytes_.sandwich(link.secrets.get("app_secret", ""), asked)}


_SEARCHES: dict[By, tuple[str, str, str, dict[str, str]]] = {
    By.MODIFIED: (
        "updated",
        "pdd.order.number.list.increment.get",
        "order_sn_list",
        {"is_lucky_flag": "0", "order_status": "5", "refund_status": "5"},
    ),
    By.CREATED: (
        "confirm",
        "pdd.order.list.get",
        "order_list",
        {"order_status": "5", "refund_status": "5"},
    ),
}


def _answered(api: str, safe: bool, answer: Answer) -> dict[str, Any]:
    found = bytes_.document(answer)
    with bytes_.reading(Unclear("unreadable answer")):
        if no := found.get("error_response"):
            raise _rejected(no, safe)
        if api in BARE:
            return next((v for k, v in found.items() if k.endswith("_response")), found)
        root: dict[str, Any] = found[ROOTS[api]]
    return root


def _rejected(no: Mapping[str, Any], safe: bool) -> Exception:
    code, sub = str(no.get("error_code", "")), str(no.get("sub_code") or "")
    text = str(no.get("sub_msg") or no.get("error_msg") or "")
    why = CODES.get(int(code) if code.isdecimal() else 0, Why.REFUSED)
    if why is Why.REFUSED:
        why = next((one for word, one in WORDS if word in text), why)
    if why is Why.LATER and not safe:  # what stands behind the gateway may have done it
        return Unclear(sub or code)
    return Rejected(why, sub or code, text)


def _id(carrier: str) -> int:
    if not carrier.isdecimal():
        raise Rejected(Why.CARRIER, "no-number", carrier)
    return int(carrier)


def _good(told: Mapping[str, Any], *names: str) -> None:
    """A second answer within the first."""
    if any(told.get(name) in (True, 1, "true", "1") for name in names):
        return
    if not any(name in told for name in names):
        raise Unclear("outcome not told")
    text = str(told.get("message") or told.get("error_msg") or "")
    why = next((one for word, one in WORDS if word in text), Why.REFUSED)
    raise Rejected(why, "not-done", text)


def _tokens(wire: Wire, link: Link, api: str, params: Mapping[str, str]) -> Tokens:
    """To refresh does not lengthen what the merchant consented to."""
    told = call(wire, link, api, params, safe=False)
    with bytes_.reading(Unclear("tokens not understood")):
        ends = told.get("expires_at") or units.seconds(wire.now) + int(told["expires_in"])
        return Tokens(
            access=str(told["access_token"]),
            refresh=str(told.get("refresh_token", "")),
            expires_at=units.from_seconds(int(ends)),
            seller=str(told.get("owner_id") or ""),
        )


def _span(by: str, window: Window) -> dict[str, str]:
    start, end = units.seconds(window.start), units.seconds(window.end)
    return {f"start_{by}_at": str(start), f"end_{by}_at": str(end)}


def _version(moment: Any) -> int:
    return units.millis(_moment(moment))


def _moment(told: Any) -> str:
    """Told as China's time, in seconds or in milliseconds."""
    text = str(told)
    if not text.isdecimal():
        return units.from_local(text)
    return units.from_seconds(int(text) / (1000 if len(text) > SECONDS else 1))


def _found(info: dict[str, Any]) -> Found:
    state, mark = _state(info)
    document = bytes_.readable(lambda: _document(info, state))
    document |= {"marks": [mark]} if mark else {}
    version = _version(info["updated_at"])
    return Found(info["order_sn"], version, state, document, bytes_.raw(info))


def _state(info: Mapping[str, Any]) -> tuple[State, str]:
    """(State, the mark that says why it must not be shipped)."""
    flags = {name: int(info.get(name) or 0) for name in _FLAGS}
    if flags["refund_status"] == REFUNDED or flags["after_sales_status"] == DONE_BACK:
        return State.REFUNDED, ""
    if flags["confirm_status"] != _CONFIRMED:
        return _unconfirmed(info, flags["confirm_status"])
    if flags["order_status"] in _LEFT:
        return _LEFT[flags["order_status"]], ""
    mark = _held(flags)
    return (State.ON_HOLD, mark) if mark else (State.READY, "")


_FLAGS = (
    "confirm_status",
    "group_status",
    "order_status",
    "refund_status",
    "after_sales_status",
    "risk_control_status",
    "is_stock_out",
    "stock_out_handle_status",
)
_CONFIRMED, _CALLED_OFF, _GROUPED = 1, 2, 1
_LEFT = {2: State.SHIPPED, 3: State.SIGNED}


def _unconfirmed(info: Mapping[str, Any], status: int) -> tuple[State, str]:
    if status == _CALLED_OFF:
        return State.CANCELLED, ""
    step = info.get("step_order_info") or {}
    whole = int(step.get("step_trade_status") or 0) == 2 if step else True  # noqa: PLR2004
    paid = bool(info.get("pay_time")) and whole
    return (State.ON_HOLD, "no-ship") if paid else (State.PENDING, "")


def _held(flags: Mapping[str, int]) -> str:
    if flags["refund_status"] in REFUNDING or flags["after_sales_status"] in WANTED_BACK:
        return "refund"
    if flags["risk_control_status"]:
        return "risk"
    if flags["is_stock_out"] and not flags["stock_out_handle_status"]:
        return "oversold"
    return ""


def _document(info: Mapping[str, Any], state: State) -> dict[str, Any]:
    memos = {"buyer": info.get("buyer_memo"), "seller": info.get("remark")}
    return {
        "placed_at": _moment(info["created_time"]),
        **_moments(info, paid_at="pay_time", ship_by="last_ship_time"),
        "type": _type(info),
        "receiver": _receiver(info, state),
        **_money(info),
        "payment": {"cod": False},
        "notes": {side: memo for side, memo in memos.items() if memo},
        "extra": _extra(info),
    }


def _type(info: Mapping[str, Any]) -> str:
    if int(info.get("is_pre_sale") or 0) or int(info.get("trade_type") or 0):
        return "presale"
    return "normal"


def _extra(info: Mapping[str, Any]) -> dict[str, str]:
    names = ("confirm_status", "group_status", "refund_status", "after_sales_status")
    found = {name: str(info[name]) for name in names if info.get(name) is not None}
    return {"platform_status": str(info.get("order_status", "")), **found}


def _moments(info: Mapping[str, Any], **names: str) -> dict[str, str]:
    return {ours: _moment(info[theirs]) for ours, theirs in names.items() if info.get(theirs)}


def _receiver(info: Mapping[str, Any], state: State) -> dict[str, Any]:
    """The sealed parts are there only while it is to be shipped, and nobody here opens them."""
    found = {
        "name": info.get("receiver_name_mask"),
        "phone": info.get("receiver_phone_mask"),
        "province": info.get("province"),
        "city": info.get("city"),
        "district": info.get("town"),
        "address": info.get("receiver_address_mask") or info.get("address_mask"),
    }
    told = {name: text for name, text in found.items() if text}
    sealed = {name: info[name] for name in SEALED if info.get(name)}
    if state is not State.READY or not sealed:
        return told
    return told | {"token": {"kind": "pdd", "value": bytes_.compact(sealed)}}


def _money(info: Mapping[str, Any]) -> dict[str, Any]:
    """Only the order's sums are told: they are divided among its lines by what these cost."""
    items = info["item_list"]
    prices = [bytes_.fen(item["goods_price"]) for item in items]
    amounts = [p * int(item["goods_count"]) for p, item in zip(prices, items, strict=True)]
    lowered = max(0, sum(amounts) - bytes_.fen(info.get("goods_amount")))
    lowered = lowered if info.get("goods_amount") not in (None, "") else 0
    offs = spread(lowered, amounts, amounts)
    sales = [amount - off for amount, off in zip(amounts, offs, strict=True)]
    shares = spread(bytes_.fen(info.get("discount_amount")), sales, sales)
    return {
        "lines": [
            _line(item, no, price, off, share)
            for no, (item, price, off, share) in enumerate(
                zip(items, prices, offs, shares, strict=True), 1
            )
        ],
        "discount": bytes_.fen(info.get("discount_amount")),
        "freight": bytes_.fen(info.get("postage")),
        "total": bytes_.fen(info.get("pay_amount")),
    }


def _line(item: Mapping[str, Any], no: int, price: int, off: int, share: int) -> dict[str, Any]:
    quantity = int(item["goods_count"])
    code = item.get("outer_id") or item.get("outer_goods_id")
    return {
        "sub": str(no),
        **({"sku": str(code)} if code else {}),
        "shop_sku": f"{item['goods_id']}:{item.get('sku_id') or ''}",
        "title": " ".join(t for t in (item.get("goods_name"), item.get("goods_spec")) if t),
        "quantity": quantity,
        "unit_price": price,
        "amount": price * quantity,
        "discount": off,
        "sale": price * quantity - off,
        "share": share,
        "paid": price * quantity - off - share,
        "gift": price == 0,
    }


def _stocked(wire: Wire, link: Link, ware: Stocked) -> Rejected | None:
    goods, _, sku = ware.shop_sku.partition(":")
    by = {"sku_id": sku} if sku else {"outer_id": ware.sku}
    asked = {"goods_id": goods, **by, "quantity": str(ware.units), "update_type": "1"}
    try:
        _good(call(wire, link, "pdd.goods.quantity.update", asked), "is_success")
    except Rejected as no:
        return no
    return None


def _stage(row: Mapping[str, Any]) -> Stage:
    """Goods that the buyer sent back show by their tracking number alone."""
    status = int(row["after_sales_status"])
    if status == SENDS_BACK and row.get("express_no"):
        return Stage.RETURNING
    return STAGES.get(status, Stage.ASKED)


def _refund(row: Mapping[str, Any]) -> Refund:
    """Its sum is a whole number, in fen, unlike an order's."""
    return Refund(
        number=str(row["id"]),
        order=str(row["order_sn"]),
        version=_version(row["updated_time"]),
        ask=ASKS[int(row["after_sales_type"])],
        stage=_stage(row),
        fen=int(row.get("refund_amount") or 0),
        quantity=int(row.get("goods_number") or 0),
        shipped=bool(int(row.get("shipping_status") or 0)),
        reason=row.get("after_sales_reason") or "",
        tracking=row.get("express_no") or "",
        created_at=_moments(row, at="recreated_at").get("at", ""),
        raw=bytes_.raw(row),
    )
