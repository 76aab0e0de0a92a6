"""What is wrong with stock now, read from the tables: alerts are opened and closed by it."""

from collections.abc import Collection, Iterable

from shared.domain import digest, finding, sellable
from shared.domain.alert import PARCELS, Finding, Kind, Scope, Subject
from shared.domain.delivery import Delivery
from shared.domain.demand import Demand
from shared.domain.digest import Digest, Summary
from shared.domain.following import Group
from shared.domain.item import Item
from shared.domain.ledger import Difference
from shared.domain.link import Link
from shared.domain.pulling import Pulling
from shared.domain.stock import Level, Place
from shared.runtime import cache, clock
from shared.store import (
    alerts,
    deliveries,
    demands,
    figures,
    links,
    merchants,
    rounds,
    stock,
    tracks,
    unrouted,
)

MORE = 1000  # units that orders wait for, beyond what is free, which are counted at most


def check(tenant: str, sku: str) -> list[Delivery]:
    """After a change of its stock: settle the alerts of one SKU; what is given back is to be sent.

    Orders that wait are left to the clock: while orders are getting their stock, what they wait
    for lags behind the counters.
    """
    rounds.begin(tenant)
    levels, item = _read(tenant, sku)
    demand = demands.of(tenant, sku)
    found = _found(tenant, sku, levels, item, demand)
    scope = Scope(finding.STOCK, sku, spared=frozenset({(Kind.OVERSOLD, Subject(sku))}))
    return alerts.settle(tenant, scope, found)


def concerns(tenant: str, sku: str, *, low: bool) -> bool:
    """Whether a change of this SKU's stock may open or close an alert: most do neither.

    What time alone brings about is left to the clock.
    """
    rounds.begin(tenant)
    if low or sku in _alarmed(tenant):
        return True
    item = merchants.items_of(tenant, [sku]).get(sku)
    return item is not None and bool(item.safety or item.lots or item.lead_days)


@cache.remember
def _alarmed(tenant: str) -> frozenset[str]:
    """The SKUs of which an alert stands; may be some seconds old."""
    return frozenset(alert.subject.sku for alert in alerts.standing(tenant))


def look(tenant: str, sku: str) -> list[Delivery]:
    """By the clock: the same, and what time and orders bring about."""
    levels, item = _read(tenant, sku)
    demand = demands.renew(tenant, sku, clock.now())
    found = _found(tenant, sku, levels, item, demand)
    found += _waiting(tenant, sku, sum(_free(level) for level in levels))
    return alerts.settle(tenant, Scope(finding.STOCK, sku), found)


def drift(
    tenant: str, places: Iterable[Place], differences: Iterable[Difference]
) -> list[Delivery]:
    """`differences`: all there are in these places."""
    subjects = frozenset(Subject(*place) for place in places)
    scope = Scope(frozenset({Kind.DRIFT}), subjects=subjects)
    return alerts.settle(tenant, scope, finding.drift(differences))


def pushes(tenant: str) -> list[Delivery]:
    """Figures that no shop was told, because its rule gave nothing that could be shown."""
    found = [
        Finding(
            Kind.PUSH_REFUSED,
            Subject(figure.sku, shop=figure.shop),
            {"refused": figure.refused, "result": figure.result, "units": figure.units},
        )
        for figure in figures.refused(tenant)
    ]
    return alerts.settle(tenant, Scope(frozenset({Kind.PUSH_REFUSED})), found)


def shops(tenant: str) -> list[Delivery]:
    """Shops on platforms of which nothing was read for long."""
    now = clock.now()
    found = [
        Finding(Kind.SHOP_UNREAD, Subject("", shop=link.id), _unread(link, one))
        for link in links.links.list_(tenant)
        if link.active and (one := links.pullings.find(tenant, link.id))
        if one.unread(now, works=link.works)
    ]
    return alerts.settle(tenant, Scope(frozenset({Kind.SHOP_UNREAD})), found)


def _unread(link: Link, one: Pulling) -> dict[str, str]:
    why = one.why or ("silent" if link.works else "waits")
    moment = f"{(one.read_at or one.created_at)[:16].replace('T', ' ')} UTC"
    return {"moment": moment, "platform": why, "note": one.note or "-"}


def parcels(tenant: str, some: Collection[Group] | None = None) -> list[Delivery]:
    """Parcels with which something is wrong: those of one day and carrier are one alert."""
    rounds.begin(tenant)
    counted = tracks.troubles(tenant) if some is None else tracks.troubles_of(tenant, some)
    found = [Finding(*_about(group), {"parcels": number}) for group, number in counted.items()]
    if some is None:
        return alerts.settle(tenant, Scope(PARCELS), found)
    about = [_about(group) for group in some]
    kinds, subjects = (frozenset(part) for part in zip(*about, strict=True))
    return alerts.settle(tenant, Scope(kinds, subjects=subjects), found)


def _about(group: Group) -> tuple[Kind, Subject]:
    subject = Subject("", group.warehouse, carrier=group.carrier, day=group.day)
    return Kind(f"parcel-{group.trouble}"), subject


def sum_up(tenant: str) -> list[Delivery]:
    """The digest of this hour or day, if the merchant wants one and has not got it yet."""
    settings, now = alerts.settings(tenant), clock.now()
    if settings.alert_digest is Digest.NONE:
        return []
    summary = _summary(tenant, settings, now)
    if not summary.standing and not summary.closed:
        return []
    stamp, body = digest.stamp(summary.period), digest.payload(summary, now)
    made = alerts.messages(tenant, stamp, digest.event_id(summary), body)
    return [one for one in made if deliveries.create(one)]


def _summary(tenant: str, settings: digest.AlertSettings, now: str) -> Summary:
    since = clock.later(now, -digest.SECONDS[settings.alert_digest])
    loud = (one for one in alerts.standing(tenant) if one.kind not in settings.muted)
    return Summary(
        period=digest.period(settings.alert_digest, now),
        since=since,
        standing=tuple(loud),
        closed=alerts.closed_since(tenant, since),
    )


def _read(tenant: str, sku: str) -> tuple[list[Level], Item | None]:
    """The counters of a SKU, nought where its item asks for safety stock and there is none."""
    levels, item = stock.levels(tenant, sku), merchants.items_of(tenant, [sku]).get(sku)
    there = {level.warehouse for level in levels}
    asked = set(item.safety) - there - {"*"} if item and not item.kit else set()
    known = {w.id for w in merchants.warehouses.all_known(tenant)} if asked else set()
    return [*levels, *(Level(sku, warehouse) for warehouse in sorted(asked & known))], item


def _found(
    tenant: str, sku: str, levels: list[Level], item: Item | None, demand: Demand
) -> list[Finding]:
    now = clock.now()
    here = {level.warehouse for level in levels}
    standings = sellable.standings(levels, item, here, now, {})
    free, coming = sum(at.free for at in standings), sum(at.coming for at in standings)
    units = sum(level.on_hand for level in levels)
    return [
        *finding.places(levels, item, now),
        *finding.warehouses(sku, standings, item),
        *finding.supply(item, demand, free, coming, now),
        *finding.rest(sku, demand, units, alerts.settings(tenant).unmoved_days, now),
    ]


def _waiting(tenant: str, sku: str, free: int) -> list[Finding]:
    shops = {shop.id for shop in merchants.shops.all_known(tenant)}
    waiting = unrouted.total(tenant, sku, shops, max(0, free) + MORE)
    return finding.orders(sku, free, waiting)


def _free(level: Level) -> int:
    return max(0, level.free)
