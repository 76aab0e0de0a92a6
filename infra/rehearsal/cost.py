"""What an order of each platform costs: some are read, shipped and told of, metered.

`python -m infra.rehearsal.cost PLATFORM ...` answers in JSON; it has an engine of its own.
"""

import json
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.bench import engine
from infra.bench.meter import total
from infra.bench.prices import Bill
from infra.bench.sampling import QUEUES
from infra.local.home import ROOT
from infra.sandbox.markets.orders import ARTICLES

ORDERS, ROUNDS = 20, 30
ASIDE = "aside"  # what is not an order's way
OLDEST, NEWEST = 1800, 600  # seconds: late enough for each platform to show them
PLENTY = 100_000
PLACE = "rehearse"


def measure(platforms: list[str]) -> dict[str, Bill]:
    """In a fresh process, since the product reads its environment once."""
    command = [sys.executable, "-m", "infra.rehearsal.cost", *platforms]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name: Bill(**bill) for name, bill in json.loads(done.stdout).items()}


def main(platforms: list[str]) -> None:
    with engine.in_memory(), TemporaryDirectory() as folder:
        from infra.bench.inside import Inside

        merchant = Inside()
        merchant.furnish([{"id": PLACE, "name": PLACE, "carrier": "simulated"}], [])
        for sku, _, _ in ARTICLES:
            merchant.put_stock(sku, PLACE, PLENTY)
        bills = {name: asdict(take(merchant, name, Path(folder))) for name in platforms}
    print(json.dumps(bills))


def take(merchant: Any, platform: str, folder: Path) -> Bill:
    """Of a platform whose orders are found by reading: pushes only tell earlier."""
    from infra.rehearsal import shops
    from infra.sandbox.__main__ import opened
    from infra.sandbox.control import Control

    _, server = opened(platform, 0, folder)
    control = Control(int(server.url.rpartition(":")[2]))
    shop = {"id": platform, "name": platform, "channel": platform, "hold_notes": False}
    shops.connect(_client(merchant), control, shop)
    made = control.post("/orders", n=ORDERS, since=OLDEST, until=NEWEST, seed=1)["made"]
    merchant.meter.take()
    began = time.process_time()
    _go(merchant, platform, made)
    cpu = time.process_time() - began  # the sandbox's own work is in it
    server.close()
    every = merchant.meter.take()
    every.pop(ASIDE, None)
    used = total(every)
    queue = sum(used.calls[name] for name in QUEUES)
    return Bill(
        writes=used.writes / ORDERS,
        reads=used.reads / ORDERS,
        database_calls=(used.calls.total() - queue) / ORDERS,
        queue_calls=queue / ORDERS,
        invocations=used.calls["ReceiveMessage"] / ORDERS,
        cpu=cpu / ORDERS,
        api_calls=0.0,
    )


def _go(merchant: Any, shop: str, numbers: list[str]) -> None:
    """Read, to the parcel, and told to the platform."""
    from shared.domain.order import id_for

    ids = [id_for(merchant.tenant, shop, number) for number in numbers]
    for _ in range(ROUNDS):
        _send(merchant, "pull", {"shop": shop})
        if _all_there(merchant, shop, ids):
            break
    for id_ in ids:
        _send(merchant, "report", {"order_id": id_})


def _send(merchant: Any, queue: str, about: dict[str, str]) -> None:
    merchant.post.waiting[queue].append(json.dumps({"tenant": merchant.tenant, **about}))
    merchant.post.pump()


def _all_there(merchant: Any, shop: str, ids: list[str]) -> bool:
    """Else the rest is read at once: a platform bears only so many calls a second."""
    from shared.runtime import clock
    from shared.store import links, orders

    with merchant.meter.step(ASIDE):
        if len(orders.get_many(merchant.tenant, ids)) == len(ids):
            return True
        known = links.pulling(merchant.tenant, shop)
        links.save(merchant.tenant, replace(known, due=clock.now()))
    time.sleep(1)
    return False


def _client(merchant: Any) -> Any:
    """The merchant as a client of the API."""
    import httpx

    from infra.cli.client import Client
    from infra.local.adapter import Request

    class Door(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            path, _, query = request.url.raw_path.decode().partition("?")
            headers = list(request.headers.items())
            asked = Request(
                request.method, path, query, headers, request.read(), "127.0.0.1", "rehearsal"
            )
            status, told, content = merchant.gateway.answer(asked)
            return httpx.Response(status, headers=told, content=content)

    return Client("http://tongdan.test", merchant.token, transport=Door())


if __name__ == "__main__":
    main(sys.argv[1:])
