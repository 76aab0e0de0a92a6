"""The tax in what is paid, or on it: to the fen, line by line and for the units of a line.

Prices in China contain their tax. Where an order names its tax beside its goods, they do not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.apportion import between, spread
from shared.domain.content import Amounts, Line

WHOLE = 10_000  # a rate is so many of these: 13 % is 1300
Rates = Mapping[str, int | None]  # SKU -> rate; None = nobody said


@dataclass(frozen=True, slots=True)
class Taxed:
    """What is paid for something, in fen; `tax` is contained in it."""

    no: int  # of the line; 0 = what is paid beside the goods
    rate: int | None
    gross: int
    tax: int

    @property
    def net(self) -> int:
        return self.gross - self.tax

    def units(self, quantity: int, start: int, end: int) -> "Taxed":
        """The part of the units from `start` (the first is 0) to before `end`: see `shares`."""
        gross, tax = (between(whole, quantity, start, end) for whole in (self.gross, self.tax))
        return Taxed(self.no, self.rate, gross, tax)


def within(gross: int, rate: int) -> int:
    """The tax that an amount contains; halves away from nought."""
    return _rounded(gross * rate, WHOLE + rate)


def on(net: int, rate: int) -> int:
    """The tax that comes on top of an amount."""
    return _rounded(net * rate, WHOLE)


def of(lines: Sequence[Line], amounts: Amounts, rates: Rates) -> list[Taxed]:
    """Each line, and by rate what is paid beside the goods: together the order's total.

    Freight, fees and the like have the rates of the goods, in the ratio of what these cost.
    """
    parts = [(line.no, rates.get(line.sku), line.paid) for line in lines]
    parts += _beside(parts, amounts.total - amounts.tax - sum(line.paid for line in lines))
    if not amounts.tax:
        return [Taxed(no, rate, fen, within(fen, rate or 0)) for no, rate, fen in parts]
    weights = [abs(on(fen, rate or 0)) for _, rate, fen in parts]
    added = spread(amounts.tax, weights if any(weights) else [abs(fen) for *_, fen in parts])
    pairs = zip(parts, added, strict=True)
    return [Taxed(no, rate, fen + tax, tax) for (no, rate, fen), tax in pairs]


def by_rate(some: Iterable[Taxed]) -> list[Taxed]:
    """One sum for each rate, the highest first; what has none comes last."""
    found: dict[int | None, Taxed] = {}
    for one in some:
        before = found.get(one.rate, Taxed(0, one.rate, 0, 0))
        found[one.rate] = Taxed(0, one.rate, before.gross + one.gross, before.tax + one.tax)
    return sorted(found.values(), key=lambda one: (one.rate is None, -(one.rate or 0)))


def _beside(
    parts: Sequence[tuple[int, int | None, int]], fen: int
) -> Iterator[tuple[int, int | None, int]]:
    if not fen or not parts:
        return
    shared = spread(fen, [max(0, paid) for *_, paid in parts])
    sums: dict[int | None, int] = {}
    for (_, rate, _), part in zip(parts, shared, strict=True):
        sums[rate] = sums.get(rate, 0) + part
    yield from ((0, rate, part) for rate, part in sums.items() if part)


def _rounded(over: int, under: int) -> int:
    whole = (2 * abs(over) + under) // (2 * under)
    return whole if over >= 0 else -whole
