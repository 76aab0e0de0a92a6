"""Decide whether an order may go on by itself, or what holds it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from shared.domain import edit, group, ruling
from shared.domain import review as rules
from shared.domain.content import Content, PaymentState, Receiver
from shared.domain.gift import Given
from shared.domain.hold import Reason
from shared.domain.merchant import Shop
from shared.domain.order import Order, Status
from shared.domain.review import Case, Neighbour
from shared.domain.rules import facts
from shared.domain.rules.facts import Facts
from shared.domain.rules.rule import Book, Kind, Result
from shared.gateways import queues, vault
from shared.gateways.vault import Spoilt
from shared.runtime import cache, clock
from shared.store import books, breakers, campaigns, giving, merchants, orders, stock

AGAIN = frozenset({Reason.UNMAPPED, Reason.MERGEABLE})
"""Reasons whose cause may go without anybody touching the order."""
PASSING = AGAIN | {Reason.SEVERAL_ADDRESSES, Reason.SERVICE, Reason.FINANCE}
"""Reasons for which no other order of the buyer has to wait."""
MOST = 50  # other orders of a buyer that are looked at


def review(tenant: str, order_id: str) -> None:
    order = orders.get(tenant, order_id)
    if order.status is Status.HELD:
        order = _looked_again(order, clock.now())
    elif order.status is Status.RECEIVED:
        case = _case(order, clock.now())
        order = _written(order, _decided(order, case), case)
    elif order.meet:
        _wake(order)
    queues.nudge(order)


def _wake(order: Order) -> None:
    """It stands in nobody's way any more: who waits for it is looked at again."""
    for other in _met(order):
        if any(hold.reason is Reason.MERGEABLE for hold in other.holds):
            queues.later("review", {"tenant": other.tenant, "order_id": other.id})


def _looked_again(order: Order, now: str) -> Order:
    """Lift what has no cause any more. (What somebody changed just now is not in our memory.)"""
    mine = {hold.reason for hold in order.holds} & AGAIN
    if not mine or order.resume is not Status.RECEIVED:
        return order
    cache.forget()
    case = _case(order, now)
    gone = mine - {hold.reason for hold in rules.holds(case)}
    if not gone:
        return order
    free = order.lifted(tuple(gone), now)
    return _written(order, free if free.holds else _decided(free, case), case)


def _decided(order: Order, case: Case) -> Order:
    order = _mapped(order, case.shop)
    book = books.rules.current(order.tenant)
    if not book.rules:
        return _stopped_or_approved(order, case)
    order = _tagged(order, case, book)
    said = ruling.ruling(book, _facts(order, case), case.now)
    order = _stopped_or_approved(order, replace(case, ruling=said))
    return _given(order, case, book) if order.status is Status.APPROVED else order


def _stopped_or_approved(order: Order, case: Case) -> Order:
    said, found = case.ruling, rules.holds(case)
    tried: dict[str, Any] = {"tried": list(said.tried)} if said.tried else {}
    if found:
        return order.hold(found, Status.RECEIVED, case.now, **tried)
    if said.result is Result.ALERT:
        order = order.noted("alerted", case.now, rule=said.rule, note=said.note)
    return order.to(Status.APPROVED, "approved", case.now, rule=said.rule, **tried)


def _tagged(order: Order, case: Case, book: Book) -> Order:
    if not book.by_kind[Kind.TAGS]:
        return order
    found = ruling.tags(book, _facts(order, case), case.now)
    fresh = {tag: rule for tag, rule in found.items() if tag not in order.tags}
    if not fresh:
        return order
    by = list(dict.fromkeys(fresh.values()))
    marked = replace(order, tags=(*order.tags, *fresh))
    return marked.noted("tagged", case.now, tags=list(fresh), rules=by)


def _given(order: Order, case: Case, book: Book) -> Order:
    """With what is given along: nothing is looked for unless a rule gives something."""
    promises = ruling.gifts(book, _facts(order, case), case.now) if book.by_kind[Kind.GIFT] else []
    if not promises:
        return replace(order, gifts=())
    found = giving.given(order, promises, case.now)
    order = replace(order, gifts=found.lines)
    if found.lines:
        order = order.noted("gifted", case.now, gifts=_units(found), rules=list(found.rules))
    if found.short or found.spent:
        short, spent = list(found.short), list(found.spent)
        order = order.noted("not-gifted", case.now, skus=short, rules=spent)
    return order


def _units(given: Given) -> dict[str, int]:
    units: Counter[str] = Counter()
    for line in given.lines:
        units[line.sku] += line.quantity
    return dict(units)


def _facts(order: Order, case: Case) -> Facts:
    return facts.of(order, case.content, case.shop, case.items, case.now)


def _written(before: Order, after: Order, case: Case) -> Order:
    """Write the decision; what waited only for this order is looked at again."""
    written = stock.write(before, after) if before.gifts or after.gifts else orders.save(after)
    for other in case.neighbours:
        if other.waits:
            queues.later("review", {"tenant": after.tenant, "order_id": other.id})
    return written


def _case(order: Order, now: str) -> Case:
    shop = merchants.shops.known(order.tenant, order.shop) or Shop(order.shop, "")
    order = _mapped(order, shop)
    items = merchants.items_of(order.tenant, order.needs)
    return Case(
        content=_opened(order, shop),
        now=now,
        shop=shop,
        blacklisted=_blacklisted(order),
        waived=_waived(order),
        items=items,
        tripped=breakers.see(order, items, now, _trip),
        neighbours=tuple(_neighbours(order, shop)),
        formed=_formed(order),
    )


def _formed(order: Order) -> bool:
    """Whether the group is full that the order is part of; most are part of none."""
    name = group.of(order.content)
    found = campaigns.groups.find(order.tenant, name) if name else None
    return found is not None and found.state is group.State.SUCCEEDED


def _waived(order: Order) -> tuple[Reason, ...]:
    """What people set aside; nobody has to read a note that was written here."""
    if order.origin and edit.Part.NOTE in edit.ours(order):
        return (*order.waived, Reason.SELLER_NOTE)
    return order.waived


def _trip(tenant: str, sku: str) -> None:
    queues.later("halt", {"tenant": tenant, "sku": sku})


def _opened(order: Order, shop: Shop) -> Content:
    """With as much of the personal fields in clear as somebody asks for."""
    content = order.content
    receiver = _receiver(order, by_hand=rules.by_hand(content, shop))
    if not books.rules.current(order.tenant).asks("buyer_note", "seller_note"):
        return replace(content, receiver=receiver)
    notes = {name: _open(order, "notes", name) for name in ("buyer", "seller")}
    return replace(content, receiver=receiver, notes=replace(content.notes, **notes))


def _receiver(order: Order, *, by_hand: bool) -> Receiver:
    names = ("name", "phone", "address") if by_hand else ("address",)
    opened = {name: _open(order, "receiver", name) for name in names}
    return replace(order.content.receiver, **opened)


def _open(order: Order, part: str, name: str) -> str:
    sealed = getattr(getattr(order.content, part), name)
    if not sealed:
        return ""
    cipher = vault.cipher(order.tenant, merchants.tenant(order.tenant).sealed_key)
    return cipher.open(sealed, f"{order.id}/{part}.{name}")


def _neighbours(order: Order, shop: Shop) -> Iterator[Neighbour]:
    """What else the same buyer waits for, where the shop puts such orders together."""
    if not shop.merge.on or not order.meet:
        return
    for other in _met(order):
        with suppress(Spoilt):  # it will be a dead letter, and this one need not be
            yield _neighbour(order, other)


def _met(order: Order) -> Iterator[Order]:
    """The buyer's other orders; the index may still name one that is over."""
    ids = [each for each in orders.met(order.tenant, order.meet) if each != order.id]
    for other in orders.get_many(order.tenant, ids[:MOST]).values():
        if other.status not in (Status.CANCELLED, Status.CLOSED):
            yield other


def _neighbour(order: Order, other: Order) -> Neighbour:
    payment, reasons = other.content.payment, {hold.reason for hold in other.holds}
    unpaid = payment.state is not PaymentState.PAID and not payment.cod
    return Neighbour(
        other.id,
        other.number,
        _receiver(other, by_hand=False),
        mergeable=bool(order.key) and order.key == other.key,
        stuck=unpaid or bool(reasons - PASSING),
        waits=Reason.MERGEABLE in reasons,
    )


def _blacklisted(order: Order) -> tuple[str, ...]:
    entries = {(e.kind, e.mark) for e in merchants.blacklist.all_known(order.tenant)}
    marks = {"phone": order.phone_mark}
    if entries and order.content.buyer.id:
        key = merchants.tenant(order.tenant).sealed_key
        marks["buyer"] = vault.cipher(order.tenant, key).mark(order.content.buyer.id)
    return tuple(kind for kind, mark in marks.items() if (kind, mark) in entries)


def _mapped(order: Order, shop: Shop) -> Order:
    """Look again for items of lines that had none: the mapping may have come meanwhile."""
    if all(line.sku for line in order.content.lines):
        return order
    return replace(order, content=order.content.mapped(shop.skus))
