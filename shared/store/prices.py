"""What units are worth to the orders that are still to come: one row for each merchant."""

from shared.domain.loads import Prices
from shared.domain.pricing import PriceList
from shared.runtime import cache, clock
from shared.store import keys
from shared.store.pack import pack, unpack
from shared.store.table import MerchantRow, find, put

HOURS = 6  # after which a list is out of date
MOST = 2000  # prices of a list


@cache.remember
def known(tenant: str) -> Prices:
    """Nothing where there are none, or only old ones."""
    found = of(tenant)
    return found.by_place() if fresh(found, clock.now()) else {}


def of(tenant: str) -> PriceList:
    """The list that was made last."""
    row = find(MerchantRow, keys.prices(tenant))
    return unpack(row.body, PriceList) if row else PriceList()


def fresh(prices: PriceList, now: str) -> bool:
    return bool(prices.at) and prices.at > clock.later(now, -HOURS * 3600)


def save(tenant: str, prices: PriceList) -> None:
    """Whoever writes last is right: both have just looked at the same."""
    put(MerchantRow(*keys.prices(tenant), body=pack(prices)), None)
