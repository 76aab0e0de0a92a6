"""Tell a channel the newest figure of one SKU in one shop."""

from shared.domain import delivery
from shared.domain.errors import Conflict
from shared.domain.figure import EVENT, Figure
from shared.domain.merchant import Shop
from shared.gateways import shelves, vault
from shared.gateways.shelves import Shelf, Ware
from shared.runtime import clock, retry
from shared.store import figures, merchants

ROUNDS = 5  # a figure that changes faster than it is told comes again from its queue


def push(tenant: str, shop: str, sku: str) -> None:
    figure = figures.get(tenant, shop, sku)
    if figure.waits(clock.now()):
        _tell(figure)


def _tell(figure: Figure) -> None:
    """Tell it and write down how that went.

    Whoever finds that the figure was written meanwhile tells the newest once more, even if
    another did already: what he sent may have arrived after it.
    """
    for _ in range(ROUNDS):
        after = _told(figure)
        try:
            figures.save(figure, after)
        except Conflict:
            figure = figures.get(figure.tenant, figure.shop, figure.sku)
        else:
            return
    raise Conflict(sku=figure.sku)


def _told(figure: Figure) -> Figure:
    shop = merchants.shops.find(figure.tenant, figure.shop)
    if shop is None or not shop.pushes:
        return figure.dropped()
    reply = _shelf(figure.tenant).put(_ware(shop, figure))
    now = clock.now()
    return figure.told(reply, now, _due(figure, now))


def _shelf(tenant: str) -> Shelf:
    """Where the shop's channel takes figures: until a channel has its own way, our webhooks."""
    hooks = [w for w in merchants.webhooks.list_(tenant) if w.active and EVENT in w.events]
    return shelves.Webhooks(hooks, vault.cipher(tenant, merchants.tenant(tenant).sealed_key))


def _ware(shop: Shop, figure: Figure) -> Ware:
    return Ware(
        id=figure.message_id,
        shop=shop.id,
        sku=figure.sku,
        shop_skus=tuple(sorted(code for code, sku in shop.skus.items() if sku == figure.sku)),
        units=figure.units or 0,
        as_of=figure.at,
        seq=figure.seq,
    )


def _due(figure: Figure, now: str) -> str:
    wait = delivery.delay(figure.tries + 1, retry.chance())
    return clock.later(now, wait) if wait is not None else ""
