"""What orders of the past would have become by a book of rules: the whole way, nothing written.

What stops an order does not end its way here: it is taken to be let go later, so that what two
books cost can be compared. Only what can never leave as it is has no parcels.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from shared.domain import gift, lots, merge, merging, planning, review, routing, ruling, sites
from shared.domain.content import Content
from shared.domain.errors import Stopped
from shared.domain.gift import Grant
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.order import Order, Parcel, Status
from shared.domain.planning import Desk
from shared.domain.review import Case
from shared.domain.routing import Cover, Free
from shared.domain.rules import facts
from shared.domain.rules.facts import Facts
from shared.domain.rules.rule import Book, Join, Kind, Result
from shared.domain.sites import Terms

SHORT = "short"
EXAMPLES = 20
Taken = Counter[str]
"""How many orders each limited gift went to, by rule and day."""
Json = dict[str, Any]


class Telling(Protocol):
    """What a book made of an order, and by which of its rules."""

    @property
    def order(self) -> Order: ...
    @property
    def told(self) -> Json: ...
    @property
    def rules(self) -> tuple[str, ...]: ...


Made = TypeVar("Made", bound=Telling)
In = TypeVar("In", contravariant=True)


class Adding(Protocol[In]):
    """Sums of what a book makes of many orders."""

    def add(self, outcome: In, cost: Callable[[str], int]) -> None: ...
    @property
    def told(self) -> Json: ...


@dataclass(frozen=True, slots=True)
class Past:
    """An order, and what was known of it. `desk.now` is its own time, or the one that is asked.

    `content`: what the review needs of its personal fields is in clear. `free`: what may be had
    now, and what the order itself had.
    """

    order: Order
    content: Content
    desk: Desk
    free: Free
    covers: dict[Any, Cover | None] = field(default_factory=dict)  # what was found once


@dataclass(frozen=True, slots=True)
class Outcome:
    """`order`: with its parcels, if it got any."""

    order: Order
    holds: tuple[str, ...] = ()
    alert: bool = False
    rules: tuple[str, ...] = ()  # those that decided, by their marks
    boxes: int = 0  # of a box that orders share, only the first of them counts it
    met: tuple[str, ...] = ()  # numbers of the orders that share its boxes

    @property
    def told(self) -> Json:
        """What can be compared with the same order's by another book."""
        order = self.order
        return {
            "holds": list(self.holds),
            "alert": self.alert,
            "tags": list(order.tags),
            "gifts": {line.sku: line.quantity for line in order.gifts},
            "parcels": [_told(parcel) for parcel in order.parcels],
            "merged_with": [number for number in self.met if number != order.number],
        }


def _told(parcel: Parcel) -> Json:
    return {"warehouse": parcel.warehouse, "carrier": parcel.carrier, "freight": parcel.freight}


def came(order: Order) -> str:
    """When an order could be reviewed first, whenever somebody told us of it."""
    return order.content.paid_at or order.content.placed_at


def replay(some: Sequence[Past], book: Book, taken: Taken) -> list[Outcome]:
    """What becomes of these by `book`, in their order; `taken` is counted on."""
    found = [_alone(past, book, taken) for past in some]
    return _together(some, found, book)


# --- one order by itself ---------------------------------------------------------


def _alone(past: Past, book: Book, taken: Taken) -> Outcome:
    desk = replace(past.desk, book=book)
    order = _tagged(_fresh(past.order), past, book)
    known = _facts(order, past)
    said = ruling.ruling(book, known, desk.now)
    case = Case(
        content=past.content,
        now=desk.now,
        shop=desk.shop or Shop(order.shop, ""),
        blacklisted=_blacklisted(past.order),
        items=desk.items,
        ruling=said,
    )
    holds = [hold.reason.value for hold in review.holds(case)]
    order, marks = _given(order, past, known, book, taken)
    order, more = _planned(order, past, desk)
    stops = tuple(hold.args["rule"] for hold in said.holds)
    return Outcome(
        order,
        tuple(dict.fromkeys((*holds, *more))),
        said.result is Result.ALERT,
        tuple(dict.fromkeys((said.rule, *stops, *marks))),
        len(order.parcels),
    )


def _fresh(order: Order) -> Order:
    """As it came, but with what people have set by hand."""
    by_rule = {tag for entry in order.timeline for tag in _tags(entry.code, entry.args)}
    return replace(
        order,
        status=Status.APPROVED,
        tags=tuple(tag for tag in order.tags if tag not in by_rule),
        holds=(),
        waived=(),
        gifts=(),
        sources=(),
        parcels=(),
        timeline=(),
        merge="",
        meeting=False,
    )


def _tags(code: str, args: Json) -> list[str]:
    return args.get("tags", []) if code == "tagged" else []


def _tagged(order: Order, past: Past, book: Book) -> Order:
    if not book.by_kind[Kind.TAGS]:
        return order
    found = ruling.tags(book, _facts(order, past), past.desk.now)
    return replace(order, tags=tuple(dict.fromkeys((*order.tags, *found))))


def _facts(order: Order, past: Past) -> Facts:
    return facts.of(order, past.content, past.desk.shop, past.desk.items, past.desk.now)


def _blacklisted(order: Order) -> tuple[str, ...]:
    """What matched when it came: that does not hang on rules."""
    held = (hold for e in order.timeline if e.code == "held" for hold in e.args.get("holds", ()))
    matched = (hold.get("matched", ()) for hold in held if hold["reason"] == "blacklist")
    return tuple(next(matched, ()))


def _given(
    order: Order, past: Past, known: Facts, book: Book, taken: Taken
) -> tuple[Order, tuple[str, ...]]:
    """With its gifts, and by which rules it has them."""
    if not book.by_kind[Kind.GIFT]:
        return order, ()
    names = [warehouse.id for warehouse in past.desk.warehouses]

    def there(lines: tuple[Any, ...]) -> bool:
        return not routing.missing(routing.wants(lines, dict(past.desk.items)), names, past.free)

    def room(grant: Grant) -> bool:
        return taken[_slot(grant)] < grant.limit

    now = past.desk.now
    found = gift.given(order, ruling.gifts(book, known, now), lots.day(now), there, room)
    order = replace(order, gifts=found.lines)
    taken.update(_slot(grant) for grant in gift.grants(order))
    return order, found.rules


def _slot(grant: Grant) -> str:
    return f"{grant.rule}|{grant.day}"


def _planned(order: Order, past: Past, desk: Desk) -> tuple[Order, tuple[str, ...]]:
    """With its parcels; or with none, and why."""
    try:
        terms = sites.terms(order, desk)
    except Stopped as stopped:
        return order, (stopped.figures["hold"].reason.value,)
    cover = _cover(terms, past)
    if cover is None:
        return order, (SHORT,)
    reserved = replace(order, status=Status.RESERVED, sources=cover.sources)
    after = planning.planned(reserved, desk)
    return after, tuple(hold.reason.value for hold in after.holds)


def _cover(terms: Terms, past: Past) -> Cover | None:
    """Two books mostly route alike, and to search takes the longest of all."""
    asked = (terms.order.gifts, terms.strategy, tuple(w.id for w in terms.warehouses))
    if asked not in past.covers:
        wants = routing.wants(terms.order.lines, dict(past.desk.items))
        past.covers[asked] = sites.chosen(terms, wants, past.free)
    return past.covers[asked]


# --- orders that share boxes -------------------------------------------------------


def _together(some: Sequence[Past], found: list[Outcome], book: Book) -> list[Outcome]:
    """The same, where those that meet in time go into boxes together."""
    after = {outcome.order.id: outcome for outcome in found}
    by_key: dict[tuple[str, str], list[tuple[Past, Outcome]]] = {}
    for past, outcome in zip(some, found, strict=True):
        if outcome.order.key and outcome.order.parcels and not _barred(outcome, past, book):
            by_key.setdefault((past.order.shop, past.order.key), []).append((past, outcome))
    for alike in by_key.values():
        for group in _meeting(alike):
            after.update(_joined(group, replace(group[0][0].desk, book=book)))
    return [after[outcome.order.id] for outcome in found]


def _barred(outcome: Outcome, past: Past, book: Book) -> bool:
    desk = replace(past.desk, book=book)
    if desk.shop is None or outcome.holds:
        return True
    rule = desk.first(Kind.MERGE, outcome.order)
    refused = rule is not None and isinstance(rule.then, Join) and not rule.then.merge
    virtual = all(item and item.virtual for item in map(desk.items.get, outcome.order.needs))
    return refused or bool(merging.bars(outcome.order, desk.shop, desk.now, virtual=virtual))


def _meeting(alike: list[tuple[Past, Outcome]]) -> Iterator[list[tuple[Past, Outcome]]]:
    """Those that come while the first of them waits, up to the shop's limit."""
    rest = sorted(alike, key=lambda pair: came(pair[0].order))
    while len(rest) > 1:
        terms = merging.terms(rest[0][0].desk.shop)
        end = _later(came(rest[0][0].order), terms.buffer)
        first = rest[0][1].order
        group = [
            (past, outcome)
            for past, outcome in rest
            if came(past.order) < end and not merging.apart(first, outcome.order, terms)
        ][: terms.limit]
        if len(group) > 1:
            yield group
        ids = {first.id, *(outcome.order.id for _, outcome in group)}
        rest = [pair for pair in rest if pair[1].order.id not in ids]


def _later(moment: str, minutes: int) -> str:
    later = datetime.fromisoformat(moment) + timedelta(minutes=minutes)
    return later.isoformat(timespec="milliseconds")


def _joined(group: list[tuple[Past, Outcome]], desk: Desk) -> dict[str, Outcome]:
    """As many of them as share boxes, planned as one order."""
    known = {outcome.order.id: outcome for _, outcome in group}
    items = {sku: item for past, _ in group for sku, item in past.desk.items.items()}
    desk, found = replace(desk, items=items), [outcome.order for outcome in known.values()]
    while len(found) > 1:
        whole = planning.planned(merge.joint(found), desk)
        sharing = merge.sharing(found, whole, split=merging.terms(desk.shop).split)
        if len(sharing) == len(found):
            dealt = merge.dealt(found, whole, found[0].id, items)
            met = tuple(order.number for order in dealt)
            boxes = Counter(min(s.line // merge.STEP for s in p.sources) for p in whole.parcels)
            return {
                one.id: replace(known[one.id], order=one, boxes=boxes[at], met=met)
                for at, one in enumerate(dealt)
            }
        found = sharing
    return {}


# --- what it all comes to ------------------------------------------------------------


@dataclass(slots=True)
class Sums:
    """Money in fen. What has no parcels brings nothing, and costs nothing."""

    orders: int = 0
    held: int = 0  # orders
    reasons: Counter[str] = field(default_factory=Counter)
    alerts: int = 0
    merged: int = 0  # orders
    parcels: int = 0
    freight: int = 0
    gifts: Counter[str] = field(default_factory=Counter)  # units
    gift_cost: int = 0
    paid: int = 0
    cost: int = 0

    def add(self, outcome: Outcome, cost: Callable[[str], int]) -> None:
        """`cost`: fen that a unit of a SKU costs."""
        order = outcome.order
        self.orders += 1
        self.held += bool(outcome.holds)
        self.reasons.update(outcome.holds)
        self.alerts += outcome.alert
        if not order.parcels:
            return
        self.merged += bool(outcome.met)
        self.parcels += outcome.boxes
        self.freight += sum(parcel.freight for parcel in order.parcels)
        self.paid += order.content.amounts.total
        self.cost += sum(cost(line.sku) * line.quantity for line in order.content.lines)
        for line in order.gifts:
            self.gifts[line.sku] += line.quantity
            self.gift_cost += cost(line.sku) * line.quantity

    @property
    def told(self) -> Json:
        return {
            "orders": self.orders,
            "held": self.held,
            "reasons": dict(sorted(self.reasons.items())),
            "alerts": self.alerts,
            "merged": self.merged,
            "parcels": self.parcels,
            "freight": self.freight,
            "gifts": dict(sorted(self.gifts.items())),
            "gift_cost": self.gift_cost,
            "paid": self.paid,
            "cost": self.cost,
            "margin": self.paid - self.cost - self.freight - self.gift_cost,
        }


def costs(items: Iterable[Item]) -> Callable[[str], int]:
    """What a unit of a SKU costs: of a kit that has no price of its own, its parts together."""
    known = {item.id: item for item in items}

    def cost(sku: str) -> int:
        item = known.get(sku)
        if item is None:
            return 0
        parts = ((known.get(part.sku), part.quantity) for part in item.parts)
        return item.cost or sum(part.cost * units for part, units in parts if part)

    return cost


def compared(
    before: Sequence[Made],
    after: Sequence[Made],
    items: Iterable[Item],
    sums: Callable[[], Adding[Made]],
) -> Json:
    """What the same orders come to by two books, where they differ, and some that do."""
    cost = costs(items)
    was, is_ = _summed(before, sums(), cost), _summed(after, sums(), cost)
    differing = list(_examples(before, after))
    return {
        "before": was,
        "after": is_,
        "difference": {name: _less(was[name], value) for name, value in is_.items()},
        "changed": len(differing),
        "examples": differing[:EXAMPLES],
    }


def _summed(outcomes: Iterable[Made], sums: Adding[Made], cost: Callable[[str], int]) -> Json:
    for outcome in outcomes:
        sums.add(outcome, cost)
    return sums.told


def _less(before: Any, after: Any) -> Any:
    """What comes or goes; of what is counted by name, only what differs."""
    if not isinstance(after, dict):
        return after - before
    names = sorted(before.keys() | after.keys())
    gaps = {name: after.get(name, 0) - before.get(name, 0) for name in names}
    return {name: gap for name, gap in gaps.items() if gap}


def _examples(before: Sequence[Telling], after: Sequence[Telling]) -> Iterator[Json]:
    """Orders that the two books make something else of."""
    for one, other in zip(before, after, strict=True):
        was, is_ = one.told, other.told
        if changes := [name for name in was if was[name] != is_[name]]:
            yield {
                "id": one.order.id,
                "shop": one.order.shop,
                "number": one.order.number,
                "placed_at": one.order.content.placed_at,
                "changes": changes,
                "before": {**was, "rules": list(one.rules)},
                "after": {**is_, "rules": list(other.rules)},
            }
