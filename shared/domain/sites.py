"""Which warehouses may serve an order, and how those are chosen that do."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.domain import carrier, cheapest, place, routing, split
from shared.domain.carrier import Journey
from shared.domain.cheapest import Freight, Prices, Problem
from shared.domain.errors import Stopped
from shared.domain.hold import Hold, Reason
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.order import Order
from shared.domain.place import Strategy, Warehouse
from shared.domain.planning import Desk
from shared.domain.routing import MOST_PARCELS, Cover, Free, Want
from shared.domain.rules.rule import Kind, Route

SAFETY = 300  # fen that a unit of the safety stock costs more than another
PARCEL = 1_000_000  # what any parcel costs where no tariff is known: the fewest, then the nearest


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order's goods may come from; `warehouses`: the best placed first."""

    order: Order
    desk: Desk
    warehouses: list[Warehouse]
    strategy: Strategy
    most: int  # warehouses
    bound: dict[int, frozenset[str]]  # line -> those that it must come from
    least: int  # fen that each part of a divided order must be worth
    rule: str = ""


def terms(order: Order, desk: Desk) -> Terms:
    """Raises Stopped if no warehouse may serve the order, whatever it has."""
    shop, rule = desk.shop or Shop(order.shop, ""), desk.first(Kind.ROUTING, order)
    route = rule.then if rule and isinstance(rule.then, Route) else Route()
    strategy = route.strategy or shop.sourcing
    serving = [w for w in desk.warehouses if place.serves(w, shop.id, shop.warehouses)]
    allowed = [w for w in serving if not route.warehouses or w.id in route.warehouses]
    bound = split.bound(order, desk.items, serving, desk.shop)
    if desk.warehouses and not allowed:
        bound = Hold(Reason.NO_WAREHOUSE)
    if isinstance(bound, Hold):
        raise Stopped(hold=bound)
    return Terms(
        order,
        desk,
        _ranked(allowed, order, strategy),
        strategy,
        _most(order, shop),
        bound,
        0 if Reason.SPLIT_LIMIT in order.waived else shop.least_split,
        rule.mark(desk.book) if rule else "",
    )


def _most(order: Order, shop: Shop) -> int:
    """How many warehouses may serve it; whoever lets it go all the same means any number."""
    if Reason.SPLIT_LIMIT in order.waived:
        return MOST_PARCELS
    return 1 if split.whole(order) else shop.most_splits


def chosen(terms: Terms, some: list[Want], free: Free) -> Cover | None:
    """Where each unit comes from, or None if these warehouses do not have it all.

    Those that are full today serve it, on a later day, only where the others cannot.
    """
    full = terms.desk.rooms.full
    room = [warehouse for warehouse in terms.warehouses if warehouse.id not in full]
    if full and (found := _chosen(replace(terms, warehouses=room), some, free)):
        return found
    return _chosen(terms, some, free)


def _chosen(terms: Terms, some: list[Want], free: Free) -> Cover | None:
    """What has to be sent decides; what has not comes from there, or from wherever it is."""
    items = terms.desk.items
    sent = [want for want in some if not _virtual(want, items)]
    if len(sent) == len(some):
        return _served(terms, some, free)
    rest = [want for want in some if want not in sent]
    apart = not terms.bound.keys() & {want.line for want in rest}
    found = _served(terms, sent, free) if sent and apart else None
    if found and (along := _along(terms, found, rest, free)):
        return along
    free_of_charge = replace(terms, strategy=Strategy.NEAREST) if not sent else terms
    return _served(free_of_charge, some, free)


def _virtual(want: Want, items: Mapping[str, Item]) -> bool:
    return all(sku in items and items[sku].virtual for way in want.ways for sku, _ in way)


def _along(terms: Terms, found: Cover, rest: list[Want], free: Free) -> Cover | None:
    """The cover with what has not to be sent, in as few more warehouses as may serve."""
    names = [w.id for w in terms.warehouses if w.id not in found.warehouses]
    sources, lacking = routing.allot(rest, [*found.warehouses, *names], free)
    every = Cover.of((*found.sources, *sources)).warehouses
    if lacking or len(every) > terms.most:
        return None
    by_line = tuple(sorted((*found.sources, *sources), key=lambda source: source.line))
    return replace(found, sources=by_line, warehouses=every)


def _served(terms: Terms, some: list[Want], free: Free) -> Cover | None:
    desk, order = terms.desk, terms.order
    if terms.strategy is Strategy.CHEAPEST and carrier.priced(terms.warehouses, desk.carriers):
        journey = Journey.of(order, desk.shop, desk.now)
        freight = carrier.freight(terms.warehouses, desk.carriers, journey)
        if found := _cheapest(terms, some, free, freight):
            return found  # or else no carrier takes it so: planning says why, or divides it
    if terms.bound or terms.least:
        found = _cheapest(terms, some, free, _nearest_first(terms.warehouses))
        return found and Cover(found.sources, found.warehouses, found.passed_over)
    return routing.cover(some, terms.warehouses, free, terms.strategy, terms.most)


def _ranked(allowed: list[Warehouse], order: Order, strategy: Strategy) -> list[Warehouse]:
    if strategy in (Strategy.MOST_STOCK, Strategy.IN_ORDER):
        return place.in_order(allowed)
    receiver = order.content.receiver
    return place.nearest(allowed, receiver.province, receiver.city)


def problem(terms: Terms, some: list[Want], free: Free, freight: Freight) -> Problem:
    """What is to be chosen, with no more than choosing needs to know."""
    items = terms.desk.items
    skus = routing.skus(some)
    return Problem(
        some,
        [warehouse.id for warehouse in terms.warehouses],
        free,
        freight,
        grams=_grams(terms.order, items, skus),
        volume={sku: _volume(items.get(sku)) for sku in skus},
        prices=_prices(terms, some, free),
        most=min(terms.most, MOST_PARCELS),
        bound=terms.bound,
        worth={line.no: line.paid // line.quantity for line in terms.order.lines},
        least=terms.least,
    )


def _cheapest(terms: Terms, some: list[Want], free: Free, freight: Freight) -> Cover | None:
    choice = cheapest.choose(problem(terms, some, free, freight))
    if choice is None:
        return None
    found = choice.cover
    return Cover(
        found.sources,
        found.warehouses,
        found.passed_over,
        choice.cost,
        choice.runner_up,
        terms.rule,
        choice.scarce,
    )


def _prices(terms: Terms, some: list[Want], free: Free) -> Prices:
    """Those of scarce units; safety stock is dearer, so that it is taken as the last."""
    items, wanted = terms.desk.items, _needs(some)
    safe = {
        (sku, name): SAFETY
        for sku, units in wanted.items()
        if (item := items.get(sku)) and item.safety
        for name, there in free.get(sku, {}).items()
        if there - units < item.safety_at(name)
    }
    return dict(Counter(terms.desk.prices) + Counter(safe)) if safe else terms.desk.prices


def _needs(some: list[Want]) -> Counter[str]:
    """The most units of each SKU that may be taken."""
    units: Counter[str] = Counter()
    for want in some:
        for way in want.ways:
            units.update({sku: n * want.quantity for sku, n in way})
    return units


def _grams(order: Order, items: Mapping[str, Item], skus: list[str]) -> dict[str, int]:
    """What a unit weighs: by its item, or as the channel says of the line."""
    told = {line.sku: -(-line.weight // line.quantity) for line in order.lines}
    known = {sku: 0 if item.virtual else item.weight for sku, item in items.items()}
    known = {sku: n for sku, n in known.items() if n or items[sku].virtual}
    return {sku: known.get(sku, told.get(sku, 0)) for sku in skus}


def _volume(item: Item | None) -> int:
    return item.volume if item and not item.virtual else 0


def _nearest_first(warehouses: list[Warehouse]) -> Freight:
    ranks = {warehouse.id: rank for rank, warehouse in enumerate(warehouses)}
    return lambda name, _grams, _volume: PARCEL + ranks[name]
