"""What a command prints: a document as JSON, or a view of it; messages go to stderr."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table

from infra.cli.words import Words

WIDE = 240  # columns for a pipe or a file: nothing is cut
Row = dict[str, Any]


class Output:
    def __init__(self, words: Words, *, as_json: bool) -> None:
        self.words = words
        self.as_json = as_json
        self._out = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)

    def show(self, document: Any, view: Callable[[], RenderableType]) -> None:
        """Print the answer of the command, once."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            self._out.print(view())

    def say(self, word: str, **args: Any) -> None:
        """A message to the person at the keyboard."""
        self._err.print(self.words(word, **args), markup=False)

    def before(self, view: RenderableType) -> None:
        """What a person shall see before he is asked."""
        self._err.print(view)

    def table(self, rows: Iterable[Row], columns: Sequence[str]) -> Table:
        """One row a line; the titles are words of the catalogue."""
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(self.words(column), overflow="fold")
        for row in rows:
            table.add_row(*(self.cell(row.get(column)) for column in columns))
        return table

    def fields(self, row: Row, names: Sequence[str]) -> Table:
        """One thing, a field a line; fields that it lacks are left out."""
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for name in names:
            if row.get(name) not in (None, "", [], {}):
                table.add_row(self.words(name), self.cell(row[name]))
        return table

    def cell(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                return self.words("yes" if value else "not")
            case list():
                return ", ".join(self.cell(each) for each in value)
            case dict():
                return json.dumps(value, ensure_ascii=False)
        return _plain(str(value))


def yuan(fen: int) -> str:
    """Fen as yuan, for the eye only."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def _plain(text: str) -> str:
    """Text from outside must neither style the table nor move the cursor."""
    kept = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
    return kept.replace("[", r"\[")
