"""What goes wrong in one run: as a plan says, call by call, or now and then by chance."""

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from tests.faults.faults import RARE, Fault, fits
from tests.faults.scheduler import Task

OFTEN = 0.3  # how likely a mishap is where it can only happen in few places
OUTAGES = (BotoCoreError, ClientError, PynamoDBException)
Plan = Callable[[Task], Fault | None]


class Mishaps:
    def __init__(self, chance: Random) -> None:
        self.fired: Counter[Fault] = Counter()
        self.trace: list[str] = []  # every call, by whom, and what went wrong at it
        self.plan: Plan | None = None
        self._chance = chance
        self._menu: frozenset[Fault] = frozenset()
        self._left, self._share = 0, 0.0

    def begin(self, menu: Iterable[Fault], most: int, share: float) -> None:
        """From now on each fault of `menu` may strike, at a share of the calls that it fits."""
        self._menu, self._left, self._share = frozenset(menu), most, share

    def end(self) -> None:
        self.plan, self._menu = None, frozenset()

    def at(self, task: Task, operation: str) -> Fault | None:
        """What goes wrong at this call."""
        fault = self._planned(task) if self.plan else self._by_chance(operation)
        self.trace.append(f"{task.name} {task.calls} {operation} {fault or ''}".rstrip())
        return fault

    def strikes(self, fault: Fault) -> bool:
        """Whether chance lets `fault` happen here and now."""
        share = OFTEN if fault in RARE else self._share
        if fault not in self._menu or not self._left or self._chance.random() >= share:
            return False
        self._left -= 1
        self.fired[fault] += 1
        return True

    def _planned(self, task: Task) -> Fault | None:
        fault = self.plan(task) if self.plan else None
        if fault:
            self.fired[fault] += 1
        return fault

    def _by_chance(self, operation: str) -> Fault | None:
        able = [fault for fault in sorted(self._menu) if fits(fault, operation)]
        fault = self._chance.choice(able) if able else None
        return fault if fault and self.strikes(fault) else None


class Surprises(logging.Handler):
    """Keeps what the product logs as failed for a reason that is none of our faults."""

    def __init__(self, surprises: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._surprises = surprises

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, OUTAGES):
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{where.filename}:{where.lineno}"
            self._surprises.append(f"{record.getMessage()}: {error!r} at {place}")
