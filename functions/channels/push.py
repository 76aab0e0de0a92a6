"""Tell a channel the newest figures of one shop."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from functions.channels import calls
from functions.channels.calls import Connected
from shared.domain import delivery
from shared.domain.errors import Conflict
from shared.domain.figure import EVENT, Figure, Reply, Verdict
from shared.domain.merchant import Shop
from shared.gateways import shelves, vault
from shared.gateways.channels.port import Rejected, Stocked, Why
from shared.gateways.shelves import Ware
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock, retry
from shared.store import figures, links, merchants

ROUNDS = 5  # a figure that changes faster than it is told comes again from its queue


def push(tenant: str, shop: str, sku: Sequence[str]) -> None:
    """Of these SKUs, those that wait: told together, each written with its own outcome."""
    now = clock.now()
    known = figures.of(tenant, [(shop, each) for each in sku]).values()
    _tell([figure for figure in known if figure.waits(now)])


def _tell(some: list[Figure]) -> None:
    """Tell them and write down how that went.

    Whoever finds that a figure was written meanwhile tells the newest once more, even if
    another did already: what he sent may have arrived after it.
    """
    for _ in range(ROUNDS):
        if not some:
            return
        told = zip(some, _told(some), strict=True)
        some = [newest for before, after in told for newest in _overtaken(before, after)]
    if some:
        raise Conflict(skus=[figure.sku for figure in some])


def _overtaken(before: Figure, after: Figure) -> Iterator[Figure]:
    """Write a figure; the newest one, if somebody else was faster."""
    try:
        figures.save(before, after)
    except Conflict:
        yield from figures.of(before.tenant, [(before.shop, before.sku)]).values()


def _told(some: list[Figure]) -> list[Figure]:
    """Figures of one shop, as they stand afterwards."""
    tenant = some[0].tenant
    shop = merchants.shops.find(tenant, some[0].shop)
    if shop is None or not shop.pushes:
        return [figure.dropped() for figure in some]
    to = _platform(shop, tenant)
    if to and to.stored.rests:
        return [figure.put_off(to.again) for figure in some]
    shelf = OnPlatform(to) if to else _webhooks(tenant)
    replies = shelf.put([_ware(shop, figure) for figure in some])
    now = clock.now()
    return [
        figure.told(reply, now, _due(figure, now))
        for figure, reply in zip(some, replies, strict=True)
    ]


def _platform(shop: Shop, tenant: str) -> Connected | None:
    for link in links.links.all_known(tenant):
        if link.id == shop.id and link.active:
            return calls.use(tenant, link)
    return None


def _webhooks(tenant: str) -> shelves.Webhooks:
    """Where a shop without a platform takes figures: whoever asked for them."""
    hooks = [w for w in merchants.webhooks.list_(tenant) if w.active and EVENT in w.events]
    return shelves.Webhooks(hooks, vault.cipher(tenant, merchants.tenant(tenant).sealed_key))


@dataclass(frozen=True, slots=True)
class OnPlatform:
    """The shelf of a shop on a platform: every article of it that is one of the SKUs."""

    to: Connected

    def put(self, wares: Sequence[Ware]) -> list[Reply]:
        """As many articles in a call as the platform takes."""
        most, told = self.to.by.caps.stock, dict[str, Reply]()
        articles = [Stocked(code, w.sku, w.units, w.id) for w in wares for code in w.shop_skus]
        for at in range(0, len(articles) if most else 0, max(1, most)):
            told |= self._asked(articles[at : at + most])
        return [_worst([told[code] for code in w.shop_skus if code in told]) for w in wares]

    def _asked(self, some: Sequence[Stocked]) -> Mapping[str, Reply]:
        try:
            told = self.to.do(lambda wire, link: self.to.by.put_stock(wire, link, some))
        except Rejected as no:
            return dict.fromkeys((one.shop_sku for one in some), _answered(no))
        except (Unclear, Forged) as unclear:
            silence = Reply(Verdict.UNREACHABLE, note=str(unclear))
            return dict.fromkeys((one.shop_sku for one in some), silence)
        return {one.shop_sku: _answered(told.get(one.shop_sku)) for one in some}


def _worst(replies: list[Reply]) -> Reply:
    """One article that is to be told again lets all of its SKU be told again."""
    for verdict in (Verdict.UNREACHABLE, Verdict.REFUSED):
        for reply in replies:
            if reply.verdict is verdict:
                return reply
    return replies[0] if replies else Reply(Verdict.NO_RECEIVER)


def _answered(no: Rejected | None) -> Reply:
    if no is None:
        return Reply(Verdict.TAKEN)
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
