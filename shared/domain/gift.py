"""What is given along with an order: so many for so many pieces, to so many orders a day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

from shared.domain.content import Line, Use
from shared.domain.order import FIRST_GIFT, Order, Status
from shared.domain.rules.rule import Each, Give

TOTAL = "total"
GONE = {Status.CANCELLED, Status.CLOSED}


class Grant(NamedTuple):
    """One of the orders that a rule gives something to, where it does so for a limited number."""

    rule: str
    day: str  # in China; TOTAL where all days count together
    limit: int

    @property
    def text(self) -> str:
        return "|".join((self.rule, self.day, str(self.limit)))

    @property
    def use(self) -> Use:
        return Use(f"gift|{self.rule}|{self.day}", 1, self.limit)


class Promise(NamedTuple):
    """What a rule that holds would give."""

    rule: str
    mark: str
    give: Give


@dataclass(frozen=True, slots=True)
class Given:
    lines: tuple[Line, ...] = ()
    rules: tuple[str, ...] = ()
    short: tuple[str, ...] = ()  # SKUs that there was not enough of
    spent: tuple[str, ...] = ()  # rules whose number of orders is reached


There = Callable[[tuple[Line, ...]], bool]
Room = Callable[[Grant], bool]


@dataclass(frozen=True, slots=True)
class Giving:
    """What is asked for each gift."""

    pieces: Callable[[Give], int]  # that were bought of what counts
    day: str
    there: There  # whether there is stock for the last of these gifts, beside the order itself
    room: Room  # whether the number of orders is not reached yet

    def add(self, found: Given, promise: Promise) -> Given:
        give = promise.give
        short: list[str] = []
        units, grant = sets(give, self.pieces(give)) * give.quantity, _grant(promise, self.day)
        if not units:
            return found
        if grant and not self.room(grant):
            return replace(found, spent=(*found.spent, promise.mark))
        for sku in (give.sku, *give.instead):
            lines = (*found.lines, _line(FIRST_GIFT + len(found.lines), sku, units, grant))
            if self.there(lines):
                rules = (*found.rules, promise.mark)
                return Given(lines, rules, (*found.short, *short), found.spent)
            short.append(sku)
        return replace(found, short=(*found.short, *short))


def given(order: Order, promises: Iterable[Promise], day: str, there: There, room: Room) -> Given:
    """The gifts of an order by each rule, as far as there are any."""
    bought = [line for line in order.content.lines if not line.gift]

    def pieces(give: Give) -> int:
        return sum(line.quantity for line in bought if not give.of or line.sku in give.of)

    return reduce(Giving(pieces, day, there, room).add, promises, Given())


def sets(give: Give, pieces: int) -> int:
    """How often it is given for so many pieces."""
    if not give.per:
        return 1
    times = pieces // give.per
    return min(times, give.most) if give.most else times


def grants(order: Order) -> frozenset[Grant]:
    """The limited gifts that the order has, each counted once; called off, it has none."""
    if not order.gifts or order.status in GONE:
        return frozenset()
    return frozenset(_read(line.sub) for line in order.gifts if line.sub)


def _line(no: int, sku: str, units: int, grant: Grant | None) -> Line:
    """It costs nothing; `sub` remembers what it counts towards."""
    return Line(no, sku, units, 0, 0, 0, 0, gift=True, sub=grant.text if grant else "")


def _grant(promise: Promise, day: str) -> Grant | None:
    limit = promise.give.limit
    if limit is None:
        return None
    return Grant(promise.rule, day if limit.each is Each.DAY else TOTAL, limit.orders)


def _read(text: str) -> Grant:
    rule, day, limit = text.rsplit("|", 2)
    return Grant(rule, day, int(limit))
