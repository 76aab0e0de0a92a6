"""tongdan feeds: what a warehouse tells of its stock."""

from collections.abc import Iterator
from typing import Annotated

import typer

from infra.cli import lines, paging, papers
from infra.cli.commands import command, group
from infra.cli.output import Row
from infra.cli.session import Session

PATH = "/v1/feeds"
MOST = 500  # lines that the API takes at once
LIST = ("id", "warehouse", "kind", "taken_at", "lines", "applied", "created_at", "by")
HEAD = ("id", "warehouse", "kind", "taken_at", "created_at", "by")
LINES = ("sku", "lot", "expires", "units", "change")


def register(app: typer.Typer) -> None:
    commands = group(app, "feeds", "Told by warehouses. 仓库回传")
    command(commands, "send")(send)
    command(commands, "list")(list_)


def send(
    session: Session,
    feed_id: Annotated[str, typer.Argument(help="Id: sent twice is once. 回传单号")],
    *,
    told: lines.Given = None,
    warehouse: papers.Warehouse,
    taken_at: Annotated[str, typer.Option(help="As of when, RFC 3339. 盘点时间")],
    kind: Annotated[str, typer.Option(help="full | adjust. 全量或增减")] = "full",
    file: lines.File = None,
) -> None:
    """Tell what lies in a warehouse, or what came and went; run it again to go on. 回传库存"""
    body = {"warehouse": warehouse, "kind": kind, "taken_at": taken_at}
    parts = _parts(feed_id, lines.given(session, told, file, "units"))
    answers = [session.api.post(PATH, body | part) for part in parts]
    every = [line for answer in answers for line in answer["lines"]]
    applied = sum(answer["applied"] for answer in answers)
    papers.show(session, {**answers[0], "applied": applied, "lines": every}, HEAD, LINES)


def list_(
    session: Session,
    *,
    kind: Annotated[str | None, typer.Option(help="full | adjust. 全量或增减")] = None,
    warehouse: papers.There = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List feeds, the newest first. 回传列表"""
    wanted = {"kind": kind, "warehouse": warehouse}
    paging.list_(session, PATH, "feeds", limit, papers.columns(*LIST), **wanted)


def _parts(feed_id: str, rows: list[Row]) -> Iterator[Row]:
    """A long table goes in several feeds: ID, ID.2, ID.3 ..., the same each time."""
    for no, at in enumerate(range(0, max(1, len(rows)), MOST), 1):
        yield {"id": feed_id if no == 1 else f"{feed_id}.{no}", "lines": rows[at : at + MOST]}
