"""Douyin's shops (抖店): signed canonical JSON, pages from 0, fen, pushes as an array."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from shared.domain.errors import Fault
from shared.domain.platform import Ask, Found, Refund, Stage, State
from shared.domain.writeback import Numbers
from shared.gateways import units
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
from shared.runtime import clock

T = TypeVar("T")
HOME = "https://openapi-fxg.jinritemai.com"
DONE = 10000
DEEPEST = 50_000  # rows of a window that pages reach
STATES = {
    1: State.PENDING,
    105: State.ON_HOLD,  # paid, and waits for a group or for the platform's own checks
    2: State.READY,
    101: State.PARTLY,
    3: State.SHIPPED,
    5: State.COMPLETED,
    4: State.CANCELLED,
}
OPEN = (State.ON_HOLD, State.READY, State.PARTLY)
WANTED_BACK = (6, 7, 11)  # after-sales of a line that are under way
BACK = 3  # of refund_status: the money is with the buyer
GROUP, DEPOSIT = 1, 2  # of trade_type
CASH = 0  # of pay_type: paid at the door
ONCE = ("token/create", "token/refresh", "order/logisticsAdd", "afterSale/operate")
UNCLEAR = (20000, 20001, 90000)  # nobody knows what was done
SUBS = {
    "isv.access-token-expired": Why.EXPIRED,
    "isv.access-token-no-existed": Why.EXPIRED,
    "isv.access-token-invalid": Why.EXPIRED,
    "dop.authorization-no-existed": Why.EXPIRED,
    "dop.token-generate-failed:token-expired": Why.EXPIRED,
    "dop.token-generate-failed:token-invalid": Why.EXPIRED,
    "dop.token-generate-failed:no-authorization": Why.EXPIRED,
    "dop.token-generate-failed:app-secret-invalid": Why.SIGNATURE,
    "isv.signature-invalid": Why.SIGNATURE,
    "isv.app-id-invalid": Why.SIGNATURE,
    "isv.timestamp-invalid": Why.CLOCK,
    "isv.timestamp-format-error": Why.CLOCK,
    "isv.idempotent-id-existed": Why.DONE,
}
WHYS = {30001: Why.DENIED, 30002: Why.DENIED, 60000: Why.LIMITED, 80000: Why.DENIED}
WORDS = (  # refusals of the business are told apart by their text alone
    ("售后", Why.REFUND),
    ("退款", Why.REFUND),
    ("已发货", Why.DONE),
    ("重复", Why.DONE),
    ("不存在", Why.ABSENT),
    ("物流", Why.CARRIER),
    ("运单", Why.CARRIER),
    ("状态", Why.STATE),
)
ITEM = (Why.ABSENT, Why.STATE, Why.REFUSED)  # what is wrong with one article, not with all
ASKS = {0: Ask.RETURN, 3: Ask.EXCHANGE, 7: Ask.RESEND, 8: Ask.REPAIR}  # all else: money only
BEFORE = 2  # of after_sale_type: nothing had left
STAGES = {
    6: Stage.ASKED,
    7: Stage.AGREED,
    8: Stage.AGREED,
    11: Stage.RETURNING,
    12: Stage.DONE,
    13: Stage.AGREED,
    14: Stage.DONE,
    27: Stage.REFUSED,
    28: Stage.CLOSED,
    29: Stage.REFUSED,
    51: Stage.DONE,
    53: Stage.DONE,
}
ANSWERS = {  # (yes, no)
    (Ask.REFUND, Stage.ASKED): (201, 202),
    (Ask.RETURN, Stage.ASKED): (101, 102),
    (Ask.RETURN, Stage.RETURNING): (111, 112),
    (Ask.EXCHANGE, Stage.ASKED): (301, 302),
}


class Douyin:
    """Implements port.Channel."""

    name = "douyin"
    caps = Caps(
        window=86_400,
        lag=60,
        page=100,
        days=90,
        backwards=True,
        push=Push.HTTP,
        tokens=True,
        numbers=Numbers.MANY,
        decides=True,
        stock=1,
        rates={"": Rate(10)},
        life=7 * 86_400,
    )
    secrets = ("app_secret", "return_address")
    carriers: Mapping[str, str] = {
        "sf": "shunfeng",
        "zto": "zhongtong",
        "yto": "yuantong",
        "sto": "shentong",
        "yunda": "yunda",
        "jt": "jtexpress",
        "ems": "ems",
        "jd": "jd",
        "deppon": "debangwuliu",
        "best": "huitongkuaidi",
        "post": "youzhengguonei",
    }

    def check(self, link: Link) -> list[Fault]:
        """The address that goods go back to is needed by those alone who agree to returns."""
        faults = bytes_.lacking(link, "app_secret", seller=True)
        for name in ("seller", "secrets.return_address"):
            given = link.seller if name == "seller" else link.secrets.get("return_address", "")
            if given and not given.isdecimal():
                faults.append(Fault(name, "ill-formed"))
        return faults

    def consent_url(self, link: Link, state: str, back: str) -> str:
        return ""  # an app of the merchant's own has the shop's consent

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        asked = {"code": code, "grant_type": "authorization_code"}
        if not code:
            asked = {"code": "", "grant_type": "authorization_self", "shop_id": link.seller}
        return _tokens(wire, link, "token/create", asked)

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        """A fortnight to use the second one, once."""
        again = link.secrets.get("refresh_token", "")
        if not again:
            return self.exchange(wire, link, "")
        asked = {"grant_type": "refresh_token", "refresh_token": again}
        return _tokens(wire, link, "token/refresh", asked)

    def probe(self, wire: Wire, link: Link) -> str:
        end = units.seconds(wire.now)
        asked = {"update_time_start": end - 60, "update_time_end": end, "page": 0, "size": 1}
        return _ask(wire, link, "order/searchList", asked, _first_shop)

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        kind = "update_time" if window.by is By.MODIFIED else "create_time"

        def read(page: int) -> tuple[int, tuple[Ref, ...]]:
            asked = {
                f"{kind}_start": units.seconds(window.start),
                f"{kind}_end": units.seconds(window.end),
                "order_by": kind,
                "order_asc": True,
                "page": page - 1,
                "size": self.caps.page,
            }
            return _ask(wire, link, "order/searchList", asked, _refs)

        return backwards(read, self.caps.page, cursor)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        return _found(_order(wire, link, number))

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        said = incoming.headers.get("event-sign", "")
        if not bytes_.same(event_sign(link, incoming.body), said.lower()):
            raise Forged("signature")
        if incoming.headers.get("app-id", link.app_key) != link.app_key:
            raise Forged("app")
        with bytes_.believing():
            return Heard(tuple(_hints(json.loads(incoming.body))))

    def ack(self, ok: bool) -> Reply:
        if not ok:
            return Reply(500, {}, b"")
        return Reply(200, {"Content-Type": "application/json"}, b'{"code":0,"msg":"success"}')

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        """A parcel with all that was ordered, or some lines of it by a number of our own."""
        sent = {"company_code": shipment.carrier, "logistics_code": shipment.tracking}
        if shipment.first and shipment.last and all(line.whole for line in shipment.lines):
            asked = {"order_id": shipment.number, **sent}
            _ask(wire, link, "order/logisticsAdd", asked, _nothing)
            return
        lines = [
            {"shipped_order_id": line.sub, "shipped_num": line.quantity} for line in shipment.lines
        ]
        packed = {
            "order_id": shipment.number,
            "pack_list": [{"shipped_order_info": lines, **sent}],
            "request_id": shipment.idem,
        }
        _ask(wire, link, "order/logisticsAddMultiPack", packed, _nothing)

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        return {ware.shop_sku: _stocked(wire, link, ware) for ware in wares}

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        changed = window.by is By.MODIFIED
        kind, order = ("update_", "update_time asc") if changed else ("", "apply_time asc")

        def read(page: int) -> tuple[int, tuple[RefundRef, ...]]:
            asked = {
                f"{kind}start_time": units.seconds(window.start),
                f"{kind}end_time": units.seconds(window.end),
                "order_by": [order],
                "page": page - 1,
                "size": self.caps.page,
            }
            return _ask(wire, link, "afterSale/List", asked, _refund_refs)

        return backwards(read, self.caps.page, cursor)

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        return _ask(wire, link, "afterSale/Detail", {"after_sale_id": ref.number}, _refund)

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        """The version goes along: whoever was faster makes it STATE."""
        choice = ANSWERS.get((refund.ask, refund.stage))
        if choice is None:
            raise Rejected(Why.STATE, "not-offered", f"{refund.ask} {refund.stage}")
        item = {"aftersale_id": refund.number, "update_time": refund.version // 1000}
        if not agree:
            item |= _reason(wire, link, refund) | {"remark": why}
        elif choice[0] in (101, 301) and (address := link.secrets.get("return_address")):
            item["logistics"] = {"receiver_address_id": int(address)}
        asked = {"type": choice[0 if agree else 1], "items": [item]}
        _ask(wire, link, "afterSale/operate", asked, _decided)

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        """By the token itself: it is one for an address of a buyer's."""
        return [token or number for number, token in pairs]


def canonical(document: Any) -> str:
    """As it is signed: keys sorted all the way down, no escapes, 1.0 as 1."""
    return json.dumps(_plain(document), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float | Decimal):
        return int(value) if value == int(value) else float(value)
    return value


def sign(link: Link, method: str, param_json: str, timestamp: str) -> str:
    """Neither the token nor the name of the method of signing is signed."""
    secret = link.secrets["app_secret"]
    signed = {
        "app_key": link.app_key,
        "method": method,
        "param_json": param_json,
        "timestamp": timestamp,
        "v": "2",
    }
    return bytes_.hmac_sha256(secret, secret + bytes_.pairs(signed) + secret).hex()


def event_sign(link: Link, body: bytes) -> str:
    return bytes_.md5(link.app_key.encode() + body + link.secrets["app_secret"].encode())


def _ask(
    wire: Wire,
    link: Link,
    path: str,
    document: Mapping[str, Any],
    read: Callable[[dict[str, Any]], T],
) -> T:
    method, body = path.replace("/", "."), canonical(document)
    stamp = units.local(wire.now)
    token = {} if path.startswith("token/") else {"access_token": link.token}
    query = {
        "app_key": link.app_key,
        "method": method,
        **token,
        "timestamp": stamp,
        "v": "2",
        "sign_method": "hmac-sha256",
        "sign": sign(link, method, body, stamp),
    }
    url = f"{(link.endpoint or HOME).rstrip('/')}/{path}?{urlencode(query)}"
    headers = {"Content-Type": bytes_.JSON}
    request = Request(path, "POST", url, headers, body.encode(), path not in ONCE)
    return wire.ask(request, lambda answer: _read(answer, read))


def _read(answer: Answer, read: Callable[[dict[str, Any]], T]) -> T:
    told = bytes_.document(answer)
    with bytes_.reading(Unclear("answer not understood")):
        good = told["err_no"] == 0 if "code" not in told else told["code"] == DONE
        code = int(told.get("code") or told.get("err_no") or 0)
    if code in UNCLEAR:
        raise Unclear(f"code {code}")
    if not good:
        raise _refusal(told, code)
    with bytes_.reading(Unclear("answer not understood")):
        return read(told.get("data") or {})


def _refusal(told: Mapping[str, Any], code: int) -> Rejected:
    sub = str(told.get("sub_code") or "").replace(" ", "")
    text = str(told.get("sub_msg") or told.get("msg") or told.get("message") or "")
    return Rejected(SUBS.get(sub) or WHYS.get(code) or _by_words(text), sub or str(code), text)


def _by_words(text: str) -> Why:
    return next((why for word, why in WORDS if word in text), Why.REFUSED)


def _nothing(data: dict[str, Any]) -> None:
    """There is nothing to be read in a yes."""


def _tokens(wire: Wire, link: Link, path: str, asked: Mapping[str, Any]) -> Tokens:
    now = wire.now

    def read(data: dict[str, Any]) -> Tokens:
        return Tokens(
            access=str(data["access_token"]),
            refresh=str(data["refresh_token"]),
            expires_at=clock.later(now, int(data["expires_in"])),
            seller=str(data.get("shop_id") or ""),
        )

    return _ask(wire, link, path, asked, read)


def _first_shop(data: dict[str, Any]) -> str:
    orders = data.get("shop_order_list") or [{}]
    return str(orders[0].get("shop_name") or "")


def _reached(total: int) -> int:
    """More than pages reach is not passed over in silence."""
    if total > DEEPEST:
        raise Rejected(Why.MANY, "too-many", str(total))
    return total


def _refs(data: dict[str, Any]) -> tuple[int, tuple[Ref, ...]]:
    orders = data.get("shop_order_list") or ()
    return _reached(int(data["total"])), tuple(_ref(order) for order in orders)


def _ref(order: dict[str, Any]) -> Ref:
    """An order that does not read is looked for by its number, so that it stops no other."""
    try:
        found = _found(order)
    except Unclear:
        found = None
    return Ref(str(order["order_id"]), order["update_time"] * 1000, found)


def _order(wire: Wire, link: Link, number: str) -> dict[str, Any]:
    asked = {"shop_order_id": number}
    return _ask(wire, link, "order/orderDetail", asked, lambda data: data["shop_order_detail"])


def _found(order: dict[str, Any]) -> Found:
    with bytes_.reading(Unclear("order not understood")):
        state = _state(order)
        return Found(
            number=str(order["order_id"]),
            version=order["update_time"] * 1000,
            state=state,
            document=_document(order, state),
            raw=bytes_.raw(order),
        )


def _state(order: Mapping[str, Any]) -> State:
    state = STATES.get(order["order_status"], State.ON_HOLD)
    gone = order.get("pay_time") or any(
        after.get("refund_status") == BACK for after in _after_sales(order)
    )
    return State.REFUNDED if state is State.CANCELLED and gone else state


def _after_sales(order: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [line.get("after_sale_info") or {} for line in order["sku_order_list"]]


def _document(order: dict[str, Any], state: State) -> dict[str, Any]:
    lines = order["sku_order_list"]
    return {
        "placed_at": units.from_seconds(order["create_time"]),
        **_times(order),
        "type": _type(lines),
        "buyer": {
            "id": str(order.get("doudian_open_id") or "").replace("#", "")
        },  # unfit for keys
        "receiver": _receiver(order),
        "lines": [_line(line) for line in lines],
        "freight": order.get("post_amount", 0),
        "tax": order.get("tax_amount", 0),
        "fee": order.get("packing_amount", 0),
        "total": order["pay_amount"],
        "payment": {"cod": order.get("pay_type") == CASH and not order.get("pay_time")},
        "notes": {
            "buyer": order.get("buyer_words") or "",
            "seller": order.get("seller_words") or "",
        },
        "marks": _marks(order) if state in OPEN else [],
        "extra": _extra(order),
    }


def _times(order: Mapping[str, Any]) -> dict[str, str]:
    times = {
        "paid_at": "pay_time",
        "ship_by": "exp_ship_time",
        "not_before": "appointment_ship_time",
    }
    return {
        ours: units.from_seconds(order[name]) for ours, name in times.items() if order.get(name)
    }


def _type(lines: Sequence[Mapping[str, Any]]) -> str:
    if any(line.get("trade_type") == GROUP for line in lines):
        return "group"
    early = any(line.get("trade_type") == DEPOSIT or line.get("pre_sale_type") for line in lines)
    return "presale" if early else "normal"


def _receiver(order: Mapping[str, Any]) -> dict[str, Any]:
    at = order.get("mask_post_addr") or order.get("post_addr") or {}
    receiver: dict[str, Any] = {
        "name": order.get("mask_post_receiver") or "",
        "phone": order.get("mask_post_tel") or "",
        "province": _place(at, "province"),
        "city": _place(at, "city"),
        "district": _place(at, "town"),
        "town": _place(at, "street"),
        "address": at.get("detail") or "",
    }
    token = order.get("open_address_id") or _ciphers(order)
    return receiver | ({"token": {"kind": "douyin", "value": str(token)}} if token else {})


def _place(at: Mapping[str, Any], name: str) -> str:
    return str((at.get(name) or {}).get("name") or "")


def _ciphers(order: Mapping[str, Any]) -> str:
    """Name, number and address as they were encrypted: equal only where all of them are."""
    detail = (order.get("post_addr") or {}).get("encrypt_detail")
    parts = (order.get("encrypt_post_receiver"), order.get("encrypt_post_tel"), detail)
    return "|".join(str(part) for part in parts) if all(parts) else ""


def _line(line: dict[str, Any]) -> dict[str, Any]:
    """A line's payment holds its part of the freight and tax; a change of price is its own."""
    price, count = line["origin_amount"], line["item_num"]
    changed = line.get("modify_amount", 0)
    paid = line["pay_amount"] - line.get("post_amount", 0) - line.get("tax_amount", 0)
    share = line.get("promotion_amount", 0) + max(-changed, 0)
    code = line.get("out_sku_id") or line.get("code")
    return {
        "sub": str(line["order_id"]),
        **({"sku": str(code)} if code and code != "0" else {}),
        "shop_sku": f"{line['product_id']}:{line['sku_id']}",
        "title": str(line.get("product_name") or ""),
        "quantity": count,
        "unit_price": price,
        "amount": line.get("sum_amount", price * count),
        "discount": 0,
        "sale": line.get("sum_amount", price * count),
        "share": share,
        "paid": paid,
        "gift": line.get("given_product_type") == "FREE",
    }


def _marks(order: Mapping[str, Any]) -> list[str]:
    asked = any(each.get("after_sale_status") in WANTED_BACK for each in _after_sales(order))
    return ["refund"] if asked else []


def _extra(order: Mapping[str, Any]) -> dict[str, str]:
    names = {"platform_status": "order_status", "main_status": "main_status", "biz": "biz"}
    given = {ours: order.get(name) for ours, name in names.items()}
    return {name: str(value) for name, value in given.items() if value is not None}


def _stocked(wire: Wire, link: Link, ware: Stocked) -> Rejected | None:
    item, _, sku = ware.shop_sku.partition(":")
    asked = {
        "product_id": int(item),
        "sku_id": int(sku),
        "incremental": False,
        "stock_num": ware.units,
    }
    try:
        _ask(wire, link, "sku/syncStock", asked, _nothing)
    except Rejected as no:
        if no.why not in ITEM:
            raise
        return no
    return None


def _refund_refs(data: dict[str, Any]) -> tuple[int, tuple[RefundRef, ...]]:
    refs = (
        RefundRef(
            number=str(each["aftersale_info"]["aftersale_id"]),
            version=each["aftersale_info"]["update_time"] * 1000,
            order=str((each.get("order_info") or {}).get("shop_order_id") or ""),
        )
        for each in data.get("items") or []
    )
    return _reached(int(data["total"])), tuple(refs)


def _refund(data: dict[str, Any]) -> Refund:
    process, order = data["process_info"], data["order_info"]
    case, lines = process["after_sale_info"], order.get("sku_order_infos") or []
    back = (process.get("logistics_info") or {}).get("return") or {}
    kind = case["after_sale_type"]
    return Refund(
        number=str(case["after_sale_id"]),
        order=str(order["shop_order_id"]),
        version=case["update_time"] * 1000,
        ask=ASKS.get(kind, Ask.REFUND),
        stage=STAGES.get(case["after_sale_status"], Stage.ASKED),  # a person looks at the unknown
        fen=case.get("refund_total_amount", 0),
        sub=str(lines[0]["sku_order_id"]) if len(lines) == 1 else "",
        quantity=case.get("after_sale_apply_count", 0),
        shipped=kind != BEFORE,
        reason=str(case.get("reason") or "")[:200],
        tracking=str(back.get("tracking_no") or ""),
        mark=str(case["after_sale_status"]),
        created_at=units.from_seconds(case["apply_time"]),
        raw=bytes_.raw({"process_info": {"after_sale_info": case}, "order_info": order}),
    )


def _reason(wire: Wire, link: Link, refund: Refund) -> dict[str, Any]:
    """The first of the platform's reasons that asks for no proof; none before goods have left."""

    def read(data: dict[str, Any]) -> dict[str, Any]:
        reasons = data.get("items") or ()
        for each in reasons:
            if each.get("evidence_need") != "Y":
                return {"reject_reason_code": each["reject_reason_code"], "reason": each["reason"]}
        raise Rejected(Why.REFUSED, "proof-needed" if reasons else "not-offered")

    asked = {"aftersale_id": refund.number}
    return _ask(wire, link, "afterSale/rejectReasonCodeList", asked, read)


def _decided(data: dict[str, Any]) -> None:
    """Each item is answered for itself, within a yes to the call."""
    for each in data.get("items") or ():
        if each.get("status_code"):
            text = str(each.get("status_msg") or "")
            why = Why.DONE if "重复" in text else Why.STATE
            raise Rejected(why, str(each["status_code"]), text)


def _hints(events: list[dict[str, Any]]) -> Iterator[Hint]:
    for event in events:
        data = event.get("data") or {}
        told = json.loads(data) if isinstance(data, str) else data
        order, refund = told.get("p_id"), told.get("aftersale_id")
        if order or refund:
            yield Hint(order=str(order or ""), refund=str(refund or ""))
