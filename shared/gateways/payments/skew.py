"""How far a provider's clock is from ours: what is signed at another time is refused there."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from shared.runtime import clock
from shared.runtime.observe import log

NOTICED = 30  # seconds; less is the time that an answer takes
MOST = 86_400  # seconds; more is no clock that goes wrong
_AHEAD: dict[str, int] = {}  # host -> seconds; a merchant's own endpoint is nobody else's clock


def ahead(url: str) -> int:
    """Seconds that the clock there is ahead of ours, as far as we noticed."""
    return _AHEAD.get(urlsplit(url).netloc, 0)


def there(url: str, now: str) -> str:
    """What time it is there when ours says `now`."""
    seconds = ahead(url)
    return clock.later(now, seconds) if seconds else now


def learn(url: str, headers: Mapping[str, str]) -> None:
    """Remember, for this process, what the time of an answer says of our clock."""
    seconds, before = _seconds(headers.get("date", "")), ahead(url)
    host = urlsplit(url).netloc
    if seconds is None or abs(seconds) > MOST:
        return
    if abs(seconds) <= NOTICED:
        _AHEAD.pop(host, None)
        return
    _AHEAD[host] = seconds
    if abs(seconds - before) > NOTICED:
        log.warning("our clock is off", extra={"host": host, "ahead": seconds})


def forget() -> None:
    _AHEAD.clear()


def _seconds(date: str) -> int | None:
    try:
        then = parsedate_to_datetime(date)
        return round((then - datetime.fromisoformat(clock.now())).total_seconds())
    except (TypeError, ValueError):  # no time at all, or one without its offset
        return None
