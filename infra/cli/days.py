"""tongdan days: how many orders came, moved and stopped, day by day."""

from typing import Annotated

import typer

from infra.cli.commands import command
from infra.cli.session import Session


def register(app: typer.Typer) -> None:
    command(app, "days")(days)


def days(
    session: Session,
    from_: Annotated[str | None, typer.Option("--from", help="YYYY-MM-DD. 起")] = None,
    to: Annotated[str | None, typer.Option(help="YYYY-MM-DD. 止")] = None,
) -> None:
    """Count what happened, day by day (UTC). 每日统计"""
    found = session.api.get("/v1/days", **{"from": from_, "to": to})
    rows = [{"day": day["day"], **day["counts"]} for day in found["days"]]
    names = dict.fromkeys(name for row in rows for name in row)
    session.out.show(found, lambda: session.out.table(rows, list(names) or ["day"]))
