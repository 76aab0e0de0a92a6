"""The rows of a table as documents for the API; a cell that does not read is a fault."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from infra.cli.exits import Exit, Stop
from infra.cli.importing import sheet
from infra.cli.importing.cells import Unread
from infra.cli.importing.columns import Column, find, names
from infra.cli.importing.options import Entry, Fault
from infra.cli.importing.sniff import sniff
from infra.cli.importing.table import by_name, used_by
from infra.cli.words import Words

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a row of the table is: its columns, the first of which names the thing."""

    columns: tuple[Column, ...]
    needed: tuple[str, ...]
    once: bool = True  # each thing has one row

    @property
    def key(self) -> Column:
        return self.columns[0]


def read(path: Path, kind: Kind, words: Words) -> Iterator[Entry]:
    """Every row as an entry; two rows of one thing are a fault of the second."""
    facts, among = sniff(path), names(kind.columns)
    header = next(sheet.rows(facts), (0, []))[1]
    columns = [find(cell, among) for cell in header]
    used = used_by(columns, header)
    if missing := [name for name in kind.needed if name not in used]:
        raise Stop(Exit.REFUSED, "columns-missing", columns=", ".join(missing))
    rows = ((no, by_name(columns, cells)) for no, cells in islice(sheet.rows(facts), 1, None))
    entries = _entries(rows, kind, used, words)
    return _alone(entries, kind, used, words) if kind.once else entries


def document(cells: dict[str, Any], kind: Kind) -> tuple[Document, dict[str, str]]:
    """The document of a row, and what is wrong with its cells by the names of their columns."""
    found: Document = {}
    wrong: dict[str, str] = {}
    for column in kind.columns:
        if column.name in cells:
            try:
                found[column.path] = column.kind(cells[column.name])
            except Unread as error:
                wrong[column.name] = error.code
    return found, wrong


def _entries(
    rows: Iterable[tuple[int, dict[str, Any]]], kind: Kind, used: dict[str, str], words: Words
) -> Iterator[Entry]:
    paths = {column.path: used[column.name] for column in kind.columns if column.name in used}
    for number, cells in rows:
        found, wrong = document(cells, kind)
        faults = [Fault(number, used[name], code, words(code)) for name, code in wrong.items()]
        yield Entry((number,), found, tuple(faults), paths)


def _alone(
    entries: Iterable[Entry], kind: Kind, used: dict[str, str], words: Words
) -> Iterator[Entry]:
    seen: set[str] = set()
    for entry in entries:
        key = (entry.order or {}).get(kind.key.path, "")
        if key and key in seen:
            twice = Fault(entry.rows[0], used[kind.key.name], "twice", words("fault.twice"))
            yield Entry(entry.rows, entry.order, (*entry.faults, twice), entry.columns)
        else:
            yield entry
        seen.add(key)
