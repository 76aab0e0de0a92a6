"""Every nudge is lost but those of the sweep: orders arrive all the same, a little later."""

from shared.domain.order import Status
from tests.faults import scenes
from tests.faults.course import quiet
from tests.faults.database import Database
from tests.faults.tally import Tally
from tests.faults.world import World

MINUTES = 16  # the sweep looks after 1, 2, 4, 8 and 16 minutes: one step each


def test_an_order_arrives_by_the_sweep_alone(database: Database, tally: Tally) -> None:
    with World(database, "sweep alone") as world:
        world.begin(scenes.received_for_robots)
        world.queues.waiting.clear()

        for _ in range(MINUTES + 1):
            world.advance(60)
            world.finish(world.timer("sweep"))
            swept = {name: world.queues.take(name) for name in world.queues.names()}
            for name, messages in swept.items():
                world.finish(world.batch(name, messages))
            world.queues.waiting.clear()

        assert world.order().status is Status.SHIPPED
        tally.judge(world, "sweep alone")


def test_a_delivery_is_sent_by_the_sweep_alone(database: Database, tally: Tally) -> None:
    with World(database, "sweep alone") as world:
        world.begin(scenes.published)
        world.queues.waiting.clear()

        world.advance(60)
        world.finish(world.timer("sweep"))
        quiet(world)

        assert world.receiver.heard.total() == 6  # four events, two of which both want
        tally.judge(world, "sweep alone")
