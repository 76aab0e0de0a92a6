"""tongdan tracks: parcels on their way, and what is wrong with them."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session

COLUMNS = ("order", "parcel", "carrier", "tracking", "state", "moved_at", "text")
EVENTS = ("at", "state", "place", "text")

Order = Annotated[str, typer.Argument(help="Order id. 订单编号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "tracks", "Parcels on their way. 轨迹")
    command(commands, "list")(list_)
    for act in (show, find, refresh, close):
        command(commands, act.__name__)(act)


def list_(
    session: Session,
    *,
    trouble: Annotated[str | None, typer.Option(help="e.g. no-movement. 异常")] = None,
    carrier: Annotated[str | None, typer.Option(help="Only of this one. 只看此快递")] = None,
    warehouse: Annotated[str | None, typer.Option(help="Only from this one. 只看此仓")] = None,
    state: Annotated[str | None, typer.Option(help="e.g. delivering. 状态")] = None,
    day: Annotated[
        str | None, typer.Option(help="On which the trouble was found. 发现异常的日子")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Not only what waits. 全部")] = False,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List parcels that somebody should look at. 异常包裹"""
    wanted = {"trouble": trouble, "carrier": carrier, "warehouse": warehouse}
    wanted |= {"state": state, "day": day, "waiting": "false" if all_ else "true"}
    paging.list_(session, "/v1/tracks", "tracks", limit, _listed, **wanted)


def show(session: Session, order: Order) -> None:
    """Show what was told of an order's parcels. 一个订单的轨迹"""
    _told(session, session.api.get(_path(order)))


def find(
    session: Session,
    tracking: Annotated[str, typer.Argument(help="The carrier's number. 快递单号")],
) -> None:
    """Whose parcels go under a number. 按快递单号查"""
    _told(session, session.api.get(f"/v1/tracks/{quote(tracking, safe='')}"))


def refresh(session: Session, order: Order) -> None:
    """Ask the carriers now. 现在就查"""
    found = session.api.post(_path(order, "/refresh"))
    session.out.show(found, lambda: _listed(session.out, found["tracks"]))


def close(
    session: Session,
    order: Order,
    *,
    parcel: Annotated[int, typer.Option(min=1, help="Its number. 第几个包裹")] = 1,
) -> None:
    """Say that somebody has seen to it: it is followed no more. 已处理，不再跟踪"""
    one = session.api.post(_path(order, "/close"), {"parcel": parcel})
    session.out.show(one, lambda: _listed(session.out, [one]))


def _path(order: str, act: str = "") -> str:
    return f"/v1/orders/{quote(order, safe='')}/tracks{act}"


def _told(session: Session, found: Row) -> None:
    session.out.show(found, lambda: _whole(session.out, found["tracks"]))


def _whole(out: Output, rows: list[Row]) -> RenderableType:
    lang = out.words.lang.value
    events = [
        each | {"at": local(each["at"]), "state": each["said"][lang]}
        for row in rows
        for each in row["events"]
    ]
    return Group(_listed(out, rows), out.table(events, EVENTS))


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    lang = out.words.lang.value
    shown = [
        row
        | {"state": row["said"][lang], "moved_at": row["moved_at"] and local(row["moved_at"])}
        | {"text": "\n".join(each["reason"][lang] for each in (*row["troubles"], row))}
        for row in rows
    ]
    return out.table(shown, COLUMNS)
