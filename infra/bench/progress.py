"""How far something is: a bar on a terminal, lines where nobody watches."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

EVERY = 5.0  # seconds between two lines
At = Callable[[int, str], None]  # so many are done; and a remark


@contextmanager
def bar(console: Console, title: str, total: int) -> Iterator[At]:
    """Yield what is to be told how far it is."""
    make = _drawn if console.is_terminal else _written
    with make(console, title, total) as at:
        yield at


@contextmanager
def _drawn(console: Console, title: str, total: int) -> Iterator[At]:
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[remark]}", style="dim"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=total, remark="")
        yield lambda done, remark: progress.update(task, completed=done, remark=remark)


@contextmanager
def _written(console: Console, title: str, total: int) -> Iterator[At]:
    said = time.monotonic()

    def at(done: int, remark: str) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= EVERY or done >= total:
            said = now
            console.print(f"  {title} {done}/{total} {remark}", markup=False)

    yield at
