"""The price breaker: a burst of orders at a price that must be a mistake stops that SKU's sale."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self

from shared.domain.alert import Finding, Kind, Subject
from shared.domain.content import Line, OrderType
from shared.domain.errors import WrongState
from shared.domain.hold import Hold, Reason
from shared.domain.item import Item
from shared.domain.order import Order, Status
from shared.domain.stages import between

FREE = {OrderType.RESEND, OrderType.GIFT, OrderType.EXCHANGE}
"""Orders for which nothing is paid, with good reason."""
STOPPABLE = {
    Status.RECEIVED,
    Status.HELD,
    Status.APPROVED,
    Status.SHORT,
    Status.RESERVED,
    Status.PLANNED,
}
"""Where an order may still be held: no parcel of it has left."""


class State(StrEnum):
    ARMED = "armed"  # orders are counted, and go on
    TRIPPED = "tripped"  # no order of the SKU is approved, and its shops show 0


class Orders(StrEnum):
    """What becomes of the orders that were held, when the breaker is set back."""

    RELEASE = "release"
    KEEP = "keep"  # somebody will look at each


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    on: bool = True
    percent: int = 50  # of its usual price below which a unit is sold far too cheaply
    orders: int = 20  # that must be sold so
    minutes: int = 10  # within which they were placed


@dataclass(frozen=True, slots=True)
class Panel:
    """What every review looks at: one row for a merchant."""

    settings: BreakerSettings = BreakerSettings()
    tripped: tuple[str, ...] = ()
    version: int = 0

    def with_(self, sku: str, state: State) -> Self:
        rest = tuple(each for each in self.tripped if each != sku)
        return replace(self, tripped=(*rest, sku) if state is State.TRIPPED else rest)


class Sale(NamedTuple):
    """An order that was far too cheap, and when it was placed."""

    order: str
    at: str


@dataclass(frozen=True, slots=True)
class Breaker:
    id: str  # the SKU
    state: State = State.ARMED
    seen: tuple[Sale, ...] = ()  # those of the newest minutes; when tripped, those that tripped it
    by: str = "system"  # who brought it to this state
    at: str = ""  # when
    note: str = ""
    limits: BreakerSettings = BreakerSettings()  # those by which it tripped
    orders: Orders = Orders.KEEP
    version: int = 0

    @property
    def tripped(self) -> bool:
        return self.state is State.TRIPPED

    def saw(self, sale: Sale, limits: BreakerSettings, now: str) -> Self:
        """After one more order; the same order counts once, and one too old not at all."""
        if self.tripped or sale.order in {one.order for one in self.seen}:
            return self
        newest = max([sale.at, *(one.at for one in self.seen)])
        some = [one for one in (*self.seen, sale) if _within(one.at, newest, limits.minutes)]
        if sale not in some:
            return self
        counted = replace(self, seen=tuple(sorted(some, key=lambda one: one.at)))
        return counted.trip(now, limits=limits) if len(some) >= limits.orders else counted

    def trip(
        self, now: str, by: str = "system", note: str = "", *, limits: BreakerSettings
    ) -> Self:
        if self.tripped:
            raise WrongState(kind="breaker", id=self.id, stage=self.state.value)
        return replace(self, state=State.TRIPPED, by=by, at=now, note=note, limits=limits)

    def resume(self, now: str, by: str, note: str, orders: Orders) -> Self:
        if not self.tripped:
            raise WrongState(kind="breaker", id=self.id, stage=self.state.value)
        set_back = replace(self, state=State.ARMED, seen=(), by=by, at=now, note=note)
        return replace(set_back, orders=orders)

    def findings(self) -> list[Finding]:
        if not self.tripped:
            return []
        figures: dict[str, Any] = {"orders": len(self.seen), "by": self.by}
        figures |= {"percent": self.limits.percent, "minutes": self.limits.minutes}
        return [Finding(Kind.PRICE_BREAKER, Subject(self.id), figures)]


def usual_price(item: Item) -> int:
    """Fen for a unit; 0 where nobody said."""
    return item.price or max(item.floor_price, item.cost)


def cheap(order: Order, items: Mapping[str, Item], percent: int) -> set[str]:
    """The SKUs that an order buys for less than so much of their usual price."""
    if order.content.type in FREE:
        return set()
    return {line.sku for line in order.content.lines if _cheap(line, items.get(line.sku), percent)}


def parts(sku: str, items: Mapping[str, Item]) -> set[str]:
    """The SKU itself, and what it is made of if it is a kit."""
    item = items.get(sku)
    return {sku, *(item.part_skus if item else ())}


def stopped(order: Order, items: Mapping[str, Item], tripped: Collection[str]) -> set[str]:
    """Those of `tripped` that an order would need."""
    wanted = set().union(*(parts(line.sku, items) for line in order.lines))
    return wanted.intersection(tripped)


def stopping(order: Order, items: Mapping[str, Item], tripped: Collection[str]) -> frozenset[str]:
    """The SKUs of its lines for which an order is stopped; what holds it already still does."""
    held = {sku for one in order.holds if one.reason is Reason.BREAKER for sku in one.args["skus"]}
    if not tripped:
        return frozenset(held)
    here = (line.sku for line in order.lines if parts(line.sku, items) & set(tripped))
    return frozenset(held.union(here))


def held(order: Order, sku: str, now: str) -> Order:
    """The order, stopped for this SKU; itself where it is already, or may pass."""
    mine = any(hold.reason is Reason.BREAKER for hold in order.holds)
    if mine or Reason.BREAKER in order.waived or order.status not in STOPPABLE:
        return order
    resume = order.resume if order.status is Status.HELD else order.status
    return order.hold((Hold(Reason.BREAKER, {"skus": [sku]}),), resume, now)


def _cheap(line: Line, item: Item | None, percent: int) -> bool:
    """A line that costs nothing is a present of the channel."""
    if item is None or line.gift or not line.amount:
        return False
    return line.paid * 100 < usual_price(item) * line.quantity * percent


def _within(at: str, newest: str, minutes: int) -> bool:
    return between(at, newest) <= minutes * 60_000
