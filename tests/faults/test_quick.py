"""A handful of runs from each of the long tests, for every day."""

from random import Random

import pytest

from tests.faults import (
    money_casts,
    money_cells,
    test_every_call,
    test_money,
    test_pairs,
    test_storms,
)
from tests.faults.casts import Cast
from tests.faults.database import Database
from tests.faults.drills import dry_run, name
from tests.faults.scenes import Scene
from tests.faults.tally import Tally
from tests.faults.verbs import Verb

HANDLERS = [*test_every_call.HANDLERS[::5], *money_cells.HANDLERS[2::16]]
PAIRS = [*test_pairs.PAIRS[::7], *money_cells.PAIRS[::14]]


@pytest.mark.parametrize(("scene", "verb"), HANDLERS, ids=name)
def test_some_faults_at_some_calls_leave_nothing_wrong(
    scene: Scene, verb: Verb, database: Database, tally: Tally
) -> None:
    dry = dry_run(database, scene, verb)

    for at in Random(0).sample(test_every_call.cells_of(dry), 3):
        test_every_call.hit(database, tally, (scene, verb), dry, at)


@pytest.mark.parametrize(("scene", "left", "right"), PAIRS, ids=name)
def test_some_rivals_leave_nothing_wrong(
    scene: Scene, left: Verb, right: Verb, database: Database, tally: Tally
) -> None:
    for stops in test_pairs.interleavings(database, scene, left, right)[:2]:
        test_pairs.meet(database, tally, (scene, left, right), stops)


@pytest.mark.parametrize(("stage", "cast"), test_storms.CASTS[::2], ids=name)
def test_one_storm_leaves_nothing_wrong(
    stage: Scene, cast: Cast, database: Database, tally: Tally
) -> None:
    fired = test_storms.storm(database, tally, (stage, cast, "everything"), seed=1)

    assert fired


def test_one_storm_leaves_no_money_astray(database: Database, tally: Tally) -> None:
    case = money_casts.stage, money_casts.buyers

    test_money.storm(database, tally, case, ("everything", 1))
