"""Shopify: what goes out byte by byte, what its answers and pushes mean."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from shared.domain.content import Mark, PaymentState
from shared.domain.errors import Fault
from shared.domain.platform import Ask, Stage, State
from shared.gateways.channels import shopify, shopify_reading
from shared.gateways.channels.port import (
    By,
    Incoming,
    RefundRef,
    Rejected,
    Sent,
    Shipment,
    Stocked,
    Why,
    Window,
)
from shared.gateways.channels.shopify_queries import QUERIES
from shared.gateways.talk import Forged, Unclear
from shared.gateways.web import Answer
from tests.support import wire
from tests.support.wire import NOW, answer, saying

SHOP = shopify.Shopify()
DOMAIN = "quill-pens.myshopify.com"
LINK = wire.link("shopify", app_key="client", seller=DOMAIN, secrets={"app_secret": "hush"})
WINDOW = Window("2026-11-22T03:00:00.000+00:00", "2026-11-22T03:30:00.000+00:00")
ORDER = "gid://shopify/Order/"
LINE = "gid://shopify/LineItem/"


def money(amount: str, paid: str = "") -> dict[str, Any]:
    """In the shop's own currency, and what the buyer saw."""
    return {
        "shopMoney": {"amount": amount, "currencyCode": "USD"},
        "presentmentMoney": {"amount": paid or amount, "currencyCode": "EUR"},
    }


def off(amount: str, method: str) -> dict[str, Any]:
    return {
        "allocatedAmountSet": money(amount),
        "discountApplication": {"allocationMethod": method, "targetSelection": "ALL"},
    }


def line(no: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{LINE}{no}", "sku": "PEN-RED", "title": "Pen", "variantTitle": "Red",
        "quantity": 3, "currentQuantity": 3, "unfulfilledQuantity": 3, "isGiftCard": False,
        "taxable": True, "requiresShipping": True, "vendor": "Quill",
        "product": {"id": "gid://shopify/Product/632"},
        "variant": {"id": "gid://shopify/ProductVariant/808"},
        "originalUnitPriceSet": money("10.0", "9.2"), "originalTotalSet": money("30.0", "27.6"),
        "discountAllocations": [off("3.0", "EACH"), off("2.7", "ACROSS")],
    } | changes  # fmt: skip


def nodes(*rows: Any, after: str = "") -> dict[str, Any]:
    page = {"hasNextPage": bool(after), "endCursor": after or None}
    return {"nodes": list(rows), "pageInfo": page}


def order(**changes: Any) -> dict[str, Any]:
    """As Shopify documents an order, with every field that we ask for."""
    custom = line(
        12, sku=None, title="Engraving", variantTitle=None, quantity=1, product=None, variant=None,
        originalUnitPriceSet=money("5.5"), originalTotalSet=money("5.5"), discountAllocations=[],
        requiresShipping=False,
    )  # fmt: skip
    return {
        "id": f"{ORDER}450789469", "name": "#1001", "createdAt": "2026-11-22T03:00:01Z",
        "processedAt": "2026-11-22T03:00:00Z", "updatedAt": "2026-11-22T03:05:02Z",
        "cancelledAt": None, "closedAt": None, "cancelReason": None, "sourceName": "web",
        "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "UNFULFILLED",
        "currencyCode": "USD", "presentmentCurrencyCode": "EUR", "taxesIncluded": False,
        "note": "Ring twice", "tags": ["vip", "spring"], "phone": "+15550100", "test": False,
        "discountCodes": ["TEN"], "paymentGatewayNames": ["shopify_payments"],
        "customer": {"id": "gid://shopify/Customer/207", "displayName": "Ada Quill"},
        "shippingAddress": {
            "name": "Ada Quill", "company": None, "phone": None, "address1": "7 Mill Lane",
            "address2": "Flat 2", "city": "Ottawa", "province": "Ontario", "country": "Canada",
            "countryCodeV2": "CA", "zip": "K2P0V6"},
        "shippingLines": {"nodes": [{"title": "Courier", "code": "STD",
                                     "discountedPriceSet": money("4.0")}]},
        "totalPriceSet": money("37.3"), "totalTaxSet": money("2.5"),
        "totalDiscountsSet": money("5.7"), "totalTipReceivedSet": money("1.0"),
        "originalTotalDutiesSet": None, "originalTotalAdditionalFeesSet": None,
        "transactions": [
            {"kind": "AUTHORIZATION", "status": "SUCCESS", "processedAt": "2026-11-22T03:00:02Z"},
            {"kind": "CAPTURE", "status": "FAILURE", "processedAt": "2026-11-22T03:00:03Z"},
            {"kind": "CAPTURE", "status": "SUCCESS", "processedAt": "2026-11-22T03:00:04Z"}],
        "risk": {"recommendation": "ACCEPT"}, "lineItems": nodes(line(11), custom),
    } | changes  # fmt: skip


WENT = {
    "id": "number", "updatedAt": "version", "processedAt": "placed_at", "name": "extra.name",
    "cancelledAt": "state", "closedAt": "state", "displayFinancialStatus": "state",
    "displayFulfillmentStatus": "state", "currencyCode": "currency", "note": "notes.buyer",
    "cancelReason": "extra.cancel_reason", "sourceName": "extra.source",
    "presentmentCurrencyCode": "extra.paid_in", "taxesIncluded": "tax", "tags": "tags",
    "phone": "receiver.phone", "discountCodes": "extra.codes", "paymentGatewayNames": "payment",
    "customer.id": "buyer.id", "customer.displayName": "buyer.name",
    **{f"shippingAddress.{name}": "receiver" for name in (
        "name", "company", "phone", "address1", "address2", "city", "province", "country", "zip")},
    "shippingAddress.countryCodeV2": "extra.country", "totalPriceSet": "total",
    "shippingLines.nodes.discountedPriceSet": "freight", "totalTaxSet": "tax",
    "totalTipReceivedSet": "fee", "originalTotalDutiesSet": "fee",
    "originalTotalAdditionalFeesSet": "fee", "transactions.kind": "paid_at",
    "transactions.status": "paid_at", "transactions.processedAt": "paid_at",
    "risk.recommendation": "marks", "lineItems.nodes.id": "lines.sub",
    "lineItems.nodes.sku": "lines.sku", "lineItems.nodes.title": "lines.title",
    "lineItems.nodes.variantTitle": "lines.title", "lineItems.nodes.quantity": "lines.quantity",
    "lineItems.nodes.product.id": "lines.shop_sku", "lineItems.nodes.product": "a line by hand",
    "lineItems.nodes.variant.id": "lines.shop_sku", "lineItems.nodes.variant": "a line by hand",
    "lineItems.nodes.originalUnitPriceSet": "lines.unit_price",
    "lineItems.nodes.originalTotalSet": "lines.amount",
    "lineItems.nodes.discountAllocations": "nothing was taken off",
    "lineItems.nodes.discountAllocations.allocatedAmountSet": "lines.discount, lines.share",
    "lineItems.nodes.discountAllocations.discountApplication.allocationMethod": "which of both",
    "lineItems.pageInfo.hasNextPage": "the next lines",
    "lineItems.pageInfo.endCursor": "the next lines",
}  # fmt: skip
"""Where each field of an order goes."""
LEFT = {
    "createdAt": "processedAt is when it was placed", "test": "a test order is one",
    "totalDiscountsSet": "in the lines and the freight", "shippingLines.nodes.title": "a name",
    "shippingLines.nodes.code": "a name", "lineItems.nodes.vendor": "a name",
    "lineItems.nodes.currentQuantity": "refunds tell what was taken away",
    "lineItems.nodes.unfulfilledQuantity": "we know what we sent",
    "lineItems.nodes.isGiftCard": "has no weight", "lineItems.nodes.taxable": "in totalTaxSet",
    "lineItems.nodes.requiresShipping": "our items say it",
    "lineItems.nodes.discountAllocations.discountApplication.targetSelection": "as its method",
}  # fmt: skip
"""Why a field goes nowhere; what came is kept whole beside the order all the same."""


def fields(document: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in document.items():
        rows = value if isinstance(value, list) else [value]
        inside = [row for row in rows if isinstance(row, dict) and "shopMoney" not in row]
        if not inside:
            yield f"{path}{name}"
        for row in inside:
            yield from fields(row, f"{path}{name}.")


def data(**documents: Any) -> dict[str, Any]:
    return {"data": documents}


def read(document: dict[str, Any]) -> Any:
    return SHOP.order(saying(data(order=document)), LINK, "450789469")


def variables(request: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.body)["variables"]
    return found


def test_every_field_of_an_order_goes_somewhere_or_is_left_aside_for_a_reason() -> None:
    assert set(fields(order())) == WENT.keys() | LEFT.keys()
    assert json.loads(read(order()).raw) == order()


def test_every_field_that_is_asked_for_is_in_the_example() -> None:
    asked = set(re.findall(r"[a-z]\w+", QUERIES["order"].partition("{")[2]))
    known = {part for name in (*WENT, *LEFT) for part in name.split(".")}

    assert asked - known == {"order", "first", "shopMoney", "amount"}


def test_a_whole_order_is_read_in_the_shops_currency_and_without_a_fault() -> None:
    found = read(order())
    content = wire.taken(found)

    assert (found.number, found.version, found.state) == (
        "450789469",
        1795316702000,
        State.READY,
    )
    assert content.currency == "USD"
    assert content.paid_at == "2026-11-22T03:00:04.000+00:00"
    pen, custom = content.lines
    assert (pen.sub, pen.sku, pen.shop_sku, pen.title) == ("11", "PEN-RED", "632:808", "Pen / Red")
    assert (pen.amount, pen.discount, pen.sale, pen.share, pen.paid) == (
        3000, 300, 2700, 270, 2430,
    )  # fmt: skip
    assert (custom.sku, custom.shop_sku, custom.paid) == ("custom-12", "", 550)
    sums = content.amounts
    assert (sums.freight, sums.tax, sums.fee, sums.total) == (400, 250, 100, 3730)
    to = content.receiver
    assert (to.name, to.phone, to.province, to.city) == (
        "Ada Quill", "+15550100", "Ontario", "Ottawa",
    )  # fmt: skip
    assert (to.address, to.postcode) == ("7 Mill Lane Flat 2", "K2P0V6")
    assert (content.buyer.id, content.tags) == ("207", ("vip", "spring"))
    assert content.extra is not None
    assert (content.extra["name"], content.extra["paid_in"]) == ("#1001", "EUR")


def test_tax_that_is_in_the_prices_is_not_added() -> None:
    assert (
        wire.taken(read(order(taxesIncluded=True, totalPriceSet=money("34.8")))).amounts.tax == 0
    )


def test_the_lines_of_a_long_order_are_read_page_by_page() -> None:
    first = order(lineItems=nodes(line(11), after="c1"))
    asked = saying(data(order=first), data(order={"lineItems": nodes(line(12))}))

    found = SHOP.order(asked, LINK, "450789469")

    assert [each["sub"] for each in found.document["lines"]] == ["11", "12"]
    assert variables(asked.sent[1]) == {"id": f"{ORDER}450789469", "after": "c1"}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.READY),
        ({"displayFinancialStatus": "PENDING"}, State.PENDING),
        ({"displayFinancialStatus": "AUTHORIZED"}, State.PENDING),
        ({"displayFinancialStatus": "PARTIALLY_PAID"}, State.PENDING),
        ({"displayFinancialStatus": "PARTIALLY_REFUNDED"}, State.READY),
        ({"displayFinancialStatus": "VOIDED"}, State.CANCELLED),
        ({"displayFinancialStatus": "EXPIRED"}, State.CANCELLED),
        ({"displayFinancialStatus": "REFUNDED"}, State.REFUNDED),
        ({"displayFulfillmentStatus": "ON_HOLD"}, State.ON_HOLD),
        ({"displayFulfillmentStatus": "SCHEDULED"}, State.ON_HOLD),
        ({"displayFulfillmentStatus": "IN_PROGRESS"}, State.READY),
        ({"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}, State.PARTLY),
        ({"displayFulfillmentStatus": "FULFILLED"}, State.SHIPPED),
        ({"closedAt": "2026-11-22T04:00:00Z"}, State.COMPLETED),
        ({"cancelledAt": "2026-11-22T04:00:00Z"}, State.CANCELLED),
    ],
    ids=str,
)
def test_each_status_is_a_state(changes: dict[str, Any], state: State) -> None:
    assert read(order(**changes)).state is state


def test_cash_on_delivery_is_shipped_before_it_is_paid() -> None:
    found = read(order(
        displayFinancialStatus="PENDING", paymentGatewayNames=["Cash on Delivery (COD)"],
        transactions=[]))  # fmt: skip
    payment = wire.taken(found).payment

    assert (found.state, payment.cod, payment.state) == (State.READY, True, PaymentState.UNPAID)


def test_an_order_that_shopify_mistrusts_is_marked() -> None:
    assert wire.taken(read(order(risk={"recommendation": "INVESTIGATE"}))).marks == (Mark.RISK,)


def test_a_window_is_searched_for_and_gives_numbers_and_times() -> None:
    seen = {"id": f"{ORDER}450789469", "updatedAt": "2026-11-22T03:05:02Z"}
    asked = saying(data(orders=nodes(seen, after="c2")), data(orders=nodes()))

    first = SHOP.pull(asked, LINK, WINDOW)
    second = SHOP.pull(asked, LINK, Window(WINDOW.start, WINDOW.end, By.CREATED), first.cursor)

    sent = asked.sent[0]
    assert sent.url == f"https://{DOMAIN}/admin/api/{shopify.VERSION}/graphql.json"
    assert sent.headers["X-Shopify-Access-Token"] == "tok"
    assert variables(sent) == {
        "first": 250,
        "query": "updated_at:>='2026-11-22T03:00:00Z' AND updated_at:<'2026-11-22T03:30:00Z'",
        "sort": "UPDATED_AT",
        "after": None,
    }
    assert (variables(asked.sent[1])["after"], variables(asked.sent[1])["sort"]) == (
        "c2",
        "CREATED_AT",
    )
    assert [(ref.number, ref.version) for ref in first.items] == [("450789469", 1795316702000)]
    assert (first.cursor, second.cursor) == ("c2", "")


def refused(code: str) -> dict[str, Any]:
    return {"errors": [{"message": "no", "extensions": {"code": code}}]}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        *((Answer(status, {}, b""), why) for status, why in shopify.HTTP.items()),
        *((refused(code), why) for code, why in shopify.WHYS.items()),
        ({"errors": "Not Found"}, Why.REFUSED),
        (refused("undefinedField"), Why.REFUSED),
        (data(order=None), Why.ABSENT),
    ],
    ids=str,
)
def test_each_refusal_has_its_meaning(told: Any, why: Why) -> None:
    with pytest.raises(Rejected) as no:
        SHOP.order(saying(told), LINK, "1")

    assert no.value.why is why


def test_an_empty_bucket_says_how_long_it_takes_to_fill() -> None:
    bucket = {"maximumAvailable": 2000, "currentlyAvailable": 20, "restoreRate": 100}
    cost = {"requestedQueryCost": 270, "throttleStatus": bucket}

    with pytest.raises(Rejected) as no:
        SHOP.order(saying(refused("THROTTLED") | {"extensions": {"cost": cost}}), LINK, "1")

    assert (no.value.why, no.value.wait) == (Why.LIMITED, 2.5)


def test_what_shopify_failed_at_or_what_does_not_read_is_unclear() -> None:
    for told in (refused("INTERNAL_SERVER_ERROR"), Answer(200, {}, b"<html>"), {"x": 1}):
        with pytest.raises(Unclear):
            SHOP.order(saying(told), LINK, "1")


@pytest.mark.parametrize(
    ("code", "secrets", "body"),
    [
        ("c0de", {}, b"client_id=client&client_secret=hush&code=c0de"),
        ("", {}, b"client_id=client&client_secret=hush&grant_type=client_credentials"),
        (None, {"refresh_token": ""},
         b"client_id=client&client_secret=hush&grant_type=client_credentials"),
        (None, {},
         b"client_id=client&client_secret=hush&grant_type=refresh_token&refresh_token=again"),
    ],
    ids=("consent", "own-app", "own-app-again", "refresh"),
)  # fmt: skip
def test_tokens_come_by_consent_or_for_an_app_of_ones_own(
    code: str | None, secrets: dict[str, str], body: bytes
) -> None:
    to = wire.link("shopify", app_key="client", seller=DOMAIN,
                   secrets={"app_secret": "hush"} | secrets)  # fmt: skip
    asked = saying({"access_token": "shpat", "scope": "read_orders", "expires_in": 86399})

    tokens = SHOP.refresh(asked, to) if code is None else SHOP.exchange(asked, to, code)

    assert (tokens.access, tokens.seller) == ("shpat", DOMAIN)
    assert tokens.expires_at == "2026-11-23T03:31:06.000+00:00"
    assert asked.sent[0].url == f"https://{DOMAIN}/admin/oauth/access_token"
    assert (asked.sent[0].body, asked.sent[0].safe) == (body, False)


def test_a_token_by_consent_may_have_no_end() -> None:
    assert SHOP.exchange(saying({"access_token": "shpat"}), LINK, "c0de").expires_at == ""


@pytest.mark.parametrize(
    ("code", "error", "why"),
    [("c0de", "invalid_request", Why.EXPIRED), ("c0de", "invalid_client", Why.SIGNATURE),
     ("", "shop_not_permitted", Why.DENIED), ("", "other", Why.DENIED)],
)  # fmt: skip
def test_a_consent_that_is_not_granted_says_why(code: str, error: str, why: Why) -> None:
    with pytest.raises(Rejected) as no:
        SHOP.exchange(saying(answer({"error": error}, 400)), LINK, code)

    assert no.value.why is why


def test_the_page_of_consent_is_the_shops_own() -> None:
    url = SHOP.consent_url(LINK, "s t", "https://oms.example/back")

    assert url.startswith(f"https://{DOMAIN}/admin/oauth/authorize?client_id=client&scope=read_")
    assert url.endswith("&redirect_uri=https%3A%2F%2Foms.example%2Fback&state=s+t")


def division(no: int, place: str, *rows: tuple[int, int], status: str = "OPEN") -> dict[str, Any]:
    return {
        "id": f"gid://shopify/FulfillmentOrder/{no}",
        "status": status,
        "assignedLocation": {"location": {"id": place}},
        "lineItems": {
            "nodes": [
                {
                    "id": f"row-{no}-{of}",
                    "remainingQuantity": left,
                    "lineItem": {"id": f"{LINE}{of}"},
                }
                for of, left in rows
            ]
        },
    }


def divided(*divisions: dict[str, Any], told: tuple[tuple[str, int, int], ...] = ()) -> Any:
    done = [
        {
            "trackingInfo": [{"number": number}],
            "fulfillmentLineItems": {
                "nodes": [{"quantity": count, "lineItem": {"id": f"{LINE}{of}"}}]
            },
        }
        for number, of, count in told
    ]
    return data(order={"fulfillments": done, "fulfillmentOrders": {"nodes": list(divisions)}})


def shipment(*sent: tuple[int, int]) -> Shipment:
    lines = tuple(Sent(str(no), "632:808", count, False) for no, count in sent)
    return Shipment("450789469", "SF Express", "SF100", lines, False, True, "o-1")


FULFILLED = data(fulfillmentCreate={"fulfillment": {"id": "f"}, "userErrors": []})


def test_a_parcel_is_told_from_each_place_it_leaves() -> None:
    asked = saying(
        divided(
            division(1, "here", (11, 2)),
            division(2, "there", (11, 5), (12, 1)),
            division(3, "here", (12, 9), status="CLOSED"),
        ),
        FULFILLED,
        FULFILLED,
    )

    SHOP.ship(asked, LINK, shipment((11, 3), (12, 1)))

    here, there = (variables(sent)["fulfillment"] for sent in asked.sent[1:])
    assert here == {
        "lineItemsByFulfillmentOrder": [
            {
                "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1",
                "fulfillmentOrderLineItems": [{"id": "row-1-11", "quantity": 2}],
            }
        ],
        "trackingInfo": {"company": "SF Express", "number": "SF100"},
        "notifyCustomer": True,
    }
    assert there["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderLineItems"] == [
        {"id": "row-2-11", "quantity": 1},
        {"id": "row-2-12", "quantity": 1},
    ]
    assert [sent.safe for sent in asked.sent] == [True, False, False]


def test_what_was_told_under_the_same_number_is_not_told_again() -> None:
    whole = divided(told=(("SF100", 11, 3),))
    half = divided(division(1, "here", (11, 1)), told=(("SF100", 11, 2), ("SF099", 11, 4)))
    asked = saying(half, FULFILLED)

    SHOP.ship(asked, LINK, shipment((11, 3)))
    with pytest.raises(Rejected) as no:
        SHOP.ship(saying(whole), LINK, shipment((11, 3)))

    parts = variables(asked.sent[1])["fulfillment"]["lineItemsByFulfillmentOrder"]
    assert parts[0]["fulfillmentOrderLineItems"] == [{"id": "row-1-11", "quantity": 1}]
    assert no.value.why is Why.DONE


@pytest.mark.parametrize("status", ["ON_HOLD", "CANCELLED"])
def test_what_shopify_does_not_let_go_is_not_told(status: str) -> None:
    asked = saying(divided(division(1, "here", (11, 3), status=status)))

    with pytest.raises(Rejected) as no:
        SHOP.ship(asked, LINK, shipment((11, 3)))

    assert (no.value.why, len(asked.sent)) == (Why.STATE, 1)


def test_a_fulfillment_that_is_refused_says_why() -> None:
    told = data(fulfillmentCreate={"userErrors": [{"field": None, "message": "closed"}]})

    with pytest.raises(Rejected, match="closed"):
        SHOP.ship(saying(divided(division(1, "h", (11, 1))), told), LINK, shipment((11, 1)))


def variant(no: int) -> dict[str, Any]:
    return {"id": f"gid://shopify/ProductVariant/{no}", "inventoryItem": {"id": f"item-{no}"}}


def test_stock_is_set_at_the_first_location_without_those_that_are_refused() -> None:
    wares = [Stocked(f"632:{no}", "A", 1, "i") for no in ("1", "2", "3", "by hand")]
    wrong = {
        "code": "ITEM_NOT_STOCKED_AT_LOCATION",
        "field": ["input", "quantities", "1", "locationId"],
        "message": "no",
    }
    asked = saying(
        data(location={"id": "here"}, nodes=[variant(1), variant(2), None]),
        data(inventorySetQuantities={"userErrors": [wrong]}),
        data(inventorySetQuantities={"userErrors": []}),
    )

    told = SHOP.put_stock(asked, LINK, wares)

    first, again = (variables(sent) for sent in asked.sent[1:])
    assert first["input"]["quantities"][0] == {
        "inventoryItemId": "item-1",
        "locationId": "here",
        "quantity": 1,
        "changeFromQuantity": None,
    }
    assert [row["inventoryItemId"] for row in again["input"]["quantities"]] == ["item-1"]
    assert first["key"] != again["key"]
    codes = {code: no.code if no else "" for code, no in told.items()}
    assert codes == {
        "632:1": "",
        "632:2": "ITEM_NOT_STOCKED_AT_LOCATION",
        "632:3": "no-variant",
        "632:by hand": "no-variant",
    }


def test_a_refusal_of_no_one_article_is_one_of_the_call() -> None:
    told = data(inventorySetQuantities={"userErrors": [{"field": None, "message": "closed"}]})
    asked = saying(data(location={"id": "here"}, nodes=[variant(1)]), told)

    with pytest.raises(Rejected, match="closed"):
        SHOP.put_stock(asked, LINK, [Stocked("632:1", "A", 1, "i")])


OF = {"id": f"{ORDER}450789469", "updatedAt": "2026-11-22T03:05:02Z"}


def going_back(status: str, *paid: dict[str, Any]) -> dict[str, Any]:
    """Two of three for ten yuan each, less one yuan off all three."""
    off = [{"allocatedAmountSet": money("0.5")}] * 2
    sold = {"quantity": 3, "originalTotalSet": money("30"), "discountAllocations": off}
    item = {"id": f"{LINE}11", **sold}
    row = {
        "quantity": 2, "returnReasonNote": "", "customerNote": "Too red",
        "fulfillmentLineItem": {"lineItem": item},
    }  # fmt: skip
    return {
        "id": "gid://shopify/Return/5", "status": status, "createdAt": "2026-11-22T03:04:00Z",
        "order": OF, "returnLineItems": {"nodes": [row, {}]}, "refunds": nodes(*paid),
    }  # fmt: skip


def paid_back(*lines: int) -> dict[str, Any]:
    rows = [
        {
            "quantity": 1,
            "restockType": "RETURN" if no == 11 else "CANCEL",
            "lineItem": {"id": f"{LINE}{no}"},
            "subtotalSet": money("8.1"),
            "totalTaxSet": money("0.9"),
        }
        for no in lines
    ]
    return {
        "id": "gid://shopify/Refund/6", "createdAt": "2026-11-22T03:04:00Z", "note": "Sorry",
        "order": OF, "totalRefundedSet": money("20.0"), "refundLineItems": nodes(*rows),
        "return": None,
    }  # fmt: skip


def test_returns_and_refunds_are_one_for_each_line() -> None:
    seen = OF | {
        "returns": {"nodes": [going_back("REQUESTED")]},
        "refunds": [
            paid_back(11, 12),
            paid_back(),
            paid_back(11) | {"return": {"id": "gid://shopify/Return/5"}},
        ],
    }

    page = SHOP.refunds(saying(data(orders=nodes(seen))), LINK, WINDOW)

    assert [ref.number for ref in page.items] == [
        "return-5-11",
        "refund-6-11",
        "refund-6-12",
        "refund-6",
    ]


@pytest.mark.parametrize(("status", "stage"), shopify_reading.STAGES.items())
def test_each_status_of_a_return_is_a_stage(status: str, stage: Stage) -> None:
    asked = saying(data(node=going_back(status, *[paid_back(12, 11)] * 2)))

    found = SHOP.refund(asked, LINK, RefundRef("return-5-11", 0))

    assert variables(asked.sent[0]) == {"id": "gid://shopify/Return/5"}
    assert (found.ask, found.stage, found.shipped) == (Ask.RETURN, stage, True)
    assert (found.order, found.sub, found.quantity) == ("450789469", "11", 2)
    assert found.fen == (1800 if stage is Stage.DONE else 1933)
    assert found.reason == "Too red"


def test_a_return_that_ended_without_any_money_was_closed() -> None:
    asked = saying(data(node=going_back("CLOSED", paid_back(12))))

    found = SHOP.refund(asked, LINK, RefundRef("return-5-11", 0))

    assert (found.stage, found.fen) == (Stage.CLOSED, 1933)


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("refund-6-11", (Ask.RETURN, "11", 1, 900, True)),
        ("refund-6-12", (Ask.REFUND, "12", 1, 900, False)),
        ("refund-6", (Ask.RETURN, "", 0, 2000, True)),
    ],
)
def test_a_refund_says_what_of_the_order_was_paid_back(number: str, found: Any) -> None:
    read = SHOP.refund(saying(data(node=paid_back(11, 12))), LINK, RefundRef(number, 0))

    assert (read.ask, read.sub, read.quantity, read.fen, read.shipped) == found
    assert (read.stage, read.version) == (Stage.DONE, 1795316702000)


@pytest.mark.parametrize(
    ("agree", "name", "given"),
    [
        (True, "returnApproveRequest", {"id": "gid://shopify/Return/5"}),
        (False, "returnDeclineRequest", {"id": "gid://shopify/Return/5",
                                         "declineReason": "OTHER", "declineNote": "worn"}),
    ],
)  # fmt: skip
def test_a_return_that_a_buyer_asks_for_is_decided(
    agree: bool, name: str, given: dict[str, str]
) -> None:
    waits = data(node=going_back("REQUESTED"))
    asked = saying(waits, waits, data(**{name: {"userErrors": []}}))
    found = SHOP.refund(asked, LINK, RefundRef("return-5-11", 0))

    SHOP.decide(asked, LINK, found, agree, "worn")

    assert (variables(asked.sent[2]), asked.sent[2].safe) == ({"input": given}, False)


def test_a_return_is_decided_once_and_never_against_what_was_decided() -> None:
    waits, agreed = data(node=going_back("REQUESTED")), data(node=going_back("OPEN"))
    asked = saying(waits, agreed, agreed)
    found = SHOP.refund(asked, LINK, RefundRef("return-5-11", 0))

    SHOP.decide(asked, LINK, found, True, "")
    with pytest.raises(Rejected) as no:
        SHOP.decide(asked, LINK, found, False, "")

    assert no.value.why is Why.STATE


def heard(body: bytes, signature: str, topic: str = "orders/updated", **more: str) -> Incoming:
    headers = {"x-shopify-hmac-sha256": signature, "x-shopify-topic": topic}
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return Incoming("POST", {}, headers | {"x-shopify-shop-domain": DOMAIN} | named, body)


SIGNED = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="


@pytest.mark.parametrize(
    ("topic", "event", "orders"),
    [
        ("orders/updated", {"id": 450789469}, ["450789469"]),
        ("orders/delete", {"id": 1}, ["1"]),
        ("refunds/create", {"id": 6, "order_id": 1}, ["1"]),
        ("fulfillments/update", {"id": 7, "order_id": 1}, ["1"]),
        ("returns/request", {"id": 5, "order": {"admin_graphql_api_id": f"{ORDER}1"}}, ["1"]),
        ("customers/redact", {"shop_id": 9, "orders_to_redact": [1]}, []),
        ("products/update", {"id": 632}, []),
    ],
)
def test_a_push_hints_at_its_order(topic: str, event: dict[str, Any], orders: list[str]) -> None:
    body = json.dumps(event).encode()

    told = SHOP.hear(LINK, heard(body, shopify.digest("hush", body), topic), NOW)

    assert [hint.order for hint in told.hints] == orders


@pytest.mark.parametrize(
    ("incoming", "code"),
    [
        (heard(b'{"id":2}', SIGNED), "signature"),
        (heard(b'{"id":1}', ""), "signature"),
        (heard(b'{"id":1}', SIGNED, x_shopify_shop_domain="other.myshopify.com"), "shop"),
        (heard(b"[]", shopify.digest("hush", b"[]")), "body"),
    ],
    ids=("changed", "unsigned", "another shop's", "no object"),
)
def test_what_is_not_from_shopify_is_not_heard(incoming: Incoming, code: str) -> None:
    with pytest.raises(Forged, match=code):
        SHOP.hear(LINK, incoming, NOW)


def test_a_push_is_signed_over_its_bytes() -> None:
    assert shopify.digest("hush", b'{"id":1}') == SIGNED


def test_the_published_example_of_a_return_from_consent_is_met() -> None:
    query = {
        "code": "a94a110d86d2452eb3e2af4cfb8a3828",
        "shop": "some-shop.myshopify.com",
        "timestamp": "1337178173",
        "hmac": "2cb1a277650a659f1b11e92a4a64275b128e037f2c3390e3c8fd2d8721dac9e2",
    }

    assert shopify.returned("hush", query)
    assert not shopify.returned("hush", query | {"shop": "other.myshopify.com"})
    assert not shopify.returned("hush", {})


def test_what_is_wrong_with_a_connection_is_named() -> None:
    assert SHOP.check(LINK) == []
    assert SHOP.check(wire.link("shopify", seller="", secrets={"app_secret": ""})) == [
        Fault("seller", "missing"),
        Fault("secrets.app_secret", "missing"),
    ]
    assert SHOP.check(wire.link("shopify", seller="shop.example")) == [
        Fault("seller", "ill-formed")
    ]


def test_the_shops_name_proves_the_connection() -> None:
    assert SHOP.probe(saying(data(shop={"name": "Quill"})), LINK) == "Quill"


def test_what_is_asked_is_well_formed() -> None:
    for query in QUERIES.values():
        assert query.count("{") == query.count("}")
        assert query.count("(") == query.count(")")
