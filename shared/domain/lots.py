"""Lots and their last days: which may be sold or taken in, and which goes out first."""

from datetime import datetime, timedelta, timezone

from shared.domain.item import Item
from shared.domain.stock import Level

CHINA = timezone(timedelta(hours=8))  # a last day ends at midnight there


def day(now: str) -> str:
    """The day that it is in China."""
    return datetime.fromisoformat(now).astimezone(CHINA).date().isoformat()


def ends(expires: str, days_before: int = 0) -> datetime:
    """The moment at which a lot is over, or comes within so many days of that."""
    last = datetime.fromisoformat(expires).replace(tzinfo=CHINA)
    return last + timedelta(days=1 - days_before)


def sellable(level: Level, item: Item | None, now: str) -> bool:
    """Whether these units may be promised: no lot, or one that is not too near its end."""
    if not level.expires:
        return True
    return datetime.fromisoformat(now) < ends(level.expires, item.no_sale if item else 0)


def receivable(expires: str, item: Item, now: str) -> bool:
    """Whether a lot with this last day may still be taken in."""
    return datetime.fromisoformat(now) < ends(expires, item.no_receive)


def near(level: Level, item: Item, now: str) -> bool:
    """Whether a lot should be warned of."""
    left = max(item.near_expiry, item.no_sale)
    return bool(level.expires) and datetime.fromisoformat(now) >= ends(level.expires, left)


def first_out(levels: list[Level]) -> list[Level]:
    """First expired, first out; what never expires comes last."""
    return sorted(levels, key=lambda level: (not level.expires, level.expires, level.lot))
