"""Gifts of promotions: what of them stays when some of what they were given for goes."""

from collections import Counter
from collections.abc import Mapping

from shared.domain.apportion import between
from shared.domain.content import Content, Grounds, Line

Pieces = Mapping[int, int]
"""Line number -> pieces."""


def lost(content: Content, gone: Pieces) -> dict[int, int]:
    """The pieces of gifts, by line, that have no grounds any more once these pieces are gone.

    They are counted by what was frozen when the order was placed, whatever its promotions are now.
    """
    if content.deal is None or not content.deal.grounds:
        return {}
    left = {line.no: line.quantity - gone.get(line.no, 0) for line in content.lines}
    lines = {line.no: line for line in content.lines}
    found = {
        each.line: left[each.line] - _earned(each, lines[each.line], left)
        for each in content.deal.grounds
        if each.line in lines
    }
    return {no: pieces for no, pieces in found.items() if pieces > 0}


def withdrawn(before: Content, after: Content, named: Pieces) -> Counter[str]:
    """SKU -> pieces of gifts that went from one to the other though nobody `named` them."""
    now = {line.no: line.quantity for line in after.lines}
    units: Counter[str] = Counter()
    for line in before.lines:
        if line.gift:
            units[line.sku] += line.quantity - now.get(line.no, 0) - named.get(line.no, 0)
    return +units


def _earned(grounds: Grounds, gift: Line, left: Pieces) -> int:
    fen = pieces = 0
    for basis in grounds.of:
        rest = min(left.get(basis.line, 0), basis.pieces)
        fen += between(basis.fen, basis.pieces, basis.pieces - rest, basis.pieces)
        pieces += rest
    if fen < grounds.amount or pieces < max(1, grounds.pieces):
        return 0
    return grounds.each * _times(grounds, fen, pieces) if grounds.each else gift.quantity


def _times(grounds: Grounds, fen: int, pieces: int) -> int:
    times = [fen // grounds.amount] if grounds.amount else []
    if grounds.pieces:
        times.append(pieces // grounds.pieces)
    return min(times, default=1)
