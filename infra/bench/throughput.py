"""Orders a second over HTTP, and how long each takes."""

import time
from statistics import median, quantiles

from infra.bench import filling, outside
from infra.bench.figures import Figure, Section, Table
from infra.bench.load import Call
from infra.bench.outside import TENANT, Outside
from infra.bench.report import number
from infra.bench.show import Show
from shared.domain.order import id_for

CLIENTS = {1: 200, 8: 400, 32: 400}  # with how many orders each
FLOORS = {1: 56, 8: 80, 32: 82}  # orders/s: twenty times what was measured of Vendure
P99 = {8: 100.0}  # ms
ROUNDS, FEWER = 3, 2
STORED = 1_000
LISTS, LIST = 40, Call(method="GET", path="/v1/orders?limit=20")
WARM = 50
STREAMS = 8.0  # seconds in which the stream's consumers have read on
WHY = "see both times, below; the load says what else ran."
Times = dict[int, list[float]]  # by clients


def measure(show: Show) -> Section:
    rounds = FEWER if show.quick else ROUNDS
    rates: Times = {clients: [] for clients in CLIENTS}
    times: Times = {clients: [] for clients in CLIENTS}
    with outside.running(show.say) as stack:
        _fill_up(stack, show)
        for no in show.each("rounds", range(rounds)):
            for clients, count in CLIENTS.items():
                rate, took = _run(stack, f"round-{no}-{clients}", count, clients)
                rates[clients].append(rate)
                times[clients] += took
        lists = [1000 * seconds for seconds in stack.ask([LIST] * LISTS, 1, 200)]
    return Section(
        "throughput",
        "Throughput on the local stack",
        f"Orders of 2 lines over HTTP, one a request, with {STORED:,} orders stored. Each client "
        "waits for its answer before it sends the next. The clients, two web processes, two "
        "workers and the engines share the machine, and the orders go on to their parcels "
        "meanwhile; waiting for the last parcels is not counted. Database: Dynoxide, in a file. "
        "Queues: MiniStack.",
        [*_figures(rates, times), Figure.of("List of 20 orders", lists, "ms")],
        [_table(rates, times)],
    )


def _run(stack: Outside, prefix: str, count: int, clients: int) -> tuple[float, list[float]]:
    """Orders a second, and the milliseconds of each."""
    began = time.perf_counter()
    took = outside.place(stack, prefix, count, clients)
    rate = count / (time.perf_counter() - began)
    stack.settle()
    return rate, [1000 * seconds for seconds in took]


def _fill_up(stack: Outside, show: Show) -> None:
    from shared.store import orders

    outside.place(stack, "warm", WARM, 8)
    stack.settle()
    like = orders.get(TENANT, id_for(TENANT, "tmall", "warm-0"))
    with show.bar(f"filling up to {STORED:,}", STORED - WARM) as at:
        filling.fill(like, stack.state.dynamodb, STORED - WARM, at)
    time.sleep(STREAMS)


def _figures(rates: Times, times: Times) -> list[Figure]:
    found = []
    for clients, floor in FLOORS.items():
        name = f"{clients} client{'s' * (clients > 1)}"
        more = {"target": floor, "floor": True, "why": WHY}
        found.append(Figure.of(f"Orders a second, {name}", rates[clients], "orders/s", **more))
        p99, limit = _p99(times[clients]), P99.get(clients)
        found.append(Figure(f"Time of an order, p99, {name}", p99, "ms", target=limit, why=WHY))
    return found


def _table(rates: Times, times: Times) -> Table:
    rows = [
        [
            str(clients),
            number(median(rates[clients])),
            f"{number(median(times[clients]))} ms",
            f"{number(_p99(times[clients]))} ms",
        ]
        for clients in CLIENTS
    ]
    return Table(["Clients", "orders/s", "p50", "p99"], rows)


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]
