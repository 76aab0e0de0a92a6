"""What is wrong with promotions beyond how they are written: rules that contradict each other."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import NamedTuple

from shared.domain.errors import Fault
from shared.domain.promotions.promotion import WHOLE, Benefit, Goods, Kind, Promotion, Tier

LAST = "9"  # behind every time
Named = tuple[str, Promotion]
"""A promotion and its place in the document."""


class Known(NamedTuple):
    """What the merchant has; None = nobody knows, so anything may be meant.

    `categories`: of each SKU; what is not there may be of any.
    """

    shops: Collection[str] | None = None
    skus: Collection[str] | None = None
    categories: Mapping[str, str] | None = None


ANYTHING = Known()


def faults(promotions: Sequence[Promotion], known: Known = ANYTHING) -> Iterator[Fault]:
    """What must be mended before they can be used; where two clash the later one names both."""
    named = [(f"promotions[{at}]", one) for at, one in enumerate(promotions)]
    for place, one in named:
        yield from _tiers(one.benefit, f"{place}.benefit")
        yield from _strangers(place, one, known)
    yield from _codes(named)
    active = [each for each in named if each[1].active]
    for first, second in combinations(active, 2):
        yield from _clash(first, second, known)


def warnings(promotions: Sequence[Promotion], now: str) -> Iterator[Fault]:
    """What may be meant, but should be looked at: they are over, or give goods away."""
    for at, one in enumerate(promotions):
        place = f"promotions[{at}]"
        if one.active and one.until and one.until <= now:
            yield Fault(place, "over", {"until": one.until})
        for no, tier in enumerate(one.benefit.tiers):
            if one.benefit.kind is Kind.TIERS and 0 < tier.amount <= tier.off:
                yield Fault(f"{place}.benefit.tiers[{no}].off", "gives-all-away")


def skus(promotions: Sequence[Promotion]) -> set[str]:
    """Every SKU that they name."""
    return {name for one in promotions for _, name in _skus("", one)}


# --- one promotion ---------------------------------------------------------------


def _tiers(benefit: Benefit, place: str) -> Iterator[Fault]:
    for (low, one), (high, other) in combinations(enumerate(benefit.tiers), 2):
        if other.amount <= one.amount and other.pieces <= one.pieces:
            yield Fault(f"{place}.tiers[{low}]", "unreachable-tier", {"other": _tier(high)})
        elif _less(other, one):
            yield Fault(f"{place}.tiers[{high}]", "worth-less", {"other": _tier(low)})


def _tier(at: int) -> str:
    return f"tiers[{at}]"


def _less(high: Tier, low: Tier) -> bool:
    """Whether who reaches the higher one is worse off: both seen where that begins."""
    if high.price is not None and low.price is not None:
        return high.price > low.price
    amount = high.amount or low.amount
    mine, its = _value(high, amount), _value(low, amount)
    comparable = bool(mine and its) and (bool(amount) or bool(high.off) == bool(low.off))
    return (comparable and mine < its) or 0 < high.points < low.points


def _value(tier: Tier, amount: int) -> int:
    """A rate of nobody knows what compares with rates alone."""
    return tier.off or (amount or WHOLE) * tier.rate // WHOLE


def _strangers(place: str, one: Promotion, known: Known) -> Iterator[Fault]:
    for at, shop in enumerate(one.scope.shops):
        if known.shops is not None and shop not in known.shops:
            yield Fault(f"{place}.scope.shops[{at}]", "unknown-shop")
    for where, sku in _skus(place, one) if known.skus is not None else ():
        if sku not in (known.skus or ()):
            yield Fault(where, "unknown-item")


def _skus(place: str, one: Promotion) -> Iterator[tuple[str, str]]:
    goods = [("scope", one.scope.goods), ("benefit.gets", one.benefit.gets or Goods())]
    for path, some in goods:
        for name in ("skus", "not_skus"):
            values = getattr(some, name)
            yield from ((f"{place}.{path}.{name}[{at}]", sku) for at, sku in enumerate(values))
    for no, tier in enumerate(one.benefit.tiers):
        where = f"{place}.benefit.{_tier(no)}.gifts"
        yield from ((f"{where}[{at}]", sku) for at, sku in enumerate(tier.gifts))


def _codes(named: Sequence[Named]) -> Iterator[Fault]:
    """A code is for one promotion; large and small letters are not the same."""
    owners: dict[str, str] = {}
    for place, one in named:
        for at, code in enumerate(one.codes):
            if code in owners:
                yield Fault(f"{place}.codes[{at}]", "code-of-two", {"other": owners[code]})
            owners[code] = one.id


# --- two promotions --------------------------------------------------------------


def _clash(first: Named, second: Named, known: Known) -> Iterator[Fault]:
    """Who goes first must not be left to chance."""
    (_, one), (place, other) = first, second
    if one.priority != other.priority or one.lane is not other.lane:
        return
    why = _excluding(one, other)
    if why and meet(one, other, known.categories):
        yield replace(why, field=place, args={"other": one.id, "id": other.id})


_BOTH_EXCLUSIVE = Fault("", "both-exclusive")
_SAME_GROUP = Fault("", "same-group")
_TWO_PRICES = Fault("", "two-prices")


def _excluding(one: Promotion, other: Promotion) -> Fault | None:
    if one.exclusive or other.exclusive:
        return _BOTH_EXCLUSIVE if one.exclusive and other.exclusive else None
    both = one.benefit.kind is Kind.POINTS and other.benefit.kind is Kind.POINTS
    if both or (one.group and one.group == other.group):
        return _SAME_GROUP
    return _TWO_PRICES if _fixes(one) and _fixes(other) else None


def _fixes(one: Promotion) -> bool:
    """Whether it sets the price of single pieces."""
    prices = any(tier.price is not None for tier in one.benefit.tiers)
    return prices and one.benefit.kind is Kind.PIECE


def meet(one: Promotion, other: Promotion, categories: Mapping[str, str] | None = None) -> bool:
    """Whether some cart may have goods for both; two that are exclusive need not share goods."""
    mine, its = one.scope, other.scope
    names = ((mine.shops, its.shops), (mine.channels, its.channels), (mine.levels, its.levels))
    if not all(_share(*pair) for pair in names) or not _at_once(one, other):
        return False
    alone = one.exclusive and other.exclusive
    return alone or _overlap(mine.goods, its.goods, categories)


def _share(one: Collection[str | int], other: Collection[str | int]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)


def _at_once(one: Promotion, other: Promotion) -> bool:
    if max(one.since, other.since) >= min(one.until or LAST, other.until or LAST):
        return False
    hours = product(one.hours, other.hours)
    same = any(max(a[0], b[0]) < min(a[1], b[1]) for a, b in hours)
    return _share(one.days, other.days) and (not one.hours or not other.hours or same)


def _overlap(one: Goods, other: Goods, categories: Mapping[str, str] | None) -> bool:
    barred = {*one.not_skus, *other.not_skus}
    if _all(one) and _all(other):
        return True
    if _all(one) or _all(other):
        narrow = other if _all(one) else one
        return bool(narrow.categories) or not barred.issuperset(narrow.skus)
    mine, its = {*one.skus} - barred, {*other.skus} - barred
    if mine & its or {*one.categories} & {*other.categories}:
        return True
    pairs = ((mine, other.categories), (its, one.categories))
    return any(_in_category(skus_, named, categories) for skus_, named in pairs)


def _all(goods: Goods) -> bool:
    return not goods.skus and not goods.categories


def _in_category(
    named: Collection[str], of: Collection[str], categories: Mapping[str, str] | None
) -> bool:
    """Whether one of these SKUs is, or may be, in one of the categories."""
    if not named or not of:
        return False
    return any(categories is None or categories.get(sku) in of for sku in named)
