"""tongdan movements: goods that come, go or change their condition."""

from typing import Annotated

import typer

from infra.cli import lines, paging, papers
from infra.cli.commands import command, group
from infra.cli.output import Row
from infra.cli.session import Session

PATH = "/v1/movements"
HEAD = ("id", "type", "warehouse", "reason", "order", "note", "created_at", "by")
LINES = ("sku", "lot", "expires", "units", "damaged")


def register(app: typer.Typer) -> None:
    commands = group(app, "movements", "Comings and goings. 出入库")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    command(commands, "show")(show)


def create(
    session: Session,
    *,
    kind: Annotated[str, typer.Argument(help="receipt | issue | adjust | damage ... 类型")],
    moved: lines.Given = None,
    warehouse: papers.Warehouse,
    file: lines.File = None,
    reason: Annotated[str | None, typer.Option(help="Why; adjust needs it. 原因")] = None,
    order: Annotated[str | None, typer.Option(help="Order of a return. 退货订单")] = None,
    movement_id: papers.Own = None,
    note: papers.Note = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check. 只检查不写入")] = False,
) -> None:
    """Move goods, all lines or none. 新建出入库单"""
    body = {
        "id": movement_id,
        "type": kind,
        "warehouse": warehouse,
        "lines": lines.given(session, moved, file, "units"),
        "reason": reason,
        "note": note,
        **({"order": order} if order else {}),
    }
    _show(session, session.api.post(f"{PATH}?dry_run=true" if dry_run else PATH, body))
    if dry_run:
        session.out.say("nothing-written")


def list_(
    session: Session,
    *,
    kind: Annotated[str | None, typer.Option("--type", help="Only of this type. 类型")] = None,
    warehouse: papers.There = None,
    sku: papers.Sku = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List movements, the newest first. 出入库单列表"""
    wanted = {"type": kind, "warehouse": warehouse, "sku": sku}
    paging.list_(session, PATH, "movements", limit, papers.columns(*HEAD), **wanted)


def show(
    session: Session,
    movement_id: Annotated[str, typer.Argument(help="Id of the movement. 单号")],
) -> None:
    """Show one movement, line by line. 查看出入库单"""
    _show(session, session.api.get(papers.path("movements", movement_id)))


def _show(session: Session, one: Row) -> None:
    papers.show(session, one, HEAD, LINES)
