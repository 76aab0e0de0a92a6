"""tongdan warehouses: the places that ship."""

from typing import Annotated

import typer

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.session import Session

COLUMNS = ["id", "name", "province", "city", "serves", "priority", "carrier", "active"]


def register(app: typer.Typer) -> None:
    commands = group(app, "warehouses", "Warehouses. 仓库")
    command(commands, "create")(create)
    command(commands, "list")(list_)


def create(
    session: Session,
    *,
    warehouse_id: Annotated[str, typer.Argument(help="Short id. 仓库编号")],
    name: Annotated[str, typer.Option(help="Name. 名称")] = "",
    province: Annotated[str, typer.Option(help="Province. 省")] = "",
    city: Annotated[str, typer.Option(help="City. 市")] = "",
    serves: Annotated[
        list[str] | None, typer.Option(help="Province that it serves first; repeat. 优先省份")
    ] = None,
    priority: Annotated[int, typer.Option(help="The smaller ships first. 优先级，小者先")] = 100,
    carrier: Annotated[str, typer.Option(help="manual | simulated. 承运")] = "manual",
) -> None:
    """Open a warehouse. 新建仓库"""
    warehouse = session.api.post(
        "/v1/warehouses",
        {
            "id": warehouse_id,
            "name": name or warehouse_id,
            "province": province,
            "city": city,
            "serves": serves or [],
            "priority": priority,
            "carrier": carrier,
        },
    )
    session.out.show(warehouse, lambda: session.out.fields(warehouse, COLUMNS))


def list_(session: Session) -> None:
    """List the warehouses. 仓库列表"""
    paging.whole(session, "/v1/warehouses", "warehouses", paging.columns(*COLUMNS))
