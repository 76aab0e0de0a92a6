"""Why an order went its way: each decision with its rules, what was looked at, and what lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.domain import words
from shared.domain.hold import NATURE, Hold
from shared.domain.order import Entry

Args = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Loser:
    """What was not chosen. `cost`: fen, where that was known; `of`: whose word `why` is."""

    what: str
    why: str
    cost: int | None = None
    of: str = "lost"

    def told(self, language: str) -> str:
        code = f"{self.of}.{self.why}"
        why = words.say(code, language) if code in words.CATALOGUE else self.why
        told = {"what": self.what, "lost": why, "cost": self.cost}
        return words.say("lost" if self.cost is None else "lost-for", language, told)


@dataclass(frozen=True, slots=True)
class Decision:
    entry: Entry
    after: float | None  # seconds since the entry before it
    rules: tuple[str, ...]  # id@version
    inputs: tuple[tuple[str, Any], ...]
    losers: tuple[Loser, ...]
    cost: int | None = None


def decisions(history: Sequence[Entry]) -> list[Decision]:
    """What was decided, the oldest first; an entry that decided nothing is left out."""
    before = (None, *history)
    every = [_decision(entry, last) for entry, last in zip(history, before, strict=False)]
    return [one for one in every if one.rules or one.inputs or one.losers or one.cost is not None]


def deadline(hold: Hold, history: Sequence[Entry]) -> str:
    """By when somebody should have dealt with a hold; empty where nobody has to."""
    hours = NATURE[hold.reason].hours
    raised = [
        entry.at
        for entry in history
        if entry.code == "held"
        and any(each["reason"] == hold.reason for each in entry.args.get("holds", ()))
    ]
    if not hours or not raised:
        return ""
    moment = datetime.fromisoformat(raised[-1]) + timedelta(hours=hours)
    return moment.isoformat(timespec="milliseconds")


def _decision(entry: Entry, before: Entry | None) -> Decision:
    args = entry.args
    return Decision(
        entry,
        _seconds(before.at, entry.at) if before else None,
        tuple(dict.fromkeys(_rules(args))),
        tuple(_inputs(args)),
        tuple(_losers(args)),
        args.get("cost"),
    )


def _rules(args: Args) -> Iterator[str]:
    if rule := args.get("rule"):
        yield rule
    yield from args.get("rules", ())
    for part in (*args.get("holds", ()), *args.get("chosen", ())):
        if isinstance(part, Mapping) and (rule := part.get("rule")):
            yield rule


def _inputs(args: Args) -> Iterator[tuple[str, Any]]:
    yield from args.get("inputs", {}).items()
    for rule in args.get("tried", ()):
        for looked in rule["looked"]:
            yield looked["fact"], looked["value"]


def _losers(args: Args) -> Iterator[Loser]:
    for lost in args.get("losers", ()):
        yield Loser(lost["what"], lost["why"], lost.get("cost"))
    yield from (Loser(warehouse, "lacks") for warehouse in args.get("passed", ()))
    if second := args.get("runner_up"):
        yield Loser("+".join(second["warehouses"]), "dearer", second["cost"])
    tried = args.get("tried", ())
    yield from (Loser(rule["rule"], "not-met") for rule in tried if not rule["held"])
    for order, bar in args.get("others", {}).items():  # that might have gone into one box
        yield Loser(order, bar, of="bar")
    for chosen in args.get("chosen", ()):
        yield from _carriers(chosen)


def _carriers(chosen: Args) -> Iterator[Loser]:
    usual = "slower" if chosen.get("by") == "speed" else "dearer"
    for lost in chosen.get("lost", ()):
        yield Loser(lost["carrier"], lost.get("why", usual), lost.get("fen"))


def _seconds(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
