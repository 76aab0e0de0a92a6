"""tongdan shops: the stores of this merchant on its channels."""

import inspect
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from infra.cli import paging, push_rules
from infra.cli.books import document
from infra.cli.commands import View, command, group
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
    "most_splits", "least_split", "merge", "deposits", "pay_within", "postage", "by_priority",
    "agree_up_to", "hold_notes", "active",
]  # fmt: skip


def fen(text: str) -> int:
    """Yuan on the command line, as fen."""
    try:
        return cells.yuan(text)
    except Unread as error:
        raise typer.BadParameter(error.code) from None


ShopId = Annotated[str, typer.Argument(help="Short id, used by orders. 店铺编号")]
Texts, Number, Flag = list[str] | None, int | None, bool | None
SETTINGS: dict[str, Any] = {
    "name": Annotated[str | None, typer.Option(help="Name. 名称")],
    "channel": Annotated[str | None, typer.Option(help="Channel, e.g. taobao. 渠道")],
    "warehouses": Annotated[
        Texts, typer.Option("--warehouse", help="May ship from; repeat. 发货仓，可多次")
    ],
    "carriers": Annotated[
        Texts, typer.Option("--carrier", help="May ship with; repeat. 可用快递，可多次")
    ],
    "warehouse_codes": Annotated[
        Texts, typer.Option("--code", help="PLATFORM=OURS; repeat. 平台仓=自己的仓")
    ],
    "mode": Annotated[str | None, typer.Option(help="How it is run. 经营方式")],
    "sourcing": Annotated[Strategy | None, typer.Option(help="How warehouses are chosen. 选仓")],
    "steps": Annotated[Texts, typer.Option("--step", help="service, finance; repeat. 人工审核")],
    "promise": Annotated[Number, typer.Option(min=0, help="Hours to ship; 0 = platform. 时效")],
    "most_splits": Annotated[Number, typer.Option(min=1, max=9, help="Parcels. 最多包裹数")],
    "least_split": Annotated[
        Number, typer.Option(parser=fen, metavar="YUAN", help="Least worth of a part. 每份至少")
    ],
    "on": Annotated[Flag, typer.Option("--merge/--no-merge", help="Merge orders. 合单")],
    "buffer": Annotated[Number, typer.Option(min=0, help="Minutes to wait. 合单等待分钟")],
    "limit": Annotated[
        Number, typer.Option("--together", min=2, help="Most orders merged. 最多合几单")
    ],
    "deposits": Annotated[
        Flag, typer.Option("--deposits/--no-deposits", help="Ship on deposit. 付定金就往下走")
    ],
    "pay_within": Annotated[Number, typer.Option(min=0, help="Minutes to pay. 付款分钟数")],
    "postage": Annotated[Path | None, typer.Option(help="JSON of postage. 运费表文件")],
    "by_priority": Annotated[
        Texts,
        typer.Option("--priority", help="Lanes where priority counts; repeat. 按优先级的层"),
    ],
    "agree_up_to": Annotated[
        Number, typer.Option(parser=fen, metavar="YUAN", help="Refunds agreed to. 自动同意退款")
    ],
    "hold_notes": Annotated[
        Flag, typer.Option("--hold-notes/--no-hold-notes", help="Stop at notes. 留言挂起")
    ],
}
"""What may be said of a shop when it is opened and later, by its field."""
MERGING = ("on", "buffer", "limit")


def settings(view: View) -> View:
    """Give a command an option for each of them; the view gets all as keywords."""
    signature = inspect.signature(view)
    own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in SETTINGS.items()
    ]
    view.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    return view


def register(app: typer.Typer) -> None:
    commands = group(app, "shops", "Shops. 店铺")
    command(commands, "create")(create)
    command(commands, "set")(set_)
    command(commands, "list")(list_)
    push_rules.register(commands)


@settings
def create(
    session: Session,
    *,
    shop_id: ShopId,
    currency: Annotated[str | None, typer.Option(help="Currency. 币种")] = None,
    sku: Annotated[
        list[str] | None, typer.Option(help="SHOP_SKU=SKU; repeat. 商品对应，可多次")
    ] = None,
    **said: Any,
) -> None:
    """Open a shop. 新建店铺"""
    first = {"id": shop_id, "name": shop_id, **_given(currency=currency)}
    skus = {"skus": pairs(sku)} if sku else {}
    _show(session, session.api.post(LIST, {**first, **skus, **_settings(said, {})}))


@settings
def set_(
    session: Session,
    *,
    shop_id: ShopId,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="On. 启用")] = None,
    **said: Any,
) -> None:
    """Change what is given of a shop; an empty value takes a list away. 修改店铺"""
    path = f"{LIST}/{quote(shop_id, safe='')}"
    shop = session.api.get(path)
    given = _given(active=active) | _settings(said, shop["merge"])
    _show(session, session.api.put(path, {**shop, **given}))


def list_(session: Session) -> None:
    """List the shops. 店铺列表"""
    paging.whole(session, LIST, "shops", paging.columns(*COLUMNS))


def listed(values: list[str] | None) -> list[str] | None:
    """What an option that may be repeated says: `--carrier ''` alone is an empty list."""
    return None if values is None else [each for each in values if each]


def _settings(said: Row, merging: Row) -> Row:
    """What the options say, as fields; `merging`: how it merges so far."""
    given: Row = {
        name: listed(value) if isinstance(value, list) else value
        for name, value in _given(**said).items()
    }
    if "warehouse_codes" in given:
        given["warehouse_codes"] = pairs(given["warehouse_codes"])
    if "postage" in given:
        given["postage"] = document(given["postage"])
    merge = {name: given.pop(name) for name in MERGING if name in given}
    return {**given, "merge": {**merging, **merge}} if merge else given


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _show(session: Session, shop: Row) -> None:
    least = yuan(shop["least_split"]) if shop["least_split"] else ""
    session.out.show(shop, lambda: session.out.fields({**shop, "least_split": least}, FIELDS))
