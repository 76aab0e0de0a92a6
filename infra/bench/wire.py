"""A wire without an engine: the SDK builds and signs each request, and the answer is here.

Writes succeed and change nothing. Reads are asked of the engine once, and answered from memory
ever after.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

READS = ("GetItem", "Query", "BatchGetItem")
EVENT = "before-send"
OK = 200


class Wire:
    def __init__(self, *clients: Any) -> None:
        self._clients = clients
        self._known: dict[tuple[str, bytes], AWSResponse] = {}

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Nothing that is sent arrives."""
        for client in self._clients:
            client.meta.events.register(EVENT, partial(self._answer, client), unique_id=EVENT)
        try:
            yield
        finally:
            for client in self._clients:
                client.meta.events.unregister(EVENT, unique_id=EVENT)

    def _answer(self, client: Any, request: Any, **_: Any) -> AWSResponse:
        operation = _text(request.headers["X-Amz-Target"]).rpartition(".")[2]
        if operation not in READS:
            return _response(request, _done(operation, request.body))
        key = operation, bytes(request.body)
        if key not in self._known:
            self._known[key] = client._endpoint.http_session.send(request)
        return self._known[key]


def _done(operation: str, body: bytes) -> dict[str, Any]:
    if operation != "SendMessageBatch":
        return {}
    sent = [{"Id": entry["Id"], "MessageId": "bench"} for entry in json.loads(body)["Entries"]]
    return {"Successful": sent, "Failed": []}


def _response(request: Any, document: dict[str, Any]) -> AWSResponse:
    return AWSResponse(request.url, OK, HTTPHeaders(), _Raw(json.dumps(document).encode()))


class _Raw:
    """A body as urllib3 gives it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
