"""tongdan groups: groups of buyers, who is in them, and how they ended."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session

PATH = "/v1/groups"
LIST = ("id", "campaign", "state", "size", "joined", "paid", "ends")
MEMBERS = ("order", "at", "paid", "opener")


def register(app: typer.Typer) -> None:
    commands = group(app, "groups", "Groups of buyers. 拼团的团")
    command(commands, "list")(list_)
    command(commands, "show")(show)


def list_(
    session: Session,
    *,
    campaign: Annotated[str | None, typer.Option(help="Of this campaign. 活动")] = None,
    state: Annotated[str | None, typer.Option(help="open | succeeded | failed. 状态")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List groups, the newest first. 团列表"""
    paging.list_(session, PATH, "groups", limit, _listed, campaign=campaign, state=state)


def show(session: Session, group_id: Annotated[str, typer.Argument(help="Group. 团编号")]) -> None:
    """One group, and the orders in it. 查看团"""
    one = session.api.get(f"{PATH}/{quote(group_id, safe='')}")
    session.out.show(one, lambda: _whole(session.out, one))


def _whole(out: Output, one: Row) -> RenderableType:
    members = [{**each, "at": local(each["at"])} for each in one["members"]]
    return Group(out.fields(_readable(out, one), LIST), out.table(members, MEMBERS))


def _listed(out: Output, some: list[Row]) -> RenderableType:
    return out.table([_readable(out, one) for one in some], LIST)


def _readable(out: Output, one: Row) -> Row:
    """Codes as words, times in this machine's zone."""
    return {
        **one,
        "state": out.words(f"stage.{one['state']}"),
        "joined": len(one["members"]),
        "ends": local(one["closes"]),
    }
