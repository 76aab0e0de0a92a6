"""Remember what rarely changes for a short while, in this process alone."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from shared.runtime import clock
from shared.runtime.settings import settings

P = ParamSpec("P")
T = TypeVar("T")
MOST = 10_000
_CLEAR: list[Callable[[], None]] = []


def remember(read: Callable[P, T]) -> Callable[P, T]:
    """Remember each answer of `read` for CACHE_SECONDS; neither None nor an exception."""
    known: dict[Any, tuple[float, T]] = {}
    _CLEAR.append(known.clear)

    @functools.wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        key, now = (args, tuple(kwargs.items())), clock.ticks()
        if key in known and known[key][0] > now:
            return known[key][1]
        value = read(*args, **kwargs)
        if len(known) >= MOST:
            known.clear()
        if value is not None:
            known[key] = now + settings().cache_seconds, value
        return value

    return answer


def forget() -> None:
    """Forget everything: this process has just changed something."""
    for clear in _CLEAR:
        clear()
