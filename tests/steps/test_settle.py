"""An order's money from the first payment to the last refund, with a provider behind the port."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import botocore.endpoint
import pytest

from functions.steps import settle
from functions.timers import sweep
from shared.domain import aftersale as sales
from shared.domain import axes, edit
from shared.domain.aftersale import AfterSale
from shared.domain.axes import Paid
from shared.domain.content import Deal, Instalment, InstalmentState, Part, PaymentState
from shared.domain.hold import Hold, Reason
from shared.domain.order import Order, Status
from shared.domain.payment import OFFLINE, Event, Kind, Payment, Standing, State, Wait
from shared.gateways import queues
from shared.gateways.payments import providers
from shared.gateways.payments.port import Back, Rejected, Told, Trade, Unclear, Why
from shared.runtime import clock
from shared.store import aftersales, orders, payments, stock
from shared.store.table import transact
from tests.support import bank as banks
from tests.support import build
from tests.support.bank import Bank
from tests.support.build import Merchant
from tests.support.mail import Mail

START = "2026-11-20T12:00:00.000+00:00"
TOTAL = 1800
SDK: Any = botocore.endpoint.Endpoint
SEND = SDK._send


@dataclass
class Hands:
    """The clock's: turned on by the test."""

    now: str = START

    def turn(self, seconds: float) -> None:
        self.now = clock.later(self.now, seconds)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    found = Hands()
    monkeypatch.setattr(clock, "now", lambda: found.now)
    return found


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    one = Bank()
    monkeypatch.setattr(providers, "of", lambda name: one)
    return one


@dataclass
class Shop:
    """A merchant's own shop with one order, its money and whoever takes it."""

    owner: Merchant
    bank: Bank
    hands: Hands
    mail: Mail
    id: str = ""

    def place(self, **change: object) -> "Shop":
        """An unpaid order that waits for its money."""
        made = build.order(
            tenant=self.owner.id, id="0123456789abcdef01234567", received_at=START, since=START
        )
        unpaid = replace(made.content.payment, state=PaymentState.UNPAID)
        instalments = (Instalment(TOTAL),)
        content = replace(made.content, payment=unpaid, payments=instalments, deal=Deal(quote="q"))
        content = replace(content, **change)  # type: ignore[arg-type]
        order = replace(made, content=content).noted("accepted", START)
        held = order.hold((Hold(Reason.UNPAID),), Status.RECEIVED, START)
        self.id = orders.create(held).id
        return self

    def begin(self, fen: int = TOTAL, instalment: int = 0, method: str = "native") -> Payment:
        """A payment that was begun."""
        no = f"{len(self.known) + 1:02}"
        now, until = self.hands.now, clock.later(self.hands.now, 1800)
        one = Payment(self.id, no, "wechat", "main", method, instalment, fen, now, until, told=1)
        asked = Event(Kind.CHARGE, State.ASKED, fen, one.number, now, now)
        payments.save(self.owner.id, replace(one, events=(asked,)))
        self.bank.trades[one.number] = Told(one.number, "", Trade.PENDING, fen)
        return one

    def pay(self, one: Payment, fen: int = 0) -> None:
        """The buyer pays, and we hear of it."""
        self.bank.pay(one.number, fen, self.hands.now)
        self.look(one.no)

    def look(self, no: str = "01") -> None:
        one = payments.get(self.owner.id, self.id, no)
        payments.save(self.owner.id, replace(one, due=self.hands.now))
        self.settle()

    def settle(self) -> None:
        settle.settle(self.owner.id, self.id)

    def wait(self, seconds: float) -> None:
        """The clock goes on, and looks at what is due."""
        self.hands.turn(seconds)
        if any(one.due and one.due < self.hands.now for one in self.known):
            self.settle()

    def change(self, deed: Callable[[Order], Order]) -> None:
        before = self.order
        stock.write(before, deed(before))

    def cancel(self, reason: str = "buyer") -> None:
        self.change(lambda order: order.cancel(self.hands.now, "key:x", reason))

    @property
    def known(self) -> list[Payment]:
        return payments.of(self.owner.id, self.id)

    @property
    def order(self) -> Order:
        return orders.get(self.owner.id, self.id)

    @property
    def codes(self) -> list[str]:
        return [entry.code for entry in self.order.timeline][2:]

    def payment(self, no: str = "01") -> Payment:
        return payments.get(self.owner.id, self.id, no)


@pytest.fixture
def shop(acme: Merchant, bank: Bank, hands: Hands, mail: Mail) -> Shop:
    banks.account(acme.id)
    return Shop(acme, bank, hands, mail).place()


def test_a_paid_order_goes_on_to_its_review(shop: Shop) -> None:
    shop.pay(shop.begin())

    order = shop.order
    assert (order.status, order.holds) == (Status.RECEIVED, ())
    assert order.content.payment.state is PaymentState.PAID
    assert order.content.paid_at == START
    assert order.content.payments == (Instalment(TOTAL, TOTAL, 0, InstalmentState.CAPTURED),)
    assert shop.codes == ["paid", "released"]
    assert order.timeline[2].args == {"fen": TOTAL, "provider": "wechat", "payment": "01"}


def test_twice_is_once(shop: Shop) -> None:
    shop.pay(shop.begin())
    before = (shop.order, shop.payment())

    shop.settle()
    shop.look()

    assert shop.order == before[0]
    assert shop.payment().events == before[1].events


def test_a_deposit_waits_for_its_balance(shop: Shop) -> None:
    _in_two(shop)
    shop.pay(shop.begin(500))
    first = shop.order
    shop.pay(shop.begin(1300, 1))

    assert first.content.payment.state is PaymentState.PART
    assert shop.order.content.payment.state is PaymentState.PAID
    assert [code for code in shop.codes if "paid" in code] == ["part-paid", "paid"]
    assert axes.payment_of(shop.order.content) is Paid.CAPTURED


def test_a_cancelled_order_gets_its_money_back(shop: Shop) -> None:
    shop.pay(shop.begin())
    shop.cancel()

    shop.settle()

    assert shop.bank.given_back == TOTAL
    assert shop.codes[-3:] == ["cancelled", "refund-asked", "refunded"]
    assert [one.cause for one in shop.payment().refunds] == ["cancel"]
    assert shop.order.content.payments[0].refunded == TOTAL
    assert axes.payment_of(shop.order.content) is Paid.REFUNDED


@pytest.mark.parametrize(("reason", "back"), [("balance-unpaid", 0), ("buyer", 500)])
def test_a_deposit_that_is_not_given_back_stays(shop: Shop, reason: str, back: int) -> None:
    _in_two(shop, keep=500)
    shop.pay(shop.begin(500))
    shop.cancel(reason)

    shop.settle()

    assert shop.bank.given_back == back
    assert settle.case_of(shop.owner.id, shop.id).surplus == 0


def _in_two(shop: Shop, keep: int = 0) -> None:
    """The order is paid by a deposit and a balance."""
    parts = (Instalment(500, part=Part.DEPOSIT), Instalment(1300, part=Part.BALANCE))
    changed = {"payments": parts, "deal": Deal(keep=keep)}
    shop.change(
        lambda order: replace(
            order,
            content=replace(order.content, **changed),  # type: ignore[arg-type]
        ).noted("edited", START)
    )


def test_what_costs_less_gives_the_rest_back(shop: Shop) -> None:
    shop.pay(shop.begin())
    shop.change(lambda order: edit.cancelled(order, {1: 1}, START, "key:x", "one less"))

    shop.settle()

    assert shop.bank.given_back == TOTAL // 2
    assert [one.cause for one in shop.payment().refunds] == ["edit"]
    assert shop.order.status is Status.RECEIVED


def test_paid_though_cancelled_goes_back_by_itself(shop: Shop) -> None:
    one = shop.begin()
    shop.hands.turn(1)
    shop.bank.fail[1] = ("before", Unclear("cut"))
    shop.cancel()
    shop.settle()
    shop.hands.turn(1)
    shop.pay(one)

    assert shop.bank.given_back == TOTAL
    assert [r.cause for r in shop.payment().refunds] == ["late"]
    assert [code for code in shop.codes if code != "payment-closed"] == [
        *["cancelled", "paid", "refund-asked", "refunded"]
    ]


def test_the_second_of_two_payments_goes_back(shop: Shop) -> None:
    first, second = shop.begin(), shop.begin(method="h5")
    shop.bank.pay(second.number, TOTAL, clock.later(START, 5))
    shop.pay(first)
    shop.look("02")

    assert shop.bank.given_back == TOTAL
    assert shop.payment("01").refunds == []
    assert [r.cause for r in shop.payment("02").refunds] == ["late"]
    assert axes.payment_of(shop.order.content) is Paid.CAPTURED
    assert shop.order.content.payments[0].captured == TOTAL


def test_the_other_way_to_pay_is_closed_once_it_is_paid(shop: Shop) -> None:
    first, second = shop.begin(), shop.begin(method="h5")

    shop.pay(first)

    assert shop.bank.trades[second.number].state is Trade.CLOSED
    assert shop.payment("02").standing is Standing.CLOSED


def test_another_figure_than_was_asked_for_waits_for_a_person(shop: Shop) -> None:
    shop.pay(shop.begin(), 2000)

    one = shop.payment()
    assert (one.waits, one.totals.charged) == (Wait.AMOUNT, 2000)
    assert [each.number for each in payments.desk(shop.owner.id, "", 9)[0]] == [one.number]
    assert shop.bank.refunds == {}
    assert "paid-otherwise" in shop.codes


def test_an_unpaid_payment_is_closed_with_its_order(shop: Shop) -> None:
    one = shop.begin()
    shop.cancel()

    shop.settle()

    assert shop.bank.calls == ["query", "close"]
    assert shop.bank.trades[one.number].state is Trade.CLOSED
    assert (shop.payment().standing, shop.payment().due) == (Standing.CLOSED, "")
    assert shop.order.content.payments[0].state is InstalmentState.CANCELLED


def test_what_runs_out_is_asked_for_and_then_closed(shop: Shop) -> None:
    shop.begin()
    shop.look()

    for _ in range(8):
        shop.wait(600)

    assert shop.payment().standing is Standing.CLOSED
    assert shop.bank.calls[-2:] == ["query", "close"]
    assert shop.order.status is Status.HELD


def test_what_nobody_began_to_pay_is_closed_when_it_has_run_out(shop: Shop) -> None:
    one = shop.begin()
    del shop.bank.trades[one.number]
    shop.look()

    for _ in range(8):
        shop.wait(600)

    assert shop.payment().standing is Standing.CLOSED


def test_an_unclear_refund_is_asked_for_again_by_its_number(shop: Shop) -> None:
    shop.pay(shop.begin())
    shop.cancel()
    shop.bank.fail[len(shop.bank.calls) + 1] = ("after", Unclear("timeout"))

    shop.settle()
    assert shop.payment().totals.refund_pending == TOTAL
    shop.wait(130)

    assert shop.bank.calls[-2:] == ["refund", "query_refund"]
    assert list(shop.bank.refunds) == [f"{shop.id}-01-01"]
    assert shop.payment().totals.refunded == TOTAL


def test_a_refund_that_never_arrived_is_asked_for_under_the_same_number(shop: Shop) -> None:
    shop.pay(shop.begin())
    shop.cancel()
    shop.bank.fail[len(shop.bank.calls) + 1] = ("before", Unclear("no connection"))

    shop.settle()
    shop.wait(130)

    assert shop.bank.calls[-3:] == ["refund", "query_refund", "refund"]
    assert list(shop.bank.refunds) == [f"{shop.id}-01-01"]
    assert shop.payment().totals.refunded == TOTAL


def test_a_refused_question_says_nothing_of_the_refund(shop: Shop) -> None:
    shop.pay(shop.begin())
    shop.cancel()
    calls = len(shop.bank.calls)
    shop.bank.fail[calls + 1] = ("after", Unclear("timeout"))
    shop.bank.fail[calls + 2] = ("before", Rejected(Why.REFUSED, "INVALID_REQUEST"))

    shop.settle()
    shop.wait(130)
    assert (shop.payment().waits, shop.payment().totals.refund_pending) == (None, TOTAL)
    shop.wait(3600)

    assert list(shop.bank.refunds) == [f"{shop.id}-01-01"]
    assert shop.payment().totals.refunded == TOTAL


def test_too_little_money_at_the_provider_is_tried_again_and_shown(shop: Shop) -> None:
    shop.pay(shop.begin())
    shop.cancel()
    shop.bank.fail[len(shop.bank.calls) + 1] = ("before", Rejected(Why.SHORT, "NOT_ENOUGH"))

    shop.settle()
    assert shop.payment().waits is Wait.SHORT
    shop.settle()
    assert shop.payment().waits is Wait.SHORT
    shop.wait(130)

    assert (shop.payment().waits, shop.bank.given_back) == (None, TOTAL)


def test_a_stuck_refund_waits_for_finance_until_it_is_told_done(shop: Shop) -> None:
    shop.bank.back = Back.ABNORMAL
    shop.pay(shop.begin())
    shop.cancel()

    shop.settle()
    shop.wait(86400)
    assert (shop.payment().waits, shop.payment().due) == (Wait.ABNORMAL, "")
    (ref,) = shop.bank.refunds
    shop.bank.refunds[ref] = replace(shop.bank.refunds[ref], state=Back.DONE)
    shop.look()

    assert (shop.payment().waits, shop.payment().totals.refunded) == (None, TOTAL)
    assert shop.codes[-3:] == ["refund-asked", "refund-stuck", "refunded"]


def test_a_refused_refund_is_not_tried_again_by_itself(shop: Shop) -> None:
    shop.pay(shop.begin())
    shop.cancel()
    shop.bank.fail[len(shop.bank.calls) + 1] = ("before", Rejected(Why.REFUSED, "NO", "closed"))

    shop.settle()
    calls = len(shop.bank.calls)
    shop.settle()
    shop.wait(86400)

    assert shop.payment().waits is Wait.REFUSED
    assert len(shop.bank.calls) == calls
    assert shop.codes[-1] == "refund-failed"


def test_a_second_refund_within_a_minute_is_queued(shop: Shop) -> None:
    shop.pay(shop.begin())
    shop.change(lambda order: edit.cancelled(order, {1: 1}, START, "key:x", "one less"))
    shop.settle()
    shop.cancel()

    shop.settle()
    waiting = shop.payment()
    shop.wait(61)

    assert waiting.due == clock.later(START, 60)
    assert waiting.waits is None
    assert list(shop.bank.refunds) == [f"{shop.id}-01-01", f"{shop.id}-01-02"]
    assert shop.bank.given_back == TOTAL
    assert shop.payment().due == ""


def _often(shop: Shop, times: int) -> None:
    """A payment of which so many refunds of one fen are done."""
    one = shop.payment()
    for n in range(times):
        at = clock.later(START, -7200 + 61 * n)
        for state in (State.ASKED, State.DONE):
            one = one.heard(
                Event(Kind.REFUND, state, 1, f"{one.number}-{n + 1:02}", at, cause="x")
            )
    payments.save(shop.owner.id, replace(one, told=len(one.events)))


@pytest.mark.parametrize(("days", "times"), [(0, 50), (366, 0)])
def test_what_the_provider_would_not_bear_is_not_asked_for(
    shop: Shop, days: int, times: int
) -> None:
    shop.pay(shop.begin())
    _often(shop, times)
    shop.hands.turn(days * 86400)
    shop.cancel()
    calls = len(shop.bank.calls)

    shop.settle()
    shop.settle()

    assert shop.payment().waits is Wait.LIMIT
    assert len(shop.bank.calls) == calls
    assert shop.codes.count("refund-limited") == 1


def test_the_last_refund_that_the_provider_bears_is_made(shop: Shop) -> None:
    shop.pay(shop.begin())
    _often(shop, 49)
    shop.hands.turn(364 * 86400)
    shop.cancel()

    shop.settle()

    assert (shop.payment().waits, shop.bank.given_back) == (None, TOTAL - 49)


def test_what_came_past_every_provider_goes_back_by_hand(shop: Shop) -> None:
    one = Payment(shop.id, "01", OFFLINE, "", "bank", 0, TOTAL, START)
    came = Event(Kind.CHARGE, State.DONE, TOTAL, one.number, START, START, "TT-1")
    payments.save(shop.owner.id, replace(one, events=(came,), due=START))
    shop.settle()
    assert shop.order.content.payment.state is PaymentState.PAID
    shop.cancel()

    shop.settle()
    shop.settle()

    assert shop.bank.calls == []
    assert (shop.payment().waits, shop.payment().totals.refund_pending) == (Wait.BY_HAND, TOTAL)


def test_what_an_after_sale_agreed_to_goes_back_and_moves_it_on(shop: Shop) -> None:
    shop.pay(shop.begin())
    sale = AfterSale(shop.id, "A1", sales.Kind.REFUND, (), 700, START, "key:x", "-")
    agreed = replace(sale, state=sales.State.REFUNDING)
    transact([aftersales.put(shop.owner.id, agreed)])

    shop.settle()
    shop.settle()

    assert [(one.cause, one.fen) for one in shop.payment().refunds] == [("A1", 700)]
    assert aftersales.get(shop.owner.id, shop.id, "A1").state is sales.State.REFUNDED
    assert axes.payment_of(shop.order.content) is Paid.PARTIALLY_REFUNDED
    assert shop.order.content.payment.state is PaymentState.PAID


def test_agreed_refunds_go_back_first_and_never_more_than_was_paid(shop: Shop) -> None:
    shop.pay(shop.begin())
    sale = AfterSale(shop.id, "A1", sales.Kind.REFUND, (), 700, START, "key:x", "-")
    transact([aftersales.put(shop.owner.id, replace(sale, state=sales.State.REFUNDING))])
    shop.cancel()

    shop.settle()
    shop.wait(61)

    told = [(one.cause, one.fen) for one in shop.payment().refunds]
    assert told == [("A1", 700), ("cancel", TOTAL - 700)]
    assert shop.bank.given_back == TOTAL


def test_the_clock_finds_what_is_due(shop: Shop, acme: Merchant) -> None:
    shop.begin()
    shop.look()
    shop.hands.turn(121)

    sweep.sweep()
    queues.flush()

    mine = [one for one in shop.mail.bodies("settle") if one["tenant"] == acme.id]
    assert mine == [{"tenant": acme.id, "order_id": shop.id}]


def test_an_order_that_costs_more_again_waits_for_the_rest(shop: Shop) -> None:
    shop.pay(shop.begin())
    more = edit.Edit(surcharge=200)
    shop.change(lambda order: edit.edited(order, more, START).noted("edited", START))
    shop.settle()
    held = shop.order

    shop.pay(shop.begin(200))

    assert [hold.reason for hold in held.holds] == [Reason.UNPAID]
    assert shop.order.status is Status.RECEIVED
    assert shop.order.content.payments[0].captured == TOTAL + 200


class Crash(BaseException):
    """The process is gone: nothing of it answers any more."""


@dataclass
class Knife:
    """Cuts at one call to AWS or to the provider, before it is done or after."""

    at: int = 0
    when: str = ""
    calls: int = 0

    def tick(self, when: str) -> None:
        self.calls += when == "before"
        if (self.calls, when) == (self.at, self.when):
            raise Crash

    def send(self, endpoint: Any, request: Any) -> Any:
        self.tick("before")
        answer = SEND(endpoint, request)
        self.tick("after")
        return answer


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (False, ["paid", "released"]),
        (True, ["paid", "released", "cancelled", "refund-asked", "refunded"]),
    ],
)
def test_a_crash_between_any_two_calls_ends_in_one_booking(
    off: bool, told: list[str], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    dry = Knife()
    _cut(_ready(shop, "dry", monkeypatch, off=off), dry, monkeypatch)
    assert dry.calls > 5

    cells = [(1, "before"), *((at, "after") for at in range(1, dry.calls + 1))]
    for at, when in cells:  # before one call is after the one before it
        again = _ready(shop, f"{off}{at}{when}".lower(), monkeypatch, off=off)
        _cut(again, Knife(at, when), monkeypatch)
        again.settle()  # the queue brings the message back
        again.wait(130)
        again.wait(300)
        assert (again.codes, len(again.bank.refunds)) == (told, int(off)), f"{when} {at}"
        assert again.bank.given_back == (TOTAL if off else 0)
        assert again.payment().due == ""


def _ready(shop: Shop, name: str, patch: pytest.MonkeyPatch, *, off: bool) -> Shop:
    """Another merchant's order whose money is to be booked, or to go back."""
    owner, bank = build.merchant(f"{shop.owner.id}-{name}"), Bank()
    banks.account(owner.id)
    patch.setattr(providers, "of", lambda name: bank)
    one = Shop(owner, bank, Hands(shop.hands.now), shop.mail).place()
    patch.setattr(clock, "now", lambda: one.hands.now)
    begun = one.begin()
    one.bank.pay(begun.number, TOTAL, START)
    payments.save(owner.id, replace(one.payment(), due=START))
    if off:
        one.settle()
        one.cancel()
    return one


def _cut(shop: Shop, knife: Knife, patch: pytest.MonkeyPatch) -> None:
    with patch.context() as within:
        within.setattr(SDK, "_send", lambda self, request: knife.send(self, request))
        shop.bank.tick = knife.tick
        with suppress(Crash):
            shop.settle()
    shop.bank.tick = lambda when: None
    queues.drop()
