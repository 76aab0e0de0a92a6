"""Time that passes only when something happens, and work that waits in it."""

from collections.abc import Generator
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar

T = TypeVar("T")
Work = Generator[float, None, T]
"""Yields the seconds for which it waits."""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Work[None]]] = []
        self._number = count()  # of two things at the same moment, the earlier planned comes first

    def start(self, at: float, work: Work[None]) -> None:
        heappush(self._due, (at, next(self._number), work))

    def run(self) -> None:
        """Until nothing is left to do."""
        while self._due:
            self.now, _, work = heappop(self._due)
            wait = next(work, None)
            if wait is not None:
                self.start(self.now + wait, work)
