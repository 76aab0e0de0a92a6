"""tongdan warehouses: the places that ship."""

from typing import Annotated

import typer

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.importing import cells
from infra.cli.importing.cells import Unread
from infra.cli.session import Session
from shared.domain.place import WarehouseKind

COLUMNS = ["id", "name", "kind", "province", "city", "serves", "priority", "carrier", "active"]
FIELDS = [*COLUMNS, "address", "capacity", "shops", "tariff", "negative"]


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
    kind: Annotated[
        WarehouseKind, typer.Option(help="Whose it is. 自有、第三方、门店")
    ] = WarehouseKind.OWN,
    address: Annotated[str, typer.Option(help="Street. 详细地址")] = "",
    capacity: Annotated[int, typer.Option(min=0, help="Parcels a day; 0 = any. 日发货量")] = 0,
    shop: Annotated[
        list[str] | None, typer.Option(help="Only for this shop; repeat. 指定店铺，可多次")
    ] = None,
    tariff: Annotated[
        str, typer.Option(help="Grams:yuan,grams:yuan: first, each step. 首重:首费,续重:续费")
    ] = "",
    negative: Annotated[
        bool, typer.Option("--negative", help="Stock may fall below nought. 允许负库存")
    ] = False,
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
            "kind": kind,
            "address": address,
            "capacity": capacity,
            "shops": shop or [],
            "tariff": _tariff(tariff),
            "negative": negative,
        },
    )
    session.out.show(warehouse, lambda: session.out.fields(warehouse, FIELDS))


def list_(session: Session) -> None:
    """List the warehouses. 仓库列表"""
    paging.whole(session, "/v1/warehouses", "warehouses", paging.columns(*COLUMNS))


def _tariff(text: str) -> dict[str, int]:
    """`1000:5,500:1` -> five yuan up to a kilogram, one more for each 500 g begun."""
    if not text:
        return {}
    try:
        (weight, fee), (step, more) = (pair.split(":") for pair in text.split(","))
        return {
            "first_weight": cells.whole(weight),
            "first_fee": cells.yuan(fee),
            "step_weight": cells.whole(step),
            "step_fee": cells.yuan(more),
        }
    except (ValueError, Unread):
        raise Stop(Exit.USAGE, "not-a-tariff", text=text) from None
