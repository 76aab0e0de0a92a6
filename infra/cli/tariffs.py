"""tongdan carriers import, export: tariffs as tables, a zone a row."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from infra.cli import importing
from infra.cli.commands import command
from infra.cli.exits import Exit, Stop
from infra.cli.importing import Options, cells, places
from infra.cli.importing.columns import Column, money
from infra.cli.importing.command import finish
from infra.cli.importing.errors import ErrorFile
from infra.cli.importing.options import MISSED, Entry, Fault, Summary
from infra.cli.output import Row, yuan
from infra.cli.session import Session
from infra.cli.tables import reading, writing
from infra.cli.tables.command import DryRun, Errors, header, written
from infra.cli.tables.reading import Kind

LIST = "/v1/carriers"
OUTCOMES = ("created", "changed", "unchanged", *MISSED)
COLUMNS: tuple[Column, ...] = (
    Column("carrier", "carrier", cells.text, ("快递编号", "快递")),
    Column("name", "name", cells.text, ("快递名称",)),
    Column("warehouse", "warehouse", cells.text, ("发货仓", "仓库编号")),
    Column("areas", "areas", cells.texts, ("到达地区", "地区")),
    Column("first_weight", "first_weight", cells.whole, ("首重(克)", "首重")),
    *money("first_fee", "first_fee", "首费"),
    Column("step_weight", "step_weight", cells.whole, ("续重(克)", "续重")),
    *money("step_fee", "step_fee", "续费"),
    Column("days", "days", cells.whole, ("天数", "时效(天)")),
)
TARIFFS = Kind(COLUMNS, ("carrier", "first_fee"), once=False)
WRITTEN = tuple(column for column in COLUMNS if not column.name.endswith("_fen"))
PRICE = ("first_weight", "first_fee", "step_weight", "step_fee")
EXAMPLE: tuple[tuple[Any, ...], ...] = (
    ("zto", "中通", "", ["浙江", "上海", "江苏", "安徽"], 1000, 300, 1000, 100, 2),
    ("zto", "中通", "", ["新疆", "西藏"], 1000, 1500, 1000, 1200, 6),
    ("zto", "中通", "", [], 1000, 500, 1000, 300, 4),
)


def register(commands: typer.Typer) -> None:
    command(commands, "import")(import_)
    command(commands, "export")(export)


def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, a zone a row. 运价表")],
    *,
    dry_run: DryRun = False,
    errors: Errors = None,
) -> None:
    """Replace the tariffs of the carriers in a table; new carriers are made. 导入运价"""
    errors = importing.error_path(file, Options(errors=errors))
    summary = Summary(counts=dict.fromkeys(OUTCOMES, 0))
    with ErrorFile(errors) as error_file:
        for carrier, entries in _by_carrier(reading.read(file, TARIFFS, session.words)).items():
            found = [fault for entry in entries for fault in entry.faults]
            outcome, faults = (
                ("refused", found) if found else _sent(session, carrier, entries, dry_run)
            )
            summary.read += len(entries)
            summary.faults += error_file.add(faults)
            summary.add(Counter([outcome]))
    finish(session, summary, errors, dry_run)


def export(
    session: Session,
    file: Annotated[Path, typer.Argument(help="Where to: .csv or .xlsx. 导出到")],
) -> None:
    """Write all tariffs into a table that the import reads back, or an example. 导出运价"""
    carriers = session.api.get(LIST)["carriers"]
    found = [[row[column.name] for column in WRITTEN] for each in carriers for row in rows(each)]
    names = [column.name for column in WRITTEN]
    example = [list(_row(dict(zip(names, each, strict=True))).values()) for each in EXAMPLE]
    written(session, file, writing.write(file, header(session, WRITTEN), found or example))


def rows(carrier: Row) -> list[Row]:
    """The zones of a carrier as rows of the table."""
    named = {"carrier": carrier["id"], "name": carrier["name"]}
    return [_row({**named, **zone, **zone["tariff"]}) for zone in carrier["zones"]]


def _row(zone: Row) -> Row:
    cells_ = {**zone, "areas": "|".join(zone["areas"]), "days": zone["days"] or ""}
    cells_ |= {name: yuan(zone[name]).replace(",", "") for name in ("first_fee", "step_fee")}
    return {column.name: cells_[column.name] for column in WRITTEN}


def _by_carrier(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Rows by the carrier that they are of; a row that names none goes with those before it."""
    found: dict[str, list[Entry]] = {}
    name = ""
    for entry in entries:
        name = (entry.order or {}).get("carrier") or name
        found.setdefault(name, []).append(entry)
    return found


def _sent(
    session: Session, carrier: str, entries: list[Entry], dry_run: bool
) -> tuple[str, list[Fault]]:
    path = f"{LIST}/{quote(carrier, safe='')}"
    try:
        before = _find(session, path)
        named = next((n for each in entries if (n := (each.order or {}).get("name"))), "")
        known = before or {"id": carrier, "name": named or carrier}
        after = {**known, **({"name": named} if named else {}), "zones": _zones(entries)}
        if after == before:
            return "unchanged", []
        asked = "?dry_run=true" if dry_run else ""
        if before:
            session.api.put(path + asked, after)
        else:
            session.api.post(LIST + asked, after)
    except Stop as stop:
        if not stop.problem or stop.exit is Exit.UNREACHABLE:
            raise
        return "refused", list(_told(entries, stop.problem))
    return ("changed" if before else "created"), []


def _zones(entries: list[Entry]) -> list[Row]:
    return [
        {
            "tariff": {name: zone.get(name, 0) for name in PRICE},
            "areas": zone.get("areas", []),
            "warehouse": zone.get("warehouse", ""),
            "days": zone.get("days", 0),
        }
        for zone in (entry.order or {} for entry in entries)
    ]


def _find(session: Session, path: str) -> Row | None:
    try:
        return session.api.get(path)
    except Stop as stop:
        if stop.exit is Exit.NOT_FOUND:
            return None
        raise


def _told(entries: list[Entry], problem: dict[str, Any]) -> Iterator[Fault]:
    """What the API says of a zone, in the row of that zone: `zones[1].tariff.first_fee`."""
    for fault in places.faults(entries[0], problem):
        zone, _, name = fault.field.partition("]")
        at = zone.removeprefix("zones[")
        entry = entries[int(at)] if at.isdecimal() else entries[0]
        column = name.strip(".").removeprefix("tariff.").partition("[")[0]
        named = entry.columns.get(column, column or fault.field)
        yield Fault(entry.rows[0], named, fault.code, fault.message)
