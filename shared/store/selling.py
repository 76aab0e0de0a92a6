"""What each shop may sell now: what the figures rest on, read from the tables."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from shared.domain import breaker, place, push, sellable
from shared.domain.figure import Figure
from shared.domain.item import Item, Pick
from shared.domain.merchant import Shop
from shared.domain.sellable import Figures, Standing, Terms
from shared.domain.stock import Level
from shared.store import appointments, breakers, figures, merchants, stock, unrouted

Mark = Callable[[Figure], Figure]


@dataclass(frozen=True)
class Desk:
    """Reads what the figures of one merchant's shops rest on, each thing once.

    Counters are read consistently. What waits for stock, and what is set aside for which shop,
    follows the streams; shops, warehouses and items may be some seconds old.
    """

    tenant: str
    now: str
    _levels: dict[str, list[Level]] = field(default_factory=dict)
    _items: dict[str, Item | None] = field(default_factory=dict)

    def figures(self, shop: Shop, sku: str, terms: Terms | None = None) -> Figures:
        """By the shop's own terms, or by others that somebody wants to try."""
        terms = terms or shop.push.terms
        item = self._item(sku)
        if item is None or not item.kit:
            return self._plain(shop, sku, terms)
        parts = {part.sku: self._plain(shop, part.sku, terms) for part in item.parts}
        made = sellable.of_kit(item, parts)
        if item.pick is Pick.ALL:
            return made
        return sellable.of_kit(item, parts, self._unrouted(shop, sku, made.sellable))

    def stopped(self, sku: str) -> tuple[str, ...]:
        """The SKUs whose price breaker lets shops show 0 of this one."""
        tripped = breakers.known(self.tenant).tripped
        item = self._item(sku) if tripped else None
        parts = breaker.parts(sku, {sku: item} if item else {})
        return tuple(each for each in tripped if each in parts)

    def _plain(self, shop: Shop, sku: str, terms: Terms) -> Figures:
        some = self._standings(shop, sku)
        enough = sellable.available(some, terms)
        return sellable.figures(some, terms, self._unrouted(shop, sku, enough))

    def _standings(self, shop: Shop, sku: str) -> list[Standing]:
        if sku not in self._levels:
            self._levels[sku] = stock.levels(self.tenant, sku)
        levels = self._levels[sku]
        some = any(level.appointed for level in levels)
        here = self._appointed.get((shop.id, sku), {}) if some else {}
        return sellable.standings(levels, self._item(sku), self._serving(shop), self.now, here)

    def _unrouted(self, shop: Shop, sku: str, enough: int) -> int:
        if enough <= 0:
            return 0
        serving = {**self._all_serving, shop.id: self._serving(shop)}
        return unrouted.total(self.tenant, sku, sellable.sharing(shop.id, serving), enough)

    def _item(self, sku: str) -> Item | None:
        if sku not in self._items:
            self._items[sku] = merchants.items_of(self.tenant, [sku]).get(sku)
        return self._items[sku]

    @cached_property
    def _appointed(self) -> appointments.Appointed:
        return appointments.of(self.tenant)

    @cached_property
    def _all_serving(self) -> dict[str, frozenset[str]]:
        """By shop, also by those that take no orders any more."""
        shops = merchants.shops.all_known(self.tenant)
        return {shop.id: self._serving(shop) for shop in shops}

    def _serving(self, shop: Shop) -> frozenset[str]:
        """The warehouses that serve a shop."""
        warehouses = merchants.warehouses.all_known(self.tenant)
        return frozenset(w.id for w in warehouses if place.serves(w, shop.id, shop.warehouses))


def renew(tenant: str, sku: str, now: str) -> Iterator[Figure]:
    """Work out anew what shops show of a SKU and of its kits; give the figures to be told.

    The figures are read before what they rest on, so that whoever read older counters than
    another meets his newer figure: Conflict.
    """
    shops = [shop for shop in merchants.shops.all_known(tenant) if shop.pushes]
    if not shops:
        return
    shown = _shown(tenant, shops, sku)
    desk, before = Desk(tenant, now), figures.of(tenant, shown)
    for at, shop in shown.items():
        yield from _renewed(desk, shop, before[at], _as_it_is)


def stop(tenant: str, sku: str, now: str, *, on: bool) -> Iterator[Figure]:
    """Let shops show 0 of a SKU and of its kits, or what there is again; give what is to be told.

    It is marked on the figures themselves: whoever works one out anew meets the mark.
    """
    shown = _shown(tenant, merchants.shops.all_known(tenant), sku)
    desk, before = Desk(tenant, now), figures.of(tenant, shown)
    for at, shop in shown.items():
        figure = before[at]
        marked = figure.stop(sku, on=on)
        if shop.pushes and (on or figure.version):
            yield from _renewed(desk, shop, figure, lambda one: one.stop(sku, on=on))
        elif figure.version and marked != figure:
            figures.save(figure, marked)


def again(tenant: str, shop: Shop, skus: Iterable[str], now: str) -> Iterator[Figure]:
    """Work out these SKUs' figures and let them be told, whether or not they have changed."""
    wanted = list(skus)
    desk, known = Desk(tenant, now), figures.of(tenant, [(shop.id, sku) for sku in wanted])
    for sku in wanted:
        before = known[shop.id, sku]
        after = _after(desk, shop, before)
        if after.seq == before.seq and not after.refused:
            after = after.again(now)
        yield figures.save(before, after) if after != before else before


def skus(tenant: str, shop: Shop, after: str, limit: int) -> list[str]:
    """SKUs that the shop sells, in their order: those that it maps, or all that there are.

    A merchant who keeps items has those; else whatever has a counter.
    """
    if shop.skus:
        return sorted({sku for sku in shop.skus.values() if sku > after})[:limit]
    if merchants.items.kept(tenant):
        return [item.id for item in merchants.items.page(tenant, after, limit)]
    return _counted(tenant, after, limit)


def _counted(tenant: str, after: str, limit: int) -> list[str]:
    found = [after]
    while len(found) <= limit:
        behind = f"{found[-1]}#{stock.LAST}" if found[-1] else ""
        places = stock.places(tenant, behind, limit)
        found += dict.fromkeys(place.sku for place in places)
        if len(places) < limit:
            break
    return found[1 : limit + 1]


def sells(shop: Shop, sku: str) -> bool:
    """A shop that maps no SKUs sells whatever there is."""
    return not shop.skus or sku in shop.skus.values()


def _shown(tenant: str, shops: Iterable[Shop], sku: str) -> dict[tuple[str, str], Shop]:
    """Where a SKU and its kits are shown: (shop, SKU)."""
    skus = [sku, *(kit.id for kit in merchants.kits_with(tenant, sku))]
    return {(shop.id, each): shop for shop in shops for each in skus if sells(shop, each)}


def _as_it_is(figure: Figure) -> Figure:
    return figure


def _renewed(desk: Desk, known: Shop, before: Figure, mark: Mark) -> Iterator[Figure]:
    if _after(desk, known, mark(before)) == before:
        return
    shop = merchants.shops.find(desk.tenant, known.id)  # the rule may be newer than we remember
    if shop is None or not shop.pushes:
        return
    after = _after(desk, shop, mark(before))
    if after != before:
        saved = figures.save(before, after)
        if after.seq > before.seq:
            yield saved


def _after(desk: Desk, shop: Shop, before: Figure) -> Figure:
    if not before.version and not before.stopped:
        before = replace(before, stopped=desk.stopped(before.sku))
    named = desk.figures(shop, before.sku).named()
    return before.renewed(push.outcome(shop.push, named), desk.now)
