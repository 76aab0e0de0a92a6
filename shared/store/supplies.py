"""What units can be taken from now, for whoever takes them by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.domain import picking
from shared.domain.picking import Supply, Units, Want
from shared.domain.stock import Level, Place
from shared.runtime import clock
from shared.store import merchants, sourcing


@dataclass(frozen=True, slots=True)
class Picked:
    """Units by place, the levels as they were read, and where stock may fall below nought."""

    units: dict[Place, int]
    levels: dict[Place, Level]
    endless: set[str]


def pick(tenant: str, wants: Sequence[Want], counter: str, own: Units | None = None) -> Picked:
    """Choose the lots where none is named, or raise Short with the lines that lack units.

    `counter` is what gives the units; `own` are those taken already.
    """
    had = own or {}
    skus = sorted({want.sku for want in wants} | {place.sku for place in had})
    known, endless = levels(tenant, skus), _endless(tenant)
    items = merchants.items_of(tenant, skus)
    supply = Supply(list(known.values()), items, counter, clock.now())
    units = picking.picked(wants, had, supply)
    more = {place: n - had.get(place, 0) for place, n in units.items()}
    if lacks := supply.lacks(more, endless):
        raise picking.short_of(wants, lacks)
    return Picked(units, known, endless)


def levels(tenant: str, skus: Iterable[str]) -> dict[Place, Level]:
    """Every level of these SKUs, by its place."""
    found = (level for sku in sorted(set(skus)) for level in sourcing.levels(tenant, sku))
    return {level.place: level for level in found}


def _endless(tenant: str) -> set[str]:
    return {w.id for w in merchants.warehouses.all_known(tenant) if w.negative}
