"""tongdan shops: the stores of this merchant on its channels."""

from typing import Annotated

import typer

from infra.cli import paging, push_rules
from infra.cli.commands import command, group
from infra.cli.pairs import pairs
from infra.cli.session import Session

COLUMNS = ["id", "name", "channel", "currency", "warehouses", "active"]


def register(app: typer.Typer) -> None:
    commands = group(app, "shops", "Shops. 店铺")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    push_rules.register(commands)


def create(
    session: Session,
    *,
    shop_id: Annotated[str, typer.Argument(help="Short id, used by orders. 店铺编号")],
    name: Annotated[str, typer.Option(help="Name. 名称")] = "",
    channel: Annotated[str, typer.Option(help="Channel, e.g. taobao. 渠道")] = "own",
    currency: Annotated[str, typer.Option(help="Currency. 币种")] = "CNY",
    warehouse: Annotated[
        list[str] | None, typer.Option(help="May ship from; repeat. 发货仓，可多次")
    ] = None,
    sku: Annotated[
        list[str] | None, typer.Option(help="SHOP_SKU=SKU; repeat. 商品对应，可多次")
    ] = None,
) -> None:
    """Open a shop. 新建店铺"""
    shop = session.api.post(
        "/v1/shops",
        {
            "id": shop_id,
            "name": name or shop_id,
            "channel": channel,
            "currency": currency,
            "warehouses": warehouse or [],
            "skus": pairs(sku or []),
        },
    )
    session.out.show(shop, lambda: session.out.fields(shop, COLUMNS))


def list_(session: Session) -> None:
    """List the shops. 店铺列表"""
    paging.whole(session, "/v1/shops", "shops", paging.columns(*COLUMNS))
