"""Platforms under every fault: reading and telling, hit at each call and met by each other."""

import pytest

from tests.faults import market_scenes as scenes
from tests.faults import market_verbs as verbs
from tests.faults import test_every_call, test_money, test_pairs, test_storms
from tests.faults.course import play
from tests.faults.database import Database
from tests.faults.drills import dry_run, name
from tests.faults.faults import Fault
from tests.faults.scenes import Scene
from tests.faults.tally import Tally
from tests.faults.verbs import Verb
from tests.faults.world import World

HANDLERS: list[tuple[Scene, Verb]] = [
    (scenes.connected, verbs.pull),
    (scenes.connected, verbs.fetch),
    (scenes.connected_with_douyin, verbs.pull_from_douyin),
    (scenes.connected_with_douyin, verbs.fetch_from_douyin),
    (scenes.changed, verbs.pull),
    (scenes.changed, verbs.fetch),
    (scenes.changed_with_douyin, verbs.pull_from_douyin),
    (scenes.shipped, verbs.report),
    (scenes.shipped_with_douyin, verbs.report_to_douyin),
    (scenes.wanted_back, verbs.report),
]
PAIRS: list[tuple[Scene, Verb, Verb]] = [
    (scenes.connected, verbs.pull, verbs.pull),
    (scenes.connected, verbs.pull, verbs.fetch),
    (scenes.changed, verbs.pull, verbs.fetch),
    (scenes.changed, verbs.pull, verbs.ship),
    (scenes.cancelled, verbs.fetch, verbs.ship),
    (scenes.cancelled, verbs.pull, verbs.cancel),
    (scenes.shipped, verbs.report, verbs.report),
    (scenes.shipped, verbs.report, verbs.pull),
    (scenes.shipped, verbs.report, verbs.sweep),
    (scenes.shipped_with_douyin, verbs.report_to_douyin, verbs.report_to_douyin),
    (scenes.wanted_back, verbs.report, verbs.pull),
]
STORMY: list[tuple[Scene, str]] = [
    (scenes.connected, "taobao"),
    (scenes.connected_with_douyin, "douyin"),
]
MENUS: dict[str, tuple[Fault, ...]] = {
    "calm": (),
    "crashes": (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.CUT_OFF),
    "silence": (Fault.UNHEARD, Fault.UNTOLD, Fault.HALF, Fault.TWICE),
    "excuses": (Fault.BUSY, Fault.DOWN, Fault.UNKNOWN, Fault.DELAY),
    "bad post": (Fault.LOSS, Fault.PARTLY, Fault.DOUBLE, Fault.LATE, Fault.CONFLICT),
}
SEEDS = 6


@pytest.mark.faults
@pytest.mark.parametrize(("scene", "verb"), HANDLERS, ids=name)
def test_a_fault_at_any_call_loses_and_doubles_nothing(
    scene: Scene, verb: Verb, database: Database, tally: Tally
) -> None:
    dry = dry_run(database, scene, verb)
    cells = test_money.cells_of(dry)

    for cell in cells:
        test_every_call.hit(database, tally, (scene, verb), dry, cell)

    assert cells


@pytest.mark.faults
@pytest.mark.parametrize(("scene", "left", "right"), PAIRS, ids=name)
def test_two_at_once_lose_and_double_nothing(
    scene: Scene, left: Verb, right: Verb, database: Database, tally: Tally
) -> None:
    for stops in test_pairs.interleavings(database, scene, left, right):
        test_pairs.meet(database, tally, (scene, left, right), stops)


@pytest.mark.faults
@pytest.mark.parametrize("menu", MENUS)
@pytest.mark.parametrize(("stage", "platform"), STORMY)
def test_a_storm_loses_and_doubles_nothing(
    stage: Scene, platform: str, menu: str, database: Database, tally: Tally
) -> None:
    """Buyers order and change their minds while what lies there is read, packed and told."""
    for seed in test_storms.SEEDS[:SEEDS]:
        with World(database, f"{platform}, {menu}", seed) as world:
            world.begin(stage)
            world.timers = {"sweep": 6, "expire": 1}
            numbers = sorted(world.markets.desks[platform].orders.by_number)
            states = ("cancelled", "shipped", "", "refunded")
            world.markets.coming = [
                (platform, number, world.chance.choice(states)) for number in numbers
            ]
            world.mishaps.begin(MENUS[menu], test_storms.MISHAPS, test_storms.SHARE)
            play(world)
            tally.judge(world, f"storms: {platform}")
