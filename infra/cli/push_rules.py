"""tongdan shops push-rule, push: how a shop is told its figures, and telling them now."""

from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

import typer

from infra.cli import figures
from infra.cli.commands import command
from infra.cli.session import Session

RULE = ("on", "form", "formula", "rounding", "floor", "ceiling", "inbound", "presale")


class Form(StrEnum):
    SAFE = "safe"
    PLAIN = "plain"


class Rounding(StrEnum):
    DOWN = "down"
    UP = "up"
    NEAREST = "nearest"


def register(commands: typer.Typer) -> None:
    command(commands, "push-rule")(push_rule)
    command(commands, "push")(push)


def push_rule(
    session: Session,
    *,
    shop_id: Annotated[str, typer.Argument(help="Shop. 店铺编号")],
    on: Annotated[bool | None, typer.Option("--on/--off", help="Push at all. 是否推送")] = None,
    form: Annotated[Form | None, typer.Option(help="Sellable. 可售口径")] = None,
    formula: Annotated[str | None, typer.Option(help="E.g. 'sellable*0.8+10'. 公式")] = None,
    rounding: Annotated[Rounding | None, typer.Option(help="Rounding. 取整")] = None,
    floor: Annotated[int | None, typer.Option(min=0, help="Never less. 不少于")] = None,
    ceiling: Annotated[int | None, typer.Option(min=0, help="Never more. 不多于")] = None,
    inbound: Annotated[
        bool | None, typer.Option("--inbound/--no-inbound", help="Sell what is coming. 算在途")
    ] = None,
    presale: Annotated[int | None, typer.Option(min=0, help="Most sold ahead. 预售上限")] = None,
    preview: Annotated[bool, typer.Option(help="Change nothing. 只试算")] = False,
    sku: Annotated[list[str] | None, typer.Option(help="To try; repeat. 试算商品")] = None,
) -> None:
    """Show or change what a shop is told; --preview tries it out. 推送规则"""
    path = f"/v1/shops/{quote(shop_id, safe='')}"
    shop = session.api.get(path)
    given = dict(
        zip(RULE, (on, form, formula, rounding, floor, ceiling, inbound, presale), strict=True)
    )
    changed = {name: value for name, value in given.items() if value is not None}
    rule = {**shop["push"], **changed}
    if preview:
        tried = session.api.post(f"{path}/push-rule/preview", {"rule": rule, "skus": sku or []})
        session.out.show(tried, lambda: figures.of_skus(session.out, tried["skus"]))
        return
    if changed:
        shop = session.api.put(path, {**shop, "push": rule})
    session.out.show(shop["push"], lambda: session.out.fields(shop["push"], RULE))


def push(
    session: Session,
    shop_id: Annotated[str, typer.Argument(help="Shop. 店铺编号")],
    sku: Annotated[str | None, typer.Option(help="Only this SKU. 只推此商品")] = None,
) -> None:
    """Tell a shop its figures now: one SKU, or all. 立即推送"""
    path, told = f"/v1/shops/{quote(shop_id, safe='')}/push", []
    body: dict[str, Any] = {"sku": sku} if sku else {}
    while True:
        answer = session.api.post(path, body)
        told += answer["pushes"]
        if not answer["next"]:
            break
        body = {"cursor": answer["next"]}
    session.out.show({"pushes": told}, lambda: figures.of_pushes(session.out, told))
