"""Send some orders their whole way in this process and say what they used.

`python -m infra.bench.sampling FILE`: FILE is JSON with the orders, and the shops, warehouses
and stock that they need; the answer is JSON on the standard output.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.bench import engine
from infra.bench.meter import total
from infra.bench.prices import Bill

Document = dict[str, Any]
QUEUES = ("SendMessageBatch", "ReceiveMessage", "DeleteMessageBatch")
WARM = 3  # orders before the count begins


@dataclass(frozen=True, slots=True)
class Sample:
    orders: int  # that arrived in parcels; the others are not counted
    bill: Bill


def main(path: str) -> None:
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    with engine.in_memory():
        sample = take(document)
    print(json.dumps(asdict(sample)))


def take(document: Document) -> Sample:
    from infra.bench.inside import Inside

    merchant = Inside()
    merchant.furnish(document["warehouses"], document["shops"])
    for sku, warehouse, units in document["stock"]:
        merchant.put_stock(sku, warehouse, units)
    orders = document["orders"]
    for order in orders[:WARM]:
        _send(merchant, order)
    merchant.meter.take()
    began = time.process_time()
    arrived = sum(_send(merchant, order) for order in orders[WARM:])
    return Sample(arrived, _bill(merchant, arrived, time.process_time() - began))


def _send(merchant: Any, order: Document) -> bool:
    """Whether the order was taken in and left in a parcel."""
    _, receipt = merchant.call("POST", "/v1/orders", order)
    merchant.post.pump()
    path = f"/v1/orders/{receipt['id']}"
    with merchant.meter.step("shown"):
        status = merchant.call("GET", path)[1]["status"]
    if status == "planned":
        with merchant.meter.step("by hand"):
            status = merchant.call("POST", f"{path}/ship", {})[1]["status"]
    return bool(status == "shipped")


def _bill(merchant: Any, orders: int, cpu: float) -> Bill:
    used = merchant.meter.take()
    used.pop("shown", None)
    every = total(used)
    queue = sum(every.calls[name] for name in QUEUES)
    return Bill(
        writes=every.writes / orders,
        reads=every.reads / orders,
        database_calls=(every.calls.total() - queue) / orders,
        queue_calls=queue / orders,
        invocations=(orders + every.calls["ReceiveMessage"]) / orders,
        cpu=cpu / orders,
    )


if __name__ == "__main__":
    main(sys.argv[1])
