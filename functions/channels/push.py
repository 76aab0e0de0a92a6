"""Tell a channel the newest figure of one SKU in one shop."""

from dataclasses import dataclass

from functions.channels import calls
from functions.channels.calls import Connected
from shared.domain import delivery
from shared.domain.errors import Conflict
from shared.domain.figure import EVENT, Figure, Reply, Verdict
from shared.domain.merchant import Shop
from shared.gateways import shelves, vault
from shared.gateways.channels.port import Rejected, Stocked, Why
from shared.gateways.shelves import Shelf, Ware
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock, retry
from shared.store import figures, links, merchants

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
    reply = _shelf(shop, figure.tenant).put(_ware(shop, figure))
    now = clock.now()
    return figure.told(reply, now, _due(figure, now))


def _shelf(shop: Shop, tenant: str) -> Shelf:
    """Where the shop takes figures: its platform, or whoever asked for them by a webhook."""
    for link in links.links.all_known(tenant):
        if link.id == shop.id and link.active:
            return OnPlatform(calls.use(tenant, link))
    hooks = [w for w in merchants.webhooks.list_(tenant) if w.active and EVENT in w.events]
    return shelves.Webhooks(hooks, vault.cipher(tenant, merchants.tenant(tenant).sealed_key))


@dataclass(frozen=True, slots=True)
class OnPlatform:
    """The shelf of a shop on a platform: every article of it that is this SKU."""

    to: Connected

    def put(self, ware: Ware) -> Reply:
        if not ware.shop_skus or not self.to.by.caps.stock:
            return Reply(Verdict.NO_RECEIVER)
        wares = [Stocked(code, ware.sku, ware.units, ware.id) for code in ware.shop_skus]
        try:
            told = self.to.do(lambda wire, link: self.to.by.put_stock(wire, link, wares))
        except Rejected as no:
            return _answered(no)
        except (Unclear, Forged) as unclear:
            return Reply(Verdict.UNREACHABLE, note=str(unclear))
        refusals = [_answered(no) for no in told.values() if no]
        later = [reply for reply in refusals if reply.verdict is Verdict.UNREACHABLE]
        return (later or refusals or [Reply(Verdict.TAKEN)])[0]


def _answered(no: Rejected) -> Reply:
    again = no.why in (Why.LATER, Why.LIMITED, Why.CLOCK, Why.EXPIRED)
    note = f"{no.why.value}: {no.code} {no.text}".strip()[:200]
    return Reply(Verdict.UNREACHABLE if again else Verdict.REFUSED, note=note)


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
