"""Makes a merchant's shadow prices from the orders of the last days and from what lies there."""

from shared.domain import carrier, pricing, routing, scarcity
from shared.domain.loads import Problem
from shared.domain.order import Order, Status
from shared.domain.place import Strategy
from shared.domain.pricing import WEEK, PriceList
from shared.domain.routing import Free
from shared.runtime import clock
from shared.store import merchants, orders, pools, prices, sourcing

DAY = 86400
SAMPLES, FEWEST = 200, 20  # orders that prices are learned from
MOST_SKUS = 300
FIRST, LATER = 30, 10  # rounds


def routes(tenant: str) -> bool:
    """Whether the merchant routes by cost at all, and has more than one warehouse."""
    shops = merchants.shops.all_known(tenant)
    places = [place for place in merchants.warehouses.all_known(tenant) if place.active]
    carriers = {each.id: each for each in merchants.carriers.all_known(tenant)}
    cheapest = any(shop.active and shop.sourcing is Strategy.CHEAPEST for shop in shops)
    return cheapest and len(places) > 1 and carrier.priced(places, carriers)


def renew(tenant: str, now: str) -> bool:
    """Make the list anew; nothing is written where there is nothing to learn from."""
    if not routes(tenant):
        return False
    past = _past(tenant, now)
    samples = [problem for _, problem in pools.problems_of(past)]
    if len(samples) < FEWEST:
        return False
    made = _made(tenant, past, samples, now)
    prices.save(tenant, made)
    return True


def _made(tenant: str, past: list[Order], samples: list[Problem], now: str) -> PriceList:
    expected = round(len(past) * WEEK * DAY / _seconds(past, now))
    before = prices.of(tenant).by_place()
    found = scarcity.solve(
        samples,
        _supply(tenant, samples),
        expected / len(samples),
        LATER if before else FIRST,
        before,
    )
    return PriceList(now, len(samples), expected, pricing.listed(found, prices.MOST))


def _past(tenant: str, now: str) -> list[Order]:
    """The newest orders of the last seven days."""
    since = clock.later(now, -WEEK * DAY)
    places: list[str] = []
    for moment in dict.fromkeys((now[:7], since[:7])):
        left = SAMPLES - len(places)
        between = since, f"{now}~"
        places += (
            orders.page(tenant, moment, between, newest_first=True, limit=left) if left else []
        )
    found = orders.get_many(tenant, [place.rpartition("#")[2] for place in places])
    return [order for order in found.values() if _counts(order)]


def _counts(order: Order) -> bool:
    shop = merchants.shops.known(order.tenant, order.shop)
    routed = shop is not None and shop.sourcing is Strategy.CHEAPEST
    return routed and order.status is not Status.CANCELLED


def _seconds(past: list[Order], now: str) -> float:
    """The time in which they came: all of the week, unless there were more than were looked at."""
    if len(past) < SAMPLES:
        return WEEK * DAY
    first = min(order.content.placed_at for order in past)
    return max(60.0, clock.seconds_between(first, now))


def _supply(tenant: str, samples: list[Problem]) -> Free:
    skus = list(dict.fromkeys(sku for each in samples for sku in routing.skus(each.wants)))
    items = merchants.items_of(tenant, skus[:MOST_SKUS])
    free = {sku: sourcing.free(tenant, sku) for sku in skus[:MOST_SKUS]}
    return pricing.supply(free, items)
