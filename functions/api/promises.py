"""/v1/promises: the orders that must leave soon, in the order in which to work on them"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions.api import views
from shared.domain import promise, stages, words
from shared.domain.errors import faulty
from shared.domain.order import Order
from shared.domain.promise import Deadline, Delay, Paces, State
from shared.domain.reader import Reader
from shared.runtime import clock
from shared.runtime.http import Call, Routes
from shared.store import merchants, paces, promises

routes = Routes()
MOST, USUAL = 100, 20
LOOKED_AT = 1000  # orders that one call reads at most; a rare filter gives short pages
_PLACE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]{10,30}#[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Wanted:
    state: str
    shop: str
    warehouse: str

    def fits(self, one: "Standing") -> bool:
        return (
            self.state in ("", one.state)
            and self.shop in ("", one.order.shop)
            and self.warehouse in ("", stages.warehouse(one.order))
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """An order against its clock."""

    order: Order
    deadline: Deadline
    forecast: str
    state: State


@routes.on("GET", "/v1/promises", "orders:read")
def list_promises(call: Call) -> dict[str, Any]:
    """Orders that are late or will be soon, the first to leave first; how many there are."""
    wanted, after, limit = _wanted(call), call.query.get("cursor", ""), call.limit(USUAL, MOST)
    if after and not _PLACE.fullmatch(after):
        raise faulty("cursor", "bad-cursor")
    found, cursor = _page(call, wanted, after, limit)
    tally = promises.run_of(call.tenant).found
    return {
        "counted_at": tally.at or None,
        "counts": {state.value: tally.counts.get(state.value, 0) for state in State},
        "promises": [_shown(one, call.now) for one in found],
        "next": cursor,
    }


def _page(call: Call, wanted: Wanted, after: str, limit: int) -> tuple[list[Standing], str | None]:
    found: list[Standing] = []
    usual, late = paces.known(call.tenant), wanted.state == State.LATE
    for looked_at, (place, order) in enumerate(_walk(call, after, late=late), 1):
        one = _standing(order, usual, call.now)
        found += [one] if wanted.fits(one) else []
        if len(found) == limit or looked_at == LOOKED_AT:
            return found, place
    return found, None


def _walk(call: Call, after: str, *, late: bool) -> Iterator[tuple[str, Order]]:
    more = True
    while more:
        some, after = promises.page(call.tenant, after, call.now, late=late, limit=MOST)
        yield from some
        more = bool(after)


def _standing(order: Order, usual: Paces, now: str) -> Standing:
    shop = merchants.shops.known(order.tenant, order.shop)
    deadline, expected = promise.ship_by(order, shop), promise.forecast(order, usual, now)
    return Standing(order, deadline, expected, promise.state(deadline, expected, now))


def _wanted(call: Call) -> Wanted:
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor"))
    state = query.text("state", default="")
    if state and state not in list(State):
        query.fault("state", "not-one-of", choices=[each.value for each in State])
    wanted = Wanted(state, query.text("shop", default=""), query.text("warehouse", default=""))
    query.done()
    query.check()
    return wanted


def _shown(one: Standing, now: str) -> dict[str, Any]:
    order, delay = one.order, promise.delay(one.order, now)
    return {
        "order": order.id,
        "shop": order.shop,
        "number": order.number,
        "warehouse": stages.warehouse(order),
        "urgent": order.urgent,
        "status": order.status.value,
        "holds": [views.hold(hold) for hold in order.holds],
        "state": one.state.value,
        "ship_by": one.deadline.at,
        "left": round(clock.seconds_between(now, one.deadline.at)),
        "why": _why(one.deadline),
        "forecast": one.forecast or None,
        "delay": _delay(delay) if delay else None,
    }


def _why(deadline: Deadline) -> dict[str, Any]:
    return {"rule": deadline.why.value, "hours": deadline.hours, **_said(deadline)}


def _delay(delay: Delay) -> dict[str, Any]:
    about = {"stage": delay.stage, "seconds": round(delay.seconds), "share": delay.share}
    return {**about, **_said(delay)}


def _said(found: Deadline | Delay) -> dict[str, str]:
    return {language: promise.told(found, language) for language in words.LANGUAGES}
