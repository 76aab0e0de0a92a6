"""Two handlers at once: one stops before a call, the other goes on from there."""

from itertools import product
from random import Random

import pytest

from tests.faults import scenes
from tests.faults.course import play
from tests.faults.database import Database
from tests.faults.drills import Nth, dry_run, name
from tests.faults.faults import WRITES, Fault
from tests.faults.scenes import Scene, Verb
from tests.faults.scheduler import Task
from tests.faults.tally import Tally
from tests.faults.world import World

PAIRS: list[tuple[Scene, Verb, Verb]] = [
    (scenes.nothing_yet, scenes.accept, scenes.accept),
    (scenes.nothing_yet, scenes.accept_with_stock, scenes.accept),
    (scenes.nothing_yet, scenes.accept_with_stock, scenes.accept_with_stock),
    (scenes.received, scenes.review, scenes.review),
    (scenes.received, scenes.review, scenes.cancel_without_key),
    (scenes.received, scenes.review, scenes.update),
    (scenes.approved, scenes.reserve, scenes.reserve),
    (scenes.approved, scenes.reserve, scenes.cancel),
    (scenes.approved, scenes.reserve, scenes.hold),
    (scenes.approved, scenes.reserve, scenes.update),
    (scenes.approved, scenes.reserve, scenes.restock),
    (scenes.refilled, scenes.reserve, scenes.cancel),
    (scenes.the_last_units, scenes.reserve, scenes.reserve_other),
    (scenes.reserved, scenes.plan, scenes.cancel),
    (scenes.reserved, scenes.plan, scenes.hold),
    (scenes.reserved, scenes.plan, scenes.update),
    (scenes.planned, scenes.ship, scenes.ship),
    (scenes.planned, scenes.ship, scenes.cancel),
    (scenes.planned, scenes.ship, scenes.hold),
    (scenes.planned, scenes.ship, scenes.update),
    (scenes.planned, scenes.ship, scenes.cancel_by_channel),
    (scenes.planned, scenes.cancel, scenes.cancel),
    (scenes.planned, scenes.cancel, scenes.update),
    (scenes.planned, scenes.hold, scenes.hold),
    (scenes.planned_in_two_parcels, scenes.ship_first_parcel, scenes.cancel),
    (scenes.planned_in_two_parcels, scenes.ship_first_parcel, scenes.ship),
    (scenes.planned_for_robots, scenes.ship_by_robot, scenes.ship_by_robot),
    (scenes.planned_for_robots, scenes.ship_by_robot, scenes.cancel),
    (scenes.planned_for_robots, scenes.ship_by_robot, scenes.update),
    (scenes.held, scenes.release, scenes.release),
    (scenes.held, scenes.release, scenes.cancel),
    (scenes.held, scenes.release, scenes.update),
    (scenes.held_for_a_while, scenes.expire, scenes.release),
    (scenes.held_for_a_while, scenes.expire, scenes.cancel),
    (scenes.short, scenes.restock, scenes.restock),
    (scenes.short, scenes.restock, scenes.reserve),
    (scenes.approved, scenes.sweep, scenes.reserve),
    (scenes.nothing_yet, scenes.open_warehouse, scenes.open_warehouse),
    (scenes.planned, scenes.count, scenes.count),
    (scenes.told, scenes.publish, scenes.publish),
    (scenes.published, scenes.notify, scenes.notify),
]
MOST = 20  # interleavings of a pair; a sample by chance where there are more


@pytest.mark.faults
@pytest.mark.parametrize(("scene", "left", "right"), PAIRS, ids=name)
def test_two_handlers_at_once_leave_nothing_wrong(
    scene: Scene, left: Verb, right: Verb, database: Database, tally: Tally
) -> None:
    for stops in interleavings(database, scene, left, right):
        meet(database, tally, (scene, left, right), stops)


@pytest.mark.faults
@pytest.mark.parametrize(("scene", "left", "right"), PAIRS, ids=name)
def test_a_rival_between_a_cut_reply_and_the_second_try_leaves_nothing_wrong(
    scene: Scene, left: Verb, right: Verb, database: Database, tally: Tally
) -> None:
    for one, other in dict.fromkeys([(left, right), (right, left)]):
        for number, operation in enumerate(dry_run(database, scene, one).operations, 1):
            if operation in WRITES:
                overtake(database, tally, (scene, one, other), number)


def interleavings(
    database: Database, scene: Scene, left: Verb, right: Verb
) -> list[tuple[int, int]]:
    """How many steps the left takes before the right begins, and how many that one takes."""
    lengths = [len(dry_run(database, scene, verb).operations) for verb in (left, right)]
    left_stops, right_stops = (range(1, length + 2) for length in lengths)
    every = list(product(left_stops, right_stops))
    return Random(0).sample(every, min(MOST, len(every)))


def meet(
    database: Database, tally: Tally, pair: tuple[Scene, Verb, Verb], stops: tuple[int, int]
) -> None:
    with World(database, f"{_title(pair)}, stops {stops}") as world:
        one, other = _begin(world, pair)
        walk(world, one, stops[0])
        walk(world, other, stops[1])
        world.finish(one)
        world.finish(other)
        play(world)
        tally.judge(world, f"two at once: {name(pair[1])}")


def overtake(
    database: Database, tally: Tally, pair: tuple[Scene, Verb, Verb], number: int
) -> None:
    with World(database, f"{_title(pair)}, reply cut at {number}") as world:
        one, other = _begin(world, pair)
        world.mishaps.plan = Nth(one, number, Fault.CUT)
        walk(world, one, number + 1)
        assert world.mishaps.fired == {Fault.CUT: 1}, world
        world.finish(other)
        world.finish(one)
        play(world)
        tally.judge(world, f"overtaken: {name(pair[1])}")


def walk(world: World, task: Task, steps: int) -> None:
    for _ in range(steps):
        if not task.done:
            world.step(task)


def _begin(world: World, pair: tuple[Scene, Verb, Verb]) -> tuple[Task, Task]:
    scene, left, right = pair
    world.begin(scene)
    return left(world), right(world)


def _title(pair: tuple[Scene, Verb, Verb]) -> str:
    scene, left, right = pair
    return f"{name(left)} against {name(right)} when {name(scene)}"
