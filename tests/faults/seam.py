"""The one seam: every request that the SDK sends passes here, one try at a time.

It lies below the SDK's own retries, which therefore are the real ones: a reply that is cut here
makes the SDK send the same request again, with the same token.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol

import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.retries.quota import RetryQuota

from shared.runtime import clock, retry
from tests.faults.faults import LASTING, Fault, fits
from tests.faults.scheduler import Crash, Task, current

SDK: Any = botocore.endpoint.Endpoint
SEND = SDK._send


@dataclass(frozen=True, slots=True)
class Call:
    operation: str
    body: dict[str, Any]

    @property
    def to_queue(self) -> bool:
        return self.operation == "SendMessageBatch"

    def puts(self) -> list[tuple[str, dict[str, Any]]]:
        """(table, row) of what the call writes whole."""
        if self.operation == "PutItem":
            return [(self.body["TableName"], self.body["Item"])]
        items = (item.get("Put") for item in self.body.get("TransactItems", ()))
        return [(put["TableName"], put["Item"]) for put in items if put]

    def updates(self) -> list[tuple[str, dict[str, Any]]]:
        """(table, key) of the rows of which a transaction writes a part."""
        items = (item.get("Update") for item in self.body.get("TransactItems", ()))
        return [(update["TableName"], update["Key"]) for update in items if update]


class Surroundings(Protocol):
    """What the seam asks of the world."""

    url: str

    def now(self) -> str: ...
    def wait(self, seconds: float) -> None: ...
    def draw(self) -> float: ...
    def fault(self, task: Task, operation: str) -> Fault | None: ...
    def before(self, call: Call) -> None: ...
    def committed(self, call: Call) -> None: ...
    def cut(self, call: Call) -> None: ...
    def queued(self, call: Call, fault: Fault | None) -> dict[str, Any]: ...


def install(patch: pytest.MonkeyPatch, world: Surroundings) -> None:
    """Put `world` below the SDK, and its clock in place of the real one, until undone."""
    seam = Seam(world)
    patch.setattr(SDK, "_send", lambda self, req: seam.send(self, req))
    patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=world.wait))
    patch.setattr(RetryQuota, "acquire", lambda self, amount: True)  # as in a fresh process
    patch.setattr(retry, "pause", world.wait)
    patch.setattr(retry, "chance", world.draw)
    patch.setattr(clock, "now", world.now)


class Seam:
    def __init__(self, world: Surroundings) -> None:
        self._world = world

    def send(self, endpoint: Any, request: Any) -> AWSResponse:
        call = Call(_operation(request), json.loads(request.body))
        task = current()
        if task is None:
            return self._done(call, endpoint, request, None)
        task.pause()
        task.calls += 1
        fault = _continued(task, call) or self._world.fault(task, call.operation)
        return self._with(fault, task, call, lambda: self._done(call, endpoint, request, fault))

    def _with(
        self, fault: Fault | None, task: Task, call: Call, done: Callable[[], AWSResponse]
    ) -> AWSResponse:
        again = task.lasting is not None
        if fault in LASTING:
            task.lasting = fault
        match fault:
            case Fault.CRASH_BEFORE:
                raise Crash
            case Fault.CRASH_AFTER:
                done()
                raise Crash
            case Fault.RESET:
                raise ConnectionClosedError(endpoint_url=self._world.url)
            case Fault.CUT_OFF if again and task.calls % 2:
                raise EndpointConnectionError(endpoint_url=self._world.url)
            case Fault.CUT_OFF if again:
                raise ReadTimeoutError(endpoint_url=self._world.url)
            case Fault.CUT | Fault.CUT_OFF:
                done()
                raise ReadTimeoutError(endpoint_url=self._world.url)
            case Fault.THROTTLE | Fault.THROTTLED:
                return _throttled(call)
            case Fault.CONFLICT | Fault.CONFLICTS:
                return _conflict(call)
        return done()

    def _done(self, call: Call, endpoint: Any, request: Any, fault: Fault | None) -> AWSResponse:
        if call.to_queue:
            return _answer(200, self._world.queued(call, fault))
        request.url = self._world.url + "/"
        self._world.before(call)
        try:
            response: AWSResponse = SEND(endpoint, request)
        except HTTPClientError:  # a proxy on the way has cut it
            self._world.cut(call)
            raise
        if response.status_code == 200:
            self._world.committed(call)
        return response


def _operation(request: Any) -> str:
    target = request.headers["X-Amz-Target"]
    return (target.decode() if isinstance(target, bytes) else str(target)).partition(".")[2]


def _continued(task: Task, call: Call) -> Fault | None:
    return task.lasting if task.lasting and fits(task.lasting, call.operation) else None


def _throttled(call: Call) -> AWSResponse:
    code = "RequestThrottled" if call.to_queue else "ProvisionedThroughputExceededException"
    return _answer(400, {"__type": f"fault#{code}", "message": "too fast"})


def _conflict(call: Call) -> AWSResponse:
    if "TransactItems" not in call.body:
        return _answer(400, {"__type": "fault#TransactionConflictException", "message": "busy"})
    others = [{"Code": "None"} for _ in call.body["TransactItems"][1:]]
    return _answer(
        400,
        {
            "__type": "fault#TransactionCanceledException",
            "Message": "Transaction cancelled [TransactionConflict]",
            "CancellationReasons": [{"Code": "TransactionConflict", "Message": "busy"}, *others],
        },
    )


class _Raw(io.BytesIO):
    def stream(self) -> list[bytes]:
        return [self.getvalue()]


def _answer(status: int, body: dict[str, Any]) -> AWSResponse:
    headers: Any = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "fault"}
    return AWSResponse("", status, headers, _Raw(json.dumps(body).encode()))
