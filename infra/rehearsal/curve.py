"""How a sale comes: few orders at first, most in the middle; and what goes wrong meanwhile."""

from collections.abc import Iterator
from math import pi, sin
from typing import Any

from shared.domain.apportion import spread

FINE = 1_000_000
EVERY = 20  # of so many calls one goes wrong
LISTS = ("shift", "cut", "busy", "half", "broken")
PUSHES = ("double", "drop", "delay", "byte")
LATE = 3  # seconds of a push that is delayed


def curve(orders: int, seconds: int) -> list[int]:
    """How many orders come in each second of a peak; in all as many as are wanted."""
    moments = ((no + 0.5) / seconds for no in range(seconds))
    return spread(orders, [round(FINE * sin(pi * moment) ** 2) for moment in moments])


def divided(orders: int, platforms: int) -> list[int]:
    return spread(orders, [1] * platforms)


def tricks(orders: int, *, pushes: bool, expires: bool) -> Iterator[dict[str, Any]]:
    """What a platform with so many orders does wrong, in the order in which it does it."""
    yield from ({"on": "list", "what": what, "skip": 1} for what in LISTS)
    if expires:
        yield {"on": "order", "what": "expired", "skip": EVERY}
    for no in range(orders // EVERY):
        yield {"on": "order", "what": ("cut", "busy")[no % 2], "skip": EVERY - 1}
        yield {"on": "ship", "what": ("cut", "unknown")[no % 2], "skip": EVERY - 1}
        if pushes:
            what = PUSHES[no % len(PUSHES)]
            yield {"on": "notice", "what": what, "skip": EVERY - 1, "seconds": LATE}
