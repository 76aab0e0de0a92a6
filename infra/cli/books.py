"""The commands of a book, of rules or of promotions: its draft, check, publishing, versions."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from infra.cli import paging
from infra.cli.commands import command
from infra.cli.exits import Exit, Stop
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session

HEAD = ("version", "base", "at", "by", "note", "of")
VERSIONS = ("version", "at", "by", "entries", "of", "note")
FAULTS = ("field", "code", "message")
File = Annotated[Path, typer.Argument(help="JSON: a list, - is stdin. 文件")]
Note = Annotated[str, typer.Option(help="What for. 说明")]


class Book:
    """`name`: in paths and bodies; `table`: what stands in it, for a person to read."""

    def __init__(self, name: str, table: Callable[[Output, list[Row]], RenderableType]) -> None:
        self.name, self.path, self.table = name, f"/v1/{name}", table

    def register(self, commands: typer.Typer) -> None:
        acts = (self.show, self.draft, self.validate, self.publish, self.versions, self.rollback)
        for act in acts:
            command(commands, act.__name__)(act)

    def show(
        self,
        session: Session,
        version: Annotated[int | None, typer.Option(min=0, help="Of this version. 版本")] = None,
    ) -> None:
        """What counts, or a version. 查看生效的"""
        path = self.path if version is None else f"{self.path}/versions/{version}"
        self._show(session, session.api.get(path))

    def draft(
        self,
        session: Session,
        file: Annotated[
            Path | None, typer.Argument(help="JSON to put there, - is stdin. 文件")
        ] = None,
    ) -> None:
        """Show the draft, or put a file there. 草稿"""
        now = session.api.get(f"{self.path}/draft")
        if file:
            body = {"version": now["version"], self.name: self.read(file)}
            now = session.api.put(f"{self.path}/draft", body)
        self._show(session, now)

    def validate(self, session: Session, file: File) -> None:
        """Check a file; exit code 1 if anything is faulty. 检查文件"""
        found = session.api.post(f"{self.path}/validate", {self.name: self.read(file)})
        listed = (*found["faults"], *found["warnings"])
        told = [{**each, "message": each["detail"]} for each in listed]
        session.out.show(found, lambda: session.out.table(told, FAULTS))
        count = len(found["faults"])
        session.out.say("rules-checked", faults=count, warnings=len(told) - count)
        if count:
            raise typer.Exit(Exit.FAILED)

    def publish(self, session: Session, *, note: Note) -> None:
        """Let the draft count from now on. 发布草稿"""
        now = session.api.get(f"{self.path}/draft")
        body = {"note": note} | _seen(now)
        self._published(session, session.api.post(f"{self.path}/publish", body))

    def versions(self, session: Session, limit: paging.Limit = paging.DEFAULT) -> None:
        """What was published, the newest first. 版本列表"""
        found = session.api.pages(f"{self.path}/versions", "versions", limit=min(limit, 50))
        rows = [row for row, _ in zip(found, range(limit), strict=False)]
        session.out.show(
            {"versions": rows}, lambda: session.out.table(map(_readable, rows), VERSIONS)
        )

    def rollback(
        self,
        session: Session,
        version: Annotated[int, typer.Argument(min=0, help="0 is nothing. 要回到的版本")],
        *,
        note: Note,
    ) -> None:
        """Publish an old version once more. 回滚到旧版本"""
        body = {"version": version, "note": note}
        self._published(session, session.api.post(f"{self.path}/rollback", body))

    def read(self, file: Path) -> Any:
        """What is in a file: a list, or a document such as these commands print."""
        found = document(file)
        return found.get(self.name) if isinstance(found, dict) else found

    def _published(self, session: Session, head: Row) -> None:
        session.out.show(head, lambda: session.out.fields(_readable(head), VERSIONS))
        _warn(session, head)

    def _show(self, session: Session, book: Row) -> None:
        def view() -> RenderableType:
            head = session.out.fields(_readable(book), HEAD)
            return Group(head, "", self.table(session.out, book[self.name]))

        session.out.show(book, view)
        _warn(session, book)


def document(file: Path) -> Any:
    """The JSON in a file."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
        return json.loads(text)
    except FileNotFoundError:
        raise Stop(Exit.NOT_FOUND, "no-file", file=file) from None
    except (UnicodeDecodeError, ValueError) as error:
        raise Stop(Exit.REFUSED, "not-a-document", file=file, why=error) from None


def _seen(now: Row) -> Row:
    """The draft that we looked at, if there is one."""
    return {"version": now["version"]} if now["version"] else {}


def _readable(row: Row) -> Row:
    at = local(row["at"]) if row.get("at") else ""
    return {**row, "at": at, "entries": row.get("count")}


def _warn(session: Session, found: Row) -> None:
    for each in found.get("warnings", ()):
        session.out.say("line", text=f"{each['field']}: {each['detail']} ({each['code']})")
