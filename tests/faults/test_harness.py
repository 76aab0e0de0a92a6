"""The judge sees what is wrong, and the same seed makes the same run."""

from collections.abc import Callable

import pytest

from shared.domain.order import Status
from shared.domain.stock import Place
from shared.gateways import queues
from shared.store import keys
from shared.store.pack import pack
from shared.store.table import InsightRow, OrderRow, StockRow
from shared.store.unrouted import Units
from tests.faults import casts, invariants, scenes, verbs
from tests.faults.clients import Ask
from tests.faults.course import play, settle
from tests.faults.database import Database
from tests.faults.faults import Fault
from tests.faults.world import World
from tests.support.build import Reply

Wrong = Callable[[World], None]


def a_unit_vanishes(world: World) -> None:
    StockRow(*keys.stock("acme", Place("mug", "gz"))).update([StockRow.free.set(2)])


def a_counter_sinks_below_zero(world: World) -> None:
    StockRow(*keys.stock("acme", Place("mug", "gz"))).update([StockRow.free.set(-1)])


def an_order_is_lost(world: World) -> None:
    world.answers.append((verbs.client(world, verbs.order_ask()), Reply(202, {}, {})))
    OrderRow(*keys.order("acme", world.id_of("TB-1"))).delete()


def a_cancel_is_forgotten(world: World) -> None:
    world.answers.append((verbs.client(world, verbs.move("cancel")), Reply(200, {}, {})))


def a_key_is_answered_twice(world: World) -> None:
    ask = Ask("restock", "PUT", "/", key="k")
    world.answers += [(ask, Reply(200, {"free": 1}, {})), (ask, Reply(200, {"free": 2}, {}))]


def an_event_is_never_told(world: World) -> None:
    world.changes.versions[world.id_of("TB-1")].popitem()


def a_record_is_told_to_nobody(world: World) -> None:
    world.webhooks.append(world.webhooks[0].__class__("new", "https://new.example/", ""))


def an_order_waits_that_nobody_knows(world: World) -> None:
    InsightRow(*keys.unrouted("acme", "mug", "1a"), body=pack(Units("tmall", 2))).save()


WRONGS = [
    an_order_waits_that_nobody_knows,
    a_unit_vanishes,
    a_counter_sinks_below_zero,
    an_order_is_lost,
    a_cancel_is_forgotten,
    a_key_is_answered_twice,
    an_event_is_never_told,
    a_record_is_told_to_nobody,
]


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.__name__.replace("_", " "))
def test_the_judge_sees_that(wrong: Wrong, database: Database) -> None:
    with World(database, "harness") as world:
        world.begin(scenes.told)
        settle(world)
        before = invariants.broken(world)

        wrong(world)

        assert before == []
        assert invariants.broken(world) != []


def test_the_judge_sees_an_order_that_stands_still(database: Database) -> None:
    with World(database, "harness") as world:
        world.begin(scenes.approved)

        world.queues.waiting.clear()

        assert world.order().status is Status.APPROVED
        assert invariants.stuck(world) == [f"{world.id_of('TB-1')} stuck: approved"]


def test_the_same_seed_makes_the_same_run(database: Database) -> None:
    first, second, other = (_trace(database, seed) for seed in (7, 7, 8))

    assert first == second != other
    assert any(fault.value in line for fault in Fault for line in first)


def test_what_waits_to_be_sent_is_out_of_reach_of_others(database: Database) -> None:
    with World(database, "harness") as world:
        world.begin(scenes.approved_for_robots)
        world.queues.waiting.clear()
        task = verbs.reserve(world)

        while world.order().status is Status.APPROVED:  # written, but its nudge is not sent
            world.step(task)
        world.merchant.call("GET", f"/v1/orders/{world.id_of('TB-1')}")
        world.finish(task)

        assert queues._waiting == {}
        assert world.queues.names() == ["ship"]


def _trace(database: Database, seed: int) -> list[str]:
    with World(database, "harness", seed) as world:
        world.begin(casts.stage)
        casts.flow(world)
        world.mishaps.begin(list(Fault), 12, 0.1)
        play(world)
        return world.mishaps.trace
