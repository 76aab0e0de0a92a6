"""Read an untrusted document field by field, and remember every fault instead of the first."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from shared.domain.errors import Fault, Invalid

MAX_FEN = 10**13
ID = re.compile(r"[^\s#\x00-\x1f\x7f](?:[^#\x00-\x1f\x7f]*[^\s#\x00-\x1f\x7f])?")
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LAST_YEAR = date.max.year - 200  # a shelf life may be added to any day
SHORT, MEDIUM = 64, 500  # characters of a short text, and of a value in a mapping
E = TypeVar("E", bound=StrEnum)
_MISSING: Any = object()


class Reader:
    """A cursor over one JSON object. A faulty field reads as its empty value; see `check`."""

    def __init__(self, value: Any, path: str = "", faults: list[Fault] | None = None) -> None:
        self.path = path
        self.faults: list[Fault] = [] if faults is None else faults
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        self.seen: set[str] = set()
        if not isinstance(value, dict):
            self.fault("", "not-an-object")

    def fault(self, name: str, code: str, **args: Any) -> None:
        where = f"{self.path}.{name}" if self.path and name else self.path or name
        self.faults.append(Fault(where, code, args))

    def faults_here(self, *names: str) -> bool:
        """Whether one of these fields of this object has a fault already."""
        return any(f.field in {self._at(name) for name in names} for f in self.faults)

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def text(self, name: str, *, default: str = _MISSING, limit: int = 200) -> str:
        """Text without control characters, trimmed; must be given unless there is a default."""
        value = self._take(name, str, default)
        if not isinstance(value, str):
            return ""
        text = value.strip()
        if not text and default is _MISSING:
            self.fault(name, "missing")
        if len(text) > limit:
            self.fault(name, "too-long", limit=limit)
        if _UNFIT.search(text):
            self.fault(name, "control-characters")
        return text

    def id(self, name: str, *, default: str = _MISSING, limit: int = 64) -> str:
        """Text that may stand in a key: any characters but `#` and control characters."""
        value = self.text(name, default=default, limit=limit)
        if value and not ID.fullmatch(value):
            self.fault(name, "not-an-id")
        return value

    def whole(
        self, name: str, *, default: int = _MISSING, least: int = 0, most: int = MAX_FEN
    ) -> int:
        """A whole number in its range; a default is taken as it is."""
        value = self._take(name, int, default)
        if not isinstance(value, int) or isinstance(value, bool):
            return 0
        if self.has(name) and not least <= value <= most:
            self.fault(name, "out-of-range", least=least, most=most)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        return bool(self._take(name, bool, default))

    def one_of(self, name: str, kind: type[E], default: E) -> E:
        value = self._take(name, str, default)
        if value in list(kind):
            return kind(value)
        if isinstance(value, str):
            self.fault(name, "not-one-of", choices=[member.value for member in kind])
        return default

    def time(self, name: str, *, default: str = _MISSING, latest: str = "") -> str:
        """A time with its offset, given back in UTC with milliseconds."""
        value = self.text(name, default=default, limit=40)
        if not value:
            return ""
        try:
            moment = datetime.fromisoformat(value)
            utc = (
                moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment.tzinfo else ""
            )
        except (ValueError, OverflowError):
            utc = ""
        if not utc:
            self.fault(name, "not-a-time")
        elif latest and utc > latest:
            self.fault(name, "in-the-future")
        return utc

    def day(self, name: str) -> str:
        """A day as YYYY-MM-DD; empty if it is not given."""
        text = self.text(name, default="", limit=40)
        if text and not _is_day(text):
            self.fault(name, "not-a-date")
            return ""
        return text

    def several_of(self, name: str, kind: type[E]) -> tuple[E, ...]:
        """Members of an enumeration, each once, in the enumeration's order."""
        given = self.texts(name)
        if any(value not in list(kind) for value in given):
            self.fault(name, "not-one-of", choices=[member.value for member in kind])
        return tuple(member for member in kind if member.value in given)

    def texts(self, name: str, *, limit: int = 50) -> tuple[str, ...]:
        items = self._take(name, list, [])
        if not isinstance(items, list):
            return ()
        if len(items) > limit:
            self.fault(name, "too-many", limit=limit)
        good = [item for item in items if _fits(item, SHORT) and item.strip()]
        if len(good) != len(items):
            self.fault(name, "not-short-texts")
        return tuple(dict.fromkeys(item.strip() for item in good))

    def object(self, name: str, *, required: bool = True) -> "Reader":
        value = self._take(name, dict, _MISSING if required else {})
        return Reader(value if isinstance(value, dict) else {}, self._at(name), self.faults)

    def items(self, name: str, *, limit: int, required: bool = True) -> list[Any]:
        """A list with its items as they are; one that is required must not be empty."""
        items = self._take(name, list, _MISSING if required else [])
        if not isinstance(items, list):
            return []
        if not items and required:
            self.fault(name, "empty")
        if len(items) > limit:
            self.fault(name, "too-many", limit=limit)
        return items[:limit]

    def objects(self, name: str, *, limit: int, required: bool = True) -> Iterator["Reader"]:
        for at, item in enumerate(self.items(name, limit=limit, required=required)):
            yield Reader(item, f"{self._at(name)}[{at}]", self.faults)

    def mapping(self, name: str, *, limit: int) -> dict[str, str]:
        items = self._take(name, dict, {})
        if not isinstance(items, dict):
            return {}
        if len(items) > limit:
            self.fault(name, "too-many", limit=limit)
        if not all(k and _fits(k, SHORT) and _fits(v, MEDIUM) for k, v in items.items()):
            self.fault(name, "not-short-texts")
            return {}
        return dict(items)

    def done(self) -> None:
        """Call last: fields that nobody asked for are faults too, since they are mostly typos."""
        for name in sorted(self.value.keys() - self.seen):
            self.fault(str(name)[:64], "unknown-field")

    def check(self) -> None:
        if self.faults:
            raise Invalid(faults=tuple(self.faults))

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _take(self, name: str, kind: type, default: Any) -> Any:
        self.seen.add(name)
        value = self.value.get(name)
        if value is None:
            if default is _MISSING:
                self.fault(name, "missing")
                return None
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(name, "wrong-type", expected=kind.__name__)
            return None
        return value


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text).year < _LAST_YEAR)
    except ValueError:
        return False


def _fits(value: Any, limit: int) -> bool:
    """Whether a value is a text of up to `limit` characters that can be kept and shown."""
    return isinstance(value, str) and len(value) <= limit and not _UNFIT.search(value)
