"""tongdan breakers: SKUs whose sale was stopped for a price that must be wrong."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import RenderableType

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session

COLUMNS = ("sku", "state", "at", "by", "note", "text")
SETTINGS = ("active", "percent", "orders", "minutes")
Sku = Annotated[str, typer.Argument(help="SKU. 商品编码")]
Note = Annotated[str | None, typer.Option(help="Why. 说明")]


def register(app: typer.Typer) -> None:
    commands = group(app, "breakers", "Price breakers. 价格熔断")
    command(commands, "list")(list_)
    command(commands, "trip")(trip)
    command(commands, "resume")(resume)
    command(commands, "settings")(settings)


def list_(
    session: Session,
    *,
    state: Annotated[str | None, typer.Option(help="armed or tripped. 状态")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List the SKUs that were sold far too cheaply. 价格熔断列表"""
    paging.list_(session, "/v1/breakers", "breakers", limit, _listed, state=state)


def trip(session: Session, sku: Sku, note: Note = None) -> None:
    """Stop the sale of a SKU: orders are held, shops show 0. 手工熔断"""
    _act(session, sku, "trip", {"note": note or ""})


def resume(
    session: Session,
    sku: Sku,
    *,
    keep: Annotated[bool, typer.Option(help="Leave its orders held. 订单不放行")] = False,
    note: Note = None,
) -> None:
    """Let a SKU be sold again, and its held orders go on. 恢复销售"""
    orders = "keep" if keep else "release"
    _act(session, sku, "resume", {"orders": orders, "note": note or ""})


def settings(
    session: Session,
    *,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Watch prices. 开关")] = None,
    percent: Annotated[
        int | None, typer.Option(help="Of the usual price. 低于常价的百分比")
    ] = None,
    orders: Annotated[int | None, typer.Option(help="So many orders. 单数")] = None,
    minutes: Annotated[int | None, typer.Option(help="Within minutes. 分钟内")] = None,
) -> None:
    """Show when a breaker trips, or change it. 价格熔断设置"""
    now = session.api.get("/v1/breaker-settings")
    wished = {"on": on, "percent": percent, "orders": orders, "minutes": minutes}
    changed = now | {name: value for name, value in wished.items() if value is not None}
    if changed != now:
        changed = session.api.put("/v1/breaker-settings", changed)
    shown = changed | {"active": changed["on"]}
    session.out.show(changed, lambda: session.out.fields(shown, SETTINGS))


def _act(session: Session, sku: str, deed: str, body: Row) -> None:
    one = session.api.post(f"/v1/breakers/{quote(sku, safe='')}/{deed}", body)
    session.out.show(one, lambda: _listed(session.out, [one]))


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    shown = [
        row
        | {
            "state": out.words(f"stage.{row['state']}"),
            "at": local(row["at"]) if row["at"] else "",
            "text": row["reason"][out.words.lang],
        }
        for row in rows
    ]
    return out.table(shown, COLUMNS)
