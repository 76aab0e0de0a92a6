"""How far an import is: a bar on a terminal, else a plain line every few seconds."""

import time
from contextlib import AbstractContextManager
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from infra.cli import surroundings
from infra.cli.importing.options import Summary
from infra.cli.words import Words

EVERY = 5.0  # seconds


class Watch(Protocol):
    """Told of each settled batch: rows of it, and the whole so far."""

    def begin(self, rows: int) -> None: ...
    def advance(self, rows: int, summary: Summary) -> None: ...


class Silent:
    def begin(self, rows: int) -> None: ...
    def advance(self, rows: int, summary: Summary) -> None: ...


class Bar(AbstractContextManager["Bar"]):
    def __init__(self, words: Words) -> None:
        self._words = words
        self._started = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task(words("importing"), rate="", total=None)

    def begin(self, rows: int) -> None:
        self._started = time.monotonic()
        self._progress.update(self._task, total=rows)

    def advance(self, rows: int, summary: Summary) -> None:
        pace = rate(summary, time.monotonic() - self._started)
        self._progress.update(self._task, advance=rows, rate=self._words("rate", rate=pace))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


class Lines(AbstractContextManager["Lines"]):
    def __init__(self, words: Words) -> None:
        self._words = words
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._rows = self._total = 0
        self._started = self._said = time.monotonic()

    def begin(self, rows: int) -> None:
        self._total = rows
        self._started = self._said = time.monotonic()

    def advance(self, rows: int, summary: Summary) -> None:
        self._rows += rows
        now = time.monotonic()
        if now - self._said >= EVERY:
            self._said = now
            self._console.print(self._line(summary, now - self._started))

    def _line(self, summary: Summary, seconds: float) -> str:
        left = seconds * (self._total - self._rows) / max(self._rows, 1)
        return self._words(
            "progress",
            rows=self._rows,
            total=self._total,
            taken=summary.taken,
            missed=summary.missed,
            rate=rate(summary, seconds),
            left=round(max(left, 0)),
        )

    def __exit__(self, *_: object) -> None: ...


def rate(summary: Summary, seconds: float) -> int:
    """Orders a second in this run."""
    return round((summary.read - summary.resumed) / seconds) if seconds else 0


def watching(words: Words) -> Bar | Lines:
    return Bar(words) if surroundings.terminal() else Lines(words)
