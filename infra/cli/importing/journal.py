"""Which batches of a file the server has acknowledged: an interrupted import goes on from here.

One JSON line a batch, appended and synced after the answer. A torn last line is dropped: that
batch is sent again, which is harmless.
"""

import fcntl
import io
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any, Self

from infra.cli.exits import Exit, Stop


@dataclass(frozen=True, slots=True)
class Note:
    """One acknowledged batch; `errors` is the size of the error file with its faults in it."""

    batch: int
    read: int
    rows: int
    counts: dict[str, int]
    faults: int
    errors: int


NOTED = {each.name for each in fields(Note)}


class Journal:
    """`of` says what it is the journal of: another file or target begins a new one."""

    def __init__(self, path: Path, of: str) -> None:
        self.path = path
        self._file: IO[bytes] = path.open("a+b")
        self._lock()
        self.notes = self._load(of)
        self.done = {note.batch for note in self.notes}
        if not self.notes:
            self._file.truncate(0)
            self._append({"journal": of})

    @property
    def errors(self) -> int:
        return self.notes[-1].errors if self.notes else 0

    def add(self, note: Note) -> None:
        self._append(asdict(note))
        self.notes.append(note)
        self.done.add(note.batch)

    def finish(self) -> None:
        """The file is in: the next import of it begins anew, and finds its orders repeated."""
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise Stop(Exit.REFUSED, "being-imported", file=self.path) from None

    def _load(self, of: str) -> list[Note]:
        self._file.seek(0)
        if _parsed(self._file.readline()) != {"journal": of}:
            return []
        notes, good = [], self._file.tell()
        while (found := _parsed(self._file.readline())).keys() == NOTED:
            notes.append(Note(**found))
            good = self._file.tell()
        self._file.truncate(good)
        return notes

    def _append(self, line: dict[str, Any]) -> None:
        self._file.seek(0, io.SEEK_END)
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _parsed(line: bytes) -> dict[str, Any]:
    """One line; empty if it is torn."""
    if not line.endswith(b"\n"):
        return {}
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
