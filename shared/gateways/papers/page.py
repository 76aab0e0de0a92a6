"""A page of paper and what is put on it, from its upper left corner, in millimetres."""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from io import BytesIO
from typing import NamedTuple

import pydyf

from shared.gateways.papers import bars, letters
from shared.gateways.papers.letters import LEAD, POINT

DOT = 25.4 / 203  # of a thermal printer
QUIET = 10  # modules that stay white on either side of a barcode
ASCENT = 0.85  # from the upper edge of a line to its base, in ems
STRONG = 0.035  # how much thicker strong letters are drawn, in ems
_RUNS = re.compile("[ -~]+|[^ -~]+")


class Box(NamedTuple):
    x: float
    y: float
    wide: float
    high: float

    def inside(self, by: float) -> "Box":
        return Box(self.x + by, self.y + by, self.wide - 2 * by, self.high - 2 * by)

    def rows(self, weights: Sequence[float]) -> Iterator["Box"]:
        """The box divided from top to bottom."""
        y, unit = self.y, self.high / sum(weights)
        for weight in weights:
            yield Box(self.x, y, self.wide, weight * unit)
            y += weight * unit

    def columns(self, weights: Sequence[float]) -> Iterator["Box"]:
        """The box divided from left to right."""
        x, unit = self.x, self.wide / sum(weights)
        for weight in weights:
            yield Box(x, self.y, weight * unit, self.high)
            x += weight * unit


class Align(Enum):
    LEFT = 0.0
    MIDDLE = 0.5
    RIGHT = 1.0


class Style(NamedTuple):
    """`largest` to `least`: the sizes that text may have."""

    largest: float
    least: float
    align: Align = Align.LEFT
    strong: bool = False
    top: bool = False  # at the top of its box, not in the middle of its height


class Page:
    def __init__(self, wide: float, high: float) -> None:
        self.wide, self.high = wide, high
        self.stream = pydyf.Stream(compress=True)
        self.stream.set_line_width(_points(2 * DOT))

    def text(self, box: Box, text: str, style: Style) -> None:
        """Text that wraps and shrinks until it fits, and never leaves its box."""
        size, lines, _ = letters.fit(text, box.wide, box.high, style.largest, style.least)
        lead = size * POINT * LEAD
        y = box.y if style.top else box.y + max(0.0, (box.high - lead * len(lines)) / 2)
        for line in lines:
            spare = box.wide - letters.width(line) * size * POINT
            self._line(box.x + spare * style.align.value, y, line, size, style.strong)
            y += lead

    def _line(self, x: float, y: float, line: str, size: float, strong: bool) -> None:
        stream = self.stream
        stream.begin_text()
        stream.set_text_rendering(2 if strong else 0)
        if strong:
            stream.set_line_width(round(size * STRONG, 3))
        base = y + size * POINT * (ASCENT + (LEAD - 1) / 2)
        stream.set_text_matrix(1, 0, 0, 1, _points(x), _points(self.high - base))
        for run in _RUNS.findall(line):
            latin = run.isascii()
            stream.set_font_size("L" if latin else "H", size)
            said = pydyf.String(run).data if latin else f"<{run.encode('utf-16-be').hex()}>"
            stream.stream.extend((said, "Tj"))
        stream.end_text()

    def rule(self, x: float, y: float, wide: float, *, dashed: bool = False) -> None:
        self.stream.set_line_width(_points(2 * DOT))
        self.stream.set_dash([4, 3] if dashed else [], 0)
        self.stream.move_to(_points(x), _points(self.high - y))
        self.stream.line_to(_points(x + wide), _points(self.high - y))
        self.stream.stroke()

    def frame(self, box: Box) -> None:
        self.stream.set_line_width(_points(3 * DOT))
        self.stream.set_dash([], 0)
        self._rectangle(box)
        self.stream.stroke()

    def barcode(self, box: Box, code: str) -> None:
        """Code 128 and its quiet zones, as wide as whole dots allow; nothing without room."""
        modules = bars.code128(code)
        dots = int(box.wide / DOT / (len(modules) + 2 * QUIET) + 1e-6) if modules else 0
        if not dots:
            return
        wide = dots * DOT
        left = int((box.x + (box.wide - len(modules) * wide) / 2) / DOT) * DOT
        for bar in re.finditer("1+", modules):
            run = bar.end() - bar.start()
            self._rectangle(Box(left + bar.start() * wide, box.y, run * wide, box.high))
        self.stream.fill()

    def _rectangle(self, box: Box) -> None:
        y = self.high - box.y - box.high
        corner = f"{_points(box.x)} {_points(y)} {_points(box.wide)} {_points(box.high)} re"
        self.stream.stream.append(corner)


def document(pages: Iterable[Page]) -> bytes:
    """The same pages are the same bytes."""
    pdf = pydyf.PDF()
    fonts = pydyf.Dictionary({"L": _helvetica(pdf), "H": _songti(pdf)})
    resources = pydyf.Dictionary({"Font": fonts})
    pdf.add_object(resources)
    for page in pages:
        pdf.add_object(page.stream)
        size = pydyf.Array([0, 0, _points(page.wide), _points(page.high)])
        entries = {"Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": size}
        shown = {"Contents": page.stream.reference, "Resources": resources.reference}
        pdf.add_page(pydyf.Dictionary({**entries, **shown}))
    out = BytesIO()
    pdf.write(out)
    return out.getvalue()


def _helvetica(pdf: pydyf.PDF) -> bytes:
    entries = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"}
    return _added(pdf, {**entries, "Encoding": "/WinAnsiEncoding"})


def _songti(pdf: pydyf.PDF) -> bytes:
    """A font that whoever shows or prints the page has: none is shipped, so every em is whole."""
    name = "/STSong-Light"
    metrics = {"Flags": 6, "ItalicAngle": 0, "Ascent": 880, "Descent": -120, "CapHeight": 880}
    box = {"FontBBox": "[-25 -254 1000 880]", "StemV": 93}
    described = _added(pdf, {"Type": "/FontDescriptor", "FontName": name, **metrics, **box})
    letters_of = {
        "Type": "/Font",
        "Subtype": "/CIDFontType0",
        "BaseFont": name,
        "CIDSystemInfo": "<</Registry (Adobe)/Ordering (GB1)/Supplement 4>>",
        "FontDescriptor": described,
        "DW": 1000,
    }
    cmap = "UniGB-UTF16-H"
    font = {"Type": "/Font", "Subtype": "/Type0", "BaseFont": f"{name}-{cmap}"}
    children = pydyf.Array([_added(pdf, letters_of)])
    return _added(pdf, {**font, "Encoding": f"/{cmap}", "DescendantFonts": children})


def _added(pdf: pydyf.PDF, entries: dict[str, object]) -> bytes:
    made = pydyf.Dictionary(entries)
    pdf.add_object(made)
    return bytes(made.reference)


def _points(length: float) -> float:
    return round(length / POINT, 3)
