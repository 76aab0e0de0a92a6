"""How others write money and time: yuan as text, China's clock, seconds since 1970."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

CHINA = timezone(timedelta(hours=8))
_YUAN = re.compile(r"\d{1,11}(\.\d{1,2})?", re.ASCII)
_LOCAL = "%Y-%m-%d %H:%M:%S"


def china(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(CHINA)


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def local(moment: str) -> str:
    """`2026-11-22 11:31:07`, in China."""
    return china(moment).strftime(_LOCAL)


def from_local(text: str) -> str:
    """ValueError for what is no time in China."""
    return utc(datetime.strptime(text, _LOCAL).replace(tzinfo=CHINA))


def from_seconds(seconds: float) -> str:
    return utc(datetime.fromtimestamp(seconds, UTC))


def seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def millis(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def to_yuan(fen: int) -> str:
    return str(Decimal(fen).scaleb(-2).quantize(Decimal("0.01")))


def to_fen(yuan: str) -> int:
    """Exactly; ValueError for what is no amount with at most two decimals."""
    if not _YUAN.fullmatch(yuan):
        raise ValueError(f"no amount of yuan: {yuan}")
    return int(Decimal(yuan).scaleb(2))
