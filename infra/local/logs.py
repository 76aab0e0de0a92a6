"""The logs of a stack's processes, as one or as one stream."""

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from infra.local.home import Home

LOOK = 0.3  # seconds between two looks at a quiet log


def known(home: Home) -> list[str]:
    return sorted(log.stem for log in home.logs.glob("*.log"))


def lines(home: Home, processes: list[str], last: int, *, follow: bool) -> Iterator[str]:
    """The last lines of each log; with `follow` also those to come, until interrupted."""
    width = max(map(len, processes), default=0) if len(processes) > 1 else 0
    tails = [_Tail(home.log(process), width) for process in processes]
    for tail in tails:
        yield from deque(tail.more(), maxlen=last)
    while follow:
        time.sleep(LOOK)
        for tail in tails:
            yield from tail.more()


class _Tail:
    """One log, and how much of it was shown."""

    def __init__(self, log: Path, width: int) -> None:
        self._log = log
        self._name = f"{log.stem:{width}}  " if width else ""
        self._at = 0

    def more(self) -> list[str]:
        with self._log.open(errors="replace") as file:
            if self._log.stat().st_size < self._at:  # put aside when the process began again
                self._at = 0
            file.seek(self._at)
            found = file.read()
            self._at = file.tell()
        return [self._name + line for line in found.splitlines()]
