"""tongdan sellable, tongdan pushes: what shops may sell, and what they were told."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import RenderableType

from infra.cli import paging
from infra.cli.commands import command
from infra.cli.output import Output, Row
from infra.cli.session import Session

SELLABLE = ("sku", "sellable", "shows", "told", "text")
PUSHES = ("shop", "sku", "units", "state", "told", "tries", "due", "text")


def register(app: typer.Typer) -> None:
    command(app, "sellable")(sellable)
    command(app, "pushes")(pushes)


def sellable(
    session: Session,
    shop_id: Annotated[str, typer.Argument(help="Shop. 店铺编号")],
    sku: Annotated[str | None, typer.Option(help="Only this SKU. 只看此商品")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """Show what a shop may sell, and why. 店铺可售数量"""
    path = f"/v1/shops/{quote(shop_id, safe='')}/sellable"
    paging.list_(session, path, "skus", limit, of_skus, sku=sku)


def pushes(
    session: Session,
    shop: Annotated[str | None, typer.Option(help="Only this shop. 只看此店")] = None,
    state: Annotated[str | None, typer.Option(help="E.g. refused. 状态")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List what shops were told, and what they did not take. 推送列表"""
    paging.list_(session, "/v1/pushes", "pushes", limit, of_pushes, shop=shop, state=state)


def of_skus(out: Output, rows: list[Row]) -> RenderableType:
    shown = [
        {
            "sku": row["sku"],
            "sellable": row["figures"]["sellable"],
            "shows": row["units"],
            "told": _told(row),
            "text": _text(out, row["refused"]) or row[out.words.lang],
        }
        for row in rows
    ]
    return out.table(shown, SELLABLE)


def of_pushes(out: Output, rows: list[Row]) -> RenderableType:
    shown = [
        {**row, "told": _told(row), "text": _text(out, row["refused"]) or _text(out, row["fault"])}
        for row in rows
    ]
    return out.table(shown, PUSHES)


def _told(row: Row) -> int | None:
    return row["told"]["units"] if row["told"] else None


def _text(out: Output, why: Row | None) -> str:
    return str(why[out.words.lang]) if why else ""
