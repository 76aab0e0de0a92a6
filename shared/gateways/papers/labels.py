"""Waybill labels: one page a parcel, for carriers that give a number and nothing to print."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shared.gateways.papers.page import Align, Box, Page, Style, document

MARGIN = 2.5


class Size(StrEnum):
    SMALL = "76x130"
    LARGE = "100x180"  # with a second part that stays on the parcel

    @property
    def lengths(self) -> tuple[int, int]:
        wide, _, high = self.value.partition("x")
        return int(wide), int(high)


@dataclass(frozen=True, slots=True)
class Person:
    """As shown to whoever holds the label: in plain or masked."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Label:
    """`route`: what sorts it, the most important first. `collect`: fen. `printed`: when."""

    carrier: str
    tracking: str
    receiver: Person
    sender: Person
    route: tuple[str, ...] = ()
    goods: str = ""
    grams: int = 0
    parcel: int = 1
    parcels: int = 1
    order: str = ""
    note: str = ""
    collect: int = 0
    printed: str = ""


def pdf(labels: Sequence[Label], size: Size) -> bytes:
    return document(_page(label, size) for label in labels)


def yuan(fen: int) -> str:
    return f"￥{fen // 100:,}.{fen % 100:02d}"


def _page(label: Label, size: Size) -> Page:
    page = Page(*size.lengths)
    whole = Box(0, 0, page.wide, page.high).inside(MARGIN)
    if size is Size.SMALL:
        _carrier_copy(page, whole, label)
        return page
    upper, lower = whole.rows((115, 60))
    _carrier_copy(page, upper, label)
    page.rule(0, lower.y + MARGIN / 2, page.wide, dashed=True)
    _receiver_copy(page, Box(lower.x, lower.y + MARGIN, lower.wide, lower.high - MARGIN), label)
    return page


def _carrier_copy(page: Page, area: Box, label: Label) -> None:
    """What the carrier sorts, delivers and collects by."""
    cash = 11 if label.collect else 0
    weights = (8, 15, 19, 26, 12, cash or 0.01, 19 - cash, 9, 10)
    head, route, bars, receiver, sender, money, goods, note, foot = area.rows(weights)
    _head(page, head, label)
    _route(page, route, label)
    _bars(page, bars, label)
    _person(page, receiver, "收", label.receiver, (14, 11))
    _person(page, sender, "寄", label.sender, (9, 8))
    if cash:
        page.frame(money.inside(0.8))
        said = f"代收货款 {yuan(label.collect)}"
        page.text(money.inside(1.5), said, Style(24, 10, Align.MIDDLE, strong=True))
    _named(page, goods, "货物", label.goods, 9)
    _named(page, note, "备注", label.note, 9)
    _foot(page, foot, label)
    for row in (route, bars, receiver, sender, money, note, foot):
        page.rule(area.x, row.y, area.wide)
    page.rule(area.x, area.y + area.high, area.wide)


def _receiver_copy(page: Page, area: Box, label: Label) -> None:
    """What stays on the parcel."""
    bars, receiver, sender, goods, foot = area.rows((15, 16, 9, 9, 8))
    _bars(page, bars, label)
    _person(page, receiver, "收", label.receiver, (11, 9))
    _person(page, sender, "寄", label.sender, (8, 7))
    _named(page, goods, "货物", label.goods, 8)
    _foot(page, foot, label)
    for row in (receiver, sender, goods, foot):
        page.rule(area.x, row.y, area.wide)


def _head(page: Page, row: Box, label: Label) -> None:
    name, count = row.columns((3, 1))
    page.text(name, label.carrier, Style(16, 8, strong=True))
    page.text(count, f"{label.parcel}/{label.parcels}", Style(14, 6, Align.RIGHT, strong=True))


def _route(page: Page, row: Box, label: Label) -> None:
    first, rest = row.rows((11, 4)) if len(label.route) > 1 else (row, row)
    for code in label.route[:1]:
        page.text(_padded(first), code, Style(34, 9, Align.MIDDLE, strong=True))
    if label.route[1:]:
        page.text(_padded(rest), "  ".join(label.route[1:]), Style(11, 6, Align.MIDDLE, True))


def _bars(page: Page, row: Box, label: Label) -> None:
    bars, number = row.inside(0).rows((14, 5))
    bars = Box(bars.x, bars.y + 1.2, bars.wide, bars.high - 1.2)
    page.barcode(bars, label.tracking)
    page.text(number, label.tracking, Style(14, 6, Align.MIDDLE, strong=True))


def _person(page: Page, row: Box, mark: str, who: Person, sizes: tuple[float, float]) -> None:
    """With a mark, name and phone in one line, and the address in as many as it takes."""
    large, small = sizes
    side = min(7.0, row.high - 2)
    box = Box(row.x + 0.5, row.y + 1.2, side, side)
    page.frame(box)
    page.text(box, mark, Style(side * 2, 5, Align.MIDDLE, strong=True))
    beside = _padded(Box(row.x + side + 2, row.y, row.wide - side - 2, row.high))
    name, address = beside.rows((large + 1, beside.high * 3 - large))
    page.text(name, f"{who.name}  {who.phone}", Style(large, 5, strong=True))
    page.text(address, who.address, Style(small, 4.5, top=True))


def _named(page: Page, row: Box, name: str, text: str, size: float) -> None:
    if text:
        page.text(_padded(row), f"{name}：{text}", Style(size, 4.5, top=True))


def _foot(page: Page, row: Box, label: Label) -> None:
    weight = f"{label.grams / 1000:.2f} kg" if label.grams else ""
    above, below = _padded(row).rows((1, 1))
    page.text(above, f"订单 {label.order}", Style(9, 4.5))
    left, right = below.columns((1, 1))
    page.text(left, f"重量 {weight}" if weight else "", Style(8, 4.5))
    page.text(right, label.printed and f"打印 {label.printed}", Style(8, 4.5, Align.RIGHT))


def _padded(row: Box) -> Box:
    return Box(row.x + 0.5, row.y + 0.5, row.wide - 1, row.high - 1)
