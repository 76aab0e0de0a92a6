"""Pick lists: what to take from the shelves of a warehouse, and into which box it goes."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.gateways.papers import tables
from shared.gateways.papers.page import Align, Box, Page, Style, document
from shared.gateways.papers.tables import Column, Table

TAKES = (
    Column("", 7, Align.MIDDLE, strong=True),
    Column("商品编码 / 条码", 42),
    Column("名称", 62),
    Column("批次", 24),
    Column("数量", 14, Align.RIGHT, strong=True),
    Column("格 × 件", 37),
)
BOXES = (
    Column("格", 12, Align.RIGHT, strong=True),
    Column("订单", 80),
    Column("件数", 16, Align.RIGHT),
    Column("承运", 28),
    Column("面单号", 50),
)


@dataclass(frozen=True, slots=True)
class Take:
    """Units of one SKU; `boxes`: the number of a box, and how many of them go into it."""

    sku: str
    quantity: int
    boxes: tuple[tuple[int, int], ...]
    title: str = ""
    barcode: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One box of a wave, and the orders that go into it."""

    no: int
    order: str
    units: int
    carrier: str = ""
    tracking: str = ""


@dataclass(frozen=True, slots=True)
class Wave:
    """Everything that is taken in one walk through one warehouse."""

    warehouse: str
    takes: tuple[Take, ...]
    places: tuple[Place, ...]
    printed: str = ""


def pdf(waves: Sequence[Wave]) -> bytes:
    """Each warehouse's on pages of its own, with numbers of their own."""
    return document(page for wave in waves for page in _pages(wave))


def _pages(wave: Wave) -> Sequence[Page]:
    takes = [_take(take) for take in sorted(wave.takes, key=lambda t: (t.sku, t.lot))]
    units = sum(take.quantity for take in wave.takes)
    said = f"{len(wave.takes)} 种 {units} 件，{len(wave.places)} 格"
    boxes = [
        (str(place.no), place.order, str(place.units), place.carrier, place.tracking)
        for place in wave.places
    ]

    def head(page: Page, box: Box) -> float:
        title, about = Box(box.x, box.y, box.wide, 9).columns((2, 1))
        page.text(title, f"拣货单 {wave.warehouse}", Style(18, 9, strong=True))
        page.text(about, said, Style(10, 6, Align.RIGHT))
        return 12.0

    found = tables.pages(tables.A4, head, [Table(TAKES, takes), Table(BOXES, boxes)])
    return tables.number(found, wave.printed and f"打印 {wave.printed}")


def _take(take: Take) -> tuple[str, ...]:
    code = " ".join(filter(None, (take.sku, take.barcode)))
    boxes = "、".join(f"{no}×{units}" for no, units in take.boxes)
    return ("□", code, take.title, take.lot, str(take.quantity), boxes)
