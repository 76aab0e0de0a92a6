"""Take an order in, once, however often it is sent."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from shared.domain import edit, intake, merging, partial
from shared.domain.aftersale import VOID
from shared.domain.content import ChannelState, Content, differences, personal
from shared.domain.errors import Conflict, Differs, Fault, Full, Invalid, Short, Stopped, faulty
from shared.domain.hold import Hold, Reason
from shared.domain.intake import Draft
from shared.domain.merchant import Shop, dialled
from shared.domain.order import RENEWABLE, Order, Status, id_for
from shared.domain.routing import MOST_COUNTERS, Cover
from shared.domain.stock import Place
from shared.gateways import queues, vault
from shared.gateways.vault import Cipher
from shared.runtime import clock
from shared.store import aftersales, merchants, orders, sourcing, stock
from shared.store.table import Put, Update

ASIDE = ("version", "paid_at", "payments", "tags", "extra", "invoice", "notes.seller", "ship_by")
"""What may change at any time without looking at the order anew."""
MARKS = "marks"
AFTERWARDS = (*ASIDE, "payment.", "notes.", "state", MARKS)
"""What may still change once parcels are on their way."""


Units = Counter[Place]


class StockMode(StrEnum):
    LATER = "later"  # the order gets its stock on its way, like any other
    NOW = "now"  # an order that cannot have its stock at once is refused
    SKIP = "skip"  # history: stored and closed, no stock is touched


@dataclass(frozen=True, slots=True)
class Manner:
    """How an order is to be taken; `keep`: see `intake.read`."""

    now: str
    by: str
    keep: bool = False
    stock: StockMode = StockMode.LATER


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one order: `outcome` is accepted, repeated or updated."""

    order: Order
    outcome: str
    dropped: tuple[Fault, ...] = ()


def accept(tenant: str, document: Any, manner: Manner, there: Order | None = None) -> Taken:
    """Read, check and write one order; its id follows from tenant, shop and number.

    `there`: the order, where the caller knows it. Raises Invalid with every fault, Differs with
    every difference.
    """
    draft = read(tenant, document, manner)
    if there:
        return _again(there, draft, cipher(tenant), manner.now)
    try:
        return take(tenant, draft, manner)
    except Conflict:
        there = orders.get(tenant, id_for(tenant, draft.shop, draft.number))
        return _again(there, draft, cipher(tenant), manner.now)


def take(tenant: str, draft: Draft, manner: Manner, *beside: Put | Update) -> Taken:
    """Write an order that was read, with what is `beside` it; raise Conflict if it is there.

    Also where others were faster and had the last of something that it was to have.
    """
    order = _created(new(tenant, draft, cipher(tenant), manner), manner.stock, beside)
    queues.nudge(order)
    return Taken(order, "accepted", draft.dropped)


def again(order: Order, said: Callable[[Content], Content], now: str) -> Taken:
    """Somebody who knows no more than what is `said` of it sends an order once more."""
    own = cipher(order.tenant)
    before = opened(order.origin or order.content, own, order.id)
    return _again(order, Draft(order.shop, order.number, said(before)), own, now)


def rehearse(
    tenant: str, documents: Sequence[Any], manner: Manner
) -> Iterator[tuple[int, Invalid]]:
    """(Place, why) of each order that could not be taken together with the others."""
    promised: dict[str, Units] = {}
    for at, document in enumerate(documents):
        try:
            draft = read(tenant, document, manner)
            if manner.stock is StockMode.NOW:
                _promise(tenant, draft, manner, promised)
        except Invalid as invalid:
            yield at, invalid


def _promise(tenant: str, draft: Draft, manner: Manner, promised: dict[str, Units]) -> None:
    """Note the stock that an order would take, if it is new: what is repeated takes none."""
    order = new(tenant, draft, cipher(tenant), manner)
    if order.status is not Status.RECEIVED or order.id in promised:
        return
    if orders.find_order(tenant, order.id) is None:
        gone = sum(promised.values(), Counter[Place]())
        try:
            promised[order.id] = _sourced(order, sourcing.cover(order, gone)).holding
        except Short as short:
            raise _lacking(order, short.figures["lines"]) from short


def read(tenant: str, document: Any, manner: Manner) -> Draft:
    """Read one order and check it against the tenant's shops; nothing is written."""
    draft = intake.read(document, latest=clock.later(manner.now, intake.SKEW), keep=manner.keep)
    shop = merchants.shops.known(tenant, draft.shop)
    if shop is None:
        raise faulty("shop", "unknown-shop")
    if not shop.active:
        raise faulty("shop", "closed-shop")
    if shop.currency != draft.content.currency:
        raise faulty("currency", "currency", expected=shop.currency)
    return draft


def _created(order: Order, mode: StockMode, beside: Sequence[Put | Update]) -> Order:
    """Write a new order, with its stock if it must have that at once."""
    if mode is StockMode.NOW and order.status is Status.RECEIVED:
        return _with_stock(order, beside)
    return _written(order, beside) if order.content.deal else orders.create(order)


def _written(order: Order, beside: Sequence[Put | Update]) -> Order:
    """Together with all that it takes; before, it had nothing."""
    content = replace(order.content, deal=None)
    try:
        return stock.write(replace(order, content=content, sources=()), order, None, *beside)
    except Full as full:  # no other warehouse has more of what there is so much of
        raise Conflict(order=order.id) from full


def _with_stock(order: Order, beside: Sequence[Put | Update]) -> Order:
    try:
        return sourcing.taken(order, lambda cover, _: _written(_sourced(order, cover), beside))
    except Stopped as stopped:
        raise faulty("lines", "not-served", reasons=[stopped.figures["hold"].reason]) from stopped
    except Short as short:
        if orders.find_order(order.tenant, order.id):  # its own stock may be what is missing
            raise Conflict(order=order.id) from short
        raise _lacking(order, short.figures["lines"]) from short


def _sourced(order: Order, cover: Cover) -> Order:
    sourced = replace(order, sources=cover.sources)
    if len(sourced.holding) > MOST_COUNTERS:  # taken with the order itself, so in one write
        raise faulty("lines", "too-many", limit=MOST_COUNTERS)
    return sourced


def _lacking(order: Order, lines: list[int]) -> Invalid:
    faults = (
        Fault(f"lines[{at}]", "short", {"needed": order.needs[line.sku]})
        for at, line in enumerate(order.lines)
        if line.no in lines
    )
    return Invalid(faults=tuple(faults))


def new(tenant: str, draft: Draft, cipher: Cipher, manner: Manner) -> Order:
    """A first order of its number; nothing is written."""
    order_id = id_for(tenant, draft.shop, draft.number)
    content = _mapped(draft, tenant)
    order = Order(
        tenant=tenant,
        id=order_id,
        shop=draft.shop,
        number=draft.number,
        received_at=manner.now,
        since=manner.now,
        content=sealed(content, cipher, order_id),
        digest=_digest(draft.content, cipher),
        phone_mark=_phone_mark(content, cipher),
    ).noted(
        "accepted", manner.now, manner.by, lines=len(content.lines), total=content.amounts.total
    )
    if content.deal:
        order = _explained(order, manner)
    skip = manner.stock is StockMode.SKIP
    if skip or content.state not in (ChannelState.OPEN, ChannelState.PARTLY):
        why = "imported" if skip else f"seen-{content.state.value}"
        return order.to(Status.CLOSED, "closed", manner.now, why=why)
    if content.state is ChannelState.PARTLY:  # people know what is left of it
        return order.hold((Hold(Reason.SHIPPED_ELSEWHERE),), order.status, manner.now)
    return merging.marked(order, content, _shop(order), cipher.mark)


def _explained(order: Order, manner: Manner) -> Order:
    """With what made the price that we computed ourselves."""
    lines, deal = order.content.lines, order.content.deal
    offs = [off for line in lines if line.priced for off in line.priced.offs]
    return order.noted(
        "priced",
        manner.now,
        manner.by,
        quote=deal.quote if deal else "",
        less=sum(off.fen for off in offs),
        rules=list(dict.fromkeys(off.promotion for off in offs)),
    )


def _again(order: Order, draft: Draft, cipher: Cipher, now: str) -> Taken:
    """The order is there already: the same is repeated, a newer version taken, others refused."""
    changed = (
        {} if order.digest == _digest(draft.content, cipher) else _changed(order, draft, cipher)
    )
    if not changed:
        queues.nudge(order)
        return Taken(order, "repeated")
    if draft.content.version <= order.content.version:
        shown = {name: {"was": was, "is": is_} for name, (was, is_) in changed.items()}
        raise Differs(order=order.id, fields=sorted(changed), differences=shown)
    return _update(order, draft, sorted(changed), cipher, now)


def _changed(order: Order, draft: Draft, cipher: Cipher) -> dict[str, tuple[str, str]]:
    """What the channel says otherwise than before; our own mapping of SKUs is left aside."""
    old = opened(order.origin or order.content, cipher, order.id)
    given = {line.no: line.sku for line in draft.content.lines}
    lines = (replace(line, sku=line.sku if given.get(line.no) else "") for line in old.lines)
    return differences(replace(old, lines=tuple(lines)), draft.content)


def _update(order: Order, draft: Draft, fields: list[str], cipher: Cipher, now: str) -> Taken:
    """Take over a newer version of the platform as far as the order's state allows.

    What we edited stays so, unless the channel changed the same part.
    """
    told, edits = _mapped(draft, order.tenant), edit.ours(order)
    mine = opened(order.content, cipher, order.id) if edits else told
    content, lost = edit.rebased(edits, mine, told, fields)
    if edit.Part.LINES in lost:
        content = _without_refunded(order, content)
    amended = replace(
        order,
        content=sealed(content, cipher, order.id),
        origin=sealed(told, cipher, order.id) if content != told else None,
        digest=_digest(draft.content, cipher),
        phone_mark=_phone_mark(content, cipher),
    )
    marks = tuple(Reason(mark) for mark in order.content.marks)
    after = _renewed(order.status, amended, fields, marks, now)
    if not after.parcels:  # what lies in boxes keeps the marks by which it came there
        after = _remarked(after, content, fields, cipher.mark)
    if lost:
        after = after.noted("overruled", now, "channel", fields=[part.value for part in lost])
    changed = stock.write(order, after)
    queues.nudge(changed)
    return Taken(changed, "updated")


def _without_refunded(order: Order, content: Content) -> Content:
    """What after-sales took out stays out, though the channel names it again."""
    sales = [one for one in aftersales.of(order.tenant, order.id) if one.out]
    gone = sum((Counter(one.pieces) for one in sales if one.state not in VOID), Counter[int]())
    return partial.fewer(content, {ln.no: min(gone[ln.no], ln.quantity) for ln in content.lines})


def _remarked(
    order: Order, content: Content, fields: list[str], mark: Callable[[str], str]
) -> Order:
    """Marked anew; where a token changed that should not have, a person must look at it."""
    shop = _shop(order)
    marked = merging.marked(order, content, shop, mark)
    if shop is None or not marked.key or not merging.suspicious(shop.channel, fields):
        return marked
    tags = tuple(dict.fromkeys((*marked.tags, merging.CHECK)))
    return replace(marked, tags=tags).noted("merge-check", order.timeline[-1].at)


def _renewed(
    status: Status, amended: Order, fields: list[str], marks: tuple[Reason, ...], now: str
) -> Order:
    """What a newer version of the platform makes of an order at `status` that had these marks."""
    state, ours = amended.content.state, status in RENEWABLE
    note = {"fields": fields, "version": amended.content.version}
    if ours and state.off:
        return amended.cancel(now, "channel", reason="channel")
    if ours and state.gone:
        resume = amended.resume if status is Status.HELD else status
        return amended.hold((Hold(Reason.SHIPPED_ELSEWHERE),), resume, now, "channel")
    if all(name.startswith((*ASIDE, MARKS) if ours else AFTERWARDS) for name in fields):
        noted = _arrived(amended, now).noted("amended", now, "channel", **note)
        new = tuple(Reason(mark) for mark in amended.content.marks)
        return noted.marked(marks, new, now) if ours else noted
    return amended.renewed(now, **note)


def _arrived(order: Order, now: str) -> Order:
    """What left from us is with the receiver, or done with, once the channel says so."""
    state, status = order.content.state, order.status
    if state is ChannelState.SIGNED and status is Status.SHIPPED:
        return order.to(Status.SIGNED, "signed", now, "channel")
    if state is ChannelState.COMPLETED and status in (Status.SHIPPED, Status.SIGNED):
        return order.to(Status.COMPLETED, "completed", now, "channel")
    return order


def cipher(tenant: str) -> Cipher:
    return vault.cipher(tenant, merchants.tenant(tenant).sealed_key)


def _shop(order: Order) -> Shop | None:
    return merchants.shops.known(order.tenant, order.shop)


def _mapped(draft: Draft, tenant: str) -> Content:
    shop = merchants.shops.known(tenant, draft.shop)
    return draft.content.mapped(shop.skus if shop else {})


def sealed(content: Content, cipher: Cipher, order_id: str) -> Content:
    return personal(content, lambda path, value: cipher.seal(value, f"{order_id}/{path}"))


def opened(content: Content, cipher: Cipher, order_id: str) -> Content:
    return personal(content, lambda path, value: cipher.open(value, f"{order_id}/{path}"))


def marked(order: Order, content: Content, cipher: Cipher) -> Order:
    """The order, in no parcel yet, with the marks made of its content in clear."""
    found = replace(order, phone_mark=_phone_mark(content, cipher))
    return merging.marked(found, content, _shop(order), cipher.mark)


def _digest(content: Content, cipher: Cipher) -> str:
    return cipher.mark(repr(content))


def _phone_mark(content: Content, cipher: Cipher) -> str:
    phone = dialled(content.receiver.phone)
    return cipher.mark(phone) if phone else ""
