"""How many units of a SKU a shop may still sell, and how that comes about."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain import lots
from shared.domain.item import Item, Part, Pick
from shared.domain.stock import Level

NAMES = (
    "sellable", "on_hand", "free", "held", "appointed", "appointed_here", "safety",
    "damaged", "expired", "inbound", "presold", "unrouted",
)  # fmt: skip
"""The figures that a push rule's formula may name."""


class Form(StrEnum):
    SAFE = "safe"  # each warehouse by itself, less its safety stock, never less than none
    PLAIN = "plain"  # all warehouses together, safety stock included


@dataclass(frozen=True, slots=True)
class Terms:
    form: Form = Form.SAFE
    inbound: bool = False  # units that are on their way and promised to nobody count
    presale: int | None = None  # but never more than so many are sold ahead; None = all of them


@dataclass(frozen=True, slots=True)
class Standing:
    """One warehouse's units, without those of lots that may not be sold any more."""

    warehouse: str
    on_hand: int = 0
    held: int = 0
    appointed: int = 0
    appointed_here: int = 0  # of those, set aside for the very shop that asks
    safety: int = 0
    damaged: int = 0
    expired: int = 0  # on hand too, but in lots that may not be sold
    coming: int = 0
    presold: int = 0

    @property
    def free(self) -> int:
        return self.on_hand - self.held - self.appointed

    def open_to(self, form: Form) -> int:
        """Units that this warehouse gives the shop."""
        shared = self.free if form is Form.PLAIN else max(0, self.free - self.safety)
        return shared + self.appointed_here


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is known of one SKU in one shop. Those of a kit follow from its parts'."""

    sellable: int = 0
    on_hand: int = 0
    free: int = 0
    held: int = 0
    appointed: int = 0
    appointed_here: int = 0
    safety: int = 0
    damaged: int = 0
    expired: int = 0
    inbound: int = 0
    presold: int = 0
    unrouted: int = 0
    kind: str = Form.SAFE  # of the sum: a form, "kit-all" or "kit-one"
    steps: str = ""  # the sum, written out

    def named(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in NAMES}


def standings(
    levels: Iterable[Level],
    item: Item | None,
    warehouses: Collection[str],
    now: str,
    appointed_here: Mapping[str, int],
) -> list[Standing]:
    """What lies at `now` in these warehouses; `appointed_here`: units set aside, by warehouse."""
    found: dict[str, Standing] = {}
    for level in levels:
        if level.warehouse in warehouses:
            safety = item.safety_at(level.warehouse) if item else 0
            before = found.get(level.warehouse, Standing(level.warehouse, safety=safety))
            found[level.warehouse] = _with(before, level, lots.sellable(level, item, now))
    return [
        replace(at, appointed_here=min(appointed_here.get(at.warehouse, 0), at.appointed))
        for _, at in sorted(found.items())
    ]


def available(some: Iterable[Standing], terms: Terms) -> int:
    """What there is to sell before the orders that wait are taken off."""
    given = list(some)
    return sum(at.open_to(terms.form) for at in given) + _ahead(given, terms)


def figures(some: Sequence[Standing], terms: Terms, unrouted: int) -> Figures:
    """`unrouted`: units of orders that were accepted and hold no stock yet."""
    return Figures(
        sellable=max(0, available(some, terms) - unrouted),
        on_hand=_sum(some, "on_hand"),
        free=_sum(some, "free"),
        held=_sum(some, "held"),
        appointed=_sum(some, "appointed"),
        appointed_here=_sum(some, "appointed_here"),
        safety=_sum(some, "safety"),
        damaged=_sum(some, "damaged"),
        expired=_sum(some, "expired"),
        inbound=_sum(some, "coming") + _sum(some, "presold"),
        presold=_sum(some, "presold"),
        unrouted=unrouted,
        kind=terms.form,
        steps=_written_out(some, terms, unrouted),
    )


def of_kit(kit: Item, parts: Mapping[str, Figures], unrouted: int = 0) -> Figures:
    """A kit of all parts has as many as its scarcest part makes; one of any, what all make.

    `unrouted` are pieces of the kit itself: orders of a kit of all parts wait for the parts.
    """
    together: Callable[[Iterable[int]], int] = min if kit.pick is Pick.ALL else sum
    made = {
        name: together(getattr(parts[part.sku], name) // part.quantity for part in kit.parts)
        for name in NAMES
    }
    if kit.pick is Pick.ONE:
        made |= {"sellable": max(0, made["sellable"] - unrouted), "unrouted": unrouted}
    steps = ", ".join(_made(part, parts[part.sku]) for part in kit.parts)
    less = f", -{unrouted}" if kit.pick is Pick.ONE and unrouted else ""
    return Figures(**made, kind=f"kit-{kit.pick}", steps=steps + less)


def sharing(shop: str, serving: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The shops whose orders may take from a warehouse of `shop`, itself among them.

    `serving`: by shop, the warehouses that serve it.
    """
    own = set(serving.get(shop, ()))
    return frozenset(other for other, given in serving.items() if own & set(given)) | {shop}


def _with(at: Standing, level: Level, sellable: bool) -> Standing:
    at = replace(
        at,
        damaged=at.damaged + level.damaged,
        coming=at.coming + level.coming,
        presold=at.presold + level.presold,
    )
    if not sellable:
        return replace(at, expired=at.expired + level.on_hand)
    return replace(
        at,
        on_hand=at.on_hand + level.on_hand,
        held=at.held + level.held,
        appointed=at.appointed + level.appointed,
    )


def _ahead(some: Iterable[Standing], terms: Terms) -> int:
    """Units on their way that may be sold before they are here."""
    given = list(some)
    coming = _sum(given, "coming") if terms.inbound else 0
    if terms.presale is None:
        return coming
    return max(0, min(coming, terms.presale - _sum(given, "presold")))


def _sum(some: Iterable[Standing], name: str) -> int:
    return sum(getattr(at, name) for at in some)


def _written_out(some: Sequence[Standing], terms: Terms, unrouted: int) -> str:
    """`W1 100-10-5-20=65, W2 8-3-0-10=-5→0, -12`"""
    ahead = _ahead(some, terms)
    parts = [_difference(at, terms.form) for at in some]
    parts += [f"+{ahead}"] if ahead else []
    parts += [f"-{unrouted}"] if unrouted else []
    return ", ".join(parts) or "0"


def _difference(at: Standing, form: Form) -> str:
    safe = form is Form.SAFE
    left = at.free - at.safety if safe else at.free
    text = f"{at.warehouse} {at.on_hand}-{at.held}-{at.appointed}"
    text += f"-{at.safety}={left}" if safe else f"={left}"
    text += "→0" if safe and left < 0 else ""
    return text + (f"+{at.appointed_here}" if at.appointed_here else "")


def _made(part: Part, of: Figures) -> str:
    return f"{part.sku} {of.sellable}÷{part.quantity}={of.sellable // part.quantity}"
