"""An own shop beside the platforms: quotes, payments in both sandboxes, refunds, and the bills."""

import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any

from infra.bench.progress import At
from infra.cli import admin
from infra.cli.client import Client, Json
from infra.cli.exits import Stop
from infra.demo import goods, people
from infra.local.state import State
from infra.sandbox.control import Control
from shared.domain.access import ALL

TENANT, NAME = "demo-mall", "通单示范商城"
SHOP, STORE = "mall", "mall-store"
PROVIDERS = {"wechat": "native", "alipay": "qr"}
CLIENTS = 8
SHARE = 20  # of so many orders one is cancelled once it is paid, one sent back, one never paid
GIFTS = 20  # orders that get one
BACK, OFF = ("cancelled", "returned"), ("cancelled", "unpaid")
PATIENCE = 180  # seconds until all money must have come to rest
COUPON = "SHOW10"
PROMOTIONS: list[Json] = [
    {
        "id": "full",
        "name": "满 300 减 50",
        "benefit": {"kind": "tiers", "tiers": [{"amount": 30_000, "off": 5000}], "repeat": True},
    },
    {
        "id": "second",
        "name": "毛巾第二件半价",
        "scope": {"skus": ["TWL-1", "TWL-2", "TWL-3"]},
        "benefit": {"kind": "sets", "buy": 1, "get": 1, "tiers": [{"rate": 5000}]},
    },
    {
        "id": "first",
        "name": f"前 {GIFTS} 单送中性笔",
        "benefit": {"kind": "tiers", "tiers": [{"pieces": 1, "gifts": ["PEN-3"]}]},
        "limits": {"total": GIFTS},
    },
    {
        "id": "coupon",
        "name": "满 100 减 10 券",
        "coupon": True,
        "codes": [COUPON],
        "benefit": {"kind": "tiers", "tiers": [{"amount": 10_000, "off": 1000}]},
    },
]
TRICKS = (
    {"on": "notice", "what": "drop", "skip": 2, "times": 2},
    {"on": "notice", "what": "double", "skip": 2, "times": 5},
    {"on": "query", "what": "broken"},
    {"on": "refund", "what": "cut", "times": 2},
)
"""What each provider does wrong on the way."""


@dataclass(frozen=True, slots=True)
class Placed:
    id: str
    provider: str
    fate: str  # kept, cancelled, returned (a piece of it) or unpaid


@dataclass(frozen=True, slots=True)
class Cash:
    """What became of the shop's money, in fen."""

    orders: int = 0
    off: int = 0  # by promotions
    gifts: int = 0
    taken: int = 0
    returned: int = 0
    wrong: int = 0  # orders whose money is not what it should be
    gap: int = 0  # by which bills and books differ
    open: int = 0  # differences that nobody has explained


def trade(state: State, count: int, at: At) -> Cash:
    """Sell `count` orders, let them be paid and some be given back, and balance the day."""
    api = _open(state.url)
    tills = {name: Control(state.ports.sandboxes[name]) for name in PROVIDERS}
    for name, till in tills.items():
        _account(api, name, till)
        for trick in TRICKS:
            till.post("/mischief", **trick)
    with ThreadPoolExecutor(CLIENTS) as pool:
        placed = []
        for done, one in enumerate(pool.map(lambda no: _sell(api, tills, no), range(count)), 1):
            placed.append(one)
            at(done, "")
    _come_to_rest(api, placed)
    return _balanced(api, placed, tills)


def _open(url: str) -> Client:
    """The merchant, its shop, goods, stock and promotions, unless an earlier run made them."""
    from shared.store import merchants

    if not merchants.tenants.find(TENANT, TENANT):
        admin.create_tenant(TENANT, NAME)
    _, key = admin.create_key(TENANT, [ALL], "demo")
    api = Client(url, key)
    api.make("/v1/warehouses", {"id": STORE, "name": "商城仓", "province": "浙江"})
    api.make("/v1/shops", {"id": SHOP, "name": "商城", "channel": "own"})
    for item in goods.ITEMS:
        known = {"id": item.sku, "name": item.title, "price": item.price, "weight": item.weight}
        api.make("/v1/items", {**known, "floor_price": item.price // 2})
        api.put(f"/v1/stock/{item.sku}/{STORE}", {"on_hand": goods.MANY})
    if not api.get("/v1/promotions")["version"]:
        drawn = api.get("/v1/promotions/draft")["version"]
        api.put("/v1/promotions/draft", {"version": drawn, "promotions": PROMOTIONS})
        api.post("/v1/promotions/publish", {"note": "demo"})
    return api


def _account(api: Client, provider: str, till: Control) -> None:
    """It goes to the sandbox as it stands now: another run had it on other ports."""
    given = {**till.get("/account"), "id": provider, "name": provider}
    if not api.make("/v1/payment-accounts", given):
        known = {name: value for name, value in given.items() if name not in ("id", "provider")}
        api.put(f"/v1/payment-accounts/{provider}", known)


def _sell(api: Client, tills: dict[str, Control], no: int) -> Placed:
    """Ask what it costs, order it at that price, pay, and perhaps want the money back."""
    cart = _cart(no)
    order = _order(api, cart)
    provider = list(PROVIDERS)[no % 2]
    fate = {1: "cancelled", 3: "returned", 5: "unpaid"}.get(no % SHARE, "kept")
    asked = {"account": provider, "method": PROVIDERS[provider]}
    payment = api.post(f"/v1/orders/{order}/payments", asked)
    if fate != "unpaid":
        tills[provider].post("/pay", number=payment["number"])
    return Placed(order, provider, fate)


def _cart(no: int) -> Json:
    chance = Random(no)
    skus = chance.sample([item.sku for item in goods.ITEMS], chance.randint(1, 3))
    return {
        "shop": SHOP,
        "number": f"MALL-{time.time_ns()}-{no}",
        "buyer": {"id": f"buyer-{no}"},
        "lines": [{"sku": sku, "quantity": chance.randint(1, 3)} for sku in skus],
        "receiver": people.receiver(chance),
        "codes": [COUPON] if no % 4 == 0 else [],
    }


def _order(api: Client, cart: Json) -> str:
    """The order of a cart. Others may have the last gift meanwhile: then by the newer quote."""
    quote = api.post("/v1/quotes", {name: v for name, v in cart.items() if name != "number"})["id"]
    while True:
        try:
            return str(api.post(f"/v1/quotes/{quote}/order", cart)["id"])
        except Stop as stop:
            problem = stop.problem or {}
            if problem.get("code") != "stale-quote":
                raise
            quote = problem["quote"]["id"]


def _come_to_rest(api: Client, placed: list[Placed]) -> None:
    """What was paid is known; some is called off or sent back; then nothing is under way."""
    for one in placed:
        if one.fate != "unpaid":
            _until(api, one, lambda money: money["captured"])
    for one in placed:
        _change(api, one)
    for one in placed:
        if one.fate in BACK:
            _until(api, one, lambda money: money["refunded"] and not _under_way(money))


def _change(api: Client, one: Placed) -> None:
    if one.fate in OFF:
        api.post(f"/v1/orders/{one.id}/cancel", {"reason": "demo"})
    elif one.fate == "returned":
        _send_back(api, one)


def _send_back(api: Client, one: Placed) -> None:
    """A piece is not wanted any more; if it is packed already, the warehouse finds it."""
    asked = {"kind": "refund", "lines": [{"line": 1, "quantity": 1}], "reason": "other"}
    path = f"/v1/orders/{one.id}/after-sales"
    path = f"{path}/{api.post(path, asked)['no']}"
    if api.post(f"{path}/agree", {})["state"] == "intercepting":
        api.post(f"{path}/intercepted", {})


def _until(api: Client, one: Placed, good: Callable[[Json], Any]) -> None:
    """Wait for the money of an order; like the page of a shop, ask the provider now and then."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not good(money := api.get(f"/v1/orders/{one.id}/money")):
        time.sleep(1)
        for payment in money["payments"]:
            api.post(f"/v1/orders/{one.id}/payments/{payment['no']}/refresh")


def _under_way(money: Json) -> bool:
    return bool(money["refund_pending"] or money["surplus"])


def _balanced(api: Client, placed: list[Placed], tills: dict[str, Control]) -> Cash:
    monies = {one.id: api.get(f"/v1/orders/{one.id}/money") for one in placed}
    orders = [api.get(f"/v1/orders/{one.id}") for one in placed]
    days = list(_days(api, monies.values(), tills))
    lines = [line for order in orders for line in order["lines"]]
    return Cash(
        orders=len(placed),
        off=sum(line["discount"] + line["share"] for line in lines),
        gifts=sum(any(line["gift"] for line in order["lines"]) for order in orders),
        taken=sum(money["captured"] for money in monies.values()),
        returned=sum(money["refunded"] for money in monies.values()),
        wrong=sum(_wrong(one, monies[one.id]) for one in placed),
        gap=sum(abs(day["balance"]["gap"]) for day in days),
        open=sum(day["open"] for day in days),
    )


def _wrong(one: Placed, money: Json) -> bool:
    """Whether somebody paid too much or too little, or has not got it back."""
    due = 0 if one.fate in OFF else money["due"] - money["granted"]
    paid = bool(money["captured"]) is not (one.fate == "unpaid")
    back = bool(money["refunded"]) is (one.fate in BACK)
    return money["charged"] != due or _under_way(money) or not paid or not back


def _days(api: Client, monies: Any, tills: dict[str, Control]) -> Iterator[Json]:
    """Every day on which money moved, matched against the provider's bill."""
    from functions.steps import settle
    from shared.domain.bill import day_of
    from shared.gateways.payments import providers
    from shared.gateways.payments.port import Bill
    from shared.runtime import clock

    moved: Counter[tuple[str, str]] = Counter(
        (payment["account"], day_of(event["at"]))
        for money in monies
        for payment in money["payments"]
        for event in payment["events"]
        if event["state"] == "done"
    )
    for till in tills.values():
        till.post("/clock", ahead=86_400)  # a day's bill is written on the next
    for account, day in sorted(moved):
        opened = settle.account_of(TENANT, account)
        data = providers.of(account).bill(opened, day, Bill.TRADES, clock.now())
        told = {"account": account, "day": day, "kind": Bill.TRADES.value}
        content = {"content": b64encode(data).decode(), "encoding": "base64"}
        api.post("/v1/bills", {**told, **content})
        yield api.get(f"/v1/reconciliations/{account}/{day}")
