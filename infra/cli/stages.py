"""tongdan stages: where the time of orders goes."""

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from infra.cli.commands import command
from infra.cli.output import Output, Row
from infra.cli.session import Session
from shared.domain.words import lasting

COLUMNS = ("stage", "count", "p50", "p90", "p99", "mean", "share", "bar")
TIMES = ("p50", "p90", "p99", "mean")
WIDTH = 5  # percent for which one block stands


def register(app: typer.Typer) -> None:
    command(app, "stages")(stages)


def stages(
    session: Session,
    *,
    from_: Annotated[str | None, typer.Option("--from", help="YYYY-MM-DD. 起")] = None,
    to: Annotated[str | None, typer.Option(help="YYYY-MM-DD. 止")] = None,
    by: Annotated[str | None, typer.Option(help="warehouse or shop. 按仓或店")] = None,
    groups: Annotated[bool, typer.Option(help="Each shop or warehouse too. 逐个列出")] = False,
) -> None:
    """Show how long each stage takes, and the bottleneck. 各环节用时"""
    found = session.api.get("/v1/stages", **{"from": from_, "to": to, "by": by})
    session.out.show(found, lambda: _report(session.out, found, groups))


def _report(out: Output, found: Row, groups: bool) -> RenderableType:
    parts: list[RenderableType] = [out.table(_rows(out, found["stages"]), COLUMNS)]
    for group in found["groups"] if groups else ():
        parts += [
            Text(f"\n{group[found['by']]}", "bold"),
            out.table(_rows(out, group["stages"]), COLUMNS),
        ]
    if worst := found["bottleneck"]:
        parts.append(Text(f"\n{worst['reason'][out.words.lang]}"))
    return Group(*parts)


def _rows(out: Output, rows: list[Row]) -> list[Row]:
    lang = out.words.lang
    return [
        {
            "stage": row["name"][lang],
            "count": row["count"],
            **{name: lasting(row[name], lang) for name in TIMES},
            "share": None if row["share"] is None else f"{row['share']}%",
            "bar": "█" * round((row["share"] or 0) / WIDTH),
        }
        for row in rows
    ]
