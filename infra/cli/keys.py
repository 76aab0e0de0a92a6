"""tongdan keys: who may call the API. For the administrator: works on the store."""

from typing import Annotated

import typer

from infra.cli import admin
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.output import Row
from infra.cli.session import Session
from shared.domain.access import ALL, SCOPES, Key, Role

COLUMNS = ["prefix", "name", "role", "scopes", "created_at"]
Of = Annotated[str, typer.Option("--tenant", help="Merchant [profile]. 商家")]


def register(app: typer.Typer) -> None:
    commands = group(app, "keys", "API keys (administrator). 访问密钥（管理员）")
    command(commands, "create")(create)
    command(commands, "list")(list_)
    command(commands, "revoke")(revoke)


def create(
    session: Session,
    tenant: Of = "",
    scope: Annotated[
        list[str] | None, typer.Option(help=f"{' '.join(SCOPES)} [{ALL}]; repeat. 权限，可多次")
    ] = None,
    name: Annotated[str, typer.Option(help="What it is for. 用途")] = "",
    role: Annotated[
        Role | None, typer.Option(help="How much may be given back with it. 角色")
    ] = None,
) -> None:
    """Make a key; its token is shown once. 新建密钥"""
    with admin.opened(session.words):
        key, token = admin.create_key(_tenant(session, tenant), scope or [ALL], name, role)
    row = _row(key) | {"key": token}
    session.out.show(row, lambda: session.out.fields(row, [*COLUMNS, "key"]))
    session.out.say("key-once")


def list_(session: Session, tenant: Of = "") -> None:
    """List the keys of a merchant. 密钥列表"""
    with admin.opened(session.words):
        rows = [_row(key) for key in admin.keys(_tenant(session, tenant))]
    session.out.show({"keys": rows}, lambda: session.out.table(rows, COLUMNS))


def revoke(
    session: Session,
    prefix: Annotated[str, typer.Argument(help="The key's visible part. 密钥前缀")],
    tenant: Of = "",
) -> None:
    """Revoke a key; a server may remember it for half a minute. 撤销密钥"""
    with admin.opened(session.words):
        admin.revoke(_tenant(session, tenant), prefix)
    session.out.show({"prefix": prefix, "revoked": True}, lambda: prefix)


def _tenant(session: Session, given: str) -> str:
    tenant = given or session.profile.tenant
    if not tenant:
        raise Stop(Exit.USAGE, "no-tenant")
    return tenant


def _row(key: Key) -> Row:
    return {
        "prefix": key.prefix,
        "name": key.name,
        "role": key.acts_as.value,
        "scopes": list(key.scopes),
        "created_at": key.created_at,
    }
