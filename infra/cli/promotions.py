"""tongdan promotions: the book of promotions, and carts and past orders tried by others."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from infra.cli import quotes, trials
from infra.cli.books import Book, document
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row, yuan
from infra.cli.session import Session
from infra.cli.trials import Figure, Trial

PROMOTIONS = (
    "id", "name", "lane", "priority", "active", "scope", "benefit", "limited", "coupon", "begins",
    "ends",
)  # fmt: skip
SPAN = (("begins", "since"), ("ends", "until"))
MONEY = ("total", "off", "freight")
FIGURES = (
    Figure("orders", "tried-orders"),
    *(Figure(name, name, yuan) for name in (*MONEY, "borne")),
    Figure("points", "points"),
    Figure("gifts", "gift", each=trials.gift),
    *(Figure(name, name, yuan) for name in ("gift_cost", "cost", "margin")),
)


def register(app: typer.Typer) -> None:
    commands = group(app, "promotions", "Promotions. 促销")
    BOOK.register(commands)
    command(commands, "try")(try_)
    command(commands, "simulate")(Trial(BOOK, FIGURES, _shown).simulate)


def try_(
    session: Session,
    cart: quotes.Cart,
    *,
    file: Annotated[
        Path | None, typer.Option(help="By the promotions of a file [the draft]. 促销文件")
    ] = None,
) -> None:
    """What a cart would cost by the draft; nothing is written. 用购物车试算"""
    by: Row = {BOOK.name: BOOK.read(file)} if file else {"draft": True}
    quotes.show(session, session.api.post(f"{BOOK.path}/try", {"cart": document(cart), **by}))


def _table(out: Output, promotions: list[Row]) -> RenderableType:
    ordered = sorted(promotions, key=lambda one: (one["lane"], -one.get("priority", 0), one["id"]))
    return out.table(map(_told, ordered), PROMOTIONS)


def _told(one: Row) -> Row:
    times = {name: local(one[at]) for name, at in SPAN if one.get(at)}
    return {**one, "limited": one["limits"], **times}


def _shown(out: Output, name: str, value: Any) -> str:
    """What is otherwise in an order that was tried."""
    if name == "gifts":
        return trials.units(value)
    return yuan(value) if name in MONEY else out.cell(value)


BOOK = Book("promotions", _table)
