"""tongdan holds: units set aside for something else than an order."""

from typing import Annotated

import typer
from rich.console import Group, RenderableType

from infra.cli import lines, paging, papers
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session
from infra.cli.several import several

PATH = "/v1/stock-holds"
LIST = ("id", "kind", "state", "units", "shop", "ends", "note", "created_at")
HEAD = (*LIST, "limit", "by")
LINES = ("sku", "warehouse", "lot", "units")
Id = Annotated[str, typer.Argument(help="Id of the hold. 预占单号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "holds", "Units set aside. 预占")
    command(commands, "set")(set_)
    command(commands, "list")(list_)
    command(commands, "show")(show)
    command(commands, "release")(release)


def set_(
    session: Session,
    *,
    hold_id: Id,
    goods: lines.Given = None,
    warehouse: papers.Warehouse,
    file: lines.File = None,
    kind: Annotated[
        str, typer.Option(help="exchange | transfer | count | manual | presale | appointed. 类型")
    ] = "manual",
    shop: Annotated[str | None, typer.Option(help="For this shop. 店铺")] = None,
    until: Annotated[str | None, typer.Option(help="Until then, RFC 3339. 到期时间")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Most units in all. 总数上限")] = None,
    note: papers.Note = None,
) -> None:
    """Set units aside, or change how many: what is named replaces what was. 预占库存"""
    units = lines.given(session, goods, file, "units")
    body = {
        "kind": kind,
        "lines": [{**line, "warehouse": warehouse} for line in units],
        "shop": shop,
        "until": until,
        "limit": limit,
        "note": note,
    }
    _show(session, session.api.put(papers.path("stock-holds", hold_id), body))


def list_(
    session: Session,
    *,
    kind: Annotated[str | None, typer.Option(help="Only this kind. 类型")] = None,
    state: papers.State = None,
    sku: papers.Sku = None,
    shop: Annotated[str | None, typer.Option(help="Only for this shop. 店铺")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List holds, the newest first. 预占列表"""
    wanted = {"kind": kind, "state": state, "sku": sku, "shop": shop}
    paging.list_(session, PATH, "holds", limit, _listed, **wanted)


def show(session: Session, hold_id: Id) -> None:
    """Show one hold. 查看预占"""
    _show(session, session.api.get(papers.path("stock-holds", hold_id)))


def release(
    session: Session,
    ids: Annotated[list[str], typer.Argument(help="Ids of holds. 预占单号")],
) -> None:
    """Give units back; what was released already stays so. 释放预占"""

    def do(hold_id: str) -> Row:
        hold = session.api.post(papers.path("stock-holds", hold_id, "release"))
        return {"id": hold_id, "state": hold["state"]}

    several(session, list(dict.fromkeys(ids)), do)


def _show(session: Session, hold: Row) -> None:
    session.out.show(hold, lambda: _whole(session.out, hold))


def _whole(out: Output, hold: Row) -> RenderableType:
    return Group(out.fields(_readable(out, hold), HEAD), "", out.table(hold["lines"], LINES))


def _listed(out: Output, holds: list[Row]) -> RenderableType:
    return out.table([_readable(out, hold) for hold in holds], LIST)


def _readable(out: Output, hold: Row) -> Row:
    """Codes as words, times in this machine's zone."""
    return {
        **hold,
        "kind": out.words(f"aside-{hold['kind']}"),
        "state": out.words(f"stage.{hold['state']}"),
        "units": sum(line["units"] for line in hold["lines"]),
        "ends": local(hold["until"]) if hold["until"] else "",
        "limit": hold["limit"] or "",
        "created_at": local(hold["created_at"]),
    }
