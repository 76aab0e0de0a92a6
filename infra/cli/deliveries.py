"""tongdan deliveries: the messages to webhooks, and sending one again."""

from typing import Annotated
from urllib.parse import quote

import typer

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.session import Session

COLUMNS = ("id", "webhook", "event", "state", "due", "tries")


def register(app: typer.Typer) -> None:
    commands = group(app, "deliveries", "Webhook deliveries. 回调投递")
    command(commands, "list")(list_)
    command(commands, "retry")(retry)


def list_(
    session: Session,
    day: Annotated[str | None, typer.Option(help="YYYYMMDD [today]. 日期")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List the deliveries of a day, the newest first. 投递列表"""
    view = paging.columns(*COLUMNS)
    paging.list_(session, "/v1/deliveries", "deliveries", limit, view, day=day)


def retry(
    session: Session,
    delivery_id: Annotated[str, typer.Argument(help="Delivery id. 投递编号")],
) -> None:
    """Send a message once more, now. 重新投递"""
    delivery = session.api.post(f"/v1/deliveries/{quote(delivery_id, safe='')}/retry")
    session.out.show(delivery, lambda: session.out.fields(delivery, COLUMNS))
