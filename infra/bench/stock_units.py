"""Write units and calls of what an order does to the stock: hold, give back, ship."""

from collections.abc import Iterator
from statistics import mean, median
from typing import Any

from infra.bench import samples
from infra.bench.figures import Figure, Table
from infra.bench.meter import Used, total
from infra.bench.report import number

HOT = "hot"
CASES: dict[str, int] = {"1 line": 1, "2 lines": 2, "10 lines": 10, "1 line, hot SKU": 1}  # lines
LIMITS = {  # write units of a hold; no more for a hot SKU than for any other
    "1 line": 5.0,
    "2 lines": 7.0,
    "10 lines": 23.0,
    "1 line, hot SKU": 5.0,
}
RELEASED = {"1 line": 4.0, "1 line, hot SKU": 6.0}
SHIPPED = {"1 line": 4.0, "1 line, hot SKU": 4.0}
DEEDS = ("hold", "release", "ship")
BUCKETS, UNITS = 10, 100_000
RUNS = 24  # each leaves two lines with its counter: four times these move into a row
WORN = 100  # holds from one bucket
Costs = dict[str, list[Used]]  # by deed


def measure(merchant: Any) -> tuple[list[Figure], list[Table]]:
    costs = {case: _costs(merchant, case) for case in CASES}
    figures = [figure for case in CASES for figure in _figures(case, costs[case])]
    worn = _worn(merchant)
    figures.append(Figure(f"Write units, hold from a bucket after {WORN} others", worn, "WRU"))
    return figures, [_table(costs)]


def _costs(merchant: Any, case: str) -> Costs:
    skus = _stocked(merchant, case, BUCKETS if "hot" in case else 0)
    costs: Costs = {deed: [] for deed in DEEDS}
    for no in range(RUNS):
        order_id, used = hold(merchant, f"{case}-{no}", skus)
        costs["hold"].append(used)
        deed, path = ("release", "cancel") if no % 2 else ("ship", "ship")
        costs[deed].append(_done(merchant, f"/v1/orders/{order_id}/{path}"))
    return costs


def _stocked(merchant: Any, case: str, number: int) -> tuple[str, ...]:
    from shared.domain.stock import Place
    from shared.store import hot

    skus = tuple(f"{case.replace(' ', '-')}-{no}" for no in range(CASES.get(case, 1)))
    for sku in skus:
        merchant.put_stock(sku, "hz", UNITS)
        if number:
            hot.switch_on(merchant.tenant, Place(sku, "hz"), number)
            hot.spread(merchant.tenant, Place(sku, "hz"))
    return skus


def hold(merchant: Any, number: str, skus: tuple[str, ...]) -> tuple[str, Used]:
    """A new order, and what its step used that holds its stock."""
    status, receipt = merchant.call("POST", "/v1/orders", samples.order(number, len(skus), skus))
    if status != 202:  # noqa: PLR2004
        raise RuntimeError(f"not accepted: {receipt}")
    merchant.meter.take()
    merchant.post.pump()
    return receipt["id"], merchant.meter.take()["reserve"]


def _done(merchant: Any, path: str) -> Used:
    merchant.meter.take()
    status, answer = merchant.call("POST", path, {})
    used = total(merchant.meter.take())
    if status != 200:  # noqa: PLR2004
        raise RuntimeError(f"{path}: {answer}")
    merchant.post.pump()
    return used


def _worn(merchant: Any) -> float:
    """Write units of a hold from a bucket that has had many."""
    skus = _stocked(merchant, "worn", 1)
    for no in range(WORN):
        hold(merchant, f"worn-{no}", skus)
    return hold(merchant, "worn", skus)[1].writes


def _figures(case: str, costs: Costs) -> Iterator[Figure]:
    for deed, limits in zip(DEEDS, (LIMITS, RELEASED, SHIPPED), strict=True):
        used, name = costs[deed], f"{deed}, {case}"
        if case in limits:
            writes = [each.writes for each in used]
            yield Figure.of(f"Write units, {name}", writes, "WRU", target=limits[case])
            yield Figure.of(f"Read units, {name}", [each.reads for each in used], "RRU")
            calls = [float(each.calls.total()) for each in used]
            yield Figure.of(f"Calls of AWS, {name}", calls, "calls")


def _table(costs: dict[str, Costs]) -> Table:
    rows = [
        [case, *(_cell(costs[case][deed]) for deed in DEEDS), _calls(costs[case]["hold"])]
        for case in CASES
    ]
    heads = ["Order", "Hold", "Release", "Ship", "Calls of a hold"]
    title = "Write units by the median, and on average with the moving of ledger lines into rows:"
    return Table(heads, rows, title)


def _cell(used: list[Used]) -> str:
    writes = [each.writes for each in used]
    return f"{number(median(writes))}, on average {number(mean(writes))}"


def _calls(used: list[Used]) -> str:
    least = min(used, key=lambda each: each.calls.total())
    return ", ".join(f"{n} x {name}" if n > 1 else name for name, n in least.calls.items())
