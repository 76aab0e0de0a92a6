"""JSON Lines: one order a line, as the API takes it."""

import json
from collections.abc import Iterator
from typing import NoReturn

from infra.cli.importing.options import Entry, Fault
from infra.cli.importing.sniff import Facts
from infra.cli.words import Words

LOST = "\ufffd"  # stands where bytes were no text


def entries(facts: Facts, shop: str, words: Words) -> Iterator[Entry]:
    with facts.path.open(encoding=facts.encoding, errors="replace", newline="\n") as file:
        for row, line in enumerate(file, 1):
            if line.strip():
                yield _entry(row, line, shop, words)


def _entry(row: int, line: str, shop: str, words: Words) -> Entry:
    if LOST in line:
        return Entry((row,), None, (Fault(row, "", "not-text", words("not-text")),))
    try:
        order = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return Entry((row,), None, (Fault(row, "", "not-json", words("not-json", why=error)),))
    if not isinstance(order, dict):
        return Entry((row,), None, (Fault(row, "", "not-an-object", words("not-an-object")),))
    return Entry((row,), {"shop": shop, **order} if shop else order)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
