"""tongdan payments: with whom money is taken, what was paid for an order, and what went back."""

from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.importing import cells
from infra.cli.importing.cells import Unread
from infra.cli.moments import local
from infra.cli.output import Output, Row, yuan
from infra.cli.pairs import read
from infra.cli.session import Session

ACCOUNTS = "/v1/payment-accounts"
ACCOUNT = ("id", "provider", "name", "app_id", "merchant_id", "secrets", "keys", "notify_url")
COLUMNS = ("no", "provider", "method", "fen", "standing", "refunded", "refund_pending", "waits")
LISTED = ("order_id", *COLUMNS)
REFUNDS = ("refund_no", "fen", "cause", "state", "at", "note")
SUMS = ("due", "captured", "charged", "refunded", "refund_pending", "surplus", "unpaid")

Id = Annotated[str, typer.Argument(help="Id of the account. 支付账户")]
Order = Annotated[str, typer.Argument(help="Order id. 订单编号")]
No = Annotated[str, typer.Argument(help="Number in the order. 第几笔")]
AppId = Annotated[str, typer.Option(help="App id there. 应用编号")]
MerchantId = Annotated[str, typer.Option(help="Merchant id there. 商户号")]
Name = Annotated[str | None, typer.Option(help="Name. 名称")]
Secret = Annotated[list[str] | None, typer.Option(help="NAME=VALUE or NAME=@FILE; repeat. 密钥")]
Key = Annotated[
    list[str] | None, typer.Option("--public", help="NAME=@FILE (PEM); repeat. 平台公钥")
]
Endpoint = Annotated[str | None, typer.Option(help="Another address, as a sandbox. 接口地址")]
Yuan = Annotated[str, typer.Argument(help="Yuan. 金额（元）")]
Note = Annotated[str, typer.Option(help="What for. 说明")]


def register(app: typer.Typer) -> None:
    commands = group(app, "payments", "Payments and refunds. 收款和退款")
    accounts = group(commands, "accounts", "With whom money is taken. 支付账户")
    command(accounts, "add")(add)
    command(accounts, "set")(set_)
    command(accounts, "list")(accounts_)
    command(accounts, "check")(check)
    command(commands, "list")(list_)
    for act in (show, pay, refresh, close, offline, money, resolve):
        command(commands, act.__name__)(act)


def add(
    session: Session,
    account_id: Id,
    *,
    provider: Annotated[str, typer.Option(help="wechat or alipay. 支付机构")],
    app_id: AppId,
    merchant_id: MerchantId,
    name: Name = None,
    secret: Secret = None,
    public: Key = None,
    endpoint: Endpoint = None,
) -> None:
    """Add an account; its secrets are sealed and never shown again. 新增支付账户"""
    body = {"app_id": app_id, "merchant_id": merchant_id, "name": name, "endpoint": endpoint}
    kept = _kept(secret, public)
    made = session.api.post(ACCOUNTS, {"id": account_id, "provider": provider, **body, **kept})
    _account(session, made)


def set_(
    session: Session,
    account_id: Id,
    *,
    app_id: AppId,
    merchant_id: MerchantId,
    name: Name = None,
    secret: Secret = None,
    public: Key = None,
    endpoint: Endpoint = None,
    active: Annotated[bool, typer.Option("--active/--inactive", help="In use. 启用")] = True,
) -> None:
    """Set an account anew; secrets that are not given stay. 修改支付账户"""
    body = {"app_id": app_id, "merchant_id": merchant_id, "name": name, "endpoint": endpoint}
    kept = _kept(secret, public)
    path = f"{ACCOUNTS}/{quote(account_id, safe='')}"
    _account(session, session.api.put(path, {**body, **kept, "active": active}))


def accounts_(session: Session) -> None:
    """List the accounts. 支付账户列表"""
    columns = paging.columns("id", "provider", "name", "merchant_id", "active")
    paging.whole(session, ACCOUNTS, "payment_accounts", columns)


def check(session: Session, account_id: Id) -> None:
    """Ask the provider, and say what is wrong with an account. 检查支付账户"""
    told = session.api.post(f"{ACCOUNTS}/{quote(account_id, safe='')}/check")
    session.out.show(told, lambda: faults(session.out, told))


def list_(
    session: Session,
    *,
    month: Annotated[str | None, typer.Option(help="All of it, YYYY-MM. 年月")] = None,
    waits: Annotated[str | None, typer.Option(help="Only for this reason. 等什么")] = None,
    provider: Annotated[str | None, typer.Option(help="Only by this one. 支付机构")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List payments that wait for a person, or all of a month. 收款单列表"""
    asked = {"month": month, "waits": waits, "provider": provider}
    paging.list_(session, "/v1/payments", "payments", limit, _listed, **asked)


def show(session: Session, order: Order) -> None:
    """Show the payments of an order. 查看订单的收款"""
    told = session.api.get(_path(order))
    session.out.show(told, lambda: _listed(session.out, told["payments"]))


def pay(
    session: Session,
    order: Order,
    *,
    account: Annotated[str, typer.Option(help="With which account. 支付账户")],
    method: Annotated[str, typer.Option(help="native jsapi h5 app page wap qr. 方式")] = "native",
    payer: Annotated[str | None, typer.Option(help="The buyer's openid. 买家")] = None,
    client_ip: Annotated[str | None, typer.Option(help="The buyer's address. 买家 IP")] = None,
    minutes: Annotated[int, typer.Option(min=1, help="To pay in. 几分钟内付")] = 30,
) -> None:
    """Begin a payment: what the page needs is in the answer. 发起收款"""
    body = {"account": account, "method": method, "payer": payer, "client_ip": client_ip}
    _show(session, session.api.post(_path(order), {**body, "minutes": minutes}))


def refresh(session: Session, order: Order, no: No) -> None:
    """Ask the provider now how a payment stands. 立即查询"""
    _show(session, session.api.post(_path(order, no, "refresh")))


def close(session: Session, order: Order, no: No) -> None:
    """Let a payment be paid no more. 关闭收款单"""
    _show(session, session.api.post(_path(order, no, "close")))


def offline(
    session: Session,
    order: Order,
    amount: Yuan,
    *,
    reference: Annotated[str, typer.Option(help="Of the transfer. 流水号")],
    way: Annotated[str, typer.Option(help="bank, cash or cod. 方式")] = "bank",
    note: Note = "",
) -> None:
    """Record money that came past every provider. 登记线下收款"""
    body = {"fen": _fen(amount), "reference": reference, "note": note}
    if way != "cod":
        body["way"] = way
    _show(session, session.api.post(_path(order, "cod" if way == "cod" else "offline"), body))


def money(session: Session, order: Order) -> None:
    """Show what is due for an order, what was paid and what went back. 订单的钱"""
    told = session.api.get(f"/v1/orders/{quote(order, safe='')}/money")
    session.out.show(told, lambda: _money(session.out, told))


def resolve(
    session: Session,
    order: Order,
    no: No,
    *,
    outcome: Annotated[str, typer.Option(help="paid, retry or seen. 结果")],
    refund: Annotated[str, typer.Option(help="Number of the refund. 退款单号")] = "",
    note: Annotated[str, typer.Option(help="What was done. 说明")],
) -> None:
    """Say what was done about a payment that waits. 处理等人的收款单"""
    body = {"outcome": outcome, "refund": refund, "note": note}
    _show(session, session.api.post(_path(order, no, "resolve"), body))


def _path(order: str, *rest: str) -> str:
    return "/".join([f"/v1/orders/{quote(order, safe='')}/payments", *rest])


def _kept(secret: list[str] | None, public: list[str] | None) -> Row:
    return {"secrets": read(secret), "keys": read(public)}


def _fen(text: str) -> int:
    try:
        return cells.yuan(text)
    except Unread as error:
        raise Stop(Exit.USAGE, error.code) from None


def _account(session: Session, one: Row) -> None:
    session.out.show(one, lambda: session.out.fields(one, ACCOUNT))


def faults(out: Output, told: Row) -> RenderableType:
    """What a check found, a line each."""
    lang = out.words.lang.value
    rows = [{"field": each["field"], "text": each[lang]} for each in told["faults"]]
    return out.table(rows or [{"field": "", "text": out.words("all-well")}], ("field", "text"))


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    return out.table([_eased(out, row) for row in rows], LISTED)


def _show(session: Session, one: Row) -> None:
    session.out.show(one, lambda: _whole(session.out, one))


def _whole(out: Output, one: Row) -> RenderableType:
    parts: list[Any] = [out.table([_eased(out, one)], LISTED)]
    if params := one.get("params"):
        parts += ["", out.fields(params, list(params))]
    if one["refunds"]:
        parts += ["", out.table([_refund(row) for row in one["refunds"]], REFUNDS)]
    return Group(*parts)


def _money(out: Output, told: Row) -> RenderableType:
    sums = out.fields({name: yuan(told[name]) for name in SUMS}, SUMS)
    return Group(sums, "", _listed(out, told["payments"]))


def _eased(out: Output, row: Row) -> Row:
    sums, waits = row["totals"], row["waits"]
    return row | {
        "fen": yuan(row["fen"]),
        "refunded": yuan(sums["refunded"]),
        "refund_pending": yuan(sums["refund_pending"]),
        "standing": out.words(f"standing.{row['standing']}"),
        "waits": waits[out.words.lang.value] if waits else "",
    }


def _refund(row: Row) -> Row:
    return row | {"refund_no": row["ref"], "fen": yuan(row["fen"]), "at": local(row["at"])}
