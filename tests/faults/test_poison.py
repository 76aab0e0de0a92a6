"""A batch with messages that nobody can serve: its other messages are served all the same."""

import json

import pytest

from shared.domain.order import Status
from tests.faults import scenes
from tests.faults.course import quiet
from tests.faults.database import Database
from tests.faults.sqs import MOST_RECEIVES, Message
from tests.faults.tally import Tally
from tests.faults.world import World, message
from tests.support import build

POISON = {
    "no JSON": "{",
    "no object": "[1]",
    "no ids": "{}",
    "another field": json.dumps({"tenant": "acme", "order_id": "x", "and": "more"}),
    "no such order": json.dumps({"tenant": "acme", "order_id": "x"}),
    "no such tenant": json.dumps({"tenant": "nobody", "order_id": "x"}),
}


@pytest.mark.parametrize("body", POISON.values(), ids=POISON)
@pytest.mark.parametrize("place", range(3))
def test_poison_in_a_batch_hurts_nobody_else(
    body: str, place: int, database: Database, tally: Tally
) -> None:
    with World(database, f"poison {body}, place {place}") as world:
        world.begin(scenes.the_last_units)
        world.give("mug", 10, "gz")
        batch = world.queues.take("reserve")
        batch.insert(place, Message(body))

        world.finish(world.batch("reserve", batch))

        assert [world.order(number).status for number in ("TB-1", "TB-2")] == [Status.PLANNED] * 2
        quiet(world)
        world.surprises.clear()  # the poison was logged, each time that it came
        tally.judge(world, "poison")


def test_poison_ends_among_the_dead_letters(database: Database) -> None:
    with World(database, "poison") as world:
        world.begin(scenes.nothing_yet)
        world.queues.send("reserve", ["{"])

        quiet(world)

        assert [letter.receives for letter in world.queues.dead] == [MOST_RECEIVES]


def test_a_message_of_one_tenant_touches_no_order_of_another(
    database: Database, tally: Tally
) -> None:
    with World(database, "foreign") as world:
        world.begin(scenes.approved)
        build.merchant("rival")
        foreign = message(world.id_of("TB-1"), tenant="rival")

        world.finish(world.batch("reserve", [foreign]))

        assert world.order().status is Status.APPROVED
        assert not world.queues.waiting["plan"]
        tally.judge(world, "poison")
