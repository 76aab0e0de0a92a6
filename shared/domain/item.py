"""What a merchant sells: items, their lots and limits, and kits made of other items."""

from dataclasses import dataclass, field
from enum import StrEnum

WHOLE = 10_000  # a share of the price is counted in ten-thousandths


class Pick(StrEnum):
    ALL = "all"  # a kit is all of its parts
    ONE = "one"  # a kit is any one of its parts


@dataclass(frozen=True, slots=True)
class Part:
    sku: str
    quantity: int = 1
    share: int = 0  # of the kit's price, in ten-thousandths


@dataclass(frozen=True, slots=True)
class Item:
    """One SKU. Weights are grams, volumes cubic centimetres, money fen, times days."""

    id: str  # the SKU
    name: str
    barcode: str = ""
    category: str = ""
    unit: str = "件"
    weight: int = 0
    volume: int = 0
    cost: int = 0
    price: int = 0  # what one usually sells for
    floor_price: int = 0
    tax_code: str = ""  # of goods and services, 19 digits
    tax_rate: int | None = None  # that its price contains, in ten-thousandths; None = nobody said
    lots: bool = False  # its units are kept by lot
    shelf_life: int = 0  # from making to expiry
    no_receive: int = 0  # with fewer days left a lot is not taken in
    no_sale: int = 0  # with fewer days left a lot is not sold
    near_expiry: int = 0  # with fewer days left a lot is warned of
    safety: dict[str, int] = field(default_factory=dict)  # warehouse ("*" for the others) -> units
    lead_days: int = 0  # from ordering to arrival
    service: int = 95  # per cent of days on which stock shall suffice
    parts: tuple[Part, ...] = ()  # a kit has parts and no stock of its own
    pick: Pick = Pick.ALL
    virtual: bool = False  # nothing has to be sent
    group: str = ""  # how it must be stored: only warehouses of this group have it
    supplier: str = ""  # whose goods they are, if they go their own way
    active: bool = True
    kits: tuple[str, ...] = ()  # the kits that it is a part of; kept by the store
    version: int = 0  # how often it was written; kept by the store

    @property
    def kit(self) -> bool:
        return bool(self.parts)

    @property
    def part_skus(self) -> tuple[str, ...]:
        return tuple(part.sku for part in self.parts)

    def safety_at(self, warehouse: str) -> int:
        return self.safety.get(warehouse, self.safety.get("*", 0))
