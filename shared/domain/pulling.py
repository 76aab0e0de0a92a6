"""How far the changes of a shop were read, and when they are read again.

Each read begins before the last one's end and ends some time before now, since platforms show
changes late. Only a window that was read whole moves the watermark: what was cut is read again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

OFTEN, SELDOM = 60, 900  # seconds between two reads of a busy, of a quiet shop
SLOWER = 1.5
OVERLAP = 300
REST = 150  # seconds for which one reader has a shop for itself
FIRST_WAIT, LONGEST_WAIT = 15, 900  # seconds after failures
TRIPS = 5  # failures in a row after which nothing is asked of the platform for a while
SPARE = 0.5  # share of an app's calls, with less of which left its shops are read more seldom
UNREAD = 3600  # seconds without a read after which somebody must know


@dataclass(frozen=True, slots=True)
class Span:
    """What a platform bears, in seconds: the longest window, and how late it shows changes."""

    window: int
    lag: int

    @property
    def overlap(self) -> int:
        return min(max(OVERLAP, 2 * self.lag), self.window // 2)


@dataclass(frozen=True, slots=True)
class Pulling:
    """`id` is the shop's."""

    id: str
    created_at: str
    watermark: str  # what changed before it is with us
    due: str
    every: int = OFTEN  # seconds between two reads
    window: str = ""  # the end of the window that is being read; empty = none is
    cursor: str = ""  # where in it the next page begins
    tight: bool = False  # the window does not begin before the last one's end: too much changed
    fresh: int = 0  # orders of the window that were new or changed
    orders: int = 0  # ever
    read_at: str = ""  # when a window was last read whole
    failures: int = 0  # in a row
    why: str = ""  # of the last failure
    note: str = ""  # the platform's own words for it
    since: str = ""  # where the first read began
    version: int = 0

    def span(self, of: Span, now: str) -> tuple[str, str] | None:
        """(From, to) of the window to be read now; None where there is nothing to read so far."""
        start = self.watermark if self.tight else _moved(self.watermark, -of.overlap)
        end = self.window or min(_moved(now, -of.lag), _moved(start, of.window))
        return (start, end) if end > self.watermark or self.window else None

    def claimed(self, now: str) -> Self:
        """Somebody reads; if he dies, the next one may after a while."""
        return replace(self, due=_later(now, REST))

    def turned(self, end: str, cursor: str, fresh: int, now: str) -> Self:
        """A page was read, and others follow."""
        more = self.fresh + fresh
        return replace(self, window=end, cursor=cursor, fresh=more, due=now, failures=0, why="")

    def done(self, end: str, fresh: int, of: Span, now: str, left: float = 1.0) -> Self:
        """The window was read whole; a shop where much changes is read again the sooner.

        `left`: the share of its app's calls that is left, see `slowed`.
        """
        fresh += self.fresh
        behind = _moved(now, -of.lag - OFTEN) > end
        every = OFTEN if fresh or behind else min(SELDOM, int(self.every * SLOWER))
        return replace(
            self,
            watermark=end,
            window="",
            cursor="",
            tight=False,
            fresh=0,
            orders=self.orders + fresh,
            every=every,
            due=_later(now, slowed(0 if behind else every, left)),
            read_at=now,
            failures=0,
            why="",
            note="",
        )

    def narrowed(self, of: Span, now: str) -> Self:
        """More changed than pages reach: half of it is read first, at last without overlap."""
        start, end = self.span(of, now) or (self.watermark, now)
        half = _moved(start, _between(start, end) / 2)
        if half > self.watermark:
            return replace(self, window=half, cursor="", due=now)
        if not self.tight:
            return replace(self, window=end, tight=True, cursor="", due=now)
        return self.failed("many", "", 0.0, now)

    def failed(self, why: str, note: str, wait: float, now: str) -> Self:
        """Nothing is lost: the window stays where it is, and its page is read again."""
        failures = self.failures + 1
        pause = max(wait, min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT))
        due = _later(now, pause)
        return replace(self, failures=failures, why=why, note=note[:200], due=due)

    def put_off(self, why: str, wait: float, now: str) -> Self:
        """It is not the platform's fault that it cannot be asked now."""
        return replace(self, why=why, note="", due=_later(now, max(wait, FIRST_WAIT)))

    def began(self, start: str, now: str) -> Self:
        """Read everything from there on once more."""
        fresh = {"window": "", "cursor": "", "fresh": 0}
        return replace(self.resumed(now), watermark=start, since=start, **fresh)  # type: ignore[arg-type]

    def resumed(self, now: str) -> Self:
        """Read at once: what was wrong may be mended."""
        return replace(self, due=now, failures=0, why="", note="")

    @property
    def rests(self) -> str:
        """Until when nothing is asked of a platform that failed too often; empty = it is asked."""
        return self.due if self.failures >= TRIPS else ""

    def unread(self, now: str, *, works: bool) -> bool:
        """Whether nothing was read for long; what goes well is read when it is due, or soon."""
        well = works and not self.why
        last = max(self.read_at or self.created_at, self.due if well else "")
        return _between(last, now) > UNREAD


def slowed(pause: float, left: float) -> float:
    """Seconds until the next read, the more the fewer of the app's calls are left."""
    if left >= SPARE:
        return pause
    return min(SELDOM, max(pause, OFTEN) * SPARE / left) if left > 0 else SELDOM


def whole(moment: str) -> str:
    """Without parts of a second."""
    return datetime.fromisoformat(moment).replace(microsecond=0).isoformat(timespec="milliseconds")


def _between(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _later(moment: str, seconds: float) -> str:
    at = datetime.fromisoformat(moment) + timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds")


def _moved(moment: str, seconds: float) -> str:
    return whole(_later(moment, seconds))
