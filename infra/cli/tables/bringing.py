"""Bring the rows of a table in, batch by batch; or ask what would become of them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from infra.cli.client import Client
from infra.cli.exits import Stop
from infra.cli.importing import places
from infra.cli.importing.options import MISSED, Entry, Fault, Summary
from infra.cli.importing.progress import Watch

OUTCOMES = ("created", "changed", "unchanged", "removed", *MISSED)
ROOT = re.compile(r"[.\[]")
Results = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Errand:
    path: str
    name: str  # of the list in the request
    size: int  # things a request
    parallel: int = 1


@dataclass(slots=True)
class Batch:
    """What one request carries: `beside` goes first, and what is said of it is not heard."""

    entries: dict[int, Entry] = field(default_factory=dict)  # by row
    beside: dict[int, Entry] = field(default_factory=dict)

    def with_(self, entry: Entry, beside: list[Entry]) -> "Batch":
        entries = {**self.entries, entry.rows[0]: entry}
        around = {**self.beside, **{other.rows[0]: other for other in beside}}
        return Batch(entries, {row: each for row, each in around.items() if row not in entries})

    @property
    def size(self) -> int:
        return len(self.entries) + len(self.beside)


Around = Callable[[Entry], list[Entry]]
"""The entries that another one needs beside it, where none of them are written."""


def batches(entries: Iterable[Entry], size: int, around: Around = lambda _: []) -> list[Batch]:
    made = [Batch()]
    for entry in entries:
        beside = around(entry)
        grown = made[-1].with_(entry, beside)
        if grown.size <= size:
            made[-1] = grown
        else:
            made.append(Batch().with_(entry, beside))
    return [batch for batch in made if batch.entries]


class Bringing:
    """One table on its way: counts what became of its rows, and gathers their faults."""

    def __init__(self, api: Client, errand: Errand, watch: Watch, *, dry_run: bool) -> None:
        self.summary = Summary(counts=dict.fromkeys(OUTCOMES, 0))
        self.faults: list[Fault] = []
        self._api, self._errand, self._watch = api, errand, watch
        self._path = f"{errand.path}?dry_run=true" if dry_run else errand.path

    def carry(self, waves: Iterable[list[Batch]]) -> None:
        """Send the batches, wave after wave; those of one wave in any order."""
        try:
            for wave in waves:
                self._wave(wave)
        except KeyboardInterrupt:
            self.summary.interrupted = True
        except Stop as stop:
            self.summary.stopped = stop

    def leave_out(self, entries: Iterable[Entry]) -> None:
        """Rows that did not read are told, and not sent."""
        for entry in entries:
            self._settle(entry, {"outcome": "refused"})

    def _wave(self, wave: list[Batch]) -> None:
        with ThreadPoolExecutor(self._errand.parallel) as pool:
            for some in _by(self._errand.parallel, wave):
                for batch, results in zip(some, pool.map(self._send, some), strict=True):
                    for entry, result in zip(batch.entries.values(), results, strict=True):
                        self._settle(entry, result)

    def _send(self, batch: Batch) -> Results:
        documents = [entry.order for entry in (*batch.beside.values(), *batch.entries.values())]
        answer = self._api.take_in(self._path, {self._errand.name: documents})
        return list(answer["results"][len(batch.beside) :])

    def _settle(self, entry: Entry, result: dict[str, Any]) -> None:
        faults = [*entry.faults, *_told(entry, result.get("problem"))]
        self.faults += faults
        self.summary.read += 1
        self.summary.faults += len(faults)
        self.summary.add(Counter([result["outcome"]]))
        self._watch.advance(1, self.summary)


def _by(size: int, batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    rest = iter(batches)
    return iter(partial(lambda: list(islice(rest, size))), [])


def _told(entry: Entry, problem: dict[str, Any] | None) -> Iterator[Fault]:
    """What the API says of a row in terms of the file: `parts[1].sku` is in its column `parts`."""
    for fault in places.faults(entry, problem) if problem else ():
        root, *deeper = ROOT.split(fault.field, maxsplit=1)
        where = f"{_named(entry, fault.field)}: " if deeper else ""
        yield Fault(
            fault.row, entry.columns.get(root, fault.field), fault.code, where + fault.message
        )


def _named(entry: Entry, field: str) -> str:
    """What a place in a list is called by people: the SKU of a part, not its number."""
    if found := re.fullmatch(r"(\w+)\[(\d+)\].*", field):
        part = (entry.order or {}).get(found[1], [])[int(found[2])]
        return str(part.get("sku") or field) if isinstance(part, dict) else field
    return field.partition(".")[2]
