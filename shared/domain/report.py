"""What a platform was told of an order's parcels, and what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from shared.domain.content import Line
from shared.domain.order import Order
from shared.domain.writeback import Told, Word, writeback

FIRST_WAIT, LONGEST_WAIT, TRIES = 30, 3600, 12  # seconds; after so many a person must look
REPORT = "01"  # an order has one


class State(StrEnum):
    DUE = "due"  # to be told at `due`
    TOLD = "told"
    WAITS = "waits"  # for a person: `why`
    DROPPED = "dropped"  # a person said that it need not be told


@dataclass(frozen=True, slots=True)
class Telling:
    """One parcel, as it is told to the platform."""

    parcel: int
    tracking: str
    carrier: str
    lines: tuple[int, ...]
    state: State = State.DUE
    tries: int = 0
    why: str = ""  # refund, state, carrier, denied, expired, refused, absent, unclear, ...
    note: str = ""  # the platform's own words
    at: str = ""  # when it was told, or last tried


@dataclass(frozen=True, slots=True)
class Report:
    order: str
    no: str
    shop: str
    created_at: str
    tellings: tuple[Telling, ...] = ()
    due: str = ""
    version: int = 0

    @property
    def waits(self) -> bool:
        return any(one.state is State.WAITS for one in self.tellings)

    def of(self, order: Order, channel: str, now: str) -> Self:
        """With every parcel that left and was not known: to be told now."""
        known = {(one.parcel, one.tracking) for one in self.tellings}
        carriers = {parcel.no: parcel.carrier for parcel in order.parcels if parcel.shipped_at}
        fresh = [
            Telling(word.parcel, word.tracking, carriers[word.parcel], word.lines)
            for word in writeback(order, channel)
            if _to_tell(word) and word.parcel in carriers
            if (word.parcel, word.tracking) not in known
        ]
        if not fresh:
            return self
        return replace(self, tellings=(*self.tellings, *fresh), due=now)

    def put(self, one: Telling) -> Self:
        """With one of its parcels as it stands now; due when the next one is."""
        tellings = tuple(one if each.parcel == one.parcel else each for each in self.tellings)
        return replace(self, tellings=tellings)

    def next_due(self, later: str) -> Self:
        """`later`: when what failed is tried again."""
        waiting = any(one.state is State.DUE for one in self.tellings)
        return replace(self, due=later if waiting else "")


def left(order: Order) -> bool:
    """Whether parcels left with the write that made this version of the order."""
    fresh = {entry.code for entry in order.timeline if entry.v == order.version}
    return bool(fresh & {"shipped", "part-shipped"})


def wait(tries: int) -> float:
    """Seconds until the next try."""
    return min(FIRST_WAIT * 2.0 ** max(0, tries - 1), LONGEST_WAIT)


def told_before(report: Report) -> bool:
    return any(one.state is State.TOLD for one in report.tellings)


def whole(order: Order, lines: Iterable[Line], parcel: int) -> dict[int, tuple[int, bool]]:
    """Line -> (pieces of it in a parcel, whether that is all that was ordered)."""
    inside: dict[int, int] = {}
    for each in order.parcels:
        if each.no == parcel:
            for source in each.sources:
                inside[source.line] = inside.get(source.line, 0) + source.quantity
    return {
        line.no: (min(inside[line.no], line.quantity), inside[line.no] >= line.quantity)
        for line in lines
        if line.no in inside
    }


def _to_tell(word: Word) -> bool:
    return word.told is Told.NUMBER and bool(word.tracking)
