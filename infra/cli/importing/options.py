"""What an import is told, and what it finds and answers."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from infra.cli.exits import Stop


class OnFault(StrEnum):
    REFUSE = "refuse"  # leave out the faulty orders
    REFUSE_ALL = "refuse-all"  # one faulty order: nothing is taken
    KEEP = "keep"  # take an order without its faulty notes, tags, extras and invoice


class Stock(StrEnum):
    NOW = "now"  # hold stock with the intake
    LATER = "later"  # hold stock after the review
    SKIP = "skip"  # history: hold no stock


@dataclass(frozen=True, slots=True)
class Options:
    shop: str = ""  # for orders that name none
    batch: int = 100
    parallel: int = 2
    on_fault: OnFault = OnFault.REFUSE
    stock: Stock = Stock.LATER
    errors: Path | None = None  # default: the file's name with .errors.csv


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `row` is the row of the file (a table's header is row 1)."""

    row: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One order of the file: from which rows, and what could not be read in them.

    `rows` has one row for each line of a table's order, or the one line of a JSON order.
    `columns` names the file's column for a field of the order, so that faults speak of it.
    """

    rows: tuple[int, ...]
    order: dict[str, Any] | None
    faults: tuple[Fault, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    spare: bool = False  # the faults are in parts that the order can be taken without


OUTCOMES = ("accepted", "repeated", "updated", "refused", "conflict", "failed")
MISSED = ("refused", "conflict", "failed")


@dataclass(slots=True)
class Summary:
    """How an import went: orders read, and how many had which outcome."""

    read: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    faults: int = 0  # rows of the error file
    resumed: int = 0  # orders that an earlier, interrupted run had brought in
    interrupted: bool = False  # by Ctrl-C
    stopped: Stop | None = None  # by an answer, or by the lack of one

    def add(self, counts: dict[str, int]) -> None:
        for outcome, count in counts.items():
            self.counts[outcome] = self.counts.get(outcome, 0) + count

    @property
    def taken(self) -> int:
        return sum(self.counts.values()) - self.missed

    @property
    def missed(self) -> int:
        return sum(self.counts[outcome] for outcome in MISSED)
