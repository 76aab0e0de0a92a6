"""Orders a second over HTTP, how long each takes, and whether that grows with what is stored."""

import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from infra.bench import filling, outside, write_units
from infra.bench.figures import Figure, Section, Table
from infra.bench.load import Call
from infra.bench.meter import total
from infra.bench.outside import TENANT, Outside
from infra.bench.report import number
from infra.bench.show import Show
from shared.domain.order import id_for

CLIENTS = {1: 200, 8: 400, 32: 400}  # with how many orders each
FLOORS = {1: 56, 8: 80, 32: 82}  # orders/s: twenty times what was measured of Vendure
P99 = 100.0  # ms, at 8 clients
ROUNDS, FEWER = 3, 2
STORED, MANY, LESS = 1_000, 100_000, 10_000
GROWTH = 5.0  # %
LISTS = 40
METERED = 60
WARM = 50
STREAMS = 8.0  # seconds in which the stream's consumers have read on
WHY = "the machine was shared while this ran: see the load."


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that was measured at one size of the table."""

    stored: int
    rates: dict[int, list[float]]  # orders/s by clients
    times: dict[int, list[float]]  # ms by clients
    lists: list[float]  # ms
    way: list[float]  # ms of one order from intake to parcel, alone and in one process
    writes: float  # write units of it


def measure(show: Show) -> Section:
    """Two sizes of the table, the same runs on each."""
    sizes = (STORED, LESS if show.quick else MANY)
    with outside.running(show.say) as stack:
        outside.place(stack, "warm", WARM, 8)
        stack.settle()
        from infra.bench.inside import Inside  # not before its tables are known

        merchant = Inside(TENANT, stack.key)
        looks = [_look(stack, merchant, size, show) for size in sizes]
    return Section(
        "throughput",
        "Throughput on the local stack",
        "Orders of 2 lines over HTTP, one a request, from clients that each wait for the answer; "
        "clients, two web processes, two workers and the engines share the machine, and the "
        "orders go on to their parcels meanwhile. Database: Dynoxide in a file; queues: "
        "MiniStack. Waiting for the last parcels is not counted. The orders that are stored "
        "before belong to the same merchant.",
        _figures(*looks),
        _tables(looks),
    )


def _look(stack: Outside, merchant: Any, size: int, show: Show) -> Look:
    _fill_up(size, show)
    rounds = FEWER if show.quick else ROUNDS
    rates: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    times: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    runs = [(no, clients) for no in range(rounds) for clients in CLIENTS]
    for no, clients in show.each(f"{size:,} stored", runs):
        count = CLIENTS[clients] // (2 if show.quick else 1)
        began = time.perf_counter()
        took = outside.place(stack, f"t-{size}-{clients}-{no}", count, clients)
        rates[clients].append(count / (time.perf_counter() - began))
        times[clients] += [1000 * seconds for seconds in took]
        stack.settle()
    return Look(size, rates, times, _lists(stack), *_alone(merchant, size))


def _fill_up(size: int, show: Show) -> None:
    """To `size` orders of the merchant, and those that the rounds add."""
    from shared.store import orders

    like = orders.get(TENANT, id_for(TENANT, "tmall", "warm-0"))
    missing = size - WARM
    with show.bar(f"filling up to {size:,}", missing) as at:
        filling.fill(like, missing, at)
    time.sleep(STREAMS)


def _lists(stack: Outside) -> list[float]:
    """Milliseconds of a list of 20 orders."""
    call = Call(method="GET", path="/v1/orders?limit=20")
    return [1000 * seconds for seconds in stack.ask([call] * LISTS, 1, 200)]


def _alone(merchant: Any, size: int) -> tuple[list[float], float]:
    """Milliseconds and write units of an order on the same tables, while the stack is idle."""
    times, writes = [], []
    for no in range(METERED):
        began = time.perf_counter()
        (used,) = write_units.send(merchant, 2, 1, f"metered-{size}-{no}")
        times.append(1000 * (time.perf_counter() - began))
        writes.append(total(used).writes)
    return times, median(writes)


def _figures(few: Look, many: Look) -> list[Figure]:
    figures = []
    for clients, floor in FLOORS.items():
        name = f"{clients} client{'s' * (clients > 1)}, {few.stored:,} orders stored"
        rates, times = few.rates[clients], few.times[clients]
        figures.append(Figure.of(name, rates, "orders/s", target=floor, floor=True, why=WHY))
        limit = P99 if clients == 8 else None  # noqa: PLR2004
        figures.append(Figure(f"{name}: p99", _p99(times), "ms", target=limit, why=WHY))
    return figures + _growth(few, many)


def _growth(few: Look, many: Look) -> list[Figure]:
    """In percent, from the small table to the large one."""
    pairs = (
        ("intake to parcel alone, p50", median(few.way), median(many.way)),
        ("list of 20 orders, p50", median(few.lists), median(many.lists)),
        ("write units of one order", few.writes, many.writes),
    )
    return [
        Figure(
            f"Growth to {many.stored:,} stored: {name}",
            100 * (after / before - 1),
            "%",
            target=GROWTH,
            why=WHY,
        )
        for name, before, after in pairs
    ]


def _tables(looks: list[Look]) -> list[Table]:
    rows = [_row(look, clients) for look in looks for clients in CLIENTS]
    heads = ["Stored", "Clients", "orders/s", "p50", "p99", "List of 20, p50"]
    alone = [
        [f"{look.stored:,}", f"{number(median(look.way))} ms", number(look.writes)]
        for look in looks
    ]
    return [
        Table(heads, rows),
        Table(["Stored", "Intake to parcel alone, p50", "Write units"], alone),
    ]


def _row(look: Look, clients: int) -> list[str]:
    times = look.times[clients]
    return [
        f"{look.stored:,}",
        str(clients),
        number(median(look.rates[clients])),
        f"{number(median(times))} ms",
        f"{number(_p99(times))} ms",
        f"{number(median(look.lists))} ms",
    ]


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]
