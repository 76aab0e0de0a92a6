"""tongdan orders held: what is stopped, and why; all of one reason is let go on from here."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from infra.cli import paging, surroundings
from infra.cli.commands import command, tell
from infra.cli.exits import Exit, Stop
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session
from infra.cli.words import Words

COLUMNS = ("id", "shop", "number", "reason", "severity", "owner", "do_by", "text")
GOOD = ("released", "lifted", "unchanged")


def register(app: typer.Typer) -> None:
    command(app, "held")(held)


def held(
    session: Session,
    *,
    reason: Annotated[str | None, typer.Option(help="e.g. buyer-note. 原因")] = None,
    severity: Annotated[str | None, typer.Option(help="notice, warning or block. 严重")] = None,
    owner: Annotated[str | None, typer.Option(help="Whose it is, e.g. service. 归谁")] = None,
    shop: Annotated[str | None, typer.Option(help="Only this shop. 店铺")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only the late. 只看超期")] = False,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List the orders that are stopped: why, whose they are, by when. 挂起工作台"""
    asked = {"reason": reason, "severity": severity, "owner": owner, "shop": shop}
    asked["overdue"] = "true" if overdue else None
    first, *rest = _taken(session, limit + 1, **asked)
    rows = [row for page in (first, *rest) for row in page["holds"]]
    shown = {"holds": rows[:limit], "counts": first["counts"], "more": len(rows) > limit}
    session.out.show(shown, lambda: _listed(session.out, rows[:limit]))
    if first["counts"]:
        session.out.say("held-counts", counts=_counted(first), looked=first["counted"])
    if len(rows) > limit:
        session.out.say("more", limit=limit)


def release_all(session: Session, reason: str, shop: str | None, note: str | None) -> None:
    """Let every order go on that is held for `reason`, a page after the other."""
    counts: Counter[str] = Counter()
    failed: list[Row] = []
    with _progress(session.words) as progress:
        for page in _pages(session, paging.PAGE, reason=reason, shop=shop):
            results = _released(session, page["holds"], {"reasons": [reason], "note": note or ""})
            counts.update(str(result["outcome"]) for result in results)
            failed += [result for result in results if result["outcome"] not in GOOD]
            if progress:
                _advance(progress, page, reason, len(results))
    done = counts.total() - len(failed)
    session.out.show(
        {"counts": dict(counts), "failed": failed},
        lambda: session.words("done-failed", done=done, failed=len(failed)),
    )
    _tell(session, failed, counts.total())


def _released(session: Session, rows: list[Row], said: Row) -> list[Row]:
    """One call for a page; it may be repeated, since what is free already stays as it is."""
    if not rows:
        return []
    body = {"order_ids": [row["id"] for row in rows], **said}
    results: list[Row] = session.api.post("/v1/orders/release", body)["results"]
    return results


def _tell(session: Session, failed: list[Row], all_: int) -> None:
    for result in failed:
        session.out.say("about", name=result["id"])
        tell(session.out, Stop(Exit.REFUSED, "was-refused", result["problem"]))
    if failed:
        raise typer.Exit(Exit.PARTLY if len(failed) < all_ else Exit.REFUSED)


def _taken(session: Session, most: int, **asked: Any) -> Iterator[Row]:
    """As many pages as `most` orders need, and the first in any case."""
    for page in _pages(session, min(most, paging.PAGE), **asked):
        yield page
        most -= len(page["holds"])
        if most <= 0:
            return


def _pages(session: Session, size: int, **asked: Any) -> Iterator[Row]:
    cursor = None
    while True:
        page = session.api.get("/v1/holds", limit=size, cursor=cursor, **asked)
        yield page
        cursor = page["next"]
        if not cursor:
            return


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    lines = (_line(row, hold, out.words) for row in rows for hold in row["holds"])
    return out.table(lines, COLUMNS)


def _line(row: Row, hold: Row, words: Words) -> Row:
    late = " !" if hold["overdue"] else ""
    deadline = hold["deadline"] and local(hold["deadline"]) + late
    named = {name: row[name] for name in ("id", "shop", "number")}
    told = {name: hold[name] for name in ("reason", "severity", "owner")}
    return {**named, **told, "do_by": deadline, "text": hold[words.lang]}


def _counted(page: Row) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in page["counts"].items())


def _progress(words: Words) -> AbstractContextManager[Progress | None]:
    if not surroundings.terminal():
        return nullcontext()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(*columns, console=Console(stderr=True))
    progress.add_task(words("releasing"), total=None)
    return progress


def _advance(progress: Progress, page: Row, reason: str, orders: int) -> None:
    """The first page counts how many there are, as far as it looked."""
    [task] = progress.task_ids
    if "counts" in page:
        progress.update(task, total=page["counts"].get(reason, 0))
    progress.update(task, advance=orders)
