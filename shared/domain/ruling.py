"""What the merchant's rules say of an order under review."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.domain.gift import Promise
from shared.domain.hold import Hold
from shared.domain.rules.facts import Facts
from shared.domain.rules.rule import Book, Decide, Give, Kind, Mark, Result, Rule, Stop, why

ASKED = 3  # rules that the history names: the one that decided, and those that did not hold


@dataclass(frozen=True, slots=True)
class Ruling:
    """`rule`: the one that decides whether the order goes on by itself; there is always one."""

    rule: str = "default@0"
    result: Result = Result.ALLOW
    note: str = ""
    holds: tuple[Hold, ...] = ()  # by other rules
    tried: tuple[dict[str, Any], ...] = ()  # which were asked, and what they looked at


NONE = Ruling()


def ruling(book: Book, facts: Facts, now: str) -> Ruling:
    first = book.first(Kind.REVIEW, facts, now)
    stops = book.every(Kind.HOLD, facts, now)
    said = first.then if first and isinstance(first.then, Decide) else Decide(Result.ALLOW)
    held = [one for one in book.tried(Kind.HOLD, facts, now) if one.held]
    return Ruling(
        rule=first.mark(book) if first else f"default@{book.version}",
        result=said.result,
        note=said.note,
        holds=tuple(_hold(rule, book, now) for rule in stops),
        tried=(
            *why(book.tried(Kind.REVIEW, facts, now), ASKED),
            *why(iter(held), ASKED),
        ),
    )


def tags(book: Book, facts: Facts, now: str) -> dict[str, str]:
    """Tag -> the rule that gives it."""
    return {
        tag: rule.mark(book)
        for rule in book.every(Kind.TAGS, facts, now)
        if isinstance(rule.then, Mark)
        for tag in rule.then.tags
    }


def gifts(book: Book, facts: Facts, now: str) -> list[Promise]:
    rules = book.every(Kind.GIFT, facts, now)
    found = ((rule, rule.then) for rule in rules)
    return [Promise(r.id, r.mark(book), then) for r, then in found if isinstance(then, Give)]


def _hold(rule: Rule, book: Book, now: str) -> Hold:
    stop = rule.then if isinstance(rule.then, Stop) else Stop()
    until = later(now, stop.hours) if stop.hours else ""
    return Hold(stop.reason, {"rule": rule.mark(book), "note": stop.note}, until, stop.then)


def later(now: str, hours: int) -> str:
    moment = datetime.fromisoformat(now) + timedelta(hours=hours)
    return moment.isoformat(timespec="milliseconds")
