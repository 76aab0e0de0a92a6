"""What the systematic tests share: one fault at one call, and what a handler calls at all."""

from dataclasses import dataclass

from tests.faults.database import Database
from tests.faults.faults import Fault
from tests.faults.scenes import Scene
from tests.faults.scheduler import Task
from tests.faults.verbs import Verb
from tests.faults.world import World


def name(case: Scene | Verb) -> str:
    return case.__name__.replace("_", " ")


class Nth:
    """One fault at one call of one task."""

    def __init__(self, task: Task, number: int, fault: Fault) -> None:
        self._task, self._number, self._fault = task, number, fault

    def __call__(self, task: Task) -> Fault | None:
        return self._fault if task is self._task and task.calls == self._number else None


@dataclass(frozen=True, slots=True)
class Dry:
    """What a handler calls, and how it answers, when nothing goes wrong."""

    operations: list[str]
    statuses: list[int]


def dry_run(database: Database, scene: Scene, verb: Verb) -> Dry:
    with World(database, "dry run") as world:
        world.begin(scene)
        world.mishaps.trace.clear()
        world.finish(verb(world))
        return Dry([line.rsplit(" ", 1)[1] for line in world.mishaps.trace], statuses(world))


def statuses(world: World) -> list[int]:
    return [reply.status for _, reply in world.answers]
