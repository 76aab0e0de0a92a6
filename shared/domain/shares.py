"""What each unit of a line has of its money: divided once, when the order was placed.

All units of a line paid the same, to a fen, and who paid more goes first. Each promotion's part of
a unit follows from the price before it and after it, so that the parts sum to what was taken off
the unit, and whatever units go in whatever steps, nothing is lost between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from shared.domain.apportion import between
from shared.domain.content import Lane, Line, Off, Priced

NOTHING = Priced()


@dataclass(frozen=True, slots=True)
class Share:
    """What some units of a line have: fen, and points."""

    units: int
    amount: int
    paid: int
    offs: tuple[Off, ...] = ()
    freight: int = 0
    earned: int = 0
    spent: int = 0


def of(line: Line, start: int, end: int) -> Share:
    """The share of the units from `start` (the first is 0) to before `end`."""
    priced, units = line.priced or NOTHING, line.quantity

    def part(whole: int) -> int:
        return between(whole, units, start, end)

    return Share(
        units=end - start,
        amount=part(line.amount),
        paid=part(line.paid),
        offs=tuple(_offs(line.amount, priced.offs, units, start, end)),
        freight=part(priced.freight),
        earned=part(priced.earned),
        spent=part(priced.spent),
    )


def last(line: Line, units: int) -> Line:
    """The line with its last units alone, which keep what they have.

    An identity that does not hold is out by as much as before.
    """
    if units == line.quantity:
        return line
    start, end = line.quantity - units, line.quantity
    share = of(line, start, end)
    sale = between(line.sale, line.quantity, start, end)
    priced = line.priced and Priced(share.offs, share.freight, share.earned, share.spent)
    return replace(
        line,
        quantity=units,
        amount=share.amount,
        sale=sale,
        paid=share.paid,
        discount=line.discount - (line.amount - line.sale) + (share.amount - sale),
        share=line.share - (line.sale - line.paid) + (sale - share.paid),
        weight=line.weight * units // line.quantity,
        priced=priced,
    )


def discount(offs: tuple[Off, ...]) -> int:
    """What was taken off the price of the pieces, before what the order as a whole brought."""
    return sum(off.fen for off in offs if off.lane is Lane.ITEM)


def _offs(price: int, offs: tuple[Off, ...], units: int, start: int, end: int) -> Iterator[Off]:
    for off in offs:
        before, price = price, price - off.fen
        fen = between(before, units, start, end) - between(price, units, start, end)
        yield replace(off, fen=fen)
