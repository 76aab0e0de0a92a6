"""What follows from an order, by the table's stream: counters, and webhook deliveries."""

import os
import time
from typing import Any

from infra.bench import samples
from infra.bench.figures import Figure, Table
from infra.bench.meter import total
from infra.bench.report import number
from infra.bench.show import Show
from infra.local import shard, sources
from infra.local.shard import Record, Shard
from infra.local.wire import Wire

BATCHES = (1, 100)
ORDERS = 100
QUICK = 20
QUIET = 1.2  # seconds after which nobody counts in the same row any more


def measure(merchant: Any, show: Show) -> tuple[list[Figure], list[Table]]:
    orders = QUICK if show.quick else ORDERS
    functions = {each.function.name: each.function for each in sources.streams()}
    reader = _reader()
    _rest(reader)
    figures, rows = [], []
    for consumer in ("count", "publish"):
        for batch in BATCHES:
            if consumer == "publish" and batch == BATCHES[0]:
                _subscribe(merchant)
            records = _orders(merchant, reader, f"{consumer}-{batch}", orders)
            used = _feed(merchant, functions[consumer], records, batch)
            name = f"{_NAMES[consumer]}, {batch} event{'s' * (batch > 1)} in a batch"
            figures.append(Figure(f"{name}, for one order", used.writes / orders, "WRU"))
            rows.append(
                [
                    name,
                    number(used.writes / len(records)),
                    number(used.reads / len(records)),
                    number(used.calls.total() / len(records)),
                ]
            )
    title = f"For one event of an order ({len(records) // orders} events an order):"
    return figures, [Table(["", "Write units", "Read units", "Calls"], rows, title)]


_NAMES = {"count": "Counters", "publish": "One webhook"}


def _orders(merchant: Any, reader: Shard, prefix: str, count: int) -> list[Record]:
    """What the stream tells of so many orders on their way."""
    time.sleep(QUIET)
    for no in range(count):
        merchant.call("POST", "/v1/orders", samples.order(f"{prefix}-{no}", 2))
    merchant.post.pump()
    merchant.meter.take()
    return _rest(reader)


def _feed(merchant: Any, function: Any, records: list[Record], batch: int) -> Any:
    for start in range(0, len(records), batch):
        answer = function({"Records": records[start : start + batch]})
        if answer["batchItemFailures"]:
            raise RuntimeError(f"{function.name} failed; see the log above")
    return total(merchant.meter.take())


def _subscribe(merchant: Any) -> None:
    webhook = {"id": "bench", "url": "http://127.0.0.1:9/none"}
    status, answer = merchant.call("POST", "/v1/webhooks", webhook)
    if status != 201:  # noqa: PLR2004
        raise RuntimeError(f"no webhook: {answer}")
    from shared.runtime import cache

    cache.forget()


def _reader() -> Shard:
    wire = Wire(os.environ["AWS_ENDPOINT_URL_DYNAMODB"], "streams")
    stream, ids = shard.of_table(wire, os.environ["ORDERS_TABLE"])
    return Shard(wire, stream, ids[-1], None)


def _rest(reader: Shard) -> list[Record]:
    found: list[Record] = []
    while some := reader.read(1000):
        found += some
    return found
