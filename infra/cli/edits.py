"""tongdan orders edit, resend, urgent: change what was accepted, and see first what that means."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from infra.cli.commands import command
from infra.cli.exits import Exit, Stop
from infra.cli.importing import cells
from infra.cli.moments import local
from infra.cli.moves import Ids, all_of, cut
from infra.cli.orders import Id, path
from infra.cli.output import Output, Row, yuan
from infra.cli.session import Session
from infra.cli.several import several

GOODS = re.compile(r"(.+)=(\d+)@(.+)")
MOVE = re.compile(r"(\d+)=(\d+):([^:]+):([^:]+)")
EFFECTS = (
    *("status", "total", "refund", "collect", "taken", "given_back"),
    *("missing", "parcels", "promise", "gifts_withdrawn"),
)
KEPT = ("warehouse", "carrier", "promise", "note", "tags")  # empty takes back what was there
Text = str | None


def register(app: typer.Typer) -> None:
    for name, view in (("edit", edit), ("resend", resend), ("urgent", urgent)):
        command(app, name)(view)


def edit(
    session: Session,
    order_id: Id,
    *,
    receiver_name: Annotated[Text, typer.Option(help="Who gets it. 收货人")] = None,
    receiver_phone: Annotated[Text, typer.Option(help="Phone. 电话")] = None,
    receiver_province: Annotated[Text, typer.Option(help="Province. 省")] = None,
    receiver_city: Annotated[Text, typer.Option(help="City. 市")] = None,
    receiver_district: Annotated[Text, typer.Option(help="District. 区县")] = None,
    receiver_town: Annotated[Text, typer.Option(help="Town. 街道乡镇")] = None,
    receiver_address: Annotated[Text, typer.Option(help="Address. 详细地址")] = None,
    receiver_postcode: Annotated[Text, typer.Option(help="Postcode. 邮编")] = None,
    line: Annotated[
        list[str] | None, typer.Option(help="LINE=QUANTITY, 0 takes it out; repeat. 行=件数")
    ] = None,
    add: Annotated[
        list[str] | None, typer.Option(help="SKU=QUANTITY@YUAN; repeat. 商品=件数@单价")
    ] = None,
    surcharge: Annotated[Text, typer.Option(help="Yuan more; below 0: less. 加价，可负")] = None,
    warehouse: Annotated[Text, typer.Option(help='All of it from here; "": any. 仓库')] = None,
    move: Annotated[
        list[str] | None, typer.Option(help="LINE=QUANTITY:FROM:TO; repeat. 行=件数:从:到")
    ] = None,
    carrier: Annotated[Text, typer.Option(help='Carrier; "": any. 快递')] = None,
    promise: Annotated[Text, typer.Option(help="Ship by, RFC 3339. 发货时限")] = None,
    note: Annotated[Text, typer.Option(help="Seller's note. 卖家备注")] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help='All tags it shall have; repeat; "": none. 标签')
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show. 只预览")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. 不询问")] = False,
) -> None:
    """Change an order: see what it means, and say yes. 修改订单"""
    receiver = {
        "name": receiver_name,
        "phone": receiver_phone,
        "province": receiver_province,
        "city": receiver_city,
        "district": receiver_district,
        "town": receiver_town,
        "address": receiver_address,
        "postcode": receiver_postcode,
    }
    changes = {
        "receiver": {name: value for name, value in receiver.items() if value is not None},
        "lines": [*(cut(line) if line else ()), *map(_goods, add or ())],
        "surcharge": _fen(surcharge) if surcharge else None,
        "warehouse": warehouse,
        "moves": [_move(text) for text in move or ()],
        "carrier": carrier,
        "promise": promise,
        "note": note,
        "tags": None if tag is None else [each for each in tag if each],
    }
    given = {
        name: value
        for name, value in changes.items()
        if value or (value is not None and name in KEPT)
    }
    _edit(session, order_id, given, ask=not yes, only=preview)


def urgent(
    session: Session,
    ids: Ids,
    off: Annotated[bool, typer.Option("--off", help="Not urgent any more. 取消加急")] = False,
) -> None:
    """Let orders go first, and wait for no others. 加急"""

    def do(order_id: str) -> Row:
        order = session.api.post(f"{path(order_id)}/urgent", {"urgent": not off})
        return {"id": order_id, "urgent": order["ours"]["urgent"], "status": order["status"]}

    several(session, list(all_of(ids)), do)


def resend(
    session: Session,
    order_id: Id,
    line: Annotated[list[str], typer.Option(help="LINE=QUANTITY; repeat. 行=件数")],
    reason: Annotated[str, typer.Option(help="Why. 原因")],
) -> None:
    """Send some of an order once more, for nothing. 补发"""
    body = {"lines": cut(line), "reason": reason}
    again = session.api.post(f"{path(order_id)}/resend", body)
    session.out.show(again, lambda: session.out.fields(again, ("id", "shop", "number")))


def _edit(session: Session, order_id: str, changes: Row, *, ask: bool, only: bool) -> None:
    out, url = session.out, f"{path(order_id)}/edit"
    shown = session.api.post(url, {"changes": changes, "preview": True})
    if only:
        return out.show(shown, lambda: view(out, shown["effects"]))
    if ask:
        out.before(view(out, shown["effects"]))
        typer.confirm(session.words("edit-ask"), abort=True, err=True)
    done = session.api.post(url, {"changes": changes, "version": shown["version"]})
    return out.show(done, lambda: view(out, done["effects"]))


def view(out: Output, effects: Row) -> RenderableType:
    """What changes, with what it was and what it will be."""
    money, stock, words = effects["money"], effects["stock"], out.words
    pairs = {name: effects[name] for name in ("status", "promise", "parcels")}
    told = {
        "status": _both(pairs["status"], lambda one: words(f"status.{one}")),
        "total": _both(money, yuan),
        "refund": yuan(money["refund"]) if money["refund"] else "",
        "collect": yuan(money["collect"]) if money["collect"] else "",
        "taken": _units(stock["taken"]),
        "given_back": _units(stock["given_back"]),
        "missing": [f"{sku} x {units}" for sku, units in stock["missing"].items()],
        "parcels": _both(pairs["parcels"], _loads),
        "promise": _both(pairs["promise"], local),
        "gifts_withdrawn": [f"{sku} x {n}" for sku, n in effects["gifts_withdrawn"].items()],
    }
    return Group(out.fields(told, EFFECTS))


def _both(pair: Row, say: Any) -> str:
    before, after = say(pair["before"]), say(pair["after"])
    return f"{before} → {after}" if before != after else before


def _freight(load: Row) -> str:
    return yuan(load["freight"]) if load["freight"] else ""


def _loads(loads: list[Row]) -> str:
    return ", ".join(
        f"{load['warehouse']} x {load['units']} {load['carrier']} {_freight(load)}".strip()
        for load in loads
    )


def _units(some: Iterable[Row]) -> list[str]:
    return [f"{each['sku']} x {each['units']} ({each['warehouse']})" for each in some]


def _goods(text: str) -> Row:
    found = GOODS.fullmatch(text)
    if not found:
        raise Stop(Exit.USAGE, "not-priced-goods", text=text)
    sku, quantity, price = found.groups()
    return {"sku": sku, "quantity": int(quantity), "unit_price": _fen(price)}


def _fen(text: str) -> int:
    try:
        return cells.yuan(text)
    except cells.Unread as unread:
        raise Stop(Exit.USAGE, "not-an-amount", text=text) from unread


def _move(text: str) -> Row:
    found = MOVE.fullmatch(text)
    if not found:
        raise Stop(Exit.USAGE, "not-a-move", text=text)
    line, quantity, source, target = found.groups()
    return {"line": int(line), "quantity": int(quantity), "from": source, "to": target}
