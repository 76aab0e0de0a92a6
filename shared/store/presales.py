"""Goods on their way that are set aside for a presale, and how its orders get them.

One hold of stock for each campaign: its units wait in `presold`, and in `held` once they are
there. An order of the campaign takes its units from the hold in the write in which it reserves
them, so that nobody comes in between.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from shared.domain import campaign as rules
from shared.domain import stock_hold
from shared.domain.campaign import Campaign
from shared.domain.content import OrderType
from shared.domain.order import Order, Status
from shared.domain.picking import Want
from shared.domain.stock import Change, Place
from shared.domain.stock_hold import Kind, State, StockHold
from shared.store import campaigns, orders, stock, stock_holds, supplies, unrouted, usages
from shared.store.table import Put

Units = Counter[Place]
MOST = 500  # older orders that are looked at


@dataclass(frozen=True, slots=True)
class Lent:
    """What a campaign has for one order, by place; nothing for most orders."""

    tenant: str = ""
    hold: StockHold | None = None
    units: Units = field(default_factory=Counter)

    def taking(self, wanted: Units) -> tuple[list[Put], list[Change]]:
        """What it means that an order holds `wanted` units: some of them were set aside for it."""
        given = {at: n for at in wanted if (n := min(wanted[at], self.units[at])) > 0}
        if self.hold is None or not given:
            return [], []
        after = less(self.hold, given)
        put = stock_holds.folder.writes(self.tenant, after, after.due)
        freed = [Change(at, "released", {"free": n, "held": -n}) for at, n in given.items()]
        return [put], freed


NOTHING = Lent()


def lent(order: Order) -> Lent:
    """What is there for an order of a presale that is served now, older ones first."""
    deal = order.content.deal
    if deal is None or not deal.campaign or order.content.type is not OrderType.PRESALE:
        return NOTHING
    hold = stock_holds.folder.find(order.tenant, name(deal.campaign))
    if hold is None or hold.kind is not Kind.PRESALE or not hold.holding:
        return NOTHING
    units = Counter(dict(_arrived(order, hold)))
    return Lent(order.tenant, hold, +units)


def writes(
    tenant: str, campaign: Campaign, now: str, by: str
) -> tuple[Campaign, list[Put], list[Change]]:
    """A campaign with what is set aside for it from now on; raises Short if less is on its way.

    The clock looks again as long as it has something: what nobody buys is given back.
    """
    hold = _hold(tenant, campaign, now, by)
    if hold is None:
        return campaign, [campaigns.folder.writes(tenant, campaign)], []
    warehouse = campaign.presale.warehouse if campaign.presale else ""
    left = owed(tenant, campaign, now) if warehouse else {}
    if not campaign.goes_on(now):  # an order that was called off meanwhile has left its unit free
        left = {sku: min(n, hold.holding.get(Place(sku, warehouse), 0)) for sku, n in left.items()}
    wants = [Want(sku, warehouse, "", n) for sku, n in left.items() if n]
    picked = supplies.pick(tenant, wants, stock_hold.COUNTERS[Kind.PRESALE][0], hold.holding)
    after = hold.covering(picked.units)
    looked = replace(campaign, look=campaign.next_look(now) if after.lines else "")
    puts = [
        campaigns.folder.writes(tenant, looked, looked.look),
        stock_holds.folder.writes(tenant, after, after.due),
    ]
    return looked, puts, stock_hold.changes(hold, after, picked.levels)


def owed(tenant: str, campaign: Campaign, now: str) -> dict[str, int]:
    """Pieces that its orders have not got yet, with those still to come while it sells."""
    sold = {g.sku: rules.sold(campaign.id, g.sku) for g in campaign.goods}
    served = {g.sku: rules.served(campaign.id, g.sku) for g in campaign.goods}
    used = usages.used_of(tenant, [*sold.values(), *served.values()])
    return {
        goods.sku: max(
            0,
            (goods.limit if campaign.goes_on(now) else used.get(sold[goods.sku], 0))
            - used.get(served[goods.sku], 0),
        )
        for goods in campaign.goods
    }


def name(campaign: str) -> str:
    return f"presale-{campaign}"


def _hold(tenant: str, campaign: Campaign, now: str, by: str) -> StockHold | None:
    """The hold of a campaign, which may have to be made; None if it needs none, or has no more."""
    found = stock_holds.folder.find(tenant, name(campaign.id))
    if found:  # what a person released stays released
        return found if found.state is State.OPEN else None
    if not (campaign.presale and campaign.presale.warehouse):
        return None
    return StockHold(name(campaign.id), Kind.PRESALE, note=campaign.name, created_at=now, by=by)


def less(hold: StockHold, given: dict[Place, int]) -> StockHold:
    lines = (replace(each, units=each.units - given.get(each.place, 0)) for each in hold.lines)
    return replace(hold, lines=tuple(line for line in lines if line.units))


def _arrived(order: Order, hold: StockHold) -> Iterator[tuple[Place, int]]:
    """What has come of what was set aside, less what older orders wait for."""
    wanted = {at: n for at, n in hold.holding.items() if at.sku in order.needs}
    levels = stock.find_levels(order.tenant, list(wanted))
    awaited = {level.place: level.presold for level in levels}
    for at, units in wanted.items():
        here = units - min(units, max(0, awaited.get(at, 0)))
        if here and here < units:  # not all of it: who came first is served first
            here -= _before(order, at.sku)
        yield at, here


def _before(order: Order, sku: str) -> int:
    """Units that orders of the same campaign wait for which were placed earlier."""
    ids = [order_id for order_id, _ in unrouted.waiting(order.tenant, sku)][:MOST]
    others = orders.get_many(order.tenant, [each for each in ids if each != order.id])
    return sum(other.needs[sku] for other in others.values() if _older(other, order))


def _older(other: Order, order: Order) -> bool:
    mine, its = order.content.deal, other.content.deal
    same = mine is not None and its is not None and its.campaign == mine.campaign
    waits = other.status in (Status.APPROVED, Status.SHORT)
    return same and waits and _placed(other) < _placed(order)


def _placed(order: Order) -> tuple[str, str]:
    return order.received_at, order.id
