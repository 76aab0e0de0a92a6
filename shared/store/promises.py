"""Orders that must leave soon: a row for each that has not, found by the clock.

Most deadlines follow from the time of placing and the hours of the shop: the clock walks over the
orders by that time, and whatever has left by then costs no write at all. Orders that must leave
earlier, or were taken in after the walk had passed, get their row from the orders' stream.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from shared.domain import promise
from shared.domain.alert import Scope
from shared.domain.delivery import Delivery
from shared.domain.lateness import KINDS, Tally
from shared.domain.merchant import Shop
from shared.domain.order import Order
from shared.domain.promise import Paces, State
from shared.runtime import clock
from shared.store import alerts, keys, merchants, orders, paces, rounds
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, connection, find, put

PAGE = 100  # orders that are read at once
DAY = 86400
KEPT = 90 * DAY  # a row that should be gone by then
FIRST = 30 * DAY  # how far back the first walk begins


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the walk over the orders of some shops has come."""

    shops: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Run:
    marks: dict[str, Mark] = field(default_factory=dict)  # by the hours of these shops
    counting: Tally = field(default_factory=Tally)  # as far as this look has come
    found: Tally = field(default_factory=Tally)  # by the newest look that came to its end
    version: int = 0


def follow(told: Iterable[Order]) -> None:
    """Write down the orders that the walk would come to too late."""
    rows = (row for order in told if promise.runs(order) for row in _apart(order))
    newest = {(row.pk, row.sk): row for row in rows}  # a batch may tell of an order twice
    with InsightRow.batch_write() as batch:
        for row in newest.values():
            batch.save(row)


def run_of(tenant: str) -> Run:
    row = find(InsightRow, keys.promises(tenant))
    return replace(unpack(row.body, Run), version=int(row.v)) if row else Run()


def walk(tenant: str, now: str) -> bool:
    """Look at a page of orders of each kind of shop whose time comes near; False at the end."""
    run, marks, more = run_of(tenant), {}, False
    for hours, shops in _hours(tenant).items():
        target = clock.later(now, (_lead(tenant) - hours) * 3600)
        mark = _walked(tenant, _begin(run, hours, shops, now), target)
        marks[str(hours)] = mark
        more |= mark.place < target
    _save(tenant, replace(run, marks=marks))
    return more


def look(tenant: str, after: str, now: str) -> str:
    """Look at a page of the rows again; where it stopped, empty at the end."""
    run, usual = run_of(tenant), paces.known(tenant)
    places = _places(tenant, after, _until(tenant, now), PAGE)
    there = _standing(tenant, places)
    _tidy(tenant, places, there)
    found = [(order, _state(order, usual, now)) for at, order in there.items() if at in places]
    tally = (run.counting if after else Tally(now)).counted(found)
    end = len(places) < PAGE
    _save(tenant, replace(run, counting=tally, found=tally if end else run.found))
    return "" if end else places[-1]


def settle(tenant: str) -> list[Delivery]:
    """Open and close the alerts by the newest look; what is given back is to be sent."""
    scope = Scope(frozenset(KINDS.values()))
    return alerts.settle(tenant, scope, run_of(tenant).found.findings())


def page(
    tenant: str, after: str, now: str, *, late: bool, limit: int
) -> tuple[list[tuple[str, Order]], str]:
    """(Place, order) of those that must leave soon, the first to leave first; where to go on.

    `late`: only those whose time has come.
    """
    places = _places(tenant, after, now if late else _until(tenant, now), limit)
    there = _standing(tenant, places)
    found = [(place, there[place]) for place in places if place in there]
    return found, places[-1] if len(places) == limit else ""


def _apart(order: Order) -> Iterator[InsightRow]:
    new = [entry for entry in order.timeline if entry.v == order.version]
    if not (changes := [entry.at for entry in new if entry.code in promise.CHANGING]):
        return
    rounds.begin(order.tenant)
    if promise.stands_apart(order, _shop(order), _lead(order.tenant), max(changes)):
        yield _row(order, _place(order))


def _hours(tenant: str) -> dict[int, tuple[str, ...]]:
    """The shops by the hours within which their orders must leave."""
    shops: dict[int, list[str]] = defaultdict(list)
    for shop in merchants.shops.all_known(tenant):
        shops[promise.hours(shop)].append(shop.id)
    return {hours: tuple(sorted(some)) for hours, some in sorted(shops.items())}


def _begin(run: Run, hours: int, shops: tuple[str, ...], now: str) -> Mark:
    """Where to go on: when a shop's hours have changed, where none was passed over yet."""
    known = run.marks.get(str(hours))
    if known and known.shops == shops:
        return known
    first = min((mark.place for mark in run.marks.values()), default=clock.later(now, -FIRST))
    return Mark(shops, first)


def _walked(tenant: str, mark: Mark, target: str) -> Mark:
    places = list(_placed(tenant, mark.place, target))
    some = _orders(tenant, places)
    mine = [order for order in some if order.shop in mark.shops and promise.runs(order)]
    _write(tenant, [], [_row(order, _place(order)) for order in mine])
    return replace(mark, place=places[-1] if len(places) == PAGE else target)


def _placed(tenant: str, after: str, target: str) -> Iterator[str]:
    """Up to a page of places (time#order) of orders placed since then."""
    left, month = PAGE, after[:7]
    while left and month <= target[:7]:
        between = (f"{after} ", target)
        found = orders.page(tenant, month, between, newest_first=False, limit=left)
        yield from found
        left -= len(found)
        month = _next(month)


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _places(tenant: str, after: str, until: str, limit: int) -> list[str]:
    connection()
    pk, _ = keys.promise(tenant, "", "")
    if after >= until:
        return []
    between = InsightRow.sk.between(f"{after} ", until)
    rows = InsightRow.query(pk, between, limit=limit, consistent_read=True)
    return [str(row.sk) for row in rows]


def _standing(tenant: str, places: list[str]) -> dict[str, Order]:
    """The orders of these rows that have not left, by the place where they belong now."""
    return {_place(order): order for order in _orders(tenant, places) if promise.runs(order)}


def _tidy(tenant: str, places: list[str], there: dict[str, Order]) -> None:
    """Take away the rows of what has left, and move those whose time has changed."""
    gone = [place for place in places if place not in there]
    moved = [_row(order, place) for place, order in there.items() if place not in places]
    _write(tenant, gone, moved)


def _orders(tenant: str, places: list[str]) -> Iterable[Order]:
    return orders.get_many(tenant, [_id(place) for place in places]).values()


def _write(tenant: str, gone: list[str], come: list[InsightRow]) -> None:
    pk, _ = keys.promise(tenant, "", "")
    with InsightRow.batch_write() as batch:
        for place in gone:
            batch.delete(InsightRow(pk, place))
        for row in come:
            batch.save(row)


def _row(order: Order, place: str) -> InsightRow:
    pk, _ = keys.promise(order.tenant, "", "")
    latest = max(place.partition("#")[0], clock.now())
    return InsightRow(pk, place, ttl=clock.epoch(latest) + KEPT)


def _place(order: Order) -> str:
    deadline = promise.ship_by(order, _shop(order))
    return keys.promise(order.tenant, deadline.at, order.id)[1]


def _state(order: Order, usual: Paces, now: str) -> State:
    deadline = promise.ship_by(order, _shop(order))
    return promise.state(deadline, promise.forecast(order, usual, now), now)


def _shop(order: Order) -> Shop | None:
    return merchants.shops.known(order.tenant, order.shop)


def _id(place: str) -> str:
    return place.rpartition("#")[2]


def _lead(tenant: str) -> int:
    return alerts.settings(tenant).promise_hours


def _until(tenant: str, now: str) -> str:
    return clock.later(now, _lead(tenant) * 3600)


def _save(tenant: str, after: Run) -> None:
    same = InsightRow.v == after.version if after.version else InsightRow.pk.does_not_exist()
    body = pack(replace(after, version=0))
    put(InsightRow(*keys.promises(tenant), v=after.version + 1, body=body), same)
