"""A merchant's orders of the past as a trial of rules needs them. Nothing here writes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shared.domain import lots, trial
from shared.domain.item import Item
from shared.domain.order import Order, Status
from shared.domain.planning import Desk
from shared.domain.routing import Free
from shared.domain.rules.rule import Book, Give, Kind
from shared.domain.trial import Past
from shared.runtime import cache, clock
from shared.store import merchants, orders, prices, stock

ENDLESS = 10**9  # what a warehouse that may fall below nought is taken to have


@dataclass(frozen=True, slots=True)
class Span:
    """Orders placed from `first` to before `last`; `at`: when rules are asked, or as each came."""

    first: str
    last: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`skipped`: orders that were called off. `last`: behind which more may follow, or empty."""

    past: list[Past]
    items: dict[str, Item]
    skipped: int
    last: str


def page(tenant: str, span: Span, books: Sequence[Book], after: str, limit: int) -> Page:
    """The next orders of a span of time, the oldest first."""
    found, last = placed(tenant, span, after, limit)
    wanted = [_mapped(order) for order in found if not called_off(order)]
    given = {sku for book in books for sku in _gifts(book)}
    items = with_parts(tenant, {line.sku for o in wanted for line in o.content.lines} | given)
    past = [_past(order, items, given, span.at) for order in wanted]
    return Page(past, items, len(found) - len(wanted), last)


def placed(tenant: str, span: Span, after: str, limit: int) -> tuple[list[Order], str]:
    """The same as they lie there, and the place behind which more may follow, or empty."""
    places = _places(tenant, span, after, limit)
    ids = [place.partition("#")[2] for place in places]
    known = orders.get_many(tenant, ids)
    last = places[-1] if len(places) == limit else ""
    return [known[one] for one in ids if one in known], last


def called_off(order: Order) -> bool:
    """What was shipped elsewhere, or came as history, may be replayed like any other."""
    return order.status is Status.CANCELLED or order.content.state.off


def _mapped(order: Order) -> Order:
    """Look again for items of lines that had none, as a review does."""
    shop = merchants.shops.known(order.tenant, order.shop)
    return replace(order, content=order.content.mapped(shop.skus)) if shop else order


def _places(tenant: str, span: Span, after: str, limit: int) -> list[str]:
    first, last = max(span.first, f"{after} " if after else ""), span.last
    found: list[str] = []
    for month in _months(first, last):
        if len(found) < limit:
            rest = limit - len(found)
            found += orders.page(tenant, month, (first, last), newest_first=False, limit=rest)
    return found


def _months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:7])
    while (now := f"{year:04d}-{month:02d}") <= last[:7]:
        yield now
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004


def _past(order: Order, items: dict[str, Item], given: set[str], at: str) -> Past:
    """Its personal fields are as they lie at rest."""
    tenant = order.tenant
    desk = Desk(
        now=at or trial.came(order),
        shop=merchants.shops.known(tenant, order.shop),
        items=items,
        warehouses=merchants.warehouses.all_known(tenant),
        carriers={carrier.id: carrier for carrier in merchants.carriers.all_known(tenant)},
        prices=prices.known(tenant),
    )
    return Past(order, order.content, desk, _free(order, given, items))


# --- goods -----------------------------------------------------------------------------


def with_parts(tenant: str, skus: set[str]) -> dict[str, Item]:
    """These items, and the parts of kits among them."""
    items = merchants.items_of(tenant, sorted(skus - {""}))
    parts = {sku for item in items.values() for sku in item.part_skus} - items.keys()
    return {**items, **merchants.items_of(tenant, sorted(parts))} if parts else items


def _gifts(book: Book) -> Iterator[str]:
    for rule in book.by_kind[Kind.GIFT]:
        if isinstance(rule.then, Give):
            yield from (rule.then.sku, *rule.then.instead)


def _free(order: Order, given: set[str], items: dict[str, Item]) -> Free:
    """What is free now, and what the order itself has or had."""
    own: Counter[tuple[str, str]] = Counter()
    for source in order.sources:
        own[source.sku, source.warehouse] += source.quantity
    wanted = {line.sku for line in order.content.lines} | given | {sku for sku, _ in own}
    parts = {sku for one in wanted if one in items for sku in items[one].part_skus}
    free: Free = {sku: dict(units) for sku, units in _now(order.tenant, wanted | parts).items()}
    for (sku, warehouse), units in own.items():
        there = free.setdefault(sku, {})
        there[warehouse] = there.get(warehouse, 0) + units
    return free


def _now(tenant: str, skus: set[str]) -> Free:
    """Free units by SKU and warehouse; may be some seconds old."""
    endless = {w.id: ENDLESS for w in merchants.warehouses.all_known(tenant) if w.negative}
    known = _known(tenant, sorted(skus - {""}))
    return {sku: {**known.get(sku, {}), **endless} for sku in skus}


def _read(tenant: str, skus: list[str]) -> Free:
    now, items = clock.now(), merchants.items_of(tenant, skus)
    free: Free = {}
    for sku in skus:
        here: dict[str, int] = defaultdict(int)
        for level in stock.counters(tenant, sku):
            if lots.sellable(level, items.get(sku), now):
                whole = stock.whole(tenant, level) if level.hot else level
                here[level.warehouse] += max(0, whole.free)
        free[sku] = dict(here)
    return free


_known = cache.remember_each(_read)
