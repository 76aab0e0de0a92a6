"""How many parcels a warehouse sends a day, and on which day there is room for one more."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared.domain.order import Order

Use = tuple[str, str]
"""A warehouse, and a day in China."""


def used(order: Order) -> Counter[Use]:
    """The parcels of an order that take a part of a day's capacity."""
    return Counter((parcel.warehouse, parcel.day) for parcel in order.parcels if parcel.day)


@dataclass(frozen=True, slots=True)
class Rooms:
    """What is taken of each day, in the warehouses that send only so many parcels a day."""

    today: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[Use, int] = field(default_factory=dict)

    @property
    def full(self) -> frozenset[str]:
        """The warehouses that have no room left today."""
        return frozenset(name for name in self.limits if not self._left((name, self.today)))

    def days(self, wanted: Iterable[Use]) -> list[str]:
        """The first day with room for each parcel, given from where and since when it may leave.

        Empty where there is no limit.
        """
        taken: Counter[Use] = Counter()
        days = []
        for warehouse, since in wanted:
            day = max(self.today, since) if warehouse in self.limits else ""
            while day and self._left((warehouse, day)) <= taken[warehouse, day]:
                day = _after(day)
            taken[warehouse, day] += 1
            days.append(day)
        return days

    def _left(self, use: Use) -> int:
        return max(0, self.limits[use[0]] - self.used.get(use, 0))


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
