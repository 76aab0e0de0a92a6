"""Each handler, hit by each fault at each of its calls to AWS: none is left out."""

import pytest

from tests.faults import scenes, verbs
from tests.faults.course import play
from tests.faults.database import Database
from tests.faults.drills import Dry, Nth, dry_run, name, statuses
from tests.faults.faults import AT_CALLS, PASSING, Fault, fits
from tests.faults.scenes import Scene
from tests.faults.sqs import Message
from tests.faults.tally import Tally
from tests.faults.verbs import STEPS, Verb
from tests.faults.world import World

HANDLERS: list[tuple[Scene, Verb]] = [
    (scenes.nothing_yet, verbs.accept),
    (scenes.nothing_yet, verbs.accept_batch),
    (scenes.nothing_yet, verbs.accept_with_stock),
    (scenes.received, verbs.accept),
    (scenes.received, verbs.review),
    (scenes.noted, verbs.review),
    (scenes.approved, verbs.reserve),
    (scenes.approved_in_two_lines, verbs.reserve),
    (scenes.approved_too_big, verbs.reserve),
    (scenes.refilled, verbs.reserve),
    (scenes.reserved, verbs.plan),
    (scenes.reserved_for_robots, verbs.plan),
    (scenes.planned_for_robots, verbs.ship_by_robot),
    (scenes.planned, verbs.ship),
    (scenes.planned_in_two_parcels, verbs.ship_first_parcel),
    (scenes.received, verbs.cancel_without_key),
    (scenes.planned, verbs.cancel),
    (scenes.held, verbs.cancel),
    (scenes.reserved, verbs.hold),
    (scenes.held, verbs.release),
    (scenes.planned, verbs.update),
    (scenes.planned, verbs.cancel_by_channel),
    (scenes.planned, verbs.edit_more),
    (scenes.planned, verbs.edit_receiver),
    (scenes.planned, verbs.edit_aside),
    (scenes.planned, verbs.move_units),
    (scenes.planned, verbs.cut),
    (scenes.planned_in_two_parcels, verbs.cut),
    (scenes.hot_planned, verbs.cut),
    (scenes.shipped, verbs.resend),
    (scenes.short, verbs.restock),
    (scenes.nothing_yet, verbs.open_warehouse),
    (scenes.approved, verbs.sweep),
    (scenes.held_for_a_while, verbs.expire),
    (scenes.nothing_yet, verbs.heat),
    (scenes.hot_planned, verbs.cool),
    (scenes.hot_planned, verbs.cancel),
    (scenes.hot_approved, verbs.reserve),
    (scenes.hot_approved_too_big, verbs.reserve),
    (scenes.waiting_apart, verbs.plan),
    (scenes.waiting, verbs.sweep),
    (scenes.waiting, verbs.merge_by_hand),
    (scenes.merged, verbs.hold),
    (scenes.merged, verbs.weigh_box),
    (scenes.merged, verbs.ship_boxes),
    (scenes.merged, verbs.undo_merge),
    (scenes.merged_and_stopped, verbs.take_out),
    (scenes.merged_for_robots, verbs.ship_by_robot),
    (scenes.planned, verbs.count),
    (scenes.told, verbs.publish),
    (scenes.published, verbs.notify),
]


def hit(
    database: Database,
    tally: Tally,
    handler: tuple[Scene, Verb],
    dry: Dry,
    at: tuple[int, Fault],
) -> None:
    (scene, verb), (number, fault) = handler, at
    with World(database, f"{name(verb)} when {name(scene)}, {fault.value} at {number}") as world:
        world.begin(scene)
        task = verb(world)
        world.mishaps.plan = Nth(task, number, fault)
        world.finish(task)
        assert world.mishaps.fired == {fault: 1}, str(world)
        if fault in PASSING:
            assert statuses(world) == dry.statuses, str(world)
            assert not given_back(world), str(world)
        world.mishaps.plan = None
        play(world)
        tally.judge(world, f"every call: {name(verb)}")


def given_back(world: World) -> list[Message]:
    return [m for step in STEPS for m in world.queues.waiting[step] if m.receives]


@pytest.mark.faults
@pytest.mark.parametrize(("scene", "verb"), HANDLERS, ids=name)
def test_a_fault_at_any_call_leaves_nothing_wrong(
    scene: Scene, verb: Verb, database: Database, tally: Tally
) -> None:
    dry = dry_run(database, scene, verb)
    cells = cells_of(dry)

    for cell in cells:
        hit(database, tally, (scene, verb), dry, cell)

    assert cells


def cells_of(dry: Dry) -> list[tuple[int, Fault]]:
    return [
        (number, fault)
        for number, operation in enumerate(dry.operations, 1)
        for fault in AT_CALLS
        if fits(fault, operation)
    ]
