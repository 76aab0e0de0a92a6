"""tongdan orders: list them, show one, and say why it is where it is."""

from typing import Annotated
from urllib.parse import quote

import typer

from infra.cli import paging, why
from infra.cli.commands import command
from infra.cli.importing.columns import COLUMNS
from infra.cli.output import Row
from infra.cli.session import Session
from infra.cli.showing import listed, whole

commands = typer.Typer(help="Orders. 订单", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="Order id. 订单编号")]


def register(app: typer.Typer) -> None:
    app.add_typer(commands, name="orders")
    command(commands, "list")(list_)
    command(commands, "show")(show)
    command(commands, "why")(why_)
    command(commands, "columns")(columns)


def list_(
    session: Session,
    *,
    shop: Annotated[str | None, typer.Option(help="Only this shop. 店铺")] = None,
    status: Annotated[str | None, typer.Option(help="Only this status. 状态")] = None,
    hold: Annotated[str | None, typer.Option(help="Held for this reason. 挂起原因")] = None,
    tag: Annotated[str | None, typer.Option(help="With this tag. 标签")] = None,
    number: Annotated[str | None, typer.Option(help="The shop's number. 平台单号")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Placed from. 下单起")] = None,
    to: Annotated[str | None, typer.Option(help="Placed before. 下单止")] = None,
    oldest: Annotated[bool, typer.Option("--oldest", help="Oldest first. 旧单在前")] = False,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List orders, the newest first. 订单列表"""
    filters = {
        "shop": shop,
        "status": status,
        "hold": hold,
        "tag": tag,
        "number": number,
        "from": from_,
        "to": to,
        "sort": "placed_at" if oldest else "-placed_at",
    }
    paging.list_(session, "/v1/orders", "orders", limit, listed, **filters)


def show(
    session: Session,
    order_id: Id,
    purpose: Annotated[
        str | None, typer.Option(help="Why you need to see it unmasked; is logged. 查看明文的用途")
    ] = None,
) -> None:
    """Show an order, personal fields masked. 查看订单"""
    order = get(session, order_id, purpose)
    session.out.show(order, lambda: whole(session.out, order))


def why_(session: Session, order_id: Id) -> None:
    """Tell what happened to an order and why, and what it waits for. 订单经过"""
    told = session.api.get(f"{path(order_id)}/why")
    entries: list[Row] = session.api.get(f"{path(order_id)}/timeline")["entries"]
    document = why.document(told, entries, session.words)
    session.out.show(document, lambda: why.view(session.out, document))


def columns(session: Session) -> None:
    """Name the columns that `orders import` reads in a table. 导入表的列名"""
    rows = [
        {"column": each.name, "field": each.field, "aliases": list(each.aliases)}
        for each in COLUMNS
    ]
    titles = ("column", "aliases", "field")
    session.out.show({"columns": rows}, lambda: session.out.table(rows, titles))


def get(session: Session, order_id: str, purpose: str | None = None) -> Row:
    return session.api.get(path(order_id), purpose=purpose)


def path(order_id: str) -> str:
    return f"/v1/orders/{quote(order_id, safe='')}"
