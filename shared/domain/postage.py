"""What the buyer pays for freight, by area: for the first pieces or grams, then for each step."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from shared.domain import apportion
from shared.domain.reader import Reader

MOST_ZONES, MOST_AREAS = 100, 400
MOST_UNITS, MOST_FEE = 10**7, 10**7
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """`first_fee` fen for up to `first` units, `step_fee` for each `step` more that is begun.

    `areas`: `浙江`, `浙江/杭州`; none: wherever no other zone is. Units beyond `most` are not
    charged. Free from `free_pieces` and `free_amount` fen on, inclusive, both if both are set.
    """

    areas: tuple[str, ...] = ()
    first: int = 1
    first_fee: int = 0
    step: int = 1
    step_fee: int = 0
    most: int = 0
    free_pieces: int = 0
    free_amount: int = 0

    def fee(self, units: int) -> int:
        """In fen; of no units nothing."""
        if units <= 0:
            return 0
        charged = min(units, self.most) if self.most else units
        steps = -(-max(0, charged - self.first) // self.step)
        return self.first_fee + steps * self.step_fee

    def free(self, pieces: int, amount: int) -> bool:
        if not self.free_pieces and not self.free_amount:
            return False
        return pieces >= self.free_pieces and amount >= self.free_amount


@dataclass(frozen=True, slots=True)
class Postage:
    """With no zone at all nothing is charged; with some, nothing is sent where none of them is."""

    zones: tuple[Zone, ...] = ()
    by_weight: bool = False  # units are grams, or else pieces

    def zone(self, area: Sequence[str]) -> Zone | None:
        """The zone with the finest area that `area` (province, city ...) lies in."""
        path = _bare(tuple(area) or ("",))
        found, depth = None, -1
        for zone in self.zones:
            for size in _sizes(zone, path):
                if size > depth:
                    found, depth = zone, size
        return found

    def fee(self, area: Sequence[str], pieces: int, grams: int, amount: int) -> int | None:
        """In fen, for pieces that cost `amount` in all; None: nothing is sent there."""
        zone = self.zone(area) if self.zones else Zone()
        if zone is None:
            return None
        return 0 if zone.free(pieces, amount) else zone.fee(grams if self.by_weight else pieces)

    def shared(self, fee: int, pieces: list[int], grams: list[int]) -> list[int]:
        """Each line's part of it, by what the fee was counted by."""
        if not pieces:
            return []
        return apportion.spread(fee, grams if self.by_weight and any(grams) else pieces)


def _sizes(zone: Zone, path: Path) -> Iterator[int]:
    """How fine each of its areas is that lies on the path."""
    if not zone.areas:
        yield 0
    for area in map(_path, zone.areas):
        if path[: len(area)] == area:
            yield len(area)


def _path(area: str) -> Path:
    return _bare(tuple(area.split("/")))


@lru_cache(maxsize=2048)
def _bare(names: Path) -> Path:
    """By their short names, as rules and carriers compare areas."""
    from shared.domain.rules.facts import path_of  # rests on shops, which rest on this

    return path_of(list(names))


def read(document: Reader) -> Postage:
    zones = tuple(
        _zone(zone) for zone in document.objects("zones", limit=MOST_ZONES, required=False)
    )
    _distinct(document, zones)
    return Postage(zones, document.flag("by_weight"))


def _zone(zone: Reader) -> Zone:
    areas = zone.texts("areas", limit=MOST_AREAS)
    read_ = Zone(
        areas=areas,
        first=zone.whole("first", default=1, least=1, most=MOST_UNITS),
        first_fee=zone.whole("first_fee", most=MOST_FEE),
        step=zone.whole("step", default=1, least=1, most=MOST_UNITS),
        step_fee=zone.whole("step_fee", default=0, most=MOST_FEE),
        most=zone.whole("most", default=0, most=MOST_UNITS),
        free_pieces=zone.whole("free_pieces", default=0, most=MOST_UNITS),
        free_amount=zone.whole("free_amount", default=0),
    )
    for at, area in enumerate(areas):
        if not all(part.strip() for part in area.split("/")):
            zone.fault(f"areas[{at}]", "not-an-area")
    zone.done()
    return read_


def _distinct(document: Reader, zones: Sequence[Zone]) -> None:
    """No area may have two fees."""
    seen: set[Path] = set()
    for at, zone in enumerate(zones):
        for path in map(_path, zone.areas or ("",)):
            if path in seen:
                document.fault(f"zones[{at}].areas", "twice")
            seen.add(path)


def written(postage: Postage) -> dict[str, Any]:
    """The document that reads as it."""
    zones = [{**asdict(zone), "areas": list(zone.areas)} for zone in postage.zones]
    return {"by_weight": postage.by_weight, "zones": zones}
