"""Goods in exchange: the difference is paid before dearer ones go, or goes back."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.steps import settle
from shared.domain.aftersale import State
from shared.gateways import queues
from shared.gateways.payments import providers
from shared.runtime import clock
from shared.store import aftersales
from tests.support import bank as banks
from tests.support import deals
from tests.support.bank import Bank
from tests.support.build import Merchant
from tests.support.mail import Mail

CAME = {"lines": [{"sku": "mug", "good": 1}]}


@pytest.fixture
def bank(acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    one = Bank()
    monkeypatch.setattr(providers, "of", lambda name: one)
    banks.account(acme.id)
    deals.shop(acme)
    yield one
    queues.drop()


def paid(acme: Merchant, bank: Bank, mail: Mail, order: str) -> int:
    """The buyer pays what is due for it."""
    path = f"/v1/orders/{order}/payments"
    begun = acme.call("POST", path, {"account": "main", "method": "native"})
    assert begun.status == 201, begun.body
    bank.pay(begun.body["number"], begun.body["fen"], clock.now())
    acme.call("POST", f"{path}/{begun.body['no']}/refresh")
    mail.pump()
    return int(begun.body["fen"])


def bought(acme: Merchant, bank: Bank, mail: Mail) -> str:
    """Two mugs at 10 yuan that the buyer has paid for and got."""
    order = str(deals.order(acme, "N-1", deals.cart(("mug", 2))).body["id"])
    mail.pump()
    paid(acme, bank, mail, order)
    assert acme.call("POST", f"/v1/orders/{order}/ship", {}).status == 200
    return order


def swapped(acme: Merchant, mail: Mail, order: str, price: int) -> str:
    """One of them came back for a bowl: the order that the bowl goes out with."""
    path = f"/v1/orders/{order}/after-sales"
    wanted = [{"sku": "bowl", "quantity": 1, "unit_price": price}]
    lines = {"lines": [{"line": 1, "quantity": 1}]}
    asked = acme.call("POST", path, {"kind": "exchange", **lines, "wanted": wanted})
    assert asked.body["difference"] == price - 1000
    acme.call("POST", f"{path}/01/agree")
    assert acme.call("POST", f"{path}/01/receive", CAME).status == 200
    mail.pump()
    return aftersales.get(acme.id, order, "01").other


def test_dearer_goods_go_out_once_the_difference_is_paid(
    acme: Merchant, bank: Bank, mail: Mail
) -> None:
    order = swapped(acme, mail, bought(acme, bank, mail), 2550)
    waiting = acme.order(order)
    assert [hold["reason"] for hold in waiting["holds"]] == ["unpaid"]
    sums: dict[str, Any] = waiting["amounts"]
    assert (sums["goods_total"], sums["discount"], sums["total"]) == (2550, 1000, 1550)
    assert acme.stock("bowl") == (100, 0)

    assert paid(acme, bank, mail, order) == 1550

    assert (acme.order(order)["status"], acme.stock("bowl")) == ("planned", (99, 1))
    assert bank.given_back == 0


def test_an_exchange_that_is_called_off_gives_its_difference_back(
    acme: Merchant, bank: Bank, mail: Mail
) -> None:
    first = bought(acme, bank, mail)
    order = swapped(acme, mail, first, 2550)
    paid(acme, bank, mail, order)

    for _ in range(2):
        assert acme.call("POST", f"/v1/orders/{order}/cancel", {}).status == 200
        settle.settle(acme.id, order)

    assert (bank.given_back, acme.stock("bowl")) == (1550, (100, 0))
    worth = {"kind": "compensation", "fen": 1000}  # and for what came back there is money
    assert acme.call("POST", f"/v1/orders/{first}/after-sales", worth).status == 201


def test_cheaper_goods_go_out_for_nothing_and_the_rest_goes_back(
    acme: Merchant, bank: Bank, mail: Mail
) -> None:
    first = bought(acme, bank, mail)
    order = swapped(acme, mail, first, 700)
    settle.settle(acme.id, first)

    assert (acme.order(order)["status"], acme.order(order)["amounts"]["total"]) == ("planned", 0)
    assert bank.given_back == 300
    assert aftersales.get(acme.id, first, "01").state is State.REFUNDED
