"""tongdan items: what the merchant sells, one by one or by the table."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from infra.cli import item_columns, paging
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.importing.options import Entry
from infra.cli.item_columns import ITEMS, WRITTEN
from infra.cli.output import Output, Row, yuan
from infra.cli.pairs import pairs
from infra.cli.session import Session
from infra.cli.several import several
from infra.cli.tables import reading, writing
from infra.cli.tables.bringing import Batch, Errand, batches
from infra.cli.tables.command import DryRun, Errors, bring, header, written

LIST = "/v1/items"
ERRAND = Errand(f"{LIST}/batch", "items", 100, 2)
PAGE = 500
COLUMNS = ("id", "name", "barcode", "category", "cost", "parts", "active")

Sku = Annotated[str, typer.Argument(help="SKU. 商品编码")]


def register(app: typer.Typer) -> None:
    commands = group(app, "items", "Items and kits. 商品和套装")
    command(commands, "import")(import_)
    command(commands, "export")(export)
    command(commands, "list")(list_)
    command(commands, "show")(show)
    command(commands, "set")(set_)
    command(commands, "delete")(delete)


def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, an item a row. 商品表")],
    *,
    dry_run: DryRun = False,
    errors: Errors = None,
) -> None:
    """Make or replace the items of a table, kits after their parts. 导入商品"""
    entries = list(reading.read(file, ITEMS, session.words))
    waves = _waves(entries, dry_run=dry_run)
    bring(session, ERRAND, entries, waves, file=file, errors=errors, dry_run=dry_run)


def export(
    session: Session,
    file: Annotated[Path, typer.Argument(help="Where to: .csv or .xlsx. 导出到")],
) -> None:
    """Write all items into a table that the import reads back. 导出商品"""
    items = session.api.pages(LIST, "items", limit=PAGE)
    rows = (item_columns.row(item, session.words) for item in items)
    written(session, file, writing.write(file, header(session, WRITTEN), rows))


def list_(
    session: Session,
    *,
    category: Annotated[str | None, typer.Option(help="Category. 分类")] = None,
    kit: Annotated[bool | None, typer.Option("--kit/--no-kit", help="Kits. 套装")] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="On. 启用")] = None,
    q: Annotated[str | None, typer.Option("--begins", help="SKU begins so. 编码开头")] = None,
    barcode: Annotated[str | None, typer.Option(help="Barcode. 条码")] = None,
    part: Annotated[str | None, typer.Option(help="Kits with this part. 含此商品的套装")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List items in the order of their SKUs. 商品列表"""
    flags = {
        name: str(on).lower() for name, on in (("kit", kit), ("active", active)) if on is not None
    }
    given = {"category": category, "q": q, "barcode": barcode, "part": part, **flags}
    paging.list_(session, LIST, "items", limit, _table, **given)


def show(session: Session, sku: Sku) -> None:
    """Show one item. 查看商品"""
    item = session.api.get(_path(sku))
    session.out.show(item, lambda: _fields(session.out, item))


def set_(
    session: Session,
    sku: Sku,
    values: Annotated[
        list[str], typer.Argument(help="COLUMN=VALUE, e.g. name=Mug cost=12.50. 列=值")
    ],
) -> None:
    """Make an item, or change the fields that are named. 新建或修改商品"""
    found, wrong = reading.document(_named(values), ITEMS)
    if wrong:
        told = "; ".join(f"{name} {session.words(code)}" for name, code in wrong.items())
        raise Stop(Exit.USAGE, "line", text=told)
    before = _find(session, sku)
    if before:
        item = session.api.put(_path(sku), {**before, **found})
    else:
        item = session.api.post(LIST, {"name": sku, **found, "id": sku})
    session.out.show(item, lambda: _fields(session.out, item))


def delete(
    session: Session,
    skus: Annotated[list[str], typer.Argument(help="SKUs. 商品编码")],
) -> None:
    """Take items away that no kit has and that have no stock. 删除商品"""
    several(session, skus, lambda sku: session.api.delete(_path(sku)))


def _waves(entries: list[Entry], *, dry_run: bool) -> list[list[Batch]]:
    """Kits come last. Where nothing is written they take their parts with them."""
    good = [entry for entry in entries if entry.order and not entry.faults]
    by_sku = {entry.order["id"]: entry for entry in good if entry.order and "id" in entry.order}
    kits = [entry for entry in good if entry.order and entry.order.get("parts")]
    known = {id(kit) for kit in kits}

    def parts(kit: Entry) -> list[Entry]:
        named = {part["sku"] for part in (kit.order or {})["parts"]}
        return [by_sku[sku] for sku in sorted(named & by_sku.keys()) if by_sku[sku] is not kit]

    plain = [entry for entry in good if id(entry) not in known]
    around = {"around": parts} if dry_run else {}
    return [batches(plain, ERRAND.size), batches(kits, ERRAND.size, **around)]


def _named(values: list[str]) -> dict[str, str]:
    given, known = pairs(values), {column.name for column in ITEMS.columns}
    for name in given:
        if name not in known - {"sku"}:
            raise Stop(Exit.USAGE, "not-a-column", column=name)
    return given


def _find(session: Session, sku: str) -> Row | None:
    try:
        return session.api.get(_path(sku))
    except Stop as stop:
        if stop.exit is Exit.NOT_FOUND:
            return None
        raise


def _path(sku: str) -> str:
    return f"{LIST}/{quote(sku, safe='')}"


def _table(out: Output, rows: list[Row]) -> Any:
    return out.table([_eased(row) for row in rows], COLUMNS)


def _fields(out: Output, item: Row) -> Any:
    return out.fields(_eased(item), list(item))


def _eased(item: Row) -> Row:
    """For the eye: yuan, and parts as the table writes them."""
    amounts = {name: yuan(item[name]) for name in item_columns.MONEY if item[name]}
    return {**item, "parts": item_columns.parts_text(item["parts"]), **amounts}
