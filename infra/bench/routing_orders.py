"""Orders whose routing is measured: made by a seed, so that anybody can make the same again.

After the published generator of order fulfilment: cities by their populations, centres, order
types, and what a parcel and each unit in it cost by the distance.
"""

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from shared.domain.loads import Problem
from shared.domain.place import Tariff
from shared.domain.routing import Free, Want

CITIES = Path(__file__).with_name("cities.csv")  # facts of GeoNames, CC BY 4.0
ORDERS, SKUS, CENTRES = 600, 20, 10
STOCKED = 0.75  # of the centres have a SKU
LOST = 2  # times what a parcel of its own costs from the farthest centre: a line not served
KILOGRAM = 1000


@dataclass(frozen=True, slots=True)
class City:
    name: str
    latitude: float
    longitude: float
    people: int

    def miles(self, other: "City") -> float:
        north = sin(radians(other.latitude - self.latitude) / 2) ** 2
        east = sin(radians(other.longitude - self.longitude) / 2) ** 2
        both = cos(radians(self.latitude)) * cos(radians(other.latitude))
        return 2 * 3958.8 * asin(sqrt(north + both * east))


@dataclass(frozen=True, slots=True)
class Order:
    city: int
    skus: tuple[str, ...]  # a unit of each


@dataclass(frozen=True, slots=True)
class World:
    name: str
    seed: int
    cities: list[City]
    centres: list[str]
    tariffs: list[dict[str, Tariff]]  # by city and centre
    grams: dict[str, int]
    types: list[tuple[str, ...]]
    weights: list[float]  # how often a type comes
    stock: Free

    def orders(self, which: str, count: int = ORDERS) -> list[Order]:
        """Those of the run, or others like them that came before."""
        chance = random.Random(f"{self.name} {self.seed} {which}")
        types = chance.choices(self.types, self.weights, k=count)
        people = [city.people for city in self.cities]
        cities = chance.choices(range(len(self.cities)), people, k=count)
        return [Order(city, skus) for city, skus in zip(cities, types, strict=True)]

    def fee(self, city: int, centre: str, grams: int) -> int:
        return self.tariffs[city][centre].fee(grams)

    def lost(self, city: int, sku: str) -> int:
        return LOST * max(self.fee(city, name, self.grams[sku]) for name in self.centres)

    def problem(self, order: Order, free: Free) -> Problem:
        """The order's lines that are anywhere, the cheapest centre first."""
        there = [sku for sku in order.skus if any(free[sku].values())]
        wants = [Want(no, 1, (((sku, 1),),)) for no, sku in enumerate(there, 1)]
        names = sorted(self.centres, key=lambda name: self.fee(order.city, name, KILOGRAM))
        return Problem(
            wants,
            names,
            free,
            lambda name, grams, _: self.fee(order.city, name, grams),
            self.grams,
            {},
        )


def america(seed: int) -> World:
    """Prices in hundredths of a cent: 8.759 a parcel, and 0.423 + 0.000541 x miles a unit."""
    cities = _cities("US")
    far = [[city.miles(centre) for centre in cities[:CENTRES]] for city in cities]
    tariffs = [
        {
            cities[at].name: Tariff(0, 87_590, KILOGRAM, round(4_230 + 5.41 * miles))
            for at, miles in enumerate(row)
        }
        for row in far
    ]
    return _world("America", seed, cities, tariffs, lambda _: KILOGRAM)


CHINESE = ("广东", "浙江", "北京", "四川", "湖北", "辽宁")
REMOTE = {
    "新疆": 1200,
    "西藏": 1500,
    "青海": 400,
    "内蒙古": 300,
    "甘肃": 300,
    "宁夏": 300,
    "海南": 300,
}
ZONES = ((120, 450, 80), (450, 600, 150), (900, 700, 300), (9999, 900, 500))
"""(Miles, fen of the first kilogram, fen of each further one)."""


def china(seed: int) -> World:
    """Six warehouses and 31 provinces; first and continued weight, and more where it is remote."""
    cities = _cities("CN")
    sites = [next(city for city in cities if city.name == name) for name in CHINESE]
    tariffs = [{site.name: _zoned(city, site) for site in sites} for city in cities]
    return _world("China", seed, cities, tariffs, lambda chance: chance.randrange(200, 3000, 50))


def _zoned(city: City, site: City) -> Tariff:
    miles = city.miles(site)
    first, step = next((first, step) for most, first, step in ZONES if miles <= most)
    more = REMOTE.get(city.name, 0)
    return Tariff(KILOGRAM, first + more, KILOGRAM, step + more // 2)


def _world(
    name: str,
    seed: int,
    cities: list[City],
    tariffs: list[dict[str, Tariff]],
    weigh: Callable[[random.Random], int],
) -> World:
    chance = random.Random(f"{name} {seed}")
    skus = [f"sku-{no:02}" for no in range(1, SKUS + 1)]
    types = [tuple(chance.sample(skus, size)) for size in range(1, 6) for _ in range(5)]
    weights = [chance.random() for _ in types]
    grams = {sku: weigh(chance) for sku in skus}
    demand = {
        sku: ORDERS
        * sum(w for w, of in zip(weights, types, strict=True) if sku in of)
        / sum(weights)
        for sku in skus
    }
    centres = list(tariffs[0])
    stock = {}
    for sku in skus:
        having = [name for name in centres if chance.random() < STOCKED] or centres[:1]
        stock[sku] = _shared(demand[sku], having, cities, tariffs)
    return World(name, seed, cities, centres, tariffs, grams, types, weights, stock)


STOCK = 0.9  # of the expected demand


def _shared(
    demand: float, having: list[str], cities: list[City], tariffs: list[dict[str, Tariff]]
) -> dict[str, int]:
    """Stock as near to the people as it can be."""
    near = dict.fromkeys(having, 0)
    for city, tariff in zip(cities, tariffs, strict=True):
        near[min(having, key=lambda name: tariff[name].fee(KILOGRAM))] += city.people
    people = sum(city.people for city in cities)
    return {name: round(STOCK * demand * share / people) for name, share in near.items()}


def _cities(country: str) -> list[City]:
    with CITIES.open(encoding="utf-8", newline="") as file:
        return [
            City(
                row["name"],
                float(row["latitude"]),
                float(row["longitude"]),
                int(row["population"]),
            )
            for row in csv.DictReader(file)
            if row["country"] == country
        ]
