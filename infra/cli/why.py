"""The story of one order: what happened and when, and what it waits for now."""

from collections.abc import Iterator

from rich.console import Group, RenderableType

from infra.cli.moments import duration, local, seconds_between
from infra.cli.output import Output, Row
from infra.cli.words import Words

COLUMNS = ("at", "after", "status", "text", "by")


def document(told: Row, entries: list[Row], words: Words) -> Row:
    """The timeline in one language with what decided, and for each hold what releases it."""
    decisions = {each["seq"]: each for each in told["decisions"]}
    return {
        "id": told["id"],
        "shop": told["shop"],
        "number": told["number"],
        "status": told["status"],
        "ship_by": told["ship_by"]["at"],
        "stages": told["stages"],
        "holds": [_hold(hold, words) for hold in told["holds"]],
        "entries": [
            {**entry, "because": list(_because(decisions.get(entry["seq"]), words))}
            for entry in _entries(entries, words.lang)
        ],
    }


def view(out: Output, story: Row) -> RenderableType:
    words = out.words
    head = f"{story['shop']} {story['number']}: {words('status.' + story['status'])}"
    rows = [
        entry
        | {
            "text": "\n".join((entry["text"], *(f"  {reason}" for reason in entry["because"]))),
            "at": local(entry["at"]),
            "after": "" if entry["after"] is None else duration(entry["after"]),
            "status": words(f"status.{entry['status']}"),
        }
        for entry in story["entries"]
    ]
    due = words("due-by", at=local(story["ship_by"]))
    parts: list[RenderableType] = [out.cell(head), out.cell(due), "", out.table(rows, COLUMNS)]
    if spent := _stages(story["stages"], words):
        parts += ["", out.cell(spent)]
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


def _because(decision: Row | None, words: Words) -> Iterator[str]:
    """What was looked at, and what lost: a line each."""
    if decision is None:
        return
    looked = ", ".join(f"{each['fact']} = {each['value']}" for each in decision["inputs"])
    if looked:
        yield words("looked-at", facts=looked)
    yield from (str(lost[words.lang]) for lost in decision["losers"])


def _stages(stages: Row, words: Words) -> str:
    """Where its time went."""
    spent = [
        f"{words(f'clock.{name}')} {duration(took)[1:]}" for name, took in stages.items() if took
    ]
    return words("time-went", stages=", ".join(spent)) if spent else ""


def _hold(hold: Row, words: Words) -> Row:
    return {
        "reason": hold["reason"],
        "text": hold[words.lang],
        "severity": hold["severity"],
        "owner": hold["owner"],
        "way_out": hold["way_out"],
        "release": words(f"way-out-{hold['way_out']}"),
        "until": hold["until"] or None,
        "deadline": hold["deadline"],
    }


def _line(hold: Row, words: Words) -> str:
    end = words("until", at=local(hold["until"])) if hold["until"] else ""
    if hold["deadline"]:
        end += words("deadline", at=local(hold["deadline"]))
    return f"- {hold['text']} → {hold['release']}{end}"
