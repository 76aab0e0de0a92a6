"""Campaigns and real money: what is paid, kept and given back, by a provider behind the port."""

import json
from dataclasses import dataclass

import pytest

import app as product
from shared.gateways.payments import providers
from shared.runtime import clock
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
    return Counter(acme, one, mail, stream)


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
