"""What was run and what went wrong in it: the table at the end."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults import invariants
from tests.faults.course import settle
from tests.faults.faults import Fault
from tests.faults.world import World

WIDE = 42
EVERY = 50  # runs between two lines of progress


@dataclass
class Line:
    runs: int = 0
    fired: Counter[Fault] = field(default_factory=Counter)
    violations: int = 0
    stuck: int = 0


class Tally:
    def __init__(self, say: Callable[[str], None]) -> None:
        self.lines: dict[str, Line] = {}
        self._say, self._began, self._runs = say, time.monotonic(), 0

    def judge(self, world: World, scene: str) -> None:
        """End a run: let it come to rest, and look whether anything is not as it must be."""
        settle(world)
        stuck, broken = invariants.stuck(world), invariants.broken(world)
        line = self.lines.setdefault(scene, Line())
        line.runs += 1
        line.fired += world.mishaps.fired
        line.stuck += len(stuck)
        line.violations += len(broken)
        self._progress()
        if stuck or broken:
            raise AssertionError(_story(world, [*stuck, *broken]))

    def table(self) -> list[str]:
        kinds = [kind for kind in Fault if any(line.fired[kind] for line in self.lines.values())]
        total = Line()
        for line in self.lines.values():
            total.runs += line.runs
            total.fired += line.fired
            total.violations += line.violations
            total.stuck += line.stuck
        rows = [*self.lines.items(), ("all", total)]
        head = f"{'scene':{WIDE}} {'runs':>6} {'faults':>7} {'violations':>10} {'stuck':>6}"
        shown = [
            f"{scene:{WIDE}} {x.runs:6} {x.fired.total():7} {x.violations:10} {x.stuck:6}"
            for scene, x in rows
        ]
        fired = [f"{kind.value:{WIDE}} {total.fired[kind]:6}" for kind in kinds]
        seconds = f"{time.monotonic() - self._began:.0f} s"
        return [head, *shown, "", "faults that fired, by kind", *fired, "", seconds]

    def _progress(self) -> None:
        self._runs += 1
        if self._runs % EVERY == 0:
            fired = sum(line.fired.total() for line in self.lines.values())
            seconds = time.monotonic() - self._began
            self._say(f"{self._runs} runs, {fired} faults fired, {seconds:.0f} s")


def _story(world: World, found: list[str]) -> str:
    fired = (
        ", ".join(f"{n} x {kind.value}" for kind, n in world.mishaps.fired.items()) or "no faults"
    )
    again = f"to see it again: FAULT_SEED={world.seed}"
    return "\n  ".join(
        [f"{world}: {fired}; {again}", *found, "", "the last calls:", *world.mishaps.trace[-60:]]
    )
