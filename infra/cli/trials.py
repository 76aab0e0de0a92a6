"""Past orders by the book that counts and by another, page by page: `tongdan rules simulate`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from infra.cli import surroundings
from infra.cli.books import Book
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session
from infra.cli.words import Words

PAGE, EXAMPLES = 500, 20
SUMS = ("figure", "now", "tried", "difference")
CHANGED = ("number", "shop", "placed_at", "change")


class Figure(NamedTuple):
    """A row of what it all comes to; with `each`, a row for each name that it counts by."""

    name: str
    word: str
    shown: Callable[[int], str] = str
    each: Callable[[Output, str], str] | None = None


def gift(out: Output, sku: str) -> str:
    return f"{out.words('gift')} {sku}"


def units(value: Row) -> str:
    """Units by SKU."""
    return ", ".join(f"{sku} x {count}" for sku, count in value.items())


@dataclass(frozen=True, slots=True)
class Trial:
    """`shown`: what is otherwise in an order, by its name."""

    book: Book
    figures: Sequence[Figure]
    shown: Callable[[Output, str, Any], str]

    def simulate(
        self,
        session: Session,
        file: Annotated[
            Path | None, typer.Argument(help="JSON, instead of the draft. 文件，缺省为草稿")
        ] = None,
        *,
        from_: Annotated[
            str | None, typer.Option("--from", help="Since, with offset [a week]. 起，带时区")
        ] = None,
        to: Annotated[
            str | None, typer.Option(help="Until, with offset [now]. 止，带时区")
        ] = None,
        at: Annotated[
            str | None, typer.Option(help="As of this time [each order's]. 按此时的规则")
        ] = None,
    ) -> None:
        """What the draft would make of past orders; nothing is written. 用历史订单试算"""
        body: Row = {self.book.name: self.book.read(file)} if file else {"draft": True}
        body |= {k: v for k, v in (("from", from_), ("to", to), ("at", at)) if v}
        found: Row = {}
        with _progress(session.words) as progress:
            for page in _pages(session, f"{self.book.path}/simulate", body):
                found = _added(found, page)
                if progress:
                    progress.update(progress.task_ids[0], completed=found["after"]["orders"])
        session.out.show(found, lambda: self._view(session.out, found))
        session.out.say(
            "simulated",
            orders=found["after"]["orders"],
            skipped=found["skipped"],
            changed=found["changed"],
        )

    def _view(self, out: Output, found: Row) -> RenderableType:
        parts: list[RenderableType] = [out.table(self._sums(out, found), SUMS)]
        if found["examples"]:
            parts += ["", out.words("examples"), out.table(self._examples(out, found), CHANGED)]
        return Group(*parts)

    def _sums(self, out: Output, found: Row) -> Iterator[Row]:
        sides = [found[name] for name in ("before", "after", "difference")]
        for figure in self.figures:
            values = [side[figure.name] for side in sides]
            if figure.each is None:
                yield _row(out.words(figure.word), map(figure.shown, values))
                continue
            for code in sorted({code for value in values for code in value}):
                shown = (figure.shown(value.get(code, 0)) for value in values)
                yield _row(figure.each(out, code), shown)

    def _examples(self, out: Output, found: Row) -> Iterator[Row]:
        for one in found["examples"]:
            told = [f"{out.words(name)}: {self._sides(out, one, name)}" for name in one["changes"]]
            yield {**one, "placed_at": local(one["placed_at"]), "change": "; ".join(told)}

    def _sides(self, out: Output, one: Row, name: str) -> str:
        shown = (self.shown(out, name, one[side][name]) or "-" for side in ("before", "after"))
        return " → ".join(shown)


def _pages(session: Session, path: str, body: Row) -> Iterator[Row]:
    """Every page has the times of the first: `to` may be now, and now goes on."""
    cursor: str | None = ""
    while cursor is not None:
        asked = body | {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
        page = session.api.post(path, asked)
        body = body | {"from": page["from"], "to": page["to"]}
        cursor = page.pop("next")
        yield page


def _added(sums: Row, page: Row) -> Row:
    """The sums of what came before, with those of one page more."""
    if not sums:
        return page
    numbers = ("skipped", "changed", "before", "after", "difference")
    more = {name: _plus(sums[name], page[name]) for name in numbers}
    return {**sums, **more, "examples": [*sums["examples"], *page["examples"]][:EXAMPLES]}


def _plus(one: Any, other: Any) -> Any:
    if not isinstance(one, dict):
        return one + other
    empty: Any = {} if any(isinstance(v, dict) for v in (*one.values(), *other.values())) else 0
    names = dict.fromkeys((*one, *other))
    return {name: _plus(one.get(name, empty), other.get(name, empty)) for name in names}


def _progress(words: Words) -> AbstractContextManager[Progress | None]:
    """How many orders were replayed; nobody knows how many there are."""
    if not surroundings.terminal():
        return nullcontext()
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
    )
    progress = Progress(*columns, console=Console(stderr=True))
    progress.add_task(words("simulating"), total=None)
    return progress


def _row(title: str, cells: Iterable[str]) -> Row:
    return dict(zip(SUMS, (title, *cells), strict=True))
