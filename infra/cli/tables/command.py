"""What the commands that bring tables in, or write them out, have in common."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from infra.cli import importing, retry
from infra.cli.importing import Options
from infra.cli.importing.columns import Column
from infra.cli.importing.command import finish, terminated_like_interrupted
from infra.cli.importing.errors import ErrorFile
from infra.cli.importing.options import Entry
from infra.cli.importing.progress import watching
from infra.cli.session import Session
from infra.cli.tables.bringing import Batch, Bringing, Errand
from infra.cli.words import Lang

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only check; write nothing. 只检查不写入")]
Errors = Annotated[Path | None, typer.Option(help="Error file [FILE.errors.csv]. 错误清单")]


def bring(
    session: Session,
    errand: Errand,
    entries: list[Entry],
    waves: list[list[Batch]],
    *,
    file: Path,
    errors: Path | None,
    dry_run: bool,
) -> None:
    """Bring the entries of a file in by waves, write the error file, and end the command."""
    errors = importing.error_path(file, Options(errors=errors))
    with (
        terminated_like_interrupted(),
        watching(session.words) as watch,
        ErrorFile(errors) as error_file,
    ):
        watch.begin(len(entries))
        bringing = Bringing(session.client(retry.PATIENT), errand, watch, dry_run=dry_run)
        bringing.leave_out(entry for entry in entries if entry.faults)
        bringing.carry(waves)
        error_file.add(sorted(bringing.faults, key=lambda fault: fault.row))
    finish(session, bringing.summary, errors, dry_run)


def header(session: Session, columns: Iterable[Column]) -> list[str]:
    """The names of columns in the reader's language."""
    chinese = session.words.lang is Lang.ZH
    return [column.aliases[0] if chinese else column.name for column in columns]


def written(session: Session, file: Path, count: int) -> None:
    answer = {"file": str(file), "rows": count}
    session.out.show(answer, lambda: session.words("exported", file=file, rows=count))
