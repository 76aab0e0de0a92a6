"""Lists of after-sales: the desk of those that wait for a person, and all of them by month."""

import re
from dataclasses import dataclass

from functions.api import listing
from functions.api.audits import MONTH
from shared.domain.aftersale import AfterSale, Kind, Payer, State
from shared.domain.errors import faulty
from shared.domain.reader import Reader
from shared.runtime.http import Call
from shared.store import aftersales
from shared.store.beside import place_of

MOST, USUAL = 100, 20
_WHOSE = r"[0-9a-f]{24}|merge-[^#\x00-\x1f\x7f]{1,64}"  # an order, or the boxes of a merge
_PLACE = re.compile(rf"\d{{4}}-\d\d-\d\dT[\d:.+]{{10,30}}#(?:{_WHOSE})#[^#\x00-\x1f\x7f]{{1,64}}")
CHOICES = {
    "kind": [each.value for each in Kind],
    "state": [each.value for each in State],
    "payer": [each.value for each in Payer],
    "waiting": ["true", "false"],
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters by the field that they ask for; nothing = any."""

    fields: dict[str, str]
    waiting: bool
    month: str
    after: str
    limit: int

    def fits(self, one: AfterSale) -> bool:
        return all(value in ("", getattr(one, name)) for name, value in self.fields.items())


def page(call: Call) -> tuple[list[AfterSale], str | None]:
    wanted = _wanted(call)

    def read(after: str, most: int) -> tuple[list[AfterSale], str]:
        if wanted.waiting:
            return aftersales.desk(call.tenant, after, most)
        return aftersales.page(call.tenant, wanted.month, after, most)

    found, after = listing.filled(read, wanted.after, wanted.limit, wanted.fits, place_of)
    return found, listing.cursor_of(after) if after else None


def _wanted(call: Call) -> Wanted:
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor"))
    chosen = {name: _one_of(query, name) for name in CHOICES}
    waiting = chosen.pop("waiting") == "true"
    plain = {name: query.text(name, default="") for name in ("order", "shop")}
    month = query.text("month", default=call.now[:7])
    if not MONTH.fullmatch(month):
        query.fault("month", "not-a-month")
    query.done()
    query.check()
    after = after_of(call)
    return Wanted({**chosen, **plain}, waiting, month, after, call.limit(USUAL, MOST))


def _one_of(query: Reader, name: str) -> str:
    value = query.text(name, default="")
    if value and value not in CHOICES[name]:
        query.fault(name, "not-one-of", choices=CHOICES[name])
    return value


def after_of(call: Call) -> str:
    """The place behind which a page of documents beside orders begins."""
    cursor = call.query.get("cursor", "")
    place = listing.decoded(cursor)
    if cursor and not _PLACE.fullmatch(place):
        raise faulty("cursor", "bad-cursor")
    return place
