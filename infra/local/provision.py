"""Make the tables and queues of the template on the engines; what is there already stays."""

import contextlib
import json
import time
from typing import Any

from infra.local.state import State
from infra.local.template import Queue, Resources, Table
from infra.local.wire import Refusal, Wire


class Outdated(Exception):
    """The data is of another version of the template."""


def tables(state: State, resources: Resources) -> None:
    with contextlib.closing(Wire(state.dynamodb, "dynamodb")) as wire:
        for table in resources.tables:
            _table(wire, table)


def queues(state: State, resources: Resources) -> None:
    with contextlib.closing(Wire(state.sqs, "sqs")) as wire:
        for queue in resources.queues:
            _queue(wire, queue)


def _table(wire: Wire, table: Table) -> None:
    name = table.create["TableName"]
    try:
        wire.call("CreateTable", **table.create)
    except Refusal as refusal:
        if refusal.code != "ResourceInUseException":
            raise
        _same(table.create, _description(wire, name))
        return
    while _description(wire, name)["TableStatus"] != "ACTIVE":
        time.sleep(0.02)
    if table.ttl:
        wire.call("UpdateTimeToLive", TableName=name, TimeToLiveSpecification=table.ttl)


def _queue(wire: Wire, queue: Queue) -> None:
    try:
        wire.call("CreateQueue", QueueName=queue.name, Attributes=queue.attributes)
    except Refusal as refusal:  # it came back from a stop, with the attributes that it had
        if "Exist" not in refusal.code:
            raise
        url = wire.call("GetQueueUrl", QueueName=queue.name)["QueueUrl"]
        wire.call("SetQueueAttributes", QueueUrl=url, Attributes=queue.attributes)


def _description(wire: Wire, name: str) -> dict[str, Any]:
    found: dict[str, Any] = wire.call("DescribeTable", TableName=name)["Table"]
    return found


def _same(wanted: dict[str, Any], found: dict[str, Any]) -> None:
    if _shape(wanted) != _shape(found):
        raise Outdated(
            f"the table {wanted['TableName']} was made by another version of Tongdan; "
            "`tongdan reset` deletes the local data and starts anew"
        )


def _shape(table: dict[str, Any]) -> Any:
    """Keys, indexes and stream: what cannot be changed in place here."""
    indexes = {
        each["IndexName"]: (each["KeySchema"], each["Projection"]["ProjectionType"])
        for each in table.get("GlobalSecondaryIndexes") or ()
    }
    stream = (table.get("StreamSpecification") or {}).get("StreamViewType")
    return json.dumps([table["KeySchema"], indexes, stream], sort_keys=True)
