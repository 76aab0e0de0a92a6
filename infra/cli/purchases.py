"""tongdan purchases: goods that were ordered from a supplier."""

from typing import Annotated

import typer

from infra.cli import lines, paging, papers
from infra.cli.commands import command, group
from infra.cli.output import Row
from infra.cli.session import Session

PATH = "/v1/purchases"
HEAD = ("id", "supplier", "warehouse", "state", "expected_at", "note", "created_at", "by")
LINES = ("sku", "ordered", "received", "damaged")
Id = Annotated[str, typer.Argument(help="Id of the purchase. 采购单号")]
Arrived = Annotated[
    list[str] | None, typer.Argument(help="SKU=GOOD or SKU=GOOD+DAMAGED. 商品=良品+残品")
]


def register(app: typer.Typer) -> None:
    commands = group(app, "purchases", "From suppliers. 采购")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    for act in (show, receive, close):
        command(commands, act.__name__)(act)


def create(
    session: Session,
    *,
    ordered: lines.Given = None,
    supplier: Annotated[str, typer.Option(help="Who sends the goods. 供应商")],
    warehouse: papers.Warehouse,
    file: lines.File = None,
    purchase_id: papers.Own = None,
    expected: Annotated[str | None, typer.Option(help="Expected then, RFC 3339. 预计到货")] = None,
    note: papers.Note = None,
) -> None:
    """Order goods: they are on their way from then on. 新建采购单"""
    body = {
        "id": purchase_id,
        "supplier": supplier,
        "warehouse": warehouse,
        "lines": lines.given(session, ordered, file, "ordered"),
        "expected_at": expected,
        "note": note,
    }
    _show(session, session.api.post(PATH, body))


def list_(
    session: Session,
    *,
    state: papers.State = None,
    warehouse: papers.There = None,
    supplier: Annotated[str | None, typer.Option(help="Only from this one. 供应商")] = None,
    sku: papers.Sku = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List purchases, the newest first. 采购单列表"""
    wanted = {"state": state, "warehouse": warehouse, "supplier": supplier, "sku": sku}
    paging.list_(session, PATH, "purchases", limit, papers.columns(*HEAD), **wanted)


def show(session: Session, purchase_id: Id) -> None:
    """Show one purchase, line by line. 查看采购单"""
    _show(session, session.api.get(papers.path("purchases", purchase_id)))


def receive(
    session: Session,
    purchase_id: Id,
    *,
    arrived: Arrived = None,
    file: lines.File = None,
    allow_over: Annotated[
        bool, typer.Option("--allow-over", help="Also more than was ordered. 允许超收")
    ] = False,
) -> None:
    """Take in what has come. 采购到货"""
    told = lines.given(session, arrived, file, "good")
    _act(session, purchase_id, "receive", {"lines": told, "allow_over": allow_over})


def close(session: Session, purchase_id: Id) -> None:
    """Say that the rest is not coming. 采购结案"""
    _act(session, purchase_id, "close", {})


def _act(session: Session, purchase_id: str, deed: str, body: Row) -> None:
    _show(session, session.api.post(papers.path("purchases", purchase_id, deed), body))


def _show(session: Session, one: Row) -> None:
    papers.show(session, one, HEAD, LINES)
