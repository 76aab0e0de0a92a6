"""What calls the functions of app.py besides HTTP, as Chalice has written it down."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.app import DynamoDBEventConfig, Rate, ScheduledEventConfig, SQSEventConfig

from infra.local import template
from infra.local.context import Context

SECONDS = {Rate.MINUTES: 60, Rate.HOURS: 3600, Rate.DAYS: 86400}
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of app.py, called as Lambda calls it."""

    name: str
    handler: Callable[[Event, Any], Any]

    def __call__(self, event: Event) -> Any:
        return self.handler(event, Context(self.name))


@dataclass(frozen=True, slots=True)
class Queue:
    function: Function
    queue: str
    batch: int


@dataclass(frozen=True, slots=True)
class Stream:
    function: Function
    table: str
    batch: int
    window: float  # seconds; the template has the last word on AWS, so it has it here


@dataclass(frozen=True, slots=True)
class Timer:
    function: Function
    every: float


def queues() -> list[Queue]:
    return [
        Queue(_function(each), str(each.queue), each.batch_size) for each in _of(SQSEventConfig)
    ]


def streams() -> list[Stream]:
    windows = template.read().windows
    return [
        Stream(_function(each), _table(each), each.batch_size, windows.get(each.name, 0))
        for each in _of(DynamoDBEventConfig)
    ]


def timers() -> list[Timer]:
    return [
        Timer(_function(each), _seconds(each.schedule_expression))
        for each in _of(ScheduledEventConfig)
    ]


def _of(kind: type[Any]) -> list[Any]:
    from app import app

    return [each for each in app.event_sources if isinstance(each, kind)]


def _function(source: Any) -> Function:
    module, _, name = source.handler_string.rpartition(".")
    return Function(source.name, getattr(importlib.import_module(module), name))


def _table(source: DynamoDBEventConfig) -> str:
    """Its stream is named after the table; the template says which it is on AWS."""
    return str(source.stream_arn).removesuffix("-stream")


def _seconds(rate: Any) -> float:
    if not isinstance(rate, Rate):
        raise TypeError(f"the local clock knows rates only, not {rate}")
    return float(rate.value * SECONDS[rate.unit])
