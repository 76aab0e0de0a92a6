"""What a platform is told of an order's parcels: some take one tracking number, others many."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.content import Line
from shared.domain.order import Order, Parcel


class Numbers(StrEnum):
    """How many tracking numbers a platform takes."""

    ONE = "one"  # one for the whole order
    PER_SUB = "per-sub-order"  # one for each of its own parts of the order
    MANY = "many"  # any number for each line


class Told(StrEnum):
    NUMBER = "number"  # the tracking number of these lines
    NOTE = "note"  # beside it, in the seller's note


TAKES: dict[str, Numbers] = {
    "taobao": Numbers.PER_SUB,
    "tmall": Numbers.PER_SUB,
    "1688": Numbers.PER_SUB,
    "youzan": Numbers.PER_SUB,
    "jd": Numbers.ONE,
    "pdd": Numbers.ONE,
    "woocommerce": Numbers.ONE,
    "douyin": Numbers.MANY,
    "kuaishou": Numbers.MANY,
    "wechat-shop": Numbers.MANY,
    "shopify": Numbers.MANY,
    "own": Numbers.MANY,
}
"""By channel; one that is not here is told everything."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of one parcel for some lines of the order."""

    parcel: int
    tracking: str
    lines: tuple[int, ...]
    told: Told


def takes(channel: str) -> Numbers:
    return TAKES.get(channel.lower(), Numbers.MANY)


def writeback(order: Order, channel: str) -> list[Word]:
    """Which parcel's number is told for which lines, and which only stands in a note.

    Where a platform takes one, that of the parcel which left first is told, and stays told; as
    long as none has left, that of the first. Gifts of ours are no lines of the platform.
    """
    numbers = takes(channel)
    lines: dict[tuple[int, bool], set[int]] = {}
    for part in _parts(order.content.lines, numbers):
        sharing = [each for each in order.parcels if part & _lines(each)]
        first = min(sharing, key=lambda each: (each.shipped_at or "~", each.no), default=None)
        for parcel in sharing:
            aside = numbers is not Numbers.MANY and parcel is not first
            told = part & _lines(parcel) if aside else part
            lines.setdefault((parcel.no, aside), set()).update(told)
    tracking = {parcel.no: parcel.tracking for parcel in order.parcels}
    return [
        Word(no, tracking[no], tuple(sorted(told)), Told.NOTE if aside else Told.NUMBER)
        for (no, aside), told in sorted(lines.items())
    ]


def _parts(lines: Iterable[Line], numbers: Numbers) -> list[set[int]]:
    """The parts of an order that the platform knows by a number each."""
    parts: dict[str, set[int]] = {}
    for line in lines:
        own = line.sub if numbers is Numbers.PER_SUB and line.sub else f"#{line.no}"
        parts.setdefault("" if numbers is Numbers.ONE else own, set()).add(line.no)
    return list(parts.values())


def _lines(parcel: Parcel) -> set[int]:
    return {source.line for source in parcel.sources}
