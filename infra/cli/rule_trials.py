"""tongdan rules simulate: past orders by the rules that count and by others, page by page."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from infra.cli import surroundings
from infra.cli.commands import command
from infra.cli.moments import local
from infra.cli.output import Output, Row, yuan
from infra.cli.session import Session
from infra.cli.words import Words

PAGE, EXAMPLES = 500, 20
MONEY = ("freight", "gift_cost", "paid", "cost", "margin")
COUNTS = ("orders", "held", "alerts", "merged", "parcels")
SUMS = ("figure", "now", "tried", "difference")
CHANGED = ("number", "shop", "placed_at", "change")


def register(commands: typer.Typer) -> None:
    command(commands, "simulate")(simulate)


def simulate(
    session: Session,
    file: Annotated[
        Path | None, typer.Argument(help="JSON, instead of the draft. 规则文件，缺省为草稿")
    ] = None,
    *,
    from_: Annotated[
        str | None, typer.Option("--from", help="Since, with offset [a week]. 起，带时区")
    ] = None,
    to: Annotated[str | None, typer.Option(help="Until, with offset [now]. 止，带时区")] = None,
    at: Annotated[
        str | None, typer.Option(help="Take rules as of this time [each order's]. 按此时的规则")
    ] = None,
) -> None:
    """What the draft would make of past orders; nothing is written. 用历史订单试算"""
    from infra.cli.rules import read

    rules: Row = {"rules": read(file)} if file else {"draft": True}
    body = rules | {k: v for k, v in (("from", from_), ("to", to), ("at", at)) if v}
    found: Row = {}
    with _progress(session.words) as progress:
        for page in _pages(session, body):
            found = _added(found, page)
            if progress:
                progress.update(progress.task_ids[0], completed=found["after"]["orders"])
    session.out.show(found, lambda: _view(session.out, found))
    session.out.say(
        "simulated",
        orders=found["after"]["orders"],
        skipped=found["skipped"],
        changed=found["changed"],
    )


def _pages(session: Session, body: Row) -> Iterator[Row]:
    """Every page has the times of the first: `to` may be now, and now goes on."""
    cursor: str | None = ""
    while cursor is not None:
        asked = body | {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
        page = session.api.post("/v1/rules/simulate", asked)
        body = body | {"from": page["from"], "to": page["to"]}
        cursor = page.pop("next")
        yield page


def _added(sums: Row, page: Row) -> Row:
    """The sums of what came before, with those of one page more."""
    if not sums:
        return page
    numbers = ("skipped", "changed", "before", "after", "difference")
    more = {name: _plus(sums[name], page[name]) for name in numbers}
    return {**sums, **more, "examples": [*sums["examples"], *page["examples"]][:EXAMPLES]}


def _plus(one: Any, other: Any) -> Any:
    if not isinstance(one, dict):
        return one + other
    empty: Any = {} if any(isinstance(v, dict) for v in (*one.values(), *other.values())) else 0
    names = dict.fromkeys((*one, *other))
    return {name: _plus(one.get(name, empty), other.get(name, empty)) for name in names}


def _progress(words: Words) -> AbstractContextManager[Progress | None]:
    """How many orders were replayed; nobody knows how many there are."""
    if not surroundings.terminal():
        return nullcontext()
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}"),
        TimeElapsedColumn(),
    )
    progress = Progress(*columns, console=Console(stderr=True))
    progress.add_task(words("simulating"), total=None)
    return progress


def _view(out: Output, found: Row) -> RenderableType:
    parts: list[RenderableType] = [out.table(_sums(out, found), SUMS)]
    if found["examples"]:
        parts += ["", out.words("examples"), out.table(_examples(out, found), CHANGED)]
    return Group(*parts)


def _sums(out: Output, found: Row) -> Iterator[Row]:
    sides = [found[name] for name in ("before", "after", "difference")]
    for name in COUNTS:
        yield _row(out.words(f"tried-{name}"), [str(side[name]) for side in sides])
        if name == "held":
            yield from _named(sides, "reasons", lambda code: f"  {out.words(f'reason.{code}')}")
    yield from _named(sides, "gifts", lambda sku: f"{out.words('gift')} {sku}")
    for name in MONEY:
        yield _row(out.words(name), [yuan(side[name]) for side in sides])


def _named(sides: list[Row], name: str, title: Any) -> Iterator[Row]:
    for code in sorted({code for side in sides for code in side[name]}):
        yield _row(title(code), [str(side[name].get(code, 0)) for side in sides])


def _row(title: str, cells: list[str]) -> Row:
    return dict(zip(SUMS, (title, *cells), strict=True))


def _examples(out: Output, found: Row) -> Iterator[Row]:
    for one in found["examples"]:
        told = [f"{out.words(name)}: {_side(out, one, name)}" for name in one["changes"]]
        yield {**one, "placed_at": local(one["placed_at"]), "change": "; ".join(told)}


def _side(out: Output, one: Row, name: str) -> str:
    return " → ".join(_shown(out, name, one[side][name]) or "-" for side in ("before", "after"))


def _shown(out: Output, name: str, value: Any) -> str:
    if name == "holds":
        return ", ".join(out.words(f"reason.{code}") for code in value)
    if name == "parcels":
        return ", ".join(f"{p['warehouse']}/{p['carrier']} {yuan(p['freight'])}" for p in value)
    if name == "gifts":
        return ", ".join(f"{sku} x {units}" for sku, units in value.items())
    return out.cell(value)
