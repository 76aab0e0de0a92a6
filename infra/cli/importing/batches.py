"""Orders by the batch: so many, or so many bytes, whichever is reached first."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from infra.cli.importing.options import Entry

MOST_BYTES = 1_500_000  # a request is read up to 2 MiB


@dataclass(frozen=True, slots=True)
class Batch:
    no: int
    entries: list[Entry] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)  # each order as JSON; empty if there is none

    @property
    def rows(self) -> int:
        return sum(len(entry.rows) for entry in self.entries)


def batches(entries: Iterable[Entry], size: int) -> Iterator[Batch]:
    """The same file and size give the same batches, run after run."""
    batch, length = Batch(0), 0
    for entry in entries:
        text = json.dumps(entry.order) if entry.order is not None else ""
        if len(batch.entries) >= size or (batch.entries and length + len(text) > MOST_BYTES):
            yield batch
            batch, length = Batch(batch.no + 1), 0
        batch.entries.append(entry)
        batch.texts.append(text)
        length += len(text)
    if batch.entries:
        yield batch
