"""What it costs to route orders by our rule and by others', against what was possible at best."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import mean, quantiles
from time import process_time

from infra.bench import routing_rules
from infra.bench.figures import Figure, Section, Table
from infra.bench.routing_bound import bound
from infra.bench.routing_orders import ORDERS, Order, World, america, china
from infra.bench.routing_rules import Ours, Rule
from infra.bench.show import Show
from shared.domain.loads import Problem

STRICT = True
SEEDS, FEW = 10, 2
MOST_OVER = 10.0  # per cent
OURS, EXACT, GREEDY = "Ours: exact, with shadow prices", "Exact per order", "Greedy cover"
RULES: dict[str, Callable[[World], Rule]] = {
    "Most stock per line (Saleor)": lambda _: routing_rules.most_stock,
    "Fixed order per line": lambda _: routing_rules.sort_order,
    "Nearest per line": lambda _: routing_rules.nearest,
    GREEDY: lambda _: routing_rules.greedy_cover,
    EXACT: lambda _: routing_rules.exact,
    OURS: Ours,
}
HOW = f"""\
{ORDERS} orders to the 99 largest cities of the United States by their populations, ten centres
in the ten largest, 20 SKUs of which each centre has one with a probability of 0.75, 25 order
types, five of each size from 1 to 5 lines. A parcel costs 8.759, each unit in it 0.423 + 0.000541
x miles; a line that nobody has any more costs twice what it would alone from the farthest centre.
There is stock for 0.9 of the expected demand, near the people. The bound is what a clairvoyant
could do who may send fractions of parcels (a linear programme, by HiGHS). Our prices are learned
from {routing_rules.PAST} earlier orders and made anew after every {routing_rules.AGAIN}; of the
orders to come only their number is known. A second world has six warehouses in China, 31
provinces, first and continued weight, and remote surcharges. The time of a decision is that of
the processor, without the making of the prices, which a timer does."""


@dataclass(slots=True)
class Run:
    """One rule in one world."""

    cost: int = 0
    parcels: int = 0
    divided: int = 0
    seconds: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Score:
    """One rule over all seeds."""

    over: list[float] = field(default_factory=list)  # per cent over the bound
    runs: list[Run] = field(default_factory=list)

    def milliseconds(self, hundredth: int) -> float:
        return (
            1000 * quantiles((s for run in self.runs for s in run.seconds), n=100)[hundredth - 1]
        )

    def share(self, of: Callable[[Run], int]) -> float:
        return sum(map(of, self.runs)) / (ORDERS * len(self.runs))


Scores = dict[str, Score]


def measure(show: Show) -> Section:
    seeds = range(FEW if show.quick else SEEDS)
    first, second = _scores(show, america, seeds), _scores(show, china, seeds[::2])
    tables = [
        _table("United States, parcel and distance", first),
        _table("China, first and continued weight", second),
    ]
    return Section("routing", "Routing", HOW, _figures(first), tables)


def _scores(show: Show, make: Callable[[int], World], seeds: range) -> Scores:
    scores = {name: Score() for name in RULES}
    for seed in show.each(f"routing, {make.__name__}", seeds):
        world = make(seed)
        orders = world.orders("now")
        least = bound(world, orders)
        for name, rule in RULES.items():
            run = routed(world, orders, rule(world))
            scores[name].runs.append(run)
            scores[name].over.append(100 * (run.cost / least - 1))
    return scores


def routed(world: World, orders: list[Order], rule: Rule) -> Run:
    """Send one order after the other, each from what those before left."""
    free = {sku: dict(had) for sku, had in world.stock.items()}
    run = Run()
    for order in orders:
        problem = world.problem(order, free)
        if isinstance(rule, Ours):
            rule.before(problem)
        begun = process_time()
        chosen = rule(problem) if problem.wants else []
        run.seconds.append(process_time() - begun)
        _book(run, world, order, problem, dict(chosen))
    return run


def _book(run: Run, world: World, order: Order, problem: Problem, chosen: dict[str, str]) -> None:
    names = set(chosen.values())
    for name in names:
        grams = sum(world.grams[sku] for sku, source in chosen.items() if source == name)
        run.cost += world.fee(order.city, name, grams)
    run.cost += sum(world.lost(order.city, sku) for sku in order.skus if sku not in chosen)
    run.parcels += len(names)
    run.divided += len(names) > 1
    for sku, name in chosen.items():
        problem.free[sku][name] -= 1


def _figures(scores: Scores) -> list[Figure]:
    ours, greedy = scores[OURS], scores[GREEDY]
    better = sum(mine < theirs for mine, theirs in zip(ours.over, greedy.over, strict=True))
    return [
        Figure(
            "Cost over the clairvoyant bound, mean",
            mean(ours.over),
            "%",
            min(ours.over),
            max(ours.over),
            len(ours.over),
            target=MOST_OVER,
        ),
        Figure(
            "Runs cheaper than greedy cover", better, "runs", target=len(ours.over), floor=True
        ),
        Figure("Decision, p99", ours.milliseconds(99), "ms", target=10.0),
    ]


def _table(title: str, scores: Scores) -> Table:
    columns = ["Rule", "Over the bound", "Parcels per order", "Orders divided", "p50", "p99"]
    return Table(columns, [_row(name, score) for name, score in scores.items()], title)


def _row(name: str, score: Score) -> list[str]:
    return [
        name,
        f"+{mean(score.over):.1f} % ({min(score.over):.1f} to {max(score.over):.1f})",
        f"{score.share(lambda run: run.parcels):.2f}",
        f"{100 * score.share(lambda run: run.divided):.0f} %",
        f"{score.milliseconds(50):.2f} ms",
        f"{score.milliseconds(99):.2f} ms",
    ]
