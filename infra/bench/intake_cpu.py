"""Processor time of our own code, the SDK included and the engine not: intake and each step."""

import contextlib
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from infra.bench import engine, samples
from infra.bench.figures import Figure, Section
from infra.bench.profiling import profile
from infra.bench.show import Show
from infra.bench.wire import Wire
from infra.local import adapter
from infra.local.context import Context
from infra.local.routing import Match

TARGET = 3.0  # milliseconds
ORDERS, QUICK = 500, 100
BATCHES = (1, 10)
STEPS = ("review", "reserve", "ship")
WARM = 20


def measure(show: Show) -> Section:
    orders = QUICK if show.quick else ORDERS
    with engine.in_memory():
        merchant = _merchant()
        wire = _wire()
        figures, tables = [], []
        for lines in (2, 1):
            calls = [_call(merchant, f"cpu-{lines}-{no}", lines) for no in range(orders + WARM)]
            with wire.cut():
                times = [_timed(call) for call in show.each(f"intake, {lines} lines", calls)]
            figures.append(_figure(f"Intake of one order, lines: {lines}", times[WARM:], TARGET))
            tables += [profile(calls[:WARM] * 5, wire)] if lines == 2 else []  # noqa: PLR2004
        figures += _steps(merchant, orders, show)
    return Section(
        "intake-cpu",
        "Own processor time",
        "In one process: the application is called as Lambda calls it. The SDK builds, signs and "
        "parses every request, but each is answered at once instead of being sent. "
        "`time.process_time` around each call; log lines are written, to nowhere.",
        figures,
        tables,
    )


def _merchant() -> Any:
    """With log lines as in production, and a warehouse that ships by itself."""
    os.environ["POWERTOOLS_LOG_LEVEL"] = "INFO"
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115  # the logger keeps it
    with contextlib.redirect_stdout(nowhere):
        from infra.bench.inside import Inside

        merchant = Inside(metered=False)
    warehouses = [{**each, "carrier": "simulated"} for each in samples.WAREHOUSES]
    merchant.furnish(warehouses, samples.SHOPS)
    for sku in samples.SKUS:
        merchant.put_stock(sku, "hz", 1_000_000)
    return merchant


def _wire() -> Wire:
    from shared.runtime import aws
    from shared.store.table import connection

    return Wire(connection().client, aws.client("sqs"))


def _call(merchant: Any, number: str, lines: int) -> Callable[[], Any]:
    """The application with a finished event: what the gateway does is not ours."""
    from app import app

    request = merchant.request("POST", "/v1/orders", samples.order(number, lines))
    event = adapter.event(request, Match("/v1/orders", {}))
    merchant.post.open = False

    def call() -> None:
        if app(event, Context("api"))["statusCode"] != 202:  # noqa: PLR2004
            raise RuntimeError("not accepted")

    return call


def _steps(merchant: Any, orders: int, show: Show) -> list[Figure]:
    """Each step on the same orders: first without effect and timed, then in earnest."""
    merchant.post.open = True
    for no in range(orders):
        merchant.call("POST", "/v1/orders", samples.order(f"way-{no}", 2))
    found = []
    for step in STEPS:
        bodies = list(merchant.post.waiting.pop(step))
        merchant.post.open = False
        found += [_step(merchant, _wire(), step, bodies, size) for size in BATCHES]
        merchant.post.open = True
        for start in range(0, len(bodies), BATCHES[-1]):
            merchant.post.hand_over(step, bodies[start : start + BATCHES[-1]])
        show.say(f"{step}: {found[-1].value:.2f} ms")
    return found


def _step(merchant: Any, wire: Wire, step: str, bodies: list[str], size: int) -> Figure:
    batches = [bodies[start : start + size] for start in range(0, len(bodies), size)]
    with wire.cut():
        for batch in batches:  # the wire learns what the reads answer
            merchant.post.hand_over(step, batch)
        times = [_timed(partial(merchant.post.hand_over, step, batch)) for batch in batches]
    name = f"{step.capitalize()}, {size} message{'s' * (size > 1)} in a batch, for one order"
    return _figure(name, [seconds / size for seconds in times])


def _timed(call: Callable[[], Any]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def _figure(name: str, seconds: list[float], target: float | None = None) -> Figure:
    """The spread leaves out one in twenty at each end: those met the garbage collector."""
    ordered = sorted(1000 * each for each in seconds)
    edge = len(ordered) // 20
    return Figure.of(name, ordered[edge : len(ordered) - edge], "ms", target=target, why=WHY)


WHY = "see where the time goes, below."
