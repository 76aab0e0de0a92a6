"""A promotion as data: when it is on, what it is for, what it brings; and the book of them all.

Amounts are in fen, rates in basis points of the price (1000 = 10 % off), times in UTC. Wherever
something is asked or limited, 0 or nothing means that it is not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from shared.domain.content import Lane
from shared.domain.lots import CHINA

WHOLE = 10_000  # basis points: all of the price
FEW = 10  # names that are looked through one by one


class Kind(StrEnum):
    TIERS = "tiers"  # 满减 满折 满赠 满送积分 包邮: what a threshold brings
    PIECE = "piece"  # 限时折扣 会员价: another price for each piece
    SETS = "sets"  # 第 N 件 M 折, N 件 M 元, 买 X 送 Y: for so many pieces together
    ADD_ON = "add-on"  # 加价购: a cheap piece for who buys enough of others
    POINTS = "points"  # 积分抵扣: points spent like money


class Pick(StrEnum):
    """Which of several pieces, or of several gifts."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    FIRST = "first"  # as they are listed


class Goods(NamedTuple):
    """Pieces by SKU or by category; of neither: all but `not_skus`."""

    skus: Collection[str] = ()
    categories: Collection[str] = ()
    not_skus: Collection[str] = ()

    def has(self, sku: str, category: str) -> bool:
        if sku in self.not_skus:
            return False
        if not self.skus and not self.categories:
            return True
        return sku in self.skus or (bool(category) and category in self.categories)

    def among(self, goods: Sequence[tuple[str, str]]) -> Sequence[int]:
        """Places of those (SKU, category) that it has; quick where it names a thousand."""
        if not any(self):
            return range(len(goods))
        sets = Goods(*map(frozenset, self)) if len(self.skus) + len(self.not_skus) > FEW else self
        return [at for at, one in enumerate(goods) if sets.has(*one)]


class Tier(NamedTuple):
    """What is had from `amount` fen and `pieces` pieces on, both inclusive, both if both are set.

    Of `tiers`: any of `off`, `rate`, `free_freight`, `points` and gifts. Of `piece`, `sets` and
    `add-on`: one of `off`, `rate` and `price`. Of `points`: `off` fen for each `points` points.
    """

    amount: int = 0
    pieces: int = 0
    off: int = 0
    rate: int = 0
    price: int | None = None
    free_freight: bool = False
    points: int = 0  # earned; of Kind.POINTS: spent
    gifts: tuple[str, ...] = ()  # SKUs to choose from: one of them is given
    quantity: int = 1  # pieces of the gift


class Benefit(NamedTuple):
    """`tiers` in rising order; the highest that is reached counts, and only that.

    `repeat`: its only tier counts for every time that the threshold is reached (每满).
    `cap`: no more than so many fen off; of points `cap_rate` of what is to be paid.
    `buy`, `get`: of each buy + get pieces the last `get` have the benefit (第 N 件: buy N - 1,
    get 1; N 件 M 元: buy 0, get N); `gets`: those come from other goods than the scope's.
    `together`: `off` or `price` is that of all `get` pieces, not of each.
    `each`: at most so many pieces of each line.
    """

    kind: Kind
    tiers: tuple[Tier, ...]
    repeat: bool = False
    cap: int = 0
    cap_rate: int = 0
    buy: int = 0
    get: int = 0
    gets: Goods | None = None
    together: bool = False
    pick: Pick = Pick.CHEAPEST
    each: int = 0


class Scope(NamedTuple):
    """For whom and what: whatever is not named is not asked."""

    goods: Goods = Goods()
    shops: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()  # of the buyer
    new_buyers: bool = False  # who has no order yet
    full_price: bool = False  # only goods that nothing has made cheaper before

    def covers(self, shop: str, channel: str) -> bool:
        return (not self.shops or shop in self.shops) and (
            not self.channels or channel in self.channels
        )


class Limits(NamedTuple):
    total: int = 0  # orders
    per_buyer: int = 0  # orders
    per_day: int = 0  # orders; days are China's
    budget: int = 0  # fen that it takes off in all
    per_order: int = 0  # times that it repeats, sets or pieces that have it


class Promotion(NamedTuple):
    """In force from `since` to before `until`; on `days` (1 = Monday) and in `hours` of China's.

    `exclusive`: alone in its lane. `group`: not on the same goods as another of the group.
    `coupon`: only for who enters one of `codes`, or a code that was issued for it.
    """

    id: str
    name: str
    benefit: Benefit
    lane: Lane
    scope: Scope = Scope()
    limits: Limits = Limits()
    priority: int = 0  # the greater goes first
    exclusive: bool = False
    group: str = ""
    coupon: bool = False
    codes: tuple[str, ...] = ()
    platform: bool = False  # the platform bears it, not the merchant
    active: bool = True
    since: str = ""
    until: str = ""
    days: tuple[int, ...] = ()
    hours: tuple[tuple[str, str], ...] = ()  # "20:00" to before "22:00"

    def in_force(self, now: str) -> bool:
        if now < self.since or (self.until and now >= self.until):
            return False
        if not self.days and not self.hours:
            return True
        here = datetime.fromisoformat(now).astimezone(CHINA)
        if self.days and here.isoweekday() not in self.days:
            return False
        clock = here.strftime("%H:%M")
        return not self.hours or any(since <= clock < until for since, until in self.hours)


@dataclass(frozen=True, slots=True)
class PromotionBook:
    """A merchant's promotions as of one version; 0 is the empty book of who has none.

    Of those that exclude each other the lanes take what is best for the buyer; those of
    `by_priority` take what has the greater priority.
    """

    version: int = 0
    promotions: tuple[Promotion, ...] = ()
    by_priority: tuple[Lane, ...] = ()

    def mark(self, promotion: Promotion) -> str:
        """What an order remembers of it: which promotion, as of which version of the book."""
        return f"{promotion.id}@{self.version}"
