"""Whether routing finds the least there is: its answers against those of a solver."""

import random
from dataclasses import dataclass
from math import inf
from statistics import quantiles
from time import process_time

from infra.bench.figures import Figure, Section
from infra.bench.show import Show
from shared.domain import cheapest
from shared.domain.loads import Problem
from shared.domain.place import Tariff
from shared.domain.routing import Want

STRICT = True
MANY, FEW = 1000, 100
TOLERANCE = 0.5  # fen: the solver reckons in fractions
HOW = f"""\
{MANY:,} small orders made by chance: 1 to 4 lines of 1 to 3 units, 2 to 6 warehouses with 0 to 3
units each, prices for scarce units, at most 1 to 6 warehouses; half of them pay for each gram,
half in steps of 500 g. HiGHS solves the same as a mixed-integer programme."""


@dataclass(frozen=True, slots=True)
class Case:
    problem: Problem
    tariffs: dict[str, Tariff]


def measure(show: Show) -> Section:
    chance = random.Random(1)
    cases = [case(chance, linear=no % 2 == 0) for no in range(FEW if show.quick else MANY)]
    differing, unserved, seconds = 0, 0, []
    for each in show.each("exactness", cases):
        begun = process_time()
        found = cheapest.choose(each.problem)
        seconds.append(process_time() - begun)
        differing += differs(found.cost if found else None, solved(each))
        unserved += found is None
    figures = [
        Figure("Answers that differ from the solver's", differing, "answers", target=0),
        Figure("Orders that nobody can serve, by both", unserved, "orders"),
        Figure("Choosing, p99", 1000 * quantiles(seconds, n=100)[98], "ms"),
    ]
    return Section("routing-exact", "Exactness of routing", HOW, figures)


def differs(ours: int | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is not theirs
    return abs(ours - theirs) > TOLERANCE


def case(chance: random.Random, *, linear: bool) -> Case:
    names = [f"w{no}" for no in range(chance.randint(2, 6))]
    skus = [f"s{no}" for no in range(chance.randint(1, 4))]
    tariffs = {name: _tariff(chance, linear=linear) for name in names}
    problem = Problem(
        [Want(no, chance.randint(1, 3), (((sku, 1),),)) for no, sku in enumerate(skus, 1)],
        names,
        {sku: {name: chance.randint(0, 3) for name in names} for sku in skus},
        lambda name, grams, _: tariffs[name].fee(grams),
        {sku: chance.randint(50, 1500) for sku in skus},
        {},
        {(sku, name): chance.randint(0, 200) for sku in skus for name in names},
        most=chance.randint(1, 6),
    )
    return Case(problem, tariffs)


def _tariff(chance: random.Random, *, linear: bool) -> Tariff:
    if linear:
        return Tariff(0, chance.randint(0, 900), 1, chance.randint(0, 2))
    return Tariff(
        chance.choice((0, 500, 1000)), chance.randint(100, 900), 500, chance.randint(0, 400)
    )


def solved(each: Case) -> float | None:
    """The least cost, or None if it cannot be served."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    problem, names = each.problem, each.problem.names
    skus = [want.ways[0][0][0] for want in problem.wants]
    taken = {(s, n): at for at, (s, n) in enumerate((s, n) for s in skus for n in names)}
    used = {name: len(taken) + at for at, name in enumerate(names)}
    steps = {name: len(taken) + len(used) + at for at, name in enumerate(names)}
    width = len(taken) + len(used) + len(steps)
    rows, low, high = [], [], []

    def limit(factors: dict[int, float], least: float, most: float) -> None:
        rows.append([factors.get(at, 0.0) for at in range(width)])
        low.append(least)
        high.append(most)

    for want, sku in zip(problem.wants, skus, strict=True):
        limit({taken[sku, name]: 1.0 for name in names}, want.quantity, want.quantity)
    for (sku, name), at in taken.items():
        limit({at: 1.0, used[name]: -float(problem.free[sku][name])}, -inf, 0.0)
    for name in names:
        tariff = each.tariffs[name]
        weights = {taken[sku, name]: float(problem.grams[sku]) for sku in skus}
        paid = {used[name]: -float(tariff.first_weight), steps[name]: -float(tariff.step_weight)}
        limit({**weights, **paid}, -inf, 0.0)
    limit(dict.fromkeys(used.values(), 1.0), 0.0, problem.most)
    costs = [
        *(problem.prices[place] for place in taken),
        *(each.tariffs[name].first_fee for name in names),
        *(each.tariffs[name].step_fee for name in names),
    ]
    tops = [*(problem.free[s][n] for s, n in taken), *([1] * len(names)), *([inf] * len(names))]
    found = milp(
        costs,
        constraints=LinearConstraint(rows, low, high),
        integrality=[1] * width,
        bounds=Bounds([0] * width, tops),
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else float(found.fun)
