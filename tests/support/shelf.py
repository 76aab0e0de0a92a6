"""A place in memory: its counters and its ledger, changed as the store changes them."""

from dataclasses import dataclass, field, replace
from typing import Any

from shared.domain import counting
from shared.domain.counting import Seen
from shared.domain.stock import Change, Level, Posting


@dataclass
class Shelf:
    level: Level
    ledger: list[Posting] = field(default_factory=list)

    def seen(self, moment: str) -> Seen:
        return Seen(self.level, counting.recent(reversed(self.ledger), moment))

    def apply(self, change: Change, at: str) -> None:
        assert change.fed in (None, self.level.fed)
        moved: dict[str, Any] = {**change.sets}
        moved |= {n: getattr(self.level, n) + units for n, units in change.delta.items()}
        moved |= {} if change.fed is None else {"fed": change.fed + 1}
        self.level = replace(self.level, **moved)
        line = Posting(at, change.what, "-", "-", change.delta, as_of=change.as_of)
        self.ledger.append(line)
