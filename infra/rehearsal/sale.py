"""The rehearsal of a sale on the running stack: open it, let it come, watch it to its end.

Reads the tables themselves: import it only when the environment names them.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from infra.bench.progress import At
from infra.cli.client import Client
from infra.cli.exits import Stop
from infra.rehearsal import cost, curve, shops, tally, watch
from infra.rehearsal.stage import Stage
from infra.rehearsal.tally import Row
from infra.sandbox.control import Control
from infra.sandbox.markets.orders import ARTICLES
from shared.domain.flow import SIMULATED
from shared.domain.order import Status

PREFIX, PLACE = "rehearse-", "rehearse"  # of everything that it makes; its warehouse
Bar = Callable[[str, int], AbstractContextManager[At]]  # a word, and how much there is to do


@dataclass(frozen=True, slots=True)
class Plan:
    orders: int
    peak: int  # seconds
    late: float  # seconds after which an order comes too late
    faults: bool = True


def run(api: Client, tenant: str, ports: Mapping[str, int], plan: Plan, bar: Bar) -> Iterator[Row]:
    """What became of the orders, platform by platform."""
    stages = [
        Stage(tenant, name, PREFIX + name, Control(port), PREFIX) for name, port in ports.items()
    ]
    furnish(api, stages, plan.orders)
    _come(stages, plan, bar)
    with bar("rehearse-follow", plan.orders) as at:
        found = watch.follow(stages, lambda done, by: at(done, _remark(by)))
    for stage in stages:
        stage.calm()
    with ThreadPoolExecutor(1) as aside:
        bills = aside.submit(cost.measure, list(ports))
        with bar("rehearse-agree", len(found)) as at:
            watch.agree(stages, found, tally.agrees, lambda left: at(len(found) - left, ""))
        for stage in stages:
            bill = bills.result()[stage.platform]
            yield replace(stage.row(found, plan.late), writes=bill.writes, cny=bill.cny)


def furnish(api: Client, stages: list[Stage], orders: int) -> None:
    """A warehouse, shops, and on average as many units of each article as orders need."""
    api.make(
        "/v1/warehouses",
        {"id": PLACE, "name": "演练仓", "province": "浙江", "carrier": SIMULATED},
    )
    for article, _, _ in ARTICLES:
        sku = PREFIX + article
        api.put(f"/v1/stock/{sku}/{PLACE}", {"on_hand": _held(api, sku) + orders})
    for stage in stages:
        named = {"id": stage.shop, "name": f"演练 {stage.platform}", "channel": stage.platform}
        shops.connect(api, stage.control, {**named, "warehouses": [PLACE], "hold_notes": False})


def _held(api: Client, sku: str) -> int:
    """Units that orders of an earlier rehearsal hold."""
    try:
        return int(api.get(f"/v1/stock/{sku}")["held"])
    except Stop as stop:
        if (stop.problem or {}).get("code") != "not-found":
            raise
        return 0


def _come(stages: list[Stage], plan: Plan, bar: Bar) -> None:
    """Each second so many orders as the curve says, on every platform."""
    parts = curve.divided(plan.orders, len(stages))
    for stage, orders in zip(stages, parts, strict=True):
        able = stage.control.get()
        wrong = curve.tricks(orders, pushes=able["pushes"], expires=able["expires"])
        stage.begin(wrong if plan.faults else ())
    seconds = zip(*(curve.curve(orders, plan.peak) for orders in parts), strict=True)
    began, done = time.monotonic(), 0
    with bar("rehearse-come", plan.orders) as at:
        for no, counts in enumerate(seconds, 1):
            for stage, count in zip(stages, counts, strict=True):
                if count:
                    stage.make(count)
            done += sum(counts)
            at(done, f"{sum(counts)}/s")
            time.sleep(max(0.0, began + no - time.monotonic()))


def _remark(by: Counter[Status]) -> str:
    return " · ".join(f"{status} {count}" for status, count in sorted(by.items()))
