"""How many orders are late or will be, by where they wait, and what is told of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.domain import stages
from shared.domain.alert import Finding, Kind, Subject
from shared.domain.order import Order
from shared.domain.promise import State

KINDS = {State.LATE: Kind.PROMISE_LATE, State.BREACH: Kind.PROMISE_RISK}


@dataclass(frozen=True, slots=True)
class Tally:
    """Orders counted one by one; groups are `late#warehouse#shop`, one of the two is empty."""

    at: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    def counted(self, found: list[tuple[Order, State]]) -> "Tally":
        counts, groups = Counter(self.counts), Counter(self.groups)
        for order, state in found:
            counts[state.value] += 1
            groups[_group(order, state)] += 1
        return Tally(self.at, dict(counts), dict(groups))

    def findings(self) -> Iterator[Finding]:
        """One for each warehouse, or each shop whose orders have none yet."""
        for group, number in self.groups.items():
            state, warehouse, shop = group.split("#")
            if kind := KINDS.get(State(state)):
                yield Finding(kind, Subject("", warehouse, "", shop), {"orders": number})


def _group(order: Order, state: State) -> str:
    warehouse = stages.warehouse(order)
    return f"{state}#{warehouse}#{'' if warehouse else order.shop}"
