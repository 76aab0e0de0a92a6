"""Kuaishou's shops (快手小店): a secret of its own for signing, milliseconds, cursors, fen."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from shared.domain.errors import Fault
from shared.domain.platform import Ask, Found, Refund, Stage, State
from shared.domain.writeback import Numbers
from shared.gateways import units
from shared.gateways.channels import sealed
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
HOME, CONSENT = "https://openapi.kwaixiaodian.com", "https://open.kwaixiaodian.com"
SCOPE = "user_info,merchant_order,merchant_refund,merchant_item,merchant_logistics"
DAY = 86_400_000  # milliseconds that a list of refunds spans
END = "nomore"
GOOD = 1
KEYS = (16, 24, 32)  # bytes of a key
STATES = {
    10: State.PENDING,
    30: State.READY,
    40: State.SHIPPED,
    50: State.SIGNED,
    70: State.COMPLETED,
    80: State.CANCELLED,
}
OPEN = (State.ON_HOLD, State.READY, State.PARTLY)
WANTED_BACK = (10, 20, 30, 40, 45, 50)  # refunds that are under way
WHYS = {
    21: Why.DENIED,
    22: Why.SIGNATURE,
    24: Why.EXPIRED,
    27: Why.DENIED,
    28: Why.EXPIRED,
    29: Why.SIGNATURE,
    30: Why.CLOCK,
    31: Why.LIMITED,
}
UNCLEAR = (2, 20)  # the platform failed: nobody knows what was done
WORDS = (  # refusals of the business are told apart by their text alone
    ("accesstoken", Why.EXPIRED),
    ("access_token", Why.EXPIRED),
    ("签名", Why.SIGNATURE),
    ("限流", Why.LIMITED),
    ("频繁", Why.LIMITED),
    ("权限", Why.DENIED),
    ("退款", Why.REFUND),
    ("售后", Why.REFUND),
    ("重复", Why.DONE),
    ("不存在", Why.ABSENT),
    ("快递", Why.CARRIER),
    ("物流", Why.CARRIER),
    ("状态", Why.STATE),
)
ITEM = (Why.ABSENT, Why.STATE, Why.REFUSED)  # what is wrong with one article, not with all
ASKS = {1: Ask.RETURN, 3: Ask.EXCHANGE, 10: Ask.REFUND}
STAGES = {
    10: Stage.ASKED,
    12: Stage.REFUSED,
    20: Stage.ASKED,
    30: Stage.AGREED,
    40: Stage.RETURNING,
    45: Stage.AGREED,
    50: Stage.AGREED,
    60: Stage.DONE,
    70: Stage.CLOSED,
}
READS = ("list", "detail", "get")  # how the names of what only asks end
MORE, LESS = 1, 2  # changeType


class Kuaishou:
    """Implements port.Channel."""

    name = "kuaishou"
    caps = Caps(
        window=7 * 86_400,
        lag=60,
        page=50,
        days=90,
        backwards=False,
        push=Push.HTTP,
        tokens=True,
        numbers=Numbers.MANY,
        decides=True,
        stock=1,
        rates={"": Rate(10)},
        life=2 * 86_400,
        redirects=True,
    )
    secrets = ("app_secret", "sign_secret", "message_secret", "return_address")
    carriers: Mapping[str, str] = {
        "sf": "4",
        "zto": "1",
        "yto": "2",
        "sto": "3",
        "yunda": "6",
        "jt": "34",
        "ems": "7",
        "jd": "8",
        "deppon": "9",
        "best": "5",
        "post": "10",
    }

    def check(self, link: Link) -> list[Fault]:
        """Two secrets are optional: for the pushes, and where goods go back to."""
        faults = bytes_.lacking(link, "app_secret", "sign_secret")
        if key := link.secrets.get("message_secret"):
            try:
                fits = len(base64.b64decode(key, validate=True)) in KEYS
            except ValueError:
                fits = False
            faults += [] if fits else [Fault("secrets.message_secret", "ill-formed")]
        if not link.secrets.get("return_address", "0").isdecimal():
            faults.append(Fault("secrets.return_address", "ill-formed"))
        return faults

    def consent_url(self, link: Link, state: str, back: str) -> str:
        asked = {
            "app_id": link.app_key,
            "redirect_uri": back,
            "scope": SCOPE,
            "response_type": "code",
            "state": state,
        }
        return f"{CONSENT}/oauth/authorize?{urlencode(asked)}"

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        asked = {"app_id": link.app_key, "grant_type": "code", "code": code}
        query = urlencode(asked | {"app_secret": link.secrets["app_secret"]})
        url = f"{_home(link)}/oauth2/access_token?{query}"
        request = Request("access_token", "GET", url, {}, safe=False)
        return wire.ask(request, _tokens(wire.now))

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        """The token that was used for it ends with it."""
        asked = {
            "app_id": link.app_key,
            "grant_type": "refresh_token",
            "refresh_token": link.secrets["refresh_token"],
            "app_secret": link.secrets["app_secret"],
        }
        url, head = f"{_home(link)}/oauth2/refresh_token", {"Content-Type": bytes_.FORM}
        request = Request("refresh_token", "POST", url, head, bytes_.form(asked), safe=False)
        return wire.ask(request, _tokens(wire.now))

    def probe(self, wire: Wire, link: Link) -> str:
        return _ask(wire, link, "open.shop.info.get", {}, lambda data: str(data["shopName"]))

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        asked = {
            "orderViewStatus": 1,
            "pageSize": self.caps.page,
            "sort": 2,
            "queryType": 2 if window.by is By.MODIFIED else 1,
            "beginTime": units.millis(window.start),
            "endTime": units.millis(window.end),
            "cursor": cursor,
        }

        def read(data: dict[str, Any]) -> Page[Ref]:
            refs = tuple(_ref(order) for order in data.get("orderList") or ())
            return Page(refs, _following(data["cursor"]))

        return _ask(wire, link, "open.order.cursor.list", asked, read)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        return _found(_order(wire, link, number))

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        """Encrypted, but not signed: it says where to look, and nothing else of it counts."""
        with bytes_.believing():
            key = base64.b64decode(link.secrets["message_secret"], validate=True)
        plain = sealed.opened(key, bytes(sealed.BLOCK), incoming.body.strip())
        with bytes_.believing():
            event = bytes_.parsed(plain)
            if event.get("appKey", link.app_key) != link.app_key:
                raise Forged("app")
            hint = _hint(event)
        return Heard((hint,) if hint and not event.get("test") else ())

    def ack(self, ok: bool) -> Reply:
        if not ok:
            return Reply(500, {}, b"")
        return Reply(200, {"Content-Type": "application/json"}, b'{"result":1}')

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        """All in one parcel, or a part of it; either is once under the same number of a parcel."""
        sent = {"expressNo": shipment.tracking, "expressCode": int(shipment.carrier)}
        if shipment.first and shipment.last and all(line.whole for line in shipment.lines):
            whole = {"orderId": int(shipment.number), **sent}
            _ask(wire, link, "open.seller.order.goods.deliver", whole, _nothing)
            return
        goods = [{"oid": int(line.sub), "deliveryNum": line.quantity} for line in shipment.lines]
        part = {
            "mainOrderId": int(shipment.number),
            "deliveryItemInfoList": [{"deliveryGoodsInfoList": goods, **sent}],
            "deliveryStatus": [
                {"oid": good["oid"], "confirmDeliveryStatus": int(shipment.last)} for good in goods
            ],
        }
        _ask(wire, link, "open.order.goods.split.deliver", part, _nothing)

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        return {ware.shop_sku: _stocked(wire, link, ware) for ware in wares}

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        """Days one after another: a list spans one. Cursor: the day's start, the platform's."""
        begun, _, theirs = cursor.partition(":")
        last = units.millis(window.end)
        start = int(begun or units.millis(window.start))
        end = min(start + DAY, last)
        asked = {
            "type": 9,
            "pageSize": 100,
            "currentPage": 1,
            "sort": 2,
            "queryType": 2 if window.by is By.MODIFIED else 1,
            "beginTime": start,
            "endTime": end,
            "pcursor": theirs,
        }

        def read(data: dict[str, Any]) -> Page[RefundRef]:
            rows = data.get("refundOrderInfoList") or ()
            refs = tuple(
                RefundRef(str(row["refundId"]), row["updateTime"], str(row.get("oid") or ""))
                for row in rows
            )
            more = _following(data["pcursor"])
            following = f"{end}:" if end < last else ""
            return Page(refs, f"{start}:{more}" if more else following)

        return _ask(wire, link, "open.seller.order.refund.pcursor.list", asked, read)

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        asked = {"refundId": int(ref.number)}
        return _ask(wire, link, "open.seller.order.refund.detail", asked, _refund)

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        """The status goes along: whoever was faster makes it STATE."""
        asked: dict[str, Any] = {"refundId": int(refund.number)}
        if not agree:
            api = "open.refund.reject"
            asked |= {"refundVersion": refund.version, "rejectDesc": why}
        elif refund.ask is Ask.RETURN and refund.stage is Stage.RETURNING:
            api = "open.seller.order.refund.confirm.receipt"
            asked |= {"status": int(refund.mark)}
        elif refund.ask is Ask.RETURN:
            api = "open.seller.order.refund.returngoods.approve"
            asked |= {"refundAmount": refund.fen, "addressId": _address(link)}
        else:
            api = "open.seller.order.refund.approve"
            asked |= {"refundAmount": refund.fen, "status": int(refund.mark), "desc": why}
        _ask(wire, link, api, asked, _nothing)

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        """By the token itself: it is one for an address of a buyer's."""
        return [token or number for number, token in pairs]


def signature(params: Mapping[str, str], secret: str) -> str:
    """Over the values as they are, before any of them is encoded for an address."""
    base = "&".join(f"{name}={params[name]}" for name in sorted(params))
    text = f"{base}&signSecret={secret}"
    if params["signMethod"] == "MD5":
        return bytes_.md5(text)
    return base64.b64encode(bytes_.hmac_sha256(secret, text)).decode()


def _home(link: Link) -> str:
    return (link.endpoint or HOME).rstrip("/")


def _ask(
    wire: Wire,
    link: Link,
    method: str,
    document: Mapping[str, Any],
    read: Callable[[dict[str, Any]], T],
) -> T:
    params = {
        "appkey": link.app_key,
        "method": method,
        "version": "1",
        "access_token": link.token,
        "timestamp": str(units.millis(wire.now)),
        "signMethod": "HMAC_SHA256",
        "param": bytes_.compact(document),
    }
    params["sign"] = signature(params, link.secrets["sign_secret"])
    return wire.ask(_request(link, method, params), lambda answer: _read(answer, read))


def _request(link: Link, method: str, params: Mapping[str, str]) -> Request:
    url = f"{_home(link)}/{method.replace('.', '/')}"
    if method.rpartition(".")[2] in READS:
        return Request(method, "GET", f"{url}?{urlencode(params)}", {})
    safe = "deliver" in method
    head = {"Content-Type": bytes_.FORM}
    return Request(method, "POST", url, head, bytes_.form(params), safe)


def _read(answer: Answer, read: Callable[[dict[str, Any]], T]) -> T:
    told = bytes_.document(answer)
    _good(told)
    with bytes_.reading(Unclear("answer not understood")):
        return read(told.get("data") or {})


def _good(told: Mapping[str, Any]) -> None:
    with bytes_.reading(Unclear("answer not understood")):
        result = int(told["result"])
    if result in UNCLEAR:
        raise Unclear(f"result {result}")
    if result != GOOD:
        text = str(told.get("error_msg") or told.get("msg") or "")
        code = str(told.get("sub_code") or told.get("code") or result)
        raise Rejected(WHYS.get(result) or _by_words(text), code, text)


def _by_words(text: str) -> Why:
    low = text.lower()
    return next((why for word, why in WORDS if word in low), Why.REFUSED)


def _nothing(data: Any) -> None:
    """There is nothing to be read in a yes."""


def _tokens(now: str) -> Callable[[Answer], Tokens]:
    def read(answer: Answer) -> Tokens:
        told = bytes_.document(answer)
        _good(told)
        with bytes_.reading(Unclear("answer not understood")):
            return Tokens(
                access=str(told["access_token"]),
                refresh=str(told["refresh_token"]),
                expires_at=clock.later(now, int(told["expires_in"])),
                seller=str(told.get("open_id") or ""),
            )

    return read


def _following(cursor: str) -> str:
    return "" if cursor == END else str(cursor)


def _ref(order: dict[str, Any]) -> Ref:
    """An order that does not read is looked for by its number, so that it stops no other."""
    base = order["orderBaseInfo"]
    try:
        found = _found(order)
    except Unclear:
        found = None
    return Ref(str(base["oid"]), base["updateTime"], found)


def _order(wire: Wire, link: Link, number: str) -> dict[str, Any]:
    return _ask(wire, link, "open.order.detail", {"oid": int(number)}, dict)


def _found(order: dict[str, Any]) -> Found:
    with bytes_.reading(Unclear("order not understood")):
        base, state = order["orderBaseInfo"], _state(order)
        return Found(
            number=str(base["oid"]),
            version=base["updateTime"],
            state=state,
            document=_document(order, state),
            raw=bytes_.raw(order),
        )


def _state(order: Mapping[str, Any]) -> State:
    """An order counts as shipped from its first parcel on: the units tell whether all are."""
    base = order["orderBaseInfo"]
    state = STATES.get(base["status"], State.ON_HOLD)
    if state is State.READY and (_forbidden(base) or base.get("riskCode")):
        return State.ON_HOLD
    if state is State.SHIPPED and _missing(order):
        return State.PARTLY
    return State.REFUNDED if state is State.CANCELLED and base.get("payTime") else state


def _forbidden(base: Mapping[str, Any]) -> bool:
    """The reasons why it may not be shipped are a number or a list of them."""
    reasons = base.get("disableDeliveryReasonCode") or 0
    return any(reasons) if isinstance(reasons, list) else str(reasons) != "0"


def _missing(order: Mapping[str, Any]) -> bool:
    sent = (order.get("orderDeliveryInfo") or {}).get("deliveryNum")
    return sent is not None and int(sent) < int(order["orderItemInfo"]["num"])


def _document(order: dict[str, Any], state: State) -> dict[str, Any]:
    base = order["orderBaseInfo"]
    return {
        "placed_at": units.from_seconds(base["createTime"] / 1000),
        **_times(base),
        "type": "presale" if base.get("preSale") else "normal",
        "buyer": {"id": base.get("buyerOpenId") or "", "name": base.get("buyerNick") or ""},
        "receiver": _receiver(order),
        "lines": [_line(base, order["orderItemInfo"])],
        "freight": base.get("expressFee", 0),
        "total": base["totalFee"],
        "notes": {"buyer": base.get("remark") or "", "seller": _seller_note(order)},
        "marks": _marks(order) if state in OPEN else [],
        "extra": {"platform_status": str(base["status"])} | _risk(base),
    }


def _times(base: Mapping[str, Any]) -> dict[str, str]:
    due = base.get("validPromiseShipmentTimeStamp") or base.get("promiseTimeStampOfDelivery")
    times = {"paid_at": base.get("payTime"), "ship_by": due}
    return {name: units.from_seconds(at / 1000) for name, at in times.items() if at}


def _receiver(order: Mapping[str, Any]) -> dict[str, Any]:
    at = order.get("orderAddress") or {}
    receiver: dict[str, Any] = {
        "name": at.get("desensitiseConsignee") or "",
        "phone": at.get("desensitiseMobile") or "",
        "province": at.get("province") or "",
        "city": at.get("city") or "",
        "district": at.get("district") or "",
        "town": at.get("town") or "",
        "address": at.get("desensitiseAddress") or "",
    }
    ciphers = [at.get(f"encrypted{name}") for name in ("Consignee", "Mobile", "Address")]
    token = (order.get("orderDeliveryInfo") or {}).get("openAddressId")
    token = token or ("|".join(map(str, ciphers)) if all(ciphers) else "")
    return receiver | ({"token": {"kind": "kuaishou", "value": str(token)}} if token else {})


def _line(base: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """An order has one article; what was taken off the order was taken off it."""
    amount, share = item["price"] * item["num"], base.get("discountFee", 0)
    code = item.get("skuNick")
    return {
        "sub": str(base["oid"]),
        **({"sku": str(code)} if code else {}),
        "shop_sku": f"{item['itemId']}:{item['skuId']}",
        "title": str(item.get("itemTitle") or ""),
        "quantity": item["num"],
        "unit_price": item["price"],
        "amount": amount,
        "discount": 0,
        "sale": amount,
        "share": share,
        "paid": amount - share,
    }


def _seller_note(order: Mapping[str, Any]) -> str:
    notes = (order.get("orderNote") or {}).get("orderNoteInfo") or ()
    return "；".join(str(each.get("note") or "") for each in notes)[:1000]


def _marks(order: Mapping[str, Any]) -> list[str]:
    base, refunds = order["orderBaseInfo"], order.get("orderRefundList") or ()
    given = {
        "no-ship": _forbidden(base),
        "risk": bool(base.get("riskCode")),
        "refund": any(each.get("refundStatus") in WANTED_BACK for each in refunds),
    }
    return [mark for mark, there in given.items() if there]


def _risk(base: Mapping[str, Any]) -> dict[str, str]:
    given = {"risk_code": "riskCode", "no_ship_reasons": "disableDeliveryReasonCode"}
    return {ours: str(base[name])[:500] for ours, name in given.items() if base.get(name)}


def _stocked(wire: Wire, link: Link, ware: Stocked) -> Rejected | None:
    """The platform takes only what is more or less than it shows: it is asked for that first."""
    item, sku = map(int, ware.shop_sku.split(":"))
    try:
        more = ware.units - _shown(wire, link, item, sku)
        asked = {
            "kwaiItemId": item,
            "skuId": sku,
            "changeType": MORE if more > 0 else LESS,
            "skuChangeStock": abs(more),
        }
        if more:
            _ask(wire, link, "open.item.sku.stock.update", asked, _nothing)
    except Rejected as no:
        if no.why not in ITEM:
            raise
        return no
    return None


def _shown(wire: Wire, link: Link, item: int, sku: int) -> int:
    def read(rows: Any) -> int | None:
        found = (row for row in rows if int(row.get("kwaiSkuId") or row["skuId"]) == sku)
        return next((int(row["skuStock"]) for row in found), None)

    units = _ask(wire, link, "open.item.sku.list.get", {"kwaiItemId": item}, read)
    if units is None:
        raise Rejected(Why.ABSENT, "no-sku", str(sku))
    return units


def _address(link: Link) -> int:
    given = link.secrets.get("return_address")
    if not given:
        raise Rejected(Why.REFUSED, "no-return-address")
    return int(given)


def _refund(case: dict[str, Any]) -> Refund:
    return Refund(
        number=str(case["refundId"]),
        order=str(case["oid"]),
        version=case["updateTime"],
        ask=ASKS.get(case["handlingWay"], Ask.REFUND),
        stage=STAGES.get(case["status"], Stage.ASKED),  # a person looks at the unknown
        fen=case["refundFee"],
        sub=str(case["oid"]),
        quantity=case.get("productNum") or 0,
        shipped=case.get("receiptStatus", 0) > 0
        or ASKS.get(case["handlingWay"]) is not Ask.REFUND,
        reason=str(case.get("refundReasonDesc") or "")[:200],
        tracking=str((case.get("logisticsInfo") or {}).get("expressNo") or ""),
        mark=str(case["status"]),
        created_at=units.from_seconds(case["createTime"] / 1000),
        raw=bytes_.raw(case),
    )


def _hint(event: Mapping[str, Any]) -> Hint | None:
    info = event.get("info") or {}
    told = json.loads(info) if isinstance(info, str) else info
    order, refund = told.get("oid"), told.get("refundId")
    if not order and not refund:
        return None
    return Hint(order=str(order or ""), refund=str(refund or ""))
