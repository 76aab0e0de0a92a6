"""How much room letters take, how text falls into lines, and the size at which it fits a box.

Sizes are points, lengths millimetres; an em is the size itself.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category, normalize

POINT = 25.4 / 72  # millimetres
LEAD = 1.2  # from one line to the next, in ems
STEP = 0.5  # between two sizes
LACKING = "〓"  # for a letter that no printer's font is sure to have
MORE = "…"
_LATIN = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
"""Helvetica's widths from the space on, in thousandths of an em; all others are an em wide."""
_WORDS = re.compile(r"[!-~]+|.")
_RARE = re.compile("[\u3400-\u4db5\u9fa6-\u9fbb]")  # in GB 18030, though not in GBK


class Fitted(NamedTuple):
    size: float
    lines: tuple[str, ...]
    whole: bool  # whether nothing was left out


def shown(text: str) -> str:
    """The text in one line, of letters that a printer has."""
    return " ".join("".join(map(_letter, text)).split())


@lru_cache(maxsize=8192)
def _letter(one: str) -> str:
    if one.isspace():
        return " "
    if " " < one <= "~" or _in_font(one):
        return one
    if category(one) in ("Cc", "Cf", "Mn", "Me"):
        return ""
    return normalize("NFKD", one).encode("ascii", "ignore").decode().strip() or LACKING


def _in_font(one: str) -> bool:
    try:
        return len(one.encode("gbk")) > 1
    except UnicodeEncodeError:
        return bool(_RARE.fullmatch(one))


@lru_cache(maxsize=65536)
def width(text: str) -> float:
    """In ems."""
    return sum(_LATIN[ord(c) - 32] if " " <= c <= "~" else 1000 for c in text) / 1000


def wrapped(text: str, most: float) -> Iterator[str]:
    """Lines of at most so many ems; a word is parted only where it is longer than a line."""
    line, used = "", 0.0
    for word in _words(text, most):
        wide = width(word)
        if line and used + wide > most + 1e-6:
            yield line.rstrip()
            line, used, word = "", 0.0, word.lstrip()
        line, used = line + word, used + width(word)
    if line.strip():
        yield line.rstrip()


def _words(text: str, most: float) -> Iterator[str]:
    for word in _WORDS.findall(text):
        if width(word) <= most:
            yield word
        else:
            yield from word


@lru_cache(maxsize=8192)
def fit(text: str, wide: float, high: float, largest: float, least: float) -> Fitted:
    """The largest size at which the text fits; at the least one it ends in an ellipsis."""
    text = shown(text)
    size, all_of_it = largest, width(text)
    while size > least:
        room = _room(high, size)
        if room and all_of_it <= room * wide / (size * POINT):
            lines = tuple(wrapped(text, wide / (size * POINT)))
            if len(lines) <= room:
                return Fitted(size, lines, True)
        size = max(least, size - STEP)
    lines = tuple(wrapped(text, wide / (least * POINT)))
    room = max(1, _room(high, least))
    if len(lines) <= room:
        return Fitted(least, lines, True)
    kept = (*lines[: room - 1], _cut(lines[room - 1], wide / (least * POINT)))
    return Fitted(least, kept, False)


def _room(high: float, size: float) -> int:
    """How many lines go into a height."""
    return int(high / (size * POINT * LEAD) + 1e-6)


def _cut(line: str, most: float) -> str:
    while line and width(line) + width(MORE) > most:
        line = line[:-1]
    return line + MORE
