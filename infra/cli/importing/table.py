"""A table of orders, one line of an order a row: read once to see where each order's rows are,
and once more to give the orders out, keeping only those whose rows are not yet all seen."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from infra.cli.exits import Exit, Stop
from infra.cli.importing import sheet
from infra.cli.importing.cells import clean
from infra.cli.importing.columns import NAMES, NEEDED, Column, find
from infra.cli.importing.making import Maker
from infra.cli.importing.options import Entry
from infra.cli.importing.runs import Key, mark, scattered
from infra.cli.importing.sniff import Facts
from infra.cli.words import Words

Row = tuple[int, dict[str, Any]]  # its number, and its cells by column name


class Table:
    def __init__(self, facts: Facts, shop: str, words: Words) -> None:
        self._facts = facts
        self._shop = shop
        header = next(sheet.rows(facts), (0, []))[1]
        self._columns = [find(cell, NAMES) for cell in header]
        used = used_by(self._columns, header)
        _check(used, words)
        self._maker = Maker(used, shop, words)
        self._runs, self.total = scattered(self._key(row) for row in self._rows())

    def __iter__(self) -> Iterator[Entry]:
        for rows in _whole(self._keyed(), self._runs):
            yield self._maker.entry(rows)

    def _rows(self) -> Iterator[Row]:
        for number, cells in islice(sheet.rows(self._facts), 1, None):
            yield number, by_name(self._columns, cells)

    def _keyed(self) -> Iterator[tuple[Key, list[Row]]]:
        for key, rows in groupby(self._rows(), key=self._key):
            yield key, list(rows)

    def _key(self, row: Row) -> Key:
        """Shop and number; a row without a number stands alone."""
        number, cells = row
        written = str(cells.get("number") or f"\0{number}")
        return str(cells.get("shop") or self._shop), written


def used_by(columns: list[Column | None], header: list[Any]) -> dict[str, str]:
    """The header text of each column that is read; none may stand there twice."""
    texts: dict[str, list[str]] = {}
    for column, cell in zip(columns, header, strict=True):
        if column:
            texts.setdefault(column.name, []).append(str(cell))
    if again := [text for each in texts.values() if len(each) > 1 for text in each]:
        raise Stop(Exit.REFUSED, "columns-twice", columns=", ".join(again))
    return {name: each[0] for name, each in texts.items()}


def by_name(columns: list[Column | None], cells: list[Any]) -> dict[str, Any]:
    found = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and (value := clean(cell)) not in (None, ""):
            found[column.name] = value
    return found


def _whole(runs: Iterable[tuple[Key, list[Row]]], left: Counter[int]) -> Iterator[list[Row]]:
    """Orders with all their rows, each as soon as its last row was seen."""
    left, waiting = Counter(left), dict[int, dict[Key, list[Row]]]()
    for key, rows in runs:
        which = mark(key)
        if which not in left:
            yield rows
            continue
        waiting.setdefault(which, {}).setdefault(key, []).extend(rows)
        left[which] -= 1
        if not left[which]:
            yield from waiting.pop(which).values()


def _check(used: dict[str, str], words: Words) -> None:
    missing = [name for name in NEEDED if name not in used]
    if not {"sku", "shop_sku"} & used.keys():
        missing.append("sku")
    if missing:
        columns = ", ".join(words(f"column-{name}") for name in missing)
        raise Stop(Exit.REFUSED, "columns-missing", columns=columns)
