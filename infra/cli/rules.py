"""tongdan rules: the book of rules, what rules may ask, and past orders tried by others."""

from typing import Any

import typer
from rich.console import RenderableType

from infra.cli import trials
from infra.cli.books import Book
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row, yuan
from infra.cli.session import Session
from infra.cli.trials import Figure, Trial
from shared.domain.rules.rule import Kind

RULES = ("id", "kind", "name", "priority", "active", "when", "then", "begins", "ends", "except")
SPAN = (("begins", "since"), ("ends", "until"))
FACTS = ("name", "text", "type", "unit", "operators", "choices", "kinds")
FIGURES = (
    *(Figure(name, f"tried-{name}") for name in ("orders", "held")),
    Figure("reasons", "reason", each=lambda out, code: f"  {out.words(f'reason.{code}')}"),
    *(Figure(name, f"tried-{name}") for name in ("alerts", "merged", "parcels")),
    Figure("gifts", "gift", each=trials.gift),
    *(Figure(name, name, yuan) for name in ("freight", "gift_cost", "paid", "cost", "margin")),
)


def register(app: typer.Typer) -> None:
    commands = group(app, "rules", "Rules. 规则")
    BOOK.register(commands)
    command(commands, "facts")(facts)
    command(commands, "simulate")(Trial(BOOK, FIGURES, _shown).simulate)


def facts(session: Session) -> None:
    """What rules may ask of an order. 规则能问的事实"""
    rows = session.api.get("/v1/rule-facts")["facts"]
    told = [_named(session.out, row) for row in rows]
    session.out.show({"facts": rows}, lambda: session.out.table(told, FACTS))


def _named(out: Output, fact: Row) -> Row:
    """Which kinds of rule are told of it is only said where it is not all of them."""
    every = len(fact["kinds"]) == len(Kind)
    return {**fact, "text": fact[out.words.lang], "kinds": [] if every else fact["kinds"]}


def _table(out: Output, rules: list[Row]) -> RenderableType:
    ordered = sorted(rules, key=lambda rule: (rule["kind"], -rule["weight"], rule["id"]))
    return out.table([_told(out, rule) for rule in ordered], RULES)


def _told(out: Output, rule: Row) -> Row:
    times = {name: local(rule[at]) for name, at in SPAN if rule.get(at)}
    return {**rule, "kind": out.words(f"rule.{rule['kind']}"), "priority": rule["weight"], **times}


def _shown(out: Output, name: str, value: Any) -> str:
    """What is otherwise in an order that was tried."""
    if name == "holds":
        return ", ".join(out.words(f"reason.{code}") for code in value)
    if name == "parcels":
        return ", ".join(f"{p['warehouse']}/{p['carrier']} {yuan(p['freight'])}" for p in value)
    return trials.units(value) if name == "gifts" else out.cell(value)


BOOK = Book("rules", _table)
