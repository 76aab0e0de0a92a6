"""Write units and calls of one order, from its acceptance until it is shipped."""

from statistics import median
from typing import Any

from infra.bench import engine, samples, streams
from infra.bench.figures import Figure, Section, Table
from infra.bench.meter import Used, total
from infra.bench.report import number
from infra.bench.show import Show

STRICT = True
LIMITS = {1: 14.0, 2: 20.0}  # by lines
RUNS = 5
STEPS = ("accept", "review", "reserve", "ship")
Orders = list[dict[str, Used]]  # of each order, what each step used


def measure(show: Show) -> Section:
    with engine.in_memory():
        merchant = furnished()
        orders = {lines: send(merchant, lines) for lines in LIMITS}
        figures, tables = streams.measure(merchant, show)
    return Section(
        "write-units",
        "Write units",
        "`ReturnConsumedCapacity=INDEXES` of every call that the product makes, summed on "
        "Dynoxide: a transaction counts twice, an index its own. The order goes through the API, "
        "the queues one message at a time, and is shipped by hand.",
        [*_figures(orders), *figures],
        [_by_step(lines, some) for lines, some in orders.items()] + tables,
    )


def furnished() -> Any:
    from infra.bench.inside import Inside

    merchant = Inside()
    merchant.furnish(samples.WAREHOUSES, samples.SHOPS)
    for sku in samples.SKUS:
        merchant.put_stock(sku, "hz", 1_000_000)
    send(merchant, 1, runs=1, prefix="warm")
    return merchant


def send(merchant: Any, lines: int, runs: int = RUNS, prefix: str = "units") -> Orders:
    return [_send(merchant, f"{prefix}-{lines}-{no}", lines) for no in range(runs)]


def _send(merchant: Any, number: str, lines: int) -> dict[str, Used]:
    merchant.meter.take()
    with merchant.meter.step("accept"):
        status, receipt = merchant.call("POST", "/v1/orders", samples.order(number, lines))
    if status != 202:  # noqa: PLR2004
        raise RuntimeError(f"not accepted: {receipt}")
    merchant.post.pump()
    with merchant.meter.step("ship"):
        _, order = merchant.call("POST", f"/v1/orders/{receipt['id']}/ship", {})
    if order.get("status") != "shipped":
        raise RuntimeError(f"not shipped: {order}")
    used: dict[str, Used] = merchant.meter.take()
    return used


def _figures(orders: dict[int, Orders]) -> list[Figure]:
    found = []
    for lines, some in orders.items():
        name = f"order of {lines} line{'s' * (lines > 1)}, accepted to shipped"
        sums = [total(used) for used in some]
        writes = [used.writes for used in sums]
        found.append(Figure.of(f"Write units, {name}", writes, "WRU", target=LIMITS[lines]))
        found.append(Figure.of(f"Read units, {name}", [used.reads for used in sums], "RRU"))
        calls = [float(used.calls.total()) for used in sums]
        found.append(Figure.of(f"Calls of AWS, {name}", calls, "calls"))
    return found


def _by_step(lines: int, orders: Orders) -> Table:
    rows = [_row(step, [used.get(step, Used()) for used in orders]) for step in STEPS]
    return Table(
        ["Step", "Write units", "Read units", "Calls"],
        rows,
        f"By step, {lines} line{'s' * (lines > 1)}:",
    )


def _row(step: str, used: list[Used]) -> list[str]:
    calls = used[0].calls
    listed = ", ".join(f"{n} x {name}" if n > 1 else name for name, n in calls.items())
    writes, reads = (median(getattr(u, kind) for u in used) for kind in ("writes", "reads"))
    return [step, number(writes), number(reads), listed]
