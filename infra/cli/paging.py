"""How the commands that list show a list: so many rows, or all of them."""

from collections.abc import Callable
from itertools import islice
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from infra.cli.output import Output, Row
from infra.cli.session import Session

Limit = Annotated[int, typer.Option(min=1, max=1_000_000, help="Most rows to list. 最多行数")]
View = Callable[[Output, list[Row]], RenderableType]
DEFAULT = 50
PAGE = 100


def list_(session: Session, path: str, name: str, limit: int, view: View, **params: Any) -> None:
    """Print up to `limit` rows, and say when there are more."""
    found = session.api.pages(path, name, limit=min(limit + 1, PAGE), **params)
    rows = list(islice(found, limit + 1))
    shown, more = rows[:limit], len(rows) > limit
    session.out.show({name: shown, "more": more}, lambda: view(session.out, shown))
    if more:
        session.out.say("more", limit=limit)


def whole(session: Session, path: str, name: str, view: View) -> None:
    """Print a list that the server gives in one piece."""
    rows: list[Row] = session.api.get(path)[name]
    session.out.show({name: rows}, lambda: view(session.out, rows))


def columns(*names: str) -> View:
    """A table with these columns."""
    return lambda out, rows: out.table(rows, names)
