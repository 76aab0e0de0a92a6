"""Read promotions from a document, every fault with its place, and write them back."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from shared.domain.content import Lane
from shared.domain.promotions.promotion import (
    WHOLE,
    Benefit,
    Goods,
    Kind,
    Limits,
    Pick,
    Promotion,
    Scope,
    Tier,
)
from shared.domain.reader import Reader

MOST_PROMOTIONS, MOST_TIERS, MOST_NAMES, MOST_GIFTS, MOST_CODES = 200, 20, 1000, 20, 100
MOST_PIECES, MOST_POINTS, MOST_ORDERS, MOST_PRIORITY = 10_000, 10**9, 10**9, 1_000_000
MOST_WINDOWS, LAST_DAY = 10, 7
RESERVED = ("code", "gift")  # counters of other things begin with these
Json = dict[str, Any]
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)


class Bearer(StrEnum):
    MERCHANT = "merchant"
    PLATFORM = "platform"


LANES: dict[Kind, tuple[Lane, ...]] = {
    Kind.TIERS: tuple(Lane),
    Kind.PIECE: (Lane.ITEM, Lane.ORDER, Lane.COUPON),
    Kind.SETS: (Lane.ITEM, Lane.ORDER, Lane.COUPON),
    Kind.ADD_ON: (Lane.ITEM,),
    Kind.POINTS: (Lane.POINTS,),
}
"""Where each kind may stand; the first that is not for coupons is where it usually does."""


def promotions(document: Reader) -> tuple[Promotion, ...]:
    """In the order of the document. There may be none, but it must say so."""
    if not document.has("promotions"):
        document.fault("promotions", "missing")
    listed = document.objects("promotions", limit=MOST_PROMOTIONS, required=False)
    read = tuple(map(promotion, listed))
    seen: set[str] = set()
    for at, one in enumerate(read):
        if one.id and one.id in seen:
            document.fault(f"promotions[{at}].id", "twice")
        seen.add(one.id)
    return read


def promotion(given: Reader) -> Promotion:
    benefit, coupon = _benefit(given.object("benefit")), given.flag("coupon")
    since, until = given.time("since", default=""), given.time("until", default="")
    if since and until and since >= until:
        given.fault("until", "not-after", other="since")
    read = Promotion(
        id=_id(given),
        name=given.text("name", limit=100),
        benefit=benefit,
        lane=_lane(given, benefit, coupon=coupon),
        scope=_scope(given.object("scope", required=False)),
        limits=_limits(given.object("limits", required=False)),
        priority=given.whole("priority", default=0, most=MOST_PRIORITY),
        exclusive=given.flag("exclusive"),
        group=given.text("group", default="", limit=40),
        coupon=coupon,
        codes=_codes(given, coupon=coupon),
        platform=given.one_of("bearer", Bearer, Bearer.MERCHANT) is Bearer.PLATFORM,
        active=given.flag("active", default=True),
        since=since,
        until=until,
        days=_days(given),
        hours=_hours(given),
    )
    given.done()
    return read


def _id(given: Reader) -> str:
    """It stands in the names of counters, and before the version of its book."""
    name = given.id("id")
    if name in RESERVED or "|" in name or "@" in name:
        given.fault("id", "not-a-promotion-id")
    return name


def _codes(given: Reader, *, coupon: bool) -> tuple[str, ...]:
    codes = given.texts("codes", limit=MOST_CODES)
    if codes and not coupon:
        given.fault("codes", "only-of-coupons")
    return codes


def _days(given: Reader) -> tuple[int, ...]:
    days = given.items("days", limit=LAST_DAY, required=False)
    good = [day for day in days if type(day) is int and 1 <= day <= LAST_DAY]
    if len(good) != len(days):
        given.fault("days", "out-of-range", least=1, most=LAST_DAY)
    return tuple(sorted(set(good)))


def _hours(given: Reader) -> tuple[tuple[str, str], ...]:
    return tuple(map(_window, given.objects("hours", limit=MOST_WINDOWS, required=False)))


def _window(window: Reader) -> tuple[str, str]:
    since, until = _clock(window, "from"), _clock(window, "to")
    if since and until and since >= until:
        window.fault("to", "not-after", other="from")
    window.done()
    return since, until


def _clock(window: Reader, name: str) -> str:
    text = window.text(name, limit=5)
    if text and not _CLOCK.fullmatch(text):
        window.fault(name, "not-a-clock-time")
        return ""
    return text


def _scope(scope: Reader) -> Scope:
    read = Scope(
        goods=_goods(scope),
        shops=scope.texts("shops", limit=MOST_NAMES),
        channels=scope.texts("channels"),
        levels=scope.texts("levels"),
        new_buyers=scope.flag("new_buyers"),
        full_price=scope.flag("full_price"),
    )
    scope.done()
    return read


def _goods(given: Reader) -> Goods:
    goods = Goods(
        skus=given.texts("skus", limit=MOST_NAMES),
        categories=given.texts("categories", limit=MOST_NAMES),
        not_skus=given.texts("not_skus", limit=MOST_NAMES),
    )
    if both := sorted({*goods.skus} & {*goods.not_skus}):
        given.fault("not_skus", "contradicts", other=f"{given.path}.skus: {both[0]}")
    return goods


def _limits(limits: Reader) -> Limits:
    read = Limits(
        total=limits.whole("total", default=0, most=MOST_ORDERS),
        per_buyer=limits.whole("per_buyer", default=0, most=MOST_ORDERS),
        per_day=limits.whole("per_day", default=0, most=MOST_ORDERS),
        budget=limits.whole("budget", default=0),
        per_order=limits.whole("per_order", default=0, most=MOST_PIECES),
    )
    limits.done()
    return read


def _lane(given: Reader, benefit: Benefit, *, coupon: bool) -> Lane:
    usual = _usual(benefit, coupon=coupon)
    lane = given.one_of("lane", Lane, usual)
    choices = _lanes(benefit)
    if lane not in choices:
        given.fault("lane", "wrong-lane", choices=[one.value for one in choices])
    return lane


def _lanes(benefit: Benefit) -> tuple[Lane, ...]:
    """Freight alone is taken off freight; and what is given or earned is not."""
    if _freight_alone(benefit):
        return (Lane.FREIGHT,)
    brings = any(tier.gifts or tier.points for tier in benefit.tiers)
    return tuple(one for one in LANES[benefit.kind] if not (brings and one is Lane.FREIGHT))


def _freight_alone(benefit: Benefit) -> bool:
    return any(tier.free_freight for tier in benefit.tiers) and not any(
        tier.off or tier.rate or tier.points or tier.gifts for tier in benefit.tiers
    )


def _usual(benefit: Benefit, *, coupon: bool) -> Lane:
    lanes = _lanes(benefit)
    if coupon and Lane.COUPON in lanes:
        return Lane.COUPON
    return Lane.ORDER if benefit.kind is Kind.TIERS and Lane.ORDER in lanes else lanes[0]


# --- benefits ------------------------------------------------------------------


def _benefit(given: Reader) -> Benefit:
    kind = _kind(given)
    if kind is None:
        given.seen.update(given.value)  # who knows what there should have been
        return Benefit(Kind.TIERS, (Tier(),))
    read = _KINDS[kind](given)
    given.done()
    return read


def _kind(given: Reader) -> Kind | None:
    wanted = given.text("kind", limit=20)
    if wanted in list(Kind):
        return Kind(wanted)
    if wanted:
        given.fault("kind", "not-one-of", choices=[kind.value for kind in Kind])
    return None


def _of_tiers(given: Reader) -> Benefit:
    benefit = Benefit(
        kind=Kind.TIERS,
        tiers=_tiers(given, _bringing),
        repeat=given.flag("repeat"),
        cap=given.whole("cap", default=0),
        pick=given.one_of("pick", Pick, Pick.FIRST),
    )
    tier = benefit.tiers[0]
    single = len(benefit.tiers) == 1 and not tier.rate and bool(tier.amount or tier.pieces)
    if benefit.repeat and not single:
        given.fault("repeat", "repeats-one-tier")
    return benefit


def _of_pieces(given: Reader) -> Benefit:
    return Benefit(
        kind=Kind.PIECE,
        tiers=_tiers(given, _pricing),
        cap=given.whole("cap", default=0),
        pick=given.one_of("pick", Pick, Pick.CHEAPEST),
        each=given.whole("each", default=0, most=MOST_PIECES),
    )


def _of_sets(given: Reader) -> Benefit:
    return Benefit(
        kind=Kind.SETS,
        tiers=_tiers(given, _plain, most=1),
        cap=given.whole("cap", default=0),
        buy=given.whole("buy", default=0, most=MOST_PIECES),
        get=given.whole("get", least=1, most=MOST_PIECES) or 1,
        gets=_gets(given),
        together=given.flag("together"),
        pick=given.one_of("pick", Pick, Pick.CHEAPEST),
    )


def _of_add_on(given: Reader) -> Benefit:
    return Benefit(
        kind=Kind.ADD_ON,
        tiers=_tiers(given, _pricing),
        gets=_gets(given),
        pick=given.one_of("pick", Pick, Pick.CHEAPEST),
        each=given.whole("each", default=0, most=MOST_PIECES),
    )


def _of_points(given: Reader) -> Benefit:
    return Benefit(
        kind=Kind.POINTS,
        tiers=_tiers(given, _spending, most=1),
        cap=given.whole("cap", default=0),
        cap_rate=given.whole("cap_rate", default=0, most=WHOLE),
    )


_KINDS: dict[Kind, Callable[[Reader], Benefit]] = {
    Kind.TIERS: _of_tiers,
    Kind.PIECE: _of_pieces,
    Kind.SETS: _of_sets,
    Kind.ADD_ON: _of_add_on,
    Kind.POINTS: _of_points,
}


def _gets(given: Reader) -> Goods | None:
    if not given.has("gets"):
        given.seen.add("gets")
        return None
    gets = given.object("gets")
    goods = _goods(gets)
    gets.done()
    return goods


def _tiers(
    given: Reader, of: Callable[[Reader], Tier], most: int = MOST_TIERS
) -> tuple[Tier, ...]:
    """At least one to go on with, also where none can be read."""
    return tuple(map(of, given.objects("tiers", limit=most))) or (Tier(points=1, off=1),)


def _bringing(tier: Reader) -> Tier:
    gifts = tier.texts("gifts", limit=MOST_GIFTS)
    amount, pieces = _threshold(tier)
    read = Tier(
        amount=amount,
        pieces=pieces,
        off=tier.whole("off", default=0, least=1),
        rate=tier.whole("rate", default=0, least=1, most=WHOLE),
        free_freight=tier.flag("free_freight"),
        points=tier.whole("points", default=0, least=1, most=MOST_POINTS),
        gifts=gifts,
        quantity=tier.whole("quantity", default=1, least=1, most=MOST_PIECES) if gifts else 1,
    )
    _clean(tier, read)
    tier.done()
    return read


def _pricing(tier: Reader) -> Tier:
    return _priced(tier, *_threshold(tier))


def _plain(tier: Reader) -> Tier:
    return _priced(tier)


def _priced(tier: Reader, amount: int = 0, pieces: int = 0) -> Tier:
    """One of three; a price of 0 is one too."""
    price = tier.whole("price") if tier.has("price") else None
    tier.seen.add("price")
    read = Tier(
        amount=amount,
        pieces=pieces,
        off=tier.whole("off", default=0, least=1),
        rate=tier.whole("rate", default=0, least=1, most=WHOLE),
        price=price,
    )
    _clean(tier, read)
    tier.done()
    return read


def _clean(tier: Reader, read: Tier) -> None:
    """It brings something, and takes off in one way only."""
    ways = [name for name in ("off", "rate", "price") if tier.has(name)]
    for name in ways[1:]:
        tier.fault(name, "either-or", other=ways[0])
    if not ways and not (read.free_freight or read.points or read.gifts):
        tier.fault("", "brings-nothing")


def _spending(tier: Reader) -> Tier:
    read = Tier(
        amount=tier.whole("amount", default=0),
        points=tier.whole("points", least=1, most=MOST_POINTS) or 1,
        off=tier.whole("off", least=1) or 1,
    )
    tier.done()
    return read


def _threshold(tier: Reader) -> tuple[int, int]:
    return (
        tier.whole("amount", default=0),
        tier.whole("pieces", default=0, most=MOST_PIECES),
    )


# --- written back ----------------------------------------------------------------

_PLAIN = ("id", "name", "priority", "exclusive", "group", "coupon", "since", "until")


def written(one: Promotion) -> Json:
    """The document that reads as this promotion; what is as usual is left out."""
    return {
        **{name: value for name in _PLAIN if (value := getattr(one, name)) not in ("", False, 0)},
        "active": one.active,
        "lane": one.lane.value,
        **({"codes": list(one.codes)} if one.codes else {}),
        **({"bearer": Bearer.PLATFORM.value} if one.platform else {}),
        **({"days": list(one.days)} if one.days else {}),
        **({"hours": [{"from": a, "to": b} for a, b in one.hours]} if one.hours else {}),
        "scope": {**_named(one.scope.goods), **_unusual(one.scope, Scope(), "goods")},
        "limits": _unusual(one.limits, Limits()),
        "benefit": _brought(one.benefit),
    }


def _brought(benefit: Benefit) -> Json:
    usual = Benefit(benefit.kind, (), pick=_PICKS.get(benefit.kind, Pick.CHEAPEST))
    return {
        "kind": benefit.kind.value,
        **_unusual(benefit, usual, "kind", "tiers", "gets"),
        **({"gets": _named(benefit.gets)} if benefit.gets is not None else {}),
        "tiers": [_unusual(tier, Tier()) for tier in benefit.tiers],
    }


_PICKS: Mapping[Kind, Pick] = {Kind.TIERS: Pick.FIRST, Kind.POINTS: Pick.CHEAPEST}


def _named(goods: Goods) -> Json:
    return _unusual(goods, Goods())


def _unusual(value: Any, usual: Any, *but: str) -> Json:
    """The fields that differ from what they would be if nobody said anything."""
    names = (name for name in value._fields if name not in but)
    pairs = ((name, getattr(value, name)) for name in names)
    return {
        name: list(given) if isinstance(given, tuple) else given
        for name, given in pairs
        if given != getattr(usual, name)
    }
