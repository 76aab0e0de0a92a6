"""Send one batch, and turn what came back into counts and faults of the file."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.cli.client import Client
from infra.cli.exits import Exit, Stop
from infra.cli.importing import places
from infra.cli.importing.batches import Batch
from infra.cli.importing.options import Entry, Fault, OnFault, Options

ROUNDS = 3  # how often orders that failed on the server's side are sent
PATH = "/v1/orders/batch"
BLAMED = re.compile(r"orders\[(\d+)\]\.?(.*)")


@dataclass(frozen=True, slots=True)
class Sent:
    counts: dict[str, int]
    faults: list[Fault]
    halt: Stop | None = None  # the rest of the file must not be sent


def send(
    api: Client, batch: Batch, options: Options, sleep: Callable[[float], None] = time.sleep
) -> Sent:
    """Everything about one batch; may run in any thread."""
    keep = options.on_fault is OnFault.KEEP
    good = [
        no for no, entry in enumerate(batch.entries) if not entry.faults or (keep and entry.spare)
    ]
    results = _until_settled(api, batch, good, options, sleep) if good else {}
    counts = Counter(result["outcome"] for result in results.values())
    counts["refused"] += len(batch.entries) - len(good)
    faults = sorted(_faults(batch, results), key=lambda fault: fault.row)
    return Sent(dict(counts), faults, _halt(options, counts))


def _until_settled(
    api: Client, batch: Batch, asked: list[int], options: Options, sleep: Callable[[float], None]
) -> dict[int, dict[str, Any]]:
    """Results by place in the batch; what failed for no fault of its own is sent again."""
    results: dict[int, dict[str, Any]] = {}
    for attempt in range(ROUNDS):
        if attempt:
            sleep(0.5 * 2**attempt)
        found = _ask(api, _body([batch.texts[no] for no in asked], options), len(asked))
        results |= {asked[each["index"]]: each for each in found}
        asked = [no for no in asked if results[no]["outcome"] == "failed"]
        if not asked:
            break
    return results


def _ask(api: Client, body: bytes, orders: int) -> list[dict[str, Any]]:
    """The result of each order; also where the batch was refused as a whole for some of them."""
    try:
        results: list[dict[str, Any]] = api.take_in(PATH, body)["results"]
    except Stop as stop:
        faults = (stop.problem or {}).get("faults") or ()
        found = [(BLAMED.fullmatch(fault["field"]), fault) for fault in faults]
        if not found or not all(blamed for blamed, _ in found):
            raise
        named = [
            (int(blamed[1]), fault | {"field": blamed[2]}) for blamed, fault in found if blamed
        ]
        return [_refused(no, [fault for at, fault in named if at == no]) for no in range(orders)]
    return results


def _refused(no: int, faults: list[dict[str, Any]]) -> dict[str, Any]:
    problem = {"problem": {"faults": faults}} if faults else {}
    return {"index": no, "outcome": "refused", **problem}


def _halt(options: Options, counts: Counter[str]) -> Stop | None:
    whole = options.on_fault is OnFault.REFUSE_ALL
    return Stop(Exit.REFUSED, "refused-whole") if whole and counts["refused"] else None


def _body(texts: list[str], options: Options) -> bytes:
    settings = json.dumps({"on_fault": options.on_fault, "stock": options.stock})
    return f'{{"orders": [{", ".join(texts)}], {settings[1:]}'.encode()


def _faults(batch: Batch, results: dict[int, dict[str, Any]]) -> Iterator[Fault]:
    for no, entry in enumerate(batch.entries):
        yield from entry.faults
        yield from _reported(entry, results.get(no, {}))


def _reported(entry: Entry, result: dict[str, Any]) -> Iterator[Fault]:
    if problem := result.get("problem"):
        yield from places.faults(entry, problem)
    for each in result.get("dropped") or ():
        yield places.fault(entry, each["field"], each["code"], each.get("detail", ""))
