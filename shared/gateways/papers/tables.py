"""Tables that go on from page to page, under a head that is on each, with numbered pages."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from shared.gateways.papers import letters
from shared.gateways.papers.letters import LEAD, POINT
from shared.gateways.papers.page import Align, Box, Page, Style

A4, A5 = (210.0, 297.0), (148.0, 210.0)
MARGIN, FOOT = 12.0, 6.0
SIZE, PADDING = 10.0, 1.2
Head = Callable[[Page, Box], float]
"""Puts the head of a page into a box as wide as it may be, and says how high it was."""


class Column(NamedTuple):
    title: str
    weight: float
    align: Align = Align.LEFT
    strong: bool = False


class Table(NamedTuple):
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


def pages(size: tuple[float, float], head: Head, tables: Iterable[Table]) -> list[Page]:
    """As many pages as the tables need; a head alone is one."""
    flow = _Flow(size, head)
    for table in tables:
        flow.add(table)
    return flow.pages


def number(some: Sequence[Page], text: str) -> Sequence[Page]:
    """Write on each page which of how many it is."""
    for at, page in enumerate(some, 1):
        foot = Box(MARGIN, page.high - MARGIN, page.wide - 2 * MARGIN, FOOT)
        left, right = foot.columns((3, 1))
        page.text(left, text, Style(8, 5))
        page.text(right, f"第 {at} / {len(some)} 页", Style(8, 5, Align.RIGHT))
    return some


class _Flow:
    def __init__(self, size: tuple[float, float], head: Head) -> None:
        self.size, self.head = size, head
        self.pages: list[Page] = []
        self.y = 0.0
        self._turn()

    def add(self, table: Table) -> None:
        titles = [column.title for column in table.columns]
        heights = [_height(cells) for cells in map(self._cells(table), table.rows)]
        first = heights[0] if heights else 0.0
        if self.y + _line(1) + first > self._bottom:
            self._turn()
        self._row(table, titles, _line(1), strong=True)
        for row, high in zip(table.rows, heights, strict=True):
            if self.y + high > self._bottom:
                self._turn()
                self._row(table, titles, _line(1), strong=True)
            self._row(table, row, high)
        self.y += 4

    @property
    def _bottom(self) -> float:
        return self.size[1] - MARGIN - 1

    @property
    def _wide(self) -> float:
        return self.size[0] - 2 * MARGIN

    def _turn(self) -> None:
        page = Page(*self.size)
        self.pages.append(page)
        self.y = MARGIN + self.head(page, Box(MARGIN, MARGIN, self._wide, self.size[1] / 3))

    def _cells(self, table: Table) -> Callable[[Sequence[str]], Iterator[int]]:
        """How many lines each cell of a row has."""
        row = Box(MARGIN, 0, self._wide, 0)
        widths = [box.wide for box in row.columns([column.weight for column in table.columns])]

        def lines(cells: Sequence[str]) -> Iterator[int]:
            for cell, wide in zip(cells, widths, strict=True):
                most = (wide - 2 * PADDING) / (SIZE * POINT)
                yield len(tuple(letters.wrapped(letters.shown(cell), most)))

        return lines

    def _row(
        self, table: Table, cells: Sequence[str], high: float, *, strong: bool = False
    ) -> None:
        page, row = self.pages[-1], Box(MARGIN, self.y, self._wide, high)
        boxes = row.columns([column.weight for column in table.columns])
        for column, cell, box in zip(table.columns, cells, boxes, strict=True):
            style = Style(SIZE, SIZE / 2, column.align, strong or column.strong)
            page.text(box.inside(PADDING), cell, style)
        self.y += high
        page.rule(MARGIN, self.y, self._wide)


def _line(lines: int) -> float:
    return max(1, lines) * SIZE * POINT * LEAD + 2 * PADDING


def _height(lines: Iterable[int]) -> float:
    return _line(max(lines, default=1))
