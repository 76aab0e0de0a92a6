"""tongdan campaigns: presales and group buys, and what has come of them."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import RenderableType

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.moments import local
from infra.cli.output import Output, Row, yuan
from infra.cli.session import Session

PATH = "/v1/campaigns"
LIST = ("id", "kind", "name", "state", "goods", "begins", "ends")
WHOLE = (*LIST, "shops", "orders", "sold", "deposits", "balances", "groups")
Id = Annotated[str, typer.Argument(help="Campaign. 活动编号")]
File = Annotated[Path, typer.Argument(help="JSON, - is stdin. 活动文件")]


def register(app: typer.Typer) -> None:
    commands = group(app, "campaigns", "Presales and group buys. 预售和拼团")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    command(commands, "show")(show)
    command(commands, "change")(change)
    command(commands, "stop")(stop)


def create(session: Session, file: File) -> None:
    """Make a campaign. 新建活动"""
    _show(session, session.api.post(PATH, read(file)))


def list_(
    session: Session,
    *,
    kind: Annotated[str | None, typer.Option(help="presale | group. 类型")] = None,
    state: Annotated[str | None, typer.Option(help="active | stopped. 状态")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List campaigns, the newest first. 活动列表"""
    paging.list_(session, PATH, "campaigns", limit, _listed, kind=kind, state=state)


def show(session: Session, campaign: Id) -> None:
    """One campaign, and what it has sold. 查看活动"""
    _show(session, session.api.get(_path(campaign)))


def change(session: Session, campaign: Id, file: File) -> None:
    """Put other terms; few of them once somebody has bought. 修改活动"""
    _show(session, session.api.put(_path(campaign), read(file)))


def stop(session: Session, campaign: Id) -> None:
    """Take no more orders; those that are there go on. 停止活动"""
    _show(session, session.api.post(f"{_path(campaign)}/stop", {}))


def read(file: Path) -> Any:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
        return json.loads(text)
    except FileNotFoundError:
        raise Stop(Exit.NOT_FOUND, "no-file", file=file) from None
    except (UnicodeDecodeError, ValueError) as error:
        raise Stop(Exit.REFUSED, "not-a-document", file=file, why=error) from None


def _path(campaign: str) -> str:
    return f"{PATH}/{quote(campaign, safe='')}"


def _show(session: Session, one: Row) -> None:
    session.out.show(one, lambda: session.out.fields(_readable(session.out, one), WHOLE))


def _listed(out: Output, some: list[Row]) -> RenderableType:
    return out.table([_readable(out, one) for one in some], LIST)


def _readable(out: Output, one: Row) -> Row:
    """Codes as words, fen as yuan, times in this machine's zone."""
    figures = one.get("figures", {})
    groups = figures.get("groups", {})
    return {
        **one,
        "kind": out.words(f"campaign.{one['kind']}"),
        "state": out.words(f"stage.{one['state']}"),
        "goods": [f"{each['sku']} {yuan(each['price'])}" for each in one["goods"]],
        "begins": local(one["opens"]),
        "ends": local(one["closes"]),
        "orders": figures.get("orders"),
        "sold": [f"{sku} x {units}" for sku, units in figures.get("sold", {}).items()],
        "deposits": yuan(figures["deposits"]) if "deposits" in figures else "",
        "balances": yuan(figures["due"]) if "due" in figures else "",
        "groups": [f"{out.words(f'stage.{name}')} {n}" for name, n in groups.items()],
    }
