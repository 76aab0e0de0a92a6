"""One-shot movements: goods that come, go or change their condition without another document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.domain import goods
from shared.domain.errors import Fault
from shared.domain.goods import Goods, Known
from shared.domain.reader import Reader
from shared.domain.stock import Change, Delta, Level, Place

MOST_LINES = 90  # counters that one transaction takes


class Type(StrEnum):
    ADJUST = "adjust"  # more or fewer than we thought, with a reason
    DAMAGE = "damage"  # sound goods are so no more
    RESTORE = "restore"  # damaged goods are sound again
    SCRAP = "scrap"  # damaged goods are thrown away
    CUSTOMER_RETURN = "customer-return"
    SUPPLIER_RETURN = "supplier-return"
    RECEIPT = "receipt"  # goods come without a purchase
    ISSUE = "issue"  # goods go without an order


@dataclass(frozen=True, slots=True)
class Nature:
    """What one unit of `units`, and one of `damaged`, means for the counters."""

    deed: str
    units: Delta
    damaged: Delta = field(default_factory=dict)  # empty: such a movement has none


NATURE = {
    Type.ADJUST: Nature("adjusted", {"free": 1}),
    Type.DAMAGE: Nature("damaged", {"free": -1, "damaged": 1}),
    Type.RESTORE: Nature("restored", {"free": 1, "damaged": -1}),
    Type.SCRAP: Nature("scrapped", {"damaged": -1}),
    Type.CUSTOMER_RETURN: Nature("returned", {"free": 1}, {"damaged": 1}),
    Type.SUPPLIER_RETURN: Nature("sent-back", {"free": -1}, {"damaged": -1}),
    Type.RECEIPT: Nature("received", {"free": 1}, {"damaged": 1}),
    Type.ISSUE: Nature("issued", {"free": -1}),
}
COMING = {Type.ADJUST, Type.CUSTOMER_RETURN, Type.RECEIPT}
"""With these a lot may come that was never here."""


@dataclass(frozen=True, slots=True)
class Line:
    goods: Goods
    units: int
    damaged: int = 0

    @property
    def sku(self) -> str:
        return self.goods.sku


@dataclass(frozen=True, slots=True)
class Movement:
    id: str
    type: Type
    warehouse: str
    lines: tuple[Line, ...]
    created_at: str
    by: str
    digest: str  # of the request
    reason: str = ""
    order: str = ""  # that a customer's goods come back from
    note: str = ""
    version: int = 0


def read(body: Reader, kind: Type) -> tuple[Line, ...]:
    found: list[Line] = []
    for line in body.objects("lines", limit=MOST_LINES):
        one = _line(line, kind)
        if goods.key(one.goods) in {goods.key(other.goods) for other in found}:
            line.fault("lot" if one.goods.lot else "sku", "twice")
        line.done()
        found.append(one)
    return tuple(found)


def delta(kind: Type, line: Line) -> Delta:
    sums: Delta = {}
    nature = NATURE[kind]
    for each, units in ((nature.units, line.units), (nature.damaged, line.damaged)):
        for counter, sign in each.items():
            sums[counter] = sums.get(counter, 0) + sign * units
    return {counter: units for counter, units in sums.items() if units}


def change(movement: Movement, line: Line, known: Known, negative: bool) -> Change:
    """`negative`: sound stock may fall below nought there; damaged units never do."""
    moved = delta(movement.type, line)
    beyond = negative and moved.get("damaged", 0) >= 0
    sets = goods.sets(line.goods, known)
    return Change(known.level.place, NATURE[movement.type].deed, moved, beyond, sets)


def wrong(movement: Movement, about: Mapping[Place, Known], now: str) -> list[Fault]:
    """What is wrong with the goods of each line."""
    found: list[Fault] = []
    for no, line in enumerate(movement.lines):
        known = about[line.goods.at(movement.warehouse)]
        comes = movement.type in COMING and line.units + line.damaged > 0
        found += goods.of_line(no, goods.faults(line.goods, known, comes=comes))
        if movement.type is Type.RECEIPT:
            found += goods.of_line(no, goods.too_near(line.goods, known, now))
    return found


def lacking(
    movement: Movement, about: Mapping[Place, Known], *, negative: bool
) -> dict[str, list[Fault]]:
    """SKU -> units that a line takes and that are not there."""
    found: dict[str, list[Fault]] = {}
    for no, line in enumerate(movement.lines):
        level = about[line.goods.at(movement.warehouse)].level
        if faults := list(goods.of_line(no, _lacks(movement.type, line, level, negative))):
            found.setdefault(line.goods.sku, []).extend(faults)
    return found


def after(movement: Movement, line: Line, level: Level) -> dict[str, int]:
    """What would lie there: for whoever only wants to know."""
    moved = delta(movement.type, line)
    return {name: getattr(level, name) + moved.get(name, 0) for name in ("free", "damaged")}


def _lacks(kind: Type, line: Line, level: Level, negative: bool) -> Iterator[Fault]:
    moved = delta(kind, line)
    free, damaged = -moved.get("free", 0), -moved.get("damaged", 0)
    figures = {"free": level.free, "held": level.held + level.appointed, "damaged": level.damaged}
    if free > max(0, level.free) and not negative:
        yield Fault("units", "lacks-free", {"needed": free, **figures})
    if damaged > max(0, level.damaged):
        where = "damaged" if NATURE[kind].damaged else "units"
        yield Fault(where, "lacks-damaged", {"needed": damaged, **figures})


def _line(line: Reader, kind: Type) -> Line:
    least = -goods.MOST_UNITS if kind is Type.ADJUST else 0
    units = line.whole("units", default=0, least=least, most=goods.MOST_UNITS)
    damaged = 0
    if NATURE[kind].damaged:
        damaged = line.whole("damaged", default=0, most=goods.MOST_UNITS)
    if not units and not damaged and not line.faults_here("units", "damaged"):
        line.fault("units", "moves-nothing")
    return Line(goods.read(line), units, damaged)
