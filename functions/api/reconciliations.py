"""/v1/reconciliations and /v1/differences: whether bills and books agree, day by day"""

from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from functions.api import bills as bills_api
from functions.api import listing
from functions.steps import reconcile
from shared.domain import matching, words
from shared.domain.audit import Audit
from shared.domain.errors import WrongState, faulty
from shared.domain.matching import Category, Day, Difference, State, Step
from shared.runtime.http import LONGEST_ID, Answer, Call, Routes
from shared.store import bills, claims

routes = Routes()
MOST, USUAL = 200, 50
FILTERS = ("account", "type", "assignee", "category", "state")


class Verdict(StrEnum):
    """What a person may make of a difference."""

    EXPLAINED = "explained"
    BOOKED = "booked"
    OPEN = "open"


@routes.on("GET", "/v1/reconciliations", "finance:read")
def list_days(call: Call) -> dict[str, Any]:
    """Every account's days, the newest first."""
    first, last = bills_api.days(call)
    if bills.days_before(last, MOST) > first:
        raise faulty("from", "out-of-range", least=bills.days_before(last, MOST), most=last)
    found = reversed(bills.list_days(call.tenant, first, last))
    wanted = {name: call.query[name] for name in ("account", "standing") if name in call.query}
    fits = [one for one in found if all(getattr(one, n) == v for n, v in wanted.items())]
    return {"days": [shown(one) for one in fits]}


@routes.on("GET", "/v1/reconciliations/{account_id}/{day}", "finance:read")
def show_day(call: Call, account_id: str, day: str) -> dict[str, Any]:
    """One day with its differences, those that were closed among them."""
    one = bills.get_day(call.tenant, account_id, day)
    every = bills.differences(call.tenant, account_id, day)
    after, limit = _cursor(call), call.limit(USUAL, MOST)
    fits = [each for id_, each in sorted(every.items()) if id_ > after and _fits(call, each)]
    more = fits[limit - 1].id if len(fits) > limit else None
    return {**shown(one), "rows": [_difference(each) for each in fits[:limit]], "next": more}


@routes.on("POST", "/v1/reconciliations/{account_id}/{day}/match", "finance:write")
def match_day(call: Call, account_id: str, day: str) -> Answer:
    """Match it once more. What was resolved stays so unless its figures changed."""
    known = bills.get_day(call.tenant, account_id, day)
    after = reconcile.whole(call.tenant, known.account, known.day)
    answer = Answer(200, shown(after))
    claims.keep(call.claim(answer))
    return answer


@routes.on("GET", "/v1/differences", "finance:read")
def list_differences(call: Call) -> dict[str, Any]:
    """What waits for somebody, the oldest day first."""
    first, last = bills_api.days(call)
    span = (first if "from" in call.query else "0", last)
    found, cursor = listing.filled(
        lambda place, most: bills.open_differences(call.tenant, span, place, most),
        _cursor(call),
        call.limit(USUAL, MOST),
        lambda one: _fits(call, one),
        lambda one: one.id,
    )
    return {"differences": [_difference(one) for one in found], "next": cursor or None}


@routes.on("GET", "/v1/differences/{difference_id}", "finance:read")
def show_difference(call: Call, difference_id: str) -> dict[str, Any]:
    return _difference(bills.get_difference(call.tenant, difference_id))


@routes.on("POST", "/v1/differences/{difference_id}/explain", "finance:write")
def explain_difference(call: Call, difference_id: str) -> Answer:
    """Say why it is there, or that the books were adjusted; or open it once more."""
    before = _standing(bills.get_difference(call.tenant, difference_id))
    body = call.reader()
    verdict = body.one_of("state", Verdict, Verdict.EXPLAINED)
    category = body.one_of("category", Category, Category.OTHER)
    note = body.text("note", default="")
    for name in ("category", "note"):
        if verdict is not Verdict.OPEN and not body.has(name):
            body.fault(name, "missing")
    body.done()
    body.check()
    said = "" if verdict is Verdict.OPEN else category.value
    step = Step(call.now, call.by, State(verdict.value), said, note)
    return _write(call, before, before.moved(step))


@routes.on("POST", "/v1/differences/{difference_id}/assign", "finance:write")
def assign_difference(call: Call, difference_id: str) -> Answer:
    """Give it to somebody, by whatever name; an empty one takes it back."""
    before = _standing(bills.get_difference(call.tenant, difference_id))
    body = call.reader()
    assignee = body.text("assignee", default="", limit=64)
    body.done()
    body.check()
    return _write(call, before, matching.assigned(before, assignee))


def shown(one: Day) -> dict[str, Any]:
    """The balance, by the bill and by our books, from the same opening."""
    return {
        "account": one.account,
        "day": one.day,
        "standing": one.standing.value,
        "bills": [asdict(mark) for mark in one.bills],
        "balance": {
            "opening": one.opening,
            "bill": {**asdict(one.bill), "closing": one.closing},
            "ours": {**asdict(one.ours), "closing": one.opening + one.ours.net},
            "gap": one.gap,
            "explained": one.explained,
            "told_closing": one.told_closing,
        },
        "matched": one.matched,
        "differences": one.differences,
        "open": one.open,
        "left_out": one.left_out,
        "matched_at": one.matched_at,
        "stale": one.stale,
        "trouble": _trouble(one),
    }


def _trouble(one: Day) -> dict[str, Any] | None:
    if not one.trouble:
        return None
    said = _both(words.say(f"bill-trouble.{one.trouble}", each) for each in words.LANGUAGES)
    return {"code": one.trouble, "at": one.tried_at, **said}


def _difference(one: Difference) -> dict[str, Any]:
    found = {name: value for name, value in asdict(one).items() if name != "version"}
    return {**found, **_both(matching.said(one, each) for each in words.LANGUAGES)}


def _both(texts: Iterable[str]) -> dict[str, str]:
    return dict(zip(words.LANGUAGES, texts, strict=True))


def _fits(call: Call, one: Difference) -> bool:
    wanted = {name: call.query[name] for name in FILTERS if name in call.query}
    return all(getattr(one, name) == value for name, value in wanted.items())


def _cursor(call: Call) -> str:
    cursor = call.query.get("cursor", "")
    if len(cursor) > LONGEST_ID:
        raise faulty("cursor", "bad-cursor")
    return cursor


def _standing(one: Difference) -> Difference:
    if one.state is State.CLOSED:
        raise WrongState(kind="difference", id=one.id, stage=one.state.value)
    return one


def _write(call: Call, before: Difference, after: Difference) -> Answer:
    was, now = ({n: getattr(each, n) for n in FILTERS[2:]} for each in (before, after))
    audit = Audit(call.now, call.by, "difference", before.id, was, now | {"note": after.note})
    answer = Answer(200, _difference(after))
    bills.save_step(call.tenant, (before, after), audit, call.claim(answer))
    return answer
