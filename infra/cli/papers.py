"""How the documents behind the stock look on a terminal."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType

from infra.cli import paging
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session

TIMES = ("expected_at", "taken_at", "created_at")
Warehouse = Annotated[str, typer.Option(help="Warehouse. 仓库编号")]
There = Annotated[str | None, typer.Option("--warehouse", help="Only this one. 只看此仓")]
State = Annotated[str | None, typer.Option(help="Only in this state. 状态")]
Sku = Annotated[str | None, typer.Option(help="Only with this SKU. 商品编码")]
Own = Annotated[str | None, typer.Option("--id", help="Your own id: twice is once. 单号")]
Note = Annotated[str | None, typer.Option(help="What for. 说明")]
When = Annotated[str | None, typer.Option(help="When it was taken, RFC 3339 [now]. 盘点时间")]


def path(kind: str, row_id: str, deed: str = "") -> str:
    return f"/v1/{kind}/{quote(row_id, safe='')}{deed and '/'}{deed}"


def show(session: Session, one: Row, head: Sequence[str], lines: Sequence[str]) -> None:
    """A document with its lines."""
    session.out.show(one, lambda: _whole(session.out, one, head, lines))


def columns(*names: str) -> paging.View:
    """A list of documents."""
    return lambda out, rows: out.table([_readable(out, row) for row in rows], names)


def _whole(out: Output, one: Row, head: Sequence[str], lines: Sequence[str]) -> RenderableType:
    shown = [
        name for name in lines if any(line.get(name) not in (None, "") for line in one["lines"])
    ]
    return Group(out.fields(_readable(out, one), head), "", out.table(one["lines"], shown))


def _readable(out: Output, one: Row) -> Row:
    """Codes as words, times in this machine's zone."""
    found = dict(one)
    for name in TIMES:
        found[name] = local(one[name]) if one.get(name) else ""
    if "state" in one:
        found["state"] = out.words(f"stage.{one['state']}")
    return found
