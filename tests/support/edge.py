"""Between the product and its database, below the SDK: let things happen first, or go wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from shared.store.table import connection


@contextmanager
def before(operation: str, act: Callable[[], object]) -> Iterator[None]:
    """Do `act` once, when the next `operation` has left the product and not arrived yet."""
    waiting = [act]

    def first(**_: Any) -> None:
        if waiting:
            waiting.pop()()

    with _hooked(operation, first):
        yield


@contextmanager
def failing(operation: str, code: str, status: int = 400, after: int = 0) -> Iterator[list[str]]:
    """Refuse each `operation` with the error `code`; give a list that fills with what was.

    So many as `after` says are let through first.
    """
    refused: list[str] = []
    passing = iter(range(after))

    def refuse(**_: Any) -> tuple[Any, dict[str, Any]] | None:
        if next(passing, None) is not None:
            return None
        refused.append(operation)
        answer = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": _METADATA}
        return type("Answer", (), {"status_code": status}), answer

    with _hooked(operation, refuse):
        yield refused


@contextmanager
def _hooked(operation: str, hook: Callable[..., Any]) -> Iterator[None]:
    events, name = connection().client.meta.events, f"before-call.dynamodb.{operation}"
    events.register_first(name, hook)
    yield
    events.unregister(name, hook)


_METADATA = {"RequestId": "edge", "HTTPStatusCode": 400, "HTTPHeaders": {}, "RetryAttempts": 0}
