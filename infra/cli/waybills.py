"""tongdan waybills, waybill-accounts: carriers' numbers for parcels, and with whom."""

from base64 import b64decode
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console, RenderableType
from rich.progress import Progress

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.output import Output, Row
from infra.cli.pairs import read
from infra.cli.payments import faults
from infra.cli.printing import Out, Over, Purpose
from infra.cli.session import Session

ACCOUNTS, BATCH = "/v1/waybill-accounts", 100
ACCOUNT = (
    *("id", "kind", "customer", "carriers", "warehouses", "automatic", "tracks", "endpoint"),
    *("active", "secrets"),
)
COLUMNS = ("order", "no", "carrier", "account", "state", "tracking", "why", "note")

Id = Annotated[str, typer.Argument(help="Id of the account. 面单账户")]
Order = Annotated[str, typer.Argument(help="Order id. 订单编号")]
No = Annotated[str, typer.Argument(help="Of the waybill, as 01-1. 第几张")]
Named = Annotated[str | None, typer.Option("--account", help="With this one. 面单账户")]
Key = Annotated[str | None, typer.Option(help="The public id there. 编号")]
Customer = Annotated[str | None, typer.Option(help="Who is charged. 月结或客户编码")]
Secret = Annotated[list[str] | None, typer.Option(help="NAME=VALUE or NAME=@FILE; repeat. 密钥")]
Option_ = Annotated[list[str] | None, typer.Option("--option", help="NAME=VALUE; repeat. 可选项")]
Sender = Annotated[
    list[str] | None, typer.Option(help="name=… phone=…, or of one warehouse hz:name=…. 发货人")
]
Carriers = Annotated[list[str] | None, typer.Option("--carrier", help="For it; repeat. 快递")]
Warehouses = Annotated[
    list[str] | None, typer.Option("--warehouse", help="From there; repeat. 仓库")
]
Tracks = Annotated[
    bool | None, typer.Option("--tracks/--no-tracks", help="Follows parcels. 跟轨迹")
]
Endpoint = Annotated[str | None, typer.Option(help="Another address, as a sandbox. 接口地址")]
Automatic = Annotated[bool | None, typer.Option("--automatic/--by-hand", help="自动取号")]
Active = Annotated[bool | None, typer.Option("--active/--inactive", help="In use. 启用")]


def register(app: typer.Typer) -> None:
    accounts = group(app, "waybill-accounts", "With whom waybills are had. 面单账户")
    command(accounts, "add")(add)
    command(accounts, "set")(set_)
    command(accounts, "list")(accounts_)
    command(accounts, "show")(show_account)
    command(accounts, "check")(check)
    commands = group(app, "waybills", "Waybills of parcels. 面单")
    command(commands, "list")(list_)
    for act in (take, cancel, show, retry, label):
        command(commands, act.__name__)(act)


def add(
    session: Session,
    account_id: Id,
    *,
    kind: Annotated[str, typer.Option(help="sf kuaidi100 kdniao cainiao jdl. 快递")],
    app_key: Key = None,
    customer: Customer = None,
    secret: Secret = None,
    option: Option_ = None,
    sender: Sender = None,
    carrier: Carriers = None,
    warehouse: Warehouses = None,
    tracks: Tracks = None,
    endpoint: Endpoint = None,
    automatic: Automatic = None,
) -> None:
    """Add an account; its secrets are sealed and never shown again. 新增面单账户"""
    body: Row = {"id": account_id, "kind": kind, "app_key": app_key, "customer": customer}
    body |= _given(secret, option, sender) | {"automatic": automatic, "tracks": tracks}
    body |= {"carriers": carrier, "warehouses": warehouse, "endpoint": endpoint}
    _account(session, session.api.post(ACCOUNTS, body))


def set_(
    session: Session,
    account_id: Id,
    *,
    app_key: Key = None,
    customer: Customer = None,
    secret: Secret = None,
    option: Option_ = None,
    sender: Sender = None,
    carrier: Carriers = None,
    warehouse: Warehouses = None,
    tracks: Tracks = None,
    endpoint: Endpoint = None,
    automatic: Automatic = None,
    active: Active = None,
) -> None:
    """Set an account anew; what is not given stays. 修改面单账户"""
    body: Row = {"app_key": app_key, "customer": customer, "active": active}
    body |= {"automatic": automatic}
    body |= _given(secret, option, sender) | {"tracks": tracks, "endpoint": endpoint}
    body |= {"carriers": carrier, "warehouses": warehouse}
    _account(session, session.api.put(f"{ACCOUNTS}/{_safe(account_id)}", body))


def accounts_(session: Session) -> None:
    """List the accounts. 面单账户列表"""
    paging.whole(session, ACCOUNTS, "waybill_accounts", paging.columns(*ACCOUNT[:-1]))


def show_account(session: Session, account_id: Id) -> None:
    """Show an account. 查看面单账户"""
    _account(session, session.api.get(f"{ACCOUNTS}/{_safe(account_id)}"))


def check(session: Session, account_id: Id) -> None:
    """Say what is wrong with an account; no waybill is made. 检查面单账户"""
    told = session.api.post(f"{ACCOUNTS}/{_safe(account_id)}/check")
    session.out.show(told, lambda: faults(session.out, told))


def take(
    session: Session,
    orders: Annotated[list[str], typer.Argument(help="Order ids. 订单编号")],
    *,
    account: Named = None,
) -> None:
    """Take waybills for orders, a hundred at a time. 取面单"""
    results: list[Row] = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        for some in bar.track([orders[at : at + BATCH] for at in range(0, len(orders), BATCH)]):
            told = session.api.post("/v1/waybills", {"orders": some, "account": account})
            results += told["results"]
    rows = [
        {"order": one["order"], "outcome": one["outcome"], "text": _problem(one)}
        for one in results
    ]
    shown = {"results": results}
    session.out.show(shown, lambda: session.out.table(rows, ("order", "outcome", "text")))


def cancel(
    session: Session,
    order: Order,
    no: No,
    *,
    drop: Annotated[bool, typer.Option("--drop", help="Seen to there. 已在快递那里办好")] = False,
) -> None:
    """Give a waybill back. 取消面单"""
    one = session.api.post(_path(order, no, "cancel"), {"drop": drop})
    session.out.show(one, lambda: _listed(session.out, [one]))


def retry(session: Session, order: Order, no: No, *, account: Named = None) -> None:
    """Ask the carrier once more. 再试一次"""
    one = session.api.post(_path(order, no, "retry"), {"account": account})
    session.out.show(one, lambda: _listed(session.out, [one]))


def label(
    session: Session,
    order: Order,
    no: No,
    *,
    out: Out,
    purpose: Purpose = None,
    overwrite: Over = False,
) -> None:
    """Write the carrier's own label into a file, or say where it is. 下载面单"""
    if out.exists() and not overwrite:
        raise Stop(Exit.REFUSED, "file-there", file=str(out))
    told = session.api.get(_path(order, no, "label"), purpose=purpose or session.words("printing"))
    if content := b64decode(told.pop("content")):
        out.write_bytes(content)
        told["file"] = str(out)
    session.out.show(told, lambda: session.out.fields(told, ("form", "url", "file", "tracking")))


def show(session: Session, order: Order) -> None:
    """Show the waybills of an order. 查看订单的面单"""
    told = session.api.get(_path(order))
    session.out.show(told, lambda: _listed(session.out, told["waybills"]))


def list_(
    session: Session,
    *,
    month: Annotated[str | None, typer.Option(help="All of it, YYYY-MM. 年月")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List those that wait for a person, or all of a month. 等人处理的面单"""
    wanted = {"month": month} if month else {"waits": "true"}
    paging.list_(session, "/v1/waybills", "waybills", limit, _listed, **wanted)


def _path(order: str, *rest: str) -> str:
    return "/".join([f"/v1/orders/{_safe(order)}/waybills", *map(_safe, rest)])


def _safe(text: str) -> str:
    return quote(text, safe="")


def _given(secret: list[str] | None, option: list[str] | None, sender: list[str] | None) -> Row:
    """What was said of it; nothing else is touched."""
    said = {"secrets": read(secret), "options": read(option)}
    given: Row = {name: value for name, value in said.items() if value}
    return given | ({"senders": _senders(sender)} if sender else {})


def _senders(texts: list[str]) -> dict[str, dict[str, str]]:
    """`["name=a", "hz:name=b"]` by warehouse; "" is all others."""
    found: dict[str, dict[str, str]] = {}
    for name, value in read(texts).items():
        warehouse, _, part = name.rpartition(":")
        found.setdefault(warehouse, {})[part] = value
    return found


def _account(session: Session, one: Row) -> None:
    session.out.show(one, lambda: session.out.fields(one, ACCOUNT))


def _problem(one: Row) -> str:
    problem = one.get("problem") or {}
    return str(problem.get("detail") or problem.get("title") or "")


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    lang = out.words.lang.value
    return out.table([row | {"why": row["reason"][lang]} for row in rows], COLUMNS)
