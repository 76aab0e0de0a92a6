"""Campaigns and real money: what is paid, kept and given back, by a provider behind the port."""

import json
from dataclasses import dataclass

import pytest

import app as product
from shared.gateways.payments import providers
from shared.runtime import clock
from shared.store import orders, payments
from tests.support import bank as banks
from tests.support import build, sales
from tests.support.bank import SIGNED, Bank
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail
from tests.support.told import Stream


@dataclass
class Counter:
    """Where buyers pay, and what follows from it."""

    acme: Merchant
    bank: Bank
    mail: Mail
    stream: Stream
    began: str

    def take(self, order: str, instalment: int = 0) -> None:
        body = {"account": "main", "method": "native", "instalment": instalment}
        begun = self.acme.call("POST", f"/v1/orders/{order}/payments", body)
        assert begun.status == 201, begun.body
        number, fen = begun.body["number"], begun.body["fen"]
        self.bank.pay(number, fen, clock.now())
        told = {"number": number, "provider_no": "42", "state": "paid", "fen": fen, "at": ""}
        path = f"/v1/notify/wechat/{self.acme.id}/main"
        status, *_ = build.spoken("POST", path, json.dumps(told).encode(), {"bank": SIGNED})
        assert status == 204
        self.follow()

    def follow(self) -> None:
        """Everything that follows, until nothing waits any more."""
        for _ in range(3):
            self.mail.pump()
            for reader in ("count", "publish"):
                self.stream.tell(reader)
            self.stream.records.clear()
        self.mail.pump()

    def tick(self) -> None:
        product.expire_holds(TICK, None)
        self.follow()


@pytest.fixture
def till(acme: Merchant, mail: Mail, stream: Stream, monkeypatch: pytest.MonkeyPatch) -> Counter:
    one = Bank()
    monkeypatch.setattr(providers, "of", lambda name: one)
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "自营商城", "channel": "own"})
    banks.account(acme.id)
    sales.stocked(acme, 9)
    return Counter(acme, one, mail, stream, clock.now())


def test_a_group_that_failed_gives_everything_back_once(
    till: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.begin(till.acme, sales.grouping(grouping={"size": 3, "hours": 24}))
    first = sales.bought(till.acme, "two", "amy", shop="mall")
    second = sales.bought(till.acme, "two", "bob", shop="mall", group=first)
    till.follow()
    for order in (first, second):
        till.take(order)

    moment = sales.ahead(25)
    monkeypatch.setattr(clock, "now", lambda: moment)
    for _ in range(2):
        till.tick()

    states = [till.acme.order(order)["status"] for order in (first, second)]
    assert states == ["cancelled", "cancelled"]
    assert (till.bank.given_back, len(till.bank.refunds)) == (1400, 2)


def test_a_full_group_goes_on_and_gives_nothing_back(till: Counter) -> None:
    sales.begin(till.acme, sales.grouping())
    first = sales.bought(till.acme, "two", "amy", shop="mall")
    second = sales.bought(till.acme, "two", "bob", shop="mall", group=first)
    till.follow()
    for order in (first, second):
        till.take(order)

    states = [till.acme.order(order)["status"] for order in (first, second)]
    assert states == ["planned", "planned"]
    assert till.bank.given_back == 0


@pytest.mark.parametrize(
    ("unpaid", "by_hand", "back"),
    [("keep", False, 0), ("return", False, 100), ("keep", True, 100)],
)
def test_a_deposit_is_kept_only_for_a_balance_that_was_not_paid(
    till: Counter, monkeypatch: pytest.MonkeyPatch, unpaid: str, back: int, *, by_hand: bool
) -> None:
    campaign = sales.presale()
    campaign["presale"]["unpaid"] = unpaid
    sales.begin(till.acme, campaign)
    order = sales.bought(till.acme, "early", "amy", shop="mall")
    till.follow()
    till.take(order)

    if by_hand:
        till.acme.call("POST", f"/v1/orders/{order}/cancel", {"reason": "没货了"})
        till.follow()
    else:
        moment = sales.ahead(49)
        monkeypatch.setattr(clock, "now", lambda: moment)
        till.tick()
        till.tick()

    assert till.acme.order(order)["status"] == "cancelled"
    assert till.bank.given_back == back


def test_deposit_and_balance_pay_for_an_order_that_then_goes_on(
    till: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.begin(till.acme, sales.presale())
    order = sales.bought(till.acme, "early", "amy", shop="mall")
    till.follow()
    till.take(order)
    assert [hold["reason"] for hold in till.acme.order(order)["holds"]] == ["balance"]

    moment = sales.ahead(30)
    monkeypatch.setattr(clock, "now", lambda: moment)
    till.take(order, 1)

    assert till.acme.order(order)["status"] == "planned"
    assert till.bank.given_back == 0


@pytest.mark.parametrize(("unpaid", "back"), [("keep", 0), ("return", 100)])
def test_a_shop_that_goes_on_with_a_deposit_still_ends_what_is_not_paid_in_time(
    till: Counter, monkeypatch: pytest.MonkeyPatch, unpaid: str, back: int
) -> None:
    order = prepared(till, unpaid)
    assert till.acme.order(order)["status"] == "planned"

    for hours in (43.0, 45.0, 46.0, 47.0):
        sweep(till, monkeypatch, hours)
    codes = till.acme.codes(order)
    assert (codes.count("balance-due"), codes[-1]) == (1, "balance-due")

    for hours in (48.1, 49.0):
        sweep(till, monkeypatch, hours)
    last = orders.get(till.acme.id, order)
    reasons = [e.args["reason"] for e in last.timeline if e.code == "cancelled"]
    assert (last.status.value, reasons) == ("cancelled", ["balance-unpaid"])
    assert till.bank.given_back == back
    assert [one.due for one in payments.of(till.acme.id, order)] == [""]


def test_who_pays_the_balance_in_time_is_left_alone(
    till: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = prepared(till, "keep")
    moment = sales.ahead(30)
    monkeypatch.setattr(clock, "now", lambda: moment)
    till.take(order, 1)

    for hours in (45, 49):
        sweep(till, monkeypatch, hours)

    assert till.acme.order(order)["status"] == "planned"
    assert "balance-due" not in till.acme.codes(order)


def test_what_left_on_its_deposit_is_not_called_off(
    till: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = prepared(till, "keep")
    assert till.acme.call("POST", f"/v1/orders/{order}/ship", {}).status == 200

    for hours in (45, 49):
        sweep(till, monkeypatch, hours)

    assert till.acme.order(order)["status"] == "shipped"
    assert till.acme.call("GET", f"/v1/orders/{order}/money").body["unpaid"] == 700


def prepared(till: Counter, unpaid: str) -> str:
    """An order whose deposit is paid, in a shop that does not wait for the balance."""
    shop = {"id": "fast", "name": "付定金就备货", "channel": "own", "deposits": True}
    till.acme.call("POST", "/v1/shops", shop)
    campaign = sales.presale()
    campaign["presale"] |= {"unpaid": unpaid, "remind": 4}
    sales.begin(till.acme, campaign)
    order = sales.bought(till.acme, "early", "amy", shop="fast")
    till.follow()
    till.take(order)
    return order


def sweep(till: Counter, monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """The timers at that time, and what follows."""
    moment = clock.later(till.began, 3600 * hours)
    monkeypatch.setattr(clock, "now", lambda: moment)
    product.sweep_orders(TICK, None)
    till.tick()
