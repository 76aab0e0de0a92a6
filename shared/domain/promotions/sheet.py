"""A cart while it is priced: what each line costs so far, and what promotions brought it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from shared.domain import apportion
from shared.domain.content import Basis, Grounds, Lane, Off
from shared.domain.promotions.cart import Applied, Gift, Passed
from shared.domain.promotions.choosing import Lost, Outcome, Taken
from shared.domain.promotions.gains import Till, gift_of
from shared.domain.promotions.promotion import Kind, Promotion, PromotionBook


@dataclass(slots=True, eq=False, repr=False)
class Sheet:
    """Everything in the order of the cart's lines; `left` has the freight behind the last."""

    till: Till
    book: PromotionBook
    prices: tuple[int, ...]  # of one piece
    left: list[int] = field(init=False)
    offs: list[list[Off]] = field(init=False)
    earned: list[int] = field(init=False)
    spent: list[int] = field(init=False)
    fee: int = 0  # before what promotions take off it
    gifts: list[Gift] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    told: set[str] = field(default_factory=set)  # promotions that were passed in a lane
    extra: list[Applied] = field(default_factory=list)  # of no promotion of the book
    had: dict[str, list[Taken]] = field(default_factory=dict)
    freed: dict[str, int] = field(default_factory=dict)  # promotion -> fen of freight

    def __post_init__(self) -> None:
        lines = self.till.cart.lines
        self.left = [*self.amounts(), 0]
        self.offs = [[] for _ in lines]
        self.earned, self.spent = [0] * len(lines), [0] * len(lines)

    def amounts(self) -> list[int]:
        lines = self.till.cart.lines
        return [price * line.quantity for price, line in zip(self.prices, lines, strict=True)]

    def worth(self, taken: Taken) -> int:
        """In fen: what it takes off, its gifts by their price, and the freight."""
        gain, till, benefit = taken.gain, self.till, taken.offer.promotion.benefit
        count = gain.tier.quantity * gain.times
        sku = gift_of(till, benefit, gain.tier, count) if gain.tier.gifts else None
        gift = till.value(sku) * count if sku else 0
        return gain.fen + gift + self.fee * gain.tier.free_freight

    def off(self, line: int, off: Off) -> None:
        """So much off each piece before any promotion, as far as the floor allows."""
        pieces = self.till.quantities[line]
        fen = min(off.fen * pieces, self.till.room(line, self.left))
        if not fen:
            return
        self.left[line] -= fen
        self.offs[line].append(replace(off, fen=fen))
        number = self.till.cart.lines[line].no
        brings = {"brings": [{"what": "less", "less": fen}]}
        self.extra.append(
            Applied(off.promotion, "", off.lane, "campaign", brings, fen, {number: fen})
        )

    def take(self, outcome: Outcome) -> None:
        """What a lane came to."""
        seen, self.left = self.left, list(outcome.left)
        for taken in outcome.taken:
            self._taken(taken, seen)
            for line, fen in taken.gain.offs.items():
                seen[line] -= fen
        for lost in outcome.lost:
            self._lost(lost)

    def free(self) -> None:
        """Freight that goods brought for nothing: by the first that did."""
        for name, some in self.had.items():
            if some[0].gain.tier.free_freight and self.left[-1]:
                self.freed[name], self.left[-1] = self.left[-1], 0

    def applied(self) -> Iterator[Applied]:
        yield from self.extra
        for some in self.had.values():
            yield self._applied(some)

    def fen(self, name: str) -> int:
        return sum(one.gain.fen for one in self.had[name])

    def _taken(self, taken: Taken, seen: list[int]) -> None:
        promotion, gain = taken.offer.promotion, taken.gain
        self.had.setdefault(promotion.id, []).append(taken)
        mark, goods = self.book.mark(promotion), len(self.offs)
        for line, fen in gain.offs.items():
            if line < goods:
                self.offs[line].append(Off(mark, promotion.lane, fen, promotion.platform))
        self._count(self.spent, gain.spent, dict(gain.offs))
        if points := earned(taken):
            self._count(self.earned, points, {line: self.left[line] for line in taken.offer.at})
        if gain.tier.gifts:
            self._give(taken, mark, seen)

    def _count(self, points: list[int], whole: int, weights: dict[int, int]) -> None:
        parts = apportion.spread(whole, list(weights.values())) if whole else ()
        for line, part in zip(weights, parts, strict=False):
            points[line] += part

    def _give(self, taken: Taken, mark: str, seen: list[int]) -> None:
        promotion, gain = taken.offer.promotion, taken.gain
        pieces = gain.tier.quantity * gain.times
        sku = gift_of(self.till, promotion.benefit, gain.tier, pieces)
        if sku is None:
            self.pass_(promotion, "gift-short", {"skus": gain.tier.gifts}, taken.offer.entered)
            return
        self.till.given[sku] += pieces
        tier = gain.tier
        grounds = Grounds(
            line=0,
            promotion=mark,
            of=tuple(self._basis(at, seen[at]) for at in taken.offer.at),
            amount=tier.amount,
            pieces=tier.pieces,
            each=tier.quantity if promotion.benefit.repeat else 0,
        )
        self.gifts.append(Gift(mark, sku, pieces, grounds))

    def _basis(self, at: int, fen: int) -> Basis:
        return Basis(self.till.cart.lines[at].no, fen, self.till.quantities[at])

    def _lost(self, lost: Lost) -> None:
        promotion, entered = lost.offer.promotion, lost.offer.entered
        if promotion.id in self.had:  # on other lines it counted
            return
        if lost.why:
            self.pass_(promotion, lost.why.code, dict(lost.why.args), entered)
        elif lost.to:
            self.pass_(promotion, "not-with", {"name": lost.to.promotion.name}, entered)

    def pass_(self, promotion: Promotion, why: str, args: dict[str, Any], entered: str) -> None:
        """Once for each, and the first of the reasons."""
        if promotion.id not in self.told:
            self.told.add(promotion.id)
            mark = self.book.mark(promotion)
            self.passed.append(Passed(mark, promotion.name, why, args, entered))

    def _applied(self, some: list[Taken]) -> Applied:
        promotion, offer = some[0].offer.promotion, some[0].offer
        lines: dict[int, int] = {}
        for one in some:
            for line, fen in one.gain.offs.items():
                if line < len(self.offs):
                    number = self.till.cart.lines[line].no
                    lines[number] = lines.get(number, 0) + fen
        mark = self.book.mark(promotion)
        return Applied(
            promotion=mark,
            name=promotion.name,
            lane=promotion.lane,
            code=promotion.benefit.kind.value,
            args={"brings": list(self._brings(mark, some))},
            fen=self.fen(promotion.id),
            lines=lines,
            platform=promotion.platform,
            coupon=offer.entered,
            points=sum(earned(one) + one.gain.spent for one in some),
        )

    def _brings(self, mark: str, some: list[Taken]) -> Iterator[dict[str, Any]]:
        """Each as words say it: `brings.*`."""
        promotion = some[0].offer.promotion
        freight = promotion.lane is Lane.FREIGHT
        brought = (
            ("spent", "count", sum(one.gain.spent for one in some)),
            ("freight" if freight else "less", "less", self.fen(promotion.id)),
            ("floored", "dropped", 0 if freight else sum(one.gain.dropped for one in some)),
            ("freight", "less", self.freed.get(promotion.id, 0)),
            ("earned", "count", sum(map(earned, some))),
        )
        yield from ({"what": what, name: figure} for what, name, figure in brought if figure)
        for gift in self.gifts:
            if gift.promotion == mark:
                yield {"what": "gift", "sku": gift.sku, "count": gift.quantity}


def earned(taken: Taken) -> int:
    if taken.offer.promotion.benefit.kind is Kind.POINTS:
        return 0
    return taken.gain.tier.points * taken.gain.times
