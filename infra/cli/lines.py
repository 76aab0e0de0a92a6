"""Lines of a stock document: SKU=UNITS or SKU@LOT=UNITS, or the rows of a CSV or XLSX table."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.exits import Exit, Stop
from infra.cli.importing import cells, sheet
from infra.cli.importing.columns import Column, find, names
from infra.cli.importing.sniff import sniff
from infra.cli.importing.table import by_name, used_by
from infra.cli.output import Row
from infra.cli.session import Session
from infra.cli.tables.reading import Kind, document

Given = Annotated[list[str] | None, typer.Argument(help="SKU=UNITS or SKU@LOT=UNITS. 商品=数量")]
File = Annotated[Path | None, typer.Option(help="CSV or XLSX, a line a row. 明细表")]
LINE = re.compile(r"(.+?)(?:@([^@=]+))?=(-?\d+)(?:\+(\d+))?")
ALIASES = {
    "units": ("数量",),
    "ordered": ("采购数量", "数量"),
    "good": ("良品", "数量"),
    "sound": ("实盘", "数量"),
}


def given(
    session: Session, texts: Iterable[str] | None, file: Path | None, name: str
) -> list[Row]:
    """What was named and what stands in the table; `name`: the field that the units fill."""
    named = [_named(text, name) for text in texts or ()]
    return [*named, *(_rows(session, file, name) if file else ())]


def _named(text: str, name: str) -> Row:
    found = LINE.fullmatch(text)
    if not found:
        raise Stop(Exit.USAGE, "not-goods", text=text)
    sku, lot, units, damaged = found.groups()
    line = {"sku": sku, "lot": lot, name: int(units), "damaged": damaged and int(damaged)}
    return {field: value for field, value in line.items() if value is not None}


def _rows(session: Session, file: Path, name: str) -> Iterator[Row]:
    kind = _kind(name)
    facts, among = sniff(file), names(kind.columns)
    header = next(sheet.rows(facts), (0, []))[1]
    columns = [find(cell, among) for cell in header]
    if missing := [each for each in kind.needed if each not in used_by(columns, header)]:
        raise Stop(Exit.REFUSED, "columns-missing", columns=", ".join(missing))
    for number, row in islice(sheet.rows(facts), 1, None):
        found, wrong = document(by_name(columns, row), kind)
        if wrong:
            told = ", ".join(f"{column} {session.words(code)}" for column, code in wrong.items())
            raise Stop(Exit.REFUSED, "bad-row", row=number, text=told)
        yield found


def _kind(name: str) -> Kind:
    columns = (
        Column("sku", "sku", cells.text, ("商品编码", "商家编码", "规格编码")),
        Column("lot", "lot", cells.text, ("批次", "批号")),
        Column("expires", "expires", _day, ("有效期至", "到期日")),
        Column("made", "made", _day, ("生产日期",)),
        Column(name, name, cells.whole, ALIASES[name]),
        Column("damaged", "damaged", cells.whole, ("残品",)),
    )
    return Kind(columns, ("sku", name))


def _day(value: Any) -> str:
    return cells.time(value)[:10]
