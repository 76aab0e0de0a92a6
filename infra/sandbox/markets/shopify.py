"""Shopify's Admin API as its documents tell it: GraphQL, a bucket of points, signed webhooks."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from operator import ge, gt, le, lt
from typing import Any
from urllib.parse import parse_qsl, urlencode

from infra.sandbox.book import yuan
from infra.sandbox.markets.graphql import Reader, Rows, Unknown
from infra.sandbox.markets.market import Market
from infra.sandbox.markets.orders import Line, Order
from infra.sandbox.markets.refunds import Refund
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import Notice
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No, Tokens

PATH = re.compile(r"/admin/api/\d{4}-(01|04|07|10)/graphql\.json")
TERM = re.compile(r"(\w+):(>=|<=|>|<)?'?([^'\s]+)'?")
MOST, LIFE = 250, 86_399
FULFILLED = ("shipped", "signed", "completed")
STATUSES = {
    "asked": "REQUESTED",
    "agreed": "OPEN",
    "refused": "DECLINED",
    "done": "CLOSED",
    "closed": "CANCELED",
}
DECLINES = ("FINAL_SALE", "OTHER", "RETURN_PERIOD_ENDED")
TESTS = {">=": ge, "<=": le, ">": gt, "<": lt}
CALLS = {
    "orders": "list",
    "order": "order",
    "fulfillmentCreate": "ship",
    "inventorySetQuantities": "stock",
    "node": "refund",
    "returnApproveRequest": "decide",
    "returnDeclineRequest": "decide",
}
Fields = dict[str, Any]


class Shopify(Market):
    name = "shopify"
    app_key, app_secret = "sandbox-client-id", "hush-sandbox-client-secret"
    seller = "sandbox.myshopify.com"
    pushes = True
    holds_refunds = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.refunds.agreed = "agreed"  # that goods may come back; the money is another thing

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
        if request.path.startswith("/admin/oauth/"):
            return self._oauth(request)
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

    def _oauth(self, request: Request) -> Answer:
        doing = (request.method, request.path.removeprefix("/admin/oauth/"))
        if doing == ("POST", "access_token"):
            return said(self._token(_form(request)))
        if doing == ("GET", "authorize"):
            return self._consent(dict(parse_qsl(request.query)))
        raise No("method")

    def proved(self, fields: Fields) -> str:
        """The HMAC of what comes back with the merchant from the page of consent."""
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
        return hmac.new(self.app_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    def _consent(self, asked: Fields) -> Answer:
        """Every merchant agrees, and goes back with a code."""
        if asked.get("client_id") != self.app_key:
            raise No("sign")
        told = {"code": f"code-{int(self.now)}", "shop": self.seller, "timestamp": int(self.now)}
        told |= {"state": asked["state"]}
        query = urlencode({**told, "hmac": self.proved(told)})
        return Answer(302, b"", {"Location": f"{asked['redirect_uri']}?{query}"})

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
            "node": self._node,
            "returnApproveRequest": lambda args: self._decide(args["input"], agree=True),
            "returnDeclineRequest": self._decline,
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

    def _node(self, args: Fields) -> Fields | None:
        """Whatever has an id, of what is asked for by it: a return or a refund."""
        one = self.refunds.by_number.get(_tail(args["id"]))
        if one is None:
            return None
        return self._refund(one) if "/Refund/" in args["id"] else self._return(one)

    def _decline(self, args: Fields) -> Fields:
        if args["input"]["declineReason"] not in DECLINES:
            raise Unknown("declineReason")
        return self._decide(args["input"], agree=False)

    def _decide(self, asked: Fields, *, agree: bool) -> Fields:
        number = _tail(asked["id"])
        try:
            one = self.refunds.decide(number, None, self.now, agree=agree)
        except No as no:
            words = {"moved": "Return status is invalid.", "no-refund": "Return does not exist."}
            error = {"field": ["input", "id"], "message": words[no.why], "code": "INVALID_STATE"}
            return {"return": None, "userErrors": [error]}
        return {"return": self._return(one), "userErrors": []}

    def _return(self, one: Refund) -> Fields:
        """What a buyer wants to send back: there is one only of what was sent to him."""
        line, paid = one.line, [one] if one.stage == "done" else []
        item = {"id": line.sub, "quantity": line.quantity, "lineItem": _line(line)}
        row = {
            "__typename": "ReturnLineItem",
            "id": f"gid://shopify/ReturnLineItem/{one.number}",
            "quantity": line.quantity,
            "returnReason": "UNWANTED",
            "returnReasonNote": "",
            "customerNote": "不想要了",
            "fulfillmentLineItem": item,
        }
        return {
            "__typename": "Return",
            "id": f"gid://shopify/Return/{one.number}",
            "name": f"#{one.order.number[-4:]}-R1",
            "status": STATUSES[one.stage],
            "createdAt": _clock(one.created),
            "order": lambda _: self._order(one.order),
            "returnLineItems": Rows([row]),
            "refunds": Rows([self._refund(each) for each in paid]),
        }

    def _refund(self, one: Refund) -> Fields:
        """Money that the merchant gave back, for a return or of himself."""
        line = one.line
        row = {
            "id": f"gid://shopify/RefundLineItem/{line.sub}",
            "quantity": line.quantity,
            "restockType": "RETURN" if line.tracking else "CANCEL",
            "lineItem": _line(line),
            "subtotalSet": _money(line.paid),
            "totalTaxSet": _money(0),
        }
        return {
            "__typename": "Refund",
            "id": f"gid://shopify/Refund/{one.number}",
            "createdAt": _clock(one.modified),
            "updatedAt": _clock(one.modified),
            "note": "",
            "order": lambda _: self._order(one.order),
            "return": (lambda _: self._return(one)) if line.tracking else None,
            "refundLineItems": Rows([row]),
            "totalRefundedSet": _money(line.paid),
        }

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
            "refunds": [self._refund(one) for one in self.refunds.of(order, "done")],
            "returns": Rows(
                [self._return(one) for one in self.refunds.of(order) if one.line.tracking]
            ),
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
    left = 0 if line.tracking or line.refund == "done" else line.quantity
    return {
        "__typename": "LineItem",
        "id": f"gid://shopify/LineItem/{line.sub}",
        "name": line.title,
        "title": line.title,
        "variantTitle": None,
        "sku": line.code,
        "quantity": line.quantity,
        "currentQuantity": 0 if line.refund == "done" else line.quantity,
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
        "discountedUnitPriceAfterAllDiscountsSet": _money(round(line.paid / line.quantity)),
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
    if any(line.refund == "done" for line in order.lines):
        return "PARTIALLY_REFUNDED"
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
