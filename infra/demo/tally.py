"""What was sent, what became of it, and which orders were acknowledged by their ids."""

from collections import Counter
from dataclasses import dataclass, field

TAKEN = ("accepted", "repeated", "updated")


@dataclass(slots=True)
class Tally:
    sent: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    ids: dict[str, None] = field(default_factory=dict)  # in the order in which they came
    expected_refusals: int = 0

    def add(self, outcome: str, order_id: str = "") -> None:
        self.sent += 1
        self.outcomes[outcome] += 1
        if order_id:
            self.ids[order_id] = None

    def add_all(self, other: "Tally") -> None:
        self.sent += other.sent
        self.outcomes += other.outcomes
        self.ids |= other.ids
        self.expected_refusals += other.expected_refusals

    @property
    def sums_up(self) -> bool:
        return self.sent == self.outcomes.total()
