"""Packing slips: what lies in a parcel, for whoever opens it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.gateways.papers import tables
from shared.gateways.papers.labels import Person, yuan
from shared.gateways.papers.page import Align, Box, Page, Style, document
from shared.gateways.papers.tables import Column, Table

GOODS = (Column("商品编码", 36), Column("名称", 66), Column("数量", 14, Align.RIGHT, strong=True))
PRICE = Column("单价", 22, Align.RIGHT)


@dataclass(frozen=True, slots=True)
class Packed:
    """Units of one line. `price`: fen a piece; 0 = none is shown, as for part of a kit."""

    sku: str
    title: str
    quantity: int
    gift: bool = False
    price: int = 0


@dataclass(frozen=True, slots=True)
class Slip:
    shop: str
    order: str
    receiver: Person
    lines: tuple[Packed, ...]
    parcel: int = 1
    parcels: int = 1
    notes: tuple[str, ...] = ()  # the buyer's
    printed: str = ""


def pdf(slips: Sequence[Slip], *, prices: bool = False) -> bytes:
    """Each parcel's on pages of its own, with numbers of their own."""
    return document(page for slip in slips for page in _pages(slip, prices))


def _pages(slip: Slip, prices: bool) -> Sequence[Page]:
    columns = (*GOODS, PRICE) if prices else GOODS
    rows = [_row(line)[: len(columns)] for line in slip.lines]
    total = ("", "合计", str(sum(line.quantity for line in slip.lines)), "")[: len(columns)]

    def head(page: Page, box: Box) -> float:
        return _head(page, box, slip)

    found = tables.pages(tables.A5, head, [Table(columns, [*rows, total])])
    return tables.number(found, slip.printed and f"打印 {slip.printed}")


def _row(line: Packed) -> tuple[str, ...]:
    title = f"【赠品】{line.title}" if line.gift else line.title
    return (line.sku, title, str(line.quantity), yuan(line.price) if line.price else "")


def _head(page: Page, box: Box, slip: Slip) -> float:
    who = slip.receiver
    weights = (9, 6, 6, 11, *([10] if slip.notes else []))
    area = Box(box.x, box.y, box.wide, float(sum(weights)))
    title, order, person, address, *notes = area.rows(weights)
    name, count = title.columns((4, 1))
    page.text(name, f"发货单 {slip.shop}", Style(18, 8, strong=True))
    page.text(count, f"{slip.parcel}/{slip.parcels}", Style(12, 6, Align.RIGHT, strong=True))
    page.text(order, f"订单 {slip.order}", Style(10, 5))
    page.text(person, f"收货人 {who.name}  {who.phone}", Style(10, 5))
    page.text(address, who.address, Style(10, 5, top=True))
    for row in notes:
        page.text(row, f"留言：{'；'.join(slip.notes)}", Style(10, 5, top=True))
    return area.high + 2
