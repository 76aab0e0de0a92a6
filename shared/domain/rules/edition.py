"""The rules as they are kept: a draft that is worked on, and numbered editions that never change.

The rules lie in them as documents: who reads an old edition reads it by today's code.
"""

from dataclasses import dataclass
from typing import Any

from shared.domain.reader import Reader
from shared.domain.rules import reading
from shared.domain.rules.rule import Book, Rule

Documents = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """What was published; number 0 is what stands before anything was. `of`: brought back."""

    number: int = 0
    rules: Documents = ()
    at: str = ""
    by: str = ""
    note: str = ""
    of: int = 0

    def book(self) -> Book:
        return Book(self.number, compiled(self.rules))


@dataclass(frozen=True, slots=True)
class Draft:
    """`base`: the edition that it was made from, or that was made from it last."""

    rules: Documents = ()
    base: int = 0
    at: str = ""
    by: str = ""
    version: int = 0  # how often it was written; kept by the store


def compiled(documents: Documents) -> tuple[Rule, ...]:
    """The rules of documents that were checked when they were written."""
    reader = Reader({"rules": list(documents)})
    rules = reading.rules(reader)
    reader.check()
    return rules


def documents(rules: tuple[Rule, ...]) -> Documents:
    return tuple(rule.document() for rule in rules)
