"""The goods that a line of a document speaks of: the SKU, its lot, and the lot's last day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from shared.domain import lots
from shared.domain.errors import Fault
from shared.domain.item import Item
from shared.domain.reader import Reader
from shared.domain.stock import BUCKET, Level, Place

MOST_UNITS = 10**9


@dataclass(frozen=True, slots=True)
class Goods:
    """Days are YYYY-MM-DD; `expires` or `made` is given where a lot is new to us."""

    sku: str
    lot: str = ""
    expires: str = ""
    made: str = ""

    def at(self, warehouse: str) -> Place:
        return Place(self.sku, warehouse, self.lot)


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of the goods of a line; `kept`: whether the merchant keeps items at all."""

    item: Item | None
    level: Level
    kept: bool

    @property
    def lots(self) -> bool:
        return self.item is not None and self.item.lots


def read(line: Reader) -> Goods:
    lot = line.id("lot", default="")
    if lot.startswith(BUCKET):
        line.fault("lot", "not-an-id")
    return Goods(line.id("sku"), lot, line.day("expires"), line.day("made"))


def key(goods: Goods) -> tuple[str, str]:
    """What makes two lines of one document speak of the same goods."""
    return goods.sku, goods.lot


def last_day(goods: Goods, known: Known) -> str:
    """A lot's last day: as told, or by when it was made, or as we know it already."""
    if goods.made and not goods.expires and known.item:
        return _after(goods.made, known.item.shelf_life)
    return goods.expires or known.level.expires


def sets(goods: Goods, known: Known) -> dict[str, str]:
    """What must be written with the counters of a lot that is new to us."""
    expires = last_day(goods, known)
    return {"expires": expires} if expires != known.level.expires else {}


def strange(known: Known) -> Iterator[Fault]:
    """What is wrong with a SKU that shall have stock."""
    if known.item is None and known.kept:
        yield Fault("sku", "unknown-item")
    if known.item is not None and known.item.kit:
        yield Fault("sku", "is-a-kit")


def faults(goods: Goods, known: Known, *, comes: bool = False) -> Iterator[Fault]:
    """What is wrong with the goods of a line; `comes`: these units may be the lot's first."""
    if wrong := list(strange(known)):
        yield from wrong
    elif known.lots:
        yield from _of_lot(goods, known, comes=comes)
    else:
        for name in ("lot", "expires", "made"):
            if getattr(goods, name):
                yield Fault(name, "not-by-lot")


def too_near(goods: Goods, known: Known, now: str) -> Iterator[Fault]:
    """Whether a lot comes so near its end that it is not taken in."""
    expires = last_day(goods, known)
    if known.item and known.lots and expires and not lots.receivable(expires, known.item, now):
        left = (lots.ends(expires) - datetime.fromisoformat(now)).days
        figures = {"left": max(0, left), "needed": known.item.no_receive}
        yield Fault("expires" if goods.expires else "lot", "too-near-expiry", figures)


def flat(goods: Goods) -> dict[str, Any]:
    """The goods as fields of the line that speaks of them."""
    return {"sku": goods.sku, "lot": goods.lot, "expires": goods.expires}


def _of_lot(goods: Goods, known: Known, *, comes: bool) -> Iterator[Fault]:
    expires = last_day(goods, known)
    if not goods.lot:
        yield Fault("lot", "missing")
    elif goods.made and known.item and not known.item.shelf_life:
        yield Fault("made", "no-shelf-life")
    elif comes and not expires:
        yield Fault("expires", "missing")
    elif other := _other(goods, known):
        yield Fault("expires", "other-expiry", {"expires": other})


def _other(goods: Goods, known: Known) -> str:
    """Another last day that the same lot has, by what we know or by when it was made."""
    life = known.item.shelf_life if known.item else 0
    made = _after(goods.made, life) if goods.made else ""
    told = {last_day(goods, known), made, known.level.expires} - {""}
    return known.level.expires or made if len(told) > 1 else ""


def _after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def of_line(no: int, found: Iterable[Fault]) -> Iterator[Fault]:
    """The same faults, seen from the document."""
    for fault in found:
        yield Fault(f"lines[{no}].{fault.field}", fault.code, fault.args)


def dated(goods: Goods, known: Known) -> Goods:
    """The same with its last day, as we know it now."""
    return replace(goods, expires=last_day(goods, known))
