"""A WooCommerce site as its REST API (wc/v3) tells it: Basic, GMT times, notes, no parcels."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from infra.sandbox.book import yuan
from infra.sandbox.markets.market import Market
from infra.sandbox.markets.orders import Line, Order
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import Notice
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No

SITE = timezone(timedelta(hours=8))  # what times without _gmt are told in
ROOT, API = "/wp-json", "/wp-json/wc/v3"
MOST_PAGE, MOST_BATCH = 100, 100
STATES = {
    "pending": "pending",
    "on-hold": "on-hold",
    **dict.fromkeys(("ready", "partly"), "processing"),
    **dict.fromkeys(("shipped", "signed", "completed"), "completed"),
    "refunded": "refunded",
    "cancelled": "cancelled",
}
ASKED = {
    "pending": "pending",
    "on-hold": "on-hold",
    "processing": "ready",
    "completed": "completed",
    "cancelled": "cancelled",
    "refunded": "refunded",
    "failed": "cancelled",
}
SEEN = {"partly": "ready", "shipped": "completed", "signed": "completed"}
ERRORS = {
    "key": (401, "woocommerce_rest_authentication_error", "Consumer key is invalid."),
    "sign": (401, "woocommerce_rest_authentication_error", "Consumer secret is invalid."),
    "token": (401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    "busy": (429, "too_many_requests", "Too many requests."),
    "absent": (404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID."),
    "sku": (404, "woocommerce_rest_product_invalid_id", "Invalid ID."),
    "no-refund": (404, "woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID."),
    "many": (413, "woocommerce_rest_request_entity_too_large", "Unable to accept more items."),
    "method": (404, "rest_no_route", "No route was found matching the URL and request method."),
    "param": (400, "rest_invalid_param", "Invalid parameter(s)."),
}
ROUTES = (
    ("GET", r"/orders", "list"),
    ("GET", r"/orders/(\d+)", "order"),
    ("PUT|POST|PATCH", r"/orders/(\d+)", "ship"),
    ("GET", r"/orders/(\d+)/notes", "notes"),
    ("POST", r"/orders/(\d+)/notes", "note"),
    ("GET", r"/orders/(\d+)/refunds", "refunds"),
    ("GET", r"/orders/(\d+)/refunds/(\d+)", "refund"),
    ("GET", r"/settings/general", "settings"),
    ("PUT|POST|PATCH", r"/products/(\d+)", "stock"),
    ("PUT|POST|PATCH", r"/products/(\d+)/variations/(\d+)", "stock"),
    ("POST", r"/products/batch", "batch"),
    ("POST", r"/products/(\d+)/variations/batch", "batch"),
)
CALLS = {each: each for each in ("list", "order", "refund")} | {
    **dict.fromkeys(("ship", "note"), "ship"),
    **dict.fromkeys(("stock", "batch"), "stock"),
}
Fields = dict[str, Any]


class WooCommerce(Market):
    name = "woocommerce"
    app_key, app_secret = f"ck_{'5a' * 20}", f"cs_{'a5' * 20}"
    webhook_secret = "sandbox-webhook-secret"
    pushes = True
    expires = holds_refunds = tells_name = False
    sent = "completed"

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.notes: dict[str, list[Fields]] = {}

    def link(self) -> dict[str, Any]:
        secrets = {"app_secret": self.app_secret, "webhook_secret": self.webhook_secret}
        return {**super().link(), "seller": "mall.example.com", "secrets": secrets}

    def call_of(self, request: Request) -> str:
        return CALLS.get(_route(request)[0], "other")

    def state_of(self, order: Order) -> str:
        return SEEN.get(order.state, order.state)

    def provide(self, request: Request, trick: Trick) -> Answer:
        if request.path.rstrip("/") == ROOT and request.method == "GET":
            return said(self._index())
        self._check(request)
        name, ids = _route(request)
        acts: dict[str, Callable[..., Answer]] = {
            "list": self._list,
            "order": self._one,
            "ship": self._update,
            "notes": self._notes,
            "note": self._note,
            "refunds": self._refunds,
            "refund": self._refund,
            "settings": self._settings,
            "stock": self._stock,
            "batch": self._batch,
        }
        if name not in acts:
            raise No("method")
        return acts[name](_fields(request), trick, *ids)

    def refuse(self, _: Request, no: No) -> Answer:
        status, code, text = ERRORS.get(no.why, ERRORS["param"])
        answer = said(_error(code, no.note or text, status), status)
        if no.why == "busy":
            answer.headers["Retry-After"] = "1"
        return answer

    def push(self, order: Order) -> Notice:
        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            body = json.dumps(self._order(order)).encode()
            headers = self._headers(f"{order.number}{int(order.modified)}")
            if not trick.is_("unsigned"):
                headers["X-WC-Webhook-Signature"] = self.signed(body)
            return headers, body[:-1] + b" }" if trick.is_("byte") else body

        return Notice(f"order {order.number}", self.push_url, write)

    def signed(self, body: bytes) -> str:
        """Base64 of the HMAC of what is sent."""
        made = hmac.new(self.webhook_secret.encode(), body, hashlib.sha256).digest()
        return base64.b64encode(made).decode()

    def _headers(self, delivery: str) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self.url}/",
            "X-WC-Webhook-Topic": "order.updated",
            "X-WC-Webhook-Resource": "order",
            "X-WC-Webhook-Event": "updated",
            "X-WC-Webhook-ID": "1",
            "X-WC-Webhook-Delivery-ID": delivery,
        }

    def _push_to(self, asked: dict[str, Any]) -> Answer:
        """The first word to a new address is a form that nobody signed."""
        answer = super()._push_to(asked)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.notices.send(Notice("ping", self.push_url, lambda _: (form, b"webhook_id=1")))
        return answer

    def _check(self, request: Request) -> None:
        kind, _, told = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            raise No("token")
        key, _, secret = base64.b64decode(told, validate=True).decode().partition(":")
        if key != self.app_key:
            raise No("key")
        if not hmac.compare_digest(secret.encode(), self.app_secret.encode()):
            raise No("sign")

    def _index(self) -> Fields:
        return {
            "name": "沙箱小店",
            "description": "",
            "url": self.url,
            "home": self.url,
            "gmt_offset": "8",
            "timezone_string": "Asia/Shanghai",
            "namespaces": ["wp/v2", "wc/v3"],
        }

    def _settings(self, *_: object) -> Answer:
        values = {"woocommerce_currency": "CNY", "woocommerce_default_country": "CN:CN30"}
        return said([{"id": name, "value": value} for name, value in values.items()])

    def _list(self, fields: Fields, trick: Trick) -> Answer:
        size, no = int(fields.get("per_page", 10)), int(fields.get("page", 1))
        if not 1 <= size <= MOST_PAGE or no < 1:
            raise No("param", "per_page")
        found = self._sought(fields)
        some = [self._order(order) for order in found[(no - 1) * size : no * size]]
        self.shift(trick)
        answer = said([_only(one, fields) for one in some])
        answer.headers["X-WP-Total"] = str(len(found))
        answer.headers["X-WP-TotalPages"] = str(-(-len(found) // size))
        return answer

    def _sought(self, fields: Fields) -> list[Order]:
        """Later than `after` and sooner than `before`, neither included."""
        gmt = fields.get("dates_are_gmt") in ("true", "1")
        found = list(self.orders)
        for name, edge in (("", "created"), ("modified_", "modified")):
            after, before = (fields.get(f"{name}{word}") for word in ("after", "before"))
            low = _moment(after, gmt) if after else 0
            high = _moment(before, gmt) if before else float("inf")
            found = [order for order in found if low < getattr(order, edge) < high]
        wanted = fields.get("status", "any")
        found = [one for one in found if wanted in ("any", STATES[one.state])]
        by = {"modified": "modified", "date": "created", "id": "number"}[
            fields.get("orderby", "date")
        ]
        newest = fields.get("order", "desc") == "desc"
        return sorted(found, key=lambda one: (getattr(one, by), one.number), reverse=newest)

    def _one(self, fields: Fields, _: Trick, number: str) -> Answer:
        return said(_only(self._order(self._found(number)), fields))

    def _found(self, number: str) -> Order:
        order = self.orders.get(number)
        if order is None:
            raise No("absent")
        return order

    def _update(self, fields: Fields, _: Trick, number: str) -> Answer:
        """There are no parcels: whoever ships says that it is completed."""
        order = self._found(number)
        if "status" in fields:
            order = self.change(number, ASKED[fields["status"]])
        return said(self._order(order))

    def _notes(self, _: Fields, __: Trick, number: str) -> Answer:
        self._found(number)
        return said(list(reversed(self.notes.get(number, []))))

    def _note(self, fields: Fields, _: Trick, number: str) -> Answer:
        """A note to the buyer is all that a parcel is."""
        self._found(number)
        notes = self.notes.setdefault(number, [])
        note = {
            "id": int(number) * 100 + len(notes),
            "author": "WooCommerce",
            "date_created": _clock(self.now, SITE),
            "date_created_gmt": _clock(self.now),
            "note": str(fields["note"]),
            "customer_note": bool(fields.get("customer_note")),
        }
        notes.append(note)
        if note["customer_note"]:
            self.told.setdefault(number, []).append(("", str(note["note"])))
        return said(note, 201)

    def _refunds(self, _: Fields, __: Trick, number: str) -> Answer:
        return said(list(self._paid(self._found(number))))

    def _refund(self, _: Fields, __: Trick, number: str, no: str) -> Answer:
        for case in self._paid(self._found(number)):
            if case["id"] == int(no):
                return said(case)
        raise No("no-refund")

    def _paid(self, order: Order) -> Iterator[Fields]:
        """What the merchant gave back: some lines, or else the whole of an order that is over."""
        done = self.refunds.of(order, "done")
        yield from (_case(int(one.number), one.modified, [one.line]) for one in done)
        if order.state == "refunded" and not done:
            yield _case(int(order.number) + 1, order.modified, order.lines, order.freight)

    def _stock(self, fields: Fields, trick: Trick, item: str, sku: str = "") -> Answer:
        if trick.is_("part"):
            raise No("sku")
        return said(self._put(item, sku, fields))

    def _batch(self, fields: Fields, trick: Trick, item: str = "") -> Answer:
        wares = fields.get("update", [])
        if len(wares) > MOST_BATCH:
            raise No("many")
        done = [self._put(*_ids(item, ware), ware) for ware in wares[trick.is_("part") :]]
        if trick.is_("part") and wares:
            status, code, text = ERRORS["sku"]
            done.insert(0, {"id": wares[0]["id"], "error": _error(code, text, status)})
        return said({"update": done})

    def _put(self, item: str, sku: str, fields: Fields) -> Fields:
        units = int(fields["stock_quantity"])
        self.shelf[f"{item}:{sku}"] = units
        return {"id": int(sku or item), "manage_stock": True, "stock_quantity": units}

    def _order(self, order: Order) -> Fields:
        province, city, district, address = order.place
        receiver = {
            "first_name": order.name[1:],
            "last_name": order.name[0],
            "company": "",
            "address_1": address,
            "address_2": district,
            "city": city,
            "state": province,
            "postcode": "000000",
            "country": "CN",
            "phone": order.phone,
        }
        return {
            "id": int(order.number),
            "parent_id": 0,
            "number": order.number,
            "order_key": f"wc_order_{order.number}",
            "created_via": "checkout",
            "version": "9.4.0",
            "status": STATES[order.state],
            "currency": "CNY",
            "prices_include_tax": False,
            **_times("created", order.created),
            **_times("modified", order.modified),
            **_times("paid", order.paid_at),
            **_times("completed", order.modified if STATES[order.state] == "completed" else 0),
            "discount_total": yuan(sum(line.off + line.share for line in order.lines)),
            "discount_tax": "0.00",
            "shipping_total": yuan(order.freight),
            "shipping_tax": "0.00",
            "cart_tax": "0.00",
            "total": yuan(order.total),
            "total_tax": "0.00",
            "customer_id": int(order.buyer.rpartition("-")[2]),
            "customer_note": order.note,
            "billing": {**receiver, "email": f"{order.buyer}@example.com"},
            "shipping": receiver,
            "payment_method": "alipay",
            "payment_method_title": "支付宝",
            "transaction_id": order.number if order.paid_at else "",
            "meta_data": [],
            "line_items": [_line(line) for line in order.lines],
            "tax_lines": [],
            "shipping_lines": [_freight(order)],
            "fee_lines": [],
            "coupon_lines": [],
            "refunds": [
                {"id": case["id"], "reason": "", "total": f"-{case['amount']}"}
                for case in self._paid(order)
            ],
        }


def _line(line: Line) -> Fields:
    whole = line.price * line.quantity
    return {
        "id": int(line.sub),
        "name": line.title,
        "product_id": int(line.item),
        "variation_id": int(line.sku_id),
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": yuan(whole),
        "subtotal_tax": "0.00",
        "total": yuan(line.paid),
        "total_tax": "0.00",
        "taxes": [],
        "meta_data": [],
        "sku": line.code,
        "price": line.paid / 100 / line.quantity,
    }


def _freight(order: Order) -> Fields:
    ids = {"id": int(order.number), "method_title": "快递", "method_id": "flat_rate"}
    return {**ids, "total": yuan(order.freight), "total_tax": "0.00"}


def _case(number: int, at: float, lines: list[Line], freight: int = 0) -> Fields:
    """Lines of their own, less than nothing, that say which line of the order they take back."""
    rows = [
        {
            "id": int(line.sub) * 10,
            "quantity": -line.quantity,
            "total": f"-{yuan(line.paid)}",
            "total_tax": "0.00",
            "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": line.sub}],
        }
        for line in lines
    ]
    return {
        "id": number,
        **_times("created", at),
        "amount": yuan(sum(line.paid for line in lines) + freight),
        "reason": "",
        "line_items": rows,
    }


def _route(request: Request) -> tuple[str, tuple[str, ...]]:
    path = request.path.removeprefix(API) if request.path.startswith(API) else ""
    for methods, pattern, name in ROUTES:
        if request.method in methods.split("|") and (match := re.fullmatch(pattern, path)):
            return name, match.groups()
    return "", ()


def _fields(request: Request) -> Fields:
    asked: Fields = dict(parse_qsl(request.query, keep_blank_values=True))
    return asked | (json.loads(request.body) if request.body else {})


def _only(document: Fields, fields: Fields) -> Fields:
    """What of it `_fields` asks for."""
    names = set(filter(None, fields.get("_fields", "").split(",")))
    return {name: value for name, value in document.items() if not names or name in names}


def _ids(item: str, ware: Fields) -> tuple[str, str]:
    """A product, or a variation of one."""
    return (item, str(ware["id"])) if item else (str(ware["id"]), "")


def _error(code: str, text: str, status: int) -> Fields:
    return {"code": code, "message": text, "data": {"status": status}}


def _times(name: str, at: float) -> Fields:
    """By the site's clock, and in GMT; null for what did not happen."""
    told = {f"date_{name}": SITE, f"date_{name}_gmt": UTC}
    return {key: _clock(at, zone) if at else None for key, zone in told.items()}


def _moment(text: str, gmt: bool) -> float:
    """A time with no zone is the site's, unless it is said to be GMT."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC if gmt else SITE)
    return moment.timestamp()


def _clock(at: float, zone: timezone = UTC) -> str:
    return datetime.fromtimestamp(at, zone).strftime("%Y-%m-%dT%H:%M:%S")
