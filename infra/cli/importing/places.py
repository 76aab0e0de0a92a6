"""Where in the file a fault of an order lies: its row, and the column as the file names it."""

import re
from collections.abc import Iterable
from typing import Any

from infra.cli.importing.options import Entry, Fault

LINE = re.compile(r"lines\[(\d+)\]\.?(.*)")


def fault(entry: Entry, field: str, code: str, message: str) -> Fault:
    """The API's fault in terms of the file."""
    found = LINE.fullmatch(field)
    if not found:
        return Fault(entry.rows[0], entry.columns.get(field, field), code, message)
    at, name = int(found[1]), found[2]
    row = entry.rows[at] if at < len(entry.rows) else entry.rows[0]
    return Fault(row, entry.columns.get(f"lines.{name}", field), code, message)


def faults(entry: Entry, problem: dict[str, Any]) -> Iterable[Fault]:
    """What a problem document names, or the problem itself where it names no field."""
    named = problem.get("faults") or ()
    for each in named:
        yield fault(entry, each.get("field", ""), each.get("code", ""), each.get("detail", ""))
    if not named:
        said = str(problem.get("detail") or problem.get("title") or "")
        yield Fault(entry.rows[0], "", str(problem.get("code", "")), said)
