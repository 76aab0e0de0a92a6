"""/v1/bills: what payment providers and platforms say they have settled"""

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import asdict
from enum import StrEnum
from itertools import islice
from typing import Any

from functions.api import listing
from functions.steps import reconcile
from shared.domain import bill_reading
from shared.domain.bill import BillKind, BillTerms, Line, LineKind, day_of
from shared.domain.errors import NotFound, faulty
from shared.domain.matching import RATE
from shared.domain.payment import Account
from shared.domain.reader import Reader
from shared.gateways.payments import port
from shared.runtime.http import LONGEST_ID, MAX_BODY, Answer, Call, Routes
from shared.store import bills, claims, merchants
from shared.store.bills import Bill

routes = Routes()
MOST, USUAL = 500, 100
MOST_PART = 300_000  # bytes of a part: it lies in one row
MOST_PARTS = 300
OWN = ("parts", "digest")  # what only the store knows


class Encoding(StrEnum):
    TEXT = "text"
    BASE64 = "base64"


@routes.on("GET", "/v1/bills", "finance:read")
def list_bills(call: Call) -> dict[str, Any]:
    """Every edition of the days from `from` to `to`, the newest day first."""
    span, after = days(call), call.query.get("cursor", "")
    if len(after) > LONGEST_ID:
        raise faulty("cursor", "bad-cursor")
    wanted = {name: call.query[name] for name in ("account", "kind") if name in call.query}
    found, cursor = listing.filled(
        lambda place, most: bills.page(call.tenant, span, place, most),
        after,
        call.limit(USUAL, MOST),
        lambda one: all(getattr(one, name) == value for name, value in wanted.items()),
        lambda one: one.id,
    )
    return {"bills": [shown(one) for one in found], "next": cursor or None}


@routes.on("POST", "/v1/bills", "finance:write")
def send_bill(call: Call) -> Answer:
    """A whole file, or a part of one; the last part makes it a bill."""
    body = call.reader()
    whose = (account_of(call, body), _day(call, body), body.one_of("kind", BillKind, _NONE))
    data, upload = _content(body), body.id("upload", default="")
    part, parts = (body.whole(n, default=1, least=1, most=MOST_PARTS) for n in ("part", "parts"))
    body.done()
    _check_parts(body, data, (upload, part, parts))
    body.check()
    if upload:
        bills.keep_part(call.tenant, upload, part, data)
        if part < parts:
            return Answer(202, {"upload": upload, "part": part, "parts": parts})
        whole = bills.put_together(call.tenant, upload, parts)
        if whole is None:
            raise faulty("part", "parts-missing", parts=parts)
        data = whole
    return _taken(call, whose, data)


@routes.on("POST", "/v1/bills/fetch", "finance:write")
def fetch_bill(call: Call) -> Answer:
    """Ask a provider now for one bill of a day, as the clock does; the same again is one."""
    from functions.api import reconciliations
    from functions.steps import settle

    account, day, kind = _asked(call)
    opened = settle.opened(call.tenant, account)
    if trouble := reconcile.fetch(call.tenant, opened, day, kind):
        reconcile.say(call.tenant, account.id, day, trouble)
    found = bills.current(call.tenant, account.id, day).get(BillKind(kind.value))
    stands = reconciliations.shown(bills.find_day(call.tenant, account.id, day))
    answer = Answer(202, {"bill": shown(found) if found else None, "day": stands})
    claims.keep(call.claim(answer))
    return answer


@routes.on("GET", "/v1/bills/{bill_id}", "finance:read")
def show_bill(call: Call, bill_id: str) -> dict[str, Any]:
    """One bill with its lines, page by page."""
    one, limit = bills.get(call.tenant, bill_id), call.limit(USUAL, MOST)
    first = _first(call, one)
    some = [_line(line) for line in islice(bills.lines(call.tenant, one, first), limit)]
    after = first + limit
    return {**shown(one), "rows": some, "next": str(after) if after < one.lines else None}


@routes.on("GET", "/v1/bill-terms/{account_id}", "finance:read")
def show_terms(call: Call, account_id: str) -> dict[str, Any]:
    return asdict(bills.terms.get(call.tenant, account_id))


@routes.on("PUT", "/v1/bill-terms/{account_id}", "finance:write")
def set_terms(call: Call, account_id: str) -> Answer:
    """The agreed fee, and which column of a platform's bill has what."""
    if not _known(call, account_id):
        raise NotFound(kind="bill-terms", id=account_id)
    body = call.reader()
    body.seen.add("id")
    made = _terms(body, account_id)
    body.done()
    body.check()
    answer = Answer(200, asdict(made))
    bills.set_terms(call.tenant, made, call.claim(answer))
    return answer


def shown(one: Bill) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name not in OWN}


def account_of(call: Call, body: Reader) -> str:
    """The account of a provider, or the shop, that a bill is about."""
    account = body.id("account")
    if account and not _known(call, account):
        body.fault("account", "unknown-account")
    return account


def days(call: Call) -> tuple[str, str]:
    """The days from `from` to `to`: the last thirty-one where nothing else is said."""
    query = Reader(dict(call.query))
    today = day_of(call.now)
    last = query.day("to") or today
    first = query.day("from") or bills.days_before(last, 30)
    query.check()
    if first > last:
        raise faulty("to", "out-of-range", least=first, most=today)
    return first, last


_NONE = BillKind.TRADES  # read as this one where it is faulty: nothing comes of it


def _asked(call: Call) -> tuple[Account, str, port.Bill]:
    body = call.reader()
    account_id, day = body.id("account"), _day(call, body)
    kind = body.one_of("kind", port.Bill, port.Bill.TRADES)
    known = merchants.payment_accounts.find(call.tenant, account_id) if account_id else None
    if account_id and known is None:
        body.fault("account", "unknown-account")
    if not body.faults_here("day") and day > reconcile.last_day(call.now).isoformat():
        body.fault("day", "no-bill-yet")
    body.done()
    body.check()
    assert known
    return known, day, kind


def _taken(call: Call, whose: tuple[str, str, BillKind], data: bytes) -> Answer:
    account, day, kind = whose
    terms = bills.terms_of(call.tenant, account)
    known = merchants.payment_accounts.find(call.tenant, account)
    owner = known.merchant_id if known else ""
    parsed = bill_reading.parse(data, kind, day, terms, owner)
    about = bills.about(whose, data, parsed, call.by)
    bill, new = reconcile.take_in(call.tenant, about, parsed)
    answer = Answer(201 if new else 200, {"bill": shown(bill), "new": new})
    claims.keep(call.claim(answer))
    return answer


def _day(call: Call, body: Reader) -> str:
    day = body.day("day")
    if not day and not body.faults_here("day"):
        body.fault("day", "missing")
    if day > day_of(call.now):
        body.fault("day", "in-the-future")
    return day


def _content(body: Reader) -> bytes:
    encoding = body.one_of("encoding", Encoding, Encoding.TEXT)
    text = body.text("content", limit=MAX_BODY)
    if encoding is Encoding.TEXT:
        return text.encode()
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        body.fault("content", "not-base64")
    return b""


def _check_parts(body: Reader, data: bytes, said: tuple[str, int, int]) -> None:
    upload, part, parts = said
    if part > parts:
        body.fault("part", "out-of-range", least=1, most=parts)
    if parts > 1 and not upload:
        body.fault("upload", "missing")
    if upload and len(data) > MOST_PART:
        body.fault("content", "too-long", limit=MOST_PART)


def _known(call: Call, account: str) -> bool:
    shelves = (merchants.payment_accounts, merchants.shops)
    return any(shelf.find(call.tenant, account) for shelf in shelves)


def _first(call: Call, one: Bill) -> int:
    cursor = call.query.get("cursor", "0")
    if not cursor.isascii() or not cursor.isdigit() or int(cursor[:10]) > one.lines:
        raise faulty("cursor", "bad-cursor")
    return int(cursor)


def _line(line: Line) -> dict[str, Any]:
    return {**asdict(line), "flow": line.flow}


def _terms(body: Reader, account: str) -> BillTerms:
    preset = bill_reading.PRESETS.get(body.text("preset", default=""))
    if body.has("preset") and preset is None:
        body.fault("preset", "not-one-of", choices=list(bill_reading.PRESETS))
    preset = preset or BillTerms(account)
    columns = preset.columns | body.mapping("columns", limit=len(bill_reading.FIELDS))
    kinds = body.mapping("kinds", limit=100)
    _check_words(body, columns, kinds)
    return BillTerms(
        id=account,
        rate=body.whole("rate", default=0, most=RATE),
        columns=columns,
        kinds=preset.kinds | kinds,
        yuan=body.flag("yuan", default=preset.yuan),
        prefix=body.text("prefix", default=preset.prefix, limit=20),
    )


def _check_words(body: Reader, columns: dict[str, str], kinds: dict[str, str]) -> None:
    strange = [name for name in columns if name not in bill_reading.FIELDS]
    lacking = [name for name in bill_reading.NEEDED if columns and name not in columns]
    if strange:
        body.fault("columns", "not-one-of", choices=list(bill_reading.FIELDS))
    for name in lacking:
        body.fault(f"columns.{name}", "missing")
    if any(kind not in list(LineKind) for kind in kinds.values()):
        body.fault("kinds", "not-one-of", choices=[kind.value for kind in LineKind])
