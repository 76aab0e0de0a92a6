"""Where things are: warehouses, and how far a receiver is from each."""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, hypot, radians, sin, sqrt

CAPITALS: dict[str, tuple[float, float]] = {
    "北京": (39.90, 116.40), "天津": (39.13, 117.20), "河北": (38.04, 114.51),
    "山西": (37.87, 112.55), "内蒙古": (40.84, 111.75), "辽宁": (41.80, 123.43),
    "吉林": (43.88, 125.32), "黑龙江": (45.80, 126.53), "上海": (31.23, 121.47),
    "江苏": (32.06, 118.80), "浙江": (30.27, 120.15), "安徽": (31.82, 117.23),
    "福建": (26.08, 119.30), "江西": (28.68, 115.86), "山东": (36.67, 117.00),
    "河南": (34.75, 113.62), "湖北": (30.59, 114.31), "湖南": (28.23, 112.94),
    "广东": (23.13, 113.26), "广西": (22.82, 108.32), "海南": (20.04, 110.34),
    "重庆": (29.56, 106.55), "四川": (30.57, 104.07), "贵州": (26.65, 106.63),
    "云南": (25.04, 102.71), "西藏": (29.65, 91.14), "陕西": (34.34, 108.94),
    "甘肃": (36.06, 103.83), "青海": (36.62, 101.78), "宁夏": (38.49, 106.23),
    "新疆": (43.83, 87.62), "台湾": (25.03, 121.57), "香港": (22.32, 114.17),
    "澳门": (22.20, 113.54),
}  # fmt: skip
"""Latitude and longitude of the seat of each province, by its short name."""

FAR = 99_999


class WarehouseKind(StrEnum):
    OWN = "own"  # the merchant's
    THIRD_PARTY = "third-party"  # somebody else's, who tells us what lies there
    STORE = "store"  # a shop that people walk into, which ships as well


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a parcel costs by its weight: so many fen up to so many grams, then for each step."""

    first_weight: int = 0
    first_fee: int = 0
    step_weight: int = 0
    step_fee: int = 0

    def fee(self, grams: int) -> int:
        """In fen; each step that is begun counts."""
        over = max(0, grams - self.first_weight)
        steps = -(-over // self.step_weight) if self.step_weight else 0
        return self.first_fee + steps * self.step_fee


class Strategy(StrEnum):
    """How the warehouses of an order are chosen."""

    CHEAPEST = "cheapest"  # the least freight in all; where no tariff is known, as nearest
    NEAREST = "nearest"  # the fewest, and of those the nearest
    MOST_STOCK = "most-stock"  # the fullest is emptied first
    IN_ORDER = "in-order"  # filled by priority, one after the other


@dataclass(frozen=True, slots=True)
class Warehouse:
    id: str
    name: str
    province: str = ""
    city: str = ""
    serves: tuple[str, ...] = ()  # provinces that it serves first, whatever the distance
    priority: int = 100  # the smaller goes first among equals
    carrier: str = "manual"
    kind: WarehouseKind = WarehouseKind.OWN
    address: str = ""
    capacity: int = 0  # parcels a day; 0 = any number
    shops: tuple[str, ...] = ()  # those that may use it; empty = all
    tariff: Tariff = Tariff()
    negative: bool = False  # its stock may fall below nought
    group: str = ""  # how it stores: goods of this group lie only in such warehouses
    carriers: tuple[str, ...] = ()  # those that come here, to choose from; empty = only `carrier`
    active: bool = True


def short(province: str) -> str:
    """`浙江省`, `广西壮族自治区` and `上海市` as the table above writes them."""
    return next((name for name in CAPITALS if province.startswith(name)), province)


def kilometres(one: str, other: str) -> int:
    """Great-circle distance between the seats of two provinces; FAR if one is not known."""
    if short(one) == short(other):
        return 0
    a, b = CAPITALS.get(short(one)), CAPITALS.get(short(other))
    return _haversine(a, b) if a and b else FAR


def serves(warehouse: Warehouse, shop: str, allowed: tuple[str, ...]) -> bool:
    """Whether a warehouse may serve a shop that has said which ones are `allowed` (none: all)."""
    appointed = not warehouse.shops or shop in warehouse.shops
    return warehouse.active and appointed and (not allowed or warehouse.id in allowed)


def in_order(warehouses: list[Warehouse]) -> list[Warehouse]:
    """By the merchant's own priority."""
    return sorted(warehouses, key=lambda w: (w.priority, w.id))


def nearest(warehouses: list[Warehouse], province: str, city: str) -> list[Warehouse]:
    """The active warehouses, the best placed for this receiver first."""

    def rank(w: Warehouse) -> tuple[bool, bool, int, int, str]:
        here = bool(city) and w.city.removesuffix("市") == city.removesuffix("市")
        served = province in w.serves or short(province) in w.serves
        return not here, not served, kilometres(w.province, province), w.priority, w.id

    return sorted((w for w in warehouses if w.active), key=rank)


def _haversine(a: tuple[float, float], b: tuple[float, float]) -> int:
    (lat1, lon1), (lat2, lon2) = (map(radians, a), map(radians, b))
    half = sqrt(cos(lat1) * cos(lat2)) * sin((lon2 - lon1) / 2)
    return round(2 * 6371 * asin(hypot(sin((lat2 - lat1) / 2), half)))
