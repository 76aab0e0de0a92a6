"""Every route, by the module that answers it; one is imported when its first call comes.

A cold start pays for what it answers, not for all that there is.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from chalice.app import Chalice

from shared.runtime.http import PDF, Routes

WAYS: dict[str, tuple[str, ...]] = {
    "health": ("GET /v1/health",),
    "order_batches": ("POST /v1/orders/batch",),
    "releases": (
        "POST /v1/orders/release",
        "POST /v1/orders/{order_id}/release",
        "POST /v1/orders/{order_id}/confirm-address",
    ),
    "holds": ("GET /v1/holds",),
    "orders": (
        "POST /v1/orders",
        "GET /v1/orders",
        "GET /v1/orders/{order_id}",
        "GET /v1/orders/{order_id}/timeline",
        "POST /v1/orders/{order_id}/cancel",
        "POST /v1/orders/{order_id}/hold",
        "POST /v1/orders/{order_id}/ship",
        "POST /v1/orders/{order_id}/sign",
        "POST /v1/orders/{order_id}/complete",
    ),
    "edits": (
        "POST /v1/orders/{order_id}/edit",
        "POST /v1/orders/{order_id}/urgent",
    ),
    "payments": (
        "POST /v1/orders/{order_id}/payments",
        "GET /v1/orders/{order_id}/payments",
        "GET /v1/orders/{order_id}/payments/{payment_no}",
        "POST /v1/orders/{order_id}/payments/{payment_no}/refresh",
        "POST /v1/orders/{order_id}/payments/{payment_no}/close",
        "POST /v1/orders/{order_id}/payments/offline",
        "POST /v1/orders/{order_id}/payments/cod",
        "GET /v1/orders/{order_id}/money",
        "GET /v1/payments",
        "POST /v1/orders/{order_id}/payments/{payment_no}/resolve",
    ),
    "payment_accounts": (
        "GET /v1/payment-accounts",
        "POST /v1/payment-accounts",
        "GET /v1/payment-accounts/{account_id}",
        "PUT /v1/payment-accounts/{account_id}",
        "POST /v1/payment-accounts/{account_id}/check",
    ),
    "bills": (
        "GET /v1/bills",
        "POST /v1/bills",
        "POST /v1/bills/fetch",
        "GET /v1/bills/{bill_id}",
        "GET /v1/bill-terms/{account_id}",
        "PUT /v1/bill-terms/{account_id}",
    ),
    "reconciliations": (
        "GET /v1/reconciliations",
        "GET /v1/reconciliations/{account_id}/{day}",
        "POST /v1/reconciliations/{account_id}/{day}/match",
        "GET /v1/differences",
        "GET /v1/differences/{difference_id}",
        "POST /v1/differences/{difference_id}/explain",
        "POST /v1/differences/{difference_id}/assign",
    ),
    "waybill_accounts": (
        "GET /v1/waybill-accounts",
        "POST /v1/waybill-accounts",
        "GET /v1/waybill-accounts/{account_id}",
        "PUT /v1/waybill-accounts/{account_id}",
        "POST /v1/waybill-accounts/{account_id}/check",
        "POST /v1/waybill-accounts/{account_id}/tokens",
    ),
    "waybills": (
        "GET /v1/waybills",
        "POST /v1/waybills",
        "GET /v1/orders/{order_id}/waybills",
        "POST /v1/orders/{order_id}/waybills",
        "GET /v1/orders/{order_id}/waybills/{no}",
        "POST /v1/orders/{order_id}/waybills/{no}/cancel",
        "POST /v1/orders/{order_id}/waybills/{no}/retry",
        "GET /v1/orders/{order_id}/waybills/{no}/label",
    ),
    "links": (
        "GET /v1/links",
        "POST /v1/shops/{shop_id}/link",
        "GET /v1/shops/{shop_id}/link",
        "PUT /v1/shops/{shop_id}/link",
        "POST /v1/shops/{shop_id}/link/check",
        "POST /v1/shops/{shop_id}/link/read",
        "GET /v1/shops/{shop_id}/completeness",
        "GET /v1/strays",
        "POST /v1/strays/{stray_id}/retry",
        "GET /v1/orders/{order_id}/raw",
    ),
    "papers": (
        "POST /v1/papers/labels",
        "POST /v1/papers/picking",
        "POST /v1/papers/packing",
    ),
    "reports": (
        "GET /v1/reports",
        "GET /v1/orders/{order_id}/report",
        "POST /v1/orders/{order_id}/report",
    ),
    "consents": (
        "POST /v1/shops/{shop_id}/link/consent",
        "POST /v1/shops/{shop_id}/link/code",
        "GET /v1/consent",
    ),
    "tracks": (
        "GET /v1/tracks",
        "GET /v1/tracks/{tracking}",
        "GET /v1/orders/{order_id}/tracks",
        "POST /v1/orders/{order_id}/tracks/refresh",
        "POST /v1/orders/{order_id}/tracks/close",
    ),
    "carrier_hints": ("POST /v1/push-waybills/{kind}/{tenant}/{account_id}",),
    "hints": (
        "POST /v1/push/{channel}/{tenant}/{shop_id}",
        "GET /v1/push/{channel}/{tenant}/{shop_id}",
    ),
    "notices": ("POST /v1/notify/{provider}/{tenant}/{account_id}",),
    "resends": ("POST /v1/orders/{order_id}/resend",),
    "aftersales": (
        "GET /v1/after-sales",
        "GET /v1/orders/{order_id}/after-sales",
        "POST /v1/orders/{order_id}/after-sales",
        "POST /v1/orders/{order_id}/after-sales/preview",
        "GET /v1/orders/{order_id}/after-sales/{no}",
        "POST /v1/orders/{order_id}/after-sales/{no}/agree",
        "POST /v1/orders/{order_id}/after-sales/{no}/approve",
        "POST /v1/orders/{order_id}/after-sales/{no}/reject",
        "POST /v1/orders/{order_id}/after-sales/{no}/withdraw",
        "POST /v1/orders/{order_id}/after-sales/{no}/close",
        "POST /v1/orders/{order_id}/after-sales/{no}/offer",
        "POST /v1/orders/{order_id}/after-sales/{no}/accept-offer",
        "POST /v1/orders/{order_id}/after-sales/{no}/message",
        "POST /v1/orders/{order_id}/after-sales/{no}/evidence",
        "POST /v1/orders/{order_id}/after-sales/{no}/return-tracking",
        "POST /v1/orders/{order_id}/after-sales/{no}/receive",
        "POST /v1/orders/{order_id}/after-sales/{no}/intercepted",
        "POST /v1/orders/{order_id}/after-sales/{no}/not-intercepted",
        "POST /v1/orders/{order_id}/after-sales/{no}/complete",
        "POST /v1/orders/{order_id}/after-sales/{no}/refunded",
        "GET /v1/after-sale-settings",
        "PUT /v1/after-sale-settings",
    ),
    "whys": ("GET /v1/orders/{order_id}/why",),
    "merges": (
        "GET /v1/merges",
        "POST /v1/merges",
        "GET /v1/merges/{merge_id}",
        "POST /v1/merges/{merge_id}/undo",
        "POST /v1/merges/{merge_id}/release",
        "POST /v1/merges/{merge_id}/weigh",
        "POST /v1/merges/{merge_id}/ship",
        "POST /v1/orders/{order_id}/weigh",
        "GET /v1/orders/{order_id}/merge-candidates",
    ),
    "stock": (
        "GET /v1/stock",
        "GET /v1/stock/{sku}",
        "PUT /v1/stock/{sku}/{warehouse_id}",
    ),
    "ledgers": (
        "POST /v1/stock/verify",
        "GET /v1/stock/{sku}/explain",
        "GET /v1/stock/{sku}/ledger",
    ),
    "alerts": (
        "GET /v1/alerts",
        "POST /v1/alerts/{alert_id}/acknowledge",
        "GET /v1/alert-settings",
        "PUT /v1/alert-settings",
    ),
    "purchases": (
        "GET /v1/purchases",
        "POST /v1/purchases",
        "GET /v1/purchases/{purchase_id}",
        "POST /v1/purchases/{purchase_id}/receive",
        "POST /v1/purchases/{purchase_id}/close",
    ),
    "movements": (
        "GET /v1/movements",
        "POST /v1/movements",
        "GET /v1/movements/{movement_id}",
    ),
    "counts": (
        "GET /v1/counts",
        "POST /v1/counts",
        "GET /v1/counts/{count_id}",
        "POST /v1/counts/{count_id}/figures",
        "POST /v1/counts/{count_id}/approve",
        "POST /v1/counts/{count_id}/reject",
    ),
    "feeds": (
        "GET /v1/feeds",
        "POST /v1/feeds",
        "GET /v1/feeds/{feed_id}",
    ),
    "stock_holds": (
        "GET /v1/stock-holds",
        "GET /v1/stock-holds/{hold_id}",
        "PUT /v1/stock-holds/{hold_id}",
        "POST /v1/stock-holds/{hold_id}/release",
    ),
    "transfers": (
        "GET /v1/transfers",
        "POST /v1/transfers",
        "GET /v1/transfers/{transfer_id}",
        "POST /v1/transfers/{transfer_id}/send",
        "POST /v1/transfers/{transfer_id}/receive",
        "POST /v1/transfers/{transfer_id}/close",
        "POST /v1/transfers/{transfer_id}/cancel",
    ),
    "item_batches": ("POST /v1/items/batch",),
    "items": (
        "GET /v1/items",
        "POST /v1/items",
        "GET /v1/items/{sku}",
        "PUT /v1/items/{sku}",
        "DELETE /v1/items/{sku}",
    ),
    "mappings": (
        "GET /v1/shops/{shop_id}/skus",
        "POST /v1/shops/{shop_id}/skus/batch",
    ),
    "hot_sales": (
        "GET /v1/hot-sales",
        "GET /v1/hot-sales/{sku}/{warehouse_id}",
        "PUT /v1/hot-sales/{sku}/{warehouse_id}",
        "DELETE /v1/hot-sales/{sku}/{warehouse_id}",
    ),
    "settings": (
        "GET /v1/shops",
        "POST /v1/shops",
        "GET /v1/shops/{shop_id}",
        "PUT /v1/shops/{shop_id}",
        "GET /v1/warehouses",
        "POST /v1/warehouses",
        "GET /v1/warehouses/{warehouse_id}",
        "PUT /v1/warehouses/{warehouse_id}",
    ),
    "carriers": (
        "GET /v1/carriers",
        "POST /v1/carriers",
        "GET /v1/carriers/{carrier_id}",
        "PUT /v1/carriers/{carrier_id}",
        "DELETE /v1/carriers/{carrier_id}",
        "POST /v1/carriers/{carrier_id}/suspend",
        "POST /v1/carriers/{carrier_id}/resume",
        "POST /v1/freight-quotes",
        "GET /v1/capacities",
    ),
    "routing_prices": ("GET /v1/routing-prices",),
    "pushes": (
        "GET /v1/shops/{shop_id}/sellable",
        "POST /v1/shops/{shop_id}/push-rule/preview",
        "POST /v1/shops/{shop_id}/push",
        "GET /v1/pushes",
    ),
    "rules": (
        "GET /v1/rule-facts",
        "GET /v1/rules",
        "GET /v1/rules/draft",
        "PUT /v1/rules/draft",
        "POST /v1/rules/validate",
        "POST /v1/rules/publish",
        "GET /v1/rules/versions",
        "GET /v1/rules/versions/{version}",
        "POST /v1/rules/rollback",
    ),
    "rule_trials": ("POST /v1/rules/simulate",),
    "promotions": (
        "GET /v1/promotions",
        "GET /v1/promotions/draft",
        "PUT /v1/promotions/draft",
        "POST /v1/promotions/validate",
        "POST /v1/promotions/publish",
        "GET /v1/promotions/versions",
        "GET /v1/promotions/versions/{version}",
        "POST /v1/promotions/rollback",
    ),
    "promotion_trials": (
        "POST /v1/promotions/try",
        "POST /v1/promotions/simulate",
    ),
    "coupons": (
        "GET /v1/coupons",
        "POST /v1/coupons",
        "GET /v1/coupons/{code}",
        "POST /v1/coupons/{code}/void",
    ),
    "quotes": (
        "POST /v1/quotes",
        "POST /v1/quotes/{quote_id}/order",
    ),
    "audits": ("GET /v1/audits",),
    "keys": (
        "GET /v1/keys",
        "POST /v1/keys",
        "DELETE /v1/keys/{prefix}",
    ),
    "blacklist": (
        "GET /v1/blacklist",
        "POST /v1/blacklist",
        "DELETE /v1/blacklist/{entry_id}",
    ),
    "webhooks": (
        "GET /v1/webhooks",
        "POST /v1/webhooks",
        "GET /v1/webhooks/{webhook_id}",
        "DELETE /v1/webhooks/{webhook_id}",
        "GET /v1/deliveries",
        "POST /v1/deliveries/{delivery_id}/retry",
    ),
    "days": ("GET /v1/days",),
    "stages": ("GET /v1/stages",),
    "promises": ("GET /v1/promises",),
    "breakers": (
        "GET /v1/breakers",
        "POST /v1/breakers/{sku}/trip",
        "POST /v1/breakers/{sku}/resume",
        "GET /v1/breaker-settings",
        "PUT /v1/breaker-settings",
    ),
    "campaigns": (
        "GET /v1/campaigns",
        "POST /v1/campaigns",
        "GET /v1/campaigns/{campaign_id}",
        "PUT /v1/campaigns/{campaign_id}",
        "POST /v1/campaigns/{campaign_id}/stop",
    ),
    "groups": (
        "GET /v1/groups",
        "GET /v1/groups/{group_id}",
    ),
}


def serve(app: Chalice) -> None:
    """Let the application answer every route."""
    Routes.app = app
    app.api.binary_types.append(PDF)
    for module, ways in WAYS.items():
        for way in ways:
            method, path = way.split()
            answer = _late(module, method, path)
            app.route(path, methods=[method], content_types=[], name=way)(answer)


def _late(module: str, method: str, path: str) -> Callable[..., Any]:
    def answer(**ids: str) -> Any:
        import_module(f"functions.api.{module}")
        return Routes.answers[method, path](**ids)

    return answer
