"""Two handlers at once: one stops before a call, the other goes on from there."""

from itertools import product
from random import Random

import pytest

from tests.faults import scenes, verbs
from tests.faults.course import play
from tests.faults.database import Database
from tests.faults.drills import Nth, dry_run, name
from tests.faults.faults import WRITES, Fault
from tests.faults.scenes import Scene
from tests.faults.scheduler import Task
from tests.faults.tally import Tally
from tests.faults.verbs import Verb
from tests.faults.world import World

PAIRS: list[tuple[Scene, Verb, Verb]] = [
    (scenes.nothing_yet, verbs.accept, verbs.accept),
    (scenes.nothing_yet, verbs.accept_with_stock, verbs.accept),
    (scenes.nothing_yet, verbs.accept_with_stock, verbs.accept_with_stock),
    (scenes.received, verbs.review, verbs.review),
    (scenes.received, verbs.review, verbs.cancel_without_key),
    (scenes.received, verbs.review, verbs.update),
    (scenes.approved, verbs.reserve, verbs.reserve),
    (scenes.approved, verbs.reserve, verbs.cancel),
    (scenes.approved, verbs.reserve, verbs.hold),
    (scenes.approved, verbs.reserve, verbs.update),
    (scenes.approved, verbs.reserve, verbs.restock),
    (scenes.refilled, verbs.reserve, verbs.cancel),
    (scenes.the_last_units, verbs.reserve, verbs.reserve_other),
    (scenes.reserved, verbs.plan, verbs.cancel),
    (scenes.reserved, verbs.plan, verbs.hold),
    (scenes.reserved, verbs.plan, verbs.update),
    (scenes.planned, verbs.ship, verbs.ship),
    (scenes.planned, verbs.ship, verbs.cancel),
    (scenes.planned, verbs.ship, verbs.hold),
    (scenes.planned, verbs.ship, verbs.update),
    (scenes.planned, verbs.ship, verbs.cancel_by_channel),
    (scenes.planned, verbs.cancel, verbs.cancel),
    (scenes.planned, verbs.cancel, verbs.update),
    (scenes.planned, verbs.hold, verbs.hold),
    (scenes.planned_in_two_parcels, verbs.ship_first_parcel, verbs.cancel),
    (scenes.planned_in_two_parcels, verbs.ship_first_parcel, verbs.ship),
    (scenes.received, verbs.review, verbs.edit_more),
    (scenes.approved, verbs.reserve, verbs.edit_more),
    (scenes.approved, verbs.reserve, verbs.cut),
    (scenes.reserved, verbs.plan, verbs.edit_receiver),
    (scenes.planned, verbs.ship, verbs.edit_more),
    (scenes.planned, verbs.ship, verbs.move_units),
    (scenes.planned, verbs.ship, verbs.cut),
    (scenes.planned, verbs.edit_more, verbs.edit_more),
    (scenes.planned, verbs.edit_more, verbs.update),
    (scenes.planned, verbs.edit_warehouse, verbs.edit_receiver),
    (scenes.planned, verbs.edit_more, verbs.cancel),
    (scenes.planned, verbs.cut, verbs.update),
    (scenes.planned, verbs.cut, verbs.cut_all),
    (scenes.planned, verbs.edit_receiver, verbs.cut),
    (scenes.planned_in_two_parcels, verbs.ship_first_parcel, verbs.cut),
    (scenes.shipped, verbs.resend, verbs.resend),
    (scenes.planned_for_robots, verbs.ship_by_robot, verbs.edit_more),
    (scenes.planned_for_robots, verbs.ship_by_robot, verbs.ship_by_robot),
    (scenes.planned_for_robots, verbs.ship_by_robot, verbs.cancel),
    (scenes.planned_for_robots, verbs.ship_by_robot, verbs.update),
    (scenes.held, verbs.release, verbs.release),
    (scenes.held, verbs.release, verbs.cancel),
    (scenes.held, verbs.release, verbs.update),
    (scenes.held_for_a_while, verbs.expire, verbs.release),
    (scenes.held_for_a_while, verbs.expire, verbs.cancel),
    (scenes.short, verbs.restock, verbs.restock),
    (scenes.short, verbs.restock, verbs.reserve),
    (scenes.approved, verbs.sweep, verbs.reserve),
    (scenes.nothing_yet, verbs.open_warehouse, verbs.open_warehouse),
    (scenes.nothing_yet, verbs.heat, verbs.heat),
    (scenes.hot, verbs.cool, verbs.cool),
    (scenes.hot, verbs.cool, verbs.look_after),
    (scenes.hot, verbs.accept_with_stock, verbs.cool),
    (scenes.hot_approved, verbs.reserve, verbs.cool),
    (scenes.hot_approved, verbs.reserve, verbs.reserve),
    (scenes.hot_approved_too_big, verbs.reserve, verbs.cool),
    (scenes.hot_approved_too_big, verbs.reserve, verbs.look_after),
    (scenes.the_last_units_are_hot, verbs.reserve, verbs.reserve_other),
    (scenes.the_last_units_are_hot, verbs.reserve, verbs.look_after),
    (scenes.hot_planned, verbs.cancel, verbs.cool),
    (scenes.hot_planned, verbs.cancel, verbs.look_after),
    (scenes.hot_planned, verbs.ship, verbs.cool),
    (scenes.hot_planned, verbs.ship, verbs.cancel),
    (scenes.hot_planned, verbs.update, verbs.cool),
    (scenes.hot_sold_out, verbs.cancel, verbs.reserve_other),
    (scenes.hot_sold_out, verbs.cancel, verbs.look_after),
    (scenes.heated_anew, verbs.cancel, verbs.cool),
    (scenes.waiting, verbs.plan, verbs.plan),
    (scenes.waiting, verbs.plan, verbs.plan_other),
    (scenes.waiting, verbs.plan, verbs.cancel),
    (scenes.waiting, verbs.plan, verbs.update),
    (scenes.waiting, verbs.plan, verbs.merge_by_hand),
    (scenes.waiting_apart, verbs.plan, verbs.plan_other),
    (scenes.waiting_apart, verbs.plan, verbs.cancel),
    (scenes.merged, verbs.ship_boxes, verbs.ship_boxes),
    (scenes.merged, verbs.ship_boxes, verbs.cancel),
    (scenes.merged, verbs.ship_boxes, verbs.hold),
    (scenes.merged, verbs.ship_boxes, verbs.undo_merge),
    (scenes.merged, verbs.weigh_box, verbs.cancel),
    (scenes.merged, verbs.weigh_box, verbs.update),
    (scenes.merged, verbs.undo_merge, verbs.cancel),
    (scenes.merged_and_stopped, verbs.take_out, verbs.release),
    (scenes.merged_and_stopped, verbs.take_out, verbs.cancel),
    (scenes.merged_and_stopped, verbs.take_out, verbs.undo_merge),
    (scenes.merged_for_robots, verbs.ship_by_robot, verbs.ship_other_by_robot),
    (scenes.merged_for_robots, verbs.ship_by_robot, verbs.cancel),
    (scenes.merged_for_robots, verbs.ship_by_robot, verbs.hold),
    (scenes.planned, verbs.count, verbs.count),
    (scenes.told, verbs.publish, verbs.publish),
    (scenes.published, verbs.notify, verbs.notify),
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
        assert world.mishaps.fired == {Fault.CUT: 1}, str(world)
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
