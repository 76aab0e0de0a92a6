"""Who takes a parcel, for how much, and why: carriers, their tariffs and where they go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, Protocol, Self

from shared.domain.content import Receiver
from shared.domain.hold import Hold, Reason
from shared.domain.loads import Freight
from shared.domain.merchant import Shop
from shared.domain.order import Order
from shared.domain.place import Tariff, Warehouse
from shared.domain.rules.facts import path_of
from shared.domain.rules.rule import Book, Kind, Rule, Send

Path = tuple[str, ...]
"""Province, city, district, town, by their short names; what is shorter means all of it."""
KILOGRAM = 1000
SOMETIME = 10**6  # days, where nobody says how long it takes


@dataclass(frozen=True, slots=True)
class Zone:
    """What it costs and how long it takes from a warehouse to some areas."""

    tariff: Tariff
    areas: tuple[str, ...] = ()  # `浙江`, `浙江/杭州`; empty = wherever no other zone is
    warehouse: str = ""  # empty = from all that have no zones of their own
    days: int = 0  # on the way; 0 = not known


@dataclass(frozen=True, slots=True)
class Suspension:
    """From `since` to before `until` nothing goes to an area; an empty end is open."""

    area: str = ""  # empty = anywhere
    since: str = ""
    until: str = ""
    note: str = ""

    def on(self, now: str) -> bool:
        return self.since <= now and (not self.until or now < self.until)


@dataclass(frozen=True, slots=True)
class Carrier:
    """With no zone at all nobody knows what it costs, and it goes everywhere."""

    id: str
    name: str
    cod: bool = True  # takes the money from the receiver where that is asked
    zones: tuple[Zone, ...] = ()
    divisor: int = 0  # cubic centimetres that count as a kilogram; 0 = only the weight counts
    remote: dict[str, int] = field(default_factory=dict)  # area -> fen more
    unreached: tuple[str, ...] = ()  # areas
    suspensions: tuple[Suspension, ...] = ()
    most_weight: int = 0  # grams of a parcel; 0 = any
    active: bool = True

    def zones_from(self, warehouse: str) -> tuple[Zone, ...]:
        own = tuple(zone for zone in self.zones if zone.warehouse == warehouse)
        return own or tuple(zone for zone in self.zones if not zone.warehouse)

    def chargeable(self, grams: int, volume: int) -> int:
        """The greater of what it weighs, and what its size counts as."""
        return max(grams, -(-volume * KILOGRAM // self.divisor)) if self.divisor else grams


@dataclass(frozen=True, slots=True)
class Journey:
    """Where something goes; `only`: the carriers that may take it (none: all)."""

    path: Path
    cod: bool
    now: str
    only: tuple[str, ...] = ()

    @classmethod
    def of(cls, order: Order, shop: Shop | None, now: str) -> Self:
        forced = order.carrier or order.content.carrier
        only = (forced,) if forced else shop.carriers if shop else ()
        return cls(path_to(order.content.receiver), order.content.payment.cod, now, only)

    def within(self, areas: Iterable[str]) -> str | None:
        """The finest of these areas that it goes to."""
        mine = [area for area in areas if self.path[: len(_path(area))] == _path(area)]
        return max(mine, key=lambda area: len(_path(area)), default=None)


@dataclass(frozen=True, slots=True)
class Quote:
    carrier: str
    fen: int
    days: int = 0  # 0 = not known
    known: bool = True  # by a tariff; or else it costs nothing that we know of


@dataclass(frozen=True, slots=True)
class Refusal:
    """`why`: unreachable, suspended, too-heavy, no-cod, inactive, no-tariff, not-for-shop."""

    carrier: str
    why: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A parcel that needs a carrier."""

    order: Order
    warehouse: Warehouse
    grams: int
    volume: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """`why` is what the history keeps of the choice; empty where there was none to make."""

    carrier: str
    fen: int = 0
    grams: int = 0
    days: int = 0
    why: dict[str, Any] = field(default_factory=dict)


class Desk(Protocol):
    """What of the planner's desk is looked at."""

    @property
    def now(self) -> str: ...
    @property
    def shop(self) -> Shop | None: ...
    @property
    def carriers(self) -> Mapping[str, Carrier]: ...
    @property
    def book(self) -> Book: ...
    def first(self, kind: Kind, order: Order, **more: Any) -> Rule | None: ...


def path_to(receiver: Receiver) -> Path:
    return path_of([receiver.province, receiver.city, receiver.district, receiver.town])


def quote(
    carrier: Carrier, warehouse: Warehouse, journey: Journey, grams: int, volume: int
) -> Quote | Refusal:
    offer = _offer(carrier, warehouse, journey)
    return offer if isinstance(offer, Refusal) else offer.quote(grams, volume)


def candidates(warehouse: Warehouse, journey: Journey) -> tuple[str, ...]:
    """The carriers that may take something from here, the usual one first.

    A warehouse that names none but its usual one takes whichever the shop names.
    """
    usual = warehouse.carriers or (warehouse.carrier,)
    only = journey.only
    if not only:
        return usual
    return tuple(name for name in usual if name in only) or (() if warehouse.carriers else only)


def priced(warehouses: Iterable[Warehouse], carriers: Mapping[str, Carrier]) -> bool:
    """Whether anybody knows what it costs to send something from these warehouses."""
    return any(carrier.zones for carrier in carriers.values()) or any(
        warehouse.tariff != Tariff() for warehouse in warehouses
    )


def freight(
    warehouses: Iterable[Warehouse], carriers: Mapping[str, Carrier], journey: Journey
) -> Freight:
    """What the best carrier of each warehouse takes; what was asked once is remembered."""
    offers = {
        warehouse.id: [
            offer
            for name in candidates(warehouse, journey)
            if isinstance(offer := _offer(_named(name, carriers), warehouse, journey), _Offer)
        ]
        for warehouse in warehouses
    }

    @cache
    def fee(warehouse: str, grams: int, volume: int) -> int | None:
        quotes = (offer.quote(grams, volume) for offer in offers[warehouse])
        able = [quote for quote in quotes if isinstance(quote, Quote)]
        return min(able, key=_cheaper).fen if able else None

    return fee


def fee(wanted: Wanted, name: str, desk: Desk) -> int | None:
    """What a carrier that was chosen before takes now; None if it would not take it today."""
    journey = replace(Journey.of(wanted.order, desk.shop, desk.now), only=())
    carrier = _named(name, desk.carriers)
    found = quote(carrier, wanted.warehouse, journey, wanted.grams, wanted.volume)
    return found.fen if isinstance(found, Quote) else None


def choose(wanted: Wanted, desk: Desk) -> Chosen | Hold:
    """The carrier of a parcel: the one set by hand, or by the channel; or by a rule; or the best.

    The first two are never replaced: if they cannot take it, or if nobody can, that is a hold.
    """
    order, warehouse = wanted.order, wanted.warehouse
    rule = desk.first(Kind.CARRIER, order, warehouse=warehouse.id, grams=wanted.grams)
    if not rule and _plain(wanted, desk):
        return Chosen(warehouse.carrier, warehouse.tariff.fee(wanted.grams), wanted.grams)
    asking = _Asking(wanted, desk, Journey.of(order, desk.shop, desk.now))
    if order.carrier:
        return asking.only(order.carrier, {"by": "hand"})
    if order.content.carrier:
        return asking.only(order.content.carrier, {"by": "channel"})
    if rule and isinstance(rule.then, Send) and (quote := asking.ask(rule.then.carrier)):
        return asking.chosen(quote, {"by": "rule", "rule": rule.mark(desk.book)})
    return asking.best()


def _plain(wanted: Wanted, desk: Desk) -> bool:
    """Whether there is nothing to choose from."""
    order, shop = wanted.order, desk.shop
    named = order.carrier or order.content.carrier or wanted.warehouse.carriers
    return not (named or desk.carriers or (shop and shop.carriers))


@dataclass(slots=True)
class _Asking:
    """Carriers asked for one parcel, and what each has answered."""

    wanted: Wanted
    desk: Desk
    journey: Journey
    answers: dict[str, Quote | Refusal] = field(default_factory=dict)

    def ask(self, name: str) -> Quote | None:
        if name not in self.answers:
            self.answers[name] = self._answer(name)
        answer = self.answers[name]
        return answer if isinstance(answer, Quote) else None

    def only(self, name: str, by: dict[str, Any]) -> Chosen | Hold:
        quote = self.ask(name)
        return self.chosen(quote, by) if quote else self._stopped(name)

    def best(self) -> Chosen | Hold:
        """The cheapest; of one that is late or urgent, the fastest."""
        warehouse, hurry = self.wanted.warehouse, self._hurry()
        quotes = [q for name in candidates(warehouse, self.journey) if (q := self.ask(name))]
        if not quotes:
            return self._stopped(warehouse.carrier)
        return self.chosen(
            min(quotes, key=_faster if hurry else _cheaper), {"by": "speed" if hurry else "cost"}
        )

    def chosen(self, quote: Quote, by: dict[str, Any]) -> Chosen:
        lost = [_lost(answer) for name, answer in self.answers.items() if name != quote.carrier]
        plain = by["by"] in ("cost", "speed") and not lost
        told = {**by, **_told(quote), **({"lost": lost} if lost else {})}
        return Chosen(
            quote.carrier, quote.fen, self.wanted.grams, quote.days, {} if plain else told
        )

    def _stopped(self, usual: str) -> Chosen | Hold:
        """Nobody takes it: a hold, unless a person has let it go all the same."""
        if Reason.UNREACHABLE in self.wanted.order.waived:
            return Chosen(usual, 0, self.wanted.grams)
        refused = {name: a.why for name, a in self.answers.items() if isinstance(a, Refusal)}
        area = "".join(self.journey.path[:3])
        return Hold(Reason.UNREACHABLE, {"carriers": refused, "area": area})

    def _answer(self, name: str) -> Quote | Refusal:
        if self.journey.only and name not in self.journey.only:
            return Refusal(name, "not-for-shop")
        carrier, wanted = _named(name, self.desk.carriers), self.wanted
        return quote(carrier, wanted.warehouse, self.journey, wanted.grams, wanted.volume)

    def _hurry(self) -> bool:
        order = self.wanted.order
        due = order.promise or order.content.ship_by
        return order.urgent or bool(due and due <= self.desk.now)


def _cheaper(quote: Quote) -> tuple[bool, int, int]:
    """What costs nothing that we know of goes last: that is no price."""
    return not quote.known, quote.fen, quote.days or SOMETIME


def _faster(quote: Quote) -> tuple[int, bool, int]:
    return quote.days or SOMETIME, not quote.known, quote.fen


def _told(quote: Quote) -> dict[str, Any]:
    """A quote as the history keeps it."""
    fen = {"fen": quote.fen} if quote.known else {}
    return {"carrier": quote.carrier, **fen, **({"days": quote.days} if quote.days else {})}


def _lost(answer: Quote | Refusal) -> dict[str, Any]:
    if isinstance(answer, Quote) and answer.known:
        return _told(answer)
    why = answer.why if isinstance(answer, Refusal) else "unpriced"
    return {"carrier": answer.carrier, "why": why}


def _named(name: str, carriers: Mapping[str, Carrier]) -> Carrier:
    """One that nobody has told us of goes anywhere."""
    return carriers.get(name) or Carrier(name, name)


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a carrier takes for anything that goes one way."""

    carrier: Carrier
    tariff: Tariff
    more: int = 0  # for a remote area
    days: int = 0
    known: bool = True

    def quote(self, grams: int, volume: int) -> Quote | Refusal:
        if self.carrier.most_weight and grams > self.carrier.most_weight:
            return Refusal(self.carrier.id, "too-heavy", {"most": self.carrier.most_weight})
        fee = self.tariff.fee(self.carrier.chargeable(grams, volume))
        return Quote(self.carrier.id, fee + self.more, self.days, self.known)


def _offer(carrier: Carrier, warehouse: Warehouse, journey: Journey) -> _Offer | Refusal:
    if refusal := next(_refusals(carrier, journey), None):
        return refusal
    area = journey.within(carrier.remote)
    more = carrier.remote[area] if area is not None else 0
    if not carrier.zones:
        known = bool(more) or warehouse.tariff != Tariff()
        return _Offer(carrier, warehouse.tariff, more, 0, known)
    zones = carrier.zones_from(warehouse.id)
    found = [(depth, zone) for zone in zones if (depth := _depth(zone, journey)) is not None]
    if not found:
        return Refusal(carrier.id, "unreachable" if zones else "no-tariff")
    zone = max(found, key=lambda each: each[0])[1]
    return _Offer(carrier, zone.tariff, more, zone.days)


def _depth(zone: Zone, journey: Journey) -> int | None:
    """How finely a zone names where it goes; None if it does not go there."""
    if not zone.areas:
        return 0
    area = journey.within(zone.areas)
    return None if area is None else len(_path(area))


def _refusals(carrier: Carrier, journey: Journey) -> Iterator[Refusal]:
    if not carrier.active:
        yield Refusal(carrier.id, "inactive")
    if (area := journey.within(carrier.unreached)) is not None:
        yield Refusal(carrier.id, "unreachable", {"area": area})
    for each in carrier.suspensions:
        anywhere = not each.area or journey.within([each.area]) is not None
        if anywhere and each.on(journey.now):
            yield Refusal(carrier.id, "suspended", {"until": each.until, "note": each.note})
    if journey.cod and not carrier.cod:
        yield Refusal(carrier.id, "no-cod")


@lru_cache(maxsize=8192)
def _path(area: str) -> Path:
    return path_of(area.split("/"))
