"""tongdan papers: labels, pick lists and packing slips in one PDF, for however many orders."""

import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from infra.cli import orders
from infra.cli.bars import bar
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.output import Row
from infra.cli.session import Session

BATCH = 50  # parcels of one request
Orders = Annotated[
    list[str] | None, typer.Argument(help="ORDER or ORDER/PARCEL. 订单编号，或 订单编号/包裹")
]
Out = Annotated[Path, typer.Option("--out", help="PDF file. 写到哪个文件")]
Listed = Annotated[
    Path | None, typer.Option("--file", help="One ORDER a line; - is stdin. 订单编号的文件")
]
From = Annotated[
    str | None,
    typer.Option("--warehouse", help="All planned parcels of it. 此仓所有待发的包裹"),
]
Over = Annotated[bool, typer.Option("--overwrite", help="Write over the file. 覆盖已有文件")]
Purpose = Annotated[str | None, typer.Option(help="Why; is logged. 用途，会留下记录")]


def register(app: typer.Typer) -> None:
    papers = group(app, "papers", "Print labels, pick lists, packing slips. 打印")
    command(papers, "labels")(labels)
    command(papers, "picking")(picking)
    command(papers, "packing")(packing)


def labels(
    session: Session,
    wanted: Orders = None,
    *,
    out: Out,
    size: Annotated[str, typer.Option(help="76x130 | 100x180 毫米")] = "76x130",
    file: Listed = None,
    warehouse: From = None,
    purpose: Purpose = None,
    overwrite: Over = False,
) -> None:
    """Print the labels of parcels that have a waybill number. 打印面单"""
    asked = _parcels(session, wanted, file, warehouse)
    _print(session, "labels", asked, {"size": size, "purpose": purpose}, out, overwrite=overwrite)


def picking(
    session: Session,
    wanted: Orders = None,
    *,
    out: Out,
    file: Listed = None,
    warehouse: From = None,
    overwrite: Over = False,
) -> None:
    """Print what to take from the shelves, warehouse by warehouse. 打印拣货单"""
    asked = _parcels(session, wanted, file, warehouse)
    _print(session, "picking", asked, {}, out, overwrite=overwrite)


def packing(
    session: Session,
    wanted: Orders = None,
    *,
    out: Out,
    prices: Annotated[bool, typer.Option("--prices", help="With prices. 带价格")] = False,
    file: Listed = None,
    warehouse: From = None,
    purpose: Purpose = None,
    overwrite: Over = False,
) -> None:
    """Print what lies in each parcel, to put it in. 打印发货单"""
    asked = _parcels(session, wanted, file, warehouse)
    options: Row = {"prices": prices, "purpose": purpose}
    _print(session, "packing", asked, options, out, overwrite=overwrite)


def _parcels(
    session: Session, wanted: list[str] | None, file: Path | None, warehouse: str | None
) -> list[Row]:
    """What was named, what a file names, and what a warehouse has to send; each once."""
    named = [*(wanted or ()), *(_lines(file) if file else ())]
    found = [_entry(name) for name in dict.fromkeys(named)]
    if warehouse:
        found += [each for each in _planned(session, warehouse) if each not in found]
    if not found:
        raise Stop(Exit.USAGE, "nothing-to-print")
    return found


def _entry(name: str) -> Row:
    order, _, parcel = name.partition("/")
    return {"order": order, "parcel": int(parcel)} if parcel.isdigit() else {"order": name}


def _lines(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text()
    except FileNotFoundError:
        raise Stop(Exit.NOT_FOUND, "no-file", file=str(file)) from None
    return text.split()


def _planned(session: Session, warehouse: str) -> Iterator[Row]:
    found = session.api.pages(
        "/v1/orders", "orders", status="planned", sort="placed_at", limit=100
    )
    for each in found:
        for parcel in orders.get(session, each["id"])["parcels"]:
            if parcel["warehouse"] == warehouse and not parcel["shipped_at"]:
                yield {"order": each["id"], "parcel": parcel["no"]}


def _print(
    session: Session, kind: str, asked: list[Row], options: Row, out: Path, *, overwrite: bool
) -> None:
    if out.exists() and not overwrite:
        raise Stop(Exit.REFUSED, "file-there", file=str(out))
    given = {name: value for name, value in options.items() if value is not None}
    printed = []
    with bar(session.words("printing"), len(asked), BATCH) as advance:
        for at in range(0, len(asked), BATCH):
            some = asked[at : at + BATCH]
            body = {"parcels": some, **given}
            printed.append(session.api.paper(f"/v1/papers/{kind}", body))
            advance(len(some))
    pages = _write(out, printed)
    told = {"file": str(out), "pages": pages}
    session.out.show(told, lambda: session.out.fields(told, ("file", "pages")))


def _write(out: Path, printed: Iterable[bytes]) -> int:
    """All in one file; says how many pages it has."""
    from pypdf import PdfReader, PdfWriter

    whole = PdfWriter()
    for each in printed:
        whole.append(PdfReader(BytesIO(each)))
    with out.open("wb") as file:
        whole.write(file)
    return len(whole.pages)
