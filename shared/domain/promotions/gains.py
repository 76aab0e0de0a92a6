"""What one promotion takes off at the prices so far, or what the cart lacks for it."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.domain import apportion
from shared.domain.content import Lane
from shared.domain.promotions import pieces
from shared.domain.promotions.cart import Cart, Code, There
from shared.domain.promotions.promotion import WHOLE, Benefit, Kind, Pick, Promotion, Tier

Left = Sequence[int]
"""What each line costs so far, in fen, and behind the last the freight."""


class Miss(NamedTuple):
    """Why it does not count: a code of `passed.*`."""

    code: str
    args: Mapping[str, Any] = {}


class Offer(NamedTuple):
    """A promotion that is open to the cart.

    `at`: its lines; `gets`: those that may be had for less, where they are others; `touches`: all
    of them. It excludes the others of its `group` that touch one of these. `singly`: what it takes
    off a line has to do with that line alone, so that each has its own best of such prices.
    """

    promotion: Promotion
    at: tuple[int, ...]
    touches: frozenset[int]
    group: str = ""
    gets: tuple[int, ...] = ()
    coupon: Code | None = None
    budget: int | None = None  # fen that are left of it; None = any
    singly: bool = False

    @property
    def entered(self) -> str:
        return self.coupon.code if self.coupon else ""

    def only(self, line: int) -> "Offer":
        return self._replace(at=(line,), touches=frozenset((line,)), singly=False)

    def seen(self, left: Left) -> Hashable:
        """All of the prices so far that its gain depends on: where they are equal, so is it."""
        other = sum(left) if self.promotion.lane is Lane.COUPON else left[-1]
        return (self.promotion.id, self.at, other, *map(left.__getitem__, self.at + self.gets))


class Gain(NamedTuple):
    """`offs`: line -> fen. `dropped`: fen that there was no room for above the floor prices."""

    offs: Mapping[int, int]
    tier: Tier
    times: int = 1
    dropped: int = 0
    spent: int = 0  # points

    @property
    def fen(self) -> int:
        return sum(self.offs.values())


class Till:
    """The cart in figures, one for each line and the last for freight, which has no floor."""

    def __init__(self, cart: Cart, there: Mapping[str, There] | None) -> None:
        self.cart, self.there = cart, there
        self.quantities = (*(line.quantity for line in cart.lines), 1)
        self.floors = (*(line.floor * line.quantity for line in cart.lines), 0)  # of whole lines
        self.goods = [(line.sku, line.category) for line in cart.lines]
        prices = cart.terms.prices if cart.terms else {}
        self.fixed = frozenset(
            at for at, line in enumerate(cart.lines) if line.add_on or line.sku in prices
        )  # have a price of a campaign or of an add-on
        self.given: Counter[str] = Counter()  # gifts so far, and what the cart itself takes
        for line in cart.lines:
            self.given[line.sku] += line.quantity

    def room(self, line: int, left: Left) -> int:
        """All pieces of a line share alike, so none is below its floor if the line is not."""
        return max(0, left[line] - self.floors[line])

    def has(self, sku: str, count: int) -> bool:
        """Whether so many can still be given away."""
        if self.there is None:
            return True
        return sku in self.there and self.there[sku].pieces - self.given[sku] >= count

    def value(self, sku: str) -> int:
        return self.there[sku].price if self.there and sku in self.there else 0

    def place(self, fen: int, weights: Mapping[int, int], left: Left) -> dict[int, int]:
        """Spread it over these lines, as far as their floors allow."""
        rooms = [max(0, left[line] - self.floors[line]) for line in weights]
        parts = apportion.spread(fen, list(weights.values()), rooms) if rooms else []
        return {line: part for line, part in zip(weights, parts, strict=True) if part}

    def within(self, offs: Mapping[int, int], left: Left) -> dict[int, int]:
        """The same where each line has its own already."""
        held = {line: min(off, left[line] - self.floors[line]) for line, off in offs.items()}
        return {line: off for line, off in held.items() if off > 0}


NOTHING_LEFT = Miss("nothing-left")


def remembered(till: Till) -> Callable[[Offer, Left], Gain | Miss]:
    """`gain`, where nothing is worked out twice at the same prices; good until gifts are given."""
    known: dict[Hashable, Gain | Miss] = {}

    def found(offer: Offer, left: Left) -> Gain | Miss:
        seen = offer.seen(left)
        if (made := known.get(seen)) is None:
            made = known[seen] = gain(till, offer, left)
        return made

    return found


def gain(till: Till, offer: Offer, left: Left) -> Gain | Miss:
    """A gain takes something off, or brings something else."""
    benefit = offer.promotion.benefit
    tier = _reached(till, offer, left)
    if isinstance(tier, Miss):
        return tier
    found = _GAINS[benefit.kind](till, offer, left, tier)
    return found if isinstance(found, Miss) else _worth(till, offer, left, found)


def _reached(till: Till, offer: Offer, left: Left) -> Tier | Miss:
    """The highest tier that the lines reach."""
    tiers = offer.promotion.benefit.tiers
    if not (tiers[-1].amount or tiers[-1].pieces):
        return tiers[-1]
    amount, count = _sum(left, offer.at), _sum(till.quantities, offer.at)
    for tier in reversed(tiers):
        if amount >= tier.amount and count >= tier.pieces:
            return tier
    return _lacking(tiers[0], amount, count)


def _sum(figures: Sequence[int], at: Iterable[int]) -> int:
    return sum(map(figures.__getitem__, at))


def _lacking(tier: Tier, amount: int, count: int) -> Miss:
    if amount < tier.amount:
        return Miss("short-amount", {"lacks": tier.amount - amount})
    return Miss("short-pieces", {"count": tier.pieces - count})


def _worth(till: Till, offer: Offer, left: Left, found: Gain) -> Gain | Miss:
    """It must bring something, fit in what is left of its budget, and a coupon not take all."""
    fen, lane, tier = found.fen, offer.promotion.lane, found.tier
    wanted = fen + found.dropped
    if lane is Lane.COUPON and wanted and wanted >= sum(left):
        return Miss("exceeds-payable")
    if offer.budget is not None and fen > offer.budget:
        return Miss("budget-spent")
    if fen or tier.points or (tier.free_freight and lane is not Lane.FREIGHT):
        return found
    return _giving(till, offer, found) if tier.gifts else NOTHING_LEFT


def _giving(till: Till, offer: Offer, found: Gain) -> Gain | Miss:
    """What brings nothing but a gift needs one that is there."""
    tier = found.tier
    there = gift_of(till, offer.promotion.benefit, tier, tier.quantity * found.times)
    return found if there else Miss("gift-short", {"skus": tier.gifts})


def gift_of(till: Till, benefit: Benefit, tier: Tier, count: int) -> str | None:
    """What the buyer would rather have goes first; then by the benefit's pick, then as listed."""

    def rank(sku: str) -> tuple[bool, int]:
        sign = {Pick.DEAREST: -1, Pick.CHEAPEST: 1}.get(benefit.pick, 0)
        return sku not in till.cart.wishes, sign * till.value(sku)

    fit = (sku for sku in tier.gifts if till.has(sku, count))
    return min(fit, key=rank, default=None)


def _tiers(till: Till, offer: Offer, left: Left, tier: Tier) -> Gain | Miss:
    promotion, at = offer.promotion, _lines(till, offer)
    times = _repeats(till, offer, left, tier)
    amount = _sum(left, at)
    rate = WHOLE if promotion.lane is Lane.FREIGHT and tier.free_freight else tier.rate
    wanted = tier.off * times or amount * rate // WHOLE
    wanted = min(wanted, promotion.benefit.cap or wanted)
    offs = till.place(wanted, {line: left[line] for line in at}, left)
    return Gain(offs, tier, times, wanted - sum(offs.values()))


def _lines(till: Till, offer: Offer) -> tuple[int, ...]:
    """Where it takes off; in the lane of freight that stands behind the lines."""
    return (len(till.cart.lines),) if offer.promotion.lane is Lane.FREIGHT else offer.at


def _repeats(till: Till, offer: Offer, left: Left, tier: Tier) -> int:
    if not offer.promotion.benefit.repeat:
        return 1
    times = []
    if tier.amount:
        times.append(_sum(left, offer.at) // tier.amount)
    if tier.pieces:
        times.append(_sum(till.quantities, offer.at) // tier.pieces)
    most = offer.promotion.limits.per_order
    return min([*times, most] if most else times, default=1)


def _pieces(till: Till, offer: Offer, left: Left, tier: Tier) -> Gain | Miss:
    """Each piece for itself; of an add-on those that were added."""
    benefit, most = offer.promotion.benefit, offer.promotion.limits.per_order
    at = offer.gets if benefit.kind is Kind.ADD_ON else offer.at
    some = list(pieces.runs(at, left, till.quantities))
    if benefit.each:
        some = [run for line in at for run in _few(some, line, benefit.each)]
    if most:
        some, _ = pieces.taken(some, most, benefit.pick)
    return _each(till, offer, left, (tier, some, 1))


def _few(some: Sequence[pieces.Run], line: int, most: int) -> list[pieces.Run]:
    return pieces.taken((run for run in some if run.line == line), most, Pick.FIRST)[0]


def _each(
    till: Till, offer: Offer, left: Left, had: tuple[Tier, list[pieces.Run], int]
) -> Gain | Miss:
    tier, some, times = had
    offs = pieces.each(tier, some)
    placed = till.within(offs, left)
    wanted = sum(offs[line] for line in placed) if offer.singly else sum(offs.values())
    cap = offer.promotion.benefit.cap or wanted
    if sum(placed.values()) > cap:
        parts = apportion.spread(cap, list(placed.values()))
        placed = dict(zip(placed, parts, strict=True))
    return Gain(placed, tier, times, min(wanted, cap) - sum(placed.values()))


def _sets(till: Till, offer: Offer, left: Left, tier: Tier) -> Gain | Miss:
    promotion, benefit = offer.promotion, offer.promotion.benefit
    bought = list(pieces.runs(offer.at, left, till.quantities))
    gets = list(pieces.runs(offer.gets, left, till.quantities)) if benefit.gets else bought
    some, times = pieces.had(benefit, bought, gets, promotion.limits.per_order)
    if not some:
        return _incomplete(benefit, pieces.count(bought))
    if not benefit.together:
        return _each(till, offer, left, (tier, some, times))
    wanted, weights = pieces.together(tier, some, benefit.get)
    wanted = min(wanted, benefit.cap or wanted)
    offs = till.place(wanted, weights, left)
    return Gain(offs, tier, times, wanted - sum(offs.values()))


def _incomplete(benefit: Benefit, count: int) -> Miss:
    if benefit.gets:
        if count >= benefit.buy:
            return Miss("none-to-get", {"count": benefit.get})
        return Miss("short-pieces", {"count": benefit.buy - count})
    return Miss("short-pieces", {"count": benefit.buy + benefit.get - count})


def _points(till: Till, offer: Offer, left: Left, tier: Tier) -> Gain | Miss:
    """As many whole steps as the buyer has and wants, and as the goods have room for."""
    benefit, cart = offer.promotion.benefit, till.cart
    have = min(cart.points, cart.buyer.points)
    most = sum(till.room(at, left) for at in offer.at)
    if benefit.cap_rate:
        most = min(most, _sum(left, offer.at) * benefit.cap_rate // WHOLE)
    most = min(most, benefit.cap or most)
    times = min(have // tier.points, most // tier.off)
    if have < tier.points:
        return Miss("short-points", {"count": tier.points - have})
    offs = till.place(times * tier.off, {at: left[at] for at in offer.at}, left)
    return Gain(offs, tier, times, spent=times * tier.points)


_Of = Callable[[Till, Offer, Left, Tier], Gain | Miss]
_GAINS: dict[Kind, _Of] = {
    Kind.TIERS: _tiers,
    Kind.PIECE: _pieces,
    Kind.SETS: _sets,
    Kind.ADD_ON: _pieces,
    Kind.POINTS: _points,
}
