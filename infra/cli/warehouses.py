"""tongdan warehouses: the places that ship."""

from typing import Annotated
from urllib.parse import quote

import typer

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.importing import cells
from infra.cli.importing.cells import Unread
from infra.cli.session import Session
from infra.cli.shops import listed
from shared.domain.place import WarehouseKind

LIST = "/v1/warehouses"
COLUMNS = ["id", "name", "kind", "province", "city", "serves", "priority", "carrier", "active"]
FIELDS = [*COLUMNS, "carriers", "address", "capacity", "group", "shops", "tariff", "negative"]
ROOM = ["warehouse", "capacity", "taken", "left"]
Carriers = Annotated[
    list[str] | None,
    typer.Option("--candidate", help="Carrier to choose from; repeat. 候选快递，可多次"),
]
Storage = Annotated[str | None, typer.Option("--group", help="How it stores. 存放分组")]


def register(app: typer.Typer) -> None:
    commands = group(app, "warehouses", "Warehouses. 仓库")
    command(commands, "create")(create)
    command(commands, "set")(set_)
    command(commands, "list")(list_)
    command(commands, "capacity")(capacity_)


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
    candidate: Carriers = None,
    storage: Storage = None,
    negative: Annotated[
        bool, typer.Option("--negative", help="Stock may fall below nought. 允许负库存")
    ] = False,
) -> None:
    """Open a warehouse. 新建仓库"""
    warehouse = session.api.post(
        LIST,
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
            "carriers": candidate or [],
            "group": storage or "",
            "negative": negative,
        },
    )
    session.out.show(warehouse, lambda: session.out.fields(warehouse, FIELDS))


def set_(
    session: Session,
    *,
    warehouse_id: Annotated[str, typer.Argument(help="Warehouse. 仓库编号")],
    name: Annotated[str | None, typer.Option(help="Name. 名称")] = None,
    serves: Annotated[
        list[str] | None, typer.Option(help="Province that it serves first; repeat. 优先省份")
    ] = None,
    priority: Annotated[int | None, typer.Option(help="The smaller ships first. 优先级")] = None,
    carrier: Annotated[str | None, typer.Option(help="The usual one. 承运")] = None,
    candidate: Carriers = None,
    capacity: Annotated[
        int | None, typer.Option(min=0, help="Parcels a day; 0 = any. 日发货量")
    ] = None,
    shop: Annotated[
        list[str] | None, typer.Option(help="Only for this shop; repeat. 指定店铺，可多次")
    ] = None,
    tariff: Annotated[
        str | None, typer.Option(help="Grams:yuan,grams:yuan. 首重:首费,续重:续费")
    ] = None,
    storage: Storage = None,
    negative: Annotated[
        bool | None,
        typer.Option("--negative/--no-negative", help="Below nought. 允许负库存"),
    ] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="On. 启用")] = None,
) -> None:
    """Change what is given of a warehouse; an empty value takes a list away. 修改仓库"""
    path = f"{LIST}/{quote(warehouse_id, safe='')}"
    given = {
        "name": name,
        "serves": listed(serves),
        "priority": priority,
        "carrier": carrier,
        "carriers": listed(candidate),
        "capacity": capacity,
        "shops": listed(shop),
        "tariff": None if tariff is None else _tariff(tariff),
        "group": storage,
        "negative": negative,
        "active": active,
    }
    changed = {field: value for field, value in given.items() if value is not None}
    warehouse = session.api.put(path, {**session.api.get(path), **changed})
    session.out.show(warehouse, lambda: session.out.fields(warehouse, FIELDS))


def capacity_(
    session: Session,
    day: Annotated[str | None, typer.Argument(help="YYYY-MM-DD; today. 日期")] = None,
) -> None:
    """What warehouses that send only so many parcels can still take. 日发货量"""
    found = session.api.get("/v1/capacities", day=day)
    rows = [{**each, "taken": each["used"]} for each in found["capacities"]]
    session.out.show(found, lambda: session.out.table(rows, ROOM))


def list_(session: Session) -> None:
    """List the warehouses. 仓库列表"""
    paging.whole(session, LIST, "warehouses", paging.columns(*COLUMNS))


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
