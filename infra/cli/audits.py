"""tongdan audits: who changed a setting that matters, and from what to what."""

from typing import Annotated, Any

import typer

from infra.cli import paging
from infra.cli.commands import command
from infra.cli.output import Output, Row
from infra.cli.session import Session

COLUMNS = ("at", "by", "kind", "id", "text")


def register(app: typer.Typer) -> None:
    command(app, "audits")(audits)


def audits(
    session: Session,
    month: Annotated[str | None, typer.Option(help="YYYY-MM [this month]. 年月")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List the changes of a month, the newest first. 设置变更记录"""
    paging.list_(session, "/v1/audits", "audits", limit, _table, month=month)


def _table(out: Output, rows: list[Row]) -> Any:
    return out.table([{**row, "text": _change(out, row)} for row in rows], COLUMNS)


def _change(out: Output, row: Row) -> str:
    was, now = row["before"], row["after"]
    return "; ".join(
        f"{out.words(name)}: {out.cell(was.get(name))} → {out.cell(value)}"
        for name, value in now.items()
    )
