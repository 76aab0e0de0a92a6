"""Taobao and Tmall by their open platform (TOP)."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

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

HOME, CONSENT = "https://eco.taobao.com", "https://oauth.taobao.com"
PAGE, SKUS, PAIRS = 100, 20, 100  # orders of a page, SKUs and receivers of a call
DAY, YEAR = 86_400, 365 * 86_400
TYPES = "guarantee_trade,auto_delivery,ec,cod,step,fixed,eticket,tmall_i18n"
FIELDS = (
    "tid,tid_str,type,status,payment,received_payment,post_fee,total_fee,discount_fee,adjust_fee,"
    "pay_time,created,modified,consign_time,end_time,seller_memo,seller_flag,buyer_message,"
    "buyer_nick,buyer_open_uid,receiver_name,receiver_mobile,receiver_phone,receiver_state,"
    "receiver_city,receiver_district,receiver_town,receiver_address,receiver_zip,oaid,"
    "step_trade_status,is_part_consign,estimate_con_time,orders"
)
REFUND_FIELDS = (
    "refund_id,tid,oid,status,order_status,refund_fee,created,modified,num,reason,dispute_type,"
    "has_good_return,refund_version,refund_phase,sid"
)
STATES = {
    "TRADE_NO_CREATE_PAY": State.PENDING,
    "WAIT_BUYER_PAY": State.PENDING,
    "PAY_PENDING": State.PENDING,
    "WAIT_PRE_AUTH_CONFIRM": State.PENDING,
    "PAID_FORBID_CONSIGN": State.ON_HOLD,
    "WAIT_SELLER_SEND_GOODS": State.READY,
    "SELLER_CONSIGNED_PART": State.PARTLY,
    "WAIT_BUYER_CONFIRM_GOODS": State.SHIPPED,
    "TRADE_BUYER_SIGNED": State.SIGNED,
    "TRADE_FINISHED": State.COMPLETED,
    "TRADE_CLOSED": State.REFUNDED,
    "TRADE_CLOSED_BY_TAOBAO": State.CANCELLED,
}
OPEN = (State.ON_HOLD, State.READY, State.PARTLY)
LEFT = (State.SHIPPED, State.SIGNED, State.COMPLETED)
PAID_BACK, CALLED_OFF = "TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO"
WANTED_BACK = ("WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "WAIT_SELLER_CONFIRM_GOODS")
STAGES = {
    "WAIT_SELLER_AGREE": Stage.ASKED,
    "WAIT_BUYER_RETURN_GOODS": Stage.AGREED,
    "WAIT_SELLER_CONFIRM_GOODS": Stage.RETURNING,
    "SELLER_REFUSE_BUYER": Stage.REFUSED,
    "SUCCESS": Stage.DONE,
    "CLOSED": Stage.CLOSED,
}
DECIDABLE = (Stage.ASKED, Stage.RETURNING)
ASKS = {
    "REFUND": Ask.REFUND,
    "REFUND_AND_RETURN": Ask.RETURN,
    "TMALL_EXCHANGE": Ask.EXCHANGE,
    "TAOBAO_EXCHANGE": Ask.EXCHANGE,
    "REPAIR": Ask.REPAIR,
    "RESHIPPING": Ask.RESEND,
}
CODES = {  # of the gateway
    7: Why.LIMITED,
    10: Why.LATER,
    11: Why.DENIED,
    12: Why.DENIED,
    13: Why.DENIED,
    24: Why.SIGNATURE,
    25: Why.SIGNATURE,
    26: Why.EXPIRED,
    27: Why.EXPIRED,
    28: Why.SIGNATURE,
    29: Why.SIGNATURE,
    30: Why.CLOCK,
    31: Why.CLOCK,
    42: Why.DENIED,
}
SUB_CODES = (  # how the finer code begins, or what it has in it; the first that fits
    ("accesscontrol.limited-by", Why.LIMITED),
    ("isp.call-limited", Why.LIMITED),
    ("isp.", Why.LATER),
    ("invalid-sessionkey", Why.EXPIRED),
    ("session-expired", Why.EXPIRED),
    ("invalid-timestamp", Why.CLOCK),
    ("invalid-signature", Why.SIGNATURE),
    ("permission", Why.DENIED),
    ("not-exist", Why.ABSENT),
    ("logistics-offline-service-error:B04", Why.STATE),
    ("logistics-offline-service-error:B27", Why.CARRIER),
    ("invalid-company-code", Why.CARRIER),
    ("refund-version", Why.STATE),
    ("refund-status", Why.STATE),
)
NO, YES = (False, "false"), (True, "true")
ITEM = (Why.ABSENT, Why.STATE, Why.REFUSED)  # what is wrong with one SKU, not with all


class Taobao(Unpushed):
    """Implements port.Channel. Its messages wait in a queue of its own: pulling is enough."""

    name = "taobao"
    caps = Caps(
        window=DAY,
        lag=60,
        page=PAGE,
        days=90,
        backwards=True,
        push=Push.FETCHED,
        tokens=True,
        numbers=Numbers.PER_SUB,
        decides=True,
        stock=SKUS,
        rates={"": Rate(20)},
        life=YEAR,
        redirects=True,
    )
    secrets: tuple[str, ...] = ("app_secret",)
    carriers: Mapping[str, str] = {
        "sf": "SF",
        "zto": "ZTO",
        "yto": "YTO",
        "sto": "STO",
        "yunda": "YUNDA",
        "jt": "JTSD",
        "ems": "EMS",
        "jd": "JD",
        "deppon": "DBKD",
        "best": "HTKY",
        "post": "POSTB",
    }

    def check(self, link: Link) -> list[Fault]:
        return bytes_.lacking(link, *self.secrets)

    def consent_url(self, link: Link, state: str, back: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": link.app_key,
            "redirect_uri": back,
            "state": state,
            "view": "web",
        }
        return f"{link.endpoint or CONSENT}/authorize?{urlencode(asked)}"

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        return _tokens(wire, link, "taobao.top.auth.token.create", {"code": code})

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        again = {"refresh_token": link.secrets.get("refresh_token", "")}
        return _tokens(wire, link, "taobao.top.auth.token.refresh", again)

    def probe(self, wire: Wire, link: Link) -> str:
        answer = call(wire, link, "taobao.user.seller.get", {"fields": "nick"})
        return str(answer.get("user", {}).get("nick", ""))

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        by, api = _SEARCHES[window.by]
        asked = {"fields": "tid,tid_str,modified", "type": TYPES, **_span(by, window)}

        def read(page: int) -> tuple[int, tuple[Ref, ...]]:
            answer = call(wire, link, api, {**asked, **_page(page)})
            with bytes_.reading(Unclear("orders not understood")):
                rows = _rows(answer, "trades", "trade")
                return int(answer["total_results"]), tuple(Ref(_no(r), _version(r)) for r in rows)

        return backwards(read, PAGE, cursor)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        asked = {"fields": FIELDS, "tid": number, "include_oaid": "include_oaid"}
        answer = call(wire, link, "taobao.trade.fullinfo.get", asked)
        with bytes_.reading(Unclear("order not understood")):
            return _found(answer["trade"])

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        asked = {
            "tid": shipment.number,
            "out_sid": shipment.tracking,
            "company_code": shipment.carrier,
        }
        if not (shipment.first and shipment.last):
            subs = ",".join(dict.fromkeys(line.sub for line in shipment.lines if line.sub))
            asked |= {"is_split": "1", "sub_tid": subs}
        answer = call(wire, link, "taobao.logistics.offline.send", asked, safe=False)
        if (answer.get("shipping") or {}).get("is_success") in NO:
            raise Rejected(Why.REFUSED, "not-done")

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        items: dict[str, list[Stocked]] = defaultdict(list)
        for ware in wares:
            items[ware.shop_sku.partition(":")[0]].append(ware)
        told: dict[str, Rejected | None] = {}
        for item, some in items.items():
            for at in range(0, len(some), SKUS):
                told |= _stocked(wire, link, item, some[at : at + SKUS])
        return told

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        asked = {"fields": "refund_id,tid,modified", **_span("modified", window)}

        def read(page: int) -> tuple[int, tuple[RefundRef, ...]]:
            answer = call(wire, link, "taobao.refunds.receive.get", {**asked, **_page(page)})
            with bytes_.reading(Unclear("refunds not understood")):
                rows = _rows(answer, "refunds", "refund")
                refs = (
                    RefundRef(str(row["refund_id"]), _version(row), str(row["tid"]))
                    for row in rows
                )
                return int(answer["total_results"]), tuple(refs)

        return backwards(read, PAGE, cursor)

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        asked = {"fields": REFUND_FIELDS, "refund_id": ref.number}
        answer = call(wire, link, "taobao.refund.get", asked)
        with bytes_.reading(Unclear("refund not understood")):
            return _refund(answer["refund"])

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        if refund.stage not in DECIDABLE:
            raise Rejected(Why.STATE, "not-asked", refund.stage)
        version, _, phase = refund.mark.partition("|")
        if not agree:
            asked = {"refuse_message": why, "refund_phase": phase, "refund_version": version}
            api = "taobao.refund.refuse"
        elif refund.ask is Ask.RETURN and refund.stage is Stage.ASKED:
            asked = {"refund_phase": phase, "refund_version": version, "remark": why}
            api = "taobao.rp.returngoods.agree"
        elif refund.ask in (Ask.REFUND, Ask.RETURN):
            _agreed(wire, link, f"{refund.number}|{refund.fen}|{version}|{phase}")
            return
        else:
            raise Rejected(Why.REFUSED, "not-offered", refund.ask)
        call(wire, link, api, {"refund_id": refund.number, **asked}, safe=False)

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        group = {number: number for number, _ in pairs}
        for at in range(0, len(pairs), PAIRS):
            asked = [{"tid": tid, "oaid": oaid} for tid, oaid in pairs[at : at + PAIRS]]
            answer = call(
                wire, link, "taobao.top.oaid.merge", {"merge_list": bytes_.compact(asked)}
            )
            with bytes_.reading(Unclear("groups not understood")):
                for together in _rows(answer, "tid_list", "string"):
                    numbers = together.split(",")
                    group |= dict.fromkeys(numbers, numbers[0])
        return [group[number] for number, _ in pairs]


class Tmall(Taobao):
    """The same platform under its other name."""

    name = "tmall"


def call(
    wire: Wire, link: Link, api: str, params: Mapping[str, str], safe: bool = True
) -> dict[str, Any]:
    """What stands below the root of the answer. A refusal is Rejected."""
    url = f"{link.endpoint or HOME}/router/rest"
    body = bytes_.form(signed(link, api, params, wire.now))
    request = Request(api, "POST", url, {"Content-Type": bytes_.FORM}, body, safe)
    return wire.ask(request, partial(_answered, safe))


def signed(link: Link, api: str, params: Mapping[str, str], now: str) -> dict[str, str]:
    """All that is sent, and its signature."""
    asked = {
        "method": api,
        "app_key": link.app_key,
        "session": link.token,
        "timestamp": units.local(now),
        "format": "json",
        "v": "2.0",
        "sign_method": "md5",
        **params,
    }
    asked = {name: value for name, value in asked.items() if value}
    return {**asked, "sign": bytes_.sandwich(link.secrets.get("app_secret", ""), asked)}


def _answered(safe: bool, answer: Answer) -> dict[str, Any]:
    found = bytes_.document(answer)
    with bytes_.reading(Unclear("unreadable answer")):
        if no := found.get("error_response"):
            raise _rejected(no, safe)
        root = next((name for name in found if name.endswith("_response")), "")
        below: dict[str, Any] = found[root]
    return below


def _rejected(no: Mapping[str, Any], safe: bool) -> Exception:
    code, sub = str(no.get("code", "")), str(no.get("sub_code", ""))
    by_sub = (why for part, why in SUB_CODES if part in sub)
    why = next(by_sub, CODES.get(int(code) if code.isdecimal() else 0, Why.REFUSED))
    if why is Why.LATER and not safe:  # what stands behind the gateway may have done it
        return Unclear(sub or code)
    return Rejected(why, sub or code, str(no.get("sub_msg") or no.get("msg", "")))


def _tokens(wire: Wire, link: Link, api: str, params: Mapping[str, str]) -> Tokens:
    answer = call(wire, link, api, params, safe=False)
    with bytes_.reading(Unclear("tokens not understood")):
        told = json.loads(answer["token_result"])
        return Tokens(
            access=str(told["access_token"]),
            refresh=str(told.get("refresh_token", "")),
            expires_at=clock.later(wire.now, int(told["expires_in"])),
            seller=str(told.get("taobao_user_id") or told.get("taobao_open_uid") or ""),
        )


_SEARCHES = {
    By.MODIFIED: ("modified", "taobao.trades.sold.increment.get"),
    By.CREATED: ("created", "taobao.trades.sold.get"),
}


def _span(by: str, window: Window) -> dict[str, str]:
    return {f"start_{by}": units.local(window.start), f"end_{by}": units.local(window.end)}


def _page(page: int) -> dict[str, str]:
    return {"page_no": str(page), "page_size": str(PAGE)}


def _rows(answer: Mapping[str, Any], many: str, one: str) -> list[Any]:
    """TOP leaves a list out that is empty."""
    return list((answer.get(many) or {}).get(one) or [])


def _no(trade: Mapping[str, Any]) -> str:
    return str(trade.get("tid_str") or trade["tid"])


def _version(row: Mapping[str, Any]) -> int:
    return units.millis(units.from_local(row["modified"]))


def _found(trade: dict[str, Any]) -> Found:
    state = STATES.get(trade["status"], State.ON_HOLD)
    subs = _rows(trade, "orders", "order")
    wanted_back = any(sub.get("refund_status") in WANTED_BACK for sub in subs)
    marks = ["refund"] if wanted_back and state in OPEN else []
    if trade.get("step_trade_status") == "FRONT_PAID_FINAL_NOPAID":
        state = State.PENDING
    if marks and state is State.READY:
        state = State.ON_HOLD
    document = bytes_.readable(lambda: _document(trade, subs, state))
    document |= {"marks": marks} if marks else {}
    return Found(_no(trade), _version(trade), state, document, bytes_.raw(trade))


def _document(
    trade: Mapping[str, Any], subs: list[dict[str, Any]], state: State
) -> dict[str, Any]:
    kind = trade.get("type", "")
    memos = {"buyer": trade.get("buyer_message"), "seller": trade.get("seller_memo")}
    return {
        "placed_at": units.from_local(trade["created"]),
        **_moments(trade, paid_at="pay_time", ship_by="estimate_con_time"),
        "type": "presale" if kind == "step" else "normal",
        "buyer": {
            "id": str(trade.get("buyer_open_uid") or ""),
            "name": trade.get("buyer_nick") or "",
        },
        "receiver": _receiver(trade),
        **_money(trade, subs, state),
        "payment": {"state": "unpaid", "cod": True} if kind == "cod" else {"cod": False},
        "notes": {side: memo for side, memo in memos.items() if memo},
        "extra": {"platform_status": trade["status"], **_extra(trade)},
    }


def _extra(trade: Mapping[str, Any]) -> dict[str, str]:
    names = ("type", "step_trade_status", "seller_flag")
    return {name: str(trade[name]) for name in names if trade.get(name)}


def _moments(row: Mapping[str, Any], **names: str) -> dict[str, str]:
    """Those that are there; some promises are told in words, not as a time."""
    found = {}
    for ours, theirs in names.items():
        try:
            found[ours] = units.from_local(str(row.get(theirs, "")))
        except ValueError:
            continue
    return found


def _receiver(trade: Mapping[str, Any]) -> dict[str, Any]:
    """Districts that belong to no city come without one."""
    district = trade.get("receiver_district") or ""
    found = {
        "name": trade.get("receiver_name"),
        "phone": trade.get("receiver_mobile") or trade.get("receiver_phone"),
        "province": trade.get("receiver_state"),
        "city": trade.get("receiver_city") or district,
        "district": district,
        "town": trade.get("receiver_town"),
        "address": trade.get("receiver_address"),
        "postcode": trade.get("receiver_zip"),
    }
    oaid = trade.get("oaid")
    token = {"token": {"kind": "oaid", "value": oaid}} if oaid else {}
    return {name: text for name, text in found.items() if text} | token


def _money(trade: Mapping[str, Any], subs: list[dict[str, Any]], state: State) -> dict[str, Any]:
    """Lines and sums. A line that was closed alone before it was paid is left out.

    One that was paid back stays, with what was paid for it: its refund takes it away.
    """
    lines = [_line(sub) for sub in subs]
    raised = sum(map(_raised, subs))
    sums = {
        "total": bytes_.fen(trade.get("payment")),
        "discount": bytes_.fen(trade.get("discount_fee")),
        "freight": bytes_.fen(trade.get("post_fee")),
        "adjustment": raised,
    }
    whole = sum(line["paid"] for line in lines) + sums["freight"] + raised
    back = [at for at, sub in enumerate(subs) if sub.get("status") == PAID_BACK]
    if whole - sums["total"] == sum(lines[at]["paid"] + _raised(subs[at]) for at in back):
        sums["total"] = whole  # it tells what is left of it, not what was paid at first
    gone = [at for at, sub in enumerate(subs) if sub.get("status") == CALLED_OFF]
    if not gone or len(gone) == len(subs) or state not in OPEN:
        return {"lines": lines, **sums}
    if whole == sums["total"]:  # it tells what was paid at first, not what is left of it
        sums["total"] -= sum(lines[at]["paid"] + _raised(subs[at]) for at in gone)
        sums["discount"] -= sum(lines[at]["share"] for at in gone)
        sums["adjustment"] -= sum(_raised(subs[at]) for at in gone)
    return {"lines": [line for at, line in enumerate(lines) if at not in gone], **sums}


def _raised(sub: Mapping[str, Any]) -> int:
    """By how much the seller raised a line above its price; that is no discount of ours."""
    return max(0, bytes_.fen(sub.get("adjust_fee")) - bytes_.fen(sub.get("discount_fee")))


def _line(sub: Mapping[str, Any]) -> dict[str, Any]:
    quantity, price = int(sub["num"]), bytes_.fen(sub["price"])
    raised, share = _raised(sub), bytes_.fen(sub.get("part_mjz_discount"))
    sale = bytes_.fen(sub["total_fee"]) - raised
    paid = sub.get("divide_order_fee")
    code = sub.get("outer_sku_id") or sub.get("outer_iid")
    off = bytes_.fen(sub.get("discount_fee")) - bytes_.fen(sub.get("adjust_fee"))
    return {
        "sub": str(sub["oid"]),
        **({"sku": str(code)} if code else {}),
        "shop_sku": f"{sub['num_iid']}:{sub.get('sku_id') or ''}",
        "title": sub.get("title") or "",
        "quantity": quantity,
        "unit_price": price,
        "amount": price * quantity,
        "discount": max(0, off),
        "sale": sale,
        "share": share,
        "paid": sale - share if paid in (None, "") else bytes_.fen(paid) - raised,
        "gift": price == 0,
    }


def _stocked(
    wire: Wire, link: Link, item: str, some: Sequence[Stocked]
) -> dict[str, Rejected | None]:
    """One call for an item; where it is refused whole, each SKU alone."""
    try:
        _put(wire, link, item, some)
    except Rejected as no:
        if len(some) == 1:
            return {some[0].shop_sku: no}
        if no.why not in ITEM:
            return {ware.shop_sku: no for ware in some}
        alone: dict[str, Rejected | None] = {}
        for ware in some:
            alone |= _stocked(wire, link, item, [ware])
        return alone
    return {ware.shop_sku: None for ware in some}


def _put(wire: Wire, link: Link, item: str, some: Sequence[Stocked]) -> None:
    skus = [(ware.shop_sku.partition(":")[2], str(ware.units)) for ware in some]
    if skus[0][0] in ("", "0"):  # an item without SKUs
        asked = {"num_iid": item, "quantity": skus[0][1], "type": "1"}
        call(wire, link, "taobao.item.quantity.update", asked)
        return
    asked = {"num_iid": item, "skuid_quantities": ";".join(map(":".join, skus)), "type": "1"}
    call(wire, link, "taobao.skus.quantity.update", asked)


def _refund(row: Mapping[str, Any]) -> Refund:
    goods_back = Ask.RETURN if row.get("has_good_return") in YES else Ask.REFUND
    return Refund(
        number=str(row["refund_id"]),
        order=str(row["tid"]),
        version=_version(row),
        ask=ASKS.get(row.get("dispute_type", ""), goods_back),
        stage=STAGES[row["status"]],
        fen=bytes_.fen(row.get("refund_fee")),
        sub=str(row.get("oid") or ""),
        quantity=int(row.get("num") or 0),
        shipped=STATES.get(row.get("order_status", "")) in LEFT,
        reason=row.get("reason") or "",
        tracking=row.get("sid") or "",
        mark=f"{row.get('refund_version', '')}|{row.get('refund_phase', '')}",
        created_at=_moments(row, at="created").get("at", ""),
        raw=bytes_.raw(row),
    )


def _agreed(wire: Wire, link: Link, info: str) -> None:
    """The answer says of each refund whether the money moves. The sum is in fen here alone."""
    answer = call(wire, link, "taobao.rp.refunds.agree", {"refund_infos": info}, safe=False)
    if answer.get("succ") not in YES:
        text = str(answer.get("message", ""))
        why = Why.STATE if "版本" in text or "状态" in text else Why.REFUSED
        raise Rejected(why, str(answer.get("msg_code", "")), text)
