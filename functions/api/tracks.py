"""/v1/tracks: parcels on their way, and what is wrong with them"""

from dataclasses import dataclass
from typing import Any

from functions.api import aftersale_lists, listing, views
from functions.api.audits import MONTH
from functions.carriers import telling, track
from shared.domain import following
from shared.domain.errors import Denied, NotFound
from shared.domain.following import Following, Wrong
from shared.domain.reader import Reader
from shared.domain.tracking import Event, Kind, Trouble
from shared.runtime import clock
from shared.runtime.http import Answer, Call, Routes
from shared.store import claims, orders, reveals, tracks
from shared.store.beside import place_of

routes = Routes()
MOST, USUAL, PARCELS = 100, 20, 99
LONGEST = 200  # characters of a purpose


CHOICES = {
    "trouble": [each.value for each in Trouble],
    "state": [each.value for each in Kind],
    "waiting": ["true", "false"],
}
PLAIN = ("day", "carrier", "warehouse")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; empty = any. `day`: on which the trouble was found, in China."""

    trouble: str
    day: str
    state: str
    carrier: str
    warehouse: str

    def fits(self, one: Following) -> bool:
        return (
            self.state in ("", one.track.state)
            and self.carrier in ("", one.carrier)
            and self.warehouse in ("", one.warehouse)
            and (not (self.trouble or self.day) or any(map(self._means, one.wrong)))
        )

    def _means(self, each: Wrong) -> bool:
        return self.trouble in ("", each.what) and self.day in ("", each.day)


@routes.on("GET", "/v1/tracks", "orders:read")
def list_tracks(call: Call) -> dict[str, Any]:
    """Those to be looked at, the oldest first; or all of a month, the newest first."""
    wanted, waiting, month = _wanted(call)

    def read(after: str, most: int) -> tuple[list[Following], str]:
        if waiting:
            return tracks.desk(call.tenant, after, most)
        return tracks.page(call.tenant, month, after, most)

    after, limit = aftersale_lists.after_of(call), call.limit(USUAL, MOST)
    found, after = listing.filled(read, after, limit, wanted.fits, place_of)
    return {
        "tracks": [_shown(one, call.now) for one in found],
        "next": listing.cursor_of(after) if after else None,
    }


def _wanted(call: Call) -> tuple[Wanted, bool, str]:
    """Filters, whether only what waits for a person, and the month."""
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor"))
    given = {name: query.text(name, default="") for name in (*CHOICES, *PLAIN)}
    month = query.text("month", default=call.now[:7])
    for name, choices in CHOICES.items():
        if given[name] not in ("", *choices):
            query.fault(name, "not-one-of", choices=choices)
    if not MONTH.fullmatch(month):
        query.fault("month", "not-a-month")
    query.done()
    query.check()
    waiting = given.pop("waiting") or ("true" if given["trouble"] or given["day"] else "")
    return Wanted(**given), waiting == "true", month


@routes.on("GET", "/v1/tracks/{tracking}", "orders:read")
def find(call: Call, tracking: str) -> dict[str, Any]:
    """Whose parcels go under a number, with all that was told of each."""
    found = tracks.numbered(call.tenant, tracking)
    if not found:
        raise NotFound(kind="track", id=tracking)
    return _whole(call, found)


@routes.on("GET", "/v1/orders/{order_id}/tracks", "orders:read")
def show(call: Call, order_id: str) -> dict[str, Any]:
    return _whole(call, tracks.of(call.tenant, order_id) or _none(call, order_id))


@routes.on("POST", "/v1/orders/{order_id}/tracks/refresh", "orders:write")
def refresh(call: Call, order_id: str) -> Answer:
    """Ask the carriers now; what was not followed so far is from now on, if an account can."""
    body = call.reader()
    body.done()
    body.check()
    order = orders.get(call.tenant, order_id)
    asked = telling.ask(call.tenant, track.followed(order))
    answer = Answer(202, {"tracks": [_shown(one, call.now) for one in asked]})
    claims.keep(call.claim(answer))
    return answer


@routes.on("POST", "/v1/orders/{order_id}/tracks/close", "orders:write")
def close(call: Call, order_id: str) -> Answer:
    """A person has seen to it: nothing more is asked, and nothing is wrong with it any more."""
    body = call.reader()
    number = body.whole("parcel", least=1, most=PARCELS)
    body.done()
    body.check()
    one = tracks.get(call.tenant, order_id, f"{number:02d}")
    after = one if one.closed else one.over(call.now, closed=True)
    limits = telling.limits(call.tenant)
    answer = Answer(200, _shown(after.looked(call.now, limits), call.now))
    telling.save(call.tenant, one, after, call.claim(answer))
    return answer


def _none(call: Call, order_id: str) -> list[Following]:
    """Nothing is followed; raises NotFound where there is no such order."""
    orders.get(call.tenant, order_id)
    return []


def _whole(call: Call, some: list[Following]) -> dict[str, Any]:
    """With the carriers' words; phones in them are masked, unless a purpose is told."""
    purpose = call.query.get("purpose", "").strip()[:LONGEST]
    for order_id in dict.fromkeys(one.order for one in some) if purpose else ():
        _reveal(call, order_id, purpose)
    return {
        "tracks": [
            {
                **_shown(one, call.now),
                "events": [
                    _event(each, reveal=bool(purpose)) for each in telling.events(call.tenant, one)
                ],
            }
            for one in some
        ]
    }


def _reveal(call: Call, order_id: str, purpose: str) -> None:
    if not call.key.may("orders:reveal"):
        raise Denied(scope="orders:reveal")
    reveals.note(call.tenant, order_id, call.by, purpose, call.now)


def _shown(one: Following, now: str) -> dict[str, Any]:
    state = one.track.state
    return {
        "order": one.order,
        "parcel": int(one.no),
        "tracking": one.tracking,
        "carrier": one.carrier,
        "warehouse": one.warehouse,
        "account": one.account,
        "state": state or "",
        "said": views.both(f"tracking.{state}", {}) if state else {"zh": "", "en": ""},
        "since": one.track.since,
        "picked_at": one.track.picked_at,
        "moved_at": one.track.moved_at,
        "shipped_at": one.shipped_at,
        "troubles": [_wrong(each, now) for each in one.wrong],
        "ended": one.ended,
        "closed": one.closed,
        "ask_at": one.ask_at,
        "tries": one.tries,
        "why": one.why,
        "reason": views.both(f"following.{one.why}", {}) if one.why else {"zh": "", "en": ""},
        "note": one.note,
    }


def _wrong(each: Wrong, now: str) -> dict[str, Any]:
    hours = int(clock.seconds_between(each.since, now) // 3600)
    return {
        "trouble": each.what.value,
        "since": each.since,
        "day": each.day,
        "reason": views.both(f"trouble.{each.what}", {"hours": hours}),
    }


def _event(one: Event, *, reveal: bool) -> dict[str, Any]:
    return {
        "at": one.at,
        "state": one.kind.value,
        "said": views.both(f"tracking.{one.kind}", {}),
        "place": one.place,
        "text": one.text if reveal else following.covered(one.text),
        "code": one.code,
    }
