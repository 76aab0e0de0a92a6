"""Counters in memory: changes are written as the store writes them, all of them or none."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from shared.domain.errors import Short
from shared.domain.stock import Change, Level, Place


@dataclass
class Counters:
    levels: dict[Place, Level] = field(default_factory=dict)

    def put(self, sku: str, warehouse: str, lot: str = "", **units: int | str) -> None:
        place = Place(sku, warehouse, lot)
        self.levels[place] = Level(*place, **units)  # type: ignore[arg-type]

    def at(self, sku: str = "mug", warehouse: str = "hz", lot: str = "") -> Level:
        place = Place(sku, warehouse, lot)
        return self.levels.get(place, Level(*place))

    def apply(self, changes: Iterable[Change]) -> None:
        given = list(changes)
        assert len({change.place for change in given}) == len(given), "one change for each place"
        if short := [change.place for change in given if not self._can(change)]:
            raise Short(places=short)
        for change in given:
            self.levels[change.place] = self._after(change)

    def total(self) -> Counter[str]:
        """Units by counter, over all places."""
        sums: Counter[str] = Counter()
        for level in self.levels.values():
            for name in ("free", "held", "appointed", "damaged", "coming", "presold"):
                sums[name] += getattr(level, name)
        return sums

    def _can(self, change: Change) -> bool:
        after = self._after(change)
        fell = [name for name, units in change.delta.items() if units < 0]
        return change.beyond or all(getattr(after, name) >= 0 for name in fell)

    def _after(self, change: Change) -> Level:
        level = self.at(*change.place)
        moved = {name: getattr(level, name) + units for name, units in change.delta.items()}
        return replace(level, **moved, **change.sets)  # type: ignore[arg-type]
