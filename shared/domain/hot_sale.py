"""A sale for which a SKU is made hot ahead of time, and cooled down again afterwards."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.stock import Place


class SaleState(StrEnum):
    PLANNED = "planned"  # its buckets open when it begins
    ON = "on"
    OVER = "over"  # everything lies on one counter again


@dataclass(frozen=True, slots=True)
class HotSale:
    """The one sale of a SKU in a warehouse; an earlier one that is over makes room for it."""

    id: str  # sku@warehouse
    sku: str
    warehouse: str
    buckets: int
    start: str  # UTC
    until: str = ""  # UTC; empty = until somebody ends it
    state: SaleState = SaleState.PLANNED
    created_at: str = ""
    by: str = "system"
    version: int = 0

    @property
    def root(self) -> Place:
        return Place(self.sku, self.warehouse)

    def wants_to_be(self, now: str) -> SaleState:
        """What the sale should be at this time."""
        if self.state is SaleState.OVER or (self.until and now >= self.until):
            return SaleState.OVER
        return SaleState.ON if now >= self.start else SaleState.PLANNED

    def looked_at(self, next_look: str) -> str:
        """When the clock must look again; empty once it is over."""
        if self.state is SaleState.OVER:
            return ""
        if self.state is SaleState.PLANNED:
            return self.start
        return min(next_look, self.until or next_look)


def id_of(place: Place) -> str:
    return f"{place.sku}@{place.warehouse}"
