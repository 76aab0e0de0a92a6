"""What must be true after every run, whatever went wrong on the way."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from shared.domain import event, unrouted
from shared.domain.content import PaymentState
from shared.domain.delivery import Delivery, DeliveryState
from shared.domain.flow import simulated
from shared.domain.merge import Merge
from shared.domain.order import Entry, Order, Status
from shared.domain.stock import Place, folded
from shared.store import days, ledgers, orders
from shared.store.pack import unpack
from shared.store.unrouted import Units
from tests.faults import markets, money
from tests.faults.clients import Ask, final
from tests.faults.world import World
from tests.support.build import Reply
from tests.support.parcels import doubled, misplaced

ENDS = {Status.SHIPPED, Status.SIGNED, Status.COMPLETED, Status.CANCELLED, Status.CLOSED}
DONE = {  # what an acknowledged request leaves in the order's history
    "cancel": {"cancelled"},
    "ship": {"shipped", "part-shipped"},
    "hold": {"held"},
    "edit": {"edited"},
    "cut": {"part-cancelled", "cancelled"},
    "resend": {"resent"},
    "release": {"released"},
    "update": {"updated", "amended", "held", "cancelled"},
    "merge": {"merged"},
    "undo": {"unmerged"},
    "weigh": {"weighed"},
    "ship-boxes": {"shipped"},
    "open": {"after-sale-opened"},
    "agree": {"after-sale-agreed", "intercept-asked", "after-sale-changed"},
    "approve": {"after-sale-agreed"},
    "intercepted": {"intercepted"},
    "receive": {"goods-back"},
}
NOUGHT = {"N": "0"}
ONCE = {"accepted", "cancelled", "shipped"}


def stuck(world: World) -> list[str]:
    """Orders that neither ended nor wait for a reason that somebody can see."""
    free, stopped = _free(world), {m.id for m in _merges(world) if m.stopped}
    return [
        f"{o.id} stuck: {o.status}"
        for o in _orders(world)
        if o.merge not in stopped and not _at_rest(o, free)
    ]


def broken(world: World) -> list[str]:
    """Every other invariant that does not hold."""
    found = _orders(world)
    return [
        *world.surprises,
        *_stock(world, found),
        *_goods(found),
        *doubled(found),
        *misplaced(found, _merges(world)),
        *_histories(world, found),
        *_answers(world, {order.id: order for order in found}),
        *_counted(world),
        *_waiting(world, found),
        *_delivered(world),
        *money.wrong(world),
        *markets.wrong(world.markets),
    ]


def _orders(world: World) -> list[Order]:
    rows = world.database.rows("orders")
    return [order for row in rows for order in orders.from_image(row)]


def _merges(world: World) -> list[Merge]:
    rows = world.database.rows("stock")
    found = [row for row in rows if "#merge#" in row["pk"]["S"]]
    return [unpack(b64decode(row["body"]["B"]), Merge) for row in found]


def _at_rest(order: Order, free: Counter[tuple[str, str]]) -> bool:
    match order.status:
        case Status.HELD:
            return bool(order.holds)
        case Status.SHORT:
            return any(_there(order, free, sku) < units for sku, units in order.needs.items())
        case Status.PLANNED | Status.SHIPPING:
            return not simulated(order)
    return order.status in ENDS


def _there(order: Order, free: Counter[tuple[str, str]], sku: str) -> int:
    """Units that the order could take: of one warehouse if a person chose that."""
    chosen = order.warehouse
    return sum(n for (of, at), n in free.items() if of == sku and chosen in ("", at))


def _free(world: World) -> Counter[tuple[str, str]]:
    free: Counter[tuple[str, str]] = Counter()
    for place, (units, _) in _counters(world).items():
        free[place.sku, place.warehouse] += units
    return free


def _counters(world: World) -> dict[Place, tuple[int, int]]:
    """(Free, held) of each place."""
    return {
        Place(row["pk"]["S"].split("#")[1], *row["sk"]["S"].split("#")[1:]): (
            int(row.get("free", NOUGHT)["N"]),
            int(row.get("held", NOUGHT)["N"]),
        )
        for row in world.database.rows("stock")
        if row["sk"]["S"].startswith("at#")
    }


def _stock(world: World, found: list[Order]) -> Iterator[str]:
    """Conserved, never negative, and each held unit held by exactly one order."""
    held: Counter[Place] = Counter()
    units: Counter[str] = Counter()
    for place, counters in _counters(world).items():
        if min(counters) < 0:
            yield f"{place}: counter below zero {counters}"
        sums = folded(ledgers.read(world.merchant.id, place))
        if (sums["free"], sums["held"]) != counters:
            yield f"{place}: {counters} counted, the ledger says {sums}"
        held[place.root] += counters[1]  # what a bucket held is the counter's after a sale
        units[place.sku] += sum(counters)
    for order in found:
        for place, holding in order.holding.items():
            held[place.root] -= holding
        for place, sent in order.sent.items():
            units[place.sku] += sent
    for place, difference in held.items():
        if difference:
            yield f"{place}: {difference} units held that no order holds"
    given = world.given + money.came(world)
    for sku in units | given:
        if units[sku] != given[sku]:
            yield f"{sku}: {given[sku]} units given, {units[sku]} found"


def _goods(found: list[Order]) -> Iterator[str]:
    """An order with parcels has the goods of its lines in them, and no others."""
    for order in (order for order in found if order.parcels):
        wanted = Counter({line.no: line.quantity for line in order.lines})
        packed: Counter[int] = Counter()
        for parcel in order.parcels:
            for source in parcel.sources:
                packed[source.line] += source.quantity
        if not packed == wanted == _by_line(order):
            yield f"{order.id}: {dict(wanted)} wanted, {dict(packed)} packed"


def _by_line(order: Order) -> Counter[int]:
    units: Counter[int] = Counter()
    for source in order.sources:
        units[source.line] += source.quantity
    return units


def _histories(world: World, found: list[Order]) -> Iterator[str]:
    """Every version was written for a reason that its history names, and was told once."""
    numbers = Counter(order.number for order in found)
    yield from (f"{number}: {n} orders" for number, n in numbers.items() if n > 1)
    for order in found:
        entries = orders.timeline(order.tenant, order.id)
        if [entry.seq for entry in entries] != list(range(1, len(entries) + 1)):
            yield f"{order.id}: history out of order"
        reasons = {entry.v for entry in entries} | _of_payments(world, order)
        if reasons != set(range(1, order.version + 1)):
            yield f"{order.id}: versions without a reason"
        if set(world.changes.versions[order.id]) != set(range(1, order.version + 1)):
            yield f"{order.id}: versions that the stream never told"
        yield from _once(order, entries)


def _of_payments(world: World, order: Order) -> set[int]:
    """Versions in which only its payments stand otherwise: those have their own history."""
    known = world.changes.versions[order.id]
    return {v for v in known if v - 1 in known and _bare(known[v]) == _bare(known[v - 1])}


def _bare(order: Order) -> Order:
    """Without its payments, and what is made up from them."""
    payment = replace(order.content.payment, state=PaymentState.UNPAID)
    content = replace(order.content, payments=(), payment=payment, paid_at="")
    return replace(order, version=0, content=content)


def _once(order: Order, entries: tuple[Entry, ...]) -> Iterator[str]:
    codes = Counter(entry.code for entry in entries)
    yield from (f"{order.id}: {code} {codes[code]} times" for code in ONCE if codes[code] > 1)
    if order.status in (Status.CANCELLED, Status.CLOSED) and +order.holding:
        yield f"{order.id}: {order.status} and still holding stock"


def _answers(world: World, found: dict[str, Order]) -> Iterator[str]:
    """What was acknowledged is there; one answer for each key; no bug shows as a 500."""
    given: dict[str, Reply] = {}
    for ask, reply in world.answers:
        if reply.status == 500:
            yield f"{ask.verb}: 500"
        first = given.get(ask.key or ask.order_id)
        if ask.key and first and final(reply) and _said(reply) != _said(first):
            yield f"{ask.verb} {ask.key}: {_said(first)}, then {_said(reply)}"
        if reply.status < 300:
            given.setdefault(ask.key or ask.order_id, reply)
            if ask.order_id:
                yield from _kept(ask, found.get(ask.order_id))


def _kept(ask: Ask, order: Order | None) -> Iterator[str]:
    if order is None:
        yield f"{ask.order_id}: acknowledged and lost"
    elif wanted := DONE.get(ask.verb):
        codes = {entry.code for entry in orders.timeline(order.tenant, order.id)}
        if not codes & wanted:
            yield f"{order.id}: {ask.verb} acknowledged, and nothing came of it"


def _counted(world: World) -> Iterator[str]:
    """Each event counts once in the counters of its day."""
    events = world.changes.events()
    expected: Counter[str] = Counter()
    for one in events:
        expected.update(event.counts(one))
    counted: Counter[str] = Counter()
    for day in {one.day for one in events}:
        counted.update(days.read("acme", day))
        counted.update(days.stages_of("acme", day))
    if expected != counted:
        yield f"counters {dict(counted - expected)} too many, {dict(expected - counted)} too few"


def _waiting(world: World, found: list[Order]) -> Iterator[str]:
    """What orders wait for is known of each that does, and of no other."""
    expected = {
        (sku, order.id): units
        for order in found
        for sku, units in unrouted.units(order, {}).items()
    }
    rows = [row for row in world.database.rows("insight") if "#unrouted#" in row["pk"]["S"]]
    there = {
        (row["pk"]["S"].split("#")[2], row["sk"]["S"]): unpack(b64decode(row["body"]["B"]), Units)
        for row in rows
    }
    if expected != (known := {at: waits.units for at, waits in there.items()}):
        yield f"orders wait for {expected}, known are {known}"


def _delivered(world: World) -> Iterator[str]:
    """One delivery for each event and each receiver that wants it, and it was heard."""
    rows = [r for r in world.database.rows("insight") if "#deliveries#" in r["pk"]["S"]]
    there = [unpack(b64decode(row["body"]["B"]), Delivery) for row in rows]
    found = Counter((delivery.event, delivery.webhook) for delivery in there)
    expected = Counter(
        (one.id, webhook.id)
        for one in world.changes.events()
        for webhook in world.webhooks
        if not webhook.events or f"order.{one.name}" in webhook.events
    )
    if found != expected:
        yield f"deliveries: {len(found - expected)} too many, {len(expected - found)} too few"
    for delivery in there:
        heard = world.receiver.heard[f"https://{delivery.webhook}.example/", delivery.event]
        if delivery.state is not DeliveryState.DONE or not heard:
            yield f"delivery {delivery.id}: {delivery.state}, heard {heard} times"


def _said(reply: Reply) -> str:
    return f"{reply.status} {reply.body}"
