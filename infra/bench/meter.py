"""Counts what the product asks of AWS: the calls, and the capacity that each consumed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


@dataclass(slots=True)
class Used:
    """What some work consumed: write and read units, and calls by operation."""

    writes: float = 0.0
    reads: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)

    def add(self, operation: str, units: float) -> None:
        self.calls[operation] += 1
        if operation in WRITES:
            self.writes += units
        else:
            self.reads += units


class Meter:
    """Sits on the product's own DynamoDB client, below PynamoDB; `step` says whose work it is."""

    def __init__(self) -> None:
        self.used: dict[str, Used] = {}
        self._step = ""

    @contextmanager
    def watching(self, client: Any) -> Iterator[None]:
        self.watch(client)
        try:
            yield
        finally:
            client.meta.events.unregister("provide-client-params.dynamodb", _ask)
            client.meta.events.unregister("after-call.dynamodb", self._hear)

    def watch(self, client: Any) -> None:
        client.meta.events.register("provide-client-params.dynamodb", _ask)
        client.meta.events.register("after-call.dynamodb", self._hear)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        before, self._step = self._step, name
        try:
            yield
        finally:
            self._step = before

    def note(self, operation: str) -> None:
        """A call that goes elsewhere than to the database."""
        self._of_step().calls[operation] += 1

    def take(self) -> dict[str, Used]:
        """Everything since the last time, by step."""
        taken, self.used = self.used, {}
        return taken

    def _hear(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        self._of_step().add(model.name, _units(parsed.get("ConsumedCapacity")))

    def _of_step(self) -> Used:
        return self.used.setdefault(self._step, Used())


def total(used: dict[str, Used]) -> Used:
    sum_ = Used()
    for each in used.values():
        sum_.writes += each.writes
        sum_.reads += each.reads
        sum_.calls += each.calls
    return sum_


def _ask(params: dict[str, Any], **_: Any) -> None:
    if params.keys() & {"TableName", "TransactItems", "RequestItems"}:
        params["ReturnConsumedCapacity"] = "INDEXES"


def _units(consumed: Any) -> float:
    """Of one table, or of several."""
    each = consumed if isinstance(consumed, list) else [consumed] if consumed else []
    return sum(float(one["CapacityUnits"]) for one in each)
