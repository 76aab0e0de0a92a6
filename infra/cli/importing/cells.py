"""Cells of a table as values of an order: whatever cannot be read exactly is a fault."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

CHINA = timezone(timedelta(hours=8))
EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
ROUNDED = re.compile(r"\d(\.\d+)?[Ee]\+\d+")
TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
YES = {"1", "true", "yes", "y", "是", "有", "货到付款"}
NO = {"0", "false", "no", "n", "否", "无", ""}
STATES = {
    "open": "open",
    "cancelled": "cancelled",
    "shipped": "shipped",
    "已取消": "cancelled",
    "交易关闭": "cancelled",
    "已关闭": "cancelled",
    "已发货": "shipped",
    "待发货": "open",
    "等待发货": "open",
    "买家已付款": "open",
}
PAYMENTS = {
    "paid": "paid",
    "unpaid": "unpaid",
    "part": "part",
    "已付款": "paid",
    "已支付": "paid",
    "未付款": "unpaid",
    "待付款": "unpaid",
    "未支付": "unpaid",
    "部分付款": "part",
}


class Unread(Exception):
    """A cell that does not read; `code` is a word of the catalogue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean(value: Any) -> Any:
    """Text without what exports wrap around it: blanks, tabs, `="..."`, a leading quote."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    return text.removeprefix("'")


def text(value: Any) -> str:
    """Numbers of orders are text too: refuse those that a spreadsheet has rounded."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and abs(value) >= EXACT:
        raise Unread("digits-lost")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, str) and ROUNDED.fullmatch(value):
        raise Unread("digits-lost")
    return str(value)


def whole(value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise Unread("not-whole")
    return int(number)


def fen(value: Any) -> int:
    """Fen, as a whole number."""
    return whole(value)


def yuan(value: Any) -> int:
    """Yuan with at most two decimals, as fen."""
    cents = _number(value) * 100
    if cents != cents.to_integral_value():
        raise Unread("not-yuan")
    return int(cents)


def time(value: Any) -> str:
    """A time; without an offset it is China's."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or CHINA).isoformat()
    written = str(value)
    if found := TIME.fullmatch(written):
        return _moment([int(part or 0) for part in found.groups()])
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Unread("not-time") from None
    return moment.replace(tzinfo=moment.tzinfo or CHINA).isoformat()


def flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word not in YES | NO:
        raise Unread("not-yes-or-no")
    return word in YES


def texts(value: Any) -> list[str]:
    """Several short texts in one cell."""
    return [each.strip() for each in re.split(r"[,;，；、|]", str(value)) if each.strip()]


def state(value: Any) -> str:
    return STATES.get(str(value), str(value))


def payment(value: Any) -> str:
    return PAYMENTS.get(str(value), str(value))


Kind = Callable[[Any], Any]


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise Unread("not-a-number")
    written = repr(round(value, 6)) if isinstance(value, float) else str(value)
    try:
        number = Decimal(written.replace(",", "").lstrip("¥￥").removesuffix("元").strip())
    except InvalidOperation:
        raise Unread("not-a-number") from None
    if not number.is_finite():
        raise Unread("not-a-number")
    return number


def _moment(parts: list[int]) -> str:
    try:
        return datetime(*parts, tzinfo=CHINA).isoformat()  # type: ignore[misc,arg-type]
    except ValueError:
        raise Unread("not-time") from None
