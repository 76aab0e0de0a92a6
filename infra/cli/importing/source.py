"""The orders of a file, whatever its format, and how many rows it has."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.cli.importing import jsonl
from infra.cli.importing.options import Entry
from infra.cli.importing.sniff import Facts, Format
from infra.cli.importing.table import Table
from infra.cli.words import Words


@dataclass(frozen=True, slots=True)
class Source:
    total: int  # rows
    entries: Iterator[Entry]


def open_(facts: Facts, shop: str, words: Words) -> Source:
    if facts.format is Format.JSONL:
        return Source(facts.lines, jsonl.entries(facts, shop, words))
    table = Table(facts, shop, words)
    return Source(table.total, iter(table))
