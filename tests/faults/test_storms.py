"""Everything at once, in an order that chance chooses, while things go wrong."""

import os
from collections import Counter

import pytest

from tests.faults import casts
from tests.faults.casts import Cast
from tests.faults.course import play
from tests.faults.database import Database
from tests.faults.drills import name
from tests.faults.faults import Fault
from tests.faults.scenes import Scene
from tests.faults.tally import Tally
from tests.faults.world import World

CASTS: list[tuple[Scene, Cast]] = [
    (casts.stage_with_ears, casts.flow),
    (casts.stage, casts.scarcity),
    (casts.stage_by_hand, casts.quarrel),
    (casts.stage_by_hand, casts.same_keys),
    (casts.stage_by_hand, casts.second_thoughts),
    (casts.stage, casts.waiting),
    (casts.stage_with_ears, casts.long_story),
    (casts.stage_of_boxes, casts.sharing),
    (casts.stage_of_boxes, casts.quarrel_over_boxes),
    (casts.stage_of_boxes_for_robots, casts.sharing),
    (casts.stage_hot, casts.hot_sale),
    (casts.stage_hot_by_hand, casts.hot_quarrel),
]
MENUS: dict[str, tuple[Fault, ...]] = {
    "calm": (),
    "crashes": (Fault.CRASH_BEFORE, Fault.CRASH_AFTER),
    "cut replies": (Fault.RESET, Fault.CUT, Fault.CUT_OFF),
    "throttling": (Fault.THROTTLE, Fault.THROTTLED),
    "conflicts": (Fault.CONFLICT, Fault.CONFLICTS),
    "bad post": (Fault.LOSS, Fault.PARTLY, Fault.DOUBLE, Fault.TENFOLD, Fault.LATE),
    "disorder": (Fault.SHUFFLE, Fault.REPEAT, Fault.DEAF),
    "bad clocks": (Fault.SKEW, Fault.CRASH_AFTER),
    "everything": tuple(fault for fault in Fault if fault is not Fault.SLOW),
}
AGAIN = os.environ.get("FAULT_SEED")
SEEDS = [int(AGAIN)] if AGAIN else range(1, 21)
ENOUGH = 3  # seeds, if by then each fault of the menu has struck
MISHAPS, SHARE = 12, 0.06


@pytest.mark.faults
@pytest.mark.parametrize("menu", MENUS)
@pytest.mark.parametrize(("stage", "cast"), CASTS, ids=name)
def test_a_storm_leaves_nothing_wrong(
    stage: Scene, cast: Cast, menu: str, database: Database, tally: Tally
) -> None:
    fired: Counter[Fault] = Counter()
    wanted = set() if menu == "everything" else set(MENUS[menu])

    for seed in SEEDS:
        if seed > ENOUGH and wanted <= set(fired) and not AGAIN:
            break
        fired += storm(database, tally, (stage, cast, menu), seed)

    assert AGAIN or wanted <= set(fired)


def storm(
    database: Database, tally: Tally, case: tuple[Scene, Cast, str], seed: int
) -> Counter[Fault]:
    stage, cast, menu = case
    with World(database, f"{name(cast)}, {menu}", seed) as world:
        world.begin(stage)
        world.timers = {"sweep": 3, "expire": 3}
        cast(world)
        world.mishaps.begin(MENUS[menu], MISHAPS, SHARE)
        play(world)
        tally.judge(world, f"storms: {name(cast)}")
        return world.mishaps.fired
