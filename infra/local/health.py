"""Whether a stack works: its API answers, and a message goes through its queues."""

import contextlib
import http.client
import uuid
from urllib.parse import urlsplit

from infra.local.env import STACK
from infra.local.state import State
from infra.local.wire import TROUBLE, Refusal, Wire

PROBE = f"{STACK}-probe"
QUICK = 3.0  # seconds that an answer may take


def whole(state: State) -> bool:
    return state.ready and api(state) and queues(state)


def api(state: State) -> bool:
    return _status(state.url, "/v1/health") == http.client.OK


def listens(port: int) -> bool:
    """Whether an engine answers at all."""
    return _status(f"http://127.0.0.1:{port}", "/") is not None


def queues(state: State) -> bool:
    """Send a message through a queue of our own, and take the queue away again."""
    name = f"{PROBE}-{uuid.uuid4().hex[:8]}"
    with contextlib.closing(Wire(state.sqs, "sqs", timeout=QUICK)) as wire:
        try:
            return _round_trip(wire, name)
        except (*TROUBLE, Refusal):
            return False


def _round_trip(wire: Wire, name: str) -> bool:
    url = wire.call("CreateQueue", QueueName=name)["QueueUrl"]
    try:
        wire.call("SendMessage", QueueUrl=url, MessageBody=name)
        found = wire.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=1)
        return bool([each for each in found.get("Messages", ()) if each["Body"] == name])
    finally:
        wire.call("DeleteQueue", QueueUrl=url)


def _status(url: str, path: str) -> int | None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=QUICK)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except TROUBLE:
        return None
    finally:
        connection.close()
