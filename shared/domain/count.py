"""Stock counts: what somebody found in a warehouse, and how far off our figures are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from shared.domain import counting, goods
from shared.domain.counting import Seen
from shared.domain.errors import Fault
from shared.domain.goods import Goods, Known
from shared.domain.reader import Reader
from shared.domain.stock import Change, Place

MOST_LINES = 90  # counters that one transaction takes


class State(StrEnum):
    OPEN = "open"  # not everything was counted yet
    COUNTED = "counted"  # it was, and somebody must agree
    APPROVED = "approved"
    REJECTED = "rejected"  # to be counted anew


UNCOUNTED = {"sound": None, "damaged": None, "taken_at": ""}
COUNTABLE = {State.OPEN, State.COUNTED, State.REJECTED}


@dataclass(frozen=True, slots=True)
class Figure:
    """Units that somebody found; damaged ones are None where nobody looked for them."""

    sound: int
    damaged: int | None
    taken_at: str


@dataclass(frozen=True, slots=True)
class Line:
    goods: Goods
    figure: Figure | None = None
    difference: dict[str, int] = field(default_factory=dict)  # what its approval has changed

    @property
    def sku(self) -> str:
        return self.goods.sku


@dataclass(frozen=True, slots=True)
class Count:
    id: str
    warehouse: str
    skus: tuple[str, ...]  # what is counted; a lot that nobody knew of may turn up
    lines: tuple[Line, ...]
    created_at: str
    by: str
    digest: str  # of the request
    blind: bool = False
    state: State = State.OPEN
    note: str = ""
    version: int = 0

    @property
    def shows_book(self) -> bool:
        """Whether whoever counts may see what we think is there."""
        return not self.blind or self.state in (State.COUNTED, State.APPROVED)


@dataclass(frozen=True, slots=True)
class Told:
    goods: Goods
    figure: Figure


@dataclass(frozen=True, slots=True)
class Book:
    """What we thought was there when it was counted; differences are None where none is known."""

    book: int | None
    book_damaged: int | None
    difference: int | None = None
    damaged_difference: int | None = None


def read(body: Reader) -> tuple[Goods, ...]:
    """What is to be counted: a SKU, or one of its lots."""
    found: list[Goods] = []
    for line in body.objects("lines", limit=MOST_LINES):
        one = Goods(line.id("sku"), line.id("lot", default=""))
        if one in found:
            line.fault("lot" if one.lot else "sku", "twice")
        line.done()
        found.append(one)
    return tuple(found)


def read_figures(body: Reader, taken_at: str) -> tuple[Told, ...]:
    found: list[Told] = []
    for line in body.objects("lines", limit=MOST_LINES):
        told = Told(goods.read(line), _figure(line, taken_at))
        if goods.key(told.goods) in {goods.key(other.goods) for other in found}:
            line.fault("lot" if told.goods.lot else "sku", "twice")
        line.done()
        found.append(told)
    return tuple(found)


def wrong(wanted: Sequence[Goods], warehouse: str, about: Mapping[Place, Known]) -> list[Fault]:
    """What is wrong with goods that shall be counted."""
    found: list[Fault] = []
    for no, one in enumerate(wanted):
        known = about[one.at(warehouse)]
        found += goods.of_line(no, goods.strange(known))
        if one.lot and not known.lots:
            found.append(Fault(f"lines[{no}].lot", "not-by-lot"))
    return found


def unfit(count: Count, told: Sequence[Told], about: Mapping[Place, Known]) -> list[Fault]:
    """What is wrong with goods that were found."""
    found: list[Fault] = []
    for no, one in enumerate(told):
        comes = one.figure.sound + (one.figure.damaged or 0) > 0
        known = about[one.goods.at(count.warehouse)]
        found += goods.of_line(no, goods.faults(one.goods, known, comes=comes))
        if one.goods.sku not in count.skus:
            found.append(Fault(f"lines[{no}].sku", "not-in-document"))
    return found


def figured(count: Count, told: Sequence[Told], about: Mapping[Place, Known]) -> Count:
    """The count with these figures; of two for the same goods the newer one stands."""
    lines = {goods.key(line.goods): line for line in count.lines}
    for one in told:
        known = about[one.goods.at(count.warehouse)]
        lines[goods.key(one.goods)] = Line(goods.dated(one.goods, known), one.figure)
    found = tuple(lines.values())
    state = State.COUNTED if all(line.figure for line in found) else State.OPEN
    return replace(count, lines=found, state=state)


def difference(line: Line, seen: Seen) -> dict[str, int]:
    """Units found beyond our figures as of then; none where a newer count has told already."""
    figure = line.figure
    if figure is None or counting.outdated(seen.level, figure.taken_at):
        return {}
    return counting.counted(seen, figure.sound, figure.taken_at, damaged=figure.damaged)


def begun(count: Count, found: Iterable[Goods]) -> Count:
    """The count with a line for all that shall be counted."""
    lines = {goods.key(one): Line(one) for one in found}
    return replace(count, lines=tuple(lines.values()))


def book(count: Count, line: Line, seen: Seen) -> Book:
    """Our figures next to those of a line."""
    figure = line.figure
    if figure is None:
        return Book(seen.level.on_hand, seen.level.damaged)
    moved = line.difference if count.state is State.APPROVED else difference(line, seen)
    sound, damaged = moved.get("free"), moved.get("damaged")
    return Book(_less(figure.sound, sound), _less(figure.damaged, damaged), sound, damaged)


def rejected(count: Count, note: str) -> Count:
    """Nothing of it is believed: all must be counted anew."""
    lines = tuple(Line(line.goods) for line in count.lines)
    return replace(count, lines=lines, state=State.REJECTED, note=note or count.note)


def change(line: Line, seen: Seen) -> Change:
    """What the approval of a line means for the counters."""
    level, figure = seen.level, line.figure
    if figure is None or counting.outdated(level, figure.taken_at):
        return counting.passed_over(level, figure.taken_at if figure else "")
    fresh = line.goods.expires and line.goods.expires != level.expires
    sets = {"expires": line.goods.expires} if fresh else {}
    return counting.by_count(level, difference(line, seen), figure.taken_at, sets)


def approved(count: Count, changes: Iterable[Change]) -> Count:
    lines = tuple(
        replace(line, difference=dict(change.delta))
        for line, change in zip(count.lines, changes, strict=True)
    )
    return replace(count, lines=lines, state=State.APPROVED)


def _less(found: int | None, more: int | None) -> int | None:
    return None if found is None or more is None else found - more


def _figure(line: Reader, taken_at: str) -> Figure:
    damaged = line.whole("damaged", default=0, most=goods.MOST_UNITS)
    sound = line.whole("sound", most=goods.MOST_UNITS)
    return Figure(sound, damaged if line.has("damaged") else None, taken_at)
