"""tongdan tenants: the merchants themselves. For the administrator: works on the store."""

from dataclasses import replace
from typing import Annotated

import typer

from infra.cli import admin, profile
from infra.cli.commands import command, group
from infra.cli.output import Row
from infra.cli.session import Session
from shared.domain.access import ALL
from shared.domain.merchant import Tenant

COLUMNS = ["id", "name", "created_at"]
Id = Annotated[str, typer.Argument(help="Short id. 商家编号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "tenants", "Merchants (administrator). 商家（管理员）")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    command(commands, "show")(show)


def create(
    session: Session,
    tenant_id: Id,
    name: Annotated[str, typer.Option(help="Name. 名称")] = "",
    use: Annotated[
        bool, typer.Option("--use", help="Keep its key in the profile. 写入本地配置")
    ] = False,
) -> None:
    """Take a merchant on, with a first key that may do everything. 新建商家"""
    with admin.opened(session.words):
        tenant = admin.create_tenant(tenant_id, name or tenant_id)
        _, token = admin.create_key(tenant_id, [ALL], "first")
    row = _row(tenant) | {"key": token}
    session.out.show(row, lambda: session.out.fields(row, [*COLUMNS, "key"]))
    session.out.say("key-once")
    if use:
        _use(session, tenant_id, token)


def list_(session: Session) -> None:
    """List all merchants. 商家列表"""
    with admin.opened(session.words):
        rows = sorted(map(_row, admin.tenants()), key=lambda row: str(row["id"]))
    session.out.show({"tenants": rows}, lambda: session.out.table(rows, COLUMNS))


def show(session: Session, tenant_id: Id) -> None:
    """Show a merchant and its keys. 查看商家"""
    with admin.opened(session.words):
        row = _row(admin.tenant(tenant_id))
        row["keys"] = [key.prefix for key in admin.keys(tenant_id)]
    session.out.show(row, lambda: session.out.fields(row, [*COLUMNS, "keys"]))


def _use(session: Session, tenant_id: str, token: str) -> None:
    kept = replace(profile.load(), url=session.named_url, key=token, tenant=tenant_id)
    session.out.say("used", path=profile.save(kept))


def _row(tenant: Tenant) -> Row:
    return {"id": tenant.id, "name": tenant.name, "created_at": tenant.created_at}
