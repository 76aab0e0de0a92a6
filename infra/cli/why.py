"""The story of one order: what happened and when, and what it waits for now."""

from collections.abc import Iterator

from rich.console import Group, RenderableType

from infra.cli.moments import duration, local, seconds_between
from infra.cli.output import Output, Row
from infra.cli.words import Words

COLUMNS = ("at", "after", "status", "text", "by")


def document(order: Row, entries: list[Row], words: Words) -> Row:
    """The timeline in one language, and for each hold what releases it."""
    return {
        "id": order["id"],
        "shop": order["shop"],
        "number": order["number"],
        "status": order["status"],
        "holds": [_hold(hold, words) for hold in order["holds"]],
        "entries": list(_entries(entries, words.lang)),
    }


def view(out: Output, story: Row) -> RenderableType:
    words = out.words
    head = f"{story['shop']} {story['number']}: {words('status.' + story['status'])}"
    rows = [
        entry
        | {
            "at": local(entry["at"]),
            "after": "" if entry["after"] is None else duration(entry["after"]),
            "status": words(f"status.{entry['status']}"),
        }
        for entry in story["entries"]
    ]
    parts: list[RenderableType] = [out.cell(head), "", out.table(rows, COLUMNS)]
    if story["holds"]:
        parts += [
            "",
            words("waits-for"),
            *(out.cell(_line(hold, words)) for hold in story["holds"]),
        ]
    return Group(*parts)


def _entries(entries: list[Row], lang: str) -> Iterator[Row]:
    before = None
    for entry in entries:
        yield {
            "seq": entry["seq"],
            "at": entry["at"],
            "after": seconds_between(before, entry["at"]) if before else None,
            "by": entry["by"],
            "code": entry["code"],
            "status": entry["status"],
            "text": entry[lang],
        }
        before = entry["at"]


def _hold(hold: Row, words: Words) -> Row:
    return {
        "reason": hold["reason"],
        "text": hold[words.lang],
        "severity": hold["severity"],
        "owner": hold["owner"],
        "way_out": hold["way_out"],
        "release": words(f"way-out-{hold['way_out']}"),
        "until": hold["until"] or None,
    }


def _line(hold: Row, words: Words) -> str:
    end = words("until", at=local(hold["until"])) if hold["until"] else ""
    return f"- {hold['text']} → {hold['release']}{end}"
