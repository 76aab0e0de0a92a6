"""Pages that filters do not empty, and a page of orders; a cursor is of one list only."""

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from shared.domain.errors import faulty
from shared.domain.order import Order, Status, id_for
from shared.domain.reader import Reader
from shared.runtime import clock
from shared.runtime.http import Call
from shared.store import orders

T = TypeVar("T")
MOST, USUAL = 100, 20
_PLACE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]{10,30}#[0-9a-f]{24}")
LOOKED_AT = 1000  # rows that one call reads at most; a rare filter gives short pages
MONTHS_BACK = 93 * 86400
MOST_YEARS = 10  # each month in them is asked for


@dataclass(frozen=True, slots=True)
class Wanted:
    shop: str
    status: str
    hold: str
    tag: str
    number: str
    first: str
    last: str
    newest_first: bool
    limit: int

    def fits(self, order: Order) -> bool:
        return (
            self.shop in ("", order.shop)
            and self.status in ("", order.status)
            and (not self.hold or self.hold in [h.reason for h in order.holds])
            and (not self.tag or self.tag in order.content.tags)
            and self.number in ("", order.number)
        )


def page(call: Call) -> tuple[list[Order], str | None]:
    """The orders of one page, and the cursor of the next, or None at the end."""
    wanted = _wanted(call)
    if wanted.number and wanted.shop:
        one = orders.find_order(call.tenant, id_for(call.tenant, wanted.shop, wanted.number))
        return ([one] if one and wanted.fits(one) else []), None
    found: list[Order] = []
    walk = _walk(call.tenant, wanted, place_of(call.query.get("cursor", "")))
    for looked_at, (place, order) in enumerate(walk, 1):
        if wanted.fits(order):
            found.append(order)
        if len(found) == wanted.limit or looked_at == LOOKED_AT:
            return found, cursor_of(place)
    return found, None


def filled(
    read: Callable[[str, int], tuple[list[T], str]],
    after: str,
    limit: int,
    fits: Callable[[T], bool],
    place: Callable[[T], str],
) -> tuple[list[T], str]:
    """Up to `limit` of those that fit, behind `after`, and where the next page begins.

    `read`: (place, at most so many) -> what is there, and the place where more begins; "" = none.
    It reads on where a filter leaves little, though not without end: a page may then be short.
    """
    found: list[T] = []
    size, left = limit, max(limit, LOOKED_AT)
    while left > 0:
        some, onward = read(after, size)
        for at, one in enumerate(some, 1):
            found += [one] if fits(one) else []
            if len(found) == limit:
                return found, place(one) if onward or at < len(some) else ""
        after, left = onward, left - size
        if not after:
            break
        size = min(MOST, left)
    return found, after


def _walk(tenant: str, wanted: Wanted, after: str) -> Iterator[tuple[str, Order]]:
    """(Place, order) of everything between the two times, in the order that is wanted."""
    for month in _months(wanted, after):
        while places := _places(tenant, month, wanted, after):
            ids = [place.partition("#")[2] for place in places]
            known = orders.get_many(tenant, ids)
            found = zip(places, ids, strict=True)
            yield from ((place, known[order_id]) for place, order_id in found if order_id in known)
            after = places[-1]


def _places(tenant: str, month: str, wanted: Wanted, after: str) -> list[str]:
    first, last = wanted.first, wanted.last + "~"
    if after and wanted.newest_first:
        last = min(last, after)
    elif after:
        first = max(first, after)
    places = orders.page(
        tenant, month, (first, last), newest_first=wanted.newest_first, limit=MOST + 1
    )
    return [place for place in places if place != after][:MOST]


def _months(wanted: Wanted, after: str) -> Iterator[str]:
    first, last = wanted.first[:7], wanted.last[:7]
    if after:
        first, last = (first, after[:7]) if wanted.newest_first else (after[:7], last)
    months = list(_between(first, last))
    yield from reversed(months) if wanted.newest_first else months


def _between(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:7])
    while (now := f"{year:04d}-{month:02d}") <= last:
        yield now
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004


def _wanted(call: Call) -> Wanted:
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor", "sort"))
    sort = call.query.get("sort", "-placed_at")
    if sort not in ("placed_at", "-placed_at"):
        query.fault("sort", "not-one-of", choices=["placed_at", "-placed_at"])
    status = query.text("status", default="")
    if status and status not in list(Status):
        query.fault("status", "not-one-of", choices=[s.value for s in Status])
    wanted = Wanted(
        shop=query.text("shop", default=""),
        status=status,
        hold=query.text("hold", default=""),
        tag=query.text("tag", default=""),
        number=query.text("number", default=""),
        first=query.time("from", default=clock.later(call.now, -MONTHS_BACK)),
        last=query.time("to", default=clock.later(call.now, 86400)),
        newest_first=sort == "-placed_at",
        limit=call.limit(USUAL, MOST),
    )
    query.done()
    query.check()
    least = f"{int(wanted.last[:4]) - MOST_YEARS:04d}{wanted.last[4:]}"
    if wanted.first < least:
        raise faulty("from", "out-of-range", least=least, most=wanted.last)
    return wanted


def cursor_of(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


def decoded(cursor: str) -> str:
    """The place that a cursor names, of whatever list; empty if it names none."""
    try:
        return base64.urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        return ""


def place_of(cursor: str) -> str:
    if not cursor:
        return ""
    try:
        place = base64.urlsafe_b64decode(cursor.encode()).decode()
        clock.epoch(place.partition("#")[0])  # a month that there is none of would lead nowhere
    except ValueError:
        place = ""
    if not _PLACE.fullmatch(place):
        raise faulty("cursor", "bad-cursor")
    return place
