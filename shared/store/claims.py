"""Idempotency keys that were used: written with their effect, kept for two days."""

from dataclasses import dataclass
from typing import Any

from shared.domain.claim import Claim
from shared.domain.errors import Conflict, Refused
from shared.runtime import clock
from shared.store import keys
from shared.store.pack import pack, unpack
from shared.store.table import Cancelled, InsightRow, Put, find, put, transact

KEPT = 48 * 3600


@dataclass(frozen=True, slots=True)
class Stored:
    request: str
    status: int
    body: Any


def writes(claim: Claim | None) -> list[Put]:
    if claim is None:
        return []
    row = InsightRow(
        *keys.claim(claim.tenant, claim.key),
        body=pack(Stored(claim.request, claim.status, claim.body)),
        ttl=clock.epoch(clock.now()) + KEPT,
    )
    return [Put(row, InsightRow.pk.does_not_exist() | (InsightRow.ttl < clock.epoch(clock.now())))]


def write(row: Put, claim: Claim | None, *beside: Put) -> None:
    """Write a row, with its claim and what else there is; raise Conflict when it has changed."""
    more = [*beside, *writes(claim)]
    if not more:  # alone it costs half
        return put(row.row, row.condition)
    try:
        return transact(puts=[row, *more])
    except Cancelled as cancelled:
        raise Conflict from cancelled


def keep(claim: Claim | None) -> None:
    """Write a claim alone, after effects that were written one by one and may be done twice."""
    for put_ in writes(claim):
        put(put_.row, put_.condition)


def find_claim(tenant: str, key: str) -> Claim | None:
    """A claim that has not run out; the engine deletes them late, so the time is looked at."""
    row = find(InsightRow, keys.claim(tenant, key))
    if row is None or row.ttl < clock.epoch(clock.now()):
        return None
    stored = unpack(row.body, Stored)
    return Claim(tenant, key, stored.request, stored.status, stored.body)


def lost(claims_failed: list[bool], refusal: Refused) -> Refused:
    """What a broken condition means: an equal request was faster, or else `refusal`."""
    return Conflict() if any(claims_failed) else refusal
