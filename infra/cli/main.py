"""The command `tongdan`: every group of commands, and the options before them."""

from typing import Annotated

import typer

from infra.cli import (
    aftersales,
    alerts,
    audits,
    bills,
    breakers,
    campaigns,
    carriers,
    counts,
    coupons,
    days,
    deliveries,
    edits,
    feeds,
    figures,
    groups,
    holds,
    hot,
    items,
    keys,
    links,
    mappings,
    merges,
    movements,
    moves,
    orders,
    payments,
    prices,
    printing,
    promises,
    promotions,
    purchases,
    quotes,
    redrive,
    rehearse,
    rules,
    sandbox,
    shops,
    stack,
    stages,
    stock,
    tenants,
    tracks,
    transfers,
    warehouses,
    waybills,
    webhooks,
)
from infra.cli.commands import Start
from infra.cli.importing import command as importing
from infra.cli.session import Choices
from infra.cli.words import Lang

EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused or conflict, "
    "5 partly done, 6 unreachable."
)
app = typer.Typer(
    help="Tongdan, the order hub. 通单：订单中台命令行",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def root(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="JSON on stdout. 输出 JSON")] = False,
    lang: Annotated[Lang | None, typer.Option(help="Language. 语言")] = None,
    url: Annotated[str | None, typer.Option(help="Server. 服务地址")] = None,
    key: Annotated[str | None, typer.Option(help="API key. 密钥")] = None,
) -> None:
    before = ctx.obj if isinstance(ctx.obj, Start) else Start()
    ctx.obj = Start(Choices(json, lang, url, key).over(before.choices), before.transport)


for module in (
    tenants,
    keys,
    shops,
    warehouses,
    carriers,
    prices,
    items,
    mappings,
    stock,
    figures,
    holds,
    transfers,
    hot,
    purchases,
    movements,
    counts,
    feeds,
    bills,
    rules,
    promotions,
    coupons,
    quotes,
    campaigns,
    groups,
    orders,
    links,
    payments,
    sandbox,
    aftersales,
    merges,
    waybills,
    tracks,
    printing,
):
    module.register(app)
importing.register(orders.commands)
moves.register(orders.commands)
edits.register(orders.commands)
for module in (
    alerts,
    breakers,
    promises,
    days,
    stages,
    webhooks,
    deliveries,
    audits,
    redrive,
    rehearse,
    stack,
):
    module.register(app)


def main() -> None:
    app()
