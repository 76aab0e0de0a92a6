"""tongdan rehearse: a sale on the simulated platforms, before the real one."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from infra.bench import progress
from infra.bench.progress import At
from infra.cli import admin, sandbox
from infra.cli.commands import command
from infra.cli.exits import Exit, Stop
from infra.cli.output import Output, Row
from infra.cli.session import Session
from infra.cli.words import CATALOGUE
from infra.sandbox.kinds import MARKETS
from shared.domain.access import prefix_of
from shared.domain.hold import Reason

CATALOGUE.update(
    {
        "rehearse-come": ("下单", "Ordering"),
        "rehearse-follow": ("接单、发货", "On their way"),
        "rehearse-agree": ("与平台一致", "As the platforms say"),
        "rehearse-bad": (
            "演练没过：丢失 {lost} 单，重复 {doubled} 单",
            "Not passed: {lost} orders lost, {doubled} doubled",
        ),
        "not-a-time": ("应为 90、90s、5m 或 1h：{text}", "Not 90, 90s, 5m or 1h: {text}"),
        "platform": ("平台", "platform"),
        "faults": ("出错", "faults"),
        "doubled": ("重复", "doubled"),
        "lag": ("接单秒 p50 / p99", "lag s p50 / p99"),
        "too_late": ("超时", "late"),
        "gone": ("已发货", "shipped"),
        "still": ("停住", "standing still"),
        "untold": ("未回传", "untold"),
        "differ": ("不一致", "differ"),
        "writes": ("每单写入", "writes an order"),
        "cny": ("每百万单，元", "CNY a million"),
    }
)
COLUMNS = (
    *("platform", "orders", "faults", "lost", "doubled", "lag", "too_late", "gone", "still"),
    *("untold", "differ", "writes", "cny"),
)
SUMS = ("orders", "faults", "lost", "doubled", "late", "shipped", "told", "untold", "differ")
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
TIME = re.compile(r"(\d+)([smh]?)")


def register(app: typer.Typer) -> None:
    command(app, "rehearse")(rehearse)


def seconds(text: str) -> int:
    """`90`, `90s`, `5m`, `1h`; raises Stop."""
    if not (found := TIME.fullmatch(text)) or not int(found[1]):
        raise Stop(Exit.USAGE, "not-a-time", text=text)
    return int(found[1]) * UNITS[found[2]]


def rehearse(
    session: Session,
    *,
    orders: Annotated[int, typer.Option(min=1, help="On all platforms. 一共多少单")] = 1000,
    peak: Annotated[str, typer.Option(help="In which they come: 90s, 5m. 多久之内")] = "1m",
    platform: Annotated[
        list[str] | None, typer.Option(help="Only on this one; repeat. 只在这些平台")
    ] = None,
    faults: Annotated[bool, typer.Option("--faults/--calm", help="Things go wrong. 出错")] = True,
    late: Annotated[str, typer.Option(help="Too late after. 多久没接单算超时")] = "10m",
) -> None:
    """Rehearse a sale on the simulated platforms; exit code 1 if any order is lost. 演练大促"""
    known = {name: port for name, port in sandbox.ports().items() if name in MARKETS}
    for name in platform or ():
        if name not in known:
            raise Stop(Exit.NOT_FOUND, "sandbox-refused", why=name)
    wanted = {name: port for name, port in known.items() if not platform or name in platform}
    length, limit = seconds(peak), seconds(late)
    with admin.opened(session.words):
        from infra.rehearsal import sale

        plan = sale.Plan(orders, length, limit, faults)
        told = sandbox.asked(
            lambda: list(sale.run(session.api, _tenant(session), wanted, plan, _bar(session)))
        )
    document = _document([asdict(row) for row in told])
    session.out.show(document, lambda: _table(session.out, document))
    if document["lost"] or document["doubled"]:
        args = {name: document[name] for name in ("lost", "doubled")}
        session.out.say("rehearse-bad", **args)
        raise typer.Exit(Exit.FAILED)


def _tenant(session: Session) -> str:
    from shared.store import api_keys

    key = api_keys.find_key(prefix_of(session.key))
    if key is None:
        raise Stop(Exit.USAGE, "no-key")
    return key.tenant


def _bar(session: Session) -> Callable[[str, int], AbstractContextManager[At]]:
    console = Console(stderr=True)
    return lambda word, total: progress.bar(console, session.words(word), total)


def _document(rows: list[Row]) -> dict[str, Any]:
    return {**{name: sum(row[name] for row in rows) for name in SUMS}, "platforms": rows}


def _table(out: Output, document: dict[str, Any]) -> Table:
    return out.table([_shown(out, row) for row in document["platforms"]], COLUMNS)


def _shown(out: Output, row: Row) -> Row:
    still = (f"{_word(out, why)} {count}" for why, count in row["waiting"].items())
    return {
        **row,
        "lag": f"{row['p50']:.0f} / {row['p99']:.0f}",
        "too_late": row["late"],
        "gone": row["shipped"],
        "still": ", ".join(still),
        "writes": f"{row['writes']:.1f}",
        "cny": f"{row['cny']:.0f}",
    }


def _word(out: Output, why: str) -> str:
    return out.words(f"reason.{why}" if why in list(Reason) else f"status.{why}")
