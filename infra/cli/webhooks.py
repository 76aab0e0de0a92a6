"""tongdan webhooks: who is told what happens to orders."""

from typing import Annotated
from urllib.parse import quote

import typer

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.session import Session

COLUMNS = ("id", "url", "events", "active")


def register(app: typer.Typer) -> None:
    commands = group(app, "webhooks", "Webhooks. 回调")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    command(commands, "delete")(delete)


def create(
    session: Session,
    webhook_id: Annotated[str, typer.Argument(help="Short id. 回调编号")],
    target: Annotated[str, typer.Argument(help="Where to post. 接收地址")],
    event: Annotated[
        list[str] | None, typer.Option(help="e.g. order.shipped [all]; repeat. 事件，可多次")
    ] = None,
) -> None:
    """Tell an address what happens; its signing secret is shown once. 新建回调"""
    webhook = session.api.post(
        "/v1/webhooks", {"id": webhook_id, "url": target, "events": event or []}
    )
    session.out.show(webhook, lambda: session.out.fields(webhook, [*COLUMNS, "secret"]))
    session.out.say("secret-once")


def list_(session: Session) -> None:
    """List the webhooks. 回调列表"""
    paging.whole(session, "/v1/webhooks", "webhooks", paging.columns(*COLUMNS))


def delete(
    session: Session,
    webhook_id: Annotated[str, typer.Argument(help="Webhook id. 回调编号")],
) -> None:
    """Stop telling. 删除回调"""
    session.api.delete(f"/v1/webhooks/{quote(webhook_id, safe='')}")
    session.out.show({"id": webhook_id, "deleted": True}, lambda: webhook_id)
