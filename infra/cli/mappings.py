"""tongdan mappings: a shop's own SKU codes, and the items that they stand for."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.importing import cells
from infra.cli.importing.columns import Column
from infra.cli.session import Session
from infra.cli.tables import reading, writing
from infra.cli.tables.bringing import Errand, batches
from infra.cli.tables.command import DryRun, Errors, bring, header, written
from infra.cli.tables.reading import Kind

MAPPINGS = Kind(
    (
        Column("shop_sku", "shop_sku", cells.text, ("平台商品编码", "平台规格编码")),
        Column("sku", "sku", cells.text, ("商品编码", "商家编码", "规格编码")),
    ),
    ("shop_sku", "sku"),
)
SIZE = 500

Shop = Annotated[str, typer.Argument(help="Shop. 店铺编号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "mappings", "A shop's own SKU codes. 商品对应")
    command(commands, "import")(import_)
    command(commands, "export")(export)
    command(commands, "list")(list_)


def import_(
    session: Session,
    shop: Shop,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX: shop_sku, sku. 对应表")],
    *,
    dry_run: DryRun = False,
    errors: Errors = None,
) -> None:
    """Set the codes of a table; one without an item is removed. 导入商品对应"""
    entries = list(reading.read(file, MAPPINGS, session.words))
    waves = [batches((entry for entry in entries if not entry.faults), SIZE)]
    errand = Errand(f"{_path(shop)}/batch", "skus", SIZE)
    bring(session, errand, entries, waves, file=file, errors=errors, dry_run=dry_run)


def export(
    session: Session,
    shop: Shop,
    file: Annotated[Path, typer.Argument(help="Where to: .csv or .xlsx. 导出到")],
) -> None:
    """Write a shop's codes into a table that the import reads back. 导出商品对应"""
    found = session.api.pages(_path(shop), "skus", limit=SIZE)
    rows = ([each["shop_sku"], each["sku"]] for each in found)
    written(session, file, writing.write(file, header(session, MAPPINGS.columns), rows))


def list_(
    session: Session,
    shop: Shop,
    sku: Annotated[str | None, typer.Option(help="Only of this item. 只看此商品")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List a shop's codes. 商品对应列表"""
    view = paging.columns("shop_sku", "sku")
    paging.list_(session, _path(shop), "skus", limit, view, sku=sku)


def _path(shop: str) -> str:
    return f"/v1/shops/{quote(shop, safe='')}/skus"
