"""A sale of one SKU in the simulator: how many holds a second, from a counter and from buckets."""

from collections.abc import Iterator
from itertools import pairwise
from math import inf
from typing import Any

from infra.bench.figures import Figure, Table
from infra.bench.report import number
from infra.bench.show import Show

BUCKETS = (0, 10, 100)  # 0: the one counter of an ordinary SKU
RATES = (100, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000)  # orders a second
FEWER = (100, 500, 5_000)
SECONDS = 3.0  # that a sale goes on
KEPT = ((0.001, 0.002), (0.002, 0.004), (0.005, 0.010), (0.010, 0.020))
LEAST = 5.0  # write units of a hold that nothing disturbs: the order's row 3, the counter's 2
LAST = 0.05  # of the units, sold at the tail
TAIL_UNITS, TAIL_RATE, TAIL_SECONDS = 200, 20.0, 15.0  # of each bucket
MODEL = (
    "The holds a second come from a simulator, not from AWS: a model with the constants of AWS's "
    "documentation (1,000 write and 3,000 read units a second for a partition, twice the units "
    "in a transaction, the full price of what is refused), with no burst, each bucket in a "
    "partition of its own, and 1,000 workers. How long a transaction keeps a row to itself is "
    "not documented; 5 to 10 ms are assumed, and the table of these times shows how much hangs "
    "on it. The choice of a bucket, the waits and the rounds are the product's own. A message "
    "whose worker gave up comes back after three minutes, which is *later* than the sale; so is "
    "what still waits in the queue."
)


def measure(show: Show) -> tuple[list[Figure], list[Table]]:
    rates, seconds = (FEWER, 2.0) if show.quick else (RATES, SECONDS)
    found = {
        many: [_run(many, rate, seconds) for rate in rates]
        for many in show.each("simulated sales", BUCKETS)
    }
    tails = {many: _tail(many) for many in show.each("tails", BUCKETS)}
    tables = [
        _table(found),
        _kept(seconds),
        Table(_TAIL, [_tail_row(*each) for each in tails.items()], "Until nothing is left:"),
    ]
    return list(_figures(found)), tables


def _run(many: int, rate: float, seconds: float, **more: Any) -> Any:
    from infra.simulator import sale

    return sale.run(sale.Offer(many, rate, seconds, **more))


def _figures(found: dict[int, list[Any]]) -> Iterator[Figure]:
    for many, results in found.items():
        name = f"Holds a second of one SKU, simulated, {named(many)}"
        yield Figure(f"{name}: the most", max(each.a_second for each in results), "holds/s")
        calm = [each.offer.rate for each in results if each.percentile(99) < 1]
        yield Figure(f"{name}: 99 % held within a second up to", max(calm, default=0), "orders/s")


def _table(found: dict[int, list[Any]]) -> Table:
    heads = [
        "",
        "Orders/s",
        "Holds/s",
        "p50",
        "p99",
        "Write units a unit sold",
        "of these wasted",
    ]
    rows = [_row(many, each) for many, results in found.items() for each in results]
    return Table(heads, rows, "By what comes in, of one unit each:")


def _row(many: int, result: Any) -> list[str]:
    sold = max(1, result.sold)
    return [
        named(many),
        number(result.offer.rate),
        number(round(result.a_second)),
        _time(result.percentile(50)),
        _time(result.percentile(99)),
        number(result.spent / sold),
        number(max(0.0, result.spent / sold - LEAST)),
    ]


def _kept(seconds: float) -> Table:
    rows = []
    for kept in KEPT:
        most = [
            max(_run(many, rate, seconds, kept=kept).a_second for rate in RATES[:6])
            for many in BUCKETS
        ]
        low, high = (number(1000 * each) for each in kept)
        rows.append([f"{low} to {high} ms", *(number(round(each)) for each in most)])
    title = "The most holds a second, if a transaction keeps its rows for:"
    return Table(["", *map(named, BUCKETS)], rows, title)


# --- the tail ------------------------------------------------------------
_TAIL = [
    *("", "Units", "Sold", "Refused too early"),
    *("Holds/s before", "Holds/s of the last 5 %", "Write units before", "of the last 5 %"),
]


def _tail(many: int) -> Any:
    """More orders of one to three units than there is to sell."""
    times = max(1, many)
    rate, units = TAIL_RATE * times, TAIL_UNITS * times
    return _run(many, rate, TAIL_SECONDS, units=units, each=(1, 1, 2, 3))


def _tail_row(many: int, result: Any) -> list[str]:
    units, held = result.offer.units, result.held
    sums = [0]
    for each in held:
        sums.append(sums[-1] + each.units)
    at = next((no for no, sold in enumerate(sums) if sold >= units * (1 - LAST)), len(held))
    parts = [held[:at], held[max(0, at - 1) :]]
    speeds = [_speed(part) for part in parts]
    prices = [_price(part) for part in parts]
    early = sum(each.left >= each.units for each in result.outcomes)
    counts = [units, result.sold, early]
    return [named(many), *(f"{each:,}" for each in counts), *speeds, *prices]


def _speed(held: list[Any]) -> str:
    took = held[-1].ended - held[0].ended if len(held) > 1 else 0.0
    return number(round((len(held) - 1) / took)) if took else "-"


def _price(held: list[Any]) -> str:
    """Write units of one unit sold."""
    if len(held) < 2:  # noqa: PLR2004
        return "-"
    spent = sum(after.spent - before.spent for before, after in pairwise(held))
    return number(spent / sum(each.units for each in held[1:]))


def named(many: int) -> str:
    return f"{many} buckets" if many else "1 counter"


def _time(seconds: float) -> str:
    return "later" if seconds == inf else f"{number(1000 * seconds)} ms"
