"""docs/performance.md, written anew from what each section measured last."""

from collections.abc import Iterable, Iterator

from infra.bench import machine
from infra.bench.figures import Figure, Table, Taken
from infra.local.home import ROOT

FILE = ROOT / "docs" / "performance.md"
HEAD = """\
# Performance

Measured by `make bench`; each section also runs alone, for example
`python -m infra.bench write-units`. A figure is a median with its spread over the runs. Nothing
here is asserted in a test but the write units, which do not depend on the machine.
"""


def write(taken: Iterable[Taken]) -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("\n".join(_lines(list(taken))).rstrip() + "\n", encoding="utf-8")


def _lines(taken: list[Taken]) -> Iterator[str]:
    yield HEAD
    yield from _table(Table(["", ""], [[name, fact] for name, fact in machine.facts().items()]))
    yield "## Targets\n"
    targets = [(each, figure) for each in taken for figure in each.section.figures]
    rows = [[figure.name, *_said(figure)] for _, figure in targets if figure.target is not None]
    yield from _table(Table(["Figure", "Measured", "Target", "Met"], rows))
    for each in taken:
        yield from _section(each)


def _section(taken: Taken) -> Iterator[str]:
    section = taken.section
    yield f"## {section.title}\n"
    yield f"{section.how}\n"
    yield (
        f"`python -m infra.bench {section.name}`, {taken.at[:16].replace('T', ' ')} UTC, "
        f"load average {taken.load_before} before and {taken.load_after} after.\n"
    )
    rows = [[figure.name, *_said(figure)] for figure in section.figures]
    yield from _table(Table(["Figure", "Measured", "Target", "Met"], rows))
    for figure in section.missed:
        yield f"*{figure.name}* misses its target: {figure.why or 'see below.'}\n"
    for table in section.tables:
        yield from _table(table)
    for note in section.notes:
        yield f"{note}\n"


def _said(figure: Figure) -> list[str]:
    spread = f" ({number(figure.low)} to {number(figure.high)})" if figure.runs > 1 else ""
    target = ""
    if figure.target is not None:
        bound = "at least" if figure.floor else "at most"
        target = f"{bound} {number(figure.target)} {figure.unit}"
    met = {True: "yes", False: "**no**", None: ""}[figure.met]
    return [f"{number(figure.value)} {figure.unit}{spread}", target, met]


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield f"{table.title}\n"
    yield "| " + " | ".join(table.columns) + " |"
    yield "|" + " --- |" * len(table.columns)
    for row in table.rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def number(value: float) -> str:
    """Three digits that count."""
    if value == int(value) and abs(value) < 1e6:  # noqa: PLR2004
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
