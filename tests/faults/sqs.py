"""Queues that do what a queue may do: lose, double, reorder, deliver again, give up."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from tests.faults.faults import Fault

BATCH, MOST_RECEIVES = 10, 5
Strikes = Callable[[Fault], bool]


@dataclass(frozen=True, slots=True)
class Message:
    body: str
    receives: int = 0


class Queues:
    def __init__(self, chance: Random, strikes: Strikes) -> None:
        self.waiting: dict[str, list[Message]] = defaultdict(list)
        self.dead: list[Message] = []
        self._chance, self._strikes = chance, strikes

    def send(self, queue: str, bodies: list[str]) -> None:
        for body in bodies:
            self.waiting[queue] += [Message(body)] * self._copies()

    def names(self) -> list[str]:
        return [name for name, messages in self.waiting.items() if messages]

    def take(self, queue: str) -> list[Message]:
        """Receive up to a batch; it is hidden from others until it is given back."""
        waiting = self.waiting[queue]
        if len(waiting) > 1 and self._strikes(Fault.SHUFFLE):
            self._chance.shuffle(waiting)
        batch = [replace(m, receives=m.receives + 1) for m in waiting[:BATCH]]
        self.waiting[queue] = waiting[BATCH:]
        if self._strikes(Fault.LATE):
            self.back(queue, batch)
        return batch

    def back(self, queue: str, messages: list[Message]) -> None:
        """What was not done is seen again; what was tried too often is put aside."""
        for message in messages:
            spent = message.receives >= MOST_RECEIVES
            (self.dead if spent else self.waiting[queue]).append(message)

    def _copies(self) -> int:
        if self._strikes(Fault.DOUBLE):
            return 2
        return 10 if self._strikes(Fault.TENFOLD) else 1
