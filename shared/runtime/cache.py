"""Remember what rarely changes for a short while, in this process alone."""

import functools
from collections.abc import Callable, Iterable
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


def remember_each(
    read: Callable[[str, list[str]], dict[str, T]],
) -> Callable[[str, Iterable[str]], dict[str, T]]:
    """Remember what `read` finds of a tenant's ids, each for itself, and what it does not find."""
    known: dict[tuple[str, str], tuple[float, T | None]] = {}
    _CLEAR.append(known.clear)

    def answer(tenant: str, ids: Iterable[str]) -> dict[str, T]:
        now = clock.ticks()
        there = {one: known.get((tenant, one), (0.0, None)) for one in ids}
        if stale := [one for one, (until, _) in there.items() if until <= now]:
            found, until = read(tenant, stale), now + settings().cache_seconds
            fresh = {one: (until, found.get(one)) for one in stale}
            if len(known) + len(fresh) > MOST:
                known.clear()
            known.update({(tenant, one): answer for one, answer in fresh.items()})
            there |= fresh
        return {one: thing for one, (_, thing) in there.items() if thing is not None}

    return answer


def forget() -> None:
    """Forget everything: this process has just changed something."""
    for clear in _CLEAR:
        clear()
