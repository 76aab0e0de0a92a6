"""Youzan (有赞): a token in place of signatures, yuan, 100 pages of 100, late lists."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode

from shared.domain.apportion import spread
from shared.domain.errors import Fault
from shared.domain.platform import Ask, Found, Refund, Stage, State
from shared.domain.writeback import Numbers
from shared.gateways import units
from shared.gateways.channels import sealed
from shared.gateways.channels import wire as bytes_
from shared.gateways.channels.lists import backwards
from shared.gateways.channels.port import (
    By,
    Caps,
    Heard,
    Hint,
    Incoming,
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
from shared.gateways.talk import Forged, Reply, Unclear
from shared.gateways.web import Answer

T = TypeVar("T")
HOME = "https://open.youzanyun.com"
START = b"0102030405060708"  # what an encrypted message begins from
DEEPEST, REFUNDS = 10_000, 3_000  # rows of a window that pages reach
GOOD = 200
STATES = {
    "WAIT_BUYER_PAY": State.PENDING,
    "WAIT_CONFIRM": State.ON_HOLD,  # waits for a group, or to be accepted
    "TRADE_PAID": State.ON_HOLD,  # for a moment
    "WAIT_SELLER_SEND_GOODS": State.READY,
    "WAIT_BUYER_CONFIRM_GOODS": State.SHIPPED,
    "TRADE_BUYER_SIGNED": State.SIGNED,
    "TRADE_SUCCESS": State.COMPLETED,
    "TRADE_CLOSED": State.CANCELLED,
}
OPEN = (State.ON_HOLD, State.READY, State.PARTLY)
WANTED_BACK = (1, 20, 30, 40)  # of refund_state in an order: under way
WHYS = {
    4201: Why.EXPIRED,
    4202: Why.EXPIRED,
    4203: Why.EXPIRED,
    4204: Why.DENIED,
    4005: Why.LIMITED,
    102010003: Why.LIMITED,
    105000016: Why.ABSENT,
    106000004: Why.ABSENT,
    106100110: Why.ABSENT,
    103011024: Why.ABSENT,
    103010052: Why.ABSENT,
    50000: Why.ABSENT,
    102570007: Why.DONE,
    102570020: Why.STATE,
    102510001: Why.LATER,
    102570038: Why.REFUSED,
    105000003: Why.CARRIER,
    103010039: Why.STATE,
    102010002: Why.STATE,
    103010054: Why.DENIED,
}
UNCLEAR = (-100, 5001, 106000001, 106100118)  # nobody knows what was done
WORDS = (
    ("trade not found", Why.ABSENT),
    ("不存在", Why.ABSENT),
    ("退款", Why.REFUND),
    ("频繁", Why.LIMITED),
    ("client_secret", Why.SIGNATURE),
    ("client_id", Why.SIGNATURE),
)
ITEM = (Why.ABSENT, Why.STATE, Why.REFUSED)  # what is wrong with one article, not with all
STAGES = {
    "WAIT_SELLER_AGREE": Stage.ASKED,
    "WAIT_BUYER_RETURN_GOODS": Stage.AGREED,
    "WAIT_SELLER_CONFIRM_GOODS": Stage.RETURNING,
    "SELLER_REFUSE_BUYER": Stage.REFUSED,
    "SELLER_REFUSE_BUYER_RETURN_GOODS": Stage.REFUSED,
    "SUCCESS": Stage.DONE,
    "CLOSED": Stage.CLOSED,
}
ASKS = {1: Ask.REFUND, 2: Ask.RETURN, 3: Ask.EXCHANGE}
ONCE = ("logistics.online.confirm", "refund.agree", "refund.refuse", "returngoods.")


class Youzan:
    """Implements port.Channel."""

    name = "youzan"
    caps = Caps(
        window=30 * 86_400,
        lag=60,
        page=100,
        days=90,
        backwards=True,
        push=Push.HTTP,
        tokens=False,
        numbers=Numbers.PER_SUB,
        decides=True,
        stock=1,
        rates={"": Rate(10)},
        life=7 * 86_400,
    )
    secrets = ("app_secret",)
    carriers: Mapping[str, str] = {
        "sf": "7",
        "zto": "3",
        "yto": "2",
        "sto": "1",
        "yunda": "4",
        "jt": "516",
        "ems": "11",
        "jd": "138",
        "deppon": "28",
        "best": "6",
        "post": "8",
    }

    def check(self, link: Link) -> list[Fault]:
        faults = bytes_.lacking(link, "app_secret", seller=True)
        if link.seller and not link.seller.isdecimal():
            faults.append(Fault("seller", "ill-formed"))
        return faults

    def consent_url(self, link: Link, state: str, back: str) -> str:
        return ""  # an app of the merchant's own has the shop's consent

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        asked = {"authorize_type": "authorization_code", "code": code}
        silent = {"authorize_type": "silent", "grant_id": link.seller, "refresh": True}
        return _tokens(wire, link, asked if code else silent)

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        """The token that was used for it ends with it; without one, consent is asked silently."""
        again = link.secrets.get("refresh_token", "")
        if not again:
            return self.exchange(wire, link, "")
        return _tokens(wire, link, {"authorize_type": "refresh_token", "refresh_token": again})

    def probe(self, wire: Wire, link: Link) -> str:
        return _ask(wire, link, "youzan.shop.get/3.0.0", {}, lambda data: str(data["name"]))

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        kind = "update" if window.by is By.MODIFIED else "created"

        def read(page: int) -> tuple[int, tuple[Ref, ...]]:
            asked = {
                f"start_{kind}": units.local(window.start),
                f"end_{kind}": units.local(window.end),
                "page_no": page,
                "page_size": self.caps.page,
            }
            return _ask(wire, link, "youzan.trades.sold.get/4.0.4", asked, _refs)

        return backwards(read, self.caps.page, cursor)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        asked = {"tid": number}
        return _found(_ask(wire, link, "youzan.trade.get/4.0.2", asked, dict))

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        """By the header over all of it; messages of the old kind are signed over `msg` alone."""
        said = incoming.headers.get("event-sign", "")
        if said and not bytes_.same(event_sign(link, incoming.body), said.lower()):
            raise Forged("signature")
        with bytes_.believing():
            event = bytes_.parsed(incoming.body)
        if not said and not bytes_.same(body_sign(link, event), str(event.get("sign")).lower()):
            raise Forged("signature")
        with bytes_.believing():
            if str(event.get("kdt_id") or link.seller) != link.seller:
                raise Forged("app")
            return Heard(() if event.get("test") else _hints(_message(link, event)))

    def ack(self, ok: bool) -> Reply:
        if not ok:
            return Reply(500, {}, b"")
        return Reply(200, {"Content-Type": "application/json"}, b'{"code":0,"msg":"success"}')

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        """The whole order, or its parts by their numbers."""
        asked: dict[str, Any] = {
            "tid": shipment.number,
            "is_no_express": 0,
            "out_stype": shipment.carrier,
            "out_sid": shipment.tracking,
        }
        if not (shipment.first and shipment.last and all(line.whole for line in shipment.lines)):
            asked["oids"] = ",".join(dict.fromkeys(line.sub for line in shipment.lines))
        _ask(wire, link, "youzan.logistics.online.confirm/3.0.0", asked, _nothing)

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        return {ware.shop_sku: _stocked(wire, link, ware) for ware in wares}

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        kind = "update" if window.by is By.MODIFIED else "create"

        def read(page: int) -> tuple[int, tuple[RefundRef, ...]]:
            asked = {
                f"{kind}_time_start": units.seconds(window.start),
                f"{kind}_time_end": units.seconds(window.end),
                "page_no": page,
                "page_size": self.caps.page,
            }
            return _ask(wire, link, "youzan.trade.refund.search/3.0.1", asked, _refund_refs)

        return backwards(read, self.caps.page, cursor)

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        return _ask(
            wire, link, "youzan.trade.refund.get/3.0.1", {"refund_id": ref.number}, _refund
        )

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        """With the version that was read: whoever was faster makes it STATE."""
        asked: dict[str, Any] = {"refund_id": refund.number, "version": int(refund.mark)}
        returned = refund.ask is Ask.RETURN
        if agree and returned and refund.stage is Stage.ASKED:
            api = "youzan.trade.returngoods.agree/3.0.0"
        elif agree:
            api = "youzan.trade.refund.agree/3.0.1"
        else:
            late = returned and refund.stage is Stage.RETURNING
            api = f"youzan.trade.{'returngoods' if late else 'refund'}.refuse/3.0.0"
            asked["remark"] = why
        _ask(wire, link, api, asked, _nothing)

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        """The platform does not tell: each is one for itself."""
        return [number for number, _ in pairs]


def event_sign(link: Link, body: bytes) -> str:
    return bytes_.md5(link.app_key.encode() + body + link.secrets["app_secret"].encode())


def body_sign(link: Link, event: Mapping[str, Any]) -> str:
    return event_sign(link, str(event.get("msg")).encode())


def _message(link: Link, event: Mapping[str, Any]) -> dict[str, Any]:
    """What happened: an object, JSON in the form of an address, or that encrypted."""
    message = event.get("msg") or {}
    if isinstance(message, dict):
        return message
    text = unquote(message)
    if not text.lstrip().startswith("{"):
        text = text.replace(" ", "+")
        text += "=" * (-len(text) % 4)
        text = sealed.opened(link.secrets["app_secret"][:16].encode(), START, text).decode()
    return dict(json.loads(text))


def _hints(message: Mapping[str, Any]) -> tuple[Hint, ...]:
    inner = (message.get("full_order_info") or {}).get("order_info") or {}
    order, refund = message.get("tid") or inner.get("tid"), message.get("refund_id")
    if not order and not refund:
        return ()
    return (Hint(order=str(order or ""), refund=str(refund or "")),)


def _home(link: Link) -> str:
    return (link.endpoint or HOME).rstrip("/")


def _ask(
    wire: Wire,
    link: Link,
    api: str,
    document: Mapping[str, Any],
    read: Callable[[dict[str, Any]], T],
) -> T:
    url = f"{_home(link)}/api/{api}?{urlencode({'access_token': link.token})}"
    safe = not any(name in api for name in ONCE)
    body = bytes_.compact(document).encode()
    request = Request(api.partition("/")[0], "POST", url, _HEADERS, body, safe)
    return wire.ask(request, lambda answer: _read(answer, read))


_HEADERS = {"Content-Type": bytes_.JSON}


def _read(answer: Answer, read: Callable[[dict[str, Any]], T]) -> T:
    told = bytes_.document(answer)
    with bytes_.reading(Unclear("answer not understood")):
        failed = told.get("gw_err_resp") or {}
        code = int(failed.get("err_code") or told.get("code") or 0)
        good = not failed and told.get("success") is True and code == GOOD
    if good:
        with bytes_.reading(Unclear("answer not understood")):
            return read(told.get("data") or {})
    if code in UNCLEAR:
        raise Unclear(f"code {code}")
    text = str(failed.get("err_msg") or told.get("message") or "")
    raise Rejected(WHYS.get(code) or _by_words(text), str(code), text)


def _by_words(text: str) -> Why:
    return next((why for word, why in WORDS if word in text), Why.REFUSED)


def _nothing(data: Any) -> None:
    """There is nothing to be read in a yes."""


def _tokens(wire: Wire, link: Link, asked: Mapping[str, Any]) -> Tokens:
    app = {"client_id": link.app_key, "client_secret": link.secrets["app_secret"]}
    body = bytes_.compact({**app, **asked}).encode()

    def read(data: dict[str, Any]) -> Tokens:
        return Tokens(
            access=str(data["access_token"]),
            refresh=str(data.get("refresh_token") or ""),
            expires_at=units.from_seconds(int(data["expires"]) / 1000),
            seller=str(data.get("authority_id") or ""),
        )

    request = Request("token", "POST", f"{_home(link)}/auth/token", _HEADERS, body, safe=False)
    return wire.ask(request, lambda answer: _read(answer, read))


def _reached(total: int, most: int) -> int:
    """More than pages reach is not passed over in silence."""
    if total > most:
        raise Rejected(Why.MANY, "too-many", str(total))
    return total


def _refs(data: dict[str, Any]) -> tuple[int, tuple[Ref, ...]]:
    infos = [row["full_order_info"]["order_info"] for row in data["full_order_info_list"]]
    refs = (Ref(str(info["tid"]), _millis(info["update_time"])) for info in infos)
    return _reached(int(data["total_results"]), DEEPEST), tuple(refs)


def _refund_refs(data: dict[str, Any]) -> tuple[int, tuple[RefundRef, ...]]:
    rows = data["refunds"]
    refs = (
        RefundRef(str(row["refund_id"]), _millis(row["modified"]), str(row.get("tid") or ""))
        for row in rows
    )
    return _reached(int(data["total"]), REFUNDS), tuple(refs)


def _millis(text: str) -> int:
    return units.millis(units.from_local(text))


def _found(trade: dict[str, Any]) -> Found:
    with bytes_.reading(Unclear("order not understood")):
        info, state = trade["full_order_info"]["order_info"], _state(trade)
        return Found(
            number=str(info["tid"]),
            version=_millis(info["update_time"]),
            state=state,
            document=_document(trade, state),
            raw=bytes_.raw(trade),
        )


def _state(trade: Mapping[str, Any]) -> State:
    info = trade["full_order_info"]["order_info"]
    state = STATES.get(info["status"], State.ON_HOLD)
    sent = any(each.get("express_state") == 1 for each in trade.get("delivery_order") or ())
    if state is State.READY and sent:
        return State.PARTLY
    return State.REFUNDED if state is State.CANCELLED and info.get("pay_time") else state


def _document(trade: dict[str, Any], state: State) -> dict[str, Any]:
    whole = trade["full_order_info"]
    info, pay, remarks = whole["order_info"], whole["pay_info"], whole.get("remark_info") or {}
    buyer = whole.get("buyer_info") or {}
    changed = bytes_.fen((trade.get("order_promotion") or {}).get("adjust_fee"))
    freight = bytes_.fen(pay.get("post_fee"))
    return {
        "placed_at": units.from_local(info["created"]),
        **({"paid_at": units.from_local(info["pay_time"])} if info.get("pay_time") else {}),
        "type": "group" if info.get("type") == "GROUP" else "normal",
        "buyer": {"id": str(buyer.get("yz_open_id") or "")},
        "receiver": _receiver(whole.get("address_info") or {}),
        "lines": _lines(whole["orders"], freight + changed),
        "freight": freight,
        "adjustment": changed,
        "total": bytes_.fen(pay["payment"]),
        "notes": {
            "buyer": remarks.get("buyer_message") or "",
            "seller": remarks.get("trade_memo") or "",
        },
        "marks": _marks(trade) if state in OPEN else [],
        "extra": _extra(info),
    }


def _receiver(at: Mapping[str, Any]) -> dict[str, str]:
    names = {
        "name": "receiver_name",
        "phone": "receiver_tel",
        "province": "delivery_province",
        "city": "delivery_city",
        "district": "delivery_district",
        "address": "delivery_address",
        "postcode": "delivery_postal_code",
    }
    return {ours: str(at.get(name) or "") for ours, name in names.items()}


def _lines(orders: Sequence[Mapping[str, Any]], beside: int) -> list[dict[str, Any]]:
    """A line's payment holds its part of the freight and of a change by hand: take them out.

    How the platform divided these it does not say. What is left is what the promotions of the
    whole order took off, never less than nothing.
    """
    sales = [bytes_.fen(each["total_fee"]) for each in orders]
    payments = [bytes_.fen(each["payment"]) for each in orders]
    off = max(sum(sales) + beside - sum(payments), 0)
    parts = spread(beside, payments)
    seen = [max(s + b - p, 0) for s, b, p in zip(sales, parts, payments, strict=True)]
    shares = spread(off, seen if sum(seen) else sales, sales)
    return [_line(*each) for each in zip(orders, sales, shares, strict=True)]


def _line(order: Mapping[str, Any], sale: int, share: int) -> dict[str, Any]:
    price, count = bytes_.fen(order["price"]), int(order["num"])
    code = order.get("outer_sku_id") or order.get("outer_item_id")
    return {
        "sub": str(order["oid"]),
        **({"sku": str(code)} if code else {}),
        "shop_sku": f"{order['item_id']}:{order.get('sku_id') or 0}",
        "title": str(order.get("title") or ""),
        "quantity": count,
        "unit_price": price,
        "amount": price * count,
        "discount": price * count - sale,
        "sale": sale,
        "share": share,
        "paid": sale - share,
        "gift": bool(order.get("is_present")),
    }


def _marks(trade: Mapping[str, Any]) -> list[str]:
    refunds = trade.get("refund_order") or ()
    asked = any(each.get("refund_state") in WANTED_BACK for each in refunds)
    return ["refund"] if asked else []


def _extra(info: Mapping[str, Any]) -> dict[str, str]:
    names = {
        "platform_status": "status",
        "express_type": "express_type",
        "close_type": "close_type",
    }
    return {ours: str(info[name]) for ours, name in names.items() if info.get(name) is not None}


def _stocked(wire: Wire, link: Link, ware: Stocked) -> Rejected | None:
    item, _, sku = ware.shop_sku.partition(":")
    asked: dict[str, Any] = {"item_id": int(item), "quantity": ware.units, "type": 0}
    if sku not in ("", "0"):
        asked["sku_id"] = int(sku)
    try:
        _ask(wire, link, "youzan.item.quantity.update/4.0.0", asked, _nothing)
    except Rejected as no:
        if no.why not in ITEM:
            raise
        return no
    return None


def _refund(case: dict[str, Any]) -> Refund:
    ask = ASKS.get(case.get("demand") or 0, Ask.RETURN if case.get("return_goods") else Ask.REFUND)
    changed = case.get("modified")
    return Refund(
        number=str(case["refund_id"]),
        order=str(case["tid"]),
        version=_millis(changed) if changed else int(case["version"]),
        ask=ask,
        stage=STAGES.get(case["status"], Stage.ASKED),  # a person looks at the unknown
        fen=bytes_.fen(case["refund_fee"]),
        sub=str(case.get("oid") or ""),
        shipped=ask is not Ask.REFUND,
        reason=str(case.get("reason") or "")[:200],
        mark=str(case["version"]),
        created_at=units.from_local(case["created"]) if case.get("created") else "",
        raw=bytes_.raw(case),
    )
