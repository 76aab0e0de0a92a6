"""The clock fetches what providers have written, and says on the day what went wrong."""

import pytest

import app as product
from functions.steps import reconcile as step
from functions.timers import reconcile
from shared.domain.bill import BillKind
from shared.domain.errors import NotFound
from shared.domain.matching import Day, Standing
from shared.gateways.payments import providers
from shared.gateways.payments.port import Bill, Rejected, Unclear, Why
from shared.runtime import clock
from shared.store import bills, rounds
from tests.support import bank, money, statements
from tests.support.bank import Written
from tests.support.build import Merchant
from tests.support.mail import TICK
from tests.support.statements import DAY, Trade, wechat

READY = "2026-11-21T02:30:00.000+00:00"  # 10:30 in China
EMPTY = wechat(day="2026-11-19", owner="1900")


@pytest.fixture
def provider(acme: Merchant, monkeypatch: pytest.MonkeyPatch) -> Written:
    made = Written()
    monkeypatch.setattr(providers, "of", lambda _: made)
    monkeypatch.setattr(clock, "now", lambda: READY)
    bank.account(acme.id)
    rounds.begin(acme.id)
    return made


def tick() -> None:
    product.reconcile_bills(TICK, None)


def day(acme: Merchant, date: str = DAY) -> Day:
    return bills.get_day(acme.id, "main", date)


def test_yesterdays_bill_is_ready_at_half_past_ten_in_china() -> None:
    assert reconcile.days("2026-11-21T02:29:59.999+00:00")[0] == "2026-11-19"
    assert reconcile.days(READY) == [DAY, "2026-11-19", "2026-11-18"]
    assert reconcile.days("2026-11-20T16:30:00.000+00:00")[0] == "2026-11-19"


def test_what_is_written_is_fetched_and_matched_once(acme: Merchant, provider: Written) -> None:
    money.paid(acme, "a", 1000)
    provider.bills[DAY, Bill.TRADES] = wechat(Trade("a-01", 1000, 6), owner="1900")
    provider.bills[DAY, Bill.FUNDS] = statements.wechat_funds(0, ("交易", 994))

    tick()
    tick()

    assert day(acme).standing is Standing.BALANCED
    assert provider.asked.count((DAY, Bill.TRADES)) == 1
    assert len(bills.editions(acme.id, "main", DAY, BillKind.TRADES)) == 1
    assert (day(acme).opening, day(acme).closing) == (0, 994)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Rejected(Why.ABSENT, "NO_STATEMENT_EXIST"), "absent"),
        (Rejected(Why.LATER, "STATEMENT_CREATING"), "later"),
        (Rejected(Why.ACCOUNT, "SIGN_ERROR"), "account"),
        (Rejected(Why.USED, "?"), "refused"),
        (Unclear("503"), "unclear"),
    ],
)
def test_what_went_wrong_is_said_and_tried_again(
    acme: Merchant, provider: Written, trouble: Exception, said: str
) -> None:
    provider.trouble = trouble
    tick()
    waiting = day(acme)
    assert (waiting.standing, waiting.trouble, waiting.tried_at) == (Standing.WAITING, said, READY)

    provider.bills[DAY, Bill.TRADES] = wechat(owner="1900")
    tick()

    assert (day(acme).standing, day(acme).trouble) == (Standing.BALANCED, "")


def test_a_bill_that_does_not_read_is_not_kept(acme: Merchant, provider: Written) -> None:
    provider.bills[DAY, Bill.TRADES] = b"oops"

    tick()

    assert day(acme).trouble == "unreadable"
    assert bills.current(acme.id, "main", DAY) == {}


def test_one_accounts_trouble_is_not_anothers(
    acme: Merchant, provider: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    money.account(acme, "aaa", provider="none")
    good = providers.of
    monkeypatch.setattr(providers, "of", lambda name: good(name) if name == "wechat" else 1 / 0)
    provider.bills[DAY, Bill.TRADES] = wechat(owner="1900")

    tick()

    assert day(acme).standing is Standing.BALANCED


def test_it_goes_on_where_its_time_was_over(
    acme: Merchant, provider: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    money.account(acme, "zzz")
    place = reconcile._fetch(acme.id, "", 0.0)
    places = [place]
    while place := reconcile._fetch(acme.id, place, 0.0):
        places.append(place)

    assert places == [f"{one}#{on}" for one in ("main", "zzz") for on in reconcile.days(READY)]


def test_a_large_bill_that_was_sent_is_matched_in_the_next_run(
    acme: Merchant, provider: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "AT_ONCE", 0)
    provider.bills[DAY, Bill.TRADES] = wechat(Trade("a-01", 10), owner="1900")
    tick()
    assert (day(acme).stale, day(acme).standing) == (True, Standing.WAITING)

    tick()

    assert (day(acme).stale, day(acme).open) == (False, 1)
    assert list(bills.stale()) == []


def test_who_has_no_account_is_asked_for_nothing(other: Merchant, provider: Written) -> None:
    rounds.begin(other.id)

    tick()

    with pytest.raises(NotFound):
        bills.get_day(other.id, "main", DAY)
