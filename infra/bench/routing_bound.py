"""The least that all orders of a run could have cost together, known from the end: a linear bound.

HiGHS, by SciPy, solves what a clairvoyant would: a parcel may be sent in fractions, so nobody
can do as well.
"""

from collections import Counter
from dataclasses import dataclass, field

from infra.bench.routing_orders import Order, World
from shared.domain.place import Tariff

Row = list[tuple[int, float]]
"""Variables with their factors."""


@dataclass(slots=True)
class Programme:
    """Minimise cost; each of `most` rows is at most, each of `equal` rows is exactly its limit."""

    costs: list[float] = field(default_factory=list)
    most: list[tuple[Row, float]] = field(default_factory=list)
    equal: list[tuple[Row, float]] = field(default_factory=list)

    def variable(self, cost: float) -> int:
        self.costs.append(cost)
        return len(self.costs) - 1

    def solved(self) -> float:
        from scipy.optimize import linprog

        most, limits = _matrix(self.most, len(self.costs))
        equal, exactly = _matrix(self.equal, len(self.costs))
        found = linprog(
            self.costs, A_ub=most, b_ub=limits, A_eq=equal, b_eq=exactly, method="highs"
        )
        if found.status:
            raise RuntimeError(found.message)
        return float(found.fun)


def _matrix(rows: list[tuple[Row, float]], width: int) -> tuple[object, list[float]]:
    from scipy.sparse import csr_array

    cells = [(no, at, factor) for no, (row, _) in enumerate(rows) for at, factor in row]
    numbers, ats, factors = zip(*cells, strict=True)
    shape = (len(rows), width)
    return csr_array((factors, (numbers, ats)), shape=shape), [limit for _, limit in rows]


def bound(world: World, orders: list[Order]) -> float:
    """In the money of the world's tariffs."""
    programme = Programme()
    units: dict[tuple[str, str], Row] = {}
    for order, count in Counter(orders).items():
        _add(programme, world, order, count, units)
    for (sku, name), row in units.items():
        programme.most.append((row, world.stock[sku][name]))
    return programme.solved()


def _add(
    programme: Programme, world: World, order: Order, count: int, units: dict[tuple[str, str], Row]
) -> None:
    """All orders of one kind: each line from somewhere, or not served."""
    served: dict[str, Row] = {
        sku: [(programme.variable(world.lost(order.city, sku)), 1.0)] for sku in order.skus
    }
    for name in world.centres:
        having = [sku for sku in order.skus if world.stock[sku].get(name)]
        if having:
            taken = _parcel(programme, world, having, world.tariffs[order.city][name])
            for sku, unit in taken.items():
                served[sku].append((unit, 1.0))
                units.setdefault((sku, name), []).append((unit, 1.0))
    programme.equal += [(row, count) for row in served.values()]


def _parcel(
    programme: Programme, world: World, having: list[str], tariff: Tariff
) -> dict[str, int]:
    """Units in parcels from one centre; what is over the first weight costs at least its share."""
    parcel = programme.variable(tariff.first_fee)
    over = programme.variable(tariff.step_fee / tariff.step_weight)
    taken = {sku: programme.variable(0.0) for sku in having}
    programme.most += [([(unit, 1.0), (parcel, -1.0)], 0.0) for unit in taken.values()]
    weight = [(unit, float(world.grams[sku])) for sku, unit in taken.items()]
    free = [(parcel, -float(tariff.first_weight)), (over, -1.0)]
    programme.most.append(([*weight, *free], 0.0))
    return taken
