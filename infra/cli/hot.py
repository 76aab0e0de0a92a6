"""tongdan hot: SKUs that many want to buy at once."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import RenderableType

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session

PATH = "/v1/hot-sales"
LIST = ("sku", "warehouse", "buckets", "state", "begins", "ends")
WHOLE = (*LIST, "heat", "on_the_counter", "in_buckets", "by")
Sku = Annotated[str, typer.Argument(help="SKU. 商品编码")]
Warehouse = Annotated[str, typer.Argument(help="Warehouse. 仓库编号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "hot", "Hot SKUs. 热销商品")
    command(commands, "on")(on)
    command(commands, "off")(off)
    command(commands, "list")(list_)
    command(commands, "show")(show)


def on(
    session: Session,
    sku: Sku,
    warehouse: Warehouse,
    *,
    peak: Annotated[int | None, typer.Option(min=1, help="Orders a second. 每秒订单数")] = None,
    buckets: Annotated[int | None, typer.Option(min=2, help="Or so many buckets. 桶数")] = None,
    start: Annotated[str | None, typer.Option(help="From then on, RFC 3339. 开始时间")] = None,
    until: Annotated[str | None, typer.Option(help="Until then, RFC 3339. 结束时间")] = None,
) -> None:
    """Divide a SKU's units, now or for a sale to come. 开启热销"""
    body = {"peak": peak, "buckets": buckets, "start": start, "until": until}
    _show(session, session.api.put(_path(sku, warehouse), body))


def off(session: Session, sku: Sku, warehouse: Warehouse) -> None:
    """Bring a SKU's units back to one counter. 结束热销"""
    _show(session, session.api.delete(_path(sku, warehouse)))


def list_(
    session: Session,
    *,
    state: Annotated[str | None, typer.Option(help="planned | on | over. 状态")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List the hot SKUs, the newest first. 热销列表"""
    paging.list_(session, PATH, "hot_sales", limit, _listed, state=state)


def show(session: Session, sku: Sku, warehouse: Warehouse) -> None:
    """Show how a hot SKU's units lie now. 查看热销"""
    _show(session, session.api.get(_path(sku, warehouse)))


def _path(sku: str, warehouse: str) -> str:
    return f"{PATH}/{quote(sku, safe='')}/{quote(warehouse, safe='')}"


def _show(session: Session, sale: Row) -> None:
    session.out.show(sale, lambda: session.out.fields(_readable(session.out, sale), WHOLE))


def _listed(out: Output, some: list[Row]) -> RenderableType:
    return out.table([_readable(out, one) for one in some], LIST)


def _readable(out: Output, sale: Row) -> Row:
    """Codes as words, times in this machine's zone."""
    return {
        **sale,
        "state": out.words(f"stage.{sale['state']}"),
        "begins": local(sale["start"]),
        "ends": local(sale["until"]) if sale["until"] else "",
    }
