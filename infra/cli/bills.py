"""tongdan bills, reconciliations, differences: what providers settle, against our books."""

import gzip
import hashlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType

from infra.cli import paging
from infra.cli.bars import bar
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.output import Output, Row, yuan
from infra.cli.pairs import pairs
from infra.cli.session import Session

PATH, DAYS, DIFFERENCES = "/v1/bills", "/v1/reconciliations", "/v1/differences"
PART = 250_000  # bytes of a file that go in one request
WHOLE = 1_000_000  # bytes up to which a file goes in one
LIST = ("id", "account", "day", "kind", "source", "bill_lines", "charges", "refunds", "fees")
LINES = ("row", "at", "kind", "number", "refund_no", "fen", "bill_fee", "provider_no", "state")
BALANCED = (
    *("account", "day", "day_standing", "opening", "charges", "refunds", "fees"),
    *("withdrawals", "closing", "gap", "open", "trouble"),
)
WORK = ("id", "account", "type", "state", "text", "effect", "assignee", "note")
TERMS = ("id", "agreed_rate", "columns", "bill_kinds", "prefix")
SUMS = ("charges", "refunds", "fees", "withdrawals")
Id = Annotated[str, typer.Argument(help="Id of the bill. 账单编号")]
Difference = Annotated[str, typer.Argument(help="Id of the difference. 差异编号")]
Account = Annotated[str, typer.Argument(help="Payment account or shop. 收款账号或店铺")]
Of = Annotated[str, typer.Option("--account", help="Payment account or shop. 收款账号或店铺")]
Only = Annotated[str | None, typer.Option("--account", help="Only of this one. 只看此账号")]
Day = Annotated[str, typer.Argument(help="YYYY-MM-DD. 日期")]
From = Annotated[str | None, typer.Option("--from", help="From this day. 起始日")]
To = Annotated[str | None, typer.Option("--to", help="To this day. 截止日")]
Kind = Annotated[str, typer.Option(help="trades | funds | platform. 交易、资金或平台账单")]


def register(app: typer.Typer) -> None:
    commands = group(app, "bills", "Bills of providers and platforms. 账单")
    command(commands, "import")(import_)
    command(commands, "list")(list_)
    command(commands, "show")(show)
    command(commands, "fetch")(fetch)
    command(commands, "terms")(terms)
    days = group(app, "reconciliations", "Bills against our books, by day. 对账")
    command(days, "list")(list_days)
    command(days, "show")(show_day)
    command(days, "match")(match)
    work = group(app, "differences", "What does not agree. 对账差异")
    command(work, "list")(list_differences)
    command(work, "explain")(explain)
    command(work, "assign")(assign)


def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(help="CSV, zip or gzip. 账单文件")],
    *,
    account: Of,
    day: Annotated[str, typer.Option(help="Day of the bill. 账单日期")],
    kind: Kind = "trades",
) -> None:
    """Send a bill, however large; the same file again changes nothing. 导入账单"""
    data = _read(file)
    about = {"account": account, "day": day, "kind": kind, "encoding": "base64"}
    bodies = list(_bodies(data, about))
    answer: Row = {}
    with bar(session.words("importing"), len(bodies)) as advance:
        for body in bodies:
            answer = session.api.post(PATH, body)
            advance(1)
    if not answer["new"]:
        session.out.say("bill-known")
    _show(session, answer["bill"], LIST)


def list_(
    session: Session,
    *,
    account: Only = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind. 账单类型")] = None,
    since: From = None,
    to: To = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List bills with all their editions, the newest day first. 账单列表"""
    wanted = {"account": account, "kind": kind, "from": since, "to": to}
    paging.list_(session, PATH, "bills", limit, _bills, **wanted)


def show(session: Session, bill_id: Id, *, limit: paging.Limit = paging.DEFAULT) -> None:
    """Show one bill, line by line. 查看账单"""
    one = session.api.get(f"{PATH}/{_safe(bill_id)}", limit=min(limit, 500))
    session.out.show(one, lambda: _whole(session.out, one))


def fetch(
    session: Session,
    *,
    account: Of,
    day: Annotated[str, typer.Option(help="Day of the bill. 账单日期")],
    kind: Annotated[str, typer.Option(help="trades | funds. 交易或资金账单")] = "trades",
) -> None:
    """Fetch a day's bill from its provider now. 立即取账单"""
    body = {"account": account, "day": day, "kind": kind}
    one = session.api.post(f"{PATH}/fetch", body)
    session.out.show(one, lambda: _fetched(session.out, one))


def terms(
    session: Session,
    account: Account,
    *,
    rate: Annotated[
        int | None, typer.Option(help="Agreed fee, of 10,000. 约定费率，万分之")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="generic | taobao. 平台账单格式")] = None,
    column: Annotated[list[str] | None, typer.Option(help="FIELD=TITLE. 字段=列名")] = None,
    word: Annotated[list[str] | None, typer.Option(help="WORD=KIND. 业务类型=种类")] = None,
) -> None:
    """Show the terms of an account's bills, or change what is given. 账单约定"""
    path = f"/v1/bill-terms/{_safe(account)}"
    changes = any((rate is not None, preset, column, word))
    found = _terms(session, path) if changes else session.api.get(path)
    given = {"rate": rate, "preset": preset}
    body: Row = {name: value for name, value in given.items() if value is not None}
    for name, texts in (("columns", column), ("kinds", word)):
        if texts:
            body[name] = {**({} if preset else found.get(name, {})), **pairs(texts)}
    if body:
        kept = ("rate",) if preset else tuple(found)  # a preset brings the rest of its own
        before = {name: found[name] for name in kept if name in found}
        found = session.api.put(path, before | body)
    shown = {**found, "agreed_rate": found["rate"], "bill_kinds": found["kinds"]}
    session.out.show(found, lambda: session.out.fields(shown, TERMS))


def list_days(
    session: Session, *, account: Only = None, since: From = None, to: To = None
) -> None:
    """List days with their balances, the newest first. 对账日列表"""
    found = session.api.get(DAYS, account=account, **{"from": since, "to": to})
    session.out.show(found, lambda: _days(session.out, found["days"]))


def show_day(session: Session, account: Account, day: Day) -> None:
    """Show one day with its differences. 查看某日对账"""
    one = session.api.get(_day(account, day), limit=200)
    out = session.out
    session.out.show(one, lambda: Group(_days(out, [one]), "", _work(out, one["rows"])))


def match(session: Session, account: Account, day: Day) -> None:
    """Match a day once more; what is resolved stays so. 重新对账"""
    one = session.api.post(f"{_day(account, day)}/match", {})
    session.out.show(one, lambda: _days(session.out, [one]))


def list_differences(
    session: Session,
    *,
    account: Only = None,
    type_: Annotated[str | None, typer.Option("--type", help="Only of this type. 类型")] = None,
    assignee: Annotated[str | None, typer.Option(help="Only of this person. 负责人")] = None,
    since: From = None,
    to: To = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List what waits for somebody, the oldest day first. 待处理差异"""
    wanted = {"account": account, "type": type_, "assignee": assignee, "from": since, "to": to}
    paging.list_(session, DIFFERENCES, "differences", limit, _work, **wanted)


def explain(
    session: Session,
    difference: Difference,
    *,
    category: Annotated[str, typer.Option(help="timing provider ours discount .. 原因")],
    note: Annotated[str, typer.Option(help="In your own words. 说明")],
    booked: Annotated[
        bool, typer.Option("--booked", help="The books were adjusted. 已调账")
    ] = False,
) -> None:
    """Say why a difference is there. 解释差异"""
    state = "booked" if booked else "explained"
    body = {"state": state, "category": category, "note": note}
    _act(session, difference, "explain", body)


def assign(
    session: Session,
    difference: Difference,
    assignee: Annotated[str, typer.Argument(help="Who sees to it. 负责人")] = "",
) -> None:
    """Give a difference to somebody, or take it back. 指派差异"""
    _act(session, difference, "assign", {"assignee": assignee})


def _terms(session: Session, path: str) -> Row:
    """As they stand; nothing where nobody has set any."""
    try:
        return session.api.get(path)
    except Stop as stop:
        if stop.exit is not Exit.NOT_FOUND:
            raise
        return {}


def _act(session: Session, difference: str, deed: str, body: Row) -> None:
    one = session.api.post(f"{DIFFERENCES}/{_safe(difference)}/{deed}", body)
    session.out.show(one, lambda: _work(session.out, [one]))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise Stop(Exit.NOT_FOUND, "no-file", file=str(file)) from None
    except OSError as error:
        raise Stop(Exit.FAILED, "no-access", why=str(error)) from error


def _bodies(data: bytes, about: Row) -> Iterator[Row]:
    """One request, or the squeezed file in parts under a name that is the same each time."""
    if len(data) <= WHOLE:
        yield about | {"content": b64encode(data).decode()}
        return
    packed = data if data[:2] in (b"\x1f\x8b", b"PK") else gzip.compress(data, mtime=0)
    upload = hashlib.sha256(packed).hexdigest()[:32]
    cuts = range(0, len(packed), PART)
    for part, at in enumerate(cuts, 1):
        piece = b64encode(packed[at : at + PART]).decode()
        yield about | {"content": piece, "upload": upload, "part": part, "parts": len(cuts)}


def _day(account: str, day: str) -> str:
    return f"{DAYS}/{_safe(account)}/{_safe(day)}"


def _safe(text: str) -> str:
    return quote(text, safe="")


def _show(session: Session, one: Row, names: tuple[str, ...]) -> None:
    session.out.show(one, lambda: session.out.fields(_bill(one), names))


def _whole(out: Output, one: Row) -> RenderableType:
    lines = [
        {
            **line,
            "refund_no": line["refund"],
            "fen": yuan(line["fen"]),
            "bill_fee": yuan(line["fee"]),
        }
        for line in one["rows"]
    ]
    return Group(out.fields(_bill(one), LIST), "", out.table(lines, LINES))


def _fetched(out: Output, one: Row) -> RenderableType:
    """The bill, if there is one, and how its day stands."""
    day = _days(out, [one["day"]])
    if not one["bill"]:
        return day
    return Group(out.fields(_bill(one["bill"]), LIST), "", day)


def _bills(out: Output, rows: list[Row]) -> RenderableType:
    return out.table(map(_bill, rows), LIST)


def _bill(one: Row) -> Row:
    return {**one, "bill_lines": one["lines"], **{n: yuan(one["sums"][n]) for n in SUMS}}


def _days(out: Output, rows: list[Row]) -> RenderableType:
    return out.table((_balance(out, row) for row in rows), BALANCED)


def _balance(out: Output, one: Row) -> Row:
    balance: dict[str, Any] = one["balance"]
    trouble = one["trouble"]
    return {
        **one,
        "day_standing": out.words(f"day-standing.{one['standing']}"),
        "opening": yuan(balance["opening"]),
        "gap": yuan(balance["gap"]),
        "trouble": trouble[out.words.lang] if trouble else "",
        **{name: yuan(balance["bill"][name]) for name in (*SUMS, "closing")},
    }


def _work(out: Output, rows: list[Row]) -> RenderableType:
    told = [{**r, "text": r[out.words.lang], "effect": yuan(r["effect"])} for r in rows]
    return out.table(told, WORK)
