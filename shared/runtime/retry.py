"""Try again what the engine refused for a moment, with a little chance in the waiting."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
WAITS = (0.02, 0.05, 0.1, 0.2)  # seconds; together shorter than a person notices


def conflicts(work: Callable[[], T], conflicting: Callable[[Exception], bool]) -> T:
    """Do `work`; while it fails in a way that is `conflicting`, wait a moment and do it again."""
    for wait in WAITS:
        try:
            return work()
        except Exception as error:
            if not conflicting(error):
                raise
            pause(wait)
    return work()


def pause(seconds: float) -> None:
    """Wait about that long: half to one and a half of it, so that rivals do not meet again."""
    time.sleep(seconds * (0.5 + random.random()))


def chance() -> float:
    """A number in [0, 1), for whoever needs to spread things."""
    return random.random()
