"""Bills as they came, what was charged and given back by day, and what the two do not agree on.

A bill is never overwritten: another file for the same day is its next edition. Its lines lie in
rows of their own, under the digest of the file, and are there before the bill is.
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from shared.domain import matching
from shared.domain.audit import Audit
from shared.domain.bill import BillKind, BillTerms, Line, LineKind, Outcome, Parsed
from shared.domain.claim import Claim
from shared.domain.errors import Conflict, NotFound
from shared.domain.matching import Day, Difference, Fact, Key, Sums
from shared.domain.matching import State as How
from shared.domain.order import id_for
from shared.domain.payment import OFFLINE, Kind, Payment, State, split
from shared.runtime import clock
from shared.store import audits, claims, keys, orders
from shared.store.pack import pack, unpack
from shared.store.shelf import Shelf
from shared.store.table import (
    Cancelled,
    InsightRow,
    OrderRow,
    Put,
    connection,
    find,
    find_many,
    put,
    transact,
)

YEAR = 366 * 24 * 3600
KEPT = 10 * YEAR  # bills, days and differences: as long as statements of a bank must be kept
KEPT_FACTS = 3 * YEAR
KEPT_PARTS = 2 * 24 * 3600
MOST_ROW = 300_000  # bytes
LINES = 4000  # of a row, at most
TOGETHER = 50  # rows of one transaction
LAST = "\U0010ffff"
_NAMES = (
    *("row", "at", "kind", "number", "fen", "fee"),
    *("provider_no", "refund", "coupon", "state", "balance"),
)
_values = attrgetter(*_NAMES)
_Packed = list[tuple[int, str, LineKind, str, int, int, str, str, int, Outcome, int | None]]
terms = Shelf("bill-terms", BillTerms)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill without its lines."""

    id: str  # "day.account's mark.kind.edition"
    account: str
    day: str
    kind: BillKind
    source: str
    digest: str  # of the file and of whose it is
    lines: int
    parts: tuple[int, ...]  # lines in each row
    sums: Sums
    made_at: str
    by: str
    opening: int | None = None
    closing: int | None = None

    @property
    def edition(self) -> int:
        return int(self.id.rpartition(".")[2])


def terms_of(tenant: str, account: str) -> BillTerms:
    return terms.find(tenant, account) or BillTerms(account)


def set_terms(tenant: str, made: BillTerms, claim: Claim | None) -> None:
    claims.write(Put(terms.row(tenant, made)), claim)


def days_before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days)).isoformat()


def about(whose: tuple[str, str, BillKind], data: bytes, parsed: Parsed, by: str) -> Bill:
    """A file for (account, day, kind) that has become a bill, before it is kept."""
    account, day, kind = whose
    return Bill(
        id="",
        account=account,
        day=day,
        kind=kind,
        source=parsed.source,
        digest=digest_of(data, *whose),
        lines=len(parsed.lines),
        parts=(),
        sums=matching.sums(parsed.lines),
        made_at=clock.now(),
        by=by,
        opening=parsed.opening,
        closing=parsed.closing,
    )


# --- bills ----------------------------------------------------------------------------------
def get(tenant: str, bill_id: str) -> Bill:
    row = find(InsightRow, keys.bill(tenant, bill_id))
    if row is None:
        raise NotFound(kind="bill", id=bill_id)
    return unpack(row.body, Bill)


def editions(tenant: str, account: str, day: str, kind: BillKind) -> list[Bill]:
    """Every bill of this kind for the day, the oldest first."""
    connection()
    pk, place = keys.bill(tenant, f"{day}.{_mark(account)}.{kind}.")
    rows = InsightRow.query(pk, InsightRow.sk.startswith(place), consistent_read=True)
    return [unpack(row.body, Bill) for row in rows]


def current(tenant: str, account: str, day: str) -> dict[BillKind, Bill]:
    """The newest bill of each kind for the day."""
    connection()
    pk, place = keys.bill(tenant, f"{day}.{_mark(account)}.")
    rows = InsightRow.query(pk, InsightRow.sk.startswith(place), consistent_read=True)
    return {bill.kind: bill for bill in (unpack(row.body, Bill) for row in rows)}


def page(tenant: str, days: tuple[str, str], after: str, limit: int) -> tuple[list[Bill], str]:
    """Bills of the days from .. to .., the newest day first, and where the next page begins."""
    connection()
    pk, first = keys.bill(tenant, days[0])
    span = InsightRow.sk.between(first, after or days[1] + LAST)
    rows = InsightRow.query(
        pk, span, scan_index_forward=False, limit=limit + 2, consistent_read=True
    )
    found = [unpack(row.body, Bill) for row in rows if row.sk != after]
    return found[:limit], found[limit - 1].id if len(found) > limit else ""


def keep(tenant: str, about: Bill, parsed: Parsed) -> tuple[Bill, bool]:
    """Keep a bill as the next edition of its day, and whether it is new: a file counts once.

    `about`: what is known of it but its id and its lines.
    """
    known = editions(tenant, about.account, about.day, about.kind)
    if same := next((bill for bill in known if bill.digest == about.digest), None):
        return same, False
    number = known[-1].edition + 1 if known else 1
    bill = replace(
        about,
        id=f"{about.day}.{_mark(about.account)}.{about.kind}.{number:04d}",
        parts=_keep_lines(tenant, about.digest, parsed.lines),
    )
    ttl = clock.epoch(bill.made_at) + KEPT
    row = InsightRow(*keys.bill(tenant, bill.id), body=pack(bill), ttl=ttl)
    put(row, InsightRow.pk.does_not_exist())
    return bill, True


def lines(tenant: str, bill: Bill, first: int = 0) -> Iterator[Line]:
    """The lines of a bill from its line number `first` (the first is 0) on."""
    begins = 0
    for part, size in enumerate(bill.parts):
        if begins + size > first:
            row = find(InsightRow, keys.bill_lines(tenant, bill.digest, part))
            if row is None:
                raise NotFound(kind="bill", id=bill.id)
            some = unpack(row.body, _Packed)
            yield from (Line(*values) for values in some[max(0, first - begins) :])
        begins += size


def digest_of(data: bytes, *about: str) -> str:
    """What makes two uploads one."""
    seen = blake2b("|".join(about).encode(), digest_size=16)
    seen.update(data)
    return seen.hexdigest()


def keep_part(tenant: str, upload: str, part: int, data: bytes) -> None:
    ttl = clock.epoch(clock.now()) + KEPT_PARTS
    put(InsightRow(*keys.upload(tenant, upload, part), body=data, ttl=ttl), None)


def put_together(tenant: str, upload: str, parts: int) -> bytes | None:
    """The whole file, or None while some of it is missing."""
    connection()
    pk, _ = keys.upload(tenant, upload)
    span = InsightRow.sk.between(*(keys.upload(tenant, upload, n)[1] for n in (1, parts)))
    found = [row.body for row in InsightRow.query(pk, span, consistent_read=True)]
    return b"".join(found) if len(found) == parts else None


def _keep_lines(tenant: str, digest: str, some: Sequence[Line]) -> tuple[int, ...]:
    sizes: list[int] = []
    for at in range(0, len(some), LINES):
        for packed, size in _packed(some[at : at + LINES]):
            key = keys.bill_lines(tenant, digest, len(sizes))
            put(InsightRow(*key, body=packed, ttl=clock.epoch(clock.now()) + KEPT), None)
            sizes.append(size)
    return tuple(sizes)


def _packed(some: Sequence[Line]) -> Iterator[tuple[bytes, int]]:
    body = pack([_values(line) for line in some])
    if len(body) <= MOST_ROW or len(some) == 1:
        yield body, len(some)
        return
    half = len(some) // 2
    yield from _packed(some[:half])
    yield from _packed(some[half:])


def _mark(account: str) -> str:
    return matching.mark(account, 4)


# --- what we know ---------------------------------------------------------------------------
def follow(images: Iterable[Any]) -> None:
    """Write down by day what payments have charged and given back, as the stream tells of them."""
    for image in images:
        if image["sk"]["S"].startswith("payment#"):
            tenant = image["pk"]["S"].partition("#")[0]
            _follow(tenant, unpack(b64decode(image["body"]["B"]), Payment))


def facts(tenant: str, account: str, day: str) -> dict[Key, Fact]:
    """What was charged and given back on an account on a day."""
    pk, _ = keys.money(tenant, account, day)
    found: dict[Key, Fact] = {}
    for item in _items(pk):
        kind, _, ref = item["sk"]["S"].partition("#")
        fact = Fact(LineKind(kind), ref, split(ref)[0], int(item["v"]["N"]), day)
        found[fact.key] = fact
    return found


def _items(pk: str) -> Iterator[dict[str, dict[str, str]]]:
    """The rows of a partition as the engine gives them: there may be a hundred thousand."""
    connection()
    table, after = InsightRow._get_connection(), None
    while True:
        page = table.query(pk, consistent_read=True, exclusive_start_key=after)
        yield from page["Items"]
        after = page.get("LastEvaluatedKey")
        if not after:
            return


def known(tenant: str, account: str, wanted: Sequence[Line]) -> dict[Key, Fact]:
    """What our payments say of these lines of a bill, whatever the day."""
    numbers = {split(line.number) for line in wanted if line.number}
    rows = find_many(OrderRow, [keys.beside(tenant, o, "payment", no) for o, no in numbers if no])
    payments = (unpack(row.body, Payment) for row in rows)
    return {
        fact.key: fact
        for payment in payments
        if payment.account == account
        for fact in matching.facts_of(payment)
    }


def of_orders(tenant: str, shop: str, some: Iterable[Line]) -> dict[Key, Fact]:
    """What the orders of a shop say of the lines of its platform's bill."""
    wanted = {matching.key_of(line): line for line in some if line.kind in matching.MATCHED}
    ids = {line.number: id_for(tenant, shop, line.number) for line in wanted.values()}
    there = orders.get_many(tenant, list(ids.values()))
    return {
        key: Fact(key[0], key[1], order.id, _paid(order, key[0]), line.at[:10])
        for key, line in wanted.items()
        if (order := there.get(ids[line.number]))
    }


def _paid(order: Any, kind: LineKind) -> int | None:
    """What the order says was paid or given back; None where it does not say."""
    if kind is LineKind.CHARGE:
        return int(order.content.amounts.total)
    back = [one.refunded for one in order.content.payments]
    return sum(back) or None


def _follow(tenant: str, payment: Payment) -> None:
    if payment.provider == OFFLINE:
        return
    done = [fact for fact in matching.facts_of(payment) if fact.done]
    wanted = {keys.money(tenant, payment.account, f.day, "#".join(f.key)): f for f in done}
    there = {(row.pk, row.sk): row for row in find_many(InsightRow, list(wanted))}
    for key, fact in wanted.items():
        if key not in there or there[key].v != fact.fen:
            ttl = clock.epoch(clock.now()) + KEPT_FACTS
            put(InsightRow(*key, v=fact.fen, ttl=ttl), None)
    for key in _outdated(tenant, payment) - wanted.keys():
        InsightRow(*key).delete()


def _outdated(tenant: str, payment: Payment) -> set[tuple[str, str]]:
    """Where the same was written down before its time was told otherwise."""
    seen = {
        (event.ref, event.kind, matching.heard_on(payment, event))
        for event in payment.events
        if event.state is State.DONE and event.kind in (Kind.CHARGE, Kind.REFUND)
    }
    if len(seen) == len({(ref, kind) for ref, kind, _ in seen}):
        return set()
    return {keys.money(tenant, payment.account, day, f"{kind}#{ref}") for ref, kind, day in seen}


# --- days and differences -------------------------------------------------------------------
def find_day(tenant: str, account: str, day: str) -> Day:
    row = find(InsightRow, keys.reconciled(tenant, day, account))
    return replace(unpack(row.body, Day), version=int(row.v)) if row else Day(account, day)


def get_day(tenant: str, account: str, day: str) -> Day:
    found = find_day(tenant, account, day)
    if not found.version:
        raise NotFound(kind="reconciliation", id=f"{account} {day}")
    return found


def stale() -> Iterator[tuple[str, str, str]]:
    """(tenant, account, day) of what was not matched yet against all of its bills."""
    connection()
    for work in keys.works("match"):
        for row in InsightRow.due_index.query(work):
            day, _, account = str(row.sk).partition("#")
            yield str(row.pk).partition("#")[0], account, day


def save_day(tenant: str, day: Day) -> None:
    """Write how a day stands, unless somebody else did meanwhile: Conflict."""
    _together([_day(tenant, day)])


def list_days(tenant: str, first: str, last: str) -> list[Day]:
    """Every account's days from `first` to `last`."""
    connection()
    pk, start = keys.reconciled(tenant, first)
    span = InsightRow.sk.between(start, last + LAST)
    rows = InsightRow.query(pk, span, consistent_read=True)
    return [replace(unpack(row.body, Day), version=int(row.v)) for row in rows]


def differences(tenant: str, account: str, day: str) -> dict[str, Difference]:
    """All there ever were of one day, by id, those that were closed among them."""
    connection()
    pk, place = keys.difference(tenant, day, _mark(account))
    rows = InsightRow.query(pk, InsightRow.sk.startswith(place), consistent_read=True)
    return {one.id: one for one in map(_difference, rows)}


def get_difference(tenant: str, difference_id: str) -> Difference:
    row = find(InsightRow, keys.difference(tenant, *_place(difference_id)))
    if row is None:
        raise NotFound(kind="difference", id=difference_id)
    return _difference(row)


def open_differences(
    tenant: str, days: tuple[str, str], after: str, limit: int
) -> tuple[list[Difference], str]:
    """Those that wait for somebody, the oldest day first, and where the next page begins."""
    connection()
    span = InsightRow.due.between(after or days[0], days[1] + LAST)
    rows = InsightRow.due_index.query(_desk(tenant), span, limit=limit + 2)
    places = [str(row.due) for row in rows if row.due != after]  # type: ignore[attr-defined]
    wanted = [keys.difference(tenant, *_place(place)) for place in places[:limit]]
    there = {one.id: one for one in map(_difference, find_many(InsightRow, wanted))}
    found = [there[place] for place in places[:limit] if place in there]
    return found, places[limit - 1] if len(places) > limit else ""


def save_match(tenant: str, day: Day, changed: Sequence[Difference]) -> Day:
    """Write a day with what became of its differences; raise Conflict if somebody else did.

    The day is written last: one that was cut off before is simply matched again.
    """
    puts = [_writes(tenant, one) for one in changed]
    while len(puts) >= TOGETHER:
        _together(puts[:TOGETHER])
        puts = puts[TOGETHER:]
    _together([*puts, _day(tenant, day)])
    return replace(day, version=day.version + 1)


def save_step(
    tenant: str, change: tuple[Difference, Difference], audit: Audit, claim: Claim | None
) -> None:
    """Write what somebody made of a difference, with its day and who did it."""
    before, after = change
    day = find_day(tenant, before.account, before.day).moved(before, after)
    puts = [_writes(tenant, after), _day(tenant, day), audits.writes(tenant, audit)]
    _together([*puts, *claims.writes(claim)])


def _together(puts: Sequence[Put]) -> None:
    try:
        transact(puts=puts)
    except Cancelled as cancelled:
        raise Conflict from cancelled


def _writes(tenant: str, one: Difference) -> Put:
    waits = one.state is How.OPEN
    row = InsightRow(
        *keys.difference(tenant, *_place(one.id)),
        v=one.version + 1,
        body=pack(replace(one, version=0)),
        work=_desk(tenant) if waits else None,
        due=one.id if waits else None,
        ttl=clock.epoch(one.found_at) + KEPT,
    )
    same = InsightRow.v == one.version if one.version else InsightRow.pk.does_not_exist()
    return Put(row, same)


def _day(tenant: str, day: Day) -> Put:
    row = InsightRow(
        *keys.reconciled(tenant, day.day, day.account),
        v=day.version + 1,
        body=pack(replace(day, version=0)),
        work=keys.work("match", day.account) if day.stale else None,
        due=day.day if day.stale else None,
        ttl=clock.epoch(clock.now()) + KEPT,
    )
    same = InsightRow.v == day.version if day.version else InsightRow.pk.does_not_exist()
    return Put(row, same)


def _desk(tenant: str) -> str:
    return keys.of_kind(tenant, "difference")


def _place(difference_id: str) -> tuple[str, str]:
    day, _, rest = difference_id.partition(".")
    return day, rest


def _difference(row: Any) -> Difference:
    return replace(unpack(row.body, Difference), version=int(row.v))


def by_day(some: Mapping[BillKind, Bill]) -> tuple[matching.BillMark, ...]:
    """Which bills a day was matched against."""
    return tuple(
        matching.BillMark(bill.id, bill.kind, bill.digest, bill.lines)
        for _, bill in sorted(some.items())
    )
