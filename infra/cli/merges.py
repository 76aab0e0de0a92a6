"""tongdan merges: orders that share boxes."""

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from infra.cli import orders, paging, papers
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.pairs import pairs
from infra.cli.session import Session

PATH = "/v1/merges"
HEAD = ("id", "state", "numbers", "boxes", "stopped", "rule", "equal", "note", "created_at", "by")
BOXES = ("box", "warehouse", "carrier", "numbers", "grams", "tracking", "shipped_at")
CANDIDATES = ("id", "shop", "number", "status", "by_itself", "by_hand", "why_not", "differs")
Id = Annotated[str, typer.Argument(help="Id of the merge. 合单号")]
Box = Annotated[int, typer.Option(help="Number of the box. 箱号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "merges", "Orders that share boxes. 合单")
    command(commands, "list")(list_)
    for act in (show, create, undo, release, weigh, ship, candidates):
        command(commands, act.__name__)(act)


def list_(
    session: Session,
    stage: Annotated[str | None, typer.Option(help="open | shipped | undone. 阶段")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List merges, the newest first. 合单列表"""

    def view(out: Output, rows: list[Row]) -> RenderableType:
        return out.table([_readable(out, row) for row in rows], HEAD)

    paging.list_(session, PATH, "merges", limit, view, stage=stage)


def show(session: Session, merge_id: Id) -> None:
    """Show one merge, box by box. 查看合单"""
    _show(session, session.api.get(papers.path("merges", merge_id)))


def create(
    session: Session,
    ids: Annotated[list[str], typer.Argument(help="Order ids. 订单编号")],
    *,
    merge_id: papers.Own = None,
    note: papers.Note = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would come of it. 只看结果")
    ] = False,
) -> None:
    """Let orders share boxes, across shops and buyers too. 手工合单"""
    body = {"orders": ids, "id": merge_id, "note": note, "preview": preview}
    _show(session, session.api.post(PATH, body))


def undo(session: Session, merge_id: Id) -> None:
    """Give every order its own parcels back. 拆开合单"""
    _act(session, merge_id, "undo", {})


def release(session: Session, merge_id: Id) -> None:
    """Say that the goods of stopped orders are out; the others go on. 取出并放行"""
    _act(session, merge_id, "release", {})


def weigh(
    session: Session,
    merge_id: Id,
    grams: Annotated[int, typer.Option(help="Weight; 0 opens the box again. 克数")],
    box: Box = 1,
) -> None:
    """Close a box with its weight: nobody leaves it any more. 称重"""
    _act(session, merge_id, "weigh", {"box": box, "grams": grams})


def ship(
    session: Session,
    merge_id: Id,
    box: Annotated[
        list[str] | None, typer.Option(help="NO=CARRIER:TRACKING; repeat. 箱=承运:运单号")
    ] = None,
) -> None:
    """Say that all boxes, or these, are on their way. 合单发货"""
    _act(session, merge_id, "ship", {"boxes": _labels(box)} if box else {})


def candidates(
    session: Session, order_id: Annotated[str, typer.Argument(help="Order id. 订单编号")]
) -> None:
    """Say which orders of the same buyer go along, and why others do not. 可合订单"""
    found = session.api.get(f"{orders.path(order_id)}/merge-candidates")
    out = session.out
    rows = [
        {
            **each,
            "status": out.words(f"status.{each['status']}"),
            "why_not": _said(out, each["why_not"]),
            "differs": _said(out, each["differs"]),
        }
        for each in found["candidates"]
    ]
    own = {
        "order": found["order"],
        "merge": found["merge"],
        "why_not": _said(out, found["why_not"]),
    }
    head = ("order", "merge", "why_not")
    out.show(found, lambda: Group(out.fields(own, head), "", out.table(rows, CANDIDATES)))


def _act(session: Session, merge_id: str, deed: str, body: Row) -> None:
    _show(session, session.api.post(papers.path("merges", merge_id, deed), body))


def _show(session: Session, one: Row) -> None:
    session.out.show(one, lambda: _whole(session.out, one))


def _whole(out: Output, one: Row) -> RenderableType:
    """A merge with its boxes, and what differs where a person merged."""
    numbers = {member["id"]: member["number"] for member in one["members"]}
    boxes = [
        {**box, "box": box["no"], "numbers": [numbers.get(each, each) for each in box["members"]]}
        for box in one["boxes"]
    ]
    differing = [
        {"number": numbers[each["order"]], "differs": _said(out, each["parts"])}
        for each in one.get("differences", [])
    ]
    head = out.fields(_readable(out, one), HEAD)
    tables = [out.table(boxes, BOXES)]
    if differing:
        tables.append(out.table(differing, ("number", "differs")))
    return Group(head, *(part for table in tables for part in ("", table)))


def _readable(out: Output, one: Row) -> Row:
    return {
        **one,
        "created_at": local(one["created_at"]),
        "state": out.words(f"stage.{one['stage']}"),
        "numbers": [member["number"] for member in one["members"]],
        "stopped": [member["number"] for member in one["members"] if member["stopped"]],
        "boxes": len(one["boxes"]),
        "equal": [out.words(f"part.{part}") for part in one["key"]],
    }


def _said(out: Output, codes: list[Row]) -> list[Any]:
    """Codes with their words in both languages: in ours."""
    return [each[out.words.lang.value] for each in codes]


def _labels(texts: list[str]) -> list[Row]:
    boxes = []
    for number, label in pairs(texts).items():
        carrier, divider, tracking = label.partition(":")
        if not (number.isdecimal() and divider and tracking):
            raise Stop(Exit.USAGE, "not-a-box", text=f"{number}={label}")
        boxes.append({"box": int(number), "carrier": carrier, "tracking": tracking})
    return boxes
