"""tongdan stock: what lies in which warehouse."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from infra.cli import ledger, paging
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.output import Row
from infra.cli.session import Session
from infra.cli.several import several

COLUMNS = ["sku", "warehouse", "lot", "expires", "on_hand", "held", "free", "coming", "damaged"]
ALIASES = {
    "sku": "sku",
    "商品编码": "sku",
    "商家编码": "sku",
    "warehouse": "warehouse",
    "仓库": "warehouse",
    "仓库编号": "warehouse",
    "on_hand": "on_hand",
    "数量": "on_hand",
    "库存": "on_hand",
}


def register(app: typer.Typer) -> None:
    commands = group(app, "stock", "Stock. 库存")
    command(commands, "set")(set_)
    command(commands, "show")(show)
    command(commands, "import")(import_)
    ledger.register(commands)


def set_(
    session: Session,
    sku: Annotated[str, typer.Argument(help="SKU. 商品编码")],
    warehouse: Annotated[str, typer.Argument(help="Warehouse. 仓库编号")],
    on_hand: Annotated[int, typer.Argument(min=0, help="Units that lie there. 实有数量")],
) -> None:
    """Set how many units lie in a warehouse. 设定库存"""
    counter = put(session, sku, warehouse, on_hand)
    session.out.show(counter, lambda: session.out.table([counter], COLUMNS))


def show(
    session: Session,
    sku: Annotated[str | None, typer.Argument(help="Only this SKU. 只看此商品")] = None,
    warehouse: Annotated[str | None, typer.Option(help="Only this warehouse. 只看此仓")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """Show what lies, is held and is free. 查看库存"""
    view = paging.columns(*COLUMNS)
    paging.list_(session, "/v1/stock", "stock", limit, view, sku=sku, warehouse=warehouse)


def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(help="CSV: sku,warehouse,on_hand. 库存表")],
) -> None:
    """Set stock from a CSV file, row by row. 导入库存"""
    several(session, _rows(file), lambda row: put(session, *row), name=_named)


def put(session: Session, sku: str, warehouse: str, on_hand: int) -> Row:
    path = f"/v1/stock/{quote(sku, safe='')}/{quote(warehouse, safe='')}"
    return session.api.put(path, {"on_hand": on_hand})


def _named(row: tuple[str, str, int]) -> str:
    return f"{row[0]} @ {row[1]}"


def _rows(file: Path) -> Iterator[tuple[str, str, int]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Stop(Exit.NOT_FOUND, "no-file", file=file) from None
    except UnicodeDecodeError:
        text = file.read_text(encoding="gb18030")
    table = csv.reader(text.splitlines())
    names = [ALIASES.get(name.strip().lower(), "") for name in next(table, [])]
    if missing := {"sku", "warehouse", "on_hand"} - set(names):
        raise Stop(Exit.REFUSED, "columns-missing", columns=", ".join(sorted(missing)))
    for number, cells in enumerate(table, 2):
        if any(cells):
            yield _row(number, dict(zip(names, cells, strict=False)))


def _row(number: int, row: dict[str, str]) -> tuple[str, str, int]:
    count = row.get("on_hand", "").strip()
    if not count.isdecimal():
        raise Stop(Exit.REFUSED, "not-a-count", row=number, value=count)
    return row["sku"].strip(), row["warehouse"].strip(), int(count)
