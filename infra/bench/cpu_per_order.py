"""Processor time of every process of the local stack, for one order from intake to parcel."""

import time

from infra.bench import outside
from infra.bench.figures import Figure, Section, Table
from infra.bench.outside import Outside
from infra.bench.show import Show

TARGET = 25.0  # milliseconds
CLIENTS = (1, 8)
ORDERS, QUICK = 400, 150
RUNS, FEWER = 3, 2
WARM = 100
STREAMS = 6.0  # seconds in which the stream's consumers have heard of the last order
IDLE = 10.0  # seconds


def measure(show: Show) -> Section:
    runs, orders = (FEWER, QUICK) if show.quick else (RUNS, ORDERS)
    with outside.running(show.say) as stack:
        show.say("warming up")
        _run(stack, "warm", WARM, 8)
        idle = _idle(stack)
        costs = {
            clients: [
                _run(stack, f"cpu-{clients}-{no}", orders, clients)
                for no in show.each(f"{clients} clients", range(runs))
            ]
            for clients in CLIENTS
        }
    figures = [_figure(clients, some) for clients, some in costs.items()]
    figures.append(
        Figure("The same stack doing nothing, for one second", sum(idle.values()), "ms")
    )
    return Section(
        "cpu-per-order",
        "Processor time of the whole stack",
        f"{orders} orders of 2 lines over HTTP, {runs} times; then all are divided into parcels, "
        "and the counters have heard of them. The processor time that the kernel counted for "
        "every process of the stack, both engines included, divided by the orders. The clients "
        "are not counted; the time that the stack uses anyhow is.",
        figures,
        [_by_process(costs, idle)],
    )


def _run(stack: Outside, prefix: str, orders: int, clients: int) -> dict[str, float]:
    """Milliseconds of each process for one order."""
    before = stack.cpu()
    outside.place(stack, prefix, orders, clients)
    stack.settle()
    time.sleep(STREAMS)
    after = stack.cpu()
    return {name: 1000 * (after[name] - before[name]) / orders for name in before}


def _idle(stack: Outside) -> dict[str, float]:
    before = stack.cpu()
    time.sleep(IDLE)
    after = stack.cpu()
    return {name: 1000 * (after[name] - before[name]) / IDLE for name in before}


def _figure(clients: int, costs: list[dict[str, float]]) -> Figure:
    sums = [sum(cost.values()) for cost in costs]
    name = f"One order from intake to parcel, {clients} client{'s' * (clients > 1)}"
    return Figure.of(name, sums, "ms", target=TARGET, why="see the processes, below.")


def _by_process(costs: dict[int, list[dict[str, float]]], idle: dict[str, float]) -> Table:
    rows = []
    for name in idle:
        medians = [_median([cost[name] for cost in costs[clients]]) for clients in costs]
        rows.append([name, *(f"{value:.1f}" for value in medians), f"{idle[name]:.1f}"])
    heads = [f"ms an order, {clients} client{'s' * (clients > 1)}" for clients in costs]
    return Table(["Process", *heads, "ms a second, idle"], rows, "By process:")


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
