"""Merchants' accounts with carriers; waybills of parcels, beside their order or merge."""

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.claim import Claim
from shared.domain.order import Order
from shared.domain.waybill import Account, State, Waybill, place, subjects
from shared.runtime import clock
from shared.store import claims, keys
from shared.store.beside import Beside
from shared.store.shelf import Shelf
from shared.store.table import InsightRow, Put, find, put

KEPT = 90 * 24 * 3600
MOST_BYTES = 390_000

accounts = Shelf("waybill-account", Account)
rows = Beside("waybill", Waybill)
get, find_one, of, desk, page, due = rows.get, rows.find, rows.of, rows.desk, rows.page, rows.due


def save(tenant: str, one: Waybill, claim: Claim | None = None) -> Waybill:
    """Write it, unless somebody else did since it was read: Conflict."""
    claims.write(_writes(tenant, one), claim)
    return replace(one, version=one.version + 1)


def add(tenant: str, some: Sequence[Waybill], claim: Claim | None) -> None:
    """Write those that are new: all of them or, with Conflict, none."""
    puts = [_writes(tenant, one) for one in some if not one.version]
    if puts:
        claims.write(puts[0], claim, *puts[1:])
    else:
        claims.keep(claim)


def used(tenant: str) -> bool:
    """Whether a merchant takes waybills at all; may be some seconds old."""
    return bool(accounts.all_known(tenant))


def follows(tenant: str) -> bool:
    """Whether a merchant has his parcels followed; may be some seconds old."""
    return any(one.tracks and one.works for one in accounts.all_known(tenant))


def living(tenant: str, subject: str) -> dict[int, Waybill]:
    """By parcel, those that are made or are to be. `subject`: an order, or a merge's boxes."""
    return {
        row.parcel: row for row in of(tenant, subject) if row.state in (State.WANTED, State.MADE)
    }


def of_parcels(order: Order) -> dict[int, Waybill]:
    """The same of all of an order's parcels, also of those that lie in boxes of a merge."""
    known = {subject: living(order.tenant, subject) for subject in subjects(order)}
    places = {parcel.no: place(order, parcel) for parcel in order.parcels}
    found = {no: known[subject].get(number) for no, (subject, number) in places.items()}
    return {no: row for no, row in found.items() if row}


def keep_label(tenant: str, one: Waybill, sealed: bytes) -> None:
    """Keep what there is to print; what is too long for a row is asked for when it is needed."""
    if len(sealed) <= MOST_BYTES:
        ttl = clock.epoch(clock.now()) + KEPT
        put(InsightRow(*keys.label(tenant, one.order, one.no), body=sealed, ttl=ttl), None)


def label(tenant: str, one: Waybill) -> bytes | None:
    row = find(InsightRow, keys.label(tenant, one.order, one.no))
    return bytes(row.body) if row else None


def _writes(tenant: str, one: Waybill) -> Put:
    return rows.writes(tenant, one, due=one.due, waits=one.waits)
