"""tongdan stock why, ledger, verify: counters followed down to the lines that made them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import typer
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TextColumn

from infra.cli import paging, surroundings
from infra.cli.commands import command
from infra.cli.exits import Exit
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session
from infra.cli.words import Words

FIGURES = ("on_hand", "free", "held", "appointed", "damaged", "coming", "presold")
PLACES = ("warehouse", "lot", "expires", *FIGURES)
HOLDERS = ("warehouse", "lot", "counter", "units", "cause", "number", "status")
LINES = ("at", "warehouse", "lot", "seq", "text", "by")
DIFFERENCES = ("sku", "warehouse", "lot", "flaw", "text")
Sku = Annotated[str, typer.Argument(help="SKU. 商品编码")]
Warehouse = Annotated[str | None, typer.Option(help="Only this warehouse. 只看此仓")]


def register(commands: typer.Typer) -> None:
    command(commands, "why")(why)
    command(commands, "ledger")(ledger)
    command(commands, "verify")(verify)


def why(session: Session, sku: Sku, warehouse: Warehouse = None) -> None:
    """Where the units are, who holds them, and what happened last. 库存去向"""
    story = session.api.get(_path(sku, "explain"), warehouse=warehouse)
    session.out.show(story, lambda: _story(session.out, story))


def ledger(
    session: Session,
    sku: Sku,
    *,
    warehouse: Warehouse = None,
    lot: Annotated[str | None, typer.Option(help="Only this lot. 只看此批次")] = None,
    cause: Annotated[
        str | None, typer.Option(help="e.g. order, purchase, count. 只看此类单据")
    ] = None,
    row_id: Annotated[str | None, typer.Option("--id", help="Only this document. 单据号")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Since, with offset. 起，带时区")
    ] = None,
    to: Annotated[str | None, typer.Option(help="Until, with offset. 止，带时区")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """The lines of the ledger, the newest first. 库存流水"""
    asked = {"warehouse": warehouse, "lot": lot, "cause": cause, "id": row_id, "from": from_}
    paging.list_(session, _path(sku, "ledger"), "ledger", limit, _lines, **asked, to=to)


def verify(
    session: Session,
    sku: Annotated[str | None, typer.Option(help="Only this SKU. 只核对此商品")] = None,
) -> None:
    """Compare every counter with its ledger; exit code 1 if any differs. 账实核对"""
    checked, wrong = 0, []
    with _progress(session.words) as progress:
        for page in _pages(session, sku):
            checked += page["checked"]
            wrong += page["differences"]
            if progress:
                progress.update(progress.task_ids[0], completed=checked)
    found = {"checked": checked, "differences": wrong}
    session.out.show(found, lambda: _differences(session.out, wrong))
    session.out.say("verified", checked=checked, differences=len(wrong))
    if wrong:
        raise typer.Exit(Exit.FAILED)


def _pages(session: Session, sku: str | None) -> Iterator[Row]:
    cursor = ""
    while True:
        query = {"sku": sku, "cursor": cursor}
        asked = urlencode({name: value for name, value in query.items() if value})
        page = session.api.post(f"/v1/stock/verify?{asked}")
        yield page
        cursor = page["next"] or ""
        if not cursor:
            return


def _progress(words: Words) -> AbstractContextManager[Progress | None]:
    """How many places were checked; nobody knows how many there are."""
    if not surroundings.terminal():
        return nullcontext()
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}"),
    )
    progress = Progress(*columns, console=Console(stderr=True))
    progress.add_task(words("verifying"), total=None)
    return progress


def _differences(out: Output, rows: list[Row]) -> RenderableType:
    return out.table([row | {"text": row[out.words.lang]} for row in rows], DIFFERENCES)


def _story(out: Output, story: Row) -> RenderableType:
    parts: list[RenderableType] = [
        out.fields(story, ("sku", "name", *FIGURES, "kits")),
        "",
        out.table(story["places"], PLACES),
    ]
    if holders := list(_holders(out.words, story["places"])):
        parts += ["", out.words("holders"), out.table(holders, HOLDERS)]
    return Group(*parts, "", out.words("newest-lines"), _lines(out, story["ledger"]))


def _holders(words: Words, places: list[Row]) -> Iterator[Row]:
    for place in places:
        for holder in place["holders"]:
            order = holder.get("order") or {"number": holder["id"], "status": ""}
            yield {
                **{name: place[name] for name in ("warehouse", "lot")},
                "counter": words(f"counter.{holder['counter']}"),
                "cause": words(f"cause.{holder['cause']}"),
                "units": holder["units"],
                "number": order["number"],
                "status": words(f"status.{order['status']}") if order["status"] else "",
            }
        if place["others"]:
            yield {"warehouse": place["warehouse"], "lot": place["lot"], "units": place["others"]}


def _lines(out: Output, rows: list[Row]) -> RenderableType:
    shown = [row | {"at": local(row["at"]), "text": row[out.words.lang]} for row in rows]
    return out.table(shown, LINES)


def _path(sku: str, what: str) -> str:
    return f"/v1/stock/{quote(sku, safe='')}/{what}"
