"""/v1/promotions: the life of the book of promotions"""

from collections.abc import Iterator

from functions.api.editions import Editing, Kind
from shared.domain.errors import Fault
from shared.domain.promotions import checking, reading
from shared.domain.promotions.checking import Known
from shared.domain.promotions.promotion import Promotion
from shared.runtime.http import Routes
from shared.store import merchants, promotions

routes = Routes()


def faults(tenant: str, given: tuple[Promotion, ...]) -> Iterator[Fault]:
    """What keeps these from being used: two that would leave it to chance, or unknown names."""
    return checking.faults(given, _known(tenant, given))


def _known(tenant: str, given: tuple[Promotion, ...]) -> Known:
    """What of the merchant's own things a promotion may name."""
    shops = {shop.id for shop in merchants.shops.list_(tenant)}
    if not merchants.items.any(tenant):
        return Known(shops)
    items = merchants.items.fresh(tenant, sorted(checking.skus(given)))
    return Known(shops, set(items), {sku: item.category for sku, item in items.items()})


KIND = Kind(promotions.books, reading.written, faults, checking.warnings)
Editing(KIND, routes)
