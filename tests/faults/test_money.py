"""Money under every fault: each verb at each of its calls, AWS's and the providers', and pairs."""

import pytest

from tests.faults import money_casts, test_every_call, test_pairs, test_storms
from tests.faults.casts import Cast
from tests.faults.course import play
from tests.faults.database import Database
from tests.faults.drills import Dry, dry_run, name
from tests.faults.faults import READS, WRITES, Fault
from tests.faults.money_cells import HANDLERS, PAIRS
from tests.faults.scenes import Scene
from tests.faults.tally import Tally
from tests.faults.verbs import Verb
from tests.faults.world import World

CASTS: list[tuple[Scene, Cast]] = [
    (money_casts.stage, money_casts.buyers),
    (money_casts.stage, money_casts.returns),
    (money_casts.stage_with_a_group, money_casts.joiners),
]
MENUS: dict[str, tuple[Fault, ...]] = {
    "calm": (),
    "crashes": (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.CUT_OFF),
    "silence": (Fault.UNHEARD, Fault.UNTOLD, Fault.HALF, Fault.TWICE, Fault.UNWRITTEN),
    "excuses": (Fault.BUSY, Fault.NO, Fault.POOR, Fault.DOWN, Fault.UNKNOWN, Fault.FORGED),
    "slowness": (Fault.PENDING, Fault.DELAY, Fault.DOUBLE, Fault.LOSS, Fault.CONFLICT),
    "everything": tuple(fault for fault in Fault if fault is not Fault.SLOW),
}
SEEDS = 8
ENDS = (Fault.CRASH_BEFORE, Fault.CUT_OFF, Fault.THROTTLED)
"""What is left of a handler after a call that reads; what passes is the SDK's alone."""


def cells_of(dry: Dry) -> list[tuple[int, Fault]]:
    """Every fault at every call that changes something, and what ends a handler at the others."""
    return [
        (number, fault)
        for number, fault in test_every_call.cells_of(dry)
        if fault in ENDS or dry.operations[number - 1] not in READS
    ]


@pytest.mark.faults
@pytest.mark.parametrize(("scene", "verb"), HANDLERS, ids=name)
def test_a_fault_at_any_call_leaves_no_money_astray(
    scene: Scene, verb: Verb, database: Database, tally: Tally
) -> None:
    dry = dry_run(database, scene, verb)
    cells = cells_of(dry)

    for cell in cells:
        test_every_call.hit(database, tally, (scene, verb), dry, cell)

    assert cells


@pytest.mark.faults
@pytest.mark.parametrize(("scene", "left", "right"), PAIRS, ids=name)
def test_two_at_once_leave_no_money_astray(
    scene: Scene, left: Verb, right: Verb, database: Database, tally: Tally
) -> None:
    for stops in test_pairs.interleavings(database, scene, left, right):
        test_pairs.meet(database, tally, (scene, left, right), stops)


@pytest.mark.faults
@pytest.mark.parametrize(("scene", "left", "right"), PAIRS, ids=name)
def test_a_rival_behind_a_cut_reply_leaves_no_money_astray(
    scene: Scene, left: Verb, right: Verb, database: Database, tally: Tally
) -> None:
    for one, other in dict.fromkeys([(left, right), (right, left)]):
        for number, operation in enumerate(beside(database, scene, one, other), 1):
            if operation in WRITES:
                test_pairs.overtake(database, tally, (scene, one, other), number)


def beside(database: Database, scene: Scene, one: Verb, other: Verb) -> list[str]:
    """What a handler calls at the time at which the other begins as well."""
    with World(database, "dry run") as world:
        world.begin(scene)
        world.mishaps.trace.clear()
        task, _ = one(world), other(world)
        world.finish(task)
        return [line.rsplit(" ", 1)[1] for line in world.mishaps.trace]


@pytest.mark.faults
@pytest.mark.parametrize("menu", MENUS)
@pytest.mark.parametrize(("stage", "cast"), CASTS, ids=name)
def test_a_storm_leaves_no_money_astray(
    stage: Scene, cast: Cast, menu: str, database: Database, tally: Tally
) -> None:
    for seed in test_storms.SEEDS[:SEEDS]:
        storm(database, tally, (stage, cast), (menu, seed))


def storm(
    database: Database, tally: Tally, case: tuple[Scene, Cast], weather: tuple[str, int]
) -> None:
    (stage, cast), (menu, seed) = case, weather
    with World(database, f"{name(cast)}, {menu}", seed) as world:
        world.begin(stage)
        world.timers = {"sweep": 3, "expire": 3}
        cast(world)
        world.mishaps.begin(MENUS[menu], test_storms.MISHAPS, test_storms.SHARE)
        play(world)
        tally.judge(world, f"storms: {name(cast)}")
