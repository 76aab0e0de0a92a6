"""tongdan alerts: what somebody must look at, and how the merchant is told."""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import RenderableType

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.session import Session

COLUMNS = ("id", "kind", "severity", "state", "opened_at", "text")
SETTINGS = (
    *("alert_digest", "muted", "unmoved_days", "promise_hours"),
    *("quiet_hours", "delivery_hours"),
)


def register(app: typer.Typer) -> None:
    commands = group(app, "alerts", "Alerts. 预警")
    command(commands, "list")(list_)
    command(commands, "acknowledge")(acknowledge)
    command(commands, "settings")(settings)


def list_(
    session: Session,
    *,
    state: Annotated[
        str | None, typer.Option(help="open, acknowledged or closed [not closed]. 状态")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="e.g. below-safety. 类型")] = None,
    sku: Annotated[str | None, typer.Option(help="Only this SKU. 只看此商品")] = None,
    warehouse: Annotated[str | None, typer.Option(help="Only this warehouse. 只看此仓")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List the alerts that stand, the newest first. 预警列表"""
    asked = {"state": state, "kind": kind, "sku": sku, "warehouse": warehouse}
    paging.list_(session, "/v1/alerts", "alerts", limit, _listed, **asked)


def acknowledge(
    session: Session,
    alert_id: Annotated[str, typer.Argument(help="Alert id. 预警编号")],
) -> None:
    """Say that somebody has seen it. 确认"""
    alert = session.api.post(f"/v1/alerts/{quote(alert_id, safe='')}/acknowledge")
    session.out.show(alert, lambda: _listed(session.out, [alert]))


def settings(
    session: Session,
    *,
    digest: Annotated[str | None, typer.Option(help="none, hourly or daily. 摘要")] = None,
    mute: Annotated[
        list[str] | None, typer.Option(help="Kinds to tell nobody of; repeat. 静音，可多次")
    ] = None,
    unmute: Annotated[bool, typer.Option(help="Mute none. 全部不静音")] = False,
    unmoved_days: Annotated[
        int | None, typer.Option(help="Days until stock rests. 呆滞天数")
    ] = None,
    promise_hours: Annotated[
        int | None, typer.Option(help="Hours of warning before orders must leave. 发货提前小时数")
    ] = None,
    quiet_hours: Annotated[
        int | None, typer.Option(help="Hours that a parcel may not move. 物流停滞小时数")
    ] = None,
    delivery_hours: Annotated[
        int | None, typer.Option(help="Hours that delivery may take. 派送超时小时数")
    ] = None,
) -> None:
    """Show how alerts are told, or change it. 预警设置"""
    now = session.api.get("/v1/alert-settings")
    muted = [] if unmute else mute
    wished = {"alert_digest": digest, "muted": muted, "unmoved_days": unmoved_days}
    wished["promise_hours"] = promise_hours
    wished |= {"quiet_hours": quiet_hours, "delivery_hours": delivery_hours}
    changed = now | {name: value for name, value in wished.items() if value is not None}
    if changed != now:
        changed = session.api.put("/v1/alert-settings", changed)
    session.out.show(changed, lambda: session.out.fields(changed, SETTINGS))


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    shown = [
        row | {"opened_at": local(row["opened_at"]), "text": row["reason"][out.words.lang]}
        for row in rows
    ]
    return out.table(shown, COLUMNS)
