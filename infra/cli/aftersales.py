"""tongdan aftersales: what buyers ask for afterwards, and what becomes of it."""

from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType

from infra.cli import lines, paging, papers
from infra.cli.commands import View, command, group
from infra.cli.exits import Exit, Stop
from infra.cli.importing import cells
from infra.cli.moments import local
from infra.cli.moves import cut
from infra.cli.orders import path
from infra.cli.output import Output, Row, yuan
from infra.cli.pairs import pairs
from infra.cli.session import Session

LIST = ("order", "no", "asked_for", "step", "amount", "pieces", "grounds", "created_at", "act_by")
HEAD = (
    *("order", "no", "asked_for", "step", "amount", "freight", "grounds", "note", "payer"),
    *("warehouse", "tracking", "awaited", "other_order", "evidence", "act_by", "allowed"),
)
LINES = ("no", "sku", "quantity", "paid")
SAID = ("at", "by", "said", "text", "amount")
QUOTE = ("amount", "freight", "refundable", "below_threshold", "gifts_withdrawn", "difference")
SETTINGS = "/v1/after-sale-settings"
Order = Annotated[str, typer.Argument(help="Id of the order. 订单编号")]
No = Annotated[str, typer.Argument(help="Number of the after-sale. 售后单号")]
Text = str | None
Kind = Annotated[
    str,
    typer.Option(help="refund, return, exchange, resend, repair or compensation. 售后种类"),
]
Pieces = Annotated[list[str] | None, typer.Option("--line", help="LINE=QUANTITY; repeat. 行=件数")]
Fen = Annotated[Text, typer.Option("--amount", help="Yuan [by the shares]. 退款金额，元")]
Freight = Annotated[Text, typer.Option(help="Yuan of it for freight. 其中运费，元")]
Wanted = Annotated[
    list[str] | None, typer.Option(help="In exchange: SKU=QUANTITY; repeat. 换成：商品=件数")
]
Reason = Annotated[Text, typer.Option(help="Why. 原因")]
Note = Annotated[Text, typer.Option(help="In words. 说明")]
Side = Annotated[Text, typer.Option("--from", help="buyer or merchant [merchant]. 谁说的")]


def register(app: typer.Typer) -> None:
    commands = group(app, "aftersales", "Refunds, returns, exchanges. 售后")
    views: tuple[View, ...] = (
        *(list_, show, open_, preview, agree, approve, reject, withdraw, close),
        *(offer, accept_offer, message, evidence, tracking, receive),
        *(intercepted, not_intercepted, complete, refunded, settings),
    )
    for view in views:
        command(commands, view.__name__.strip("_").replace("_", "-"))(view)


def list_(
    session: Session,
    *,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what waits. 等人处理的")
    ] = False,
    order: Annotated[Text, typer.Option(help="Only of this order. 只看此订单")] = None,
    state: papers.State = None,
    kind: Annotated[Text, typer.Option(help="Only of this kind. 种类")] = None,
    shop: Annotated[Text, typer.Option(help="Only of this shop. 店铺")] = None,
    month: Annotated[Text, typer.Option(help="YYYY-MM [this month]. 月份")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List the after-sales of a month, or those that wait for a person. 售后列表"""
    wanted = {"order": order, "state": state, "kind": kind, "shop": shop, "month": month}
    wanted |= {"waiting": "true" if waiting else None}
    paging.list_(session, "/v1/after-sales", "after_sales", limit, _listed, **wanted)


def show(session: Session, order_id: Order, no: No) -> None:
    """Show one after-sale and what was said about it. 查看售后单"""
    _show(session, session.api.get(_path(order_id, no)))


def open_(
    session: Session,
    order_id: Order,
    *,
    kind: Kind,
    line: Pieces = None,
    amount: Fen = None,
    freight: Freight = None,
    wanted: Wanted = None,
    reason: Reason = None,
    note: Note = None,
    number: Annotated[Text, typer.Option(help="Its own number: twice is once. 单号")] = None,
    state: Annotated[Text, typer.Option(help="How far its platform is. 平台状态")] = None,
    warehouse: papers.There = None,
    intercept: Annotated[
        bool, typer.Option("--intercept", help="Let the carrier stop it. 请快递拦截")
    ] = False,
    evidence: Annotated[
        list[str] | None, typer.Option(help="A text, or https address; repeat. 凭证")
    ] = None,
) -> None:
    """Ask for money or goods. 申请售后"""
    body = _asked(kind, line, amount, freight, wanted) | {
        "no": number,
        "reason": reason,
        "note": note,
        "state": state,
        "warehouse": warehouse,
        "intercept": intercept or None,
        "evidence": evidence,
    }
    _show(session, session.api.post(_path(order_id), _given(body)))


def preview(
    session: Session,
    order_id: Order,
    *,
    kind: Kind,
    line: Pieces = None,
    amount: Fen = None,
    freight: Freight = None,
    wanted: Wanted = None,
) -> None:
    """Show what would go back; nothing is written. 试算退款"""
    body = _given(_asked(kind, line, amount, freight, wanted))
    told = session.api.post(f"{_path(order_id)}/preview", body)
    session.out.show(told, lambda: _quoted(session.out, told))


def agree(
    session: Session,
    order_id: Order,
    no: No,
    *,
    amount: Fen = None,
    warehouse: papers.There = None,
) -> None:
    """Say yes, to another amount if you like. 同意"""
    _act(session, order_id, no, "agree", fen=_fen(amount), warehouse=warehouse)


def approve(session: Session, order_id: Order, no: No) -> None:
    """Say yes to what is above somebody's limit. 复核通过"""
    _act(session, order_id, no, "approve")


def reject(
    session: Session,
    order_id: Order,
    no: No,
    reason: Annotated[str, typer.Option(help="Why. 原因")],
) -> None:
    """Say no. 拒绝"""
    _act(session, order_id, no, "reject", reason=reason)


def withdraw(session: Session, order_id: Order, no: No, reason: Reason = None) -> None:
    """Say that the buyer takes it back. 买家撤回"""
    _act(session, order_id, no, "withdraw", reason=reason)


def close(session: Session, order_id: Order, no: No, reason: Reason = None) -> None:
    """Say that nothing comes of it. 关闭"""
    _act(session, order_id, no, "close", reason=reason)


def offer(
    session: Session,
    order_id: Order,
    no: No,
    *,
    amount: Annotated[str, typer.Option(help="Yuan. 金额，元")],
    text: Note = None,
    side: Side = None,
) -> None:
    """Offer another amount. 提出另一个金额"""
    _act(session, order_id, no, "offer", fen=_fen(amount), text=text, **{"from": side})


def accept_offer(session: Session, order_id: Order, no: No) -> None:
    """Accept the amount that was offered last. 接受提出的金额"""
    _act(session, order_id, no, "accept-offer")


def message(
    session: Session,
    order_id: Order,
    no: No,
    *,
    text: Annotated[str, typer.Option(help="What is said. 内容")],
    side: Side = None,
) -> None:
    """Say something about it. 留言"""
    _act(session, order_id, no, "message", text=text, **{"from": side})


def evidence(
    session: Session,
    order_id: Order,
    no: No,
    *,
    add: Annotated[list[str], typer.Option(help="A text, or https address; repeat. 凭证")],
    side: Side = None,
) -> None:
    """Add evidence. 加凭证"""
    _act(session, order_id, no, "evidence", evidence=add, **{"from": side})


def tracking(
    session: Session,
    order_id: Order,
    no: No,
    *,
    number: Annotated[str, typer.Option(help="Tracking number. 运单号")],
    carrier: Annotated[Text, typer.Option(help="Carrier. 快递")] = None,
) -> None:
    """Say how the goods come back. 退货运单"""
    _act(session, order_id, no, "return-tracking", tracking=number, carrier=carrier)


def receive(
    session: Session,
    order_id: Order,
    no: No,
    *,
    arrived: Annotated[
        list[str] | None,
        typer.Option("--good", help="SKU=GOOD or SKU=GOOD+DAMAGED; repeat. 商品=良品+残品"),
    ] = None,
    file: lines.File = None,
    warehouse: papers.There = None,
    delivery: papers.Own = None,
    final: Annotated[bool, typer.Option("--final", help="No more is coming. 不再来了")] = False,
) -> None:
    """Take in what came back. 退货收货"""
    told = lines.given(session, arrived, file, "good")
    said = {"id": delivery, "warehouse": warehouse, "final": final or None}
    _act(session, order_id, no, "receive", lines=told, **said)


def intercepted(session: Session, order_id: Order, no: No) -> None:
    """Say that the parcel was stopped. 拦住了"""
    _act(session, order_id, no, "intercepted")


def not_intercepted(session: Session, order_id: Order, no: No) -> None:
    """Say that the parcel has left: its goods shall come back. 没拦住"""
    _act(session, order_id, no, "not-intercepted")


def complete(session: Session, order_id: Order, no: No, text: Note = None) -> None:
    """Say that what was repaired is on its way back. 维修寄回"""
    _act(session, order_id, no, "complete", text=text)


def refunded(session: Session, order_id: Order, no: No) -> None:
    """Note that its platform gave the money back. 平台已退款"""
    _act(session, order_id, no, "refunded")


def settings(
    session: Session,
    *,
    answer_hours: Annotated[int | None, typer.Option(help="To answer; 0: any. 处理时限")] = None,
    answer: Annotated[Text, typer.Option(help="Then: remind or act. 到时")] = None,
    return_days: Annotated[int | None, typer.Option(help="To send goods. 寄回期限")] = None,
    receive_days: Annotated[int | None, typer.Option(help="To take them in. 收货期限")] = None,
    receive: Annotated[Text, typer.Option(help="Then: remind or act. 到时")] = None,
    intercept: Annotated[Text, typer.Option(help="From planned or weighed on. 从哪步拦截")] = None,
    warehouse: Annotated[Text, typer.Option(help="Goods go there. 退货仓")] = None,
    limit: Annotated[
        list[str] | None, typer.Option(help="ROLE=YUAN or ROLE=none; repeat. 角色=元")
    ] = None,
) -> None:
    """Show how after-sales are dealt with, or change it. 售后设置"""
    now = session.api.get(SETTINGS)
    wished = {
        "answer_hours": answer_hours,
        "answer": answer,
        "return_days": return_days,
        "receive_days": receive_days,
        "receive": receive,
        "intercept": intercept,
        "warehouse": warehouse,
        "limits": _limits(now["limits"], limit) if limit else None,
    }
    changed = now | _given(wished)
    if changed != now:
        changed = session.api.put(SETTINGS, changed)
    limits = [f"{role} {yuan(fen)}" for role, fen in changed["limits"].items()]
    shown = changed | {"approval_limits": limits}
    names = (*(name for name in wished if name != "limits"), "approval_limits")
    session.out.show(changed, lambda: session.out.fields(shown, names))


def _limits(now: Row, texts: list[str]) -> Row:
    wished = {role: None if text == "none" else _fen(text) for role, text in pairs(texts).items()}
    return _given(now | wished)


def _asked(
    kind: str, line: list[str] | None, amount: Text, freight: Text, wanted: list[str] | None
) -> Row:
    return {
        "kind": kind,
        "lines": cut(line) if line else None,
        "fen": _fen(amount),
        "freight": _fen(freight),
        "wanted": [_goods(each) for each in pairs(wanted).items()] if wanted else None,
    }


def _goods(pair: tuple[str, str]) -> Row:
    sku, pieces = pair
    if not pieces.isdecimal():
        raise Stop(Exit.USAGE, "not-goods", text=f"{sku}={pieces}")
    return {"sku": sku, "quantity": int(pieces)}


def _fen(text: Text) -> int | None:
    if text is None:
        return None
    try:
        return cells.yuan(text)
    except cells.Unread as unread:
        raise Stop(Exit.USAGE, "not-an-amount", text=text) from unread


def _given(body: Row) -> Row:
    return {name: value for name, value in body.items() if value is not None}


def _act(session: Session, order_id: str, no: str, deed: str, **body: Any) -> None:
    _show(session, session.api.post(f"{_path(order_id, no)}/{deed}", _given(body)))


def _path(order_id: str, no: str = "") -> str:
    return f"{path(order_id)}/after-sales{no and '/'}{quote(no, safe='')}"


def _show(session: Session, one: Row) -> None:
    session.out.show(one, lambda: _whole(session.out, one))


def _whole(out: Output, one: Row) -> RenderableType:
    parts = [{**each, "no": each["line"], "paid": yuan(each["paid"])} for each in one["lines"]]
    awaited = [f"{sku} x {units}" for sku, units in (one.get("awaited") or {}).items()]
    head = _readable(out, one) | {"freight": yuan(one["freight"]), "awaited": awaited}
    head["other_order"] = one["other"]
    there = _there(out, one)
    told: list[RenderableType] = [out.fields(head | there, (*HEAD, *there)), ""]
    if parts:
        told += [out.table(parts, LINES), ""]
    return Group(*told, out.table([_said(out, each) for each in one["said"]], SAID))


def _there(out: Output, one: Row) -> Row:
    """How a platform's refund stands there, and whether it heard what was decided here."""
    if not one.get("there"):
        return {}
    shown = {"on_platform": out.words(f"stage.{one['there']['stage']}")}
    if told := one.get("told"):
        why = told["reason"][out.words.lang.value], told["note"]
        shown["platform_told"] = " ".join([out.words(f"telling.{told['state']}"), *why]).strip()
    return shown


def _said(out: Output, each: Row) -> Row:
    amount = "" if each["fen"] is None else yuan(each["fen"])
    said = out.words(f"said.{each['code']}")
    return {**each, "at": local(each["at"]), "said": said, "amount": amount}


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    return out.table([_readable(out, row) for row in rows], LIST)


def _readable(out: Output, one: Row) -> Row:
    """Codes as words, fen as yuan, times in this machine's zone."""
    return {
        **one,
        "asked_for": out.words(f"service.{one['kind']}"),
        "step": out.words(f"step.{one['state']}"),
        "grounds": out.words(f"why.{one['reason']}"),
        "amount": yuan(one["fen"]),
        "created_at": local(one["created_at"]),
        "act_by": local(one["due"]) if one["due"] else "",
    }


def _quoted(out: Output, told: Row) -> RenderableType:
    parts = [{**each, "no": each["line"], "paid": yuan(each["paid"])} for each in told["lines"]]
    sums = {
        "amount": yuan(told["fen"]),
        "freight": yuan(told["freight"]),
        "refundable": yuan(told["left"]),
        "below_threshold": told["below_threshold"],
        "gifts_withdrawn": [f"{sku} x {n}" for sku, n in told["gifts_withdrawn"].items()],
        "difference": yuan(told["difference"]) if told["difference"] else "",
    }
    return Group(out.fields(sums, QUOTE), "", out.table(parts, LINES))
