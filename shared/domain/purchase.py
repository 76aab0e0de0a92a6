"""Purchases: goods that were ordered from a supplier, and what has come of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain import goods
from shared.domain.arrival import arrived, lost
from shared.domain.errors import Fault
from shared.domain.goods import Goods, Known
from shared.domain.reader import Reader
from shared.domain.stock import Change, Level, Place

MOST_LINES = 90  # counters that one transaction takes


class State(StrEnum):
    OPEN = "open"  # nothing came yet
    PART_RECEIVED = "part-received"
    DONE = "done"  # all of it came
    CLOSED = "closed"  # the rest is not coming


@dataclass(frozen=True, slots=True)
class Line:
    sku: str
    ordered: int
    received: int = 0  # sound
    damaged: int = 0

    @property
    def rest(self) -> int:
        """Units that may still come."""
        return max(0, self.ordered - self.received - self.damaged)


@dataclass(frozen=True, slots=True)
class Purchase:
    id: str
    supplier: str
    warehouse: str
    lines: tuple[Line, ...]
    created_at: str
    by: str
    digest: str  # of the request
    expected_at: str = ""
    note: str = ""
    state: State = State.OPEN
    version: int = 0

    def line(self, sku: str) -> Line | None:
        return next((line for line in self.lines if line.sku == sku), None)

    def place(self, sku: str) -> Place:
        """Where what is on its way is counted; it has no lot before it arrives."""
        return Place(sku, self.warehouse)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Units of one delivery."""

    goods: Goods
    good: int
    damaged: int

    @property
    def units(self) -> int:
        return self.good + self.damaged


def read(body: Reader) -> tuple[Line, ...]:
    found: list[Line] = []
    for line in body.objects("lines", limit=MOST_LINES):
        sku, ordered = line.id("sku"), line.whole("ordered", least=1, most=goods.MOST_UNITS)
        if sku and sku in {one.sku for one in found}:
            line.fault("sku", "twice")
        line.done()
        found.append(Line(sku, ordered))
    return tuple(found)


def read_arrived(body: Reader) -> tuple[Arrived, ...]:
    found: list[Arrived] = []
    for line in body.objects("lines", limit=MOST_LINES):
        one = Arrived(
            goods.read(line),
            line.whole("good", default=0, most=goods.MOST_UNITS),
            line.whole("damaged", default=0, most=goods.MOST_UNITS),
        )
        if not one.units and not line.faults_here("good", "damaged"):
            line.fault("good", "out-of-range", least=1, most=goods.MOST_UNITS)
        if goods.key(one.goods) in {goods.key(other.goods) for other in found}:
            line.fault("lot" if one.goods.lot else "sku", "twice")
        line.done()
        found.append(one)
    return tuple(found)


def ordering(purchase: Purchase) -> list[Change]:
    return [
        Change(purchase.place(line.sku), "ordered", {"coming": line.ordered})
        for line in purchase.lines
    ]


def strange(purchase: Purchase, about: Mapping[Place, Known]) -> list[Fault]:
    """Lines of goods that nobody can order."""
    found: list[Fault] = []
    for no, line in enumerate(purchase.lines):
        found += goods.of_line(no, goods.strange(about[purchase.place(line.sku)]))
    return found


def wrong(
    purchase: Purchase, lines: Sequence[Arrived], about: Mapping[Place, Known], now: str
) -> list[Fault]:
    """What is wrong with the goods of a delivery, and with their last days."""
    found: list[Fault] = []
    for no, line in enumerate(lines):
        known = about[line.goods.at(purchase.warehouse)]
        found += goods.of_line(no, goods.faults(line.goods, known, comes=True))
        found += goods.of_line(no, goods.too_near(line.goods, known, now))
    return found


def unfit(purchase: Purchase, lines: Sequence[Arrived], *, allow_over: bool) -> Iterator[Fault]:
    """Lines of goods that were not ordered, or not so many of them."""
    units = Counter[str]()
    for no, line in enumerate(lines):
        units[line.goods.sku] += line.units
        bought = purchase.line(line.goods.sku)
        if bought is None:
            yield Fault(f"lines[{no}].sku", "not-in-document")
        elif units[bought.sku] > bought.rest and not allow_over:
            figures = {"rest": bought.rest, "units": units[bought.sku]}
            yield Fault(f"lines[{no}].good", "over-receipt", figures)


def receiving(
    purchase: Purchase, lines: Sequence[Arrived], known: Mapping[Place, Known]
) -> list[Change]:
    """What a delivery means for the counters, place by place."""
    rest = Counter({line.sku: line.rest for line in purchase.lines})
    changes = []
    for line in lines:
        awaited = min(line.units, rest[line.goods.sku])
        rest[line.goods.sku] -= awaited
        here = known[line.goods.at(purchase.warehouse)]
        changes += _in_lot(line, here) if here.lots else [_loose(line, here.level, awaited)]
    return [*changes, *_no_longer_awaited(purchase, lines, known, rest)]


def received(purchase: Purchase, lines: Sequence[Arrived]) -> Purchase:
    """The purchase after a delivery."""
    good, damaged = Counter[str](), Counter[str]()
    for line in lines:
        good[line.goods.sku] += line.good
        damaged[line.goods.sku] += line.damaged
    after = tuple(
        replace(one, received=one.received + good[one.sku], damaged=one.damaged + damaged[one.sku])
        for one in purchase.lines
    )
    over = all(not line.rest for line in after)
    return replace(purchase, lines=after, state=State.DONE if over else State.PART_RECEIVED)


def closing(purchase: Purchase, levels: Mapping[Place, Level]) -> list[Change]:
    """What it means that the rest is not coming."""
    return [
        lost(levels[purchase.place(line.sku)], line.rest) for line in purchase.lines if line.rest
    ]


def _loose(line: Arrived, level: Level, awaited: int) -> Change:
    """Units without lots: those above what was ordered are simply there."""
    good = min(line.good, max(0, awaited - line.damaged))
    damaged = awaited - good
    change = arrived(level, good, damaged)
    more = Counter(free=line.good - good, damaged=line.damaged - damaged)
    more.update(change.delta)
    return replace(change, delta=dict(more))


def _in_lot(line: Arrived, here: Known) -> list[Change]:
    delta, sets = {"free": line.good, "damaged": line.damaged}, goods.sets(line.goods, here)
    return [Change(here.level.place, "received", delta, sets=sets)]


def _no_longer_awaited(
    purchase: Purchase, lines: Sequence[Arrived], known: Mapping[Place, Known], rest: Counter[str]
) -> Iterator[Change]:
    """What came in lots was awaited without one."""
    for sku in dict.fromkeys(line.goods.sku for line in lines):
        place, bought = purchase.place(sku), purchase.line(sku)
        units = (bought.rest if bought else 0) - rest[sku]
        if known[place].lots and units:
            yield replace(lost(known[place].level, units), what="received")
