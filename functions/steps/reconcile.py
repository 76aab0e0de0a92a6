"""Match the bills of an account's day against our books, and keep what they do not agree on."""

from collections.abc import Mapping
from dataclasses import replace

from shared.domain import matching
from shared.domain.bill import BillKind, Line, LineKind, Parsed
from shared.domain.matching import (
    NOTHING,
    Compared,
    Day,
    Difference,
    Fact,
    Finding,
    Key,
    Sums,
    Type,
)
from shared.runtime import clock
from shared.store import bills
from shared.store.bills import Bill

AT_ONCE = 5000  # lines of a bill that is matched in the request that brings it
MATCHED = (BillKind.TRADES, BillKind.PLATFORM)


def take_in(tenant: str, about: Bill, parsed: Parsed) -> tuple[Bill, bool]:
    """Keep a bill; a large one is matched by the clock. The same file again changes nothing."""
    bill, new = bills.keep(tenant, about, parsed)
    day = bills.find_day(tenant, bill.account, bill.day)
    if not new and bill.id in [mark.id for mark in day.bills]:
        return bill, False
    if bill.lines > AT_ONCE:
        bills.save_day(tenant, replace(day, stale=True))
    else:
        whole(tenant, bill.account, bill.day)
    return bill, new


def whole(tenant: str, account: str, day: str) -> Day:
    """Match a day, and then the days nearby whose open differences its bill may close."""
    done = reconcile(tenant, account, day)
    for near in around(tenant, account, day):
        reconcile(tenant, account, near)
    return done


def reconcile(tenant: str, account: str, day: str) -> Day:
    """Match a day as its bills are now. Matched again, it comes to the same."""
    now, there = clock.now(), bills.current(tenant, account, day)
    known = bills.find_day(tenant, account, day)
    after = replace(
        known,
        bills=bills.by_day(there),
        matched_at=now,
        bill=NOTHING,
        ours=NOTHING,
        matched=0,
        trouble="" if there else known.trouble,
        stale=False,
    )
    found: dict[str, Difference] = {}
    for kind in MATCHED:
        if kind in there:
            done, some = _matched(tenant, there[kind])
            after = _added(after, done)
            found |= _named(account, day, kind, some, now)
    after, some = _with_funds(tenant, after, there)
    found |= _named(account, day, BillKind.FUNDS, some, now)
    return _save(tenant, after, found, now)


def around(tenant: str, account: str, day: str) -> list[str]:
    """The days nearby whose open differences this day's bill may close."""
    days = sorted(matching.around(day))
    near = [one for one in bills.list_days(tenant, days[0], days[-1]) if one.account == account]
    return [one.day for one in near if one.open and one.day != day]


def _matched(tenant: str, bill: Bill) -> tuple[Compared, list[Finding]]:
    terms = bills.terms_of(tenant, bill.account)
    lines = list(bills.lines(tenant, bill))
    if bill.kind is BillKind.PLATFORM:
        lines = matching.gathered(lines)
        done = matching.compare(lines, bills.of_orders(tenant, bill.account, lines))
        return done, matching.judge(done, bill.day, {}, {})
    facts = bills.facts(tenant, bill.account, bill.day)
    done = matching.compare(lines, facts, terms.rate)
    elsewhere = _elsewhere(tenant, bill, done)
    if told := {key: one for key, one in elsewhere.items() if _same_day(one, bill, done)}:
        done = matching.compare(lines, facts | told, terms.rate)  # its row was still to come
    there = _there(tenant, bill, done)
    return done, matching.judge(done, bill.day, elsewhere, there, terms.rate)


def _elsewhere(tenant: str, bill: Bill, done: Compared) -> Mapping[Key, Fact]:
    some = sorted(done.only_bill.items())[: matching.MOST]
    return bills.known(tenant, bill.account, [line for _, line in some]) if some else {}


def _same_day(fact: Fact, bill: Bill, done: Compared) -> bool:
    return fact.done and fact.day == bill.day and fact.key in done.only_bill


def _there(tenant: str, bill: Bill, done: Compared) -> dict[Key, tuple[str, Line]]:
    """Where the bills of the days around have what only we have, the nearest day first."""
    wanted, found = set(done.only_ours), dict[Key, tuple[str, Line]]()
    for day in matching.around(bill.day):
        if not wanted:
            break
        near = bills.current(tenant, bill.account, day).get(bill.kind)
        for line in bills.lines(tenant, near) if near else ():
            if (key := matching.key_of(line)) in wanted:
                wanted.discard(key)
                found[key] = day, line
    return found


def _added(day: Day, done: Compared) -> Day:
    return replace(
        day,
        bill=day.bill + done.bill,
        ours=day.ours + done.ours,
        matched=day.matched + done.matched,
    )


def _with_funds(
    tenant: str, day: Day, there: Mapping[BillKind, Bill]
) -> tuple[Day, list[Finding]]:
    """What the account had before and after, and what else moved in it, by its bill alone."""
    funds = there.get(BillKind.FUNDS)
    if funds is None:
        before = bills.find_day(tenant, day.account, matching.day_before(day.day))
        return replace(day, opening=before.closing, told_closing=None), []
    beside = Sums(withdrawals=funds.sums.withdrawals, others=funds.sums.others)
    if set(there) == {BillKind.FUNDS}:
        beside = funds.sums
    day = replace(
        day,
        opening=funds.opening or 0,
        told_closing=funds.closing,
        bill=day.bill + beside,
        ours=day.ours + beside,
    )
    return day, _unbalanced(day, funds)


def _unbalanced(day: Day, funds: Bill) -> list[Finding]:
    if funds.closing is None or day.closing == funds.closing:
        return []
    ref = LineKind.OTHER
    return [Finding(Type.BALANCE, ref, funds.source, funds.closing, day.closing, 0)]


def _named(
    account: str, day: str, kind: BillKind, found: list[Finding], now: str
) -> dict[str, Difference]:
    made = (matching.difference(account, day, kind, one, now) for one in found)
    return {one.id: one for one in made}


def _save(tenant: str, day: Day, found: dict[str, Difference], now: str) -> Day:
    kept = dict(list(found.items())[: matching.MOST])
    before = bills.differences(tenant, day.account, day.day)
    changed = matching.settle(before, kept, now)
    whole = before | {one.id: one for one in changed}
    after = replace(day.with_(whole.values()), left_out=len(found) - len(kept))
    return bills.save_match(tenant, after, changed)
