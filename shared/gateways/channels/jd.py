"""JD's shops (JOS): orders come in parts, each a number of its own; the parts are shipped."""

from collections import defaultdict
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
from shared.runtime import clock

HOME, CONSENT = "https://api.jd.com", "https://open-oauth.jd.com"
PAGE, REFUND_PAGE = 100, 50
WEEK = 7 * 86_400
SOURCE = "JOS"
FIELDS = (
    "orderId,venderId,orderType,payType,orderTotalPrice,orderSellerPrice,orderPayment,"
    "freightPrice,taxFee,serviceFee,balanceUsed,sellerDiscount,orderState,orderStateRemark,"
    "deliveryType,invoiceInfo,invoiceEasyInfo,orderRemark,venderRemark,orderStartTime,orderEndTime,"
    "paymentConfirmTime,modified,consigneeInfo,itemInfoList,couponDetailList,waybill,"
    "logisticsId,parentOrderId,directParentOrderId,open_id_buyer,oaid"
)
STATES = {
    "NOT_PAY": State.PENDING,
    "WAIT_SELLER_STOCK_OUT": State.READY,
    "WAIT_SELLER_DELIVERY": State.READY,
    "WAIT_GOODS_RECEIVE_CONFIRM": State.SHIPPED,
    "FINISHED_L": State.COMPLETED,
    "TRADE_CANCELED": State.CANCELLED,
    "LOCKED": State.ON_HOLD,
    "PAUSE": State.ON_HOLD,
    "POP_ORDER_PAUSE": State.ON_HOLD,
    "DELIVERY_RETURN": State.RETURNED,
}
MARKS = {"LOCKED": "refund", "PAUSE": "no-ship", "POP_ORDER_PAUSE": "no-ship"}
CODES = {  # of the gateway
    "2": Why.LIMITED,
    "7": Why.CLOCK,
    "8": Why.CLOCK,
    "11": Why.SIGNATURE,
    "12": Why.SIGNATURE,
    "18": Why.EXPIRED,
    "19": Why.EXPIRED,
    "20": Why.SIGNATURE,
    "21": Why.DENIED,
    "22": Why.DENIED,
    "43": Why.LATER,
    "67": Why.LATER,
    "2001": Why.DENIED,  # only companies may ask for what tells of a person
}
WORDS = (  # of what the business behind the gateway says; the first that fits
    ("已出库", Why.DONE),
    ("重复", Why.DONE),
    ("锁定", Why.REFUND),
    ("取消", Why.REFUND),
    ("退款", Why.REFUND),
    ("承运商", Why.CARRIER),
    ("物流公司", Why.CARRIER),
    ("运单", Why.CARRIER),
    ("不存在", Why.ABSENT),
    ("状态", Why.STATE),
    ("已审核", Why.STATE),
)
NEVER = "0001-01-01 00:00:00"
CASH_ON_DELIVERY, NO_INVOICE = "1", "0"
CANCELS = {  # where a refund is that was asked for before the goods had left
    **dict.fromkeys(("0", "10"), Stage.ASKED),
    **dict.fromkeys(("1", "5", "6", "7"), Stage.AGREED),
    **dict.fromkeys(("2", "4", "8"), Stage.REFUSED),
    **dict.fromkeys(("3", "9"), Stage.DONE),
    "11": Stage.CLOSED,
}
PAID_BACK = "13"
AGREE, REFUSE = "1", "2"
OTHER_REASON = "5"
CANCEL_API = "jingdong.pop.afs.soa.refundapply.queryPageList"
SERVICE_API = "jingdong.asc.serviceAndRefund.view"


class Jd(Unpushed):
    """Implements port.Channel. It calls nobody: pulling is all there is."""

    name = "jd"
    caps = Caps(
        window=WEEK,  # a month for orders, a week for after-sales
        lag=60,
        page=PAGE,
        days=90,
        backwards=True,
        push=Push.NONE,
        tokens=True,
        numbers=Numbers.ONE,
        decides=True,
        stock=1,
        rates={"": Rate(10)},
        life=365 * 86_400,
        redirects=True,
    )
    secrets = ("app_secret",)
    carriers: Mapping[str, str] = {
        "sf": "467",
        "zto": "1499",
        "yto": "463",
        "sto": "470",
        "yunda": "1327",
        "jt": "773574",
        "ems": "465",
        "jd": "2087",
        "deppon": "3046",
        "best": "1748",
        "post": "2170",
    }

    def check(self, link: Link) -> list[Fault]:
        return bytes_.lacking(link, *self.secrets)

    def consent_url(self, link: Link, state: str, back: str) -> str:
        asked = {
            "app_key": link.app_key,
            "response_type": "code",
            "redirect_uri": back,
            "state": state,
            "scope": "snsapi_base",
        }
        return f"{link.endpoint or CONSENT}/oauth2/to_login?{urlencode(asked)}"

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        asked = {"grant_type": "authorization_code", "code": code}
        return _tokens(wire, link, "access_token", asked)

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        """Only before the token ends: one that has ended cannot be refreshed."""
        again = link.secrets.get("refresh_token", "")
        asked = {"grant_type": "refresh_token", "refresh_token": again}
        return _tokens(wire, link, "refresh_token", asked)

    def probe(self, wire: Wire, link: Link) -> str:
        answer = call(wire, link, "jingdong.vender.shop.query", {})
        return str((answer.get("shop_jos_result") or {}).get("shop_name", ""))

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        asked = {
            "order_state": ",".join(STATES),
            "optional_fields": FIELDS,
            "source_id": SOURCE,
            "start_date": units.local(window.start),
            "end_date": units.local(window.end),
            "page_size": str(PAGE),
            "dateType": 1 if window.by is By.CREATED else 0,
            "sortType": 1,
        }

        def read(page: int) -> tuple[int, tuple[Ref, ...]]:
            answer = call(wire, link, "jingdong.pop.order.search", {**asked, "page": str(page)})
            with bytes_.reading(Unclear("orders not understood")):
                result = _result(answer, "searchorderinfo_result")
                rows = _undivided(result.get("orderInfoList") or [])
                return int(result["orderTotal"]), tuple(map(_ref, rows))

        return backwards(read, PAGE, cursor)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        asked = {"order_id": _id(number), "optional_fields": FIELDS, "source_id": SOURCE}
        answer = call(wire, link, "jingdong.pop.order.get", asked)
        with bytes_.reading(Unclear("order not understood")):
            return _found(_result(answer, "orderDetailInfo")["orderInfo"])

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        asked = {
            "orderId": _id(shipment.number),
            "logiCoprId": shipment.carrier,
            "logiNo": shipment.tracking,
        }
        answer = call(wire, link, "jingdong.pop.order.shipment", asked, safe=False)
        _result(answer, "sopjosshipment_result")

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        return {ware.shop_sku: _stocked(wire, link, ware) for ware in wares}

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        """Three lists in turn: those before the goods left, then services applied and approved."""
        phase, _, page = cursor.partition(":")
        names = list(_LISTS)
        phase = phase or names[0]
        found = backwards(partial(_refund_page, wire, link, phase, window), REFUND_PAGE, page)
        if found.cursor:
            return Page(found.items, f"{phase}:{found.cursor}")
        rest = names[names.index(phase) + 1 :]
        return Page(found.items, f"{rest[0]}:" if rest else "")

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        order, _, service = ref.number.partition("-")
        by = (
            {"orderId": _id(order), "pageNumber": 1} if service else {"ids": order, "pageIndex": 1}
        )
        api = SERVICE_API if service else CANCEL_API
        answer = call(wire, link, api, {**by, "pageSize": REFUND_PAGE})
        with bytes_.reading(Unclear("refund not understood")):
            _, rows = _refund_rows(answer, api)
            read = _service if service else _cancel
            found = next((one for one in map(read, rows) if one.number == ref.number), None)
        if found is None:
            raise Rejected(Why.ABSENT, "", "no such refund")
        return found

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        """What is asked for after the goods have left is decided in JD's console."""
        if "-" in refund.number:
            raise Rejected(Why.REFUSED, "not-offered", refund.ask)
        if refund.stage is not Stage.ASKED:
            raise Rejected(Why.STATE, "not-asked", refund.stage)
        asked = {
            "id": _id(refund.number),
            "status": AGREE if agree else REFUSE,
            "checkUserName": "OMS",
            "remark": why or ("同意" if agree else "不同意"),
            "outWareStatus": "1" if refund.shipped else "2",
            **({} if agree else {"rejectType": OTHER_REASON}),
        }
        api = "jingdong.pop.afs.soa.refundapply.replyRefund"
        _result(call(wire, link, api, asked, safe=False), "replyResult")

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        """Nobody tells: each order by itself."""
        return [number for number, _ in pairs]


def call(
    wire: Wire, link: Link, api: str, params: Mapping[str, Any], safe: bool = True
) -> dict[str, Any]:
    """What stands below the root of the answer. A refusal is Rejected."""
    url = f"{link.endpoint or HOME}/routerjson"
    body = bytes_.form(signed(link, api, bytes_.compact(params), wire.now))
    request = Request(api, "POST", url, {"Content-Type": bytes_.FORM}, body, safe)
    return wire.ask(request, partial(_answered, safe))


def signed(link: Link, api: str, document: str, now: str) -> dict[str, str]:
    """All that is sent, and the signature of exactly that."""
    asked = {
        "method": api,
        "app_key": link.app_key,
        "access_token": link.token,
        "timestamp": units.local(now),
        "v": "2.0",
        "360buy_param_json": document,
    }
    asked = {name: value for name, value in asked.items() if value}
    return {**asked, "sign": bytes_.sandwich(link.secrets.get("app_secret", ""), asked)}


def _answered(safe: bool, answer: Answer) -> dict[str, Any]:
    """The name of the root ends in `_responce`, as JD writes it."""
    found = bytes_.document(answer)
    with bytes_.reading(Unclear("unreadable answer")):
        if no := found.get("error_response"):
            raise _rejected(str(no.get("code", "")), _text(no), safe)
        root = next((name for name in found if name.endswith(("_responce", "_response"))), "")
        below: dict[str, Any] = found[root]
        if str(below.get("code", "0")) != "0":
            raise _rejected(str(below["code"]), _text(below), safe)
    return below


def _result(answer: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A second answer within the first, with a success of its own."""
    with bytes_.reading(Unclear("unreadable answer")):
        result: dict[str, Any] = answer[name]
        told = result.get("apiResult", result)
        success, code = told["success"], told.get("numberCode") or told.get("errorCode") or ""
    if success not in (True, "true"):
        raise _rejected(str(code), _text(told), True)
    return result


def _rejected(code: str, text: str, safe: bool) -> Exception:
    by_word = (why for word, why in WORDS if word in text)
    why = CODES.get(code) or next(by_word, Why.REFUSED)
    if why is Why.LATER and not safe:  # what stands behind the gateway may have done it
        return Unclear(code)
    return Rejected(why, code, text)


def _id(text: str) -> int:
    if not text.isdecimal():
        raise Rejected(Why.ABSENT, "no-number", text)
    return int(text)


def _text(no: Mapping[str, Any]) -> str:
    names = ("zh_desc", "chineseErrCode", "errorMessage", "msg", "en_desc", "englishErrCode")
    return next((str(no[name]) for name in names if no.get(name)), "")


def _tokens(wire: Wire, link: Link, path: str, asked: Mapping[str, str]) -> Tokens:
    """Each use of a code or of a refresh token ends it."""
    given = {"app_key": link.app_key, "app_secret": link.secrets.get("app_secret", ""), **asked}
    url = f"{link.endpoint or CONSENT}/oauth2/{path}?{urlencode(given)}"
    told = wire.ask(Request(f"oauth2/{path}", "GET", url, {}, b"", safe=False), _granted)
    with bytes_.reading(Unclear("tokens not understood")):
        return Tokens(
            access=str(told["access_token"]),
            refresh=str(told.get("refresh_token", "")),
            expires_at=clock.later(wire.now, int(told["expires_in"])),
            seller=str(told.get("uid") or ""),
        )


def _granted(answer: Answer) -> dict[str, Any]:
    told = bytes_.document(answer)
    if "access_token" not in told:
        code = str(told.get("code", ""))
        raise Rejected(CODES.get(code, Why.EXPIRED), code, str(told.get("msg", "")))
    return told


def _undivided(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without orders of which the parts are there: a part is what is shipped."""
    parents = {str(row.get(name) or "") for row in rows for name in _PARENTS}
    return [row for row in rows if str(row["orderId"]) not in parents]


_PARENTS = ("parentOrderId", "directParentOrderId")


def _ref(info: dict[str, Any]) -> Ref:
    found = _found(info)
    return Ref(found.number, found.version, found)


def _found(info: dict[str, Any]) -> Found:
    word = info["orderState"]
    state, mark = STATES.get(word, State.ON_HOLD), MARKS.get(word)
    document = bytes_.readable(lambda: _document(info))
    document |= {"marks": [mark]} if mark else {}
    version = units.millis(units.from_local(info["modified"]))
    return Found(str(info["orderId"]), version, state, document, bytes_.raw(info))


def _document(info: Mapping[str, Any]) -> dict[str, Any]:
    cod = str(info.get("payType", "")).startswith(CASH_ON_DELIVERY)
    memos = {"buyer": info.get("orderRemark"), "seller": info.get("venderRemark")}
    paid_at = info.get("paymentConfirmTime")
    return {
        "placed_at": units.from_local(info["orderStartTime"]),
        **({"paid_at": units.from_local(paid_at)} if paid_at and paid_at != NEVER else {}),
        "type": "normal",
        "buyer": {"id": str(info.get("open_id_buyer") or "")},
        "receiver": _receiver(info),
        **_money(info),
        "payment": {"state": "unpaid", "cod": True} if cod else {"cod": False},
        "notes": {side: memo for side, memo in memos.items() if memo},
        **_invoice(info),
        "extra": _extra(info),
    }


def _extra(info: Mapping[str, Any]) -> dict[str, str]:
    names = ("orderStateRemark", "orderType", "payType", *_PARENTS)
    found = {name: str(info[name]) for name in names if str(info.get(name) or "0") != "0"}
    return {"platform_status": info["orderState"], **found}


def _receiver(info: Mapping[str, Any]) -> dict[str, Any]:
    to = info.get("consigneeInfo") or {}
    found = {
        "name": to.get("fullname"),
        "phone": to.get("mobile") or to.get("telephone"),
        "province": to.get("province"),
        "city": to.get("city"),
        "district": to.get("county"),
        "town": to.get("town"),
        "address": to.get("fullAddress"),
    }
    oaid = to.get("oaid") or info.get("oaid")
    token = {"token": {"kind": "jd-oaid", "value": oaid}} if oaid else {}
    return {name: text for name, text in found.items() if text} | token


def _invoice(info: Mapping[str, Any]) -> dict[str, Any]:
    told = info.get("invoiceEasyInfo") or {}
    if not told.get("invoiceTitle") or str(told.get("invoiceType")) == NO_INVOICE:
        return {}
    given = {
        "kind": str(told.get("invoiceType") or "normal"),
        "title": told["invoiceTitle"],
        "tax_id": told.get("invoiceCode"),
        "email": told.get("invoiceConsigneeEmail"),
    }
    return {"invoice": {name: text for name, text in given.items() if text}}


def _money(info: Mapping[str, Any]) -> dict[str, Any]:
    """Reductions that name a SKU are its line's; the others are divided by what the lines cost.

    What is left to pay has freight, tax and service in it, but not what a balance has paid.
    """
    items = info["itemInfoList"]
    amounts = [bytes_.fen(item["jdPrice"]) * int(item["itemTotal"]) for item in items]
    named, common = _reductions(info)
    offs = _by_line(items, amounts, named)
    sales = [amount - off for amount, off in zip(amounts, offs, strict=True)]
    shares = spread(common, sales, sales)
    return {
        "lines": [
            _line(item, no, off, share)
            for no, (item, off, share) in enumerate(zip(items, offs, shares, strict=True), 1)
        ],
        "discount": common,
        "freight": bytes_.fen(info.get("freightPrice")),
        "tax": bytes_.fen(info.get("taxFee")),
        "fee": bytes_.fen(info.get("serviceFee")),
        "total": bytes_.fen(info.get("orderPayment")) + bytes_.fen(info.get("balanceUsed")),
    }


def _reductions(info: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """(By SKU, of the whole order)."""
    rows = info.get("couponDetailList") or []
    if not rows:
        return {}, bytes_.fen(info.get("sellerDiscount"))
    named: dict[str, int] = defaultdict(int)
    for row in rows:
        named[str(row.get("skuId") or "")] += bytes_.fen(row.get("couponPrice"))
    common = named.pop("", 0)
    return named, common


def _by_line(
    items: Sequence[Mapping[str, Any]], amounts: Sequence[int], named: Mapping[str, int]
) -> list[int]:
    """A SKU may stand in several lines; none gets more off than it costs."""
    offs = [0] * len(items)
    for sku, fen in named.items():
        lines = [at for at, item in enumerate(items) if str(item["skuId"]) == sku]
        costs = [amounts[at] for at in lines]
        parts = spread(fen, costs, costs) if lines else []
        for at, part in zip(lines, parts, strict=True):
            offs[at] = part
    return offs


def _line(item: Mapping[str, Any], no: int, off: int, share: int) -> dict[str, Any]:
    """`itemTotal` is how many there are."""
    quantity, price = int(item["itemTotal"]), bytes_.fen(item["jdPrice"])
    sale = price * quantity - off
    code = item.get("outerSkuId")
    return {
        "sub": str(no),
        **({"sku": str(code)} if code else {}),
        "shop_sku": f"{item.get('wareId') or ''}:{item['skuId']}",
        "title": item.get("skuName") or "",
        "quantity": quantity,
        "unit_price": price,
        "amount": price * quantity,
        "discount": off,
        "sale": sale,
        "share": share,
        "paid": sale - share,
        "gift": price == 0,
    }


def _stocked(wire: Wire, link: Link, ware: Stocked) -> Rejected | None:
    sku = ware.shop_sku.partition(":")[2]
    try:
        asked = {"skuId": _id(sku), "stockNum": ware.units, "storeId": 0}
        answer = call(wire, link, "jingdong.stock.write.updateSkuStock", asked)
        if answer.get("success") in (False, "false"):
            return Rejected(Why.REFUSED, "not-done", _text(answer))
    except Rejected as no:
        return no
    return None


_LISTS = {  # phase -> (call, how its times are named)
    "cancel": (CANCEL_API, "modifiedStart", "modifiedEnd"),
    "apply": (SERVICE_API, "applyTimeBegin", "applyTimeEnd"),
    "approve": (SERVICE_API, "approveTimeBegin", "approveTimeEnd"),
}


def _refund_page(
    wire: Wire, link: Link, phase: str, window: Window, page: int
) -> tuple[int, tuple[RefundRef, ...]]:
    api, start, end = _LISTS[phase]
    number = "pageIndex" if api == CANCEL_API else "pageNumber"
    asked = {
        start: units.local(window.start),
        end: units.local(window.end),
        number: page,
        "pageSize": REFUND_PAGE,
    }
    answer = call(wire, link, api, asked)
    with bytes_.reading(Unclear("refunds not understood")):
        total, rows = _refund_rows(answer, api)
        found = map(_cancel if api == CANCEL_API else _service, rows)
        return total, tuple(RefundRef(one.number, one.version, one.order) for one in found)


def _refund_rows(answer: Mapping[str, Any], api: str) -> tuple[int, list[dict[str, Any]]]:
    many, rows = ("queryResult", "result") if api == CANCEL_API else ("pageResult", "data")
    result = _result(answer, many)
    return int(result["totalCount"]), list(result.get(rows) or [])


def _cancel(row: Mapping[str, Any]) -> Refund:
    """Asked for before the goods had left. Its sum is told in fen."""
    times = [row.get(name) for name in ("applyTime", "checkTime", "modified")]
    return Refund(
        number=str(row["id"]),
        order=str(row["orderId"]),
        version=_newest(times),
        ask=Ask.REFUND,
        stage=CANCELS.get(str(row["status"]), Stage.ASKED),
        fen=int(row.get("applyRefundSum") or 0),
        reason=row.get("reason") or "",
        created_at=_moment(row.get("applyTime")),
        raw=bytes_.raw(row),
    )


def _service(row: Mapping[str, Any]) -> Refund:
    """Asked for after the goods had left: by both numbers, since it is found by its order's."""
    bill = row["sameOrderServiceBill"]
    applied = bill.get("afsApplyTime") or bill.get("applyTime")
    times = [applied, bill.get("approveDate"), bill.get("approvedDate"), row.get("completeTime")]
    return Refund(
        number=f"{bill['orderId']}-{bill['serviceId']}",
        order=str(bill["orderId"]),
        version=_newest(times),
        ask=Ask.RETURN,
        stage=_served(row, bill),
        fen=bytes_.fen(row.get("refoundAmount")),
        shipped=True,
        reason=bill.get("applyReason") or bill.get("questionDesc") or "",
        created_at=_moment(applied),
        raw=bytes_.raw(row),
    )


def _served(row: Mapping[str, Any], bill: Mapping[str, Any]) -> Stage:
    if str(row.get("status", "")) == PAID_BACK:
        return Stage.DONE
    approved = bill.get("approveDate") or bill.get("approvedDate")
    return Stage.AGREED if approved else Stage.ASKED


def _newest(times: Sequence[Any]) -> int:
    return max((units.millis(at) for at in map(_moment, times) if at), default=0)


def _moment(told: Any) -> str:
    """Told as China's time, or in milliseconds."""
    text = str(told or "")
    if text.isdecimal():
        return units.from_seconds(int(text) / 1000)
    return units.from_local(text) if text and text != NEVER else ""
