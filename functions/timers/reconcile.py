"""Fetch the bills of yesterday and the days before from the providers, and match them."""

from datetime import timedelta

from functions.steps import reconcile as matching
from functions.steps import settle
from shared.domain.payment import Account
from shared.gateways.payments.port import Bill
from shared.runtime import batch, clock
from shared.store import bills, merchants, rounds

MATCHING, FETCHING = 20.0, 25.0  # seconds; the function has sixty
DAYS = 3  # so many days back it asks again for what is missing


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
    last = matching.last_day(now)
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
            opened = settle.account_of(tenant, self.account.id)
            trouble = matching.fetch(tenant, opened, day, kind)
            if trouble and kind is Bill.TRADES:
                matching.say(tenant, self.account.id, day, trouble)
