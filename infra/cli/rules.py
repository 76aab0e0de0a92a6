"""tongdan rules: the draft, its check, publishing, versions, bringing back."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from infra.cli import paging, rule_trials
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session
from shared.domain.rules.rule import Kind

PATH = "/v1/rules"
HEAD = ("version", "base", "at", "by", "note", "of")
RULES = ("id", "kind", "name", "priority", "active", "when", "then", "begins", "ends", "except")
SPAN = (("begins", "since"), ("ends", "until"))
VERSIONS = ("version", "at", "by", "rules", "of", "note")
FACTS = ("name", "text", "type", "unit", "operators", "choices", "kinds")
FAULTS = ("field", "code", "message")
File = Annotated[Path, typer.Argument(help="JSON: a list of rules, - is stdin. 规则文件")]
Note = Annotated[str, typer.Option(help="What for. 说明")]


def register(app: typer.Typer) -> None:
    commands = group(app, "rules", "Rules. 规则")
    for act in (show, facts, draft, validate, publish, versions, rollback):
        command(commands, act.__name__)(act)
    rule_trials.register(commands)


def show(
    session: Session,
    version: Annotated[int | None, typer.Option(min=0, help="Of this version. 版本")] = None,
) -> None:
    """The rules that count, or those of a version. 查看规则"""
    path = PATH if version is None else f"{PATH}/versions/{version}"
    _show(session, session.api.get(path))


def facts(session: Session) -> None:
    """What rules may ask of an order. 规则能问的事实"""
    rows = session.api.get("/v1/rule-facts")["facts"]
    told = [_named(session.out, row) for row in rows]
    session.out.show({"facts": rows}, lambda: session.out.table(told, FACTS))


def draft(
    session: Session,
    file: Annotated[
        Path | None, typer.Argument(help="JSON to put there, - is stdin. 规则文件")
    ] = None,
) -> None:
    """Show the draft, or put the rules of a file there. 规则草稿"""
    now = session.api.get(f"{PATH}/draft")
    if file:
        body = {"version": now["version"], "rules": read(file)}
        now = session.api.put(f"{PATH}/draft", body)
    _show(session, now)


def validate(session: Session, file: File) -> None:
    """Check the rules of a file; exit code 1 if any is faulty. 检查规则"""
    found = session.api.post(f"{PATH}/validate", {"rules": read(file)})
    told = [{**each, "message": each["detail"]} for each in (*found["faults"], *found["warnings"])]
    session.out.show(found, lambda: session.out.table(told, FAULTS))
    count = len(found["faults"])
    session.out.say("rules-checked", faults=count, warnings=len(told) - count)
    if count:
        raise typer.Exit(Exit.FAILED)


def publish(session: Session, *, note: Note) -> None:
    """Let the draft count from now on. 发布草稿"""
    now = session.api.get(f"{PATH}/draft")
    _published(session, session.api.post(f"{PATH}/publish", {"note": note} | _seen(now)))


def versions(session: Session, limit: paging.Limit = paging.DEFAULT) -> None:
    """What was published, the newest first. 版本列表"""
    found = session.api.pages(f"{PATH}/versions", "versions", limit=min(limit, 50))
    rows = [row for row, _ in zip(found, range(limit), strict=False)]
    session.out.show({"versions": rows}, lambda: session.out.table(map(_readable, rows), VERSIONS))


def rollback(
    session: Session,
    version: Annotated[int, typer.Argument(min=0, help="0 is no rules. 要回到的版本")],
    *,
    note: Note,
) -> None:
    """Publish an old version once more. 回滚到旧版本"""
    body = {"version": version, "note": note}
    _published(session, session.api.post(f"{PATH}/rollback", body))


def read(file: Path) -> Any:
    """The rules in a file: a list, or a document with `rules` such as this command prints."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
        found = json.loads(text)
    except FileNotFoundError:
        raise Stop(Exit.NOT_FOUND, "no-file", file=file) from None
    except (UnicodeDecodeError, ValueError) as error:
        raise Stop(Exit.REFUSED, "not-a-rulebook", file=file, why=error) from None
    return found.get("rules") if isinstance(found, dict) else found


def _named(out: Output, fact: Row) -> Row:
    """Which kinds of rule are told of it is only said where it is not all of them."""
    every = len(fact["kinds"]) == len(Kind)
    return {**fact, "text": fact[out.words.lang], "kinds": [] if every else fact["kinds"]}


def _seen(now: Row) -> Row:
    """The draft that we looked at, if there is one."""
    return {"version": now["version"]} if now["version"] else {}


def _published(session: Session, head: Row) -> None:
    session.out.show(head, lambda: session.out.fields(_readable(head), VERSIONS))
    _warn(session, head)


def _show(session: Session, book: Row) -> None:
    session.out.show(book, lambda: _whole(session.out, book))
    _warn(session, book)


def _whole(out: Output, book: Row) -> RenderableType:
    ordered = sorted(book["rules"], key=lambda rule: (rule["kind"], -rule["weight"], rule["id"]))
    told = [_told(out, rule) for rule in ordered]
    return Group(out.fields(_readable(book), HEAD), "", out.table(told, RULES))


def _told(out: Output, rule: Row) -> Row:
    times = {name: local(rule[at]) for name, at in SPAN if rule.get(at)}
    return {**rule, "kind": out.words(f"rule.{rule['kind']}"), "priority": rule["weight"], **times}


def _readable(row: Row) -> Row:
    return {**row, "at": local(row["at"]) if row.get("at") else "", "rules": row.get("count")}


def _warn(session: Session, found: Row) -> None:
    for each in found.get("warnings", ()):
        session.out.say("line", text=f"{each['field']}: {each['detail']} ({each['code']})")
