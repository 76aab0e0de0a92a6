"""Orders of the Chinese shops from a seed: most are plain, some need a person, as in life."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from infra.demo import people
from infra.demo.goods import ITEMS, Item

CHINA = timezone(timedelta(hours=8))
SPREAD = 72 * 3600  # seconds before `until` in which orders were placed
BLACKLISTED = "13800009999"
TOKENS = 0.15  # part of the orders whose receiver is known to the platform alone
COUPONS = 0.3  # part of the larger orders that has one
LARGE = 9900  # fen from which the post is free
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Series:
    """Orders of one shop. The same series gives the same orders, run after run."""

    shop: str
    prefix: str  # of the numbers, and of the shop's own SKUs
    seed: int
    until: datetime

    def orders(self, count: int) -> Iterator[Document]:
        chance = random.Random(self.seed)
        for no in range(count):
            yield _order(self, no, chance)


def _order(series: Series, no: int, chance: random.Random) -> Document:
    placed = series.until - timedelta(seconds=chance.randrange(60, SPREAD))
    buyer = f"{series.prefix.lower()}{chance.randrange(10**6):06d}"
    order = {
        "shop": series.shop,
        "number": f"{series.prefix}{series.seed}{no:07d}",
        "placed_at": placed.astimezone(CHINA).isoformat(timespec="seconds"),
        "buyer": {"id": buyer},
        "receiver": _receiver(chance),
        "payment": {"state": "paid"},
        **_priced(series, chance),
    }
    _trouble(chance.random())(order, chance)
    return order


def _receiver(chance: random.Random) -> Document:
    full = people.receiver(chance)
    if chance.random() >= TOKENS:
        return full
    token = {"kind": "oaid", "value": f"{chance.getrandbits(160):040x}"}
    return {"token": token, **{part: full[part] for part in ("province", "city", "district")}}


def _priced(series: Series, chance: random.Random) -> Document:
    """Lines and sums; a coupon is shared out over the lines to the last fen."""
    items = chance.sample(ITEMS, chance.choices((1, 2, 3, 4, 5), (52, 26, 12, 6, 4))[0])
    lines = [_line(series, item, chance) for item in items]
    goods = sum(line["amount"] for line in lines)
    large = goods >= LARGE
    coupon = chance.choice((500, 1000, 2000)) if large and chance.random() < COUPONS else 0
    _share(coupon, goods, lines)
    freight = 0 if large else 800
    sums = {"goods_total": goods, "discount": coupon, "freight": freight}
    return {"lines": lines, **sums, "total": goods - coupon + freight}


def _line(series: Series, item: Item, chance: random.Random) -> Document:
    quantity = chance.choices((1, 2, 3), (80, 15, 5))[0]
    return {
        "shop_sku": shop_sku(series.prefix, item.sku),
        "title": item.title,
        "quantity": quantity,
        "unit_price": item.price,
        "amount": item.price * quantity,
        "weight": item.weight * quantity,
    }


def _share(coupon: int, goods: int, lines: list[Document]) -> None:
    left = coupon
    for line in lines[1:]:
        line["share"] = coupon * line["amount"] // goods
        left -= line["share"]
    lines[0]["share"] = left


def shop_sku(prefix: str, sku: str) -> str:
    """What the shop calls an item of ours."""
    return f"{prefix}-{sku}"


Trouble = Callable[[Document, random.Random], None]


def _note(order: Document, chance: random.Random) -> None:
    order["notes"] = {"buyer": chance.choice(people.NOTES)}


def _unpaid(order: Document, _: random.Random) -> None:
    order["payment"] = {"state": "unpaid"}


def _cash(order: Document, _: random.Random) -> None:
    order["payment"] = {"state": "unpaid", "cod": True}


def _no_address(order: Document, chance: random.Random) -> None:
    whole = people.receiver(chance)
    del whole[chance.choice(("phone", "address", "city"))]
    order["receiver"] = whole


def _wrong_sum(order: Document, chance: random.Random) -> None:
    order["total"] += chance.choice((1, 100, 990))


def _unknown_item(order: Document, chance: random.Random) -> None:
    order["lines"][0]["shop_sku"] += f"-NEW{chance.randrange(10)}"


def _blacklisted(order: Document, chance: random.Random) -> None:
    order["receiver"] = {**people.receiver(chance), "phone": BLACKLISTED}


def _plain(_order: Document, _: random.Random) -> None:
    pass


TROUBLES: tuple[tuple[float, Trouble], ...] = (
    (0.020, _note),
    (0.010, _unpaid),
    (0.030, _cash),
    (0.010, _no_address),
    (0.005, _wrong_sum),
    (0.005, _unknown_item),
    (0.002, _blacklisted),
)


def _trouble(roll: float) -> Trouble:
    for part, trouble in TROUBLES:
        if roll < part:
            return trouble
        roll -= part
    return _plain
