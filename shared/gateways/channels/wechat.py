"""WeChat's shop (微信小店): a token for each app, lists of numbers only, encrypted pushes."""

import base64
import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shared.domain.errors import Fault
from shared.domain.platform import Ask, Found, Refund, Stage, State
from shared.domain.writeback import Numbers
from shared.gateways import units
from shared.gateways.channels import wire as bytes_
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
from shared.runtime import clock

T = TypeVar("T")
HOME = "https://api.weixin.qq.com"
DAY, WEEK = 86_400, 7 * 86_400
SWAP_ASKED = 3  # the buyer wants another article: waits for the merchant
BLOCK = 32  # bytes to which a push is padded
TOLERANCE = 600  # seconds that a push may be old
ITEM = (Why.ABSENT, Why.STATE, Why.REFUSED)  # what is wrong with one article, not with all
STATES = {
    10: State.PENDING,
    12: State.ON_HOLD,  # a gift that nobody has accepted so far
    13: State.ON_HOLD,  # bought together with others who are still missing
    20: State.READY,
    21: State.PARTLY,
    30: State.SHIPPED,
    100: State.COMPLETED,
    190: State.CANCELLED,
    200: State.REFUNDED,
    250: State.CANCELLED,
}
OPEN = (State.ON_HOLD, State.READY, State.PARTLY)
WHYS = {
    -1: Why.LATER,
    40001: Why.EXPIRED,
    40014: Why.EXPIRED,
    41001: Why.EXPIRED,
    42001: Why.EXPIRED,
    40002: Why.SIGNATURE,
    40013: Why.SIGNATURE,
    40125: Why.SIGNATURE,
    41002: Why.SIGNATURE,
    41004: Why.SIGNATURE,
    40164: Why.DENIED,  # our address is not on the shop's list
    48001: Why.DENIED,
    50002: Why.DENIED,
    61004: Why.DENIED,
    10080000: Why.DENIED,
    10080001: Why.DENIED,
    45009: Why.LIMITED,
    45011: Why.LIMITED,
    100002: Why.ABSENT,
    10020000: Why.ABSENT,
    10021050: Why.ABSENT,
    10020001: Why.STATE,
    10021041: Why.STATE,
    10021044: Why.LATER,
    10021059: Why.LIMITED,
}
WAITS = {45009: 3600.0, 45011: 60.0, 10021059: 60.0}  # a day's, a minute's quota
STAGES = {
    "MERCHANT_PROCESSING": Stage.ASKED,
    "USER_WAIT_RETURN": Stage.AGREED,
    "MERCHANT_OVERDUE_REFUND": Stage.AGREED,
    "PLATFORM_REFUNDING": Stage.AGREED,
    "PLATFORM_REFUND_FAIL": Stage.AGREED,
    "MERCHANT_WAIT_RECEIPT": Stage.RETURNING,
    "MERCHANT_REJECT_REFUND": Stage.REFUSED,
    "MERCHANT_REJECT_RETURN": Stage.REFUSED,
    "USER_WAIT_CONFIRM": Stage.REFUSED,
    "USER_WAIT_CONFIRM_UPDATE": Stage.REFUSED,
    "USER_WAIT_HANDLE_MERCHANT_AFTER_SALE": Stage.REFUSED,
    "MERCHANT_REFUND_SUCCESS": Stage.DONE,
    "MERCHANT_RETURN_SUCCESS": Stage.DONE,
    "USER_CANCELD": Stage.CLOSED,
    "RETURN_CLOSED": Stage.CLOSED,
    "MERCHANT_REFUND_RETRY_FAIL": Stage.CLOSED,
    "MERCHANT_FAIL": Stage.CLOSED,
}
ASKS = {"REFUND": Ask.REFUND, "RETURN": Ask.RETURN, "EXCHANGE": Ask.EXCHANGE}
SCENES = {Ask.REFUND: 1, Ask.RETURN: 4, Ask.EXCHANGE: 5}  # of what may be refused with a reason
OTHER = "其他"


class WeChatShop:
    """Implements port.Channel."""

    name = "wechat-shop"
    caps = Caps(
        window=WEEK,
        lag=60,
        page=50,
        days=180,
        backwards=False,
        push=Push.HTTP,
        tokens=True,
        numbers=Numbers.MANY,
        decides=True,
        stock=1,
        rates={"": Rate(10)},
        life=7200,
    )
    secrets = ("app_secret", "push_token", "aes_key")
    carriers: Mapping[str, str] = {
        "sf": "SF",
        "zto": "ZTO",
        "yto": "YTO",
        "sto": "STO",
        "yunda": "YUNDA",
        "jt": "JTSD",
        "ems": "EMS",
        "jd": "JD",
        "deppon": "DBL",
        "best": "HTKY",
        "post": "YZPY",
    }

    def check(self, link: Link) -> list[Fault]:
        """Pushes may be left out; whoever wants them gives both of their secrets."""
        key = link.secrets.get("aes_key", "")
        faults = bytes_.lacking(link, "app_secret", *(["push_token"] if key else []))
        if key and not re.fullmatch(r"[A-Za-z0-9]{43}", key):
            faults.append(Fault("secrets.aes_key", "ill-formed"))
        return faults

    def consent_url(self, link: Link, state: str, back: str) -> str:
        return ""  # the app's secret is all the consent there is

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        return self.refresh(wire, link)

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        """The token as it stands: a second call within its life gives the same one."""
        asked = {
            "grant_type": "client_credential",
            "appid": link.app_key,
            "secret": link.secrets["app_secret"],
            "force_refresh": False,
        }
        url = _url(link, "/cgi-bin/stable_token")
        now = wire.now

        def read(told: dict[str, Any]) -> Tokens:
            ends = clock.later(now, int(told["expires_in"]))
            return Tokens(str(told["access_token"]), expires_at=ends)

        return wire.ask(_request("stable_token", url, asked), _reader(read))

    def probe(self, wire: Wire, link: Link) -> str:
        return _ask(
            wire, _call(link, "basics/info/get", None), lambda told: str(told["info"]["nickname"])
        )

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        """The list tells numbers only: each order may have changed up to now."""
        ends = {"start_time": units.seconds(window.start), "end_time": units.seconds(window.end)}
        kind = "update_time_range" if window.by is By.MODIFIED else "create_time_range"
        asked = {kind: ends, "page_size": self.caps.page, "next_key": cursor}
        newest = units.millis(wire.now)

        def read(told: dict[str, Any]) -> Page[Ref]:
            refs = tuple(Ref(str(number), newest) for number in told.get("order_id_list", ()))
            return Page(refs, str(told["next_key"]) if told["has_more"] else "")

        return _ask(wire, _call(link, "order/list/get", asked), read)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        return _found(_order(wire, link, number))

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        if incoming.method == "GET":
            _verified(link, now, incoming.query, "signature")
            return Heard(reply=_text(incoming.query.get("echostr", "")))
        with bytes_.believing():
            sealed = str(bytes_.parsed(incoming.body)["Encrypt"])
        _verified(link, now, incoming.query, "msg_signature", sealed)
        with bytes_.believing():
            return Heard(tuple(_hints(bytes_.parsed(_opened(link, sealed)))))

    def ack(self, ok: bool) -> Reply:
        return _text("success") if ok else Reply(500, {}, b"")

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        delivery = _detail(_order(wire, link, shipment.number), "delivery_info")
        parcels = delivery.get("delivery_product_info") or ()
        if any(parcel.get("waybill_id") == shipment.tracking for parcel in parcels):
            raise Rejected(Why.DONE, "told")
        parcel = {
            "delivery_id": shipment.carrier,
            "waybill_id": shipment.tracking,
            "deliver_type": 1,
            "product_infos": _products(shipment),
        }
        asked = {"order_id": shipment.number, "delivery_list": [parcel]}
        _ask(wire, _call(link, "order/delivery/send", asked, safe=False), _nothing)

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        return {ware.shop_sku: _stocked(wire, link, ware) for ware in wares}

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        """Day after day, since one list spans no more. Cursor: the day's start, the key in it."""
        begun, _, key = cursor.partition(":")
        last = units.seconds(window.end)
        start = int(begun or units.seconds(window.start))
        end = min(start + DAY, last)
        kind = "update" if window.by is By.MODIFIED else "create"
        asked = {f"begin_{kind}_time": start, f"end_{kind}_time": end, "next_key": key}
        newest = units.millis(wire.now)

        def read(told: dict[str, Any]) -> Page[RefundRef]:
            numbers = told.get("after_sale_order_id_list", ())
            following = f"{end}:" if end < last else ""
            more = f"{start}:{told['next_key']}" if told["has_more"] else following
            return Page(tuple(RefundRef(str(number), newest) for number in numbers), more)

        return _ask(wire, _call(link, "aftersale/getaftersalelist", asked), read)

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        asked = {"after_sale_order_id": ref.number}
        return _ask(wire, _call(link, "aftersale/getaftersaleorder", asked), _refund)

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        if self.refund(wire, link, RefundRef(refund.number, 0)).version != refund.version:
            raise Rejected(Why.STATE, "changed")
        asked = {"after_sale_order_id": refund.number}
        if agree:
            back = refund.ask is Ask.RETURN and refund.stage is Stage.ASKED
            told = asked | (_return_to(wire, link) if back else {})
            _ask(wire, _call(link, "aftersale/acceptapply", told, safe=False), _nothing)
        else:
            reasons = _call(link, "aftersale/rejectreason/get", {})
            told = asked | _ask(wire, reasons, _reasoned(refund.ask, why))
            _ask(wire, _call(link, "aftersale/rejectapply", told, safe=False), _nothing)

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        """By the platform's own mark of an address, which is one within a shop."""
        return [_address_mark(_order(wire, link, number)) or number for number, _ in pairs]


def _url(link: Link, path: str) -> str:
    return (link.endpoint or HOME).rstrip("/") + path


def _request(api: str, url: str, document: Any, *, safe: bool = True) -> Request:
    if document is None:
        return Request(api, "GET", url, {})
    body = bytes_.compact(document).encode()
    return Request(api, "POST", url, {"Content-Type": bytes_.JSON}, body, safe)


def _call(link: Link, api: str, document: Any, *, safe: bool = True) -> Request:
    query = bytes_.form({"access_token": link.token}).decode()
    return _request(api, _url(link, f"/channels/ec/{api}?{query}"), document, safe=safe)


def _ask(wire: Wire, request: Request, read: Callable[[dict[str, Any]], T]) -> T:
    return wire.ask(request, _reader(read))


def _reader(read: Callable[[dict[str, Any]], T]) -> Callable[[Answer], T]:
    def whole(answer: Answer) -> T:
        told = bytes_.document(answer)
        with bytes_.reading(Unclear("answer not understood")):
            code = int(told.get("errcode") or 0)
        if code:
            why = WHYS.get(code, Why.REFUSED)
            raise Rejected(why, str(code), str(told.get("errmsg", "")), WAITS.get(code, 0))
        with bytes_.reading(Unclear("answer not understood")):
            return read(told)

    return whole


def _nothing(told: dict[str, Any]) -> None:
    """There is nothing to be read in a yes."""


def _order(wire: Wire, link: Link, number: str) -> dict[str, Any]:
    def read(told: dict[str, Any]) -> dict[str, Any]:
        return dict(told["order"])

    return _ask(wire, _call(link, "order/get", {"order_id": number}), read)


def _detail(order: Mapping[str, Any], name: str) -> dict[str, Any]:
    return order["order_detail"].get(name) or {}


def _found(order: dict[str, Any]) -> Found:
    with bytes_.reading(Unclear("order not understood")):
        state = STATES.get(order["status"], State.ON_HOLD)
        return Found(
            number=str(order["order_id"]),
            version=order["update_time"] * 1000,
            state=state,
            document=_document(order, state),
            raw=bytes_.raw(order),
        )


def _document(order: dict[str, Any], state: State) -> dict[str, Any]:
    products = order["order_detail"]["product_infos"]
    price, ext = _detail(order, "price_info"), _detail(order, "ext_info")
    frozen = any((each.get("sku_deliver_info") or {}).get("stock_type") for each in products)
    moved = price.get("is_change_freight")
    return {
        "placed_at": units.from_seconds(order["create_time"]),
        **_times(order, products),
        "type": "presale" if frozen else "normal",
        "buyer": {"id": order.get("openid", "")},
        "receiver": _receiver(_detail(order, "delivery_info")),
        "lines": [_line(each) for each in products],
        "freight": price.get("change_freight" if moved else "freight", 0),
        "total": price["order_price"],
        "notes": {
            "buyer": ext.get("customer_notes", "")[:1000],
            "seller": ext.get("merchant_notes", "")[:1000],
        },
        "marks": list(_marks(order, products)) if state in OPEN else [],
        "extra": _extra(order),
    }


def _times(order: dict[str, Any], products: list[dict[str, Any]]) -> dict[str, str]:
    paid = _detail(order, "pay_info").get("pay_time")
    dues = [each["delivery_deadline"] for each in products if each.get("delivery_deadline")]
    times = {"paid_at": paid, "ship_by": min(dues, default=0)}
    return {name: units.from_seconds(at) for name, at in times.items() if at}


def _receiver(delivery: Mapping[str, Any]) -> dict[str, Any]:
    at = delivery.get("address_info") or {}
    extra = at.get("tel_number_ext_info") or {}
    virtual = extra.get("virtual_tel_number") if at.get("use_tel_number") == 1 else ""
    receiver: dict[str, Any] = {
        "name": at.get("user_name", ""),
        "phone": virtual or at.get("tel_number") or at.get("virtual_order_tel_number") or "",
        "province": at.get("province_name", ""),
        "city": at.get("city_name", ""),
        "district": at.get("county_name", ""),
        "address": at.get("detail_info", "") + at.get("house_number", ""),
        "postcode": at.get("postal_code", ""),
    }
    if code := delivery.get("ewaybill_order_code"):
        receiver["token"] = {"kind": "wechat", "value": code}
    return receiver


def _line(product: dict[str, Any]) -> dict[str, Any]:
    """What was changed by hand is the line's own discount, all else is shared."""
    amount = product["sale_price"] * product["sku_cnt"]
    paid = product.get("real_price", amount)
    before = product.get("estimate_price", paid) if product.get("is_change_price") else paid
    gift = product.get("is_free_gift") == 1
    line = {
        "shop_sku": f"{product['product_id']}:{product['sku_id']}",
        "title": product.get("title", "")[:300],
        "quantity": product["sku_cnt"],
        "unit_price": product["sale_price"],
        "amount": amount,
        "discount": before - paid,
        "sale": amount - (before - paid),
        "share": amount - before,
        "paid": paid,
        "gift": gift,
    }
    code = product.get("out_sku_id") or product.get("sku_code")
    sub = "" if gift else str(product["sku_id"])  # after-sales know what was sold by its SKU
    return line | ({"sku": str(code)} if code else {}) | ({"sub": sub} if sub else {})


def _marks(order: dict[str, Any], products: list[dict[str, Any]]) -> Iterator[str]:
    swaps = [(each.get("change_sku_info") or {}) for each in products]
    if any(swap.get("preshipment_change_sku_state") == SWAP_ASKED for swap in swaps):
        yield "no-ship"
    if any(each.get("on_aftersale_sku_cnt") for each in products):
        yield "refund"
    if _detail(order, "delivery_info").get("address_under_review"):
        yield "address-change"


def _extra(order: dict[str, Any]) -> dict[str, str]:
    pay = _detail(order, "pay_info")
    given = {
        "platform_status": order["status"],
        "transaction_id": pay.get("transaction_id"),
        "payment_method": pay.get("payment_method"),
        "deliver_method": _detail(order, "delivery_info").get("deliver_method"),
        "present_note": order.get("present_note"),
    }
    return {name: str(value)[:500] for name, value in given.items() if value not in (None, "")}


def _address_mark(order: dict[str, Any]) -> str:
    with bytes_.reading(Unclear("order not understood")):
        address = _detail(order, "delivery_info").get("address_info") or {}
        return str(address.get("hash_code") or "")


def _products(shipment: Shipment) -> list[dict[str, Any]]:
    """What lies in a parcel; an article that was bought and given away is one line of it."""
    counts: Counter[str] = Counter()
    for sent in shipment.lines:
        counts[sent.shop_sku] += sent.quantity
    return [
        {"product_id": item, "sku_id": sku, "product_cnt": count}
        for (item, _, sku), count in ((code.partition(":"), n) for code, n in counts.items())
    ]


def _stocked(wire: Wire, link: Link, ware: Stocked) -> Rejected | None:
    item, _, sku = ware.shop_sku.partition(":")
    asked = {"product_id": item, "sku_id": sku, "diff_type": 3, "num": ware.units}
    try:
        _ask(wire, _call(link, "product/stock/update", asked), _nothing)
    except Rejected as no:
        if no.why not in ITEM:
            raise
        return no
    return None


def _refund(told: dict[str, Any]) -> Refund:
    case = told["after_sale_order"]
    product, details = case["product_info"], case.get("details") or {}
    return Refund(
        number=str(case["after_sale_order_id"]),
        order=str(case["order_id"]),
        version=case["update_time"] * 1000,
        ask=ASKS.get(case["type"], Ask.REFUND),
        stage=STAGES.get(case["status"], Stage.ASKED),  # a person looks at what we do not know
        fen=case["refund_info"]["amount"],
        sub=str(product["sku_id"]),
        quantity=product["count"],
        shipped=bool(details.get("receive_product")) or case["type"] != "REFUND",
        reason=str(case.get("reason_text") or case.get("reason") or "")[:200],
        tracking=str((case.get("return_info") or {}).get("waybill_id") or ""),
        created_at=units.from_seconds(case["create_time"]),
        raw=bytes_.raw(case),
    )


def _return_to(wire: Wire, link: Link) -> dict[str, str]:
    """Where goods come back to: the shop's own choice, which no list of addresses tells."""
    every = _call(link, "merchant/address/list", {"offset": 0, "limit": 100})
    for no in _ask(wire, every, lambda told: [str(each) for each in told["address_id_list"]]):
        detail = _call(link, "merchant/address/get", {"address_id": no})
        if _ask(wire, detail, lambda told: bool(told["address_detail"]["default_recv"])):
            return {"address_id": no}
    return {}


def _reasoned(ask: Ask, why: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Our words, and the platform's kind of refusal that is called so, or else its last resort."""

    def read(told: dict[str, Any]) -> dict[str, Any]:
        scene = SCENES.get(ask, 0)
        kinds = {
            str(each["reject_reason_type_text"]): each["reject_reason_type"]
            for each in told["reason_list"]
            if each.get("reject_scene", scene) == scene
        }
        if not kinds:
            raise Rejected(Why.REFUSED, "no-reason")
        named = next((name for name in (why, OTHER) if name in kinds), [*kinds][-1])
        return {"reject_reason": why, "reject_reason_type": kinds[named]}

    return read


def _text(body: str) -> Reply:
    return Reply(200, {"Content-Type": "text/plain"}, body.encode())


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _verified(link: Link, now: str, query: Mapping[str, str], name: str, *sealed: str) -> None:
    """Signed by them, and not long ago: what was overheard is not heard again for ever."""
    parts = (link.secrets.get("push_token", ""), query.get("timestamp", ""))
    ours = signature(*parts, query.get("nonce", ""), *sealed)
    if not parts[0] or not bytes_.same(ours, query.get(name, "")):
        raise Forged("signature")
    with bytes_.believing():
        age = units.seconds(now) - int(parts[1])
    if abs(age) > TOLERANCE:
        raise Forged("time")


def _opened(link: Link, sealed: str) -> bytes:
    """Sixteen bytes of chance, the length, the message, whose it is."""
    try:
        key = base64.b64decode(link.secrets["aes_key"] + "=")
        cut = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = cut.update(base64.b64decode(sealed, validate=True)) + cut.finalize()
    except (KeyError, ValueError, binascii.Error) as error:
        raise Forged("encryption") from error
    end = 20 + int.from_bytes(plain[16:20], "big")
    if not 1 <= plain[-1] <= BLOCK or plain[end : -plain[-1]] != link.app_key.encode():
        raise Forged("app")
    return plain[20:end]


def _hints(event: dict[str, Any]) -> Iterator[Hint]:
    if order := (event.get("order_info") or {}).get("order_id"):
        yield Hint(order=str(order))
    case = event.get("finder_shop_aftersale_status_update") or {}
    if number := case.get("after_sale_order_id"):
        yield Hint(order=str(case.get("order_id", "")), refund=str(number))
