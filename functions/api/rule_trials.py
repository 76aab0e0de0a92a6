"""/v1/rules/simulate: past orders by the current rules and by others, and what differs"""

import base64
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from functions.api.rules import faults
from shared.domain import review
from shared.domain.content import Content
from shared.domain.errors import faulty
from shared.domain.merchant import Shop
from shared.domain.order import Order
from shared.domain.reader import Reader
from shared.domain.rules import reading
from shared.domain.rules.rule import Book, Rule
from shared.gateways import vault
from shared.runtime import clock
from shared.runtime.http import Call, Routes
from shared.store import books, merchants

routes = Routes()
MOST, USUAL = 500, 200
DAYS_BACK, MOST_DAYS = 7, 400
DAY = 86400
NOTES = ("buyer_note", "seller_note")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a trial has come, and how many orders each limited gift went to by each book."""

    after: str = ""
    taken: tuple[Counter[str], Counter[str]] = field(
        default_factory=lambda: (Counter(), Counter())
    )


@routes.on("POST", "/v1/rules/simulate", "rules:read")
def simulate_rules(call: Call) -> Json:
    """One page of past orders, twice over: by the rules that count, and by those to be tried."""
    from shared.domain import trial  # seldom wanted, and long to import
    from shared.store import trials

    body = call.reader()
    span = trials.Span(*span_of(call, body))
    rules = _rules(call, body)
    limit = body.whole("limit", default=USUAL, least=1, most=MOST)
    cursor = read_cursor(body.text("cursor", default="", limit=100_000))
    body.done()
    body.check()
    now, then = books.rules.fresh(call.tenant), Book(0, rules)
    page = trials.page(call.tenant, span, (now, then), cursor.after, limit)
    notes = now.asks(*NOTES) or then.asks(*NOTES)
    past = [replace(one, content=_opened(one.order, one.desk.shop, notes)) for one in page.past]
    before = trial.replay(past, now, cursor.taken[0])
    after = trial.replay(past, then, cursor.taken[1])
    return {
        "from": span.first,
        "to": span.last,
        "version": now.version,
        "skipped": page.skipped,
        **trial.compared(before, after, page.items.values(), trial.Sums),
        "next": written(Cursor(page.last, cursor.taken)) if page.last else None,
    }


def _opened(order: Order, shop: Shop | None, notes: bool) -> Content:
    """With as much in clear as a review of it asks for, and nobody is told."""
    content = order.content
    by_hand = review.by_hand(content, shop or Shop(order.shop, ""))
    names = ("name", "phone", "address") if by_hand else ("address",)
    receiver = replace(content.receiver, **_open(order, "receiver", names))
    said = _open(order, "notes", ("buyer", "seller") if notes else ())
    return replace(content, receiver=receiver, notes=replace(content.notes, **said))


def _open(order: Order, part: str, names: Sequence[str]) -> dict[str, str]:
    cipher = vault.cipher(order.tenant, merchants.tenant(order.tenant).sealed_key)
    sealed = {name: getattr(getattr(order.content, part), name) for name in names}
    return {n: cipher.open(v, f"{order.id}/{part}.{n}") for n, v in sealed.items() if v}


def span_of(call: Call, body: Reader) -> tuple[str, str, str]:
    """From, to and as of when; the last week, unless other days are named."""
    last = body.time("to", default=call.now)
    first = body.time("from", default=clock.later(last or call.now, -DAYS_BACK * DAY))
    if first and last and first >= last:
        body.fault("to", "not-after", other="from")
    elif first and last and clock.seconds_between(first, last) > MOST_DAYS * DAY:
        body.fault("from", "out-of-range", least=clock.later(last, -MOST_DAYS * DAY), most=last)
    return first, last, body.time("at", default="")


def _rules(call: Call, body: Reader) -> tuple[Rule, ...]:
    """The draft, or rules that are given with the request."""
    if body.flag("draft"):
        if body.has("rules"):
            body.fault("rules", "either-or", other="draft")
        body.seen.add("rules")
        return books.rules.compiled(books.rules.draft(call.tenant).rules)
    rules = reading.rules(body)
    body.faults.extend(faults(call.tenant, rules))
    return rules


def written(cursor: Cursor) -> str:
    text = json.dumps([cursor.after, *map(dict, cursor.taken)], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode()


def read_cursor(text: str) -> Cursor:
    if not text:
        return Cursor()
    try:
        after, *taken = json.loads(base64.urlsafe_b64decode(text.encode()))
        clock.epoch(after.partition("#")[0])
        before, later = (Counter({str(k): int(v) for k, v in each.items()}) for each in taken)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise faulty("cursor", "bad-cursor") from None
    return Cursor(after, (before, later))
