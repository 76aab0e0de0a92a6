"""Where the processor's time goes, by library and by function of ours."""

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from infra.bench.figures import Table
from infra.bench.wire import Wire
from infra.local.home import ROOT

TOP = 14
Place = tuple[str, int, str]  # file, line, function


def profile(calls: Iterable[Callable[[], Any]], wire: Wire) -> Table:
    """Shares of the whole: of each library by its own time, of our functions with all below."""
    profiler = cProfile.Profile()
    with wire.cut(), profiler:
        for call in calls:
            call()
    stats: dict[Place, Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    whole = sum(entry[2] for entry in stats.values())
    own = _own_times(stats)
    ours = Counter({_name(place): entry[3] for place, entry in stats.items() if _is_ours(place)})
    left = [(name, f"{share / whole:.0%}") for name, share in own.most_common(TOP)]
    right = [(name, f"{share / whole:.0%}") for name, share in ours.most_common(TOP)]
    rows = [[*one, *other] for one, other in zip(left, right, strict=False)]
    title = "Where the time of an intake goes (by a profiler, which exaggerates small functions):"
    return Table(["Library", "Own time", "Function", "With all below"], rows, title)


def _own_times(stats: dict[Place, Any]) -> Counter[str]:
    """What is built in counts for the library that called it."""
    own: Counter[str] = Counter()
    for place, (_, _, time, _, callers) in stats.items():
        if place[0] != "~":
            own[_library(place)] += time
            continue
        for caller, part in callers.items():
            own[_library(caller)] += part[2]
    return own


def _library(place: Place) -> str:
    path = Path(place[0])
    if _is_ours(place):
        return "ours"
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    return f"standard library ({path.parent.name if path.stem == '__init__' else path.stem})"


def _is_ours(place: Place) -> bool:
    path = Path(place[0])
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


def _name(place: Place) -> str:
    path = Path(place[0]).relative_to(ROOT).with_suffix("")
    return f"{'.'.join(path.parts)}.{place[2]}"
