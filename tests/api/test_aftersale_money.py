"""After-sales of an own shop: what was agreed goes back by its payments, once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from functions.steps import settle
from functions.timers import expire
from shared.domain.aftersale import AfterSale, State
from shared.domain.content import Instalment, InstalmentState
from shared.domain.order import Order, Status
from shared.domain.payment import Event, Kind, Payment
from shared.domain.payment import State as Paid
from shared.gateways import queues
from shared.gateways.payments import providers
from shared.gateways.payments.port import Told, Trade
from shared.runtime import cache, clock
from shared.store import aftersales, orders, payments
from tests.support import bank as banks
from tests.support import build, deals
from tests.support.bank import Bank
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail

ORDER = "0123456789abcdef01234567"
PATH = f"/v1/orders/{ORDER}/after-sales"
TOTAL = 1800


@pytest.fixture
def bank(acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    """A provider that took the whole of an order's money."""
    one = Bank()
    monkeypatch.setattr(providers, "of", lambda name: one)
    banks.account(acme.id)
    own(acme, one)
    cache.forget()
    yield one
    queues.drop()


def own(acme: Merchant, bank: Bank, status: Status = Status.RECEIVED) -> Order:
    made = build.order(tenant=acme.id, id=ORDER)
    paid = Instalment(TOTAL, TOTAL, state=InstalmentState.CAPTURED)
    content = replace(made.content, payments=(paid,))
    now = clock.now()
    charge = Event(Kind.CHARGE, Paid.DONE, TOTAL, f"{ORDER}-01", now, now, "42")
    one = Payment(ORDER, "01", "wechat", "main", "native", 0, TOTAL, now, now, (charge,), told=1)
    payments.save(acme.id, one)
    bank.trades[one.number] = Told(one.number, "42", Trade.PAID, TOTAL, now)
    return orders.create(replace(made, content=content, status=status).noted("accepted", now))


def open_(acme: Merchant, kind: str = "refund", pieces: int = 0, **more: Any) -> Reply:
    lines = {"lines": [{"line": 1, "quantity": pieces}]} if pieces else {}
    return acme.call("POST", PATH, {"kind": kind, **lines, **more})


def agreed(acme: Merchant, kind: str = "refund", pieces: int = 0, **more: Any) -> AfterSale:
    """One that was asked for and agreed to; then the money is settled."""
    no = open_(acme, kind, pieces, **more).body["no"]
    assert acme.call("POST", f"{PATH}/{no}/agree").status == 200
    settled(acme)
    return aftersales.get(acme.id, ORDER, no)


def settled(acme: Merchant) -> None:
    """Providers take no two refunds within a minute: let those before be older."""
    for one in payments.of(acme.id, ORDER):
        payments.save(acme.id, replace(one, events=tuple(map(_older, one.events))))
    settle.settle(acme.id, ORDER)


def _older(event: Event) -> Event:
    past = "2026-01-01T00:00:00.000+00:00"
    return replace(event, at=past) if event.kind is Kind.REFUND else event


def test_a_threshold_that_breaks_is_told_and_the_shares_stay(acme: Merchant, mail: Mail) -> None:
    deals.shop(acme)
    tiers = [{"amount": 6000, "rate": 1000}]
    tenth = {"id": "tenth", "name": "满减", "benefit": {"kind": "tiers", "tiers": tiers}}
    assert deals.publish(acme, tenth).status == 201
    placed = deals.order(acme, "N-1", deals.cart(("mug", 6))).body["id"]
    path = f"/v1/orders/{placed}"
    paid = {"fen": 5400, "reference": "TT-1"}
    assert acme.call("POST", f"{path}/payments/offline", paid).status == 201
    settle.settle(acme.id, placed)

    asked = {"kind": "refund", "lines": [{"line": 1, "quantity": 5}]}
    shown = acme.call("POST", f"{path}/after-sales/preview", asked).body
    opened = acme.call("POST", f"{path}/after-sales", asked).body

    assert (shown["fen"], shown["left"], shown["below_threshold"]) == (4500, 5400, ["tenth@1"])
    assert [(off["promotion"], off["fen"]) for off in shown["lines"][0]["offs"]] == [
        ("tenth@1", 500)
    ]
    assert (opened["fen"], opened["payer"]) == (4500, "us")


def test_part_of_an_order_is_called_off_and_its_money_is_back_once(
    acme: Merchant, bank: Bank
) -> None:
    done = agreed(acme, pieces=1)
    settled(acme)

    assert (done.state, done.fen, done.cut) == (State.REFUNDED, 900, 900)
    assert bank.given_back == 900
    order = orders.get(acme.id, ORDER)
    assert (order.content.amounts.total, order.content.payments[0].refunded) == (900, 900)


def test_the_whole_order_is_called_off_and_all_its_money_is_back(
    acme: Merchant, bank: Bank
) -> None:
    done = agreed(acme)

    assert (done.state, bank.given_back) == (State.REFUNDED, TOTAL)
    assert orders.get(acme.id, ORDER).status is Status.CANCELLED


def test_less_may_be_agreed_to_than_the_goods_had_cost(acme: Merchant, bank: Bank) -> None:
    done = agreed(acme, pieces=1, fen=700)

    assert (done.state, bank.given_back) == (State.REFUNDED, 700)


def test_refunds_in_any_steps_end_at_what_was_paid(acme: Merchant, bank: Bank) -> None:
    first = agreed(acme, "compensation", fen=100)
    second = agreed(acme, pieces=1)
    third = agreed(acme)

    assert [one.state for one in (first, second, third)] == [State.REFUNDED] * 3
    assert [one.fen for one in (first, second, third)] == [100, 900, 800]
    assert bank.given_back == TOTAL


def test_nobody_but_the_provider_says_that_our_money_is_back(acme: Merchant, bank: Bank) -> None:
    told = open_(acme, state="refunded")
    open_(acme)
    acme.call("POST", f"{PATH}/01/agree")
    by_hand = acme.call("POST", f"{PATH}/01/refunded")

    assert [f["code"] for reply in (told, by_hand) for f in reply.body["faults"]] == [
        *("paid-by-us", "paid-by-us")
    ]


def test_the_same_number_with_other_content_is_refused(acme: Merchant, bank: Bank) -> None:
    open_(acme, pieces=1, no="mine")

    other = open_(acme, pieces=2, no="mine")

    assert (other.status, other.body["code"]) == (409, "exists")


def test_what_was_called_off_has_no_after_sale(acme: Merchant, bank: Bank) -> None:
    orders.save(orders.get(acme.id, ORDER).cancel(clock.now(), "key:x", "buyer"))

    refused = open_(acme)

    assert (refused.status, refused.body["code"]) == (409, "not-allowed")


def test_what_was_called_off_meanwhile_has_nothing_left_to_give(
    acme: Merchant, bank: Bank
) -> None:
    open_(acme, pieces=1)
    orders.save(orders.get(acme.id, ORDER).cancel(clock.now(), "key:x", "buyer"))
    settled(acme)

    refused = acme.call("POST", f"{PATH}/01/agree")

    assert (refused.status, refused.body["code"]) == (409, "not-now")
    assert (state(acme), bank.given_back) == (State.CLOSED, TOTAL)
    assert acme.codes(ORDER).count("after-sale-overtaken") == 1


def test_money_that_nobody_heard_of_is_asked_for_again(
    acme: Merchant, bank: Bank, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.lost = True
    open_(acme, "compensation", fen=5)
    acme.call("POST", f"{PATH}/01/agree")
    mail.lost = False

    now = clock.later(clock.now(), 3601)
    monkeypatch.setattr(clock, "now", lambda: now)
    expire.expire()
    queues.flush()

    assert {"tenant": acme.id, "order_id": ORDER} in mail.bodies("settle")
    assert aftersales.get(acme.id, ORDER, "01").due > now


def later(acme: Merchant, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """The clock goes on, and looks at what has come due."""
    now = clock.later(clock.now(), hours * 3600 + 1)
    monkeypatch.setattr(clock, "now", lambda: now)
    expire.expire()
    queues.drop()


def state(acme: Merchant) -> State:
    return aftersales.get(acme.id, ORDER, "01").state


def test_a_request_that_nobody_answers_is_brought_to_a_person(
    acme: Merchant, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_(acme, pieces=1)

    later(acme, monkeypatch, 48)
    later(acme, monkeypatch, 48)

    one = aftersales.get(acme.id, ORDER, "01")
    assert (one.state, one.late, one.due) == (State.REQUESTED, True, "")
    assert acme.codes(ORDER).count("after-sale-late") == 1


@pytest.mark.parametrize(
    ("limits", "after"), [({}, State.REFUNDING), ({"clock": 899}, State.REQUESTED)]
)
def test_or_agreed_to_by_the_clock_up_to_its_limit(
    acme: Merchant,
    bank: Bank,
    monkeypatch: pytest.MonkeyPatch,
    limits: dict[str, int],
    after: State,
) -> None:
    acme.call("PUT", "/v1/after-sale-settings", {"answer": "act", "limits": limits})
    open_(acme, pieces=1)

    later(acme, monkeypatch, 48)

    assert state(acme) is after
    told = [e.args for e in orders.get(acme.id, ORDER).timeline if e.code == "after-sale-timed"]
    assert [(args["rule"], args["limit"]) for args in told] == [("answer_hours", 48)]
    acted = after is State.REFUNDING
    kept = {"rule": "answer_hours", "limit": 48, "state": after.value, "fen": 900}
    assert audited(acme) == ([("clock", f"{ORDER}-01", kept)] if acted else [])


def audited(acme: Merchant) -> list[tuple[str, str, dict[str, Any]]]:
    month = acme.call("GET", f"/v1/audits?month={clock.now()[:7]}").body["audits"]
    return [(a["by"], a["id"], a["after"]) for a in month if a["kind"] == "aftersale"]


def test_goods_that_the_buyer_never_sends_close_it(
    acme: Merchant, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped(acme)
    open_(acme, "return", 1)
    acme.call("POST", f"{PATH}/01/agree")

    later(acme, monkeypatch, 7 * 24)

    assert state(acme) is State.CLOSED
    assert acme.codes(ORDER)[-2:] == ["after-sale-timed", "after-sale-ended"]
    assert audited(acme)[0][2]["rule"] == "return_days"


@pytest.mark.parametrize(("receive", "after"), [("act", "refunding"), ("remind", "returning")])
def test_goods_that_nobody_takes_in_are_paid_by_the_clock_or_brought_to_a_person(
    acme: Merchant, bank: Bank, monkeypatch: pytest.MonkeyPatch, receive: str, after: str
) -> None:
    acme.call("PUT", "/v1/after-sale-settings", {"receive": receive})
    shipped(acme)
    open_(acme, "return", 1)
    acme.call("POST", f"{PATH}/01/agree")
    acme.call("POST", f"{PATH}/01/return-tracking", {"tracking": "SF1"})

    later(acme, monkeypatch, 10 * 24)

    one = aftersales.get(acme.id, ORDER, "01")
    assert (one.state.value, one.late) == (after, after == "returning")


def shipped(acme: Merchant) -> None:
    order = orders.get(acme.id, ORDER)
    parcel = build.parcel(1, build.source(), shipped_at=build.NOON)
    sent = replace(order, status=Status.SHIPPED, sources=parcel.sources, parcels=(parcel,))
    orders.save(sent.noted("shipped", clock.now()))
