"""tongdan quotes: what a cart of an own shop costs; and the order that it becomes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType

from infra.cli.books import document
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row, yuan
from infra.cli.session import Session

PATH = "/v1/quotes"
HEAD = ("id", "expires_at", "total", "off", "freight", "earned", "spent", "gifts")
LINES = ("no", "sku", "quantity", "unit_price", "discount", "apportioned", "paid")
MONEY = ("unit_price", "discount", "paid")
TOLD = (("applied", "what-counted"), ("passed", "what-passed"))
REASONS = ("promotion", "name", "coupon", "off", "message")
RECEIPT = ("id", "shop", "number", "quote", "total", "pay_before")
Cart = Annotated[Path, typer.Argument(help="JSON of the cart, - is stdin. 购物车文件")]


def register(app: typer.Typer) -> None:
    from infra.cli.orders import commands as orders

    command(group(app, "quotes", "Quotes. 报价"), "ask")(ask)
    command(orders, "place")(place)


def ask(session: Session, cart: Cart) -> None:
    """What a cart costs, and why; nothing is written. 报价"""
    show(session, session.api.post(PATH, document(cart)))


def place(
    session: Session,
    cart: Cart,
    *,
    number: Annotated[str, typer.Option(help="The shop's number of the order. 单号")],
    quote_id: Annotated[
        str | None, typer.Option("--quote", help="At this price only [the price of now]. 报价编号")
    ] = None,
    cod: Annotated[bool, typer.Option("--cod", help="Paid on delivery. 货到付款")] = False,
) -> None:
    """Order a cart at the price of a quote. 按报价下单"""
    wanted = document(cart)
    asked: Row = {"id": quote_id} if quote_id else session.api.post(PATH, wanted)
    manner = {"manner": "cod"} if cod else {}
    path = f"{PATH}/{quote(asked['id'], safe='')}/order"
    placed = session.api.post(path, {**wanted, "number": number, **manner})
    session.out.show(placed, lambda: session.out.fields(_receipt(placed), RECEIPT))


def show(session: Session, found: Row) -> None:
    session.out.show(found, lambda: _whole(session.out, found))


def _whole(out: Output, found: Row) -> RenderableType:
    parts: list[Any] = [out.fields(_head(found), HEAD), "", out.table(_lines(found), LINES)]
    for name, word in TOLD:
        if found[name]:
            parts += ["", out.words(word), out.table(_reasons(out, found[name]), REASONS)]
    return Group(*parts)


def _head(found: Row) -> Row:
    amounts, points = found["amounts"], found["points"]
    off = sum(line["discount"] + line["share"] for line in found["lines"])
    return {
        **found,
        **{name: count for name, count in points.items() if count},
        "expires_at": local(found["expires_at"]),
        "total": yuan(amounts["total"]),
        "off": yuan(off),
        "freight": yuan(amounts["freight"]),
        "gifts": [f"{one['sku']} x {one['quantity']}" for one in found["gifts"]],
    }


def _lines(found: Row) -> Iterator[Row]:
    for line in found["lines"]:
        money = {name: yuan(line[name]) for name in MONEY}
        yield {**line, **money, "apportioned": yuan(line["share"])}


def _reasons(out: Output, some: list[Row]) -> Iterator[Row]:
    for one in some:
        off = yuan(one["off"]) if one.get("off") else ""
        yield {**one, "off": off, "message": one[out.words.lang]}


def _receipt(placed: Row) -> Row:
    closes = [local(one["closes"]) for one in placed["payments"] if one["closes"]]
    return {**placed, "total": yuan(placed["total"]), "pay_before": closes[:1]}
