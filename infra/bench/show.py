"""What a section gets to show how far it is, and how its result looks on the screen."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from infra.bench import progress
from infra.bench.figures import Section
from infra.bench.progress import At
from infra.bench.report import number

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Show:
    """`quick` asks a section for fewer and smaller runs."""

    quick: bool = False
    console: Console = field(default_factory=lambda: Console(highlight=False))

    def bar(self, title: str, total: int) -> AbstractContextManager[At]:
        return progress.bar(self.console, title, total)

    def each(self, title: str, things: Sequence[T]) -> Iterator[T]:
        with self.bar(title, len(things)) as at:
            for done, thing in enumerate(things, 1):
                yield thing
                at(done, "")

    def say(self, text: str) -> None:
        self.console.print(f"  {text}", style="dim", markup=False)

    def section(self, section: Section) -> None:
        self.console.print(_figures(section))
        for table in section.tables:
            drawn = Table(*table.columns, title=table.title or None, title_justify="left")
            for row in table.rows:
                drawn.add_row(*row)
            self.console.print(drawn)
        for note in section.notes:
            self.console.print(note, markup=False)


def _figures(section: Section) -> Table:
    table = Table(title=section.title, title_justify="left")
    for name in ("figure", "median", "low", "high", "unit", "target"):
        table.add_column(name)
    for each in section.figures:
        target = "" if each.target is None else number(each.target)
        style = "red" if each.met is False else None
        numbers = [number(value) for value in (each.value, each.low, each.high)]
        table.add_row(each.name, *numbers, each.unit, target, style=style)
    return table
