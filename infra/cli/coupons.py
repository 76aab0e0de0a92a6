"""tongdan coupons: codes that are issued one by one."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import RenderableType

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session

PATH = "/v1/coupons"
MOST = 90  # of one call
COLUMNS = ("code", "promotion", "buyer", "state", "until", "note", "created_at", "by")
Code = Annotated[str, typer.Argument(help="The coupon's code. 券码")]


def register(app: typer.Typer) -> None:
    commands = group(app, "coupons", "Coupons. 优惠券")
    command(commands, "list")(list_)
    for act in (issue, show, void):
        command(commands, act.__name__)(act)


def issue(
    session: Session,
    promotion: Annotated[str, typer.Argument(help="That needs a coupon. 促销编号")],
    *,
    count: Annotated[int, typer.Option(min=1, max=100_000, help="How many. 张数")] = 1,
    buyer: Annotated[
        list[str] | None, typer.Option(help="One for each of these; repeat. 发给买家，可多次")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Valid until, with offset. 有效期，带时区")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What for. 说明")] = None,
) -> None:
    """Issue codes for a promotion. 发券"""
    body = {"promotion": promotion, "until": until, "note": note}
    issued: list[Row] = []
    for start in range(0, len(buyer or range(count)), MOST):
        some = (
            {"buyers": buyer[start : start + MOST]}
            if buyer
            else {"count": min(MOST, count - start)}
        )
        issued += session.api.post(PATH, {**body, **some})["coupons"]
    session.out.show({"coupons": issued}, lambda: _table(session.out, issued))


def list_(
    session: Session,
    *,
    promotion: Annotated[str | None, typer.Option(help="Of this promotion. 促销")] = None,
    buyer: Annotated[str | None, typer.Option(help="Of this buyer. 买家")] = None,
    state: Annotated[str | None, typer.Option(help="open | used | expired | void. 状态")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List coupons, the newest first. 优惠券列表"""
    asked = {"promotion": promotion, "buyer": buyer, "state": state}
    paging.list_(session, PATH, "coupons", limit, _table, **asked)


def show(session: Session, code: Code) -> None:
    """Show a coupon. 查看优惠券"""
    _show(session, session.api.get(f"{PATH}/{quote(code, safe='')}"))


def void(session: Session, code: Code) -> None:
    """Take a coupon back, unless it is used. 作废优惠券"""
    _show(session, session.api.post(f"{PATH}/{quote(code, safe='')}/void", {}))


def _show(session: Session, one: Row) -> None:
    session.out.show(one, lambda: session.out.fields(_readable(one), COLUMNS))


def _table(out: Output, rows: list[Row]) -> RenderableType:
    return out.table(map(_readable, rows), COLUMNS)


def _readable(one: Row) -> Row:
    return {**one, **{name: local(one[name]) for name in ("until", "created_at") if one[name]}}
