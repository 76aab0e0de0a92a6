"""How many calls an app has left at its platform, counted for all processes together.

A process takes some calls at once and spends them by itself, so that a call costs no write.
"""

from dataclasses import dataclass
from threading import Lock

from shared.domain.errors import Conflict
from shared.runtime import clock
from shared.store import keys
from shared.store.table import InsightRow, Update, update

BEGINNING = "1970-01-01T00:00:00+00:00"
SHARE = 10  # a process takes one of so many parts of a window's calls
_taken: dict[str, "_Lease"] = {}
_counting = Lock()  # a process may ask for several things side by side


@dataclass(slots=True)
class _Lease:
    window: int
    left: int


def take(name: str, calls: int, seconds: int) -> float:
    """Take one call of `calls` in `seconds`; 0, or the seconds after which one is free again."""
    now = clock.seconds_between(BEGINNING, clock.now())
    window = int(now // seconds)
    with _counting:
        lease = _taken.get(name)
        if lease is None or lease.window != window or not lease.left:
            lease = _lease(name, window, calls)
        if not lease.left:
            return (window + 1) * seconds - now
        lease.left -= 1
    return 0.0


def forget() -> None:
    _taken.clear()


def _lease(name: str, window: int, calls: int) -> _Lease:
    lot = max(1, calls // SHARE)
    lease = _taken[name] = _Lease(window, lot if _had(name, window, calls, lot) else 0)
    return lease


def _had(name: str, window: int, calls: int, lot: int) -> bool:
    """A window far ahead is the work of a clock that was wrong: nobody waits for it."""
    row = InsightRow(*keys.rate(name))
    same = (InsightRow.v == window) & (InsightRow.used <= calls - lot)
    older = InsightRow.v.does_not_exist() | ~InsightRow.v.between(window, window + 1)
    try:
        update(Update(row, [InsightRow.used.set(InsightRow.used + lot)], same))
    except Conflict:
        pass
    else:
        return True
    try:
        update(Update(row, [InsightRow.v.set(window), InsightRow.used.set(lot)], older))
    except Conflict:
        return False
    return True
