"""tongdan promises: the orders that must leave soon, in the order in which to work on them."""

from typing import Annotated

import typer
from rich.console import RenderableType

from infra.cli import paging
from infra.cli.commands import command
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session
from shared.domain.words import lasting

COLUMNS = (
    "order",
    "shop",
    "number",
    "warehouse",
    "status",
    "state",
    "ship_by",
    "left",
    "forecast",
    "text",
)


def register(app: typer.Typer) -> None:
    command(app, "promises")(promises)


def promises(
    session: Session,
    *,
    state: Annotated[str | None, typer.Option(help="late, breach-forecast or soon. 状态")] = None,
    shop: Annotated[str | None, typer.Option(help="Only this shop. 只看此店")] = None,
    warehouse: Annotated[str | None, typer.Option(help="Only this warehouse. 只看此仓")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List orders that must leave soon, the first to leave first. 发货时效"""
    asked = {"state": state, "shop": shop, "warehouse": warehouse}
    paging.list_(session, "/v1/promises", "promises", limit, _listed, **asked)


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    lang = out.words.lang
    shown = [
        row
        | {
            "status": out.words(f"status.{row['status']}"),
            "state": out.words(f"promise.{row['state']}"),
            "ship_by": local(row["ship_by"]),
            "left": lasting(row["left"], lang),
            "forecast": local(row["forecast"]) if row["forecast"] else None,
            "text": "; ".join(each[lang] for each in (row["why"], row["delay"]) if each),
        }
        for row in rows
    ]
    return out.table(shown, COLUMNS)
