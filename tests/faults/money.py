"""What must be true of money after every run: for us, for the providers, and for the buyers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from functions.steps import settle
from shared.domain import usage
from shared.domain.aftersale import FOR_PIECES, VOID, AfterSale, Payer, State
from shared.domain.order import Order, Status
from shared.domain.payment import OFFLINE, Payment
from shared.gateways import queues
from shared.store import aftersales, orders, payments, usages
from tests.faults.world import World

FRUITLESS = {"query", "query_refund"}
"""What is asked of a provider and changes nothing there."""


def wrong(world: World) -> list[str]:
    """Everything that does not hold of money."""
    found = list(_orders(world))
    return [
        *(fault for order in found for fault in _of_order(world, order)),
        *_unknown(world, found),
        *_twice(world),
        *_used(world, found),
        *_once_more(world, found),
    ]


def came(world: World) -> Counter[str]:
    """Units of each SKU that customers have sent back, and that may be sold again."""
    sales = [sale for order in _orders(world) for sale in aftersales.of("acme", order.id)]
    units: Counter[str] = Counter()
    for each in (each for sale in sales for each in sale.came):
        units[each.sku] += each.good
    return units


def _orders(world: World) -> Iterator[Order]:
    for row in world.database.rows("orders"):
        yield from orders.from_image(row)


def _of_order(world: World, order: Order) -> Iterator[str]:
    known, sales = payments.of("acme", order.id), aftersales.of("acme", order.id)
    for payment in known:
        yield from _as_told(world, payment)
    yield from _returned(world, known, sales)
    yield from _pieces(order, sales)
    if known:
        yield from _balance(world, order, known, sales)


def _as_told(world: World, payment: Payment) -> Iterator[str]:
    """Our ledger against the provider's book, by our own number."""
    if payment.provider == OFFLINE:
        return
    ours, theirs = payment.totals, _theirs(world, payment)
    if ours.captured != theirs["captured"]:
        yield f"{payment.number}: {ours.captured} captured, the provider says {theirs}"
    if (ours.refunded, ours.refund_pending) != (theirs["refunded"], 0):
        mine = (ours.refunded, ours.refund_pending)
        yield f"{payment.number}: {mine} refunded, pending; the provider says {theirs}"
    if ours.refunded > ours.captured:
        yield f"{payment.number}: more given back than was taken"
    if payment.waits:
        yield f"{payment.number}: still waits for {payment.waits}"
    if strange := theirs["refs"] - {refund.ref for refund in payment.refunds}:
        yield f"{payment.number}: refunds that we know nothing of: {strange}"


def _theirs(world: World, payment: Payment) -> dict[str, Any]:
    book = world.banks.desks[payment.provider].book
    trade = book.trades.get(payment.number)
    done = [refund for refund in book.of(payment.number) if refund.state == "done"]
    return {
        "captured": trade.fen if trade and trade.paid_at else 0,
        "refunded": sum(refund.fen for refund in done),
        "refs": {refund.refund_no for refund in done},
    }


def _balance(
    world: World, order: Order, known: list[Payment], sales: list[AfterSale]
) -> Iterator[str]:
    """What stays with us is what the order costs, less what was agreed to."""
    captured = sum(payment.totals.captured for payment in known)
    kept = captured - sum(payment.totals.refunded for payment in known)
    agreed = sum(sale.fen - sale.cut for sale in sales if sale.state in (State.REFUNDED,))
    content = order.content
    due = content.amounts.total
    if order.status is Status.CANCELLED:
        due = content.deal.keep if content.deal else 0
    if kept != (should := min(captured, max(0, due - agreed))):
        yield f"{order.id}: {kept} kept of {captured}, and it should be {should}"
    told = sum(one.captured - one.refunded for one in content.payments)
    if told != kept:
        yield f"{order.id}: its payments say {told}, their ledger {kept}"


def _returned(world: World, known: list[Payment], sales: list[AfterSale]) -> Iterator[str]:
    """What is said to be given back is at the buyer's, and nothing stays on its way."""
    for sale in (sale for sale in sales if sale.payer is Payer.US):
        if sale.state is State.REFUNDING:
            yield f"{sale.order}-{sale.no}: stuck, its money is not back"
        refs = {r.ref for payment in known for r in payment.refunds if r.cause == sale.no}
        back = sum(
            refund.fen
            for desk in world.banks.desks.values()
            for refund in desk.book.refunds
            if refund.refund_no in refs and refund.state == "done"
        )
        if back != (sale.fen if sale.state is State.REFUNDED else 0):
            yield f"{sale.order}-{sale.no}: {sale.state}, {sale.fen} fen, {back} given back"


def _pieces(order: Order, sales: list[AfterSale]) -> Iterator[str]:
    """Each unit is given back at most once."""
    gone: Counter[int] = Counter()
    for sale in sales:
        if sale.kind in FOR_PIECES and not sale.out and sale.state not in VOID:
            gone.update(sale.pieces)
    there = {line.no: line.quantity for line in order.content.lines}
    if beyond := {no: n for no, n in gone.items() if n > there.get(no, 0)}:
        yield f"{order.id}: {beyond} given back, and there are {there}"


def _unknown(world: World, found: list[Order]) -> Iterator[str]:
    """Nobody can pay what we know nothing of."""
    ours = {p.number for order in found for p in payments.of("acme", order.id)}
    for desk in world.banks.desks.values():
        yield from (f"{number}: not ours" for number in desk.book.trades if number not in ours)


def _twice(world: World) -> Iterator[str]:
    for desk in world.banks.desks.values():
        refs = Counter(refund.refund_no for refund in desk.book.refunds)
        yield from (f"{ref}: {n} refunds of one number" for ref, n in refs.items() if n > 1)
        for number, trade in desk.book.trades.items():
            if desk.book.returned(number) > (trade.fen if trade.paid_at else 0):
                yield f"{number}: the provider gave back more than it took"


def _used(world: World, found: list[Order]) -> Iterator[str]:
    """What is limited is counted once for each order that lives, and never beyond its limit."""
    counted: Counter[str] = Counter()
    most: dict[str, int] = {}
    for order in found:
        living = {use.counter: use for use in usage.uses(order)}
        ever = usage.uses(replace(order, status=Status.RECEIVED))
        most |= {use.counter: use.most for use in ever}
        counted.update({use.counter: use.times for use in living.values()})
    there = usages.used_of("acme", list(most))
    for name, limit in most.items():
        if there.get(name, 0) != counted[name]:
            yield f"{name}: {there.get(name, 0)} counted, {counted[name]} used"
        if there.get(name, 0) > limit:
            yield f"{name}: {there[name]} used of {limit}"


def _once_more(world: World, found: list[Order]) -> Iterator[str]:
    """Settled once more, nothing is written, and no provider is asked to do anything."""
    before, asked = world.database.rows("orders"), len(world.banks.asked)
    for order in found:
        settle.settle("acme", order.id)
    queues.drop()
    if more := [on for on in world.banks.asked[asked:] if on not in FRUITLESS]:
        yield f"settled once more, providers were asked to {more}"
    if world.database.rows("orders") != before:
        yield "settled once more, something was written"
