"""The rows of a CSV or XLSX file, one list of cells at a time."""

import csv
from collections.abc import Iterator
from itertools import islice
from typing import Any
from zipfile import BadZipFile

from infra.cli.exits import Exit, Stop
from infra.cli.importing.sniff import Facts, Format

Cells = list[Any]
DIVIDERS = ",\t;"


def rows(facts: Facts) -> Iterator[tuple[int, Cells]]:
    """Every row that is not empty with its number; the header comes first."""
    read = _workbook if facts.format is Format.XLSX else _text
    for number, row in enumerate(read(facts), 1):
        if any(cell not in (None, "") for cell in row):
            yield number, row


def _text(facts: Facts) -> Iterator[Cells]:
    with facts.path.open(encoding=facts.encoding, errors="replace", newline="") as file:
        divider = _divider("".join(islice(file, 1)))
    with facts.path.open(encoding=facts.encoding, errors="replace", newline="") as file:
        try:
            yield from csv.reader(file, delimiter=divider)
        except csv.Error as error:
            raise Stop(Exit.REFUSED, "bad-csv", file=facts.path, why=error) from error


def _divider(header: str) -> str:
    return max(DIVIDERS, key=header.count)


def _workbook(facts: Facts) -> Iterator[Cells]:
    from openpyxl import load_workbook  # late: a tenth of a second that only workbooks need

    with facts.path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=True)
        except (BadZipFile, KeyError, ValueError) as error:
            raise Stop(Exit.REFUSED, "bad-excel", file=facts.path, why=error) from error
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some writers note a wrong size
        yield from map(list, sheet.iter_rows(values_only=True))
