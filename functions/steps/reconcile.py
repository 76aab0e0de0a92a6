"""Fetch the bills of an account's day, match them against our books, keep what does not agree."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from shared.domain import bill_reading, matching, settling
from shared.domain.bill import CHINA, BillKind, Line, LineKind, Parsed
from shared.domain.errors import Refused
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
from shared.domain.order import Order
from shared.domain.payment import split, total
from shared.domain.settling import Case
from shared.gateways.payments import port, providers
from shared.gateways.payments.port import Forged, Rejected, Unclear, Why
from shared.runtime import clock
from shared.store import aftersales, bills, orders, payments
from shared.store.bills import Bill

READY = timedelta(hours=10, minutes=30)  # of China: by then the day before is written
TOLD = (Why.ABSENT, Why.LATER, Why.ACCOUNT)  # each in words of its own
UNCLEAR, UNREADABLE = "unclear", "unreadable"
AT_ONCE = 5000  # lines of a bill that is matched in the request that brings it
TOGETHER = 1000  # orders that are read at once
MATCHED = (BillKind.TRADES, BillKind.PLATFORM)


def last_day(now: str) -> date:
    """The last day whose bills are written by now."""
    return (datetime.fromisoformat(now).astimezone(CHINA) - READY).date() - timedelta(1)


def fetch(tenant: str, account: port.Account, day: str, kind: port.Bill) -> str:
    """Ask the provider for one bill, and take it in; or why there is none."""
    try:
        data = providers.of(account.provider).bill(account, day, kind, clock.now())
    except Rejected as no:
        return no.why.value if no.why in TOLD else Why.REFUSED.value
    except (Unclear, Forged):
        return UNCLEAR
    whose = (account.id, day, BillKind(kind.value))
    try:
        parsed = bill_reading.parse(
            data, whose[2], day, bills.terms_of(tenant, account.id), account.merchant_id
        )
    except Refused:
        return UNREADABLE
    take_in(tenant, bills.about(whose, data, parsed, matching.SYSTEM), parsed)
    return ""


def say(tenant: str, account: str, day: str, trouble: str) -> None:
    """Say on the day why it has no bill."""
    known = bills.find_day(tenant, account, day)
    bills.save_day(tenant, replace(known, trouble=trouble, tried_at=clock.now()))


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
    for kind in there.keys() - {BillKind.PLATFORM}:
        found |= _named(account, day, kind, _charged_back(tenant, there[kind]), now)
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
    found = matching.judge(done, bill.day, elsewhere, there, terms.rate)
    return done, [*found, *_astray(tenant, {**elsewhere, **facts}.values(), lines)]


def _astray(tenant: str, facts: Iterable[Fact], lines: list[Line]) -> Iterator[Finding]:
    """Orders that moved on the day, of which we have another sum than they say."""
    moved = matching.by_order(facts)
    ids = sorted(moved)
    for at in range(0, len(ids), TOGETHER):
        for order in orders.get_many(tenant, ids[at : at + TOGETHER]).values():
            if settling.level(order, *moved[order.id]):
                continue
            case = _case(order)
            if more := settling.astray(case):
                about, have = (order.id, order.number), total(case.payments).charged
                yield matching.due(about, lines, have, have - more)


def _case(order: Order) -> Case:
    paid, sold = payments.of(order.tenant, order.id), aftersales.of(order.tenant, order.id)
    return Case(order, tuple(paid), clock.now(), tuple(sold))


def _charged_back(tenant: str, bill: Bill) -> list[Finding]:
    """Let payments hear what the buyer's bank took back; what is no payment of ours is told."""
    if not bill.sums.chargebacks:
        return []
    lines = [one for one in bills.lines(tenant, bill) if one.kind is LineKind.CHARGEBACK]
    return [matching.unknown(one) for one in lines if not _heard(tenant, bill.account, one)]


def _heard(tenant: str, account: str, line: Line) -> bool:
    order_id, no = split(line.number)
    one = payments.find(tenant, order_id, no) if no else None
    if one is None or one.account != account:
        return False
    after = one.heard(matching.charged_back(line, clock.now()))
    if after is not one:  # due at once: the clock books it with its order
        payments.save(tenant, replace(after, waits=settling.waiting(after), due=clock.now()))
    return True


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
    beside = Sums(
        withdrawals=funds.sums.withdrawals,
        others=funds.sums.others,
        chargebacks=funds.sums.chargebacks,
    )
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
