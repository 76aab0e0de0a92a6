"""Open the buckets of a hot SKU, keep them filled, and bring everything back afterwards."""

from dataclasses import replace

from shared.domain.hot_sale import HotSale, SaleState
from shared.runtime import clock
from shared.store import hot, hot_sales

LOOK = 60  # seconds between two looks at a sale that is on


def heat(tenant: str, sale_id: str) -> HotSale:
    """Bring a sale to what it should be now. Stopped on the way, it is done again."""
    now = clock.now()
    sale = hot_sales.folder.get(tenant, sale_id)
    wanted = replace(sale, state=sale.wants_to_be(now))
    due = clock.later(now, LOOK)
    if wanted.state is SaleState.ON:
        writes = hot_sales.folder.writes(tenant, wanted, wanted.looked_at(due))
        opened = hot.switch_on(tenant, sale.root, sale.buckets, [writes])
        hot.gather(tenant, sale.root, 1)
        if opened:  # the sale was written with it: nobody had ended it
            return replace(wanted, version=sale.version + 1)
    if wanted.state is SaleState.OVER:
        hot.switch_off(tenant, sale.root)
    return hot_sales.save(tenant, wanted, due)
