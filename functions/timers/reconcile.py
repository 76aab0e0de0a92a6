"""Fetch the bills of yesterday and the days before from the providers, and match them."""

from dataclasses import replace
from datetime import datetime, timedelta

from functions.steps import reconcile as matching
from functions.steps import settle
from shared.domain import bill_reading
from shared.domain.bill import CHINA, BillKind
from shared.domain.errors import Refused
from shared.domain.matching import SYSTEM
from shared.domain.payment import Account
from shared.gateways.payments import providers
from shared.gateways.payments.port import Bill, Rejected, Unclear, Why
from shared.runtime import batch, clock
from shared.store import bills, merchants, rounds

MATCHING, FETCHING = 20.0, 25.0  # seconds; the function has sixty
READY = timedelta(hours=10, minutes=30)  # of China: by then the day before is written
DAYS = 3  # so many days back it asks again for what is missing
TOLD = (Why.ABSENT, Why.LATER, Why.ACCOUNT)  # each in words of its own
UNREADABLE = "unreadable"


def reconcile() -> None:
    """Large bills that were sent to us, then what the providers have, merchant by merchant."""
    end = clock.ticks() + MATCHING
    for tenant, account, day in list(bills.stale()):
        if clock.ticks() >= end:
            break
        batch.attempt(_match, tenant=tenant, account=account, day=day)
    rounds.go_on("reconcile", _fetch, FETCHING)


def days(now: str) -> list[str]:
    """The days whose bills are written by now, the newest first."""
    there = datetime.fromisoformat(now).astimezone(CHINA) - READY
    last = there.date() - timedelta(1)
    return [(last - timedelta(n)).isoformat() for n in range(DAYS)]


def _match(tenant: str, account: str, day: str) -> None:
    matching.whole(tenant, account, day)


def _fetch(tenant: str, after: str, seconds: float) -> str:
    """Every account's missing bills; where it stopped when the time was over."""
    end = clock.ticks() + seconds
    accounts = [one for one in merchants.payment_accounts.list_(tenant) if one.active]
    asked = [(one, day) for one in accounts for day in days(clock.now())]
    for account, day in asked:
        place = f"{account.id}#{day}"
        if after:
            after = "" if place == after else after
            continue
        batch.attempt(_Asking(account), tenant=tenant, day=day)
        if clock.ticks() >= end:
            return place
    return ""


class _Asking:
    def __init__(self, account: Account) -> None:
        self.account = account

    def __call__(self, tenant: str, day: str) -> None:
        """Ask for what is missing of a day; what went wrong is said on the day."""
        there = bills.current(tenant, self.account.id, day)
        for kind in Bill:
            if kind.value in there:
                continue
            trouble = _asked(tenant, self.account, day, kind)
            if trouble and kind is Bill.TRADES:
                _said(tenant, self.account.id, day, trouble)


def _asked(tenant: str, account: Account, day: str, kind: Bill) -> str:
    """Take in one bill; or why there is none."""
    now = clock.now()
    try:
        opened = settle.account_of(tenant, account.id)
        data = providers.of(account.provider).bill(opened, day, kind, now)
    except Rejected as no:
        return no.why.value if no.why in TOLD else Why.REFUSED.value
    except Unclear:
        return "unclear"
    return _taken(tenant, account, day, (BillKind(kind.value), data))


def _taken(tenant: str, account: Account, day: str, found: tuple[BillKind, bytes]) -> str:
    kind, data = found
    terms = bills.terms_of(tenant, account.id)
    try:
        parsed = bill_reading.parse(data, kind, day, terms, account.merchant_id)
    except Refused:
        return UNREADABLE
    about = bills.about((account.id, day, kind), data, parsed, SYSTEM)
    matching.take_in(tenant, about, parsed)
    return ""


def _said(tenant: str, account: str, day: str, trouble: str) -> None:
    known = bills.find_day(tenant, account, day)
    bills.save_day(tenant, replace(known, trouble=trouble, tried_at=clock.now()))
