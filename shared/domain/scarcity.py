"""What a unit in one warehouse is worth to the orders that are still to come: shadow prices.

Orders like those seen before are routed as if stock had no end; where more is taken than there
is, the price of a unit rises, elsewhere it falls: the subgradient of the Lagrangian dual.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from shared.domain import cheapest
from shared.domain.loads import Prices, Problem
from shared.domain.routing import Free

ENDLESS = 10**6
STEP = 0.1  # of what an order costs: the most by which a price moves at first
SLOWER = 8  # rounds after which it moves half as far
Place = tuple[str, str]
"""SKU and warehouse."""


def solve(
    samples: Sequence[Problem], stock: Free, each: float, rounds: int, before: Prices | None = None
) -> Prices:
    """The prices at which about as much is taken from each warehouse as it has.

    `each` sample stands for so many orders to come; `before`: prices to begin with. What a unit
    is worth wherever it lies decides nothing: a price says what it is worth more than elsewhere.
    """
    supply = {(sku, name): n for sku, had in stock.items() for name, n in had.items() if n > 0}
    now = {place: float((before or {}).get(place, 0)) for place in supply}
    endless = [_endless(sample, supply) for sample in samples]
    step = STEP * _paid(endless) / max(1, len(samples))
    last: Counter[Place] = Counter()
    for turn in range(rounds):
        taken = _taken(endless, _whole(now))
        for place, there in supply.items():
            wanted = each * taken[place]
            move = step / (1 + turn / SLOWER) * (wanted - there) / (wanted + there)
            now[place] = max(0.0, now[place] + move)
        if turn >= rounds // 2:
            last.update(_whole(now))
    return _beyond({place: n // (rounds - rounds // 2) for place, n in last.items()})


def _endless(sample: Problem, supply: dict[Place, int]) -> Problem:
    """The same order where there is no end to what lies anywhere."""
    skus = {sku for want in sample.wants for way in want.ways for sku, _ in way}
    free = {sku: {name: ENDLESS for name in sample.names if (sku, name) in supply} for sku in skus}
    return replace(sample, free=free)


def _paid(samples: Sequence[Problem]) -> int:
    choices = [cheapest.choose(replace(sample, prices={})) for sample in samples]
    return sum(choice.cost for choice in choices if choice)


def _taken(samples: Sequence[Problem], prices: Prices) -> Counter[Place]:
    """What they would take of each SKU from each warehouse at these prices."""
    taken: Counter[Place] = Counter()
    for sample in samples:
        if choice := cheapest.choose(replace(sample, prices=prices)):
            for source in choice.cover.sources:
                taken[source.sku, source.warehouse] += source.quantity
    return taken


def _whole(prices: dict[Place, float]) -> Prices:
    return {place: round(price) for place, price in prices.items()}


def _beyond(prices: Prices) -> Prices:
    """Less what the SKU is worth where it is worth least; nought is not written down."""
    least: Prices = {}
    floor: dict[str, int] = {}
    for (sku, _), price in prices.items():
        floor[sku] = min(price, floor.get(sku, price))
    for (sku, name), price in prices.items():
        if price > floor[sku]:
            least[sku, name] = price - floor[sku]
    return least
