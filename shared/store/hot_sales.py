"""The sales for which SKUs are made hot."""

from dataclasses import replace

from shared.domain.claim import Claim
from shared.domain.hot_sale import HotSale
from shared.store import claims
from shared.store.documents import Folder

folder = Folder("hot-sale", HotSale)


def save(tenant: str, sale: HotSale, next_look: str, claim: Claim | None = None) -> HotSale:
    """Write a sale unless somebody else did; the clock looks at it again at `next_look`."""
    claims.write(folder.writes(tenant, sale, sale.looked_at(next_look)), claim)
    return replace(sale, version=sale.version + 1)
