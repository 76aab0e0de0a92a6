"""The product against each platform's sandbox, through sockets, with everything going wrong."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from infra.sandbox.markets.douyin import Douyin
from infra.sandbox.markets.kuaishou import Kuaishou
from infra.sandbox.markets.market import Market
from infra.sandbox.markets.pdd import Pdd
from infra.sandbox.markets.shopify import Shopify
from infra.sandbox.markets.taobao import Taobao
from infra.sandbox.markets.wechat_shop import WechatShop
from infra.sandbox.markets.woocommerce import WooCommerce
from infra.sandbox.markets.youzan import Youzan
from infra.sandbox.server import Server
from shared.domain.order import id_for
from shared.domain.pulling import Pulling
from shared.runtime import clock
from shared.store import links, orders, rates, reports
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream

MARKETS: dict[str, Callable[..., Market]] = {
    "taobao": Taobao,
    "youzan": Youzan,
    "woocommerce": WooCommerce,
    "wechat-shop": WechatShop,
    "shopify": Shopify,
    "pdd": Pdd,
    "douyin": Douyin,
    "kuaishou": Kuaishou,
}
ORDERS, MANY = 24, 1000
MINUTES = 240.0  # seconds between two reads, longer than any platform's lag
STATES = {  # as the sandbox calls them -> as an order of ours says what its channel says
    **dict.fromkeys(("pending", "on-hold", "ready"), "open"),
    **{each: each for each in ("partly", "shipped", "signed", "completed", "cancelled")},
    "refunded": "refunded",
}


@dataclass
class Rehearsal:
    """A merchant whose shop `mall` is connected with a platform's sandbox."""

    acme: Merchant
    mail: Mail
    market: Market

    def read(self, rounds: int = 20) -> Pulling:
        """Let the clock come round until all is read, whatever fails on the way."""
        for _ in range(rounds):
            self.market.ahead += MINUTES  # for us as well
            known = links.pulling(self.acme.id, "mall")
            links.save(self.acme.id, replace(known, due=clock.now()))
            self.mail.deliver("pull", [json.dumps({"tenant": self.acme.id, "shop": "mall"})])
            self.mail.pump()
            known = links.pulling(self.acme.id, "mall")
            waiting = any(trick.on == "list" for trick in self.market.mischief.planned)
            if not (known.failures or known.window or waiting):
                return known
        raise AssertionError(known)

    def held(self) -> dict[str, Any]:
        ids = [id_for(self.acme.id, "mall", number) for number in self.numbers]
        return {order.number: order for order in orders.get_many(self.acme.id, ids).values()}

    @property
    def numbers(self) -> list[str]:
        return [order.number for order in self.market.orders]

    def plan(self, *tricks: dict[str, Any]) -> None:
        for trick in tricks:
            self.market.mischief.plan(trick)


@pytest.fixture(params=MARKETS)
def stage(
    request: pytest.FixtureRequest, acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Rehearsal]:
    market, now = MARKETS[request.param](pauses=()), clock.now
    monkeypatch.setattr("shared.runtime.retry.pause", market.wait)
    monkeypatch.setattr(clock, "now", lambda: clock.later(now(), market.ahead))
    rates.forget()
    server = Server(market.answer)
    market.url = server.url
    server.start()
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "m", "channel": request.param})
    since = clock.later(clock.now(), -7200)
    made = acme.call("POST", "/v1/shops/mall/link", {**market.link(), "since": since})
    assert made.status == 201, made.body
    if made.body["standing"] == "waits":
        assert acme.call("POST", "/v1/shops/mall/link/code", {}).status == 200
    yield Rehearsal(acme, mail, market)
    server.close()


def same(stage: Rehearsal) -> None:
    """Nothing is lost, nothing is doubled, and everything stands as on the platform."""
    held, truth = stage.held(), stage.market.truth()["orders"]

    assert sorted(held) == sorted(truth)
    for number, told in truth.items():
        order = held[number]
        assert order.content.state.value == STATES[told["state"]], number
        assert order.content.amounts.total == told["total"], number
        assert [e.code for e in order.timeline].count("accepted") <= 1
    strays = stage.acme.call("GET", "/v1/strays").body["strays"]
    assert strays == []


def test_a_check_tells_the_name_of_the_shop(stage: Rehearsal) -> None:
    told = stage.acme.call("POST", "/v1/shops/mall/link/check", {}).body

    assert (told["ok"], bool(told["name"])) == (True, stage.market.tells_name)


def test_every_order_comes_as_it_is(stage: Rehearsal) -> None:
    stage.market.orders.make(ORDERS, stage.market.now - 7000, stage.market.now - 1)

    stage.read()

    same(stage)


def test_nothing_is_lost_or_doubled_whatever_fails_and_moves_on_the_way(stage: Rehearsal) -> None:
    market = stage.market
    market.orders.make(ORDERS, market.now - 7000, market.now - 100)
    stage.plan(
        {"on": "list", "what": "shift", "skip": 1},
        {"on": "list", "what": "cut"},
        {"on": "list", "what": "busy"},
        {"on": "list", "what": "half"},
        {"on": "list", "what": "broken"},
        *([{"on": "list", "what": "expired"}] if market.expires else []),
    )
    stage.read()
    for at, number in enumerate(stage.numbers):
        if at % 3 == 0:
            market.change(number, ("shipped", "completed", "refunded")[at % 9 // 3])

    stage.read()

    same(stage)
    assert {"shift", "cut", "busy", "half", "broken"} <= market.fired.keys()
    assert market.fired.get("expired", 0) == market.expires


@pytest.mark.faults
def test_a_thousand_orders_while_a_third_of_them_changes(
    stage: Rehearsal, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every twentieth answer is cut, orders move between pages; the table says what became."""
    market = stage.market
    market.orders.make(MANY, market.now - 7000, market.now - 100)
    changed = [number for at, number in enumerate(stage.numbers) if at % 3 == 0]
    for _ in range(12):
        stage.plan(
            {"on": "list", "what": "shift"},
            {"on": "list", "what": "cut", "skip": 3},
            {"on": "order", "what": "cut", "skip": 19},
        )
    market.between = iter(changed)

    stage.read(rounds=200)
    for number in market.between:
        market.change(number, "shipped")
    market.mischief.clear()
    stage.read()

    same(stage)
    with capsys.disabled():
        fired = sum(market.fired.values())
        row = f"{market.name:12} {MANY} orders, {fired} faults fired, 0 lost, 0 doubled"
        sys.stdout.write(f"\n  {row}\n")


@pytest.mark.parametrize("what", ["cut", "unknown", "expired"])
def test_a_parcel_is_told_once_whatever_becomes_of_the_answer(
    stage: Rehearsal, engine: Engine, what: str
) -> None:
    market, acme = stage.market, stage.acme
    if what == "expired" and not market.expires:
        pytest.skip("its keys do not end")
    acme.put_stock("mug", 50)
    acme.put_stock("hat", 50)
    acme.put_stock("tea", 50)
    market.orders.make(6, market.now - 600, market.now - 100)
    stage.read()
    order = next(one for one in stage.held().values() if one.status.value == "planned")
    stream = Stream(engine)
    labels = [
        {"parcel": parcel.no, "carrier": "sf", "tracking": f"SF{parcel.no:012d}"}
        for parcel in order.parcels
    ]
    left = acme.call("POST", f"/v1/orders/{order.id}/ship", {"parcels": labels})
    assert left.status == 200, left.body
    stage.plan({"on": "ship", "what": what})

    stream.tell("publish")
    stage.mail.pump()
    for _ in range(3):
        report = reports.get(acme.id, order.id, "01")
        if report.due:
            reports.save(acme.id, replace(report, due=clock.now()))
            told = {"tenant": acme.id, "order_id": order.id}
            stage.mail.deliver("report", [json.dumps(told)])

    report = reports.get(acme.id, order.id, "01")
    assert [one.state.value for one in report.tellings] == ["told"] * len(order.parcels)
    assert len(market.told[order.number]) == len(order.parcels)
    assert market.truth()["orders"][order.number]["state"] == market.sent


def test_what_the_buyer_wants_back_is_not_told(stage: Rehearsal, engine: Engine) -> None:
    market, acme = stage.market, stage.acme
    if not market.holds_refunds:
        pytest.skip("it does not show what a buyer wants")
    for sku in ("mug", "hat", "tea"):
        acme.put_stock(sku, 50)
    market.orders.make(6, market.now - 600, market.now - 100)
    stage.read()
    order = next(one for one in stage.held().values() if one.status.value == "planned")
    stream = Stream(engine)
    label = [{"parcel": 1, "carrier": "sf", "tracking": "SF000000000001"}]
    acme.call("POST", f"/v1/orders/{order.id}/ship", {"parcels": label})
    for line in market.orders.by_number[order.number].lines:
        line.refund = "asked"
    market.change(order.number)

    stream.tell("publish")
    stage.mail.pump()

    (one,) = reports.get(acme.id, order.id, "01").tellings
    assert (one.state.value, one.why, market.told) == ("waits", "refund", {})
