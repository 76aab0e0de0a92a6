"""WooCommerce: REST v3 of the merchant's own site, with keys that do not end."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

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
SITE = re.compile(r"(https://)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?(/[\w./-]*)?", re.IGNORECASE)
NUMBERS = re.compile(r"\d{1,18}:?\d{0,18}", re.ASCII)  # of an article and its variation
REFUSED = 400
BEYOND = "rest_post_invalid_page_number"
STATES = {
    "pending": State.PENDING,
    "checkout-draft": State.PENDING,
    "processing": State.READY,
    "on-hold": State.ON_HOLD,
    "completed": State.COMPLETED,
    "cancelled": State.CANCELLED,
    "failed": State.CANCELLED,
    "trash": State.CANCELLED,
    "refunded": State.REFUNDED,
}
"""A site may have statuses of its own: what we do not know must not be shipped."""
WHYS = {
    "woocommerce_rest_authentication_error": Why.SIGNATURE,
    "woocommerce_rest_cannot_view": Why.DENIED,
    "woocommerce_rest_cannot_edit": Why.DENIED,
    "woocommerce_rest_cannot_create": Why.DENIED,
    "woocommerce_rest_cannot_batch": Why.DENIED,
    "rest_forbidden": Why.DENIED,
    "rest_no_route": Why.DENIED,  # no WooCommerce, or too old a one
    "woocommerce_rest_shop_order_invalid_id": Why.ABSENT,
    "woocommerce_rest_order_invalid_id": Why.ABSENT,
    "woocommerce_rest_product_invalid_id": Why.ABSENT,
    "woocommerce_rest_product_variation_invalid_id": Why.ABSENT,
    "woocommerce_rest_invalid_order_refund_id": Why.ABSENT,
    "woocommerce_rest_term_invalid": Why.ABSENT,
    "woocommerce_rest_request_entity_too_large": Why.REFUSED,
}
STATUSES = {401: Why.SIGNATURE, 403: Why.DENIED, 404: Why.ABSENT, 410: Why.ABSENT}
CLOSED = {"refunded": Why.REFUND, "cancelled": Why.STATE, "failed": Why.STATE, "trash": Why.STATE}


class WooCommerce:
    """Implements port.Channel."""

    name = "woocommerce"
    caps = Caps(
        window=30 * 86_400,
        lag=30,
        page=100,
        days=3650,
        backwards=True,
        push=Push.HTTP,
        tokens=False,
        numbers=Numbers.ONE,
        decides=False,
        stock=100,
        rates={"": Rate(5)},
    )
    secrets = ("app_secret", "webhook_secret")
    carriers: Mapping[str, str] = {
        "sf": "SF Express",
        "zto": "ZTO Express",
        "yto": "YTO Express",
        "sto": "STO Express",
        "yunda": "Yunda Express",
        "jt": "J&T Express",
        "ems": "EMS",
        "jd": "JD Logistics",
        "deppon": "Deppon",
        "best": "Best Express",
        "post": "China Post",
    }

    def check(self, link: Link) -> list[Fault]:
        faults = bytes_.lacking(link, "app_secret", seller=True)
        if link.seller and not link.endpoint and not SITE.fullmatch(link.seller):
            faults.append(Fault("seller", "bad-url"))
        return faults

    def consent_url(self, link: Link, state: str, back: str) -> str:
        return ""  # the merchant makes a pair of keys by hand

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        return Tokens("", seller=link.seller)

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        return self.exchange(wire, link, "")

    def probe(self, wire: Wire, link: Link) -> str:
        """The site tells its name to nobody with these keys; that it answers is enough."""
        _ask(wire, _get(link, "orders", {"per_page": "1"}), _counted)
        return ""

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        """The last page first: an order that changes meanwhile leaves the window, and those after
        it move up to a page that is still to be read."""
        pages = _pages(wire, link, window, cursor, self.caps.page)
        with bytes_.reading(Unclear("orders not understood")):
            found = tuple(map(_found, pages.items))
        refs = tuple(Ref(each.number, each.version, each) for each in found)
        return Page(refs, pages.cursor, pages.total)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        order = _ask(wire, _get(link, f"orders/{number}"), _one)
        with bytes_.reading(Unclear("order not understood")):
            return _found(order)

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        """The first call only tries the address, with a form and no signature of it."""
        kind = incoming.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            if not re.fullmatch(rb"webhook_id=\d{1,20}", incoming.body):
                raise Forged("body")
            return Heard()
        secret = link.secrets.get("webhook_secret", "")
        signed = incoming.headers.get("x-wc-webhook-signature", "")
        if not secret or not bytes_.same(digest(secret, incoming.body), signed):
            raise Forged("signature")
        with bytes_.believing():
            number = str(bytes_.parsed(incoming.body)["id"])
        topic = incoming.headers.get("x-wc-webhook-topic", "")
        return Heard((Hint(order=number),) if topic.startswith("order.") else ())

    def ack(self, ok: bool) -> Reply:
        return Reply(200 if ok else 500, {}, b"")

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        """A note for the buyer, and `completed` with the last parcel: Woo knows no shipping."""
        at = f"orders/{shipment.number}"
        status = str(_ask(wire, _get(link, at), _one)["status"])
        if status in CLOSED:
            raise Rejected(CLOSED[status], status)
        note = f"{shipment.carrier} {shipment.tracking}"
        noted = any(note in str(each.get("note")) for each in _ask(
            wire, _get(link, f"{at}/notes"), _several))  # fmt: skip
        ends = shipment.last and status != "completed"
        if noted and not ends:
            raise Rejected(Why.DONE, "told")
        if not noted:
            told = {"note": note, "customer_note": True}
            _ask(wire, _send(link, "POST", f"{at}/notes", told, safe=False), _one)
        if ends:
            _ask(wire, _send(link, "PUT", at, {"status": "completed"}), _one)

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        """Articles in one call, and the variations of each in one."""
        known = [ware for ware in wares if NUMBERS.fullmatch(ware.shop_sku)]
        told: dict[str, Rejected | None] = {
            ware.shop_sku: Rejected(Why.ABSENT, "no-number") for ware in wares if ware not in known
        }
        for at, batch in _batches(known):
            rows = [
                {"id": int(no), "manage_stock": True, "stock_quantity": ware.units}
                for no, ware in batch.items()
            ]
            told |= _ask(wire, _send(link, "POST", at, {"update": rows}), _stocked(batch))
        return told

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        """A refund is part of its order, and changes it."""
        orders = _pages(wire, link, window, cursor, 20)
        refs: list[RefundRef] = []
        for order in orders.items:
            if order["refunds"]:
                told = _ask(wire, _get(link, f"orders/{order['id']}/refunds"), _several)
                numbers = _numbers(order["id"], told)
                refs += (RefundRef(no, _version(order), str(order["id"])) for no in numbers)
        return Page(tuple(refs), orders.cursor, None)

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        order, _, rest = ref.number.partition("-")
        no, _, line = rest.partition("-")
        whole = _ask(wire, _get(link, f"orders/{order}"), _one)
        case = _ask(wire, _get(link, f"orders/{order}/refunds/{no}"), _one)
        with bytes_.reading(Unclear("refund not understood")):
            return _refund(ref.number, whole, case, line)

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        raise Rejected(Why.REFUSED, "not-offered")

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        return [number for number, _ in pairs]


def digest(secret: str, body: bytes) -> str:
    return base64.b64encode(bytes_.hmac_sha256(secret, body)).decode()


def _url(link: Link, at: str) -> str:
    site = link.endpoint or link.seller
    site = site if "://" in site else f"https://{site}"
    return f"{site.rstrip('/')}/wp-json/wc/v3/{at}"


def _headers(link: Link) -> dict[str, str]:
    keys = f"{link.app_key}:{link.secrets['app_secret']}".encode()
    return {"Authorization": f"Basic {base64.b64encode(keys).decode()}"}


def _get(link: Link, at: str, asked: Mapping[str, str] | None = None) -> Request:
    query = f"?{urlencode(asked)}" if asked else ""
    return Request(at.split("/")[0], "GET", _url(link, at) + query, _headers(link))


def _send(link: Link, method: str, at: str, document: Any, *, safe: bool = True) -> Request:
    headers = {**_headers(link), "Content-Type": bytes_.JSON}
    body = bytes_.compact(document).encode()
    return Request(at.split("/")[0], method, _url(link, at), headers, body, safe)


def _ask(wire: Wire, request: Request, read: Callable[[Answer], T]) -> T:
    def whole(answer: Answer) -> T:
        if answer.status >= REFUSED:
            raise _refusal(answer)
        with bytes_.reading(Unclear("answer not understood")):
            return read(answer)

    return wire.ask(request, whole)


def _refusal(answer: Answer) -> Rejected:
    """A firewall before the site may answer with a page of its own."""
    try:
        told = bytes_.parsed(answer.body)
    except ValueError:
        told = {}
    code = str(told.get("code", answer.status))
    usual = STATUSES.get(answer.status, Why.REFUSED)
    return Rejected(WHYS.get(code, usual), code, str(told.get("message", ""))[:200])


def _one(answer: Answer) -> dict[str, Any]:
    return bytes_.parsed(answer.body)


def _several(answer: Answer) -> list[dict[str, Any]]:
    """A list stands bare: as the one field of an object it reads like all else."""
    found: list[dict[str, Any]] = bytes_.parsed(b'{"list":%s}' % answer.body)["list"]
    return [{**each} for each in found]


def _counted(answer: Answer) -> tuple[list[dict[str, Any]], int, int]:
    """The rows, how many there are in all, and on how many pages."""
    total = int(answer.headers["x-wp-total"])
    return _several(answer), total, int(answer.headers["x-wp-totalpages"])


def _pages(wire: Wire, link: Link, window: Window, cursor: str, size: int) -> Page[dict[str, Any]]:
    """Without a cursor the first page tells how many there are, and the last one is read."""
    modified = window.by is By.MODIFIED
    after, before = ("modified_after", "modified_before") if modified else ("after", "before")
    asked = {
        after: _gmt(clock.later(window.start, -1)),  # itself left out by the platform
        before: _gmt(window.end),
        "dates_are_gmt": "true",
        "orderby": "modified" if modified else "date",
        "order": "asc",
        "per_page": str(size),
        "page": cursor or "1",
        "status": "any",
    }
    rows, total, last = _listed(wire, link, asked)
    if not cursor and last > 1:
        cursor = str(last)
        rows, total, _ = _listed(wire, link, asked | {"page": cursor})
    before_it = int(cursor or "1") - 1
    return Page(tuple(rows), str(before_it) if before_it else "", total)


def _listed(
    wire: Wire, link: Link, asked: Mapping[str, str]
) -> tuple[list[dict[str, Any]], int, int]:
    """Rows that left the window may take its last page with them."""
    try:
        return _ask(wire, _get(link, "orders", asked), _counted)
    except Rejected as no:
        if no.code != BEYOND:
            raise
        return [], 0, 0


def _gmt(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _moment(gmt: str | None) -> str:
    """The fields in GMT say no zone; the others mean that of the site."""
    return units.utc(datetime.fromisoformat(gmt).replace(tzinfo=UTC)) if gmt else ""


def _version(order: Mapping[str, Any]) -> int:
    return units.millis(_moment(order["date_modified_gmt"]))


def _found(order: dict[str, Any]) -> Found:
    return Found(
        number=str(order["id"]),
        version=_version(order),
        state=STATES.get(order["status"], State.ON_HOLD),
        document=_document(order),
        raw=bytes_.raw(order),
    )


def _document(order: dict[str, Any]) -> dict[str, Any]:
    """Lines, freight and fees are told without tax, which is told once for all."""
    lines = [_line(each) for each in order["line_items"]]
    fees = [bytes_.fen(each["total"]) for each in order["fee_lines"]]
    paid_at = _moment(order["date_paid_gmt"])
    document = {
        "placed_at": _moment(order["date_created_gmt"]),
        "paid_at": paid_at,
        "currency": order["currency"],
        "buyer": {
            "id": str(order["customer_id"] or ""),
            "name": _name(order["billing"]),
        },
        "receiver": _receiver(order["shipping"], order["billing"]),
        "lines": lines,
        "freight": bytes_.fen(order["shipping_total"]),
        "tax": bytes_.fen(order["total_tax"]),
        "fee": sum(fee for fee in fees if fee > 0),
        "adjustment": sum(fee for fee in fees if fee < 0),  # how sites give something off
        "discount": sum(each["share"] for each in lines),
        "total": bytes_.fen(order["total"]),
        "payment": _payment(order, paid_at),
        "notes": {"buyer": order["customer_note"][:1000]},
        "extra": _extra(order),
    }
    return {name: value for name, value in document.items() if value != ""}


def _payment(order: Mapping[str, Any], paid_at: str) -> dict[str, Any]:
    cod = order["payment_method"] == "cod"
    waits = not paid_at and (cod or order["status"] == "on-hold")
    return {"cod": cod} | ({"state": "unpaid"} if waits else {})


def _name(of: Mapping[str, Any]) -> str:
    """The family name first where it is a Chinese one."""
    first, last = of.get("first_name") or "", of.get("last_name") or ""
    chinese = re.search(r"[\u4e00-\u9fff]", last)
    return f"{last}{first}" if chinese else f"{first} {last}".strip()


def _receiver(shipping: Mapping[str, Any], billing: Mapping[str, Any]) -> dict[str, str]:
    """Where no other address is given, that of the bill."""
    at = shipping if shipping.get("address_1") else billing
    street = (at.get("company"), at.get("address_1"), at.get("address_2"))
    return {
        "name": _name(at),
        "phone": shipping.get("phone") or billing.get("phone") or "",
        "province": at.get("state") or at.get("country") or "",
        "city": at.get("city") or "",
        "address": " ".join(part for part in street if part),
        "postcode": at.get("postcode") or "",
    }


def _line(item: dict[str, Any]) -> dict[str, Any]:
    """Woo tells the price of all units: where it does not divide, the rest is a discount."""
    quantity, whole, paid = (
        item["quantity"],
        bytes_.fen(item["subtotal"]),
        bytes_.fen(item["total"]),
    )
    price = -(-whole // quantity)
    line = {
        "sub": str(item["id"]),
        "sku": (item["sku"] or "")[:64],
        "shop_sku": f"{item['product_id']}:{item['variation_id'] or ''}",
        "title": item["name"][:300],
        "quantity": quantity,
        "unit_price": price,
        "amount": price * quantity,
        "discount": price * quantity - whole,
        "sale": whole,
        "share": whole - paid,
        "paid": paid,
    }
    return {name: value for name, value in line.items() if value != ""}


def _extra(order: Mapping[str, Any]) -> dict[str, str]:
    given = {
        "platform_status": order["status"],
        "name": order["number"],
        "payment_method": order["payment_method_title"],
        "transaction_id": order["transaction_id"],
        "created_via": order["created_via"],
        "country": order["shipping"].get("country") or order["billing"].get("country"),
        "codes": ",".join(each["code"] for each in order["coupon_lines"]),
        "freight": ",".join(each["method_title"] for each in order["shipping_lines"]),
    }
    return {name: str(value)[:500] for name, value in given.items() if value}


def _batches(wares: Sequence[Stocked]) -> Iterator[tuple[str, dict[str, Stocked]]]:
    places: dict[str, dict[str, Stocked]] = {}
    for ware in wares:
        product, _, variation = ware.shop_sku.partition(":")
        at = f"products/{product}/variations/batch" if variation else "products/batch"
        places.setdefault(at, {})[variation or product] = ware
    yield from places.items()


def _stocked(batch: Mapping[str, Stocked]) -> Callable[[Answer], dict[str, Rejected | None]]:
    """One that is refused is told in its place, and keeps no other from being set."""

    def read(answer: Answer) -> dict[str, Rejected | None]:
        rows = {str(row["id"]): row.get("error") for row in _one(answer)["update"]}
        return {ware.shop_sku: _refused(rows[no]) for no, ware in batch.items()}

    return read


def _refused(error: Mapping[str, Any] | None) -> Rejected | None:
    if error is None:
        return None
    code = str(error["code"])
    return Rejected(WHYS.get(code, Why.REFUSED), code, str(error["message"])[:200])


def _numbers(order: int, cases: list[dict[str, Any]]) -> Iterator[str]:
    """A refund of several lines is one for each; one of money alone stands for itself."""
    for case in cases:
        lines = [_sold(row) for row in case["line_items"] if row["quantity"]]
        number = f"{order}-{case['id']}"
        yield from (f"{number}-{line}" for line in lines) if lines else (number,)


def _sold(row: Mapping[str, Any]) -> str:
    """The line of the order that a line of a refund takes back."""
    return next(
        (str(m["value"]) for m in row["meta_data"] if m["key"] == "_refunded_item_id"),
        str(row["id"]),
    )


def _refund(number: str, order: Mapping[str, Any], case: Mapping[str, Any], line: str) -> Refund:
    rows = [row for row in case["line_items"] if line and _sold(row) == line]
    part = -sum(bytes_.fen(row["total"]) + bytes_.fen(row["total_tax"]) for row in rows)
    return Refund(
        number=number,
        order=str(order["id"]),
        version=_version(order),
        ask=Ask.REFUND,
        stage=Stage.DONE,
        fen=part if line else bytes_.fen(case["amount"]),
        sub=line,
        quantity=-sum(row["quantity"] for row in rows),
        shipped=order["status"] == "completed",
        reason=(case["reason"] or "")[:200],
        created_at=_moment(case["date_created_gmt"]),
        raw=bytes_.raw(case),
    )
