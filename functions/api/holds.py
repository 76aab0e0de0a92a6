"""/v1/holds: the workbench of everything that is stopped, and by whom it is waited for"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from functions.api import listing, views
from shared.domain import stop
from shared.domain.hold import NATURE, Reason, Severity
from shared.domain.order import Order
from shared.domain.reader import Reader
from shared.domain.stop import Stop
from shared.runtime.http import Call, Routes
from shared.store import stopped

routes = Routes()
MOST, USUAL = 100, 20
LOOKED_AT = 1000  # orders that one call reads and counts at most; a rare filter gives short pages


@dataclass(frozen=True, slots=True)
class Wanted:
    reason: str
    severity: str
    owner: str
    shop: str
    overdue: bool
    now: str
    limit: int

    def of(self, order: Order) -> list[Stop]:
        """What stops the order, as far as it is asked for."""
        if self.shop not in ("", order.shop):
            return []
        return [one for one in stop.stops(order) if self._fits(one)]

    def _fits(self, one: Stop) -> bool:
        nature = NATURE[one.hold.reason]
        return (
            self.reason in ("", one.hold.reason)
            and self.severity in ("", nature.severity)
            and self.owner in ("", nature.owner)
            and (not self.overdue or one.overdue(self.now))
        )


@dataclass(slots=True)
class Page:
    """What was found so far. The first page counts on to the end, as far as one call may read."""

    wanted: Wanted
    first: bool
    found: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    place: str = ""  # behind which the next page begins
    looked_at: int = 0

    @property
    def full(self) -> bool:
        return len(self.found) == self.wanted.limit

    def read(self, walk: Iterator[tuple[str, Order]]) -> None:
        for place, order in walk:
            self.looked_at += 1
            stops = self.wanted.of(order)
            self.counts.update({one.hold.reason.value for one in stops})
            if not self.full:
                self.place = place
                self.found += [_shown(order, stops, self.wanted.now)] if stops else []
            elif not self.first:
                return

    def shown(self) -> dict[str, Any]:
        ended = not self.full and self.looked_at < LOOKED_AT
        page = {"holds": self.found, "next": None if ended else listing.cursor_of(self.place)}
        if not self.first:
            return page
        return {**page, "counts": dict(self.counts.most_common()), "counted": self.looked_at}


@routes.on("GET", "/v1/holds", "orders:read")
def list_holds(call: Call) -> dict[str, Any]:
    """Stopped orders, the first placed first; the first page counts them by reason as well."""
    wanted = _wanted(call)
    after = listing.place_of(call.query.get("cursor", ""))
    page = Page(wanted, first=not after)
    page.read(stopped.walk(call.tenant, after, LOOKED_AT))
    return page.shown()


def _shown(order: Order, stops: list[Stop], now: str) -> dict[str, Any]:
    holds = [{**views.hold(each.hold), **_times(each, now)} for each in stops]
    return {**views.summary(order), "holds": holds}


def _times(one: Stop, now: str) -> dict[str, Any]:
    return {"since": one.since, "deadline": one.deadline, "overdue": one.overdue(now)}


def _wanted(call: Call) -> Wanted:
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor"))
    wanted = Wanted(
        reason=_one_of(query, "reason", [each.value for each in Reason]),
        severity=_one_of(query, "severity", [each.value for each in Severity]),
        owner=_one_of(query, "owner", sorted({nature.owner for nature in NATURE.values()})),
        shop=query.text("shop", default=""),
        overdue=_one_of(query, "overdue", ["true", "false"]) == "true",
        now=call.now,
        limit=call.limit(USUAL, MOST),
    )
    query.done()
    query.check()
    return wanted


def _one_of(query: Reader, name: str, choices: list[str]) -> str:
    value = query.text(name, default="")
    if value and value not in choices:
        query.fault(name, "not-one-of", choices=choices)
    return value
