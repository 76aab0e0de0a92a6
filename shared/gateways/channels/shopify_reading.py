"""What Shopify tells of an order and of what goes back, in our words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import filterfalse
from operator import itemgetter
from typing import Any

from shared.domain.platform import Ask, Found, Refund, Stage, State
from shared.gateways import units
from shared.gateways.channels import wire as bytes_

UNPAID = ("PENDING", "AUTHORIZED", "PARTIALLY_PAID")
OVER = {"REFUNDED": State.REFUNDED, "VOIDED": State.CANCELLED, "EXPIRED": State.CANCELLED}
MOVED = {"PARTIALLY_FULFILLED": State.PARTLY, "FULFILLED": State.SHIPPED}
READY = ("UNFULFILLED", "OPEN", "IN_PROGRESS", "RESTOCKED")
STAGES = {
    "REQUESTED": Stage.ASKED,
    "OPEN": Stage.AGREED,
    "DECLINED": Stage.REFUSED,
    "CLOSED": Stage.DONE,
    "CANCELED": Stage.CLOSED,
}
RISKY = ("INVESTIGATE", "CANCEL")


def gid(kind: str, no: str) -> str:
    return f"gid://shopify/{kind}/{no}"


def no(gid: str) -> str:
    return gid.rpartition("/")[2]


def following(rows: Mapping[str, Any]) -> str:
    page = rows["pageInfo"]
    return str(page["endCursor"]) if page["hasNextPage"] else ""


def _fen(money: Mapping[str, Any] | None) -> int:
    """In the shop's own currency, whatever the buyer paid in."""
    return bytes_.fen(money["shopMoney"]["amount"]) if money else 0


def found(order: dict[str, Any]) -> Found:
    return Found(
        number=no(order["id"]),
        version=units.millis(order["updatedAt"]),
        state=_state(order),
        document=_document(order),
        raw=bytes_.raw(order),
    )


def _cod(order: Mapping[str, Any]) -> bool:
    return any("cash on delivery" in name.lower() for name in order["paymentGatewayNames"])


def _state(order: Mapping[str, Any]) -> State:
    money, goods = order["displayFinancialStatus"], order["displayFulfillmentStatus"]
    if money in OVER:
        return OVER[money]
    if order["cancelledAt"] or order["closedAt"]:
        return State.CANCELLED if order["cancelledAt"] else State.COMPLETED
    if goods in MOVED:
        return MOVED[goods]
    if money in UNPAID and not _cod(order):
        return State.PENDING
    return State.READY if goods in READY else State.ON_HOLD


def _document(order: dict[str, Any]) -> dict[str, Any]:
    lines = [_line(each) for each in order["lineItems"]["nodes"]]
    customer = order["customer"] or {}
    ships = order["shippingLines"]["nodes"]
    fees = ("totalTipReceivedSet", "originalTotalDutiesSet", "originalTotalAdditionalFeesSet")
    document = {
        "placed_at": order["processedAt"],
        "paid_at": _paid_at(order),
        "currency": order["currencyCode"],
        "buyer": {
            "id": no(customer.get("id") or ""),
            "name": customer.get("displayName") or "",
        },
        "receiver": _receiver(order["shippingAddress"] or {}, order["phone"]),
        "lines": lines,
        "freight": sum(_fen(each["discountedPriceSet"]) for each in ships),
        "tax": 0 if order["taxesIncluded"] else _fen(order["totalTaxSet"]),
        "fee": sum(_fen(order[name]) for name in fees),
        "discount": sum(each["share"] for each in lines),
        "total": _fen(order["totalPriceSet"]),
        "payment": _payment(order),
        "notes": {"buyer": (order["note"] or "")[:1000]},
        "marks": ["risk"] if (order["risk"] or {}).get("recommendation") in RISKY else [],
        "tags": [tag[:64] for tag in order["tags"]][:50],
        "extra": _extra(order),
    }
    return {name: value for name, value in document.items() if value != ""}


def _payment(order: Mapping[str, Any]) -> dict[str, Any]:
    money = order["displayFinancialStatus"]
    state = {"PENDING": "unpaid", "AUTHORIZED": "unpaid", "PARTIALLY_PAID": "part"}.get(money)
    return {"cod": _cod(order)} | ({"state": state} if state else {})


def _paid_at(order: Mapping[str, Any]) -> str:
    """When the last of the money came."""
    times = [
        each["processedAt"]
        for each in order["transactions"]
        if each["kind"] in ("SALE", "CAPTURE") and each["status"] == "SUCCESS"
    ]
    return max(times, default="")


def _receiver(at: Mapping[str, Any], phone: str | None) -> dict[str, str]:
    street = (at.get("company"), at.get("address1"), at.get("address2"))
    return {
        "name": at.get("name") or "",
        "phone": at.get("phone") or phone or "",
        "province": at.get("province") or at.get("country") or "",
        "city": at.get("city") or "",
        "address": " ".join(part for part in street if part),
        "postcode": at.get("zip") or "",
    }


def _line(item: dict[str, Any]) -> dict[str, Any]:
    """What was taken off across the order is shared; the rest is the line's own."""
    price, quantity = _fen(item["originalUnitPriceSet"]), item["quantity"]
    off = {True: 0, False: 0}
    for part in item["discountAllocations"]:
        across = part["discountApplication"]["allocationMethod"] == "ACROSS"
        off[across] += _fen(part["allocatedAmountSet"])
    amount = _fen(item["originalTotalSet"])
    product, variant = (no((item[kind] or {}).get("id") or "") for kind in ("product", "variant"))
    line = {
        "sub": no(item["id"]),
        "sku": (item["sku"] or "")[:64] or (f"custom-{no(item['id'])}" if not variant else ""),
        "shop_sku": f"{product}:{variant}" if variant else "",
        "title": " / ".join(filter(None, (item["title"], item["variantTitle"])))[:300],
        "quantity": quantity,
        "unit_price": price,
        "amount": amount,
        "discount": off[False],
        "sale": amount - off[False],
        "share": off[True],
        "paid": amount - off[False] - off[True],
    }
    return {name: value for name, value in line.items() if value != ""}


def _extra(order: Mapping[str, Any]) -> dict[str, str]:
    money, goods = order["displayFinancialStatus"], order["displayFulfillmentStatus"]
    given = {
        "platform_status": f"{money}/{goods}",
        "name": order["name"],
        "source": order["sourceName"],
        "paid_in": order["presentmentCurrencyCode"],
        "country": (order["shippingAddress"] or {}).get("countryCodeV2"),
        "codes": ",".join(order["discountCodes"]),
        "cancel_reason": order["cancelReason"],
    }
    return {name: str(value)[:500] for name, value in given.items() if value}


def numbers(order: Mapping[str, Any]) -> Iterator[str]:
    """A refund of several lines is one for each; so is what a buyer wants to send back.

    What was paid back for goods that came back is no refund beside them.
    """
    for case in order["returns"]["nodes"]:
        lines = (each["fulfillmentLineItem"]["lineItem"] for each in _of_return(case))
        yield from _each("return", case, (no(line["id"]) for line in lines), False)
    for case in filterfalse(itemgetter("return"), order["refunds"]):
        rows = case["refundLineItems"]
        lines = (each["lineItem"] for each in rows["nodes"])
        yield from _each("refund", case, (no(line["id"]) for line in lines), bool(following(rows)))


def _each(kind: str, case: Mapping[str, Any], lines: Iterable[str], more: bool) -> Iterator[str]:
    number, known = f"{kind}-{no(case['id'])}", [] if more else list(dict.fromkeys(lines))
    yield from (f"{number}-{line}" for line in known) if known else (number,)


def _of_return(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row for row in case["returnLineItems"]["nodes"] if row.get("fulfillmentLineItem")]


def going_back(number: str, case: dict[str, Any], line: str) -> Refund:
    """A return that ended with no money paid back is nothing that was given."""
    rows = [
        row
        for row in _of_return(case)
        if line in ("", no(row["fulfillmentLineItem"]["lineItem"]["id"]))
    ]
    reasons = (row.get("customerNote") or row.get("returnReasonNote") or "" for row in rows)
    stage = STAGES.get(case["status"], Stage.ASKED)
    given = case["refunds"]["nodes"] if stage is Stage.DONE else []
    paid = [row for each in given for row in _of_line(each, line)]
    return Refund(
        number=number,
        order=no(case["order"]["id"]),
        version=units.millis(case["order"]["updatedAt"]),
        ask=Ask.RETURN,
        stage=Stage.CLOSED if stage is Stage.DONE and not paid else stage,
        fen=_worth(paid) or sum(map(_back, rows)),
        sub=line,
        quantity=sum(row["quantity"] for row in rows) if line else 0,
        shipped=True,
        reason="; ".join(filter(None, reasons))[:200],
        created_at=_moment(case.get("createdAt")),
        raw=bytes_.raw(case),
    )


def _back(row: Mapping[str, Any]) -> int:
    """What the buyer paid for these units: exactly, if they are all that he bought."""
    item = row["fulfillmentLineItem"]["lineItem"]
    off = sum(_fen(part["allocatedAmountSet"]) for part in item["discountAllocations"])
    return (_fen(item["originalTotalSet"]) - off) * int(row["quantity"]) // int(item["quantity"])


def _of_line(case: Mapping[str, Any], line: str) -> list[dict[str, Any]]:
    """What was paid back of a line, or of all."""
    rows = case["refundLineItems"]["nodes"]
    return [row for row in rows if line in ("", no(row["lineItem"]["id"]))]


def _worth(rows: Iterable[Mapping[str, Any]]) -> int:
    return sum(_fen(row["subtotalSet"]) + _fen(row["totalTaxSet"]) for row in rows)


def paid_back(number: str, case: dict[str, Any], line: str) -> Refund:
    rows = _of_line(case, line)
    back = any(row["restockType"] == "RETURN" for row in rows)
    return Refund(
        number=number,
        order=no(case["order"]["id"]),
        version=units.millis(case["order"]["updatedAt"]),
        ask=Ask.RETURN if back else Ask.REFUND,
        stage=Stage.DONE,
        fen=_worth(rows) if line else _fen(case["totalRefundedSet"]),
        sub=line,
        quantity=sum(row["quantity"] for row in rows) if line else 0,
        shipped=back,
        reason=(case["note"] or "")[:200],
        created_at=_moment(case["createdAt"]),
        raw=bytes_.raw(case),
    )


def _moment(text: str | None) -> str:
    return units.utc(datetime.fromisoformat(text)) if text else ""
