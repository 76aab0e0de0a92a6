"""tongdan orders cancel, hold, release, ship, sign, complete: each for one order or many."""

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from infra.cli import held
from infra.cli.commands import command
from infra.cli.exits import Exit, Stop
from infra.cli.orders import path
from infra.cli.output import Row
from infra.cli.pairs import pairs
from infra.cli.session import Session
from infra.cli.several import several

Ids = Annotated[list[str], typer.Argument(help="Order ids; - reads them from stdin. 订单编号")]
Note = Annotated[str | None, typer.Option(help="For the timeline. 说明")]


def register(app: typer.Typer) -> None:
    for move in (cancel, hold, release, confirm_address, ship, sign, complete):
        command(app, move.__name__.replace("_", "-"))(move)
    held.register(app)


def cancel(
    session: Session,
    ids: Ids,
    reason: Annotated[str | None, typer.Option(help="Why. 原因")] = None,
    line: Annotated[
        list[str] | None, typer.Option(help="Only LINE=QUANTITY of one order; repeat. 行=件数")
    ] = None,
) -> None:
    """Call orders off, or a part of one; their stock goes back. 取消订单"""
    if line and len(ids) > 1:
        raise Stop(Exit.USAGE, "one-order")
    _move(session, ids, "cancel", reason=reason, lines=cut(line) if line else None)


def hold(
    session: Session,
    ids: Ids,
    note: Note = None,
    until: Annotated[str | None, typer.Option(help="Until then, RFC 3339. 到期时间")] = None,
    then: Annotated[
        str | None, typer.Option(help="At that time: release | cancel. 到期后")
    ] = None,
) -> None:
    """Stop orders. 挂起订单"""
    _move(session, ids, "hold", note=note, until=until, then=then)


def release(
    session: Session,
    ids: Annotated[
        list[str] | None, typer.Argument(help="Order ids; - reads them from stdin. 订单编号")
    ] = None,
    *,
    note: Note = None,
    reason: Annotated[
        list[str] | None, typer.Option(help="Lift only these; repeat. 只解除这些原因")
    ] = None,
    shop: Annotated[str | None, typer.Option(help="With --all: of this shop. 店铺")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="All that are held for --reason. 此原因的全部订单")
    ] = False,
) -> None:
    """Let held orders go on, or all that are held for one reason. 解除挂起"""
    if not all_:
        return _move(session, ids or [], "release", note=note, reasons=reason)
    if ids or len(reason or ()) != 1:
        raise Stop(Exit.USAGE, "all-needs-reason")
    return held.release_all(session, reason[0] if reason else "", shop, note)


def confirm_address(session: Session, ids: Ids, note: Note = None) -> None:
    """Say that the buyer has confirmed the address. 确认地址"""
    _move(session, ids, "confirm-address", note=note)


def ship(
    session: Session,
    ids: Ids,
    parcel: Annotated[
        list[str] | None, typer.Option(help="NO=CARRIER:TRACKING; repeat. 包裹=承运:运单号")
    ] = None,
) -> None:
    """Say that planned orders, or some parcels of one order, are on their way. 发货"""
    if parcel and len(ids) > 1:
        raise Stop(Exit.USAGE, "one-order")
    _move(session, ids, "ship", parcels=_parcels(parcel) if parcel else None)


def sign(session: Session, ids: Ids) -> None:
    """Say that the receivers have their orders. 签收"""
    _move(session, ids, "sign")


def complete(session: Session, ids: Ids) -> None:
    """Say that nothing more is expected of orders. 完成"""
    _move(session, ids, "complete")


def _move(session: Session, ids: list[str], move: str, **said: Any) -> None:
    body = {name: value for name, value in said.items() if value is not None}

    def do(order_id: str) -> Row:
        order = session.api.post(f"{path(order_id)}/{move}", body)
        done = {"id": order_id, "status": order.get("status")}
        return {**done, "refund": order["money"]["refund"]} if "money" in order else done

    several(session, list(all_of(ids)), do)


def all_of(ids: list[str]) -> Iterator[str]:
    """The ids, those on stdin in place of `-`; each once."""
    found = [line for each in ids for line in (sys.stdin if each == "-" else [each])]
    named = [line.strip() for line in found if line.strip()]
    if not named:
        raise Stop(Exit.USAGE, "no-ids")
    yield from dict.fromkeys(named)


def cut(texts: list[str]) -> list[Row]:
    """`1=2`: so many pieces of a line."""
    named = pairs(texts)
    for number, pieces in named.items():
        if not (number.isdecimal() and pieces.isdecimal()):
            raise Stop(Exit.USAGE, "not-pieces", text=f"{number}={pieces}")
    return [{"line": int(number), "quantity": int(pieces)} for number, pieces in named.items()]


def _parcels(texts: list[str]) -> list[Row]:
    parcels = []
    for number, label in pairs(texts).items():
        carrier, divider, tracking = label.partition(":")
        if not (number.isdecimal() and divider and tracking):
            raise Stop(Exit.USAGE, "not-a-parcel", text=f"{number}={label}")
        parcels.append({"parcel": int(number), "carrier": carrier, "tracking": tracking})
    return parcels
