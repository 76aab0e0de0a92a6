"""Read a campaign as a merchant describes it, and say what is wrong with it."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import pairwise

from shared.domain.campaign import (
    Campaign,
    Goods,
    Grouping,
    Kind,
    Mode,
    Presale,
    State,
    Unpaid,
)
from shared.domain.errors import Fault
from shared.domain.reader import Reader

MOST_GOODS, MOST_PIECES = 20, 1_000_000
MOST_BUYERS, MOST_HOURS = 50, 24 * 30
FREE = {"name", "closes", "shops", "per_buyer", "pay_minutes"}
"""What may change once somebody has bought; beside it the limits, which may rise."""
OURS = {"id", "state", "created_at", "by", "digest", "version", "look", *FREE}


def read(body: Reader, *, row_id: str, now: str, by: str, digest: str) -> Campaign:
    kind = body.one_of("kind", Kind, Kind.PRESALE)
    if not body.has("kind"):
        body.fault("kind", "missing")
    campaign = Campaign(
        id=row_id,
        kind=kind,
        name=body.text("name", limit=60),
        goods=_goods(body),
        opens=body.time("opens", default=now),
        closes=body.time("closes"),
        shops=body.texts("shops"),
        per_buyer=body.whole("per_buyer", default=0, most=MOST_PIECES),
        pay_minutes=body.whole("pay_minutes", default=30, least=5, most=24 * 60),
        presale=_presale(body) if kind is Kind.PRESALE else None,
        grouping=_grouping(body) if kind is Kind.GROUP else None,
        created_at=now,
        by=by,
        digest=digest,
    )
    body.done()
    _check(body, campaign)
    return campaign


def overlapping(campaign: Campaign, others: Iterable[Campaign]) -> Iterator[Fault]:
    """Others that sell the same SKU in the same shop at the same time."""
    mine = {goods.sku for goods in campaign.goods}
    for other in others:
        if other.id == campaign.id or other.state is not State.ACTIVE:
            continue
        together = sorted(mine & {goods.sku for goods in other.goods})
        in_time = campaign.opens < other.closes and other.opens < campaign.closes
        if together and in_time and _meet(campaign.shops, other.shops):
            names = {"campaign": other.id, "name": other.name, "skus": together[:5]}
            yield Fault("goods", "campaign-overlaps", names)


def fixed(before: Campaign, after: Campaign) -> Iterator[Fault]:
    """What somebody has bought on, and which therefore stays as it is."""
    for name in (each.name for each in fields(Campaign) if each.name not in OURS | {"goods"}):
        if getattr(before, name) != getattr(after, name):
            yield Fault(name, "fixed-once-sold")
    known = {goods.sku: goods for goods in after.goods}
    for was in before.goods:
        now = known.get(was.sku)
        if now is None or _price(now) != _price(was) or _lowered(was, now):
            yield Fault("goods", "fixed-once-sold", {"sku": was.sku})


def _price(goods: Goods) -> tuple[int, int, int]:
    return goods.price, goods.deposit, goods.counts


def _lowered(was: Goods, now: Goods) -> bool:
    return bool(now.limit) and (not was.limit or now.limit < was.limit)


def _meet(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return not some or not others or bool(set(some) & set(others))


def _goods(body: Reader) -> tuple[Goods, ...]:
    found: list[Goods] = []
    for line in body.objects("goods", limit=MOST_GOODS):
        one = Goods(
            sku=line.id("sku"),
            price=line.whole("price", least=1),
            deposit=line.whole("deposit", default=0),
            counts=line.whole("counts", default=0),
            limit=line.whole("limit", default=0, most=MOST_PIECES),
        )
        if one.sku and one.sku in {other.sku for other in found}:
            line.fault("sku", "twice")
        if one.counts and not one.deposit <= one.counts < one.price:
            line.fault("counts", "out-of-range", least=one.deposit, most=one.price - 1)
        line.done()
        found.append(one)
    return tuple(found)


def _presale(body: Reader) -> Presale:
    part = body.object("presale")
    found = Presale(
        mode=part.one_of("mode", Mode, Mode.FULL),
        balance_opens=part.time("balance_opens", default=""),
        balance_closes=part.time("balance_closes", default=""),
        ship_by=part.time("ship_by", default=""),
        days=part.whole("days", default=0, least=1, most=365),
        ship_from=part.time("ship_from", default=""),
        unpaid=part.one_of("unpaid", Unpaid, Unpaid.RETURN),
        remind=part.whole("remind", default=24, most=MOST_HOURS),
        warehouse=part.id("warehouse", default=""),
    )
    if bool(found.ship_by) == bool(found.days) and not part.faults_here("ship_by", "days"):
        part.fault("ship_by", "either-or", other="days")
    if found.mode is Mode.DEPOSIT:
        for name in ("balance_opens", "balance_closes"):
            if not part.has(name):
                part.fault(name, "missing")
    part.done()
    return found


def _grouping(body: Reader) -> Grouping:
    part = body.object("grouping")
    found = Grouping(
        size=part.whole("size", least=2, most=MOST_BUYERS),
        hours=part.whole("hours", default=24, least=1, most=MOST_HOURS),
        groups=part.whole("groups", default=0, most=MOST_PIECES),
        least=part.whole("least", default=0, least=2, most=MOST_BUYERS),
    )
    if found.least > found.size:
        part.fault("least", "out-of-range", least=2, most=found.size)
    part.done()
    return found


def _check(body: Reader, campaign: Campaign) -> None:
    """What must fit together; what is faulty by itself is not looked at twice."""
    times = [("opens", campaign.opens), ("closes", campaign.closes)]
    if ahead := campaign.presale:
        deposit = ahead.mode is Mode.DEPOSIT
        if deposit:
            times.append(("presale.balance_opens", ahead.balance_opens))
            times.append(("presale.balance_closes", ahead.balance_closes))
        times.append(("presale.ship_by", ahead.ship_by))
        _check_goods(body, campaign, ahead)
    given = [(name, at) for name, at in times if at]
    for (earlier, before), (name, after) in pairwise(given):
        may_meet = name == "presale.balance_opens"  # the balance may be asked for at once
        if after < before or (after == before and not may_meet):
            body.fault(name, "not-after", other=earlier)


def _check_goods(body: Reader, campaign: Campaign, ahead: Presale) -> None:
    deposit = ahead.mode is Mode.DEPOSIT
    for at, goods in enumerate(campaign.goods):
        if deposit and not 0 < goods.deposit < goods.price:
            body.fault(f"goods[{at}].deposit", "out-of-range", least=1, most=goods.price - 1)
        if goods.deposit and not deposit:
            body.fault(f"goods[{at}].deposit", "only-with-deposit")
        if ahead.warehouse and not goods.limit:
            body.fault(f"goods[{at}].limit", "missing")
