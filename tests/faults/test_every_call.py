"""Each handler, hit by each fault at each of its calls to AWS: none is left out."""

import pytest

from tests.faults import scenes
from tests.faults.course import play
from tests.faults.database import Database
from tests.faults.drills import Dry, Nth, dry_run, name, statuses
from tests.faults.faults import AT_CALLS, PASSING, Fault, fits
from tests.faults.scenes import STEPS, Scene, Verb
from tests.faults.sqs import Message
from tests.faults.tally import Tally
from tests.faults.world import World

HANDLERS: list[tuple[Scene, Verb]] = [
    (scenes.nothing_yet, scenes.accept),
    (scenes.nothing_yet, scenes.accept_batch),
    (scenes.nothing_yet, scenes.accept_with_stock),
    (scenes.received, scenes.accept),
    (scenes.received, scenes.review),
    (scenes.noted, scenes.review),
    (scenes.approved, scenes.reserve),
    (scenes.approved_in_two_lines, scenes.reserve),
    (scenes.approved_too_big, scenes.reserve),
    (scenes.refilled, scenes.reserve),
    (scenes.reserved, scenes.plan),
    (scenes.reserved_for_robots, scenes.plan),
    (scenes.planned_for_robots, scenes.ship_by_robot),
    (scenes.planned, scenes.ship),
    (scenes.planned_in_two_parcels, scenes.ship_first_parcel),
    (scenes.received, scenes.cancel_without_key),
    (scenes.planned, scenes.cancel),
    (scenes.held, scenes.cancel),
    (scenes.reserved, scenes.hold),
    (scenes.held, scenes.release),
    (scenes.planned, scenes.update),
    (scenes.planned, scenes.cancel_by_channel),
    (scenes.short, scenes.restock),
    (scenes.nothing_yet, scenes.open_warehouse),
    (scenes.approved, scenes.sweep),
    (scenes.held_for_a_while, scenes.expire),
    (scenes.planned, scenes.count),
    (scenes.told, scenes.publish),
    (scenes.published, scenes.notify),
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
        assert world.mishaps.fired == {fault: 1}, world
        if fault in PASSING:
            assert statuses(world) == dry.statuses, world
            assert not given_back(world), world
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
    cells = [
        (number, fault)
        for number, operation in enumerate(dry.operations, 1)
        for fault in AT_CALLS
        if fits(fault, operation)
    ]

    for number, fault in cells:
        hit(database, tally, (scene, verb), dry, (number, fault))

    assert cells
