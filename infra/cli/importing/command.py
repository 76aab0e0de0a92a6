"""tongdan orders import"""

import csv
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Group, RenderableType

from infra.cli import importing, retry
from infra.cli.commands import command, tell
from infra.cli.exits import Exit
from infra.cli.importing import OnFault, Options, Stock, Summary
from infra.cli.importing.progress import watching
from infra.cli.session import Session

SHOWN = 20  # faults on the screen; the error file has them all


def register(app: typer.Typer) -> None:
    command(app, "import")(import_)


def import_(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(help="JSON Lines, CSV or XLSX. 订单文件")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check; write nothing. 只检查不写入")
    ] = False,
    shop: Annotated[str, typer.Option(help="For orders that name none. 默认店铺")] = "",
    errors: Annotated[
        Path | None, typer.Option(help="Error file [FILE.errors.csv]. 错误清单")
    ] = None,
    batch: Annotated[int, typer.Option(min=1, max=100, help="Orders a request. 每批单数")] = 100,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="Requests at once. 并发数")] = 2,
    on_fault: Annotated[
        OnFault, typer.Option(help="What a faulty order does. 有错时")
    ] = OnFault.REFUSE,
    stock: Annotated[Stock, typer.Option(help="When stock is held. 何时占用库存")] = Stock.LATER,
) -> None:
    """Bring in the orders of a file; run it again to go on after a stop. 导入订单"""
    options = Options(shop, batch, parallel, on_fault, stock, errors)
    if dry_run:
        summary = importing.check(file, options, session.words)
    else:
        summary = _run(session, file, options)
    finish(session, summary, importing.error_path(file, options), dry_run)


def _run(session: Session, file: Path, options: Options) -> Summary:
    with terminated_like_interrupted(), watching(session.words) as watch:
        return importing.run(file, session.client(retry.PATIENT), options, watch, session.words)


def finish(session: Session, summary: Summary, errors: Path, dry_run: bool) -> None:
    """Show how an import went, and end with its exit code."""
    faults = list(islice(_listed(errors), SHOWN)) if summary.faults else []
    document = _document(summary, errors) | ({"dry_run": True} if dry_run else {})
    session.out.show(document, lambda: _view(session, summary, faults))
    if summary.faults > len(faults):
        session.out.say("more-faults", count=summary.faults - len(faults))
    if summary.faults:
        session.out.say("error-file", file=errors)
    if dry_run:
        session.out.say("nothing-written")
    if summary.stopped:
        tell(session.out, summary.stopped)
    if summary.stopped or summary.interrupted or summary.counts["failed"]:
        session.out.say("run-again")
    raise typer.Exit(exit_of(summary, dry_run))


def exit_of(summary: Summary, dry_run: bool) -> Exit:
    if summary.stopped:
        return summary.stopped.exit
    if summary.interrupted or (summary.missed and summary.taken and not dry_run):
        return Exit.PARTLY
    if summary.counts["refused"] or summary.counts["conflict"]:
        return Exit.REFUSED
    return Exit.FAILED if summary.missed else Exit.OK


def _document(summary: Summary, errors: Path) -> dict[str, Any]:
    return {
        "read": summary.read,
        **summary.counts,
        "faults": summary.faults,
        "errors": str(errors) if summary.faults else None,
        "resumed": summary.resumed,
        "complete": not (summary.interrupted or summary.stopped),
    }


def _view(session: Session, summary: Summary, faults: list[dict[str, Any]]) -> RenderableType:
    counts = {"read": summary.read, **summary.counts}
    table = session.out.table([counts], list(counts))
    if not faults:
        return table
    listed = session.out.table(faults, list(asdict(importing.Fault(0, "", "", ""))))
    return Group(listed, "", table)


def _listed(errors: Path) -> Iterator[dict[str, Any]]:
    with errors.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """A polite end (SIGTERM) leaves the journal as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
