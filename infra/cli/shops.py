"""tongdan shops: the stores of this merchant on its channels."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from infra.cli import paging, push_rules
from infra.cli.commands import command, group
from infra.cli.importing import cells
from infra.cli.importing.cells import Unread
from infra.cli.output import Row, yuan
from infra.cli.pairs import pairs
from infra.cli.session import Session
from shared.domain.place import Strategy

LIST = "/v1/shops"
COLUMNS = ["id", "name", "channel", "currency", "warehouses", "active"]
FIELDS = [
    *COLUMNS[:-1], "sourcing", "carriers", "warehouse_codes", "mode", "steps", "promise",
    "most_splits", "least_split", "merge", "hold_notes", "active",
]  # fmt: skip


def fen(text: str) -> int:
    """Yuan on the command line, as fen."""
    try:
        return cells.yuan(text)
    except Unread as error:
        raise typer.BadParameter(error.code) from None


ShopId = Annotated[str, typer.Argument(help="Short id, used by orders. 店铺编号")]
Name = Annotated[str | None, typer.Option(help="Name. 名称")]
Channel = Annotated[str | None, typer.Option(help="Channel, e.g. taobao. 渠道")]
Warehouses = Annotated[
    list[str] | None, typer.Option("--warehouse", help="May ship from; repeat. 发货仓，可多次")
]
Skus = Annotated[
    list[str] | None, typer.Option("--sku", help="SHOP_SKU=SKU; repeat. 商品对应，可多次")
]
Carriers = Annotated[
    list[str] | None, typer.Option("--carrier", help="May ship with; repeat. 可用快递，可多次")
]
Codes = Annotated[
    list[str] | None, typer.Option("--code", help="PLATFORM=OURS; repeat. 平台仓=自己的仓")
]
Mode = Annotated[str | None, typer.Option(help="How it is run. 经营方式")]
Sourcing = Annotated[Strategy | None, typer.Option(help="How warehouses are chosen. 选仓")]
Steps = Annotated[
    list[str] | None, typer.Option("--step", help="service, finance; repeat. 人工审核")
]
Promise = Annotated[int | None, typer.Option(min=0, help="Hours to ship; 0 = platform. 时效")]
MostSplits = Annotated[int | None, typer.Option(min=1, max=9, help="Parcels. 最多包裹数")]
LeastSplit = Annotated[
    int | None, typer.Option(parser=fen, metavar="YUAN", help="Least worth of a part. 每份至少")
]
Merge = Annotated[bool | None, typer.Option("--merge/--no-merge", help="Merge orders. 合单")]
Buffer = Annotated[int | None, typer.Option(min=0, help="Minutes to wait. 合单等待分钟")]
Together = Annotated[int | None, typer.Option(min=2, help="Most orders merged. 最多合几单")]


def register(app: typer.Typer) -> None:
    commands = group(app, "shops", "Shops. 店铺")
    command(commands, "create")(create)
    command(commands, "set")(set_)
    command(commands, "list")(list_)
    push_rules.register(commands)


def create(
    session: Session,
    *,
    shop_id: ShopId,
    name: Name = None,
    channel: Channel = None,
    currency: Annotated[str | None, typer.Option(help="Currency. 币种")] = None,
    warehouse: Warehouses = None,
    sku: Skus = None,
    carrier: Carriers = None,
    code: Codes = None,
    mode: Mode = None,
    sourcing: Sourcing = None,
    step: Steps = None,
    promise: Promise = None,
    most_splits: MostSplits = None,
    least_split: LeastSplit = None,
    merge: Merge = None,
    buffer: Buffer = None,
    together: Together = None,
) -> None:
    """Open a shop. 新建店铺"""
    given = _given(
        name=name or shop_id,
        channel=channel,
        currency=currency,
        warehouses=warehouse,
        skus=pairs(sku or []) or None,
        carriers=carrier,
        warehouse_codes=pairs(code or []) or None,
        mode=mode,
        sourcing=sourcing,
        steps=step,
        promise=promise,
        most_splits=most_splits,
        least_split=least_split,
        merge=_given(on=merge, buffer=buffer, limit=together) or None,
    )
    _show(session, session.api.post(LIST, {"id": shop_id, **given}))


def set_(
    session: Session,
    *,
    shop_id: ShopId,
    name: Name = None,
    channel: Channel = None,
    warehouse: Warehouses = None,
    carrier: Carriers = None,
    code: Codes = None,
    mode: Mode = None,
    sourcing: Sourcing = None,
    step: Steps = None,
    promise: Promise = None,
    most_splits: MostSplits = None,
    least_split: LeastSplit = None,
    merge: Merge = None,
    buffer: Buffer = None,
    together: Together = None,
    hold_notes: Annotated[
        bool | None, typer.Option("--hold-notes/--no-hold-notes", help="Stop at notes. 留言挂起")
    ] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="On. 启用")] = None,
) -> None:
    """Change what is given of a shop; an empty value takes a list away. 修改店铺"""
    path = f"{LIST}/{quote(shop_id, safe='')}"
    shop = session.api.get(path)
    given = _given(
        name=name,
        channel=channel,
        warehouses=listed(warehouse),
        carriers=listed(carrier),
        warehouse_codes=None if code is None else pairs(listed(code) or []),
        mode=mode,
        sourcing=sourcing,
        steps=listed(step),
        promise=promise,
        most_splits=most_splits,
        least_split=least_split,
        hold_notes=hold_notes,
        active=active,
    )
    merging = {**shop["merge"], **_given(on=merge, buffer=buffer, limit=together)}
    _show(session, session.api.put(path, {**shop, **given, "merge": merging}))


def list_(session: Session) -> None:
    """List the shops. 店铺列表"""
    paging.whole(session, LIST, "shops", paging.columns(*COLUMNS))


def listed(values: list[str] | None) -> list[str] | None:
    """What an option that may be repeated says: `--carrier ''` alone is an empty list."""
    return None if values is None else [each for each in values if each]


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _show(session: Session, shop: Row) -> None:
    least = yuan(shop["least_split"]) if shop["least_split"] else ""
    session.out.show(shop, lambda: session.out.fields({**shop, "least_split": least}, FIELDS))
