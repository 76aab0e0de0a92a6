"""What is wrong with stock: rules over its figures, each of which may find something."""

from collections.abc import Iterable

from shared.domain import lots
from shared.domain.alert import PARCELS, Finding, Kind, Subject
from shared.domain.demand import Demand, days_between, reorder_point
from shared.domain.item import Item
from shared.domain.ledger import Difference
from shared.domain.sellable import Standing
from shared.domain.stock import BUCKET, Level

STOCK = frozenset(Kind) - {Kind.DRIFT, Kind.PUSH_REFUSED, Kind.SHOP_UNREAD} - PARCELS
"""Kinds that are looked for in one SKU's figures alone."""


def places(levels: Iterable[Level], item: Item | None, now: str) -> list[Finding]:
    """Counters below nought, and lots near their end."""
    found = []
    for level in levels:
        at = Subject(level.sku, level.warehouse, level.lot)
        if below := _below(level):
            found.append(Finding(Kind.NEGATIVE, at, below))
        if kind := _ending(level, item, now):
            figures = {"units": level.on_hand, "expires": level.expires}
            found.append(Finding(kind, at, figures))
    return found


def warehouses(sku: str, standings: Iterable[Standing], item: Item | None) -> list[Finding]:
    """Less free than the safety stock, or more promised than there is."""
    found = []
    for at in standings:
        subject, free = Subject(sku, at.warehouse), {"free": at.free}
        if at.free < 0:
            promised = {"on_hand": at.on_hand, "promised": at.held + at.appointed}
            found.append(Finding(Kind.OVERSOLD, subject, promised))
        if at.safety and at.free < at.safety and item and item.active:
            found.append(Finding(Kind.BELOW_SAFETY, subject, free | {"safety": at.safety}))
    return found


def orders(sku: str, free: int, waiting: int) -> list[Finding]:
    """Units that orders wait for, and that nowhere lie free."""
    if waiting <= max(0, free):
        return []
    return [Finding(Kind.OVERSOLD, Subject(sku), {"on_hand": free, "promised": waiting})]


def supply(item: Item | None, demand: Demand, free: int, coming: int, now: str) -> list[Finding]:
    """Too little to last until more can arrive."""
    if item is None or not item.active or not item.lead_days:
        return []
    point = reorder_point(demand.daily(now), item.lead_days, item.service)
    if free + coming >= point:
        return []
    figures = {"free": free, "coming": coming, "point": point, "lead_days": item.lead_days}
    return [Finding(Kind.REORDER, Subject(item.id), figures)]


def rest(sku: str, demand: Demand, units: int, days: int, now: str) -> list[Finding]:
    """Units that lie there, of which for so many days none was shipped."""
    if units <= 0 or not demand.moved or days_between(demand.moved, now) < days:
        return []
    figures = {"units": units, "days": days, "moved": demand.moved[:10]}
    return [Finding(Kind.UNMOVED, Subject(sku), figures)]


def drift(differences: Iterable[Difference]) -> list[Finding]:
    """One for each place that, or a bucket of which, is not as its ledger says."""
    found: dict[Subject, Finding] = {}
    for one in differences:
        figures = {
            "flaw": one.flaw.value,
            "counter": one.counter,
            "shows": one.shows,
            "should": one.should,
        }
        subject = Subject(*one.place.root)
        found.setdefault(subject, Finding(Kind.DRIFT, subject, figures))
    return list(found.values())


def _below(level: Level) -> dict[str, str | int]:
    """The counter that is farthest below nought. A bucket's units count with the others'."""
    if level.lot.startswith(BUCKET):
        return {}
    names = ("on_hand", "held", "appointed", "damaged", "presold", "inbound")
    units, name = min((getattr(level, name), name) for name in names)
    return {"counter": name, "units": units} if units < 0 else {}


def _ending(level: Level, item: Item | None, now: str) -> Kind | None:
    if level.on_hand <= 0:
        return None
    if not lots.sellable(level, item, now):
        return Kind.NO_SALE
    return Kind.NEAR_EXPIRY if item and lots.near(level, item, now) else None
