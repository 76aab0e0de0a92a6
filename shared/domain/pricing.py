"""The shadow prices that a merchant's routing reckons with: when they were made, and from what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.domain.item import Item
from shared.domain.loads import Prices
from shared.domain.routing import Free

WEEK = 7  # days


@dataclass(frozen=True, slots=True)
class Price:
    sku: str
    warehouse: str
    fen: int  # what a unit is worth there more than where it is worth least


@dataclass(frozen=True, slots=True)
class PriceList:
    at: str = ""  # when it was made; empty = never
    orders: int = 0  # that it was learned from
    expected: int = 0  # in the next seven days, at the pace of those
    prices: tuple[Price, ...] = ()

    def by_place(self) -> Prices:
        return {(price.sku, price.warehouse): price.fen for price in self.prices}


def listed(prices: Prices, most: int) -> tuple[Price, ...]:
    """By SKU and warehouse; where there are too many, those that matter most."""
    dearest = sorted(prices.items(), key=lambda each: (-each[1], each[0]))[:most]
    return tuple(Price(sku, name, fen) for (sku, name), fen in sorted(dearest))


def supply(free: Free, items: Mapping[str, Item]) -> Free:
    """What a week's orders may take, as if each SKU were to last a week.

    Safety stock may be taken, but as the last and dearest. Where goods need longer than a week to
    come, what is there must last as long.
    """
    return {sku: dict(_there(had, items.get(sku))) for sku, had in free.items()}


def _there(had: Mapping[str, int], item: Item | None) -> Iterator[tuple[str, int]]:
    for name, units in had.items():
        if units > 0:
            spare = units - (item.safety_at(name) if item else 0)
            days = max(WEEK, item.lead_days if item else 0)
            yield name, max(1, spare * WEEK // days)
