"""/v1/routing-prices: what scarce units are worth to the orders that are still to come"""

from dataclasses import asdict
from typing import Any

from shared.domain import words
from shared.domain.errors import faulty
from shared.domain.pricing import Price, PriceList
from shared.runtime import clock
from shared.runtime.http import Call, Routes
from shared.store import forecasting, prices

routes = Routes()
MOST, USUAL = 500, 100


@routes.on("GET", "/v1/routing-prices", "settings:read")
def list_prices(call: Call) -> dict[str, Any]:
    """By SKU and warehouse, with when they were made, from what, and whether they still count."""
    limit, cursor = call.limit(USUAL, MOST), call.query.get("cursor", "")
    if cursor and cursor.count("#") != 1:
        raise faulty("cursor", "bad-cursor")
    made = prices.of(call.tenant)
    found = [each for each in made.prices if _wanted(call, each) and _place(each) > cursor]
    return {
        **_about(call, made),
        "prices": [asdict(each) for each in found[:limit]],
        "next": _place(found[limit - 1]) if len(found) > limit else None,
    }


def _wanted(call: Call, price: Price) -> bool:
    sku, warehouse = call.query.get("sku", ""), call.query.get("warehouse", "")
    return sku in ("", price.sku) and warehouse in ("", price.warehouse)


def _place(price: Price) -> str:
    return f"{price.sku}#{price.warehouse}"


def _about(call: Call, made: PriceList) -> dict[str, Any]:
    state = _state(call, made)
    args = {"learned": made.orders, "awaited": made.expected, "hours": prices.HOURS}
    return {
        "state": state,
        "at": made.at or None,
        "until": clock.later(made.at, prices.HOURS * 3600) if made.at else None,
        "orders": made.orders,
        "expected": made.expected,
        "why": {lang: words.say(f"prices.{state}", lang, args) for lang in words.LANGUAGES},
    }


def _state(call: Call, made: PriceList) -> str:
    """fresh; or stale: it counts no more; or none; or off: nothing is routed by cost."""
    if prices.fresh(made, call.now):
        return "fresh"
    if not forecasting.routes(call.tenant):
        return "off"
    return "stale" if made.at else "none"
