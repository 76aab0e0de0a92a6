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
LONG = 60  # seconds of a window that is worth while to spare: shorter ones begin anew at once
SHARE = 10  # a process takes one of so many parts of a window's calls
_taken: dict[str, "_Lease"] = {}
_counting = Lock()  # a process may ask for several things side by side


@dataclass(slots=True)
class _Lease:
    window: int
    ends: float  # seconds since BEGINNING
    left: int  # calls that this process may still make
    spare: float  # share of the window's calls that nobody had taken then


def take(name: str, calls: int, seconds: int) -> float:
    """Take one call of `calls` in `seconds`; 0, or the seconds after which one is free again."""
    now = clock.seconds_between(BEGINNING, clock.now())
    window = int(now // seconds)
    with _counting:
        lease = _taken.get(name)
        if lease is None or lease.window != window or not lease.left:
            lease = _taken[name] = _lease(name, window, calls, seconds)
        if not lease.left:
            return lease.ends - now
        lease.left -= 1
    return 0.0


def left(app: str) -> float:
    """The share that an app has left of those of its calls that are nearly used: 0 to 1.

    Of those that are counted by the minute or longer, as far as this process knows it from the
    calls that it made itself: nothing is asked for it.
    """
    now = clock.seconds_between(BEGINNING, clock.now())
    with _counting:
        known = [lease for name, lease in _taken.items() if name.startswith(f"{app}#")]
    return min((lease.spare for lease in known if lease.ends > now), default=1.0)


def forget() -> None:
    _taken.clear()


def _lease(name: str, window: int, calls: int, seconds: int) -> _Lease:
    lot, ends = max(1, calls // SHARE), (window + 1.0) * seconds
    used = _used(name, window, calls, lot)
    spare = 1 - (calls if used is None else used) / calls if seconds >= LONG else 1.0
    return _Lease(window, ends, 0 if used is None else lot, spare)


def _used(name: str, window: int, calls: int, lot: int) -> int | None:
    """How many calls of the window are taken with this lot; None where it is not to be had.

    A window far ahead is the work of a clock that was wrong: nobody waits for it.
    """
    row = InsightRow(*keys.rate(name))
    same = (InsightRow.v == window) & (InsightRow.used <= calls - lot)
    older = InsightRow.v.does_not_exist() | ~InsightRow.v.between(window, window + 1)
    try:
        update(Update(row, [InsightRow.used.set(InsightRow.used + lot)], same))
    except Conflict:
        pass
    else:
        return int(row.used)
    try:
        update(Update(row, [InsightRow.v.set(window), InsightRow.used.set(lot)], older))
    except Conflict:
        return None
    return lot
