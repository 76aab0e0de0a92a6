"""Alerts: one row for each subject, which is opened and closed together with what tells of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from shared.domain import alert as rules
from shared.domain.alert import Alert, Finding, Scope
from shared.domain.claim import Claim
from shared.domain.delivery import Delivery
from shared.domain.digest import AlertSettings
from shared.domain.errors import Conflict, NotFound
from shared.runtime import cache, clock
from shared.store import claims, deliveries, keys, merchants
from shared.store.pack import pack, unpack
from shared.store.table import (
    Cancelled,
    InsightRow,
    MerchantRow,
    Put,
    connection,
    find,
    find_many,
    transact,
)

KEPT = 400 * 24 * 3600
SETTINGS = "alerts"  # the kind of their row
LAST = "\U0010ffff"


def settle(tenant: str, scope: Scope, found: Iterable[Finding]) -> list[Delivery]:
    """Let the alerts of `scope` say what was found there; give back what is to be sent of it.

    What stands already stays as it is, so that twice is once. Each change is written with the
    messages that tell of it: whoever is second finds the row changed, and tells nobody.
    """
    now, wrong = clock.now(), list(found)
    known = list(_known(tenant, scope, [rules.id_for(one) for one in wrong]))
    told: list[Delivery] = []
    for alert in rules.settled(known, wrong, scope, now):
        told += _write(tenant, alert)
    for alert in rules.grown(known, wrong):
        with suppress(Conflict):  # somebody else counted, too, or has seen it: next time
            save(tenant, alert)
    return told


def get(tenant: str, alert_id: str) -> Alert:
    row = find(InsightRow, keys.alert(tenant, alert_id))
    if row is None:
        raise NotFound(kind="alert", id=alert_id)
    return _from(row)


def save(tenant: str, alert: Alert, claim: Claim | None = None) -> None:
    """Write an alert that stands, unless somebody else did since it was read: Conflict."""
    claims.write(_put(tenant, alert), claim)


def standing(tenant: str) -> Iterator[Alert]:
    """Every alert that stands, in no order; one that is only just opened may still be missing."""
    return _many(tenant, [alert_id for _, alert_id in _listed(tenant, (" ", LAST))])


def of_sku(tenant: str, sku: str) -> list[Alert]:
    """The alerts of one SKU, also those that were closed."""
    connection()
    pk, prefix = keys.alert(tenant, rules.mark(sku))
    rows = InsightRow.query(pk, InsightRow.sk.startswith(prefix), consistent_read=True)
    return [_from(row) for row in rows]


def page(tenant: str, after: str, limit: int) -> list[tuple[str, Alert]]:
    """(Place, alert) of those that stand, the newest first, after the place `after`."""
    places = _listed(tenant, (" ", after or LAST), limit + 1)
    wanted = [(place, alert_id) for place, alert_id in places if place != after][:limit]
    there = {alert.id: alert for alert in _many(tenant, [one for _, one in wanted])}
    return [(place, there[one]) for place, one in wanted if one in there]


def closed(tenant: str, after: str, limit: int) -> list[tuple[str, Alert]]:
    """(Place, alert) of those that were closed, the newest first, after the place `after`."""
    connection()
    pk, _ = keys.closed_alert(tenant, "", "")
    older = InsightRow.sk < after if after else None
    rows = InsightRow.query(pk, older, scan_index_forward=False, limit=limit, consistent_read=True)
    return [(str(row.sk), _from(row)) for row in rows]


def closed_since(tenant: str, since: str) -> int:
    connection()
    pk, first = keys.closed_alert(tenant, since, "")
    return int(InsightRow.count(pk, InsightRow.sk >= first, consistent_read=True))


@cache.remember
def settings(tenant: str) -> AlertSettings:
    """How the merchant wants to be told; may be some seconds old."""
    row = find(MerchantRow, keys.merchant(tenant, SETTINGS))
    return unpack(row.body, AlertSettings) if row else AlertSettings()


def save_settings(tenant: str, changed: AlertSettings, claim: Claim | None = None) -> None:
    row = MerchantRow(*keys.merchant(tenant, SETTINGS), body=pack(changed))
    claims.write(Put(row), claim)
    cache.forget()


def messages(tenant: str, stamp: str, event_id: str, body: dict[str, Any]) -> list[Delivery]:
    """An event for each webhook that asks for it; their ids begin with the time `stamp`."""
    return [
        Delivery(
            tenant=tenant,
            id=f"{stamp}-{event_id}-{webhook.id}",
            webhook=webhook.id,
            event=event_id,
            body=json.dumps(body, ensure_ascii=False),
            due=clock.now(),
        )
        for webhook in merchants.webhooks.all_known(tenant)
        if webhook.active and (not webhook.events or body["type"] in webhook.events)
    ]


def _write(tenant: str, alert: Alert) -> list[Delivery]:
    told = _telling(tenant, alert) if settings(tenant).tells(alert) else []
    puts = [_put(tenant, alert), *_history(tenant, alert), *map(deliveries.writes, told)]
    try:
        transact(puts=puts)
    except Cancelled:  # somebody else saw the same, and was faster
        return []
    return told


def _telling(tenant: str, alert: Alert) -> list[Delivery]:
    stamp = rules.digits(alert.closed_at or alert.opened_at)
    return messages(tenant, stamp, alert.event_id, rules.payload(alert))


def _known(tenant: str, scope: Scope, ids: Sequence[str]) -> Iterable[Alert]:
    """What stands in the scope, and what was closed before of all that was found."""
    if scope.sku:
        return of_sku(tenant, scope.sku)
    possible = scope.ids
    listed = (one for _, one in _listed(tenant, (" ", LAST)))
    there = [one for one in listed if possible is None or one in possible]
    return _many(tenant, [*there, *ids])


def _listed(
    tenant: str, between: tuple[str, str], limit: int | None = None
) -> Iterator[tuple[str, str]]:
    """(Place, id) of the alerts that stand between two places, the newest first."""
    connection()
    for row in InsightRow.due_index.query(
        keys.alerts(tenant),
        InsightRow.due.between(*between),
        scan_index_forward=False,
        limit=limit,
    ):
        yield str(row.due), str(row.sk)  # type: ignore[attr-defined]


def _many(tenant: str, ids: Sequence[str]) -> Iterator[Alert]:
    return map(_from, find_many(InsightRow, [keys.alert(tenant, one) for one in ids]))


def _put(tenant: str, alert: Alert) -> Put:
    same = InsightRow.v == alert.version if alert.version else InsightRow.pk.does_not_exist()
    stands = alert.standing
    row = InsightRow(
        *keys.alert(tenant, alert.id),
        v=alert.version + 1,
        body=pack(replace(alert, version=0)),
        work=keys.alerts(tenant) if stands else None,
        due=f"{alert.opened_at}#{alert.id}" if stands else None,
        ttl=None if stands else clock.epoch(alert.closed_at) + KEPT,
    )
    return Put(row, same)


def _history(tenant: str, alert: Alert) -> list[Put]:
    if alert.standing:
        return []
    key = keys.closed_alert(tenant, alert.closed_at, alert.id)
    ttl = clock.epoch(alert.closed_at) + KEPT
    return [Put(InsightRow(*key, v=1, body=pack(replace(alert, version=0)), ttl=ttl))]


def _from(row: InsightRow) -> Alert:
    return replace(unpack(row.body, Alert), version=int(row.v))
