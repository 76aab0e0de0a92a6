"""The error file: row, field, code, message; a spreadsheet opens it with its Chinese intact."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from infra.cli.importing.options import Fault

HEADER = ("row", "field", "code", "message")
FORMULA = ("=", "+", "-", "@")


class ErrorFile:
    """Appends faults; `size` is noted in the journal, so that a resumed run goes on from there."""

    def __init__(self, path: Path, size: int = 0) -> None:
        self.path = path
        fresh = not size or not path.exists() or path.stat().st_size < size
        self._file = path.open("w+b" if fresh else "r+b")
        self._file.truncate(0 if fresh else size)
        self._file.seek(0, io.SEEK_END)
        self._empty = fresh

    @property
    def size(self) -> int:
        return self._file.tell()

    def add(self, faults: Iterable[Fault]) -> int:
        """Write the faults through to the disk's cache; give their number."""
        rows = [(each.row, *map(safe, (each.field, each.code, each.message))) for each in faults]
        if rows:
            self._write([HEADER, *rows] if self._empty else rows)
            self._empty = False
        return len(rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._empty:
            self.path.unlink()

    def _write(self, rows: Iterable[Iterable[object]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        mark = "\ufeff" if self._empty else ""
        self._file.write((mark + text.getvalue()).encode())
        self._file.flush()


def safe(text: str) -> str:
    """A spreadsheet must not take what somebody wrote for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
