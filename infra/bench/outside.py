"""A whole local stack of its own, in a folder that is thrown away, and a merchant on it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bench import engine, samples
from infra.bench.load import Call, Crowd, fire
from infra.bench.samples import Document
from infra.local import env, stack, state, status, usage
from infra.local.home import Home
from infra.local.state import State

TENANT = "bench"
SKUS = (*samples.SKUS, *(f"sku-{no:02d}" for no in range(38)))
PLENTY = 10_000_000
PATIENCE = 300.0  # seconds
LOOK = 0.5


@dataclass(frozen=True, slots=True)
class Outside:
    home: Home
    state: State
    key: str

    def ask(self, calls: list[Call], clients: int, status: int) -> list[float]:
        """Make calls that must all get `status`; give back how long each took, in seconds."""
        answers = fire(Crowd(self.state.url, self.key, clients), calls)
        if wrong := [answer for answer in answers if answer.status != status]:
            said = [line for line in self.home.log("web").open() if '"ERROR"' in line][-1:]
            raise RuntimeError(f"{len(wrong)} got {wrong[0].status}: {wrong[0].body!r} {said}")
        return [answer.seconds for answer in answers]

    def settle(self) -> None:
        """Wait until no order moves any more."""
        from shared.store import orders

        end = time.monotonic() + PATIENCE
        while any(orders.open_work("move", before="9")):
            if time.monotonic() > end:
                raise RuntimeError("the orders did not come to rest")
            time.sleep(LOOK)

    def cpu(self) -> dict[str, float]:
        """Seconds that each process of the stack has used so far, with its children."""
        every = usage.of_all()
        named = {name: process.pid for name, process in self._processes().items()}
        trees = {name: usage.tree(pid, every) for name, pid in named.items()}
        own = every[self.state.supervisor]
        return {status.SUPERVISOR: own.cpu} | {n: t.cpu for n, t in trees.items() if t}

    def _processes(self) -> dict[str, Any]:
        found = state.read(self.home)
        return dict(found.processes) if found else {}


@contextmanager
def running(say: Callable[[str], None]) -> Iterator[Outside]:
    """Start a stack on free ports; this process finds its tables too."""
    engine.keep_engines()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder).resolve())
        try:
            found = stack.up(home, 0, say)
            engine.point_at(env.environment(home, found))
            yield Outside(home, found, _furnish())
        finally:
            stack.down(home)


def calls(prefix: str, count: int, lines: int = 2) -> list[Call]:
    """Orders that take from all SKUs in turn."""
    return [Call(samples.raw(_order(f"{prefix}-{no}", no, lines))) for no in range(count)]


def place(outside: Outside, prefix: str, count: int, clients: int) -> list[float]:
    """Send orders; give back how long each took, in seconds."""
    return outside.ask(calls(prefix, count), clients, 202)


def _order(number: str, no: int, lines: int) -> Document:
    skus = tuple(SKUS[(no * lines + at) % len(SKUS)] for at in range(lines))
    return samples.order(number, lines, skus)


def _furnish() -> str:
    from infra.bench import inside
    from shared.domain.merchant import Shop
    from shared.domain.place import Warehouse
    from shared.domain.stock import Cause, Level
    from shared.runtime import clock
    from shared.store import merchants, stock

    cause = Cause("hand", "-", clock.now())
    key = inside.new_merchant(TENANT)
    for warehouse in samples.WAREHOUSES:
        merchants.warehouses.add(TENANT, Warehouse(**warehouse))
    for shop in samples.SHOPS:
        merchants.shops.add(TENANT, Shop(**shop))
    for sku in SKUS:
        for warehouse in samples.WAREHOUSES:
            stock.set_on_hand(TENANT, Level(sku, warehouse["id"]), PLENTY, cause)
    return key
