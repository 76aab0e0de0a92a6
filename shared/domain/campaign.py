"""Selling ahead and to groups: what a campaign offers, and on which terms an order joins it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain import balance
from shared.domain.content import Deal, Instalment, Lane, Off, OrderType, Part, Use
from shared.domain.errors import Fault
from shared.domain.group import Group, Member
from shared.domain.order import Order

ENDLESS = 10**12  # where nothing is limited


class Kind(StrEnum):
    PRESALE = "presale"
    GROUP = "group"


class Mode(StrEnum):
    FULL = "full"  # all of it is paid at once
    DEPOSIT = "deposit"  # a deposit now, the balance later


class Unpaid(StrEnum):
    """What becomes of the deposit when the balance is not paid in time."""

    KEEP = "keep"
    RETURN = "return"


class State(StrEnum):
    ACTIVE = "active"  # sells between `opens` and `closes`
    STOPPED = "stopped"  # takes no more orders; those that are there go on


@dataclass(frozen=True, slots=True)
class Goods:
    """What one piece of a SKU costs here, in fen."""

    sku: str
    price: int
    deposit: int = 0
    counts: int = 0  # what the deposit is worth once the balance is paid; never less than it
    limit: int = 0  # most pieces that are sold; 0 = any number

    @property
    def expansion(self) -> int:
        """What a piece gets cheaper by, since its deposit counts for more than was paid."""
        return max(0, self.counts - self.deposit)


@dataclass(frozen=True, slots=True)
class Presale:
    mode: Mode = Mode.FULL
    balance_opens: str = ""
    balance_closes: str = ""
    ship_by: str = ""
    days: int = 0  # or so many days after the last payment
    ship_from: str = ""  # nothing is done with the orders before
    unpaid: Unpaid = Unpaid.RETURN
    remind: int = 24  # hours before the end at which a balance is asked for; 0 = never
    warehouse: str = ""  # whose goods on their way are set aside for it; empty = none are


@dataclass(frozen=True, slots=True)
class Grouping:
    size: int = 2  # buyers of one group
    hours: int = 24  # after which a group that is not formed has failed
    groups: int = 0  # most groups; 0 = any number
    least: int = 0  # at the end so many paid buyers are enough; 0 = all of them are needed


@dataclass(frozen=True, slots=True)
class Campaign:
    id: str
    kind: Kind
    name: str
    goods: tuple[Goods, ...]
    opens: str
    closes: str
    shops: tuple[str, ...] = ()  # empty = all
    per_buyer: int = 0  # most pieces of one buyer; 0 = any number
    pay_minutes: int = 30  # for which a place is kept for who has not paid
    presale: Presale | None = None
    grouping: Grouping | None = None
    state: State = State.ACTIVE
    look: str = ""  # when the clock looks at what is set aside for it
    created_at: str = ""
    by: str = "system"
    digest: str = ""
    version: int = 0

    @property
    def mark(self) -> str:
        return f"{self.id}@{self.version}"

    def goes_on(self, now: str) -> bool:
        """Whether there will be orders still."""
        return self.state is State.ACTIVE and now < self.closes

    def next_look(self, now: str) -> str:
        """When it is looked at again what must stay set aside: at each end, then every day."""
        ends = (self.closes, self.presale.balance_closes if self.presale else "")
        return min((end for end in ends if end > now), default=later(now, hours=24))

    def sells(self, now: str, *, joining: bool = False) -> bool:
        """Groups that were opened in time may be joined as long as they are open."""
        in_time = self.opens <= now and (joining or now < self.closes)
        return self.state is State.ACTIVE and in_time

    def piece(self, sku: str) -> Goods | None:
        return next((each for each in self.goods if each.sku == sku), None)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to buy what in a campaign. `buyer`: the mark of the buyer's id, never itself."""

    campaign: str
    shop: str
    buyer: str
    order: str  # its id, so that who comes again finds the same place
    pieces: Mapping[str, int]  # by SKU
    group: str = ""  # the one to join; empty = open a new one


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order is placed on. `seats`: the group as it is once this buyer has a place."""

    campaign: str
    type: OrderType
    prices: dict[str, int]  # fen for a piece, by SKU
    offs: dict[str, Off] = field(default_factory=dict)  # what a piece gets cheaper by
    deposit: int = 0  # fen of the whole order; 0 = all is paid at once
    closes: str = ""  # by when the first payment must be there
    balance_opens: str = ""
    balance_closes: str = ""
    ship_by: str = ""
    not_before: str = ""
    days: int = 0
    remind: str = ""
    keep: int = 0
    aside: bool = False
    uses: tuple[Use, ...] = ()
    seats: Group | None = None

    def bind(self, deal: Deal) -> Deal:
        """What the order keeps of these terms."""
        return replace(
            deal,
            campaign=self.campaign,
            group=self.seats.id if self.seats else "",
            keep=self.keep,
            days=self.days,
            remind=self.remind,
            aside=self.aside,
            uses=(*deal.uses, *self.uses),
        )

    def payments(self, total: int) -> tuple[Instalment, ...]:
        """The payments of an order of `total` fen."""
        if not 0 < self.deposit < total:
            return (Instalment(total, closes=self.closes),)
        deposit = Instalment(self.deposit, part=Part.DEPOSIT, closes=self.closes)
        opens, closes = self.balance_opens, self.balance_closes
        rest = Instalment(total - self.deposit, part=Part.BALANCE, opens=opens, closes=closes)
        return deposit, rest


def terms(campaign: Campaign, wish: Wish, now: str, seats: Group | None = None) -> Terms:
    """The terms of an order that was found `fit`."""
    bought = {g.sku: (g, wish.pieces[g.sku]) for g in campaign.goods if g.sku in wish.pieces}
    common = Terms(
        campaign=campaign.id,
        type=OrderType(campaign.kind.value),
        prices={sku: goods.price for sku, (goods, _) in bought.items()},
        closes=_first_payment(campaign, seats, now),
        uses=tuple(uses(campaign, wish)),
        seats=seats,
    )
    ahead = campaign.presale
    if ahead is None:
        return common
    common = replace(
        common,
        ship_by=ahead.ship_by,
        not_before=ahead.ship_from,
        days=ahead.days,
        aside=bool(ahead.warehouse),
    )
    if ahead.mode is Mode.FULL:
        return common
    deposit = sum(goods.deposit * units for goods, units in bought.values())
    return replace(
        common,
        offs={
            sku: Off(campaign.mark, Lane.ITEM, goods.expansion)
            for sku, (goods, _) in bought.items()
            if goods.expansion
        },
        deposit=deposit,
        balance_opens=ahead.balance_opens,
        balance_closes=ahead.balance_closes,
        remind=later(ahead.balance_closes, hours=-ahead.remind) if ahead.remind else "",
        keep=deposit if ahead.unpaid is Unpaid.KEEP else 0,
    )


def unfit(campaign: Campaign, wish: Wish, now: str) -> Iterator[Fault]:
    """Why the campaign cannot be what this order is placed on."""
    if not campaign.sells(now, joining=bool(wish.group)):
        span = {"opens": campaign.opens, "closes": campaign.closes}
        yield Fault("campaign", "campaign-closed", {"state": campaign.state.value, **span})
    if campaign.shops and wish.shop not in campaign.shops:
        yield Fault("campaign", "campaign-elsewhere", {"shops": list(campaign.shops)})
    if strange := sorted(sku for sku in wish.pieces if campaign.piece(sku) is None):
        yield Fault("lines", "not-in-campaign", {"skus": strange[:10]})
    if wish.group and campaign.kind is not Kind.GROUP:
        yield Fault("group", "no-groups")
    if not wish.buyer and (campaign.kind is Kind.GROUP or campaign.per_buyer):
        yield Fault("buyer.id", "missing")


def uses(campaign: Campaign, wish: Wish) -> Iterator[Use]:
    """What the order takes of all that there is only so much of; each is the campaign's figure."""
    for sku, units in sorted(wish.pieces.items()):
        goods = campaign.piece(sku)
        yield Use(sold(campaign.id, sku), units, (goods.limit if goods else 0) or ENDLESS)
    if campaign.per_buyer:
        name = f"{campaign.id}|{wish.buyer}"
        yield Use(name, sum(wish.pieces.values()), campaign.per_buyer)
    if campaign.grouping and campaign.grouping.groups and not wish.group:
        yield Use(f"{campaign.id}|groups", 1, campaign.grouping.groups)


def fewer(campaign: str, use: Use, units: Mapping[str, int]) -> Use:
    """What an order uses of it once these pieces, by SKU, are no longer bought."""
    less = {sold(campaign, sku): some for sku, some in units.items()}
    of_buyer = use.counter.startswith(f"{campaign}|") and use.counter.count("|") == 1
    if of_buyer and use.counter != f"{campaign}|groups":
        return replace(use, times=use.times - sum(units.values()))
    return replace(use, times=use.times - less.get(use.counter, 0))


def spent(campaign: Campaign, wish: Wish, use: Use, left: int) -> Fault:
    """What to say of a limit that leaves too little room."""
    if use.counter.endswith("|groups"):
        return Fault("group", "no-more-groups", {"limit": use.most})
    if use.counter == f"{campaign.id}|{wish.buyer}":
        return Fault("lines", "buyer-limit", {"left": left, "limit": use.most})
    sku = use.counter.rpartition("|")[2]
    return Fault("lines", "campaign-sold-out", {"sku": sku, "left": left, "limit": use.most})


def opened(campaign: Campaign, wish: Wish, now: str) -> Group:
    """A new group, known by the order that opens it."""
    grouping = campaign.grouping or Grouping()
    return Group(
        id=wish.order,
        campaign=campaign.id,
        size=grouping.size,
        least=grouping.least,
        closes=later(now, hours=grouping.hours),
        members=(Member(wish.order, wish.buyer, now),),
        created_at=now,
    )


def figures(order: Order) -> Iterator[Use]:
    """What a living order adds to the figures of its campaign; fen, orders, and pieces."""
    deal, payments = order.content.deal, order.content.payments
    if deal is None or not deal.campaign:
        return
    yield Use(f"{deal.campaign}|orders", 1, ENDLESS)
    if deposits := balance.captured(payments, Part.DEPOSIT):
        due = sum(each.amount - each.captured for each in payments if each.part is Part.BALANCE)
        yield Use(f"{deal.campaign}|deposits", deposits, ENDLESS)
        yield Use(f"{deal.campaign}|due", due, ENDLESS)
    if order.sources and order.content.type is OrderType.PRESALE:
        for sku, units in sorted(order.needs.items()):
            yield Use(served(deal.campaign, sku), units, ENDLESS)


def served(campaign: str, sku: str) -> str:
    """The counter of the pieces for which living orders hold stock, or have got it."""
    return f"{campaign}|served|{sku}"


def sold(campaign: str, sku: str) -> str:
    """The counter of the pieces that living orders have bought."""
    return f"{campaign}|sku|{sku}"


def later(moment: str, *, hours: int = 0, minutes: int = 0) -> str:
    then = datetime.fromisoformat(moment) + timedelta(hours=hours, minutes=minutes)
    return then.isoformat(timespec="milliseconds")


def _first_payment(campaign: Campaign, seats: Group | None, now: str) -> str:
    """A place is kept for so long, and never beyond the end of the group."""
    kept = later(now, minutes=campaign.pay_minutes)
    return min(kept, seats.closes) if seats else kept
