"""Times and durations for the eye."""

from datetime import datetime

MINUTE, HOUR, DAY = 60, 3600, 86400


def local(moment: str) -> str:
    """A time of the API in this machine's zone, with its offset."""
    return datetime.fromisoformat(moment).astimezone().isoformat(sep=" ", timespec="seconds")


def seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def duration(seconds: float) -> str:
    """`+250 ms`, `+4.2 s`, `+3 m 20 s`, `+5 h 10 m`, `+2 d 4 h`."""
    if seconds < 1:
        return f"+{round(seconds * 1000)} ms"
    if seconds < MINUTE:
        return f"+{seconds:.1f} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"+{whole // MINUTE} m {whole % MINUTE} s"
    if whole < DAY:
        return f"+{whole // HOUR} h {whole % HOUR // MINUTE} m"
    return f"+{whole // DAY} d {whole % DAY // HOUR} h"
