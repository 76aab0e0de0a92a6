"""Shopify's Admin API as its documents tell it: GraphQL, a bucket of points, signed webhooks."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from operator import ge, gt, le, lt
from typing import Any
from urllib.parse import parse_qsl

from infra.sandbox.book import yuan
from infra.sandbox.markets.graphql import Reader, Rows, Unknown
from infra.sandbox.markets.market import Market, No, Tokens
from infra.sandbox.markets.orders import Line, Order
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import Notice
from infra.sandbox.server import Answer, Request, said

PATH = re.compile(r"/admin/api/\d{4}-(01|04|07|10)/graphql\.json")
TERM = re.compile(r"(\w+):(>=|<=|>|<)?'?([^'\s]+)'?")
MOST, LIFE = 250, 86_399
FULFILLED = ("shipped", "signed", "completed")
TESTS = {">=": ge, "<=": le, ">": gt, "<": lt}
CALLS = {
    "orders": "list",
    "order": "order",
    "fulfillmentCreate": "ship",
    "inventorySetQuantities": "stock",
}
Fields = dict[str, Any]


class Shopify(Market):
    name = "shopify"
    app_key, app_secret = "sandbox-client-id", "hush-sandbox-client-secret"
    seller = "sandbox.myshopify.com"
    pushes = True
    holds_refunds = False

    def link(self) -> dict[str, Any]:
        given = {"app_secret": self.app_secret, "access_token": self.tokens.access}
        return {**super().link(), "seller": self.seller, "secrets": given}

    def call_of(self, request: Request) -> str:
        if request.path == "/admin/oauth/access_token":
            return "token"
        try:
            names = [one.name for one in _read(request).fields]
        except (Unknown, LookupError, TypeError, ValueError):
            return "other"
        return next((CALLS[name] for name in names if name in CALLS), "other")

    def provide(self, request: Request, trick: Trick) -> Answer:
        if request.method == "POST" and request.path == "/admin/oauth/access_token":
            return said(self._token(_form(request)))
        if request.method != "POST" or not PATH.fullmatch(request.path):
            raise No("method")
        if request.headers.get("x-shopify-access-token") != self.tokens.access:
            raise No("token")
        try:
            asked = _read(request)
            found = asked.selected(self._root(trick), asked.fields, {})
        except Unknown as unknown:
            raise No("param", str(unknown)) from unknown
        if self.call_of(request) == "list":
            self.shift(trick)
        return said({"data": found, "extensions": _cost(1990)})

    def refuse(self, _: Request, no: No) -> Answer:
        wrong = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        plain = {
            "token": (401, wrong),
            "method": (404, "Not Found"),
            "sign": (400, "invalid_client"),
        }
        if no.why in plain:
            status, text = plain[no.why]
            return said({"errors": text}, status)
        if no.why == "busy":
            error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return said({"errors": [error], "extensions": _cost(0)})
        return said({"errors": [{"message": no.note or no.why, "path": ["query"]}]})

    def push(self, order: Order) -> Notice:
        mark = f"{order.number}-{int(order.modified)}"

        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            body = json.dumps(_news(order)).encode()
            headers = {
                "Content-Type": "application/json",
                "X-Shopify-Topic": "orders/updated",
                "X-Shopify-Hmac-Sha256": self.signed(body),
                "X-Shopify-Shop-Domain": self.seller,
                "X-Shopify-API-Version": "2026-01",
                "X-Shopify-Webhook-Id": mark,
                "X-Shopify-Event-Id": mark,
            }
            return headers, body[:-1] + b" }" if trick.is_("byte") else body

        return Notice(f"order {order.number}", self.push_url, write)

    def signed(self, body: bytes) -> str:
        """Base64 of the HMAC of what is sent, with the app's secret."""
        made = hmac.new(self.app_secret.encode(), body, hashlib.sha256).digest()
        return base64.b64encode(made).decode()

    def _token(self, asked: Fields) -> Fields:
        """For a merchant's code, for ever; for the app's own secret, for a day."""
        if (asked.get("client_id"), asked.get("client_secret")) != (self.app_key, self.app_secret):
            raise No("sign")
        if asked.get("grant_type") == "client_credentials":
            self.tokens = Tokens(ends=self.now + LIFE)
            return {"access_token": self.tokens.access, "scope": "", "expires_in": LIFE}
        if not asked.get("code"):
            raise No("sign")
        self.tokens = Tokens()
        return {"access_token": self.tokens.access, "scope": ""}

    def _root(self, trick: Trick) -> Fields:
        """Queries and mutations alike; each is answered when it is asked for."""
        return {
            "__typename": "QueryRoot",
            "shop": {
                "__typename": "Shop",
                "id": "gid://shopify/Shop/1",
                "name": "沙箱小店",
                "myshopifyDomain": self.seller,
                "currencyCode": "CNY",
            },
            "orders": self._orders,
            "order": self._one,
            "locations": Rows([_place()]),
            "location": _place(),
            "productVariant": lambda args: _variant(_tail(args["id"])),
            "nodes": lambda args: [_variant(_tail(each)) for each in args["ids"]],
            "fulfillmentCreate": self._fulfil,
            "inventorySetQuantities": lambda args: self._stock(args["input"], trick),
        }

    def _orders(self, args: Fields) -> Rows:
        if not 1 <= int(args.get("first") or 0) <= MOST:
            raise Unknown("first must be between 1 and 250")
        by = {"UPDATED_AT": "modified", "CREATED_AT": "created"}.get(args.get("sortKey", ""))
        found = [order for order in self.orders if _fits(order, str(args.get("query") or ""))]
        found.sort(key=lambda order: (getattr(order, by or "created"), order.number))

        def mark(order: Order) -> str:
            at = _clock(getattr(order, by or "created"))
            return f"{at} {order.number}".encode().hex()  # in the order of what it says

        return Rows(found, mark, self._order)

    def _one(self, args: Fields) -> Fields | None:
        order = self.orders.get(_tail(args["id"]))
        return self._order(order) if order else None

    def _fulfil(self, args: Fields) -> Fields:
        """Some lines of a fulfilment order, or all that remain of it."""
        asked = args.get("fulfillment") or args["input"]
        tracking = asked.get("trackingInfo") or {}
        number = ""
        subs: list[str] = []
        try:
            for part in asked["lineItemsByFulfillmentOrder"]:
                number = _tail(part["fulfillmentOrderId"])
                subs += self._subs(number, part.get("fulfillmentOrderLineItems"))
            company = str(tracking.get("company") or "")
            order = self.ship(number, company, str(tracking.get("number") or ""), tuple(subs))
        except No as no:
            error = {"field": ["fulfillment"], "message": _words(no)}
            return {"fulfillment": None, "userErrors": [error]}
        return {"fulfillment": _fulfilments(order)[-1], "userErrors": []}

    def _subs(self, number: str, given: list[Fields] | None) -> list[str]:
        order = self.orders.get(number)
        if order is None:
            raise No("absent")
        left = {line.sub: line.quantity for line in order.lines if not line.tracking}
        wanted = {_tail(one["id"]): int(one["quantity"]) for one in given or ()} or left
        if not wanted.items() <= left.items():
            raise No("state")
        return list(wanted)

    def _stock(self, asked: Fields, trick: Trick) -> Fields:
        rows = asked["quantities"]
        if len(rows) > MOST:
            raise Unknown("The input array size of quantities is too big")
        if trick.is_("part"):
            error = {"field": ["input", "quantities", "0"], "message": "not found"}
            told = {**error, "code": "INVALID_INVENTORY_ITEM"}
            return {"inventoryAdjustmentGroup": None, "userErrors": [told]}
        for row in rows:
            self.shelf[self._ware(_tail(row["inventoryItemId"]))] = int(row["quantity"])
        group = {"id": "gid://shopify/InventoryAdjustmentGroup/1", "reason": asked["reason"]}
        return {"inventoryAdjustmentGroup": group, "userErrors": []}

    def _ware(self, sku: str) -> str:
        """Both numbers of what is counted under one."""
        lines = (line for order in self.orders for line in order.lines)
        return next((f"{line.item}:{sku}" for line in lines if line.sku_id == sku), f":{sku}")

    def _order(self, order: Order) -> Fields:
        paid = bool(order.paid_at)
        ended = {"cancelledAt": "cancelled", "closedAt": "completed"}
        times = {name: order.modified if order.state == at else 0 for name, at in ended.items()}
        return {
            "__typename": "Order",
            "id": f"gid://shopify/Order/{order.number}",
            "legacyResourceId": order.number,
            "name": f"#{order.number[-4:]}",
            "createdAt": _clock(order.created),
            "processedAt": _clock(order.paid_at or order.created),
            "updatedAt": _clock(order.modified),
            **{name: _clock(at) if at else None for name, at in times.items()},
            "closed": order.state == "completed",
            "cancelReason": "CUSTOMER" if order.state == "cancelled" else None,
            "test": False,
            "note": order.note or None,
            "tags": [],
            "email": f"{order.buyer}@example.com",
            "phone": order.phone,
            "currencyCode": "CNY",
            "presentmentCurrencyCode": "CNY",
            "displayFinancialStatus": _financial(order),
            "displayFulfillmentStatus": _shipping(order),
            "paymentGatewayNames": ["alipay"] if paid else [],
            "taxesIncluded": True,
            "sourceName": "web",
            "discountCodes": [],
            "risk": {"recommendation": "ACCEPT", "assessments": []},
            "transactions": _transactions(order),
            "shippingLines": Rows([_freight(order)]),
            "customer": {
                "__typename": "Customer",
                "id": f"gid://shopify/Customer/{order.buyer.rpartition('-')[2]}",
                "displayName": order.name,
            },
            "shippingAddress": _address(order),
            "billingAddress": _address(order),
            "lineItems": Rows([_line(line) for line in order.lines]),
            "fulfillmentOrders": Rows([_todo(order)]),
            "fulfillments": _fulfilments(order),
            "refunds": [],
            "returns": Rows([]),
            **_amounts(order),
        }


def _amounts(order: Order) -> Fields:
    goods = sum(line.paid for line in order.lines)
    taken = sum(line.off + line.share for line in order.lines)
    back = order.total if order.state == "refunded" else 0
    return {
        "totalPriceSet": _money(order.total),
        "currentTotalPriceSet": _money(order.total),
        "subtotalPriceSet": _money(goods),
        "totalShippingPriceSet": _money(order.freight),
        "totalDiscountsSet": _money(taken),
        "totalTaxSet": _money(0),
        "totalTipReceivedSet": _money(0),
        "originalTotalDutiesSet": None,
        "originalTotalAdditionalFeesSet": None,
        "totalReceivedSet": _money(order.total if order.paid_at else 0),
        "totalRefundedSet": _money(back),
    }


def _transactions(order: Order) -> list[Fields]:
    if not order.paid_at:
        return []
    gid = f"gid://shopify/OrderTransaction/{order.number}"
    made = {"id": gid, "kind": "SALE", "status": "SUCCESS", "gateway": "alipay"}
    return [{**made, "processedAt": _clock(order.paid_at), "amountSet": _money(order.total)}]


def _freight(order: Order) -> Fields:
    price = _money(order.freight)
    told = {
        "title": "快递",
        "code": "standard",
        "id": f"gid://shopify/ShippingLine/{order.number}",
    }
    return {**told, "originalPriceSet": price, "discountedPriceSet": price}


def _line(line: Line) -> Fields:
    ware = {"__typename": "Product", "id": f"gid://shopify/Product/{line.item}"}
    left = 0 if line.tracking else line.quantity
    return {
        "__typename": "LineItem",
        "id": f"gid://shopify/LineItem/{line.sub}",
        "name": line.title,
        "title": line.title,
        "variantTitle": None,
        "sku": line.code,
        "quantity": line.quantity,
        "currentQuantity": line.quantity,
        "unfulfilledQuantity": left,
        "requiresShipping": True,
        "taxable": True,
        "vendor": "沙箱小店",
        "isGiftCard": False,
        "product": ware,
        "variant": _variant(line.sku_id),
        "originalUnitPriceSet": _money(line.price),
        "originalTotalSet": _money(line.price * line.quantity),
        "discountedTotalSet": _money(line.price * line.quantity - line.off),
        "discountAllocations": list(_allocations(line)),
        "taxLines": [],
    }


def _allocations(line: Line) -> list[Fields]:
    """What was taken off it alone, and its part of what was taken off all."""
    given = {"EACH": line.off, "ACROSS": line.share}
    return [
        {
            "allocatedAmountSet": _money(fen),
            "discountApplication": {
                "__typename": "ManualDiscountApplication",
                "allocationMethod": how,
                "targetType": "LINE_ITEM",
                "targetSelection": "ALL" if how == "ACROSS" else "EXPLICIT",
            },
        }
        for how, fen in given.items()
        if fen
    ]


def _variant(number: str) -> Fields:
    item = {"__typename": "InventoryItem", "id": f"gid://shopify/InventoryItem/{number}"}
    gid = f"gid://shopify/ProductVariant/{number}"
    return {"__typename": "ProductVariant", "id": gid, "inventoryItem": item}


def _place() -> Fields:
    return {
        "__typename": "Location",
        "id": "gid://shopify/Location/1",
        "name": "仓",
        "isActive": True,
    }


def _todo(order: Order) -> Fields:
    """What is still to be sent, of the one place that the shop sends from."""
    left = [line for line in order.lines if not line.tracking]
    status = "ON_HOLD" if order.state == "on-hold" else "OPEN" if left else "CLOSED"
    lines = [
        {
            "id": f"gid://shopify/FulfillmentOrderLineItem/{line.sub}",
            "totalQuantity": line.quantity,
            "remainingQuantity": 0 if line.tracking else line.quantity,
            "lineItem": _line(line),
        }
        for line in order.lines
    ]
    return {
        "__typename": "FulfillmentOrder",
        "id": f"gid://shopify/FulfillmentOrder/{order.number}",
        "status": status,
        "lineItems": Rows(lines),
        "assignedLocation": {"name": "仓", "location": _place()},
    }


def _fulfilments(order: Order) -> list[Fields]:
    numbers = dict.fromkeys(line.tracking for line in order.lines if line.tracking)
    return [
        {
            "__typename": "Fulfillment",
            "id": f"gid://shopify/Fulfillment/{order.number}{no}",
            "status": "SUCCESS",
            "createdAt": _clock(order.modified),
            "trackingInfo": [{"number": number, "company": order.carrier, "url": None}],
            "fulfillmentLineItems": Rows(
                [
                    {"id": line.sub, "quantity": line.quantity, "lineItem": _line(line)}
                    for line in order.lines
                    if line.tracking == number
                ]
            ),
        }
        for no, number in enumerate(numbers, 1)
    ]


def _address(order: Order) -> Fields:
    province, city, district, address = order.place
    return {
        "__typename": "MailingAddress",
        "name": order.name,
        "firstName": order.name[1:],
        "lastName": order.name[0],
        "company": None,
        "phone": order.phone,
        "address1": address,
        "address2": district,
        "city": city,
        "province": province,
        "provinceCode": None,
        "zip": "000000",
        "country": "China",
        "countryCodeV2": "CN",
    }


def _money(fen: int) -> Fields:
    bag = {"__typename": "MoneyV2", "amount": yuan(fen), "currencyCode": "CNY"}
    return {"__typename": "MoneyBag", "shopMoney": bag, "presentmentMoney": bag}


def _financial(order: Order) -> str:
    if order.state == "refunded":
        return "REFUNDED"
    return "PAID" if order.paid_at else "PENDING"


def _shipping(order: Order) -> str:
    if order.state in FULFILLED:
        return "FULFILLED"
    return {"on-hold": "ON_HOLD", "partly": "PARTIALLY_FULFILLED"}.get(order.state, "UNFULFILLED")


def _fits(order: Order, query: str) -> bool:
    """Whether it is what a search asks for; other words than of its times are left aside."""
    edges = {"updated_at": order.modified, "created_at": order.created}
    return all(
        TESTS[how](edges[name], datetime.fromisoformat(text).timestamp())
        for name, how, text in TERM.findall(query)
        if name in edges
    )


def _read(request: Request) -> Reader:
    asked = json.loads(request.body)
    return Reader(asked["query"], asked.get("variables") or {})


def _form(request: Request) -> Fields:
    """A form or JSON, as whoever asks likes."""
    if "json" in request.headers.get("content-type", ""):
        return dict(json.loads(request.body))
    return dict(parse_qsl(request.body.decode()))


def _news(order: Order) -> Fields:
    return {
        "id": int(order.number),
        "admin_graphql_api_id": f"gid://shopify/Order/{order.number}",
        "name": f"#{order.number[-4:]}",
        "updated_at": _clock(order.modified),
    }


def _cost(left: int) -> Fields:
    bucket = {"maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": 100.0}
    return {"cost": {"requestedQueryCost": 10, "actualQueryCost": 10, "throttleStatus": bucket}}


def _words(no: No) -> str:
    words = {"absent": "Fulfillment order does not exist."}
    return words.get(no.why, "Invalid fulfillment order line item quantity requested.")


def _tail(gid: str) -> str:
    return gid.rpartition("/")[2].partition("?")[0]


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
