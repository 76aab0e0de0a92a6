"""Write a table that a spreadsheet opens and the import reads back: CSV, or XLSX by its name."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from infra.cli.importing.errors import FORMULA

Row = list[Any]


def write(path: Path, header: Row, rows: Iterable[Row]) -> int:
    """Write the table whole or not at all; give the number of its rows below the header."""
    half, things = path.with_name(path.name + ".part"), list(rows)
    writer = _workbook if path.suffix.lower() == ".xlsx" else _text
    writer(half, [header, *([_plain(cell) for cell in row] for row in things)])
    half.replace(path)
    return len(things)


def _text(path: Path, table: list[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(table)


def _workbook(path: Path, table: list[Row]) -> None:
    from openpyxl import Workbook  # late: a tenth of a second that only workbooks need

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in table:
        sheet.append(row)
    book.save(path)


def _plain(cell: Any) -> Any:
    """Text is no formula; the import takes the leading quote away again."""
    quoted = isinstance(cell, str) and cell.startswith((*FORMULA, "'"))
    return f"'{cell}" if quoted else cell
