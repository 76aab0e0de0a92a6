"""Making tables and queues: again and again, and never over other data."""

from dataclasses import replace
from typing import Any

import pytest

from infra.local import provision, template
from infra.local.state import Ports, State
from infra.local.template import Queue, Resources, Table
from infra.local.wire import Wire
from tests.cli.queue_engine import Queues
from tests.support.engine import Engine


def table(index: str = "by-other") -> Table:
    create: dict[str, Any] = {
        "TableName": "provisioned",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "other")
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index,
                "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    }
    return Table(create, None)


def resources(*tables: Table, queues: tuple[Queue, ...] = ()) -> Resources:
    return Resources(tables, queues, {})


@pytest.fixture
def state(engine: Engine) -> State:
    return State(0, Ports(0, int(engine.url.rpartition(":")[2]), 0))


def test_tables_that_are_there_stay(state: State) -> None:
    provision.tables(state, resources(table()))
    wire = Wire(state.dynamodb, "dynamodb")
    wire.call("PutItem", TableName="provisioned", Item={"pk": {"S": "kept"}})

    provision.tables(state, resources(table()))

    found = wire.call("GetItem", TableName="provisioned", Key={"pk": {"S": "kept"}})
    wire.close()
    assert "Item" in found


def test_tables_of_another_version_are_refused_with_a_way_out(state: State) -> None:
    provision.tables(state, resources(table()))

    with pytest.raises(provision.Outdated, match="tongdan reset"):
        provision.tables(state, resources(table("by-month")))


def test_queues_take_new_attributes(queues: Queues) -> None:
    queue = Queue("provisioned", {"VisibilityTimeout": "7"})
    provision.queues(queues.state, resources(queues=(queue,)))

    changed = replace(queue, attributes={"VisibilityTimeout": "9"})
    provision.queues(queues.state, resources(queues=(changed,)))

    client = queues.client()
    url = client.get_queue_url(QueueName="provisioned")["QueueUrl"]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert found["Attributes"] == {"VisibilityTimeout": "9"}


def test_the_queues_of_the_template_can_be_made_twice(queues: Queues) -> None:
    provision.queues(queues.state, template.read())
