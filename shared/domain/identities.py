"""The sums that a channel's order must satisfy. A broken one is named, never mended."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.domain.content import Content


@dataclass(frozen=True, slots=True)
class Broken:
    """An identity that does not hold: `name`, the line (0 = the order), both figures in fen."""

    name: str
    line: int
    expected: int
    found: int


def broken(content: Content) -> Iterator[Broken]:
    for name, line, expected, found in _identities(content):
        if expected != found:
            yield Broken(name, line, expected, found)


def _identities(content: Content) -> Iterator[tuple[str, int, int, int]]:
    sums, lines = content.amounts, content.lines
    for line in lines:
        yield "price-x-quantity", line.no, line.unit_price * line.quantity, line.amount
        yield "amount-less-discount", line.no, line.amount - line.discount, line.sale
        yield "sale-less-share", line.no, line.sale - line.share, line.paid
    yield "goods-total", 0, sum(line.amount for line in lines), sums.goods_total
    yield "shares", 0, sum(line.share for line in lines), sums.discount
    extras = sums.freight + sums.insurance + sums.adjustment + sums.tax + sums.fee
    yield "order-total", 0, sum(line.paid for line in lines) + extras, sums.total
