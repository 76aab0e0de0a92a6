"""An own shop that sells: its goods, its promotions, and the shortest way to a quote."""

import inspect
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from functions.api import quotes
from shared.domain.access import Key
from shared.domain.errors import Conflict, Refused
from shared.runtime import clock, retry
from shared.runtime.http import Call
from tests.support import build
from tests.support.build import Merchant, Reply

ROUNDS, WAIT = 5, 0.05
KEY = Key("", "", "", ("*",))
BUYER = {"id": "u-1", "name": "王小明"}


def shop(acme: Merchant, **settings: Any) -> None:
    """The shop `mall`, and 100 mugs at 10.00 and bowls at 25.50 each."""
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "商城", **settings})
    for sku, price in (("mug", 1000), ("bowl", 2550)):
        goods = {"id": sku, "name": sku, "price": price, "cost": price // 4, "category": "瓷器"}
        assert acme.call("POST", "/v1/items", goods).status == 201
        acme.put_stock(sku, 100)


def less(off: int = 300, amount: int = 2000, **more: Any) -> dict[str, Any]:
    """So much off from so much on."""
    tiers = [{"amount": amount, "off": off}]
    return {"id": "less", "name": "满减", "benefit": {"kind": "tiers", "tiers": tiers}, **more}


def publish(acme: Merchant, *promotions: dict[str, Any]) -> Reply:
    now = acme.call("GET", "/v1/promotions/draft").body["version"]
    body = {"version": now, "promotions": list(promotions)}
    drawn = acme.call("PUT", "/v1/promotions/draft", body)
    assert drawn.status == 200, drawn.body
    return acme.call("POST", "/v1/promotions/publish", {"note": "test"})


def cart(*lines: tuple[str, int], **more: Any) -> dict[str, Any]:
    wanted = [{"sku": sku, "quantity": units} for sku, units in lines or (("mug", 3),)]
    receiver = build.document()["receiver"]
    return {"shop": "mall", "buyer": BUYER, "lines": wanted, "receiver": receiver, **more}


def ask(acme: Merchant, given: dict[str, Any]) -> dict[str, Any]:
    found = acme.call("POST", "/v1/quotes", given)
    assert found.status == 200, found.body
    return dict(found.body)


def order(
    acme: Merchant, number: str, given: dict[str, Any], quote: str = "", **more: Any
) -> Reply:
    """Order a cart at the price of a quote: of this moment, if none is named."""
    quote = quote or ask(acme, given)["id"]
    return acme.call("POST", f"/v1/quotes/{quote}/order", {**given, "number": number, **more})


def crowd(acme: Merchant, orders: dict[str, dict[str, Any]], quote: str) -> dict[str, str]:
    """Each of these carts ordered at the same time, under its number: what came of it.

    Past the edge, which serves one request at a time; its tries are made here.
    """
    view = inspect.unwrap(quotes.place_order)

    def order(number: str) -> str:
        raw = json.dumps({**orders[number], "number": number}).encode()
        for _ in range(ROUNDS):
            call = Call(acme.id, "key:test", KEY, "zh", {}, raw, clock.now())
            try:
                return str(view(call, quote).status)
            except Conflict:
                retry.pause(WAIT)
            except Refused as refused:
                return refused.code
        return Conflict.code

    with ThreadPoolExecutor(8) as pool:
        return dict(zip(orders, pool.map(order, orders), strict=True))


def why(quote: dict[str, Any]) -> list[str]:
    """For which reasons promotions did not count."""
    return [one["code"] for one in quote["passed"]]
