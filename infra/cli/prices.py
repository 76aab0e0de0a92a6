"""tongdan prices: what scarce units are worth to the orders that are still to come."""

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from infra.cli import paging
from infra.cli.commands import command
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session
from shared.domain.words import money

PATH = "/v1/routing-prices"
COLUMNS = ("sku", "warehouse", "worth")


def register(app: typer.Typer) -> None:
    command(app, "prices")(prices)


def prices(
    session: Session,
    *,
    sku: Annotated[str | None, typer.Option(help="Only this SKU. 只看此商品")] = None,
    warehouse: Annotated[str | None, typer.Option(help="Only this warehouse. 只看此仓")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """Show by what routing weighs scarce units. 影子价"""
    asked = {"sku": sku, "warehouse": warehouse}
    made = session.api.get(PATH, limit=1, **asked)

    def view(out: Output, rows: list[Row]) -> RenderableType:
        said = Text(f"{local(made['at']) if made['at'] else ''} {made['why'][out.words.lang]}")
        shown = [row | {"worth": money(row["fen"])} for row in rows]
        return Group(said, out.table(shown, COLUMNS)) if rows else said

    paging.list_(session, PATH, "prices", limit, view, **asked)
