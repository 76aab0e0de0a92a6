"""tongdan counts: what somebody found in a warehouse."""

from typing import Annotated

import typer

from infra.cli import lines, paging, papers
from infra.cli.commands import command, group
from infra.cli.output import Row
from infra.cli.session import Session

PATH = "/v1/counts"
LIST = ("id", "warehouse", "state", "skus", "counted", "blind", "note", "created_at", "by")
LINES = (
    *("sku", "lot", "expires", "book", "sound", "difference"),
    *("book_damaged", "damaged", "damaged_difference"),
)
Id = Annotated[str, typer.Argument(help="Id of the count. 盘点单号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "counts", "Stock counts. 盘点")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    for act in (show, figures, approve, reject):
        command(commands, act.__name__)(act)


def create(
    session: Session,
    skus: Annotated[list[str], typer.Argument(help="What to count. 商品编码")],
    *,
    warehouse: papers.Warehouse,
    blind: Annotated[bool, typer.Option("--blind", help="Hide our figures. 盲盘")] = False,
    count_id: papers.Own = None,
    note: papers.Note = None,
) -> None:
    """Have goods counted, all their lots. 新建盘点单"""
    told = [{"sku": sku} for sku in skus]
    body = {"id": count_id, "warehouse": warehouse, "blind": blind, "note": note, "lines": told}
    _show(session, session.api.post(PATH, body))


def list_(
    session: Session,
    *,
    state: papers.State = None,
    warehouse: papers.There = None,
    sku: papers.Sku = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List counts, the newest first. 盘点单列表"""
    wanted = {"state": state, "warehouse": warehouse, "sku": sku}
    paging.list_(session, PATH, "counts", limit, papers.columns(*LIST), **wanted)


def show(session: Session, count_id: Id) -> None:
    """Show one count, line by line. 查看盘点单"""
    _show(session, session.api.get(papers.path("counts", count_id)))


def figures(
    session: Session,
    count_id: Id,
    *,
    found: Annotated[
        list[str] | None, typer.Argument(help="SKU=SOUND or SKU@LOT=SOUND+DAMAGED. 实盘")
    ] = None,
    file: lines.File = None,
    taken_at: papers.When = None,
) -> None:
    """Say what was found, all of it or some. 录入实盘"""
    told = lines.given(session, found, file, "sound")
    _act(session, count_id, "figures", {"lines": told, "taken_at": taken_at})


def approve(session: Session, count_id: Id) -> None:
    """Let our figures become what was found. 审核通过"""
    _act(session, count_id, "approve", {})


def reject(session: Session, count_id: Id, note: papers.Note = None) -> None:
    """Have it counted anew. 驳回重盘"""
    _act(session, count_id, "reject", {"note": note})


def _act(session: Session, count_id: str, deed: str, body: Row) -> None:
    _show(session, session.api.post(papers.path("counts", count_id, deed), body))


def _show(session: Session, one: Row) -> None:
    papers.show(session, one, LIST, LINES)
