"""Every kind of process is killed while orders come in: what was acknowledged is never lost."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local import usage
from tests.support import build
from tests.support.stack import Stack, running

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
CLIENTS = 4
PAUSE = 0.1  # seconds between two orders of one client
BETWEEN = 3  # seconds between two kills
PATIENCE = 120  # seconds until all orders must have moved to their end
ON_HAND = 1_000_000


@dataclass
class Senders:
    """Clients who send an order until it is acknowledged, however often that takes."""

    whole: Stack
    key: str
    acknowledged: list[str] = field(default_factory=list)
    again: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))
    _enough: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._threads = [threading.Thread(target=self._send_on) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _send_on(self) -> None:
        with self.whole.client(self.key) as client:
            while not self._enough.is_set():
                self._send(client, next(self._numbers))
                time.sleep(PAUSE)

    def _send(self, client: httpx.Client, number: int) -> None:
        order = build.document(f"K-{number}", buyer={"id": f"buyer-{number}"})
        order["receiver"] |= {"phone": f"139{number:08}", "address": f"文三路 {number} 号"}
        while True:
            try:
                answer = client.post("/v1/orders", json=order)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                self.acknowledged.append(answer.json()["id"])
                return
            assert answer is None or answer.status_code >= 500, answer.text
            self.again += 1
            time.sleep(PAUSE)


def of(process: str) -> Callable[[Stack], int]:
    return lambda whole: whole.pid(process)


def web_worker(whole: Stack) -> int:
    """One of the two that answer requests."""
    parent = whole.pid("web")
    return next(pid for pid, each in usage.of_all().items() if each.parent == parent)


VICTIMS = {
    "dynoxide": of("dynoxide"),
    "ministack": of("ministack"),
    "one of the web's workers": web_worker,
    "web": of("web"),
    "worker": of("worker-1"),
    "courier": of("courier"),
    "streams": of("streams"),
    "clock": of("clock"),
    "supervisor": of("supervisor"),
}


def test_no_acknowledged_order_is_lost_whatever_is_killed(tmp_path: Path) -> None:
    with running(tmp_path, SWEEP_AFTER="2", CLOCK_TICK="2") as whole:
        key = open_shop(whole)
        senders = Senders(whole, key)
        senders.start()

        for name, pid in VICTIMS.items():
            time.sleep(BETWEEN)
            sys.stderr.write(f"killing {name}\n")
            os.kill(pid(whole), signal.SIGKILL)
            whole.up()
        time.sleep(BETWEEN)
        senders.stop()

        with whole.client(key) as client:
            orders = set(senders.acknowledged)
            assert senders.again > 0, "no kill was felt"
            assert len(orders) > 100
            assert within(PATIENCE, lambda: all(shipped(client, each) for each in orders))
            assert within(PATIENCE, lambda: counted(client) == len(orders))
            assert stock(client) == {"on_hand": ON_HAND - 2 * len(orders), "held": 0}


def open_shop(whole: Stack) -> str:
    """A merchant whose orders ship by themselves."""
    key = str(whole.cli("tenants", "create", "acme")["key"])
    with whole.client(key) as client:
        shop = {"id": "tmall", "name": "shop", "channel": "tmall"}
        client.post("/v1/shops", json=shop).raise_for_status()
        place = {"province": "浙江省", "city": "杭州市", "carrier": "simulated"}
        warehouse = {"id": "hz", "name": "hz", **place}
        client.post("/v1/warehouses", json=warehouse).raise_for_status()
        client.put("/v1/stock/mug/hz", json={"on_hand": ON_HAND}).raise_for_status()
    return key


def shipped(client: httpx.Client, order: str) -> bool:
    answer = client.get(f"/v1/orders/{order}")
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["status"] == "shipped")


def counted(client: httpx.Client) -> int:
    """How many shipped orders the readers of the stream have told of."""
    today = datetime.now(UTC).date().isoformat()
    (day,) = client.get("/v1/days", params={"from": today, "to": today}).json()["days"]
    return int(day["counts"].get("shipped", 0))


def stock(client: httpx.Client) -> dict[str, Any]:
    level = client.get("/v1/stock/mug").json()
    return {"on_hand": level["on_hand"], "held": level["held"]}


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not (reached := condition()) and time.monotonic() < until:
        time.sleep(0.5)
    return reached
