"""How long it takes to divide an amount among a thousand lines, and a line among its units."""

import random
from collections.abc import Callable
from time import process_time

from infra.bench.figures import Figure, Section
from infra.bench.show import Show
from shared.domain import apportion, shares
from shared.domain.content import Lane, Line, Off, Priced

UNITS, TURNS, FEW = 1000, 50, 10
OFFS = 5
HOW = f"""\
An amount among {UNITS:,} lines by their prices: freely, and where half of them have no room for
their whole part. And a line of {UNITS:,} units with {OFFS} promotions, unit by unit, as if each
were refunded by itself; its shares must sum to what was paid."""


def measure(show: Show) -> Section:
    chance = random.Random(1)
    weights = [chance.randint(1, 100_000) for _ in range(UNITS)]
    rooms = [weight // chance.choice((2, 50)) for weight in weights]
    total, turns = sum(weights) // 10, FEW if show.quick else TURNS
    line = _line()
    timed = [
        (f"Among {UNITS:,} lines", lambda: apportion.spread(total, weights)),
        (f"Among {UNITS:,} lines, half short of room",
         lambda: apportion.spread(total, weights, rooms)),
        (f"Shares of {UNITS:,} units, one by one", lambda: _refunded(line)),
    ]  # fmt: skip
    figures = [Figure.of(name, _taken(deed, turns), "ms") for name, deed in timed]
    lost = line.paid - _refunded(line)
    figures.append(Figure("Fen lost between the units", lost, "fen", target=0))
    return Section("apportionment", "Apportionment", HOW, figures)


def _taken(deed: Callable[[], object], turns: int) -> list[float]:
    taken = []
    for _ in range(turns):
        begun = process_time()
        deed()
        taken.append(1000 * (process_time() - begun))
    return taken


def _refunded(line: Line) -> int:
    return sum(shares.of(line, at, at + 1).paid for at in range(line.quantity))


def _line() -> Line:
    """At a price that does not divide by anything."""
    amount = 9_973 * UNITS
    offs = tuple(Off(f"p{no}@1", Lane.ORDER, 99_991 + no) for no in range(OFFS))
    share = sum(off.fen for off in offs)
    return Line(
        no=1,
        sku="mug",
        quantity=UNITS,
        unit_price=9_973,
        amount=amount,
        sale=amount,
        paid=amount - share,
        share=share,
        priced=Priced(offs),
    )
