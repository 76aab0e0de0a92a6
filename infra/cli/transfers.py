"""tongdan transfers: goods from one warehouse to another."""

from typing import Annotated

import typer

from infra.cli import lines, paging, papers
from infra.cli.commands import command, group
from infra.cli.output import Row
from infra.cli.session import Session

PATH = "/v1/transfers"
HEAD = ("id", "from", "to", "state", "expected_at", "note", "reason", "created_at", "by")
LINES = (
    *("sku", "lot", "expires", "units", "waiting", "sent", "on_way"),
    *("received", "damaged", "lost", "dropped"),
)
Id = Annotated[str, typer.Argument(help="Id of the transfer. 调拨单号")]
Arrived = Annotated[
    list[str] | None, typer.Argument(help="SKU=GOOD or SKU=GOOD+DAMAGED. 商品=良品+残品")
]


def register(app: typer.Typer) -> None:
    commands = group(app, "transfers", "Between warehouses. 调拨")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    for act in (show, send, receive, close, cancel):
        command(commands, act.__name__)(act)


def create(
    session: Session,
    *,
    goods: lines.Given = None,
    origin: Annotated[str, typer.Option("--from", help="Warehouse that sends. 调出仓")],
    target: Annotated[str, typer.Option("--to", help="Warehouse that receives. 调入仓")],
    file: lines.File = None,
    transfer_id: papers.Own = None,
    expected: Annotated[str | None, typer.Option(help="Expected then, RFC 3339. 预计到货")] = None,
    note: papers.Note = None,
) -> None:
    """Hold goods where they lie, to be sent elsewhere. 新建调拨"""
    body = {
        "id": transfer_id,
        "from": origin,
        "to": target,
        "lines": lines.given(session, goods, file, "units"),
        "expected_at": expected,
        "note": note,
    }
    _show(session, session.api.post(PATH, body))


def list_(
    session: Session,
    state: papers.State = None,
    sku: papers.Sku = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List transfers, the newest first. 调拨列表"""
    view = papers.columns(*HEAD)
    paging.list_(session, PATH, "transfers", limit, view, state=state, sku=sku)


def show(session: Session, transfer_id: Id) -> None:
    """Show one transfer, line by line. 查看调拨"""
    _show(session, session.api.get(papers.path("transfers", transfer_id)))


def send(
    session: Session,
    transfer_id: Id,
    *,
    goods: lines.Given = None,
    file: lines.File = None,
    close: Annotated[
        bool, typer.Option("--close", help="Give back what is not sent. 余量不再发")
    ] = False,
) -> None:
    """Say that all of it, or these goods, have left. 调拨发出"""
    given = lines.given(session, goods, file, "units")
    _act(session, transfer_id, "send", {"lines": given or None, "close": close})


def receive(
    session: Session, transfer_id: Id, *, arrived: Arrived = None, file: lines.File = None
) -> None:
    """Say that all of it, or these goods, have arrived. 调拨到货"""
    given = lines.given(session, arrived, file, "good")
    _act(session, transfer_id, "receive", {"lines": given or None})


def close(
    session: Session,
    transfer_id: Id,
    reason: Annotated[str, typer.Option(help="Why nothing more comes. 原因")],
) -> None:
    """Say that nothing more will arrive: the rest is lost. 调拨结案"""
    _act(session, transfer_id, "close", {"reason": reason})


def cancel(session: Session, transfer_id: Id) -> None:
    """Call a transfer off before anything was sent. 取消调拨"""
    _act(session, transfer_id, "cancel", {})


def _act(session: Session, transfer_id: str, deed: str, body: Row) -> None:
    _show(session, session.api.post(papers.path("transfers", transfer_id, deed), body))


def _show(session: Session, one: Row) -> None:
    papers.show(session, one, HEAD, LINES)
